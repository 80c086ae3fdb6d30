"""Finds the documents of a new project, and writes its configuration."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from translate_pipe.errors import ConfigurationError
from translate_pipe.project.discovery import markdown_files
from translate_pipe.project.settings.keys import KEYS
from translate_pipe.project.setup.translated import find_translated, is_folder_of_locales, locale_of
from translate_pipe.registry import CONFIGURATION_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from translate_pipe.project.setup.translated import Translated

_FOLDERS = ("source", "docs", "content", "src", "doc")
_WRITTEN_LISTS = frozenset({"attributes", "dialect", "exclude", "front_matter", "front_matter_add", "locales"})


@dataclass(frozen=True, slots=True)
class Generator:
    """A site generator: the files that show it, the dialect it reads, and where it looks for what.

    One of `files`, paths below the project, has to be there, and all of `beside`; `says` is found in the file.
    `folders` are where its documents usually are. `outputs` has by the value of `source` where it reads translations,
    for the layouts that have only one place for them; it counts if `translated` is found in the file. With `in_place`
    it reads them from folders of locales beside or in that of the documents, if there are any.
    """

    name: str
    dialect: str
    files: tuple[str, ...]
    says: str = ""
    beside: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    translated: str = ""
    in_place: bool = False


_HUGO_OUTPUTS = {
    "content": "content/{path}.{locale}.md",
    "content/{locale}": "content/{locale}/{path}.md",
}

GENERATORS = (
    Generator(
        "MkDocs",
        "mkdocs",
        ("mkdocs.yml", "mkdocs.yaml"),
        folders=("docs",),
        outputs={"docs": "docs/{path}.{locale}.md", "docs/{locale}": "docs/{locale}/{path}.md"},
        translated=r"^[ \t]*-[ \t]+i18n\b",
        in_place=True,
    ),
    Generator("Zensical", "mkdocs", ("zensical.toml",), folders=("docs",)),
    Generator(
        "Docusaurus",
        "docusaurus",
        ("docusaurus.config.js", "docusaurus.config.ts", "docusaurus.config.mjs"),
        folders=("docs",),
        outputs={"docs": "i18n/{locale}/docusaurus-plugin-content-docs/current/{path}.md"},
    ),
    Generator(
        "Hugo",
        "hugo",
        (
            "hugo.toml",
            "hugo.yaml",
            "hugo.yml",
            "hugo.json",
            "config/_default/hugo.toml",
            "config/_default/hugo.yaml",
            "config/_default/hugo.yml",
        ),
        folders=("content",),
        outputs=_HUGO_OUTPUTS,
        in_place=True,
    ),
    Generator(
        "Hugo",
        "hugo",
        ("config.toml", "config.yaml", "config.yml", "config/_default/config.toml", "config/_default/config.yaml"),
        beside=("content",),
        folders=("content",),
        outputs=_HUGO_OUTPUTS,
        in_place=True,
    ),
    Generator(
        "Starlight",
        "docusaurus",
        ("astro.config.mjs", "astro.config.ts", "astro.config.js", "docs/astro.config.mjs", "docs/astro.config.ts"),
        r"starlight",
        folders=("src/content/docs", "docs/src/content/docs"),
        in_place=True,
    ),
    Generator("Quarto", "pandoc", ("_quarto.yml", "_quarto.yaml")),
    Generator("mdBook", "gfm", ("book.toml",), folders=("src",)),
    Generator("MyST", "myst", ("myst.yml", "docs/myst.yml")),
    Generator("Jupyter Book", "myst", ("_toc.yml",), beside=("_config.yml",)),
    Generator("Jupyter Book", "myst", ("docs/_toc.yml",), beside=("docs/_config.yml",)),
    Generator(
        "Sphinx with MyST",
        "myst",
        ("conf.py", "source/conf.py", "docs/conf.py", "docs/source/conf.py"),
        r"myst_(?:parser|nb)",
    ),
    Generator("Jekyll", "jekyll", ("_config.yml", "_config.yaml"), in_place=True),
)
"""The site generators that are recognised; the first that fits counts."""


_REQUIREMENTS = ("requirements.txt", "docs/requirements.txt", "pyproject.toml")
_PYTHON_MARKDOWN = re.compile(
    r"""^(?:[^#\n=]*=[ \t]*\[)?[ \t"']*(?:markdown|pymdown-extensions|mkdocs|zensical)[ \t]*(?:["'<>=~!;,\[\r\n]|\Z)""",
    re.IGNORECASE | re.MULTILINE,
)
"""Finds Python-Markdown, or a package that renders with it, among the requirements of a project."""

_FEW = 4
"""So many times more files in another locale's folders than documents around them make that locale the source."""

_TESTS = re.compile(r"(?:^|/)_*(?:tests?|fixtures|examples?)_*/")
"""Folders whose translations are no hint on where a project has its own."""

_DEFAULT_LOCALE = re.compile(
    r"""\b(?:defaultContentLanguage|defaultLocale|default_locale|default_language|default_lang)["']?[ \t]*[:=][ \t]*"""
    r"""["']?([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)["']?[ \t]*(?:[,;#\n]|\Z)"""
)
"""How site generators say which the source locale is."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a project's documents are: the value of the key `source`, and how many there are.

    `generator` is the site generator that was recognised by the file `shown_by`; `output` is where it looks for
    translations, if that is certain. `source_locale` is another than the one that was looked for if the documents are
    evidently in that. `translated` are the locales of translations that the project has, by their paths, `exclude`
    the patterns of those among the documents. `misnamed` are folders of the locales to translate into, with the names
    that outputs have in their place. `renderer` is the renderer that is most like that of the site generator; empty for
    the default.
    """

    source: str
    documents: int
    generator: Generator | None = None
    shown_by: str = ""
    output: str = ""
    source_locale: str = ""
    exclude: tuple[str, ...] = ()
    translated: Mapping[str, str] = field(default_factory=dict)
    misnamed: tuple[tuple[str, str], ...] = ()
    renderer: str = ""

    @property
    def recognised(self) -> tuple[str, ...]:
        """Lines about the site generator."""
        if self.generator is None:
            return ()
        name = self.generator.name
        lines = [f'{self.shown_by}: this is {name}, so the dialect is "{self.generator.dialect}".']
        if self.output:
            lines.append(f'{name} reads translations from "{self.output}", so they are written there.')
        return tuple(lines)


def find_layout(root: Path, source_locale: str, wanted: Sequence[str] = (), *, is_certain: bool = True) -> Layout:
    """The folder that looks most like the one of the documents, and the site generator.

    A folder of the source locale comes first (`source/nl`, `docs/nl`), then a usual one (`docs`), then the whole; that
    of the site generator comes before others, and one that has translations beside it or in it before both, if it is
    not much smaller. `wanted` are the locales to translate into. If the source locale is not certain, the site
    generator or the names of the folders may show another. Raises ConfigurationError if they show several.
    """
    generator, shown_by = _generator(root)
    text = _text(root / shown_by) if generator else ""
    paths = list(markdown_files(root))
    if not is_certain and (named := _DEFAULT_LOCALE.search(text)):
        source_locale = locale_of(named[1]) or source_locale
    finder = _LayoutFinder(paths, wanted, generator, text)
    layout = finder.layout(source_locale)
    if not is_certain and (other := finder.other_source(source_locale, layout)):
        layout = finder.layout(other)
    has_python_markdown = (
        generator is None
        or generator.dialect == "mkdocs"
        or any(_PYTHON_MARKDOWN.search(_text(root / name)) for name in _REQUIREMENTS)
    )
    return replace(layout, shown_by=shown_by, renderer="" if has_python_markdown else "gfm")


class _LayoutFinder:
    """Finds the documents among the Markdown files of a project."""

    def __init__(self, paths: Sequence[str], wanted: Sequence[str], generator: Generator | None, text: str) -> None:
        self._paths = paths
        self._wanted = wanted
        self._generator = generator
        self._text = text
        self._usual = tuple(dict.fromkeys((*(generator.folders if generator else ()), *_FOLDERS)))

    def layout(self, source_locale: str) -> Layout:
        """The layout if this is the source locale."""
        found = find_translated(self._paths, source_locale, self._wanted, self._text)
        candidates = (*(f"{folder}/{{locale}}" for folder in self._usual), "{locale}", *self._usual, ".")
        counts = ((one, _count(found.documents, one.replace("{locale}", source_locale))) for one in candidates)
        source, documents = next((one for one in counts if one[1]), ("", 0))
        beside = source.removesuffix("{locale}") if source.endswith("{locale}") else f"{source}/"
        own = self._generator.folders if self._generator else ()
        usual = source.replace("{locale}", source_locale)
        is_chosen = any(f"{usual}/".startswith(f"{folder}/") for folder in own)
        for candidate, before in _places(found, source_locale):
            folder = candidate.replace("{locale}", source_locale)
            count = _count(found.documents, folder)
            # Few documents of a usual folder are outside of the one that is translated; elsewhere there may be many.
            is_inside = folder.startswith(f"{usual}/")
            is_elsewhere = not is_inside and folder != usual
            if count and not (is_elsewhere and is_chosen) and count * 10 >= documents * (9 if is_inside else 5):
                source, documents, beside = candidate, count, before
                break
        if not documents:
            source = "source/{locale}"
        folder = source.replace("{locale}", source_locale)
        top = "" if folder == "." else f"{folder}/"
        beside = beside.removeprefix("./")
        named = {mark.tag: mark.locale for mark in found.marks.values() if mark.before == beside and not mark.is_file}
        output = self._output(source, beside, found, named)
        return Layout(
            source,
            documents,
            self._generator,
            output=output,
            source_locale=source_locale,
            exclude=found.excluded(top) if documents else (),
            translated=found.locales,
            misnamed=tuple(one for one in named.items() if output and one[1] in self._wanted and one[0] != one[1]),
        )

    def _output(self, source: str, beside: str, found: Translated, named: Mapping[str, str]) -> str:
        """Where the site generator looks for translations; where there are some already, if it may be any place."""
        generator = self._generator
        if generator is None:
            return ""
        if generator.in_place and set(named.values()) & set(found.locales.values()):
            return f"{beside}{{locale}}/{{path}}.md"
        return generator.outputs.get(source, "") if re.search(generator.translated, self._text, re.MULTILINE) else ""

    def other_source(self, source_locale: str, layout: Layout) -> str:
        """The locale that most files are in, although none of them translates a document; empty if there is none.

        Raises ConfigurationError if there are several.
        """
        found = find_translated(self._paths, source_locale, self._wanted, self._text)
        own = {mark.before for path, mark in found.marks.items() if path not in found.locales}
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for path in found.locales:
            mark = found.marks[path]
            if mark.is_whole and not mark.is_file and mark.before not in own and not is_folder_of_locales(mark.before):
                counts[mark.before][mark.locale] += mark.locale not in self._wanted
        found_in = Counter[str]()
        for before, some in counts.items():
            around = sum(path.startswith(before) for path in found.documents)
            found_in.update({locale: count for locale, count in some.items() if count > around * _FEW})
        counts_of = {locale: count for locale, count in found_in.items() if count > layout.documents * _FEW}
        others = sorted(counts_of)
        if len(others) > 1:
            known = ", ".join(f"{locale} ({counts_of[locale]})" for locale in others)
            problem = (
                f"there are Markdown files in {known}, and hardly any in {source_locale}; say in which locale the "
                f"documents are written, as in: translate-pipe init --source-locale {others[0]}"
            )
            raise ConfigurationError(CONFIGURATION_FILE, 0, problem)
        return others[0] if others else ""


def _places(found: Translated, source_locale: str) -> list[tuple[str, str]]:
    """The folders with translations in or beside them, as values of `source`, each with the path before the tag.

    Those with most translations come first.
    """
    sources: dict[str, str] = {}
    translated: Counter[str] = Counter()
    for path, mark in found.marks.items():
        if path in found.locales:
            translated[mark.before] += not mark.is_file
        elif not mark.is_file:
            sources[mark.before] = "{locale}" if mark.tag == source_locale else mark.tag
    places = []
    for before, count in translated.most_common():
        if _TESTS.search(before):
            continue
        if count and before in sources:
            places.append((before + sources[before], before))
        elif count and not is_folder_of_locales(before):
            places.append((before.rstrip("/._-") or ".", before))
    return places


def _count(documents: Sequence[str], folder: str) -> int:
    return len(documents) if folder == "." else sum(path.startswith(f"{folder}/") for path in documents)


def _generator(root: Path) -> tuple[Generator | None, str]:
    """The site generator of a project, and the file that shows it."""
    for generator in GENERATORS:
        if not all((root / name).exists() for name in generator.beside):
            continue
        for name in generator.files:
            if (root / name).is_file() and re.search(generator.says, _text(root / name), re.MULTILINE):
                return generator, name
    return None, ""


def _text(file: Path) -> str:
    """The text of a file; one that cannot be read has none."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def configuration_text(source_locale: str, locales: Sequence[str], layout: Layout) -> str:
    """A configuration with a comment for each key; keys that keep their default are commented out."""
    given: dict[str, str | int | tuple[str, ...]] = {
        "source_locale": source_locale,
        "locales": tuple(locales),
        "source": layout.source,
    }
    if layout.generator:
        given["dialect"] = layout.generator.dialect
    if layout.renderer:
        given["renderer"] = layout.renderer
    if layout.exclude:
        given["exclude"] = layout.exclude
    if layout.output:
        given["output"] = layout.output
    lines = ["# The configuration of translate-pipe. Lines that begin with # show the defaults.", ""]
    for key in KEYS:
        value = given.get(key.name, key.default)
        comment = "" if key.name in given else "# "
        if key.is_table:
            lines += [f"# {key.description} It comes last.", f"# [{key.name}]", ""]
            continue
        if key.is_list and key.name not in _WRITTEN_LISTS:
            continue  # a long list of defaults is documentation, not a choice
        # The basic strings of TOML are written as those of JSON.
        text = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
        choices = f" One of: {', '.join(key.choices)}." if key.choices else ""
        lines += [f"# {key.description}{choices}", f"{comment}{key.name} = {text}", ""]
    return "\n".join(lines)
