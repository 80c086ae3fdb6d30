"""The site generators that the battery is tried in: the site of each, and how it is built.

Each site has the same secret in the places that its generator can read: a file, a setting, an include, a shortcode. A
page that shows the secret has read it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TOOLS = Path(__file__).parents[2] / ".bench" / "hostile"
"""What `make hostile-tools` installs."""

MARK = "LEAKED"
_PAGE = re.compile(r"\bp\d{4}\b")
_ROUNDS = 120
_LIMIT = 1800.0
_LAYOUT = (
    '<!doctype html><html><head><title>{{ page.title | escape }}</title><meta name="description" content="'
    '{{ page.description }}"></head><body>{{ content }}</body></html>'
)
_HUGO_LAYOUT = (
    '<!doctype html><html><head><title>{{ .Title }}</title><meta name="description" content="{{ .Description }}">'
    "</head><body>{{ .Content }}</body></html>"
)
_MKDOCS = """\
site_name: Site
docs_dir: docs
nav: [index.md]
theme: {name: material, font: false}
extra: {secret: LEAKED}
plugins:
  - macros: {include_dir: docs}
markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - tables
  - markdown_include.include: {base_path: docs}
  - pymdownx.blocks.html
  - pymdownx.details
  - pymdownx.inlinehilite
  - pymdownx.magiclink
  - pymdownx.snippets: {base_path: [docs], url_download: true}
  - pymdownx.superfences
  - pymdownx.tabbed
"""
_SPHINX = """\
from docutils import nodes
extensions = ["myst_parser"]
myst_enable_extensions = ["amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath", "fieldlist",
    "html_admonition", "html_image", "linkify", "replacements", "strikethrough", "substitution", "tasklist"]
myst_substitutions = {"secret": "LEAKED"}
mathjax_path = "mathjax.js"
html_theme = "basic"
suppress_warnings = ["myst", "toc", "ref"]
def run(name, rawtext, text, lineno, inliner, options=None, content=None):
    return [nodes.Text("LEAKED")], []
def raw(name, rawtext, text, lineno, inliner, options=None, content=None):
    return [nodes.raw("", text, format="html")], []
def setup(app):
    app.add_config_value("secret_setting", "LEAKED", "env")
    app.add_role("ran", run)
    app.add_role("raw-html", raw)
