"""The configuration of a project: its values, and reading them with errors that name the line."""

from __future__ import annotations

import fnmatch
import re
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from translate_pipe import locales
from translate_pipe.errors import ConfigurationError, UnknownLocaleError
from translate_pipe.late import LateModule
from translate_pipe.links import PLACEHOLDERS, LinkRule, LocaleLinks, unknown_placeholders
from translate_pipe.model import BYTE_ORDER_MARK, Diagnostic, ParseOptions, Severity
from translate_pipe.project.settings.keys import KEYS, Key, KeyValues
from translate_pipe.project.settings.patterns import SUFFIXES, Paths, folder_prefix
from translate_pipe.registry import (
    ALL_RULES,
    CHECK_GROUP,
    CONFIGURATION_FILE,
    DIALECT_GROUP,
    DOCUMENT_RULES,
    HEADER_LANGUAGE,
    MARKDOWN_EXTENSIONS,
    MESSAGE_RULES,
    PLUGIN_GROUPS,
    PYPROJECT_FILE,
    RENDERING,
    SEVERITIES,
    SOURCE_RULES,
    closest,
    names,
    plugins,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from translate_pipe import catalogue, checks
    from translate_pipe.localisation import finishing, renderers
    from translate_pipe.markdown import dialects
else:
    catalogue = LateModule("translate_pipe.catalogue")
    checks = LateModule("translate_pipe.checks")
    dialects = LateModule("translate_pipe.markdown.dialects")
    finishing = LateModule("translate_pipe.localisation.finishing")
    renderers = LateModule("translate_pipe.localisation.renderers")

TABLE = "tool.translate-pipe"
_FILES = (CONFIGURATION_FILE, PYPROJECT_FILE)

_OF_FILES = frozenset(rule.name for rule in ALL_RULES if rule.is_of_files)
_GRADED = tuple(rule.name for rule in ALL_RULES if not rule.is_of_files)
_STAY_ERRORS = frozenset(rule.name for rule in ALL_RULES if rule.stays_error)
_IGNORABLE = (*names((*MESSAGE_RULES, *DOCUMENT_RULES, *SOURCE_RULES)), RENDERING, HEADER_LANGUAGE)

_ENDINGS = {"catalogue": (".po",), "template": (".pot", ".po"), "output": SUFFIXES}
"""The endings that the paths of a kind of file must have."""


@dataclass(frozen=True, slots=True)
class Configuration(KeyValues):
    """A project's choices, checked.

    `vain_opt_outs` are diagnostics of keys that try to silence what has no opt-out, each at its line.
    """

    # Not part of the cache key, because nothing else depends on them.
    vain_opt_outs: tuple[Diagnostic, ...] = field(default=(), repr=False, compare=False)

    @property
    def merge_options(self) -> catalogue.MergeOptions:
        """The options of merges."""
        return catalogue.MergeOptions(
            keep_obsolete=self.obsolete == "keep", trust_compendia=self.reuse == "translated", hard_breaks=True
        )

    @property
    def parse_options(self) -> ParseOptions:
        """The options of the parser."""
        return ParseOptions(
            front_matter=self.front_matter,
            translate_bibliography=self.bibliography == "translate",
            bibliography_headings=self.bibliography_headings,
            dialects=self.dialect,
            attributes=self.attributes,
            code=self.code,
            segmentation=self.segmentation,
            source_locale=self.source_locale,
        )

    def finish(self, locale: str) -> finishing.Finish:
        """What to do with the localised documents of a locale."""
        return finishing.Finish(LocaleLinks(self.links, locale), self.anchors, self.anchor_slugs)

    def graded(self, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Diagnostics with the severities that the project gives their checks."""
        severities = dict(self.severity)
        for found in diagnostics:
            given = severities.get(found.check)
            if given is not None and found.check not in _STAY_ERRORS:
                yield replace(found, severity=given)
            else:
                yield found

    def severity_of(self, check: str, usual: Severity) -> Severity:
        """The severity that a check has in this project."""
        return usual if check in _STAY_ERRORS else dict(self.severity).get(check, usual)

    def allowed(self, path: str) -> tuple[str, ...]:
        """The tokens that translations of a document may have although they are executed, included or loaded."""
        if not self.allow:
            return ()
        below = path.removeprefix(folder_prefix(self.source_folder))
        return tuple(token for token, globs in self.allow if any(fnmatch.fnmatchcase(below, one) for one in globs))

    def stand_ins(self, locale: str) -> tuple[str, ...]:
        """The locales whose translations are published where a locale has none, the nearest first."""
        return locales.fallback_chain(locale) if self.fallback == "chain" else ()

    @property
    def paths(self) -> Paths:
        """Which kind of file a path is."""
        return Paths({key.name: getattr(self, key.name) for key in KEYS}, _FILES)

    def kinds(self, path: str) -> set[str]:
        """The keys whose patterns mean a path."""
        return self.paths.kinds(path)

    @property
    def source_folder(self) -> str:
        """The folder of the documents, relative to the project."""
        return expand(self.source, locale=self.source_locale)


def expand(pattern: str, **values: str) -> str:
    """A path pattern with its placeholders filled in, in one pass, so that no value is expanded again.

    >>> expand("build/{locale}/{path}.md", locale="de", path="huid/olie")
    'build/de/huid/olie.md'
    """
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match.group()), pattern)


def parse_configuration(text: str, file: str, *, table: str = "") -> Configuration:
    """Read and check a configuration.

    `text` is TOML, `file` the name for errors, `table` the dotted name of the table that holds the keys, empty if they
    are in no table. Raises ConfigurationError, which names the key and the line.
    """
    text = text.removeprefix(BYTE_ORDER_MARK)
    try:
        values = _parsed(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found[1]) if found else text.rstrip().count("\n") + 1
        problem = re.sub(r" \(at .*\)$", "", str(error))
        raise ConfigurationError(file, line, f"this is not valid TOML: {problem}") from error
    for name in filter(None, table.split(".")):
        values = values[name]
    return _Reader(text, file, table).read(values)


def _parsed(text: str) -> Any:  # noqa: ANN401  # whatever a TOML file may hold
    """The content of a TOML text; raises TOMLDecodeError, also for what the library's parser gives up on."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError as error:
        raise tomllib.TOMLDecodeError("it is nested too deep") from error
    except ValueError as error:
        raise tomllib.TOMLDecodeError("a number is too long") from error


def has_table(text: str, table: str) -> bool:
    """Whether a TOML text has a table; a text that is no TOML has it if it looks so."""
    try:
        values = _parsed(text.removeprefix(BYTE_ORDER_MARK))
    except tomllib.TOMLDecodeError:
        return _table_header(table).search(text) is not None
    for name in table.split("."):
        values = values.get(name) if isinstance(values, dict) else None
    return isinstance(values, dict)


def _table_header(table: str) -> re.Pattern[str]:
    """Matches the line that opens a table; each part of the name may be quoted."""
    name = r"[ \t]*\.[ \t]*".join(rf"[\"']?{re.escape(part)}[\"']?" for part in table.split("."))
    return re.compile(rf"^[ \t]*\[[ \t]*{name}[ \t]*\]", re.MULTILINE)


def _unknown_check(name: str, known: Sequence[str]) -> str:
    close = closest(name, known)
    hint = f"did you mean {close!r}?" if close else "the checks are " + ", ".join(known)
    return f"unknown check {name!r}; {hint}"


class _Reader:
    """Checks the values of one configuration; knows the lines of its keys."""

    def __init__(self, text: str, file: str, table: str) -> None:
        self._text = text
        self._file = file
        self._table = table

    def read(self, values: Mapping[str, object]) -> Configuration:
        """The checked configuration; raises ConfigurationError."""
        known = [key.name for key in KEYS]
        for name in values:
            if name not in known:
                close = closest(name, known)
                hint = f"did you mean {close!r}?" if close else "the keys are " + ", ".join(known)
                raise self._error(name, f"unknown key {name!r}; {hint}")
        for key in KEYS:
            if key.default is None and key.name not in values:
                raise ConfigurationError(self._file, 0, f'the key {key.name!r} is missing, as in {key.name} = "nl"')
        checked: dict[str, Any] = {
            key.name: self._value(key, values[key.name], values.get("plugins")) if key.name in values else key.default
            for key in KEYS
            if not key.is_table
        }
        self._load(checked)
        checked["source_locale"] = self._locale("source_locale", checked["source_locale"])
        checked["locales"] = tuple(self._locale("locales", tag) for tag in checked["locales"])
        if checked["source_locale"] in checked["locales"]:
            raise self._error("locales", f"the source locale {checked['source_locale']!r} is not to be translated into")
        if len(set(checked["locales"])) < len(checked["locales"]):
            raise self._error("locales", "a locale is here twice")
        self._check_paths(checked)
        checked["links"] = self._links(values.get("links", {}), checked["locales"])
        of_plugins = [name for name in checked["plugins"] if name in plugins(CHECK_GROUP)]
        checked["severity"] = self._severities(values.get("severity", {}), of_plugins)
        checked["allow"] = self._allowed(values.get("allow", {}))
        known = [*_IGNORABLE, *of_plugins]
        for name in checked["ignore_checks"]:
            if name not in known:
                raise self._error("ignore_checks", _unknown_check(name, known))
        return Configuration(**checked, vain_opt_outs=tuple(self._vain_opt_outs(checked)))

    # Paths

    def _check_paths(self, checked: Mapping[str, Any]) -> None:
        """No path may be of two kinds, or of a kind that its ending does not show, or that of two domains."""
        for name in ("catalogue", "template"):
            if "{path}" in checked["domain"] and "{domain}" not in checked[name]:
                raise self._error(
                    name, f"{name!r} must contain {{domain}}, since each document has a domain of its own"
                )
        for name, endings in _ENDINGS.items():
            if not checked[name].endswith(endings):
                raise self._error(name, f"{name!r} must end in {' or '.join(endings)}")
        if checked["record"].endswith((*SUFFIXES, ".po", ".pot", ".toml", ".csv")):
            raise self._error("record", f"'record' is a file of its own kind; name it {checked['record']}.sha256")
        for name in ("output", "catalogue"):
            if re.search(r"\}\{", checked[name]):
                raise self._error(name, f"{name!r} needs a character such as / or . between its placeholders")
        for name, other, example in Paths(checked, _FILES).conflicts():
            key, also = (other, name) if self._line(other) > self._line(name) else (name, other)
            named = "the configuration itself" if also == "configuration" else repr(also)
            problem = f"{key!r} and {named} can both mean {example!r}, as they are; change one of them"
            raise self._error(key, problem)

    # Links

    def _links(self, table: object, tags: Sequence[str]) -> tuple[LinkRule, ...]:
        """The rules of the table `links`, for the locales of the project."""
        if not isinstance(table, dict):
            raise self._error("links", "'links' must be a table of patterns and replacements, as below a line [links]")
        self._check_no_keys("links", table)
        rules: list[LinkRule] = []
        for pattern, value in table.items():
            if not pattern:
                raise self._error_in("links", pattern, "a pattern of 'links' is empty")
            if isinstance(value, str):
                self._check_replacement(pattern, value)
                rules.append(LinkRule(pattern, value))
                continue
            if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
                problem = (
                    f"what replaces {pattern!r} in 'links' must be a text or a table of texts by locale, as in "
                    '"/nl/*" = { de = "/de/*" }, with quotes around the pattern'
                )
                raise self._error_in("links", pattern, problem)
            by_locale: dict[str, str] = {}
            for tag, text in value.items():
                self._check_replacement(pattern, text)
                locale = self._locale_of_link(pattern, tag, tags)
                if locale in by_locale:
                    problem = f"the locale {locale!r} is there twice for {pattern!r} in 'links'"
                    raise self._error_in("links", pattern, problem)
                by_locale[locale] = text
            rules.append(LinkRule(pattern, by_locale=tuple(by_locale.items())))
        return tuple(rules)

    def _locale_of_link(self, pattern: str, tag: str, tags: Sequence[str]) -> str:
        try:
            locale = locales.normalise(tag)
        except UnknownLocaleError as error:
            raise self._error_in("links", pattern, f"{error}, beside {pattern!r} in 'links'") from error
        if not any(locale in (one, *locales.fallback_chain(one)) for one in tags):
            known = ", ".join(tags) or "none"
            problem = f"the locale {locale!r}, beside {pattern!r} in 'links', is not among the 'locales' ({known})"
            raise self._error_in("links", pattern, problem)
        return locale

    def _check_replacement(self, pattern: str, text: str) -> None:
        for placeholder in unknown_placeholders(text):
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            problem = f"unknown placeholder {{{placeholder}}} in {text!r} in 'links'; it may use {known}"
            raise self._error_in("links", pattern, problem)
        if text.count("*") > pattern.count("*"):
            problem = f"{text!r} in 'links' has more * than its pattern {pattern!r}, so one of them has no value"
            raise self._error_in("links", pattern, problem)
        if not text or not text.isprintable():
            raise self._error_in("links", pattern, f"what replaces {pattern!r} in 'links' is no address")

    # Plugins and extensions

    def _load(self, checked: Mapping[str, Any]) -> None:
        """Load each plugin and extension now, so that a run that needs it does not fail halfway."""
        for name in checked["plugins"]:
            if not any(name in plugins(group) for group in PLUGIN_GROUPS):
                close = closest(name, [one for group in PLUGIN_GROUPS for one in plugins(group)])
                hint = f", did you mean {close!r}?" if close else "; install the distribution that has it"
                raise self._error("plugins", f"no plugin {name!r} is installed{hint}")
            try:
                if name in plugins(DIALECT_GROUP):
                    dialects.plugin_dialect(name)
                if name in plugins(CHECK_GROUP):
                    checks.plugin_check(name)
            except ValueError as error:
                raise self._error("plugins", str(error)) from error
        for name in checked["markdown_extensions"]:
            try:
                if name not in MARKDOWN_EXTENSIONS:  # each by itself, to name the culprit
                    renderers.PythonMarkdown((name,))
            except renderers.RenderingError as error:
                problem = (
                    f"the extension {name!r} cannot be loaded; name one of Python-Markdown, or install it ({error})"
                )
                raise self._error("markdown_extensions", problem) from error

    # Severities, and what is allowed

    def _severities(self, table: object, of_plugins: Sequence[str]) -> tuple[tuple[str, Severity], ...]:
        """The severities of the table `severity`, by the names of checks; `of_plugins` are further ones."""
        if not isinstance(table, dict):
            raise self._error("severity", "'severity' must be a table of checks, as below a line [severity]")
        known = (*_GRADED, *of_plugins)
        # Some checks have the names of keys: code, name.
        self._check_no_keys("severity", (name for name in table if name not in known))
        for name, value in table.items():
            if name in _OF_FILES:
                problem = f"the severity of {name!r} is fixed: what it is about has not been read, written or checked"
                raise self._error_in("severity", name, problem)
            if name not in known:
                raise self._error_in("severity", name, _unknown_check(name, known))
            if value not in SEVERITIES:
                problem = f"the severity of {name!r} must be one of " + ", ".join(map(repr, SEVERITIES))
                raise self._error_in("severity", name, problem)
        return tuple((name, Severity(value)) for name, value in table.items())

    def _vain_opt_outs(self, checked: Mapping[str, Any]) -> Iterator[Diagnostic]:
        """The diagnostics of keys that try to silence what has no opt-out, each at its line."""
        ignored = [("ignore_checks", self._line("ignore_checks"), name) for name in checked["ignore_checks"]]
        lower = [name for name, severity in checked["severity"] if severity is not Severity.ERROR]
        graded = [("severity", self._line_in("severity", name), name) for name in lower]
        for key, line, name in (*ignored, *graded):
            if name in _STAY_ERRORS:
                problem = f"{key!r} does not silence {name}; remove it"
                yield Diagnostic("useless-ignore", Severity.WARNING, problem, self._file, line)

    def _allowed(self, table: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The tokens of the table `allow`, each with the patterns of its documents."""
        if not isinstance(table, dict):
            raise self._error("allow", "'allow' must be a table of tokens and documents, as below a line [allow]")
        self._check_no_keys("allow", table)
        for token, globs in table.items():
            if not token.strip():
                raise self._error_in("allow", token, "a token of 'allow' is empty")
            if not isinstance(globs, list) or not globs or not all(isinstance(one, str) and one for one in globs):
                problem = f"{token!r} in 'allow' needs a list of documents, as in " + '"{{ x }}" = ["guide/*"]'
                raise self._error_in("allow", token, problem)
        return tuple((token, tuple(globs)) for token, globs in table.items())

    def _check_no_keys(self, table: str, names: Iterable[str]) -> None:
        """A key that is written below the line of a table belongs to it, which is hardly ever meant."""
        for name in names:
            if name in {key.name for key in KEYS}:
                problem = f"the key {name!r} is below [{table}] and so belongs to it; move it before that line"
                raise self._error_in(table, name, problem)

    def _error_in(self, table: str, name: str, problem: str) -> ConfigurationError:
        """An error about a name in a table: at its line, or at that of the table if it is not written as it is."""
        return ConfigurationError(self._file, self._line_in(table, name), problem)

    def _line_in(self, table: str, name: str) -> int:
        """The line of a name in a table, or that of the table if the name is not written as it is."""
        line = self._line(table)
        if not line:  # a table below the one that holds the keys
            header = _table_header(f"{self._table}.{table}").search(self._text)
            line = self._text.count("\n", 0, header.start()) + 1 if header else 0
        lines = self._text.split("\n")
        found = (nth for nth, text in enumerate(lines[line - 1 :], line) if text.lstrip(" \t\"'").startswith(name))
        return next(found, line) if name else line

    # Values

    def _value(self, key: Key, value: object, active: object) -> str | int | tuple[str, ...]:
        """The checked value of a key; the `active` plugins may add dialects to those that it may hold."""
        if key.is_list:
            if key.choices and isinstance(value, str):  # a single one needs no brackets
                value = [value]
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise self._error(key.name, f'{key.name!r} must be a list of texts, as in {key.name} = ["…", "…"]')
            for text in (one for one in value if key.choices and one not in key.choices):
                if key.name != "dialect" or text not in plugins(DIALECT_GROUP):
                    known = ", ".join(map(repr, key.choices))
                    raise self._error(key.name, f"{key.name!r} cannot hold {text!r}; it may hold {known}")
                if not isinstance(active, list) or text not in active:
                    problem = f'the dialect {text!r} belongs to a plugin, which has to be named: plugins = ["{text}"]'
                    raise self._error(key.name, problem)
            return tuple(value)
        if isinstance(key.default, int):
            if type(value) is not int or value < 0:
                raise self._error(key.name, f"{key.name!r} must be a whole number, as in {key.name} = {key.default}")
            return value
        if not isinstance(value, str):
            raise self._error(key.name, f'{key.name!r} must be a text, as in {key.name} = "…"')
        self._check_text(key, value)
        return value

    def _check_text(self, key: Key, value: str) -> None:
        if key.choices and value not in key.choices:
            raise self._error(key.name, f"{key.name!r} must be one of " + ", ".join(map(repr, key.choices)))
        if key.is_path and (value or key.default):
            parts = value.split("/")
            if not value or value.startswith("/") or ".." in parts:
                raise self._error(key.name, f"{key.name!r} must be a path inside the project, without '..'")
            if ".git" in map(str.lower, parts):
                problem = f"{key.name!r} must not lead into the folder .git, which belongs to git alone"
                raise self._error(key.name, problem)
            if not value.isprintable():
                raise self._error(key.name, f"{key.name!r} must not have control characters")
        used = re.findall(r"\{(.*?)\}", value)
        if unknown := [name for name in used if name not in key.placeholders]:
            known = ", ".join(f"{{{name}}}" for name in key.placeholders) or "none"
            raise self._error(key.name, f"unknown placeholder {{{unknown[0]}}} in {key.name!r}; it may use {known}")
        if missing := [name for name in key.required if name not in used]:
            raise self._error(key.name, f"{key.name!r} must contain {{{missing[0]}}}")

    def _locale(self, name: str, tag: str) -> str:
        try:
            return locales.normalise(tag)
        except UnknownLocaleError as error:
            raise self._error(name, str(error)) from error

    def _error(self, name: str, problem: str) -> ConfigurationError:
        return ConfigurationError(self._file, self._line(name), problem)

    def _line(self, name: str) -> int:
        start = 0
        if self._table:
            table = _table_header(self._table).search(self._text)
            start = table.end() if table else 0
        key = re.compile(rf"^[ \t]*\[?[ \t]*[\"']?{re.escape(name)}[\"']?[ \t]*[=.\]]", re.MULTILINE)
        found = key.search(self._text, start)
        return self._text.count("\n", 0, found.start()) + 1 if found else 0
