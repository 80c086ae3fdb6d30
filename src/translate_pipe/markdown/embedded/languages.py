"""The languages of code blocks: how fences name them, and what is special about some."""

from __future__ import annotations

import re

LANGUAGES_LEFT_ALONE = frozenset(
    {
        # diagrams
        "mermaid", "plantuml", "puml", "uml", "dot", "graphviz", "d2", "svgbob", "bob", "ditaa", "nomnoml",
        "pikchr", "vega", "vega-lite", "vegalite", "wavedrom", "blockdiag", "seqdiag", "actdiag", "nwdiag",
        "excalidraw", "structurizr",
        # tables and texts
        "csv", "tsv", "psv", "text", "txt", "plain", "plaintext", "output", "none", "raw", "log", "http", "tree",
        "treeview", "ascii", "diff", "udiff", "patch", "pytb", "py3tb", "traceback",
        # markup that has its own segments
        "markdown", "md", "mdx", "rst", "rest", "restructuredtext",
    }
)  # fmt: skip
"""Languages in which nothing is offered: diagrams, tables, output, and texts."""

DATA = frozenset(
    {
        "json", "json5", "jsonc", "jsonld", "json-ld", "geojson", "hjson", "yaml", "yml", "toml", "ini", "cfg",
        "dosini", "properties", "env", "dotenv", "hcl", "terraform", "tf", "nginx", "apache", "apacheconf",
        "docker", "dockerfile", "css", "scss", "sass", "less",
    }
)  # fmt: skip
"""Languages of data, configuration and style: comments are offered, strings are not."""

ALIASES = {
    "yml": "yaml",
    "jsonc": "json",
    "jsx": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "tsx": "typescript",
    "ipython3": "python",
    "h": "c",
    "hpp": "cpp",
    "env": "bash",
    "dotenv": "bash",
}
"""Names that people use for languages, with the names that Pygments has."""

SHELLS = frozenset(
    {
        "bash", "console", "fish", "ksh", "perl", "powershell", "ps1", "pwsh", "sh", "shell", "shell-session",
        "zsh",
    }
)  # fmt: skip
"""Languages in which `` ` `` in a string runs a command."""

_WITHOUT_ESCAPES = frozenset(
    {
        "ada", "bat", "batch", "cmd", "delphi", "fortran", "html", "matlab", "pascal", "plpgsql", "postgresql",
        "powershell", "ps1", "pwsh", "sql", "sqlite3", "svelte", "svg", "tsql", "vb.net", "vbnet", "vue", "xml",
        "xslt",
    }
)  # fmt: skip
NO_ESCAPES = {
    '"': _WITHOUT_ESCAPES,
    "'": _WITHOUT_ESCAPES | SHELLS - {"perl"} | {"octave"},
    "`": frozenset({"go", "golang"}),
}
"""The languages in which a backslash between these quotes is an ordinary character."""

_LANGUAGE = re.compile(r"\{?[ \t]*(?:#[\w-]+[ \t]+)?\.?(?P<name>[A-Za-z][\w+#-]*(?:\.net)?)", re.IGNORECASE)
_DIRECTIVE = re.compile(r"\{(?:code-block|code-cell|code|sourcecode)\}[ \t]+(?P<name>\S+)")


def language(info: str) -> str:
    """The language that the info string of a fence names, in lower case; empty if it names none.

    >>> [language(info) for info in ("rust,ignore", "{ .yaml .annotate }", 'py title="x"', "{code-block} c++", "")]
    ['rust', 'yaml', 'py', 'c++', '']
    """
    match = _DIRECTIVE.match(info) or _LANGUAGE.match(info.strip())
    return match["name"].lower() if match else ""
