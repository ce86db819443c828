"""Sections as JSON Schema and as SD-JWT VC Type Metadata (draft-ietf-oauth-sd-jwt-vc-24, section 5).

JSON Schema describes a section's body; Type Metadata describes the credential that carries it: the claims of SD-JWT VC
itself, those of the section down to the parts of its rows, and those that say who wrote it and when it was told.
Credentials carry a hash of these bytes (ADR 15), so that they never change while a section keeps its version.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, get_args, get_origin

from schemas.catalogue import AUTHOR_CLAIMS, CATALOGUE, TOLD_ON, ClaimSpec, claims_of
from schemas.fields import Part, said_of
from schemas.labels import LOCALES, Label
from schemas.vocabulary import AuthorKind, Section

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_ENVELOPE_LABELS: Final = {
    "author_name": Label("Signed by", "Llofnodwyd gan"),
    "author_role": Label("Role", "Rôl"),
    "author_registration": Label("Professional registration", "Cofrestriad proffesiynol"),
    "author_organisation": Label("Organisation", "Sefydliad"),
    TOLD_ON: Label("Told on", "Dywedwyd ar"),
}
_REGISTERED_LABELS: Final = {  # section 2.2.2.3, and `iat`, which entries never hide: it says which key counted
    "iss": Label("Signed on behalf of", "Llofnodwyd ar ran"),
    "vct": Label("Kind of entry", "Math o gofnod"),
    "vct#integrity": Label("Seal of the kind of entry", "Sêl y math o gofnod"),
    "iat": Label("Signed on", "Llofnodwyd ar"),
    "nbf": Label("Valid from", "Yn ddilys o"),
    "exp": Label("Valid until", "Yn ddilys tan"),
    "cnf": Label("Key of the passport", "Allwedd y pasbort"),
    "status": Label("Where its status stands", "Lle mae ei statws"),
}


def json_schema(section: Section) -> dict[str, Any]:
    """Return the JSON Schema of a section's body. Check digits and the order of dates are beyond JSON Schema."""
    spec = CATALOGUE[section]
    schema = spec.model.model_json_schema(mode="validation")
    return {"$schema": _DIALECT, **schema, "title": spec.label.en, "x-title-cy": spec.label.cy}


@lru_cache(maxsize=4 * len(Section))
def type_document(section: Section, vct: str) -> bytes:
    """Return the bytes of the Type Metadata document at this section's `vct`: the same for as long as its version."""
    document = type_metadata(section, vct=vct)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def type_metadata(section: Section, *, vct: str) -> dict[str, Any]:
    """Return the Type Metadata document to serve at this section's `vct`."""
    spec = CATALOGUE[section]
    return {
        "vct": vct,
        "name": spec.label.en,
        "description": f"One entry of the {section} section of a health and work passport, version {spec.version}.",
        "display": [{"locale": locale, "name": spec.label[language]} for language, locale in LOCALES.items()],
        "claims": [*_registered(), *_content(section), *_envelope(section)],
    }


def _registered() -> Iterator[dict[str, Any]]:
    for name, label in _REGISTERED_LABELS.items():
        # A seal adds what a reader may rely on and takes nothing away where an issuer signs without one.
        yield {
            "path": [name],
            "display": _display(label),
            "mandatory": name != "vct#integrity",
            "sd": "never",
        }


def _content(section: Section) -> Iterator[dict[str, Any]]:
    for claim in claims_of(section):
        yield from _claim(claim)
        yield from _members([claim.name], CATALOGUE[section].model.model_fields[claim.name].annotation)


def _claim(claim: ClaimSpec) -> Iterator[dict[str, Any]]:
    """Yield the metadata of a claim; a list and its rows are two paths, and only the rows can be withheld."""
    shown = {"display": _display(claim.label)}
    if claim.is_list:
        yield {"path": [claim.name], **shown, "mandatory": True, "sd": "never"}
        yield {"path": [claim.name, None], **shown, "sd": claim.sd}
    else:
        yield {"path": [claim.name], **shown, "mandatory": claim.required, "sd": claim.sd}


def _members(path: list[str | None], annotation: Any) -> Iterator[dict[str, Any]]:
    """Yield the metadata of what a claim is made of. It is unsafe apart, so that no part can be withheld by itself."""
    inner = next((arm for arm in get_args(annotation) if arm is not type(None)), annotation)
    if get_origin(annotation) is tuple:
        path = [*path, None]
    if not (isinstance(inner, type) and issubclass(inner, Part)):
        return
    for name, field in inner.model_fields.items():
        mark = said_of(field)  # keys have no words: people do not read them
        shown = {"display": _display(mark.label)} if mark else {}
        yield {"path": [*path, name], **shown, "sd": "never"}
        yield from _members([*path, name], field.annotation)


def _envelope(section: Section) -> Iterator[dict[str, Any]]:
    yield {
        "path": [TOLD_ON],
        "display": _display(_ENVELOPE_LABELS[TOLD_ON]),
        "mandatory": True,
        "sd": "always",
    }
    if CATALOGUE[section].authors != {AuthorKind.HOLDER}:
        for name in AUTHOR_CLAIMS:
            yield {"path": [name], "display": _display(_ENVELOPE_LABELS[name]), "sd": "always"}


def _display(label: Label) -> list[dict[str, str]]:
    return [{"locale": locale, "label": label[language]} for language, locale in LOCALES.items()]
