"""Tells prose in the comments of code from disabled code and from instructions for tools."""

from __future__ import annotations

import re

from translate_pipe.text.characters import UNSPACED, has_letters_or_digits

_UNSPACED = re.compile(UNSPACED)

BULLET = re.compile(r"(?:[-*+•|>]|\d{1,3}[.)]|#{1,6})[ \t]+")
"""The mark of an item in a list, which is no text."""

ANNOTATION = re.compile(r"\(\d+\)!?(?:[ \t]+|$)")
"""The number by which Material for MkDocs finds the annotation of a line of code."""

COMMENT_FENCE = re.compile(r"`{3,}|~{3,}")
"""The marks that open and close a code block in a comment."""

_TAG = re.compile(r"[@\\:][a-zA-Z]+\b")

_SPECIAL = re.compile(
    r"!"  # shebangs, and what is important to a style sheet
    r"|-\*-|vim?:|ex:|coding[:=]"
    r"|(?i:noqa)\b|type:\s|mypy:|pyright:|pylint:|flake8:|ruff:|isort:|fmt:|yapf:|black:|nosec\b|pragma[:\s]"
    r"|@ts-|eslint\b|eslint-|tslint:|jshint\b|jslint\b|jscs:|prettier-ignore|stylelint-|biome-ignore|istanbul ignore"
    r"|[cv]8 ignore|<reference\b|@jsx|@flow\b|[#@] ?sourceMappingURL|webpack[A-Z]|[@#]__PURE__"
    r"|rubocop:|standard:|frozen_string_literal:|typed:|noinspection\b"
    r"|shellcheck\b|hadolint\b|yamllint\b|yaml-language-server:|syntax=|checkov:|tflint-|tfsec:|renovate:|markdownlint-"
    r"|clang-format\b|NOLINT|IWYU\b|cppcheck-|go:|nolint\b|\+build\b|swiftlint:|swift-format-|ktlint-|detekt:"
    r"|phpcs:|phpstan-|psalm-|@phpstan|@psalm|@codingStandards|credo:|dialyzer:|hlint:|lint[:-]|jscpd:|codeql\["
    r"|SPDX-|ANCHOR(?:_END)?:|[-;]{0,2}8<-"
    r"|#?endregion\b|#region\b|region [A-Z]|\[(?:start|end) |\[\w+\]$|tag::|end::|<\d+>"
    r"|highlight-|\[!code|\{\{|include\b.*\}\}|i18n:|\{%"
)
"""Comments that are meant for a tool: what they begin with."""

_CODE = re.compile(
    r"[;{}]\s*$"
    r"|^[\w.\[\]'\"$]+\s*(?:[-+*/|&]?=|:=|<-|=>|->|==)(?:\s|\S)"
    r"|^(?:[\w$]+(?:\.|::))*[\w$]+[!?]?\(.*\)[\s;:,?]*$"
    r"|^(?:import|from|return|def|class|let|const|var|fn|func|function|pub|use|elif|else|raise|yield|await|async)\b"
    r"(?:.*(?:[{}=;]|\w\())"
    r"|^(?:import|use|let|var|const|class|fn|def)\s+[\w.:]+$"
    r"|^(?:if|for|while|with|match|switch)\b.*[:{]\s*$"
    r"|^[A-Z]{2,} \[|^[a-z][\w-]*:$|^\$\s|^>>>|^=?=>|^\?\s|^->|^#\[|^</?\w[^>]*>$|^https?://\S+$|[ \t]{3,}|\t",
)
"""Code that was put into a comment, results, addresses, and what is aligned by hand."""

_STATEMENT = re.compile(
    r"[\w.\[\]'\"$]+\s*(?:[-+*/|&]?=|:=|<-|=>)"
    r"|(?:[\w$]+(?:\.|::))*[\w$]+[!?]?\(.*\)[\s;:,?]*$|[A-Z]+ \[|[$>]+ |[{}()\[\]]+[,;]?$"
)
"""A line of code in a comment, which is no part of the prose before it."""

_WORD = re.compile(r"[(\"'“‘«»„¿¡*_`\[]*[^\W\d_]+(?:[-'’./][^\W\d_]+)*[)\"'”’»“*_`\],.:;!?…–—]*\Z")
_NAME = re.compile(r"[^\s_/\\.=(){}<>$@:#|]*+[_/\\.=(){}<>$@:#|]\S*+\Z")
_CAMEL = re.compile(r"[^\W\d_A-Z]+[A-Z]")


def stands_apart(text: str) -> bool:
    """Whether a line of a comment never goes on with the paragraph before it: tags, fences, marks for tools, rules."""
    patterns = (BULLET, ANNOTATION, COMMENT_FENCE, _TAG, _STATEMENT)
    return is_for_tools(text) or any(pattern.match(text) for pattern in patterns)


def is_for_tools(text: str) -> bool:
    """Whether a line of a comment speaks to a tool, or has nothing to read."""
    return _SPECIAL.match(text) is not None or not has_letters_or_digits(text)


def is_prose(text: str) -> bool:
    """Whether the text of a comment is for people.

    At least half of what blanks separate must be words; one word alone is one unless it looks like a name in code.

    >>> is_prose("De som van twee getallen."), is_prose("x = som(a, b);"), is_prose("src/main.rs")
    (True, False, False)
    """
    if _UNSPACED.search(text):
        return not _CODE.search(text) or len(_UNSPACED.findall(text)) > 1
    if _CODE.search(text):
        return False
    parts = text.split()
    if len(parts) == 1:
        return bool(_WORD.match(text)) and not (_NAME.match(text.rstrip(".:!?…")) or _CAMEL.match(text))
    words = sum(bool(_WORD.match(part)) for part in parts)
    return words * 2 >= len(parts) and any(len(part) > 1 for part in parts if _WORD.match(part))
