"""The terms of a project: which translation each has in a locale, and which stay as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.checks.helpers.finding import Finding, concerns
from translate_pipe.checks.helpers.traits import Trait
from translate_pipe.checks.helpers.wording import is_form_of, words_of
from translate_pipe.errors import GlossaryError
from translate_pipe.late import LateModule

if TYPE_CHECKING:
    import csv
    from collections.abc import Iterator

    from translate_pipe.checks.helpers.pair import Pair
else:  # few projects have a glossary
    csv = LateModule("csv")

COLUMNS = ("term", "locale", "translation", "do-not-translate")
_YES = frozenset({"yes", "true", "1", "x", "ja"})
_ANY_LOCALE = frozenset({"", "*"})


class Term(NamedTuple):
    """A term of the glossary.

    - `term`: the term in the source language.
    - `locale`: where it is translated so; empty for every locale.
    - `translations`: the translations that are right; none if the term stays as it is.
    """

    term: str
    locale: str
    translations: tuple[str, ...]


def parse_glossary(text: str) -> tuple[Term, ...]:
    r"""The terms of a glossary.

    `text` is CSV. Its first row names the columns: `term`, and any of `locale`, `translation` (several are divided by
    `|`) and `do-not-translate`. Raises GlossaryError, with the line, for a column or row that cannot be used.

    >>> parse_glossary("term,locale,translation\nhuid,de,Haut\n")
    (Term(term='huid', locale='de', translations=('Haut',)),)
    """
    rows = csv.DictReader(text.removeprefix("\ufeff").splitlines(keepends=True), strict=True)
    try:
        columns, numbered = rows.fieldnames or (), [(rows.line_num, row) for row in rows]
    except csv.Error as error:
        raise GlossaryError(f"this is not valid CSV ({error})", rows.line_num) from error
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown or "term" not in columns:
        problem = f"unknown column {unknown[0]!r}" if unknown else "the column 'term' is missing"
        raise GlossaryError(f"{problem}; the columns are {', '.join(COLUMNS)}", 1)
    terms: list[Term] = []
    for line, row in numbered:
        term = (row["term"] or "").strip()
        if not term:
            continue
        stays = (row.get("do-not-translate") or "").strip().lower() in _YES
        translations = tuple(part.strip() for part in (row.get("translation") or "").split("|") if part.strip())
        if not translations and not stays:
            raise GlossaryError(f"{term!r} has no translation; write one, or yes under do-not-translate", line)
        locale = (row.get("locale") or "").strip().replace("-", "_")
        terms.append(Term(term, "" if locale in _ANY_LOCALE else locale, () if stays else translations))
    return tuple(terms)


@concerns(Trait.TERM)
def glossary(pair: Pair) -> Iterator[Finding]:
    """Terms of the glossary that are translated otherwise, or that should have stayed as they are."""
    if not pair.glossary:
        return
    # Terms may be code as well, so whole texts are searched.
    source, translation = pair.message.msgid.lower(), pair.message.msgstr.lower()
    for one in pair.glossary:
        if one.locale and pair.locale != one.locale and pair.locale.partition("_")[0] != one.locale:
            continue
        if not _has(source, one.term):
            continue
        wanted = one.translations or (one.term,)
        if not any(_has(translation, text) for text in wanted):
            rule = f"has {' or '.join(wanted)} for {one.term}" if one.translations else f"keeps {one.term} as it is"
            yield Finding(f"the glossary {rule}", (one.term,))


def _has(text: str, term: str) -> bool:
    """Whether a text in small letters has a term, as it is, inflected, or within a compound."""
    wanted = term.lower()
    if wanted in text:
        return not wanted.isascii() or len(wanted) > _SHORT or bool(re.search(rf"\b{re.escape(wanted)}", text))
    words, parts = words_of(text), words_of(wanted)
    return bool(parts) and all(any(is_form_of(word, part) for word in words) for part in parts)


_SHORT = 3
