"""Type Metadata documents of SD-JWT VC, read strictly (draft-24 section 5).

A property that the draft defines has its form or the document is refused; one that it does not define is ignored at
every level, as section 5.2 asks. Type Metadata has carried no JSON Schema since draft 12: `schema` and `schema_uri` are
such unknown properties. Leaves out: fetching documents, the types they extend (`type_extension`) and what they ask of a
credential (`claim_rules`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

from issuers.encoding import decode_json_object
from issuers.type_members import (
    TypeMetadataError,
    TypeMetadataFormatError,
    as_integrity,
    as_locale,
    as_matching,
    as_objects,
    as_text,
    as_type_name,
    check_locales,
    optional,
    required,
)
from issuers.type_rendering import Rendering, as_rendering
from schemas.errors import EncodingError

__all__ = [
    "ClaimDisplay",
    "ClaimMetadata",
    "ClaimPath",
    "Disclosability",
    "TypeDisplay",
    "TypeMetadata",
    "TypeMetadataError",
    "TypeMetadataFormatError",
    "check_svg_ids",
    "read_type_metadata",
]

MAX_DOCUMENT_BYTES: Final = 256 * 1024
ClaimPath: TypeAlias = tuple[str | int | None, ...]

_SVG_ID: Final = re.compile("[A-Za-z_][A-Za-z0-9_]*")


class Disclosability(StrEnum):
    """Whether an issuer makes a claim a disclosure (section 5.6.4)."""

    ALWAYS = "always"
    ALLOWED = "allowed"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class TypeDisplay:
    """What a type is called in one language (section 5.5)."""

    locale: str
    name: str
    description: str | None = None
    rendering: Rendering | None = None


@dataclass(frozen=True, slots=True)
class ClaimDisplay:
    """What a claim is called in one language (section 5.6.2)."""

    locale: str
    label: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimMetadata:
    """What a type says of the claims that a path selects (section 5.6). None: the document does not say."""

    path: ClaimPath
    display: tuple[ClaimDisplay, ...] | None = None
    stated_mandatory: bool | None = None
    stated_sd: Disclosability | None = None
    svg_id: str | None = None

    @property
    def mandatory(self) -> bool:
        """Whether an issuer must put it in (section 5.6.3: no, unless said)."""
        return bool(self.stated_mandatory)

    @property
    def sd(self) -> Disclosability:
        """Whether it is a disclosure (section 5.6.4: as the issuer likes, unless said)."""
        return self.stated_sd or Disclosability.ALLOWED


@dataclass(frozen=True, slots=True)
class TypeMetadata:
    """One Type Metadata document. None: the property is not there."""

    vct: str
    name: str | None
    description: str | None
    extends: str | None
    extends_integrity: str | None
    display: tuple[TypeDisplay, ...] | None
    claims: tuple[ClaimMetadata, ...]


def read_type_metadata(data: bytes) -> TypeMetadata:
    """Return what a Type Metadata document says.

    Raises:
        TypeMetadataFormatError: it is no strict JSON object, or a defined property has not its form.
    """
    try:
        document = decode_json_object(data, max_bytes=MAX_DOCUMENT_BYTES)
    except EncodingError as exc:
        raise TypeMetadataFormatError("expected Type Metadata to be a strict JSON object") from exc
    found = TypeMetadata(
        vct=required(document, "vct", as_type_name),
        name=optional(document, "name", as_text),
        description=optional(document, "description", as_text),
        extends=optional(document, "extends", as_type_name),
        extends_integrity=optional(document, "extends#integrity", as_integrity),
        display=optional(document, "display", _type_displays),
        claims=optional(document, "claims", _claims) or (),
    )
    if found.extends_integrity is not None and found.extends is None:
        raise TypeMetadataFormatError("expected extends where there is extends#integrity")
    return found


def check_svg_ids(claims: Sequence[ClaimMetadata]) -> None:
    """Refuse claims of which two have one `svg_id` (section 5.6).

    Raises:
        TypeMetadataFormatError: two have the same.
    """
    ids = [claim.svg_id for claim in claims if claim.svg_id is not None]
    if len(ids) != len(set(ids)):
        raise TypeMetadataFormatError("expected each svg_id once in a type")


def _type_displays(value: object, name: str) -> tuple[TypeDisplay, ...]:
    found = tuple(
        TypeDisplay(
            locale=required(one, "locale", as_locale),
            name=required(one, "name", as_text),
            description=optional(one, "description", as_text),
            rendering=optional(one, "rendering", as_rendering),
        )
        for one in as_objects(value, name)
    )
    check_locales([one.locale for one in found])
    return found


def _claims(value: object, name: str) -> tuple[ClaimMetadata, ...]:
    found = tuple(
        ClaimMetadata(
            path=required(one, "path", _path),
            display=optional(one, "display", _claim_displays),
            stated_mandatory=optional(one, "mandatory", _truth),
            stated_sd=optional(one, "sd", _disclosability),
            svg_id=optional(one, "svg_id", _svg_id),
        )
        for one in as_objects(value, name)
    )
    if len({claim.path for claim in found}) != len(
        found
    ):  # what an extending type overrides goes by its path
        raise TypeMetadataFormatError("expected each path once in claims")
    check_svg_ids(found)
    return found


def _path(value: object, name: str) -> ClaimPath:
    if not isinstance(value, list) or not value or not all(map(_is_component, value)):
        raise TypeMetadataFormatError(f"expected {name} to hold names, positions and nulls, at least one")
    return tuple(value)


def _is_component(value: Any) -> bool:
    return value is None or isinstance(value, str) or (type(value) is int and value >= 0)


def _claim_displays(value: object, name: str) -> tuple[ClaimDisplay, ...]:
    found = tuple(
        ClaimDisplay(
            locale=required(one, "locale", as_locale),
            label=required(one, "label", as_text),
            description=optional(one, "description", as_text),
        )
        for one in as_objects(value, name)
    )
    check_locales([one.locale for one in found])
    return found


def _truth(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise TypeMetadataFormatError(f"expected {name} to be true or false")
    return value


def _disclosability(value: object, name: str) -> Disclosability:
    try:
        return Disclosability(as_text(value, name))
    except ValueError as exc:
        raise TypeMetadataFormatError(f"expected {name} to be always, allowed or never") from exc


def _svg_id(value: object, name: str) -> str:
    return as_matching(value, name, _SVG_ID)
