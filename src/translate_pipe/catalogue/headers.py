"""Header entries of templates and catalogues, with fields such as Language and Plural-Forms."""

from __future__ import annotations

import re
from dataclasses import replace

from translate_pipe.model import Catalogue, Message


def header_text(fields: dict[str, str]) -> str:
    """The msgstr of a header entry with these fields."""
    return "".join(f"{name}: {value}".rstrip(" ") + "\n" for name, value in fields.items())


def template_header(project: str, creation_date: str) -> Message:
    """The header entry of a template, with the fields that xgettext writes."""
    fields = {
        "Project-Id-Version": project,
        "Report-Msgid-Bugs-To": "",
        "POT-Creation-Date": creation_date,
        "PO-Revision-Date": "YEAR-MO-DA HO:MI+ZONE",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": "",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return Message("", header_text(fields), flags=("fuzzy",))


def new_catalogue(template: Catalogue, locale: str, plural_forms: str) -> Catalogue:
    r"""A catalogue for a locale, without messages. Merge the template into it.

    - `template`: its header fields are copied.
    - `locale`: the value of the header field Language, as gettext writes it: `de`, `pt_BR`.
    - `plural_forms`: the value of the header field Plural-Forms; `plural_forms(locale)` has it.

    >>> template = Catalogue((Message("Huid"),), Message("", "Project-Id-Version: Huid\n"))
    >>> new_catalogue(template, "de", "nplurals=2; plural=(n != 1);").fields["Language"]
    'de'
    """
    fields = template.fields | {"Language": locale, "Plural-Forms": plural_forms}
    return Catalogue((), Message("", header_text(fields)))


def with_field(header: Message, name: str, value: str) -> Message:
    """A header entry with one field set; the other lines keep their order and wording."""
    lines = header.msgstr.split("\n")
    at = next((at for at, line in enumerate(lines) if line.partition(":")[0].strip() == name), None)
    line = f"{name}: {value}".rstrip(" ")
    if at is None:
        end = len(lines) - (lines[-1] == "")
        changed = [*lines[:end], line, *lines[end:]]
    else:
        changed = [*lines[:at], line, *lines[at + 1 :]]
    return header if changed == lines else replace(header, msgstr="\n".join(changed), raw="")


def with_missing_fields(header: Message, template: Catalogue) -> Message:
    """A catalogue's header with the fields of the template that it lacks; editors drop empty ones."""
    own = Catalogue((), header).fields
    for name, value in template.fields.items():
        if value and name not in own:
            header = with_field(header, name, value)
    return header


def plural_count(catalogue: Catalogue) -> int:
    """The number of plural forms of the catalogue's language; 2 if its header does not say."""
    found = re.search(r"nplurals\s*=\s*(\d{1,2})(?!\d)", catalogue.fields.get("Plural-Forms", ""))
    return int(found[1]) if found else 2
