"""Words and their forms, without a dictionary."""

from __future__ import annotations

from translate_pipe.text.expression import Expression

_WORD = Expression(r"[^\W\d_]+(?:['’\u200c\u200d-][^\W\d_]+)*")
_SHORTEST_STEM = 2
_LONGEST_ENDING = 4


def words_of(text: str) -> list[str]:
    """The words of a text, without numbers; an apostrophe or hyphen joins two parts of one word.

    >>> words_of("Rust'ta 3 foto's")
    ["Rust'ta", "foto's"]
    """
    return _WORD.findall(text)


def is_form_of(word: str, base: str) -> bool:
    """Whether a word is, or may be, an inflected form of another: the same beginning, other endings.

    >>> is_form_of("drietal", "drie"), is_form_of("одного", "один"), is_form_of("een", "twee")
    (True, True, False)
    """
    if word == base:
        return True
    common = 0
    for one, other in zip(word, base, strict=False):
        if one != other:
            break
        common += 1
    if len(base) == 1:
        return False
    return common >= max(_SHORTEST_STEM, len(base) - 2) and len(word) - common <= min(_LONGEST_ENDING, len(base))
