"""Writes the pages of the dialects in the documentation, from the tables that the parser uses.

python tools/dialect_pages.py            writes docs/dialects/*.md
python tools/dialect_pages.py --check    writes nothing; exit code 1 if a page would change
"""

from __future__ import annotations

import sys
from pathlib import Path

from translate_pipe.markdown.dialects import ALL_DIALECTS, ATTRIBUTES, Dialect
from translate_pipe.markdown.dialects.rules import Example, LineForm, LineRule, TokenRule
from translate_pipe.registry import DIALECT_CHOICES

SUMMARIES = {choice.name: choice.summary for choice in DIALECT_CHOICES}
FOLDER = Path(__file__).parents[1] / "docs" / "dialects"

_FORMS = {
    LineForm.INDENTED: "The body is indented below the line. It is Markdown, at any depth.",
    LineForm.OPENING: "The body reaches to the closing line. It is Markdown, at any depth.",
    LineForm.ITEM: "The mark stays as it is; the rest of the line is text.",
    LineForm.CLOSING: "This line stays as it is.",
    LineForm.SINGLE: "Stays as it is, except for its text.",
    LineForm.REGION: "Everything up to the closing line stays as it is.",
}
_WITHIN_TEXT = "Within a text, a token is part of the segment: translators see it and keep it."


def page(dialect: Dialect) -> str:
    """The page of one dialect."""
    parts = [
        f"# {dialect.title}",
        "<!-- Made by tools/dialect_pages.py from src/translate_pipe/markdown/dialects; do not edit. -->",
        SUMMARIES[dialect.name],
        f'```toml\ndialect = "{dialect.name}"\n```',
        _foundation(dialect),
    ]
    if dialect.lines:
        parts += ["## Lines", "Recognised on lines of their own, also in lists, block quotes and each other."]
        parts += [_section(rule, _FORMS[rule.form]) for rule in dialect.lines]
    if dialect.tokens:
        parts += ["## Tokens", _WITHIN_TEXT + " A text without anything else is not a segment."]
        parts += [_section(rule) for rule in dialect.tokens]
    parts += _executed(dialect)
    if dialect.lines:
        names = ", ".join(f"`{name}`" for name in sorted({*ATTRIBUTES, *dialect.attributes}))
        about = (
            f"Those that readers see are segments, on lines of their own: {names}. Name others with the key "
            "[`attributes`](../configuration.md#attributes)."
        )
        parts += ["## Attributes and parameters", about]
    parts.append(
        "[What is a segment, and what is not](../maintainers.md#what-is-a-segment-and-what-is-not) lists all other "
        "segments."
    )
    return "\n\n".join(parts) + "\n"


_EXECUTED = (
    "The site generator executes, includes or loads these. A translation may have only those of its source; see "
    "[executable](../checks.md#executable)."
)


def _executed(dialect: Dialect) -> list[str]:
    """The tokens that the generator of a dialect executes, as a table with an example of each."""
    rows = [
        f"| {rule.name} | {rule.view.value} | {_code(rule.example).replace('|', chr(92) + '|')} |"
        for rule in dialect.executed
        if rule.example
    ]
    if not rows:
        return []
    return ["## Executed tokens", _EXECUTED, "\n".join(["| Token | Place | Example |", "| --- | --- | --- |", *rows])]


def _foundation(dialect: Dialect) -> str:
    if not dialect.parser:
        return "Tables, footnotes, task lists and the like are text in this dialect."
    return (
        "From CommonMark and GitHub: headings, paragraphs, lists, task lists, block quotes, alerts, tables, "
        "footnotes, strikethrough, definition lists, ids of headings, code, HTML, links and images."
    )


def _section(rule: LineRule | TokenRule, about: str = "") -> str:
    parts = [f"### {rule.name}", *([about] if about else []), _shown(rule.example)]
    return "\n\n".join(parts)


def _shown(example: Example) -> str:
    fence = "`````" if "````" in example.markdown else "````"
    segments = "\n".join(f"- {_code(segment)}" for segment in example.segments)
    found = f"Segments:\n\n{segments}" if segments else "No segment."
    return f"{fence}markdown\n{example.markdown}\n{fence}\n\n{found}"


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def main() -> int:
    """Write the pages, or say which would change."""
    changed = [
        dialect.name
        for dialect in ALL_DIALECTS
        if not (file := FOLDER / f"{dialect.name}.md").exists() or file.read_text(encoding="utf-8") != page(dialect)
    ]
    if "--check" in sys.argv:
        sys.stderr.writelines(
            f"docs/dialects/{name}.md does not match the tables; run: make pages\n" for name in changed
        )
        return bool(changed)
    FOLDER.mkdir(exist_ok=True)
    for dialect in ALL_DIALECTS:
        (FOLDER / f"{dialect.name}.md").write_text(page(dialect), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
