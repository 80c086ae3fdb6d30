"""Checks of what a source refers to: files, pages, labels."""

from __future__ import annotations

import mimetypes
import posixpath
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from translate_pipe.checks.documents import Spot, is_foreign_label
from translate_pipe.checks.documents.page import resolve
from translate_pipe.checks.documents.targets import (
    CROSS_REFERENCE,
    MADE_OF_CODE,
    normal_label,
    plain,
    references_of_hugo,
)
from translate_pipe.model import Opening, Run, Severity, Verbatim
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translate_pipe.checks.documents.page import Page

# Files


class _FileReference(NamedTuple):
    """A file that a document names: as written, and the paths that it may mean; one of them has to exist."""

    written: str
    paths: tuple[str, ...]
    offset: int
    place: int


# Pages that a generator makes are not there yet.
_MADE_LATER = Expression(r"\.(?:x?html?|php|aspx?)\Z", re.IGNORECASE)
_HAS_SUFFIX = Expression(r"(?:\A|/)\.*+[^/.][^/]*\.[a-z][a-z0-9]{0,8}\Z", re.IGNORECASE)
_OF_THEME = Expression(r"(?:\A|/)(?:img/favicon\.ico|assets/(?:images/favicon\.png|(?:stylesheets|javascripts)/.*))\Z")
_SITES = frozenset({".com", ".dev", ".io", ".net", ".org"})
_MORE_SUFFIXES = frozenset({
    *(".adoc", ".cfg", ".conf", ".cpp", ".cs", ".env", ".go", ".h", ".hpp", ".ini", ".ipynb", ".java", ".jsx", ".kt"),
    *(".lock", ".log", ".lua", ".md", ".mdx", ".php", ".po", ".pot", ".ps1", ".qmd", ".r", ".rb", ".rmd", ".rs"),
    *(".rst", ".scss", ".sql", ".swift", ".toml", ".ts", ".tsx", ".vue", ".webp", ".yaml", ".yml", ".bib", ".drawio"),
    *(".woff", ".woff2", ".xz", ".gz", ".bz2", ".7z", ".rar", ".dmg", ".msi", ".deb", ".rpm", ".parquet"),
})  # fmt: skip


def source_link(page: Page) -> Iterator[Spot]:
    """Links and images that lead to a file that is not there."""
    exists = page.surroundings.exists
    if exists is None or page.is_part:
        return
    seen: set[str] = set()  # the folders whose names have other capital letters: one finding for each is enough
    for link in _file_references(page):
        if any(map(exists, link.paths)):
            continue
        path = link.paths[0]
        spelled = next(filter(None, map(page.surroundings.spelled, link.paths)), "")
        if spelled:
            text, about = _other_capitals(path, spelled)
            if about not in seen:
                yield Spot(text, link.offset, link.place, link.written, Severity.WARNING)
            seen.add(about)
        elif not any(map(page.surroundings.is_published, link.paths)):
            what = "file" if _HAS_SUFFIX.search(path) else "document"
            yield Spot(f"there is no {what} {path}", link.offset, link.place, link.written)


def _other_capitals(path: str, spelled: str) -> tuple[str, str]:
    """What to say about a path that exists in other capital letters, and the path of the first name that differs.

    >>> _other_capitals("a/code/b.md", "a/Code/b.md")
    ('there is no folder a/code/, but it exists as Code/; write it so in all links', 'a/Code')
    """
    written, names = path.split("/"), spelled.split("/")
    if len(written) != len(names):
        return f"there is no file {path}, but it exists as {spelled}", spelled
    at = next(index for index, (one, other) in enumerate(zip(written, names, strict=True)) if one != other)
    about = "/".join(names[: at + 1])
    if at == len(names) - 1:
        return f"there is no file {path}, but it exists as {names[at]}", about
    folder = "/".join((*names[:at], written[at]))
    return f"there is no folder {folder}/, but it exists as {names[at]}/; write it so in all links", about


def _file_references(page: Page) -> Iterator[_FileReference]:
    """The links, images and other references of a document to files whose names it gives."""
    dialects = page.document.options.dialects
    has_pages = not {"hugo", "jekyll"}.isdisjoint(dialects)
    base = page.path or page.document.path
    of_page = posixpath.splitext(base)[0] + "/index.md"
    for link in page.links:
        path = resolve(base, link.target)
        if path and _is_file(path, link.target) and not ("mkdocs" in dialects and _OF_THEME.search(path)):
            paths = (path, resolve(of_page, link.target) or path) if link.is_html or has_pages else (path,)
            yield _FileReference(link.target, paths, link.offset, link.place)
    if "myst" in dialects:
        yield from _files_of_myst(page, base)
    if "hugo" in dialects:
        yield from _pages_of_hugo(page, base)


