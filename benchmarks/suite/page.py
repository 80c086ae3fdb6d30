"""Puts made text into a page, between marks."""

from __future__ import annotations


def marks(name: str) -> tuple[str, str]:
    """The comments between which a part of a page is made."""
    return f"<!-- bench:{name}:start -->", f"<!-- bench:{name}:end -->"


def replaced(page: str, name: str, text: str) -> str:
    r"""A page with another text between the marks of a name.

    >>> print(replaced("a\n<!-- bench:x:start -->\nold\n<!-- bench:x:end -->\nb", "x", "new"))
    a
    <!-- bench:x:start -->
    <BLANKLINE>
    new
    <BLANKLINE>
    <!-- bench:x:end -->
    b
    """
    start, end = marks(name)
    before, found, rest = page.partition(start)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"the page lacks {start} or {end}")
    return f"{before}{start}\n\n{text}\n\n{end}{after}"


def part(page: str, name: str) -> str:
    """The text between the marks of a name.

    >>> part(replaced("<!-- bench:x:start --><!-- bench:x:end -->", "x", "new"), "x")
    'new'
    """
    start, end = marks(name)
    return page.partition(start)[2].partition(end)[0].strip("\n")
