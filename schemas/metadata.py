"""Sections as JSON Schema and as SD-JWT VC Type Metadata (draft-ietf-oauth-sd-jwt-vc-24, section 4).

JSON Schema describes a section's body; Type Metadata describes the credential that carries it, with the claims that
the credential layer adds.
"""

from collections.abc import Iterator
from typing import Any, Final

from schemas.catalogue import AUTHOR_CLAIMS, CATALOGUE, TOLD_ON, ClaimSpec, claims_of
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


def json_schema(section: Section) -> dict[str, Any]:
    """Return the JSON Schema of a section's body. Check digits and the order of dates are beyond JSON Schema."""
    spec = CATALOGUE[section]
    schema = spec.model.model_json_schema(mode="validation")
    return {"$schema": _DIALECT, **schema, "title": spec.label.en, "x-title-cy": spec.label.cy}


def type_metadata(section: Section, *, vct: str) -> dict[str, Any]:
    """Return the Type Metadata document to serve at this section's `vct`."""
    spec = CATALOGUE[section]
    return {
        "vct": vct,
        "name": spec.label.en,
        "description": f"One entry of the {section} section of a health and work passport, version {spec.version}.",
        "display": [{"locale": locale, "name": spec.label[language]} for language, locale in LOCALES.items()],
        "claims": [one for claim in claims_of(section) for one in _claim(claim)] + list(_envelope(section)),
    }


def _claim(claim: ClaimSpec) -> Iterator[dict[str, Any]]:
    """Yield the metadata of a claim; a list and its rows are two paths, and only the rows can be withheld."""
    shown = {"display": _display(claim.label)}
    if claim.is_list:
        yield {"path": [claim.name], **shown, "mandatory": True, "sd": "never"}
        yield {"path": [claim.name, None], **shown, "sd": claim.sd}
    else:
        yield {"path": [claim.name], **shown, "mandatory": claim.required, "sd": claim.sd}


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
