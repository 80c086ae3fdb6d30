"""Data about locales."""

from __future__ import annotations

import gettext
import re
import shutil
import subprocess
import sys

import pytest
from babel import localedata

from translate_pipe import locales
from translate_pipe.errors import UnknownLocaleError


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("de", "de"),
        ("DE", "de"),
        (" de ", "de"),
        ("pt-BR", "pt_BR"),
        ("pt_br", "pt_BR"),
        ("zh-hans", "zh_Hans"),
        ("zh_Hant_TW", "zh_Hant_TW"),
        ("es-419", "es_419"),
        ("sr@latin", "sr@latin"),
        ("ca@valencia", "ca@valencia"),
    ],
)
def test_tags_are_spelled_as_in_gettext(tag: str, locale: str) -> None:
    assert locales.normalise(tag) == locale


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "-",
        "xx",
        "dee",
        "de_",
        "d/e",
        "..",
        "de.UTF-8",
        "de./../x",
        "de@",
        "de@../x",
        "de@a/b",
        "de_DE_x_y_z",
        "de fr",
    ],
)
def test_invalid_locale_is_refused(tag: str) -> None:
    with pytest.raises(UnknownLocaleError, match="unknown locale"):
        locales.normalise(tag)


@pytest.mark.parametrize(("tag", "suggestion"), [("pt_BRR", "pt_BR"), ("fr_F", "fr")])
def test_misspelt_tag_gets_a_suggestion(tag: str, suggestion: str) -> None:
    with pytest.raises(UnknownLocaleError, match=f"did you mean {suggestion}"):
        locales.normalise(tag)


@pytest.mark.parametrize(
    ("locale", "plural_forms"),
    [
        ("de", "nplurals=2; plural=(n != 1);"),
        ("fr", "nplurals=2; plural=(n > 1);"),
        ("fr_CA", "nplurals=2; plural=(n > 1);"),
        ("pt", "nplurals=2; plural=(n != 1);"),
        ("pt_BR", "nplurals=2; plural=(n > 1);"),
        ("pt_PT", "nplurals=2; plural=(n != 1);"),
        ("pt_Latn_BR", "nplurals=2; plural=(n > 1);"),
        ("ja", "nplurals=1; plural=0;"),
        ("zh_Hans", "nplurals=1; plural=0;"),
        ("zh_Hant_TW", "nplurals=1; plural=0;"),
        ("ca", "nplurals=2; plural=(n != 1);"),
        ("ca@valencia", "nplurals=2; plural=(n != 1);"),
        ("he", "nplurals=2; plural=(n != 1);"),
        ("iw", "nplurals=2; plural=(n != 1);"),
        ("pl", "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"),
        (
            "sr@latin",
            "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
        ),
        (
            "ar",
            "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
        ),
        ("gsw", "nplurals=2; plural=(n != 1);"),
        ("yue_Hant", "nplurals=1; plural=0;"),
    ],
)
def test_plural_forms_are_those_of_gettext(locale: str, plural_forms: str) -> None:
    assert locales.plural_forms(locale) == plural_forms


def meaning(plural_forms: str) -> tuple[int, list[int]]:
    """The number of forms, and the form of each number."""
    found = re.fullmatch(r"nplurals=(\d); plural=(.+);", plural_forms)
    assert found, plural_forms
    form_of = gettext.c2py(found[2])
    return int(found[1]), [form_of(number) for number in (*range(1200), 100_000, 1_000_000, 1_000_001, 1_100_000)]


@pytest.mark.parametrize("tag", [tag for tag in localedata.locale_identifiers() if "_" not in tag])
def test_plural_forms_use_every_form(tag: str) -> None:
    count, forms = meaning(locales.plural_forms(tag))
    assert set(forms) == set(range(count))


def msginit(tag: str) -> str:
    """The Plural-Forms that gettext writes for a locale, empty if it does not know the language."""
    template = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "a"\nmsgstr ""\n'
    command = ["msginit", "--no-translator", "--no-wrap", f"--locale={tag}", "--input=-", "--output-file=-"]
    done = subprocess.run(command, input=template, capture_output=True, text=True, check=True)
    found = re.search(r'"Plural-Forms: (.*)\\n"', done.stdout)
    return found[1] if found else ""