def _is_file(path: str, target: str) -> bool:
    """Whether a path is that of a file that has to be there. A name without folder may be an identifier: `a.b`."""
    if not _HAS_SUFFIX.search(path) or _MADE_LATER.search(path) or "*" in path:
        return False
    return "/" in target or posixpath.splitext(path)[1].lower() in _suffixes()


@cache
def _suffixes() -> frozenset[str]:
    return frozenset(mimetypes.MimeTypes(()).types_map[True]) | _MORE_SUFFIXES | _SITES


# MyST: roles, and the arguments of directives

_FILE_OF_DIRECTIVE = re.compile(rb"[ \t>]*[:`~]{3,}\{(figure|image|include|literalinclude)\}[ \t]+([^\s{}<>#]+)[ \t]*$")
_ROLE_TARGET = Expression(r"(?:.*\S\s*)?<([^<>]+)>\Z", re.DOTALL)
_SUFFIXES_OF_PAGES = ("", ".md", ".rst", ".ipynb", ".txt", ".tex", ".myst")


def _roles(page: Page, names: frozenset[str]) -> Iterator[tuple[str, int, int]]:
    """The targets of roles of MyST, with their offset and place: that of ``{ref}`text <target>` ``."""
    data = page.document.data
    for place, item in enumerate(page.document.outline):
        if not isinstance(item, Run) or b"}`" not in data[item.start : item.end]:
            continue
        for first, second in zip(item.inlines, item.inlines[1:], strict=False):
            is_role = first.kind == "Token" and second.kind == "Code" and first.end == second.start
            if is_role and data[first.start + 1 : first.end - 1].decode() in names:
                value = " ".join(str(second.value).split())
                titled = _ROLE_TARGET.match(value)
                yield (titled[1] if titled else value).strip(), first.start, place


_TOCTREE = re.compile(rb"[ \t>]*[:`~]{3,}\{toctree\}")
_TOCTREE_ENTRY = re.compile(rb"^[ \t>]*(?:[^<>\n]*<([^<>\n]+)>|([^\s:`~<>*][^\n<>*]*))[ \t]*\r?$", re.MULTILINE)


def _entries_of_toctree(data: bytes, start: int, end: int) -> Iterator[tuple[str, int]]:
    """The documents that a directive `toctree` names, with their offsets; not those of a glob, and no other sites."""
    first = data.find(b"\n", start, end)
    if first < 0 or b":glob:" in data[start:end]:
        return
    for found in _TOCTREE_ENTRY.finditer(data, first + 1, end):
        name = found[found.lastindex or 0].decode().strip()
        if name != "self" and not name.startswith("---") and not re.search(r"[:{}$]", name):
            yield name, found.start(found.lastindex or 0)


def _files_of_myst(page: Page, base: str) -> Iterator[_FileReference]:
    for target, offset, place in _roles(page, frozenset({"doc", "download"})):
        path = target.partition("#")[0]
        if path and not re.search(r"[:{}<>$!*]", path):
            paths = _from(base, path, _SUFFIXES_OF_PAGES)
            yield _FileReference(target, paths, offset, place)
    data = page.document.data
    for place, item in enumerate(page.document.outline):
        if isinstance(item, (Opening, Verbatim)) and item.tag in {"Container", "CodeBlock"}:
            if _TOCTREE.match(data, item.start, item.end):
                for name, offset in _entries_of_toctree(data, item.start, item.end):
                    yield _FileReference(name, _from(base, name, _SUFFIXES_OF_PAGES), offset, place)
                continue
            first = data[item.start : item.end].lstrip().splitlines()[:1]
            found = _FILE_OF_DIRECTIVE.match(first[0]) if first and b"{" in first[0] else None
            target = found[2].decode() if found else ""
            if target and not re.search(r"[:$*]", target) and _HAS_SUFFIX.search(target):
                yield _FileReference(target, _from(base, target, ("",)), item.start, place)


def _from(base: str, target: str, suffixes: tuple[str, ...]) -> tuple[str, ...]:
    """The paths that a target may mean; one that begins with a slash starts from a folder above."""
    folders = [posixpath.dirname(base)]
    while target.startswith("/") and folders[-1]:
        folders.append(posixpath.dirname(folders[-1]))
    name = unquote(target).strip("/")
    paths = (posixpath.normpath(posixpath.join(folder, name)) for folder in folders)
    return tuple(path + suffix for path in paths for suffix in suffixes)


