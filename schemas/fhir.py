"""A share's content as a FHIR R4 document: readable by any viewer, provable by the credentials it carries.

`document` depends on its arguments alone, so whoever verified the credentials can build it again and compare.
"""

import base64
import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from schemas.catalogue import CATALOGUE, parse_claims
from schemas.fhir_resources import Frame, Resource, authors, patient, reference, resources_of, without_nothing
from schemas.fields import Part
from schemas.labels import LOCALES, Label
from schemas.readable import Line, ReadableEntry, Row, notice, readable_body, signed_by
from schemas.vocabulary import Language, Section
from schemas.words import day_in_words

PRESENTATION_TYPE: Final = "application/dc+sd-jwt"
RENDERING: Final = 1
"""Which wording `document` gives. Any change of what it returns, one word of a label included, needs the next number.

A verifier compares the readable part with its own: this tells a copy of another wording from an altered one.
"""
_RENDERING_SYSTEM: Final = "urn:passport:rendering"
_TITLE: Final = Label("Health and work passport", "Pasbort iechyd a gwaith")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry on its way into the document."""

    readable: ReadableEntry
    body: Part
    binary: str
    new: Callable[[str], Resource]


def document(
    *,
    share_urn: str,
    issued_at: datetime,
    language: Language,
    entries: Sequence[ReadableEntry],
    binaries: Sequence[str],
) -> Resource:
    """Return the Bundle of one share: a Composition in catalogue order with one Binary per entry.

    `binaries[n]` is the presentation that proves `entries[n]`. Entries of one section keep their given order.

    Raises:
        ValueError: `issued_at` is naive, or entries and binaries differ in number.
        SectionError: an entry's claims are not of its section.
    """
    if issued_at.tzinfo is None:
        raise ValueError("issued_at must be timezone-aware")
    if len(entries) != len(binaries):
        raise ValueError(
            f"each entry needs its binary: got {len(entries)} entries and {len(binaries)} binaries"
        )
    new = _numbering(share_urn)
    ordered = _in_catalogue_order(entries, binaries, new)
    written_at = issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    person = patient(new("Patient"), _about_me(ordered))
    composition = new("Composition") | _heading(share_urn, written_at, language, person)
    sections, resources = _contents(ordered, language, person)
    return {
        "resourceType": "Bundle",
        "id": new("Bundle")["id"],
        "meta": {"tag": [{"system": _RENDERING_SYSTEM, "code": str(RENDERING)}]},
        "language": LOCALES[language],
        "identifier": _identifier(share_urn),
        "type": "document",
        "timestamp": written_at,
        "entry": [
            _bundled(one)
            for one in (without_nothing(composition | {"section": sections}), person, *resources)
        ],
    }


def rendering_of(bundle: Mapping[str, Any]) -> str | None:
    """Return which wording a received Bundle says it has, or None when it does not say."""
    match bundle.get("meta"):
        case {"tag": [{"system": system, "code": str(code)}]} if system == _RENDERING_SYSTEM:
            return code
    return None


def _numbering(share_urn: str) -> Callable[[str], Resource]:
    """Return a source of resource starts whose ids are uuid5 of the share and a position within one type."""
    counters: dict[str, count[int]] = {}

    def new(kind: str) -> Resource:
        position = next(counters.setdefault(kind, count()))
        return {"resourceType": kind, "id": str(uuid5(NAMESPACE_URL, f"{share_urn}#{kind}/{position}"))}

    return new


def _in_catalogue_order(
    entries: Sequence[ReadableEntry], binaries: Sequence[str], new: Callable[[str], Resource]
) -> list[_Entry]:
    pairs = sorted(zip(entries, binaries, strict=True), key=lambda pair: CATALOGUE[pair[0].section].order)
    return [_Entry(one, parse_claims(one.section, one.claims), binary, new) for one, binary in pairs]


def _about_me(entries: Sequence[_Entry]) -> Any | None:
    return next((one.body for one in entries if one.readable.section is Section.ABOUT_ME), None)


def _identifier(share_urn: str) -> Resource:
    return {"system": "urn:ietf:rfc:3986", "value": share_urn}


def _heading(share_urn: str, written_at: str, language: Language, person: Resource) -> Resource:
    return {
        "language": LOCALES[language],
        "identifier": _identifier(share_urn),
        "status": "final",
        "type": {"text": _TITLE[language]},
        "subject": reference(person),
        "date": written_at,
        "author": [reference(person)],
        "title": _TITLE[language],
    }


def _contents(
    entries: Sequence[_Entry], language: Language, person: Resource
) -> tuple[list[Resource], list[Resource]]:
    """Return the sections of the Composition and, in the same order, the resources they point at."""
    sections: list[Resource] = []
    resources: list[Resource] = []
    holder_name = person["name"][0]["text"] if "name" in person else None
    for entry in entries:
        lines = readable_body(entry.body, language)
        own, author = _resources(entry, language, person, empty=not lines)
        if lines:
            sections.append(_section(entry.readable, lines, language, author, own, holder_name))
        resources += own
    return sections, resources


def _resources(
    entry: _Entry, language: Language, person: Resource, *, empty: bool
) -> tuple[list[Resource], Resource]:
    """Return the resources of one entry and a reference to its author; an empty entry keeps only its Binary."""
    if empty:
        return [_binary(entry)], reference(person)
    signers = authors(entry.readable.provenance, entry.new)
    author = reference(signers[-1] if signers else person)
    is_person = not signers or signers[-1]["resourceType"] == "PractitionerRole"
    frame = Frame(language, reference(person), author, is_person, entry.new)
    built = resources_of(entry.readable.section, entry.body, frame)
    return [*signers, *built, _binary(entry)], author


def _binary(entry: _Entry) -> Resource:
    data = base64.b64encode(entry.binary.encode("ascii")).decode("ascii")
    return entry.new("Binary") | {"contentType": PRESENTATION_TYPE, "data": data}


def _section(
    entry: ReadableEntry,
    lines: Sequence[Line],
    language: Language,
    author: Resource,
    resources: Sequence[Resource],
    holder_name: str | None,
) -> Resource:
    signers = {"Organization", "Practitioner", "PractitionerRole"}
    return {
        "title": CATALOGUE[entry.section].label[language],
        "code": {"text": entry.section.value},
        "author": [author],
        "text": {"status": "generated", "div": _narrative(entry, lines, language, holder_name)},
        "entry": [reference(one) for one in resources if one["resourceType"] not in signers],
    }


def _bundled(resource: Resource) -> Resource:
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}


def _narrative(
    entry: ReadableEntry, lines: Sequence[Line], language: Language, holder_name: str | None
) -> str:
    told_on = entry.provenance.told_on
    signature = signed_by(entry.provenance, holder_name, language)
    signature = signature[0].upper() + signature[1:]
    parts = [
        _paragraph(f"{signature}, {day_in_words(told_on, language)}" if told_on else signature),
        *(_claim(line) for line in lines),
    ]
    warning = notice(entry.section, language)
    if warning:
        parts.append(_paragraph(warning))
    opening = f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{language}" xml:lang="{language}">'
    return f"{opening}{''.join(parts)}</div>"


def _paragraph(text: str) -> str:
    return f"<p>{_escaped(text)}</p>"


def _claim(line: Line) -> str:
    if line.text is not None:
        return f"<p><b>{_escaped(line.label)}</b>: {_escaped(line.text)}</p>"
    rows = "".join(f"<li>{_pairs(row)}</li>" for row in line.rows)
    return f"<p><b>{_escaped(line.label)}</b></p><ul>{rows}</ul>"


def _pairs(row: Row) -> str:
    return "<br/>".join(f"<b>{_escaped(label)}</b>: {_escaped(text)}" for label, text in row)


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br/>")