def msginit_version() -> tuple[int, ...]:
    if not shutil.which("msginit"):
        return ()
    said = subprocess.run(["msginit", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(map(int, re.findall(r"\d+", said.splitlines()[0])))


@pytest.mark.slow
@pytest.mark.skipif(
    not (0, 19) <= msginit_version() < (0, 23), reason="gettext 0.19 to 0.22 is not installed, which has the same table"
)
def test_plural_forms_agree_with_gettext() -> None:
    tags = [tag for tag in localedata.locale_identifiers() if len(tag) == 2 or tag.startswith(("pt_", "zh_H"))]
    written = {tag: found for tag in tags if (found := msginit(tag))}
    assert written.keys() >= {"de", "fr", "ga", "ja", "lv", "pl", "pt_BR", "sl"}
    assert {tag: meaning(locales.plural_forms(tag)) for tag in written} == {
        tag: meaning(found) for tag, found in written.items()
    }


SAME = """
de: de DE deu ger de_DE de-AT de_DE.UTF-8 de.utf8 de@formal de_1996 de-x-formal de_DE-u-co-phonebk
de_AT: de de-at
pt_BR: pt pt-BR pt_BR.UTF-8
pt: pt_BR pt_PT
zh_Hans: zh zh_CN zh-Hans zh_Hans_CN zh_SG cmn
zh_Hant: zh zh_TW zh_HK zh_Hant_TW
zh_CN: zh_Hans zh
sr_Latn: sr sr@latin sr_RS@latin sr_Latn_RS sh
sr@latin: sr_Latn sr
sr: sr_Cyrl sr_Latn sr@latin
nb: no nb_NO no_NO
he: iw he_IL
fil: tl
es_419: es es_MX
es_MX: es_419 es
ca@valencia: ca ca_ES ca-ES-valencia
"""
OTHER = """
de: fr nl en German deutsch xx LANGUAGE LL C und eo 12 de/fr
de_AT: de_CH de_DE
pt_BR: pt_PT pt_AO es
zh_Hans: zh_TW zh_Hant zh_HK ja yue
zh_Hant: zh_CN zh_Hans
zh_TW: zh_HK
sr_Latn: sr_Cyrl sr@cyrillic hr
nb: nn da
es_419: es_ES
"""


def pairs(table: str) -> list[tuple[str, str]]:
    rows = (line.partition(": ") for line in table.strip().splitlines())
    return [(tag, locale) for locale, _, tags in rows for tag in tags.split()]


@pytest.mark.parametrize(("tag", "locale"), pairs(SAME))
def test_wider_or_narrower_tag_fits_a_locale(tag: str, locale: str) -> None:
    assert locales.may_be_same(tag, locale)


@pytest.mark.parametrize(("tag", "locale"), [*pairs(OTHER), ("de fr", "de"), ("", "de")])
def test_other_or_unknown_tag_does_not_fit_a_locale(tag: str, locale: str) -> None:
    assert not locales.may_be_same(tag, locale)


def test_each_locale_fits_itself() -> None:
    assert [tag for tag in localedata.locale_identifiers() if not locales.may_be_same(tag, tag)] == []


@pytest.mark.parametrize(("locale", "direction"), [("ar", "rtl"), ("he", "rtl"), ("de", "ltr"), ("ja", "ltr")])
def test_direction_of_the_script(locale: str, direction: str) -> None:
    assert locales.text_direction(locale) == direction


@pytest.mark.parametrize(
    ("locale", "user_locale", "name"),
    [
        ("de", "nl", "Duits (Deutsch)"),
        ("de", "en", "German (Deutsch)"),
        ("de", "de", "Deutsch"),
        ("ja", "de_AT", "Japanisch (日本語)"),
        ("pt_BR", "nl", "Portugees (Brazilië) (português (Brasil))"),
    ],
)
def test_locale_is_named_in_the_users_language_and_its_own(locale: str, user_locale: str, name: str) -> None:
    assert locales.display_name(locale, user_locale) == name


@pytest.mark.parametrize(
    ("environment", "locale"),
    [
        ({}, "en"),
        ({"LANG": "nl_NL.UTF-8"}, "nl_NL"),
        ({"LANG": "nl_NL.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"}, "de_DE"),
        ({"LANG": "nl_NL.UTF-8", "LC_MESSAGES": "de_DE.UTF-8", "LC_ALL": "fr"}, "fr"),
        ({"LANG": "nl_NL.UTF-8", "LC_ALL": ""}, "nl_NL"),
        ({"LANG": "nl_NL.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "tlh_Klingon"}, "en"),
        ({"LANG": "de_DE@euro"}, "de_DE@euro"),
    ],
)
def test_users_language_comes_from_the_environment(environment: dict[str, str], locale: str) -> None:
    assert locales.user_locale(environment) == locale


@pytest.mark.parametrize(
    ("locale", "chain"),
    [
        ("de", ()),
        ("pt_BR", ("pt",)),
        ("de_AT", ("de",)),
        ("es_MX", ("es_419", "es")),
        ("zh_Hant", ()),
        ("zh_Hant_HK", ("zh_Hant",)),
        ("sr_Latn", ()),
        ("sr@latin", ("sr",)),
    ],
)
def test_fallback_uses_wider_locales_in_the_same_script(locale: str, chain: tuple[str, ...]) -> None:
    assert locales.fallback_chain(locale) == chain


@pytest.mark.parametrize(
    ("path", "locale"),
    [
        ("de.po", "de"),
        ("pt-BR.po", "pt_BR"),
        ("sr@latin.po", "sr@latin"),
        ("messages.de.po", "de"),
        ("mut.es.0.po", "es"),
        ("locale/pt_BR/LC_MESSAGES/x.po", "pt_BR"),
        ("locale/zh_Hans/LC_MESSAGES/huid/olie.po", "zh_Hans"),
        ("locale/de/LC_MESSAGES/it.po", "de"),
        ("po/fr/a.po", "fr"),
        ("po\\fr\\a.po", "fr"),
        ("site-de_DE.po", "de_DE"),
        ("my-plugin-zh_Hant_TW.po", "zh_Hant_TW"),
        ("wat-is.po", ""),
        ("my-article-no.po", ""),
        ("FAQ.po", ""),
        ("x.po", ""),
        ("LC_MESSAGES/x.po", ""),
        ("-", ""),
        ("", ""),
    ],
)
def test_path_of_a_catalogue_gives_its_locale(path: str, locale: str) -> None:
    assert locales.of_path(path) == locale


def test_asking_for_a_name_keeps_the_full_locale() -> None:
    code = "from translate_pipe import locales; print(locales.display_name('ar', 'nl'), locales.text_direction('nl'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
    assert done.stdout == "Arabisch (العربية) ltr\n"