# Pages of Hugo

_SUFFIXES_OF_HUGO = ("", ".md", ".markdown", ".html", ".adoc", ".org", ".rst", "/index.md", "/_index.md")


def _pages_of_hugo(page: Page, base: str) -> Iterator[_FileReference]:
    names = page.surroundings.names()
    for target, offset, place in references_of_hugo(page.document):
        path = target.partition("#")[0].rstrip("/")
        if not path or re.search(r"[:{}<>$*]", path):
            continue
        name = posixpath.basename(path).partition(".")[0].casefold()
        # Hugo finds a page by its name alone as well, and those that it makes itself without any file.
        if names is None or (name in names and "/" not in path.strip("/")):
            continue
        rooted = _from(base, f"/{path}", _SUFFIXES_OF_HUGO)
        yield _FileReference(target, (*_from(base, path, _SUFFIXES_OF_HUGO), *rooted), offset, place)


# Labels

_LABEL_ROLES = frozenset({"ref", "numref", "eq", "prf:ref", "std:ref", "std:numref", "math:numref"})
_BOOKDOWN_REFERENCE = re.compile(rb"\\@ref\(([\w:./-]+)\)")
_OF_PART = Expression(r"-\d+\Z")


def reference_undefined(page: Page) -> Iterator[Spot]:
    """References to labels that nothing defines."""
    if page.is_part:
        return
    dialects = page.document.options.dialects
    if not page.targets_are_open:
        yield from _undefined_brackets(page)
    if "myst" in dialects and (labels := page.surroundings.labels()) is not None:
        for target, offset, place in _roles(page, _LABEL_ROLES):
            own = target.startswith("!") or not target or page.has_target(target)
            if not own and not is_foreign_label(target, labels):
                yield Spot(f"no document of the project defines the label {target}", offset, place, target)
    if "pandoc" in dialects:
        yield from _undefined_numbers(page)


def _undefined_numbers(page: Page) -> Iterator[Spot]:
    """References to figures, tables, sections and the like, as Quarto, pandoc-crossref and bookdown have them."""
    data = page.document.data
    if (b"@" not in data) or page.targets_are_open:
        return
    known = {name.casefold() for name in page.given_ids}
    others = page.surroundings.labels()
    for place, item in enumerate(page.document.outline):
        if not isinstance(item, Run) or b"@" not in data[item.start : item.end]:
            continue
        source = source_text(data, item)
        for found in CROSS_REFERENCE.finditer(source.text):
            label = found[1].casefold()
            if not any(one in known or (others and one in others) for one in (label, _OF_PART.sub("", label))):
                text = f"nothing has the label {found[1]}"
                yield Spot(text, source.offsets[found.start()], place, found[1])
        if b"\\@ref(" in data[item.start : item.end] and not any(one.kind == "Code" for one in item.inlines):
            for reference in _BOOKDOWN_REFERENCE.finditer(data, item.start, item.end):
                label = reference[1].decode().casefold()
                names = {label, label.partition(":")[2] or label}
                names |= {_OF_PART.sub("", name) for name in names}
                is_known = not names.isdisjoint(known) or bool(others and not names.isdisjoint(others))
                if not is_known and not page.has_target(label):
                    yield Spot(f"nothing has the label {reference[1].decode()}", reference.start(), place, label)


# Links by reference

# Neither what indexes are written with, nor what says how a program is called: a[i][j], [option][, more].
_BRACKETS = Expression(
    r"(?<![\w\])}!\\\ufffd\ufffc])(?P<mark>!?)"
    r"\[(?P<text>(?!\^)[^\[\]\n]{1,300})\]\[(?P<label>(?![\^@\s])[^\[\]\n]{0,200})\](?![\w\[({:])"
)
_LABEL = Expression(r"(?=[^\W_])[^*=|<>{}()$\\\ufffd]*\w|\ufffc")
_LIKE_CODE = Expression(r"[^\W_]\.[^\W_]|::|->|\w\(\)|_\w+_|^[^\W\d]$")
# Also one whose address is the value of a template.
_DEFINED = re.compile(rb"^[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*\[([^\[\]\r\n]{1,200})\]:", re.MULTILINE)
_PROSE = Expression(r"[^\W\d_]{2,}[ ](?:[^\n]*[ ])?[^\W\d_]{2,}")
_SYNTAX = Expression(r"[|=<>;]|\.\.\.|…")
_LETTER = Expression(r"[^\W\d_]")
_LETTERS = Expression(r"[^\W\d_]{3}|[\ufffc\ue000]")
_USAGE = frozenset({
    *("arg", "args", "argument", "arguments", "boolean", "column", "command", "default", "file", "files", "flag"),
    *("flags", "index", "integer", "item", "key", "name", "number", "object", "option", "options", "optional"),
    *("params", "path", "row", "string", "subcommand", "value"),
})  # fmt: skip
_BY_REFERENCE = frozenset({"Reference", "Collapsed", "Shortcut"})