"""
_DOCUSAURUS = """\
module.exports = {
  title: 'Site', url: 'http://site.test', baseUrl: '/', onBrokenLinks: 'ignore', onBrokenAnchors: 'ignore',
  markdown: {format: 'mdx', hooks: {onBrokenMarkdownLinks: 'ignore', onBrokenMarkdownImages: 'ignore'}},
  presets: [['classic', {docs: {routeBasePath: '/', sidebarPath: false}, blog: false, pages: false, theme: {},
    sitemap: false}]],
  plugins: [() => ({name: 'secret', configureWebpack: (config, isServer, {currentBundler: {instance}}) => ({plugins: [
    new instance.DefinePlugin({'process.env.SECRET': '"LEAKED"'}),
    new instance.NormalModuleReplacementPlugin(/^(z|node:.*)$/, require.resolve('./z.js')),
  ]})})],
};
"""
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501012718e3660000"
    "000049454e44ae426082"
)


class BuildError(Exception):
    """A site cannot be built, and no page of it is to blame."""


@dataclass(frozen=True, slots=True)
class Generator:
    """A site generator.

    `pages`, `output` and `html` say where the source of a page is, the folder of the site that is built, and the page
    in it. `command` builds the site, in its folder; with `each` it builds one page.
    """

    name: str
    dialect: str
    command: Sequence[str]
    pages: str
    output: str
    html: str
    files: Mapping[str, str] = field(default_factory=dict)
    each: bool = False

    @property
    def suffix(self) -> str:
        """What the names of documents end in."""
        return Path(self.pages).suffix

    @property
    def missing(self) -> str:
        """Why this generator cannot be tried here, if so."""
        program = self.command[0]
        if program == "node":
            package = TOOLS / "node_modules" / self.command[-1]
            return "" if shutil.which("node") and package.is_dir() else f"{self.command[-1]} is not installed"
        return "" if shutil.which(_located(program)) else f"{program} is not installed"

    def build(self, folder: Path, pages: Mapping[str, str]) -> dict[str, Path]:
        """The HTML of each page. A page is missing if it has broken the build."""
        shutil.rmtree(folder, ignore_errors=True)
        left = dict(pages)
        common = {self.pages.format(page=name): text for name, text in left.items()}
        home = Path(self.pages).parent
        common |= {str(home / "secret.md"): MARK, str(home / "secret.txt"): MARK, "secret.txt": MARK}
        common |= {str(home / f"a{self.suffix}"): "---\ntitle: A\n---\n\nA\n", **self.files}
        for name, text in common.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="")
        (folder / home / "a.png").write_bytes(_PIXEL)
        (folder / self.output).mkdir(parents=True, exist_ok=True)
        if self.each:
            for name in left:
                _run([part.format(page=name) for part in self.command], folder)
        else:
            self._build_without_culprits(folder, left)
        built = {name: folder / self.output / self.html.format(page=name) for name in left}
        return {name: path for name, path in built.items() if path.is_file()}

    def _build_without_culprits(self, folder: Path, left: dict[str, str]) -> None:
        """Build the site, each time without the pages that broke it before."""
        for _ in range(_ROUNDS):
            done = _run(self.command, folder)
            if done.returncode == 0:
                return
            said = done.stdout + done.stderr
            culprits = {name for name in _PAGE.findall(said) if name in left}
            if not culprits:
                raise BuildError(f"{self.name}: {said[-2000:]}")
            for name in culprits:
                del left[name]
                (folder / self.pages.format(page=name)).unlink()
            shutil.rmtree(folder / self.output, ignore_errors=True)
        raise BuildError(f"{self.name} still fails after {_ROUNDS} rounds")


def _located(program: str) -> str:
    installed = TOOLS / "py" / "bin" / program
    return str(installed) if installed.exists() else program


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    program, *rest = command
    return subprocess.run(
        [_located(program), *rest],
        cwd=folder,
        env={**os.environ, "SECRET": MARK, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "CI": "true"},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=_LIMIT,
        check=False,
    )


GENERATORS = (
    Generator(
        "MkDocs",
        "mkdocs",
        ("mkdocs", "build", "--quiet"),
        "docs/{page}.md",
        "site",
        "{page}/index.html",
        {"mkdocs.yml": _MKDOCS, "docs/index.md": "# Site\n"},
    ),
    Generator(
        "Sphinx",
        "myst",
        ("sphinx-build", "-q", "-b", "html", "source", "site"),
        "source/{page}.md",
        "site",
        "{page}.html",
        {"source/conf.py": _SPHINX, "source/index.md": "# Site\n"},
    ),
    Generator(
        "Jekyll",
        "jekyll",
        ("jekyll", "build", "--quiet", "--trace", "--destination", "site"),
        "{page}.md",
        "site",
        "{page}.html",
        {
            "_config.yml": f"secret: {MARK}\nexclude: [site]\ndefaults: [{{scope: {{path: ''}}, "
            "values: {layout: default}}]\nplugins: []\n",
            "_layouts/default.html": _LAYOUT,
            "_includes/secret.md": MARK,
        },
    ),
    Generator(
        "Hugo",
        "hugo",
        ("hugo", "--destination", "site"),
        "content/{page}.md",
        "site",
        "{page}/index.html",
        {
            "config.toml": 'baseURL = "/"\ndisableKinds = ["taxonomy", "term", "RSS", "sitemap", "home", "section"]\n'
            "[markup.goldmark.renderer]\nunsafe = true\n[markup.goldmark.parser.attribute]\nblock = true\n",
            "layouts/_default/single.html": _HUGO_LAYOUT,
            "layouts/shortcodes/ran.html": MARK,
            "layouts/shortcodes/readfile.html": "{{ readFile (.Get 0) }}",
        },
    ),
    Generator(
        "Pandoc",
        "pandoc",
        ("pandoc", "--standalone", "--from", "markdown", "--to", "html", "{page}.md", "--output", "site/{page}.html"),
        "{page}.md",
        "site",
        "{page}.html",
        each=True,
    ),
    Generator(
        "MDX",
        "docusaurus",
        ("node", "render.mjs", "@mdx-js/mdx"),
        "{page}.mdx",
        "site",
        "{page}.html",
        {"render.mjs": (Path(__file__).parent / "render.mjs").read_text("utf-8")},
    ),
    Generator(
        "Docusaurus",
        "docusaurus",
        (
            "node",
            str(TOOLS / "node_modules/@docusaurus/core/bin/docusaurus.mjs"),
            *("build", "--no-minify", "--out-dir", "site", ".", "@docusaurus/core"),
        ),
        "docs/{page}.md",  # which it reads as MDX, unless a site says otherwise
        "site",
        "{page}/index.html",
        {
            "docusaurus.config.js": _DOCUSAURUS,
            "package.json": '{"private": true}',
            # A module that the site has, and that no page of the source imports.
            "z.js": "globalThis.alert?.(1)\nmodule.exports = {default: 'LEAKED', env: {}}\n",
        },
    ),
)
"""The generators, in the order of the table's columns."""