def _undefined_brackets(page: Page) -> Iterator[Spot]:
    """What is written as a link or an image by reference, but whose label nothing defines.

    Text in brackets is often meant as it is. So an image counts, and a link whose text is several words, or one in a
    document in which other links by reference work.
    """
    data = page.document.data
    if b"][" not in data:
        return
    works = any(
        isinstance(one.value, dict) and one.kind in {"Link", "Image"} and one.value["link_type"] in _BY_REFERENCE
        for block in page.blocks
        for one in block.run.inlines
    )
    known = {normal_label(label.decode()) for label in _DEFINED.findall(data)}
    if "pandoc" in page.document.options.dialects:  # there a heading is a label as well
        known.update(normal_label(plain(block.run.inlines)) for block in page.blocks if block.heading)
    for block in page.blocks:
        if b"][" not in data[block.run.start : block.run.end]:
            continue
        source = source_text(data, block.run)
        for found in _BRACKETS.finditer(source.text):
            offset, name = source.offsets[found.start()], "label" if found["label"] else "text"
            label = data[source.offsets[found.start(name)] : source.offsets[found.end(name)]].decode()
            is_known = normal_label(label) in known or _LIKE_CODE.search(label.strip("`")) is not None
            is_known = is_known or (not found["mark"] and _is_defined_elsewhere(page, label))
            if not is_known and _is_meant(found, works=works):
                kind = "image" if found["mark"] else "link"
                text = f"no definition [{label}]: gives this {kind} its address; readers see the brackets"
                yield Spot(text, offset, block.place, found.group())


def _is_meant(found: re.Match[str], *, works: bool) -> bool:
    """Whether two pairs of brackets are meant as a link or an image by reference."""
    text, label = found["text"], found["label"]
    if label and not _LABEL.fullmatch(label):
        return False
    if found["mark"]:
        return bool(label) or _LETTERS.search(text) is not None
    if text != text.strip() or not _USAGE.isdisjoint((text.casefold(), label.casefold())) or _SYNTAX.search(text):
        return False
    if _PROSE.search(text):
        return True
    if not works or re.search(r"[,:]", text):
        return False
    return bool(_LETTERS.search(text) or (_LETTER.search(text) and _LETTERS.search(label)))


def _is_defined_elsewhere(page: Page, label: str) -> bool:
    """Whether a label may be a heading of the project, as bookdown and the plugin autorefs of MkDocs read it."""
    labels, name = page.surroundings.labels() or (), normal_label(label)
    dialects = page.document.options.dialects
    if MADE_OF_CODE in labels or ("mkdocs" in dialects and page.has_target(label)):
        return True
    return name in labels and not {"mkdocs", "pandoc"}.isdisjoint(dialects)


# Texts with the places of their characters


class SourceText(NamedTuple):
    """A run as text in which only what the parser took for text is itself, and the place of each character."""

    text: str
    offsets: tuple[int, ...]


OPAQUE, ESCAPED, OPENED, CLOSED = "\ufffc", "\ufffd", "\ue000", "\ue001"
_MARKED = {"Emphasis": OPENED, "Strong": OPENED, "EndEmphasis": CLOSED, "EndStrong": CLOSED}


def source_text(data: bytes, run: Run) -> SourceText:
    """The text of a run, with one character for each code span, link and escape."""
    texts: list[str] = []
    offsets: list[int] = []
    for inline in run.inlines:
        value, offset = str(inline.value), inline.start
        if inline.kind != "Text":
            texts.append("\n" if inline.kind in ("SoftBreak", "HardBreak") else _MARKED.get(inline.kind, OPAQUE))
            offsets.append(offset)
        elif data[offset : inline.end] != value.encode():  # an entity, which is no mark
            texts.append(ESCAPED)
            offsets.append(offset)
        else:
            is_escaped = data[max(0, offset - 1) : offset] == b"\\"
            texts.append(ESCAPED + value[1:] if is_escaped and value else value)
            for character in value:
                offsets.append(offset)
                offset += len(character.encode())
    return SourceText("".join(texts), tuple(offsets))
