"""The Type Metadata of a type with all that it extends (SD-JWT VC draft-24 sections 5.3 to 5.6), and its words.

An extending type may say more and ask for more; it may not take back what the type it extends asks for. That a type
extends another gives nobody a right to sign either (section 7.7): the trust list does. Leaves out: fetching. Whoever
calls passes a way to find documents, a mapping's `get` or a cache; whoever fetches them has section 3 to keep (https,
no internal address, a limit of size and time).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from issuers.integrity import check_integrity
from issuers.type_metadata import (
    ClaimMetadata,
    ClaimPath,
    Disclosability,
    TypeDisplay,
    TypeMetadata,
    TypeMetadataError,
    check_svg_ids,
    read_type_metadata,
)

MAX_EXTENSIONS: Final = 8  # types in one chain; those in use have two or three


class TypeMetadataMissingError(TypeMetadataError):
    """There is no document for a type (section 5.7: then the credential is refused where its type counts)."""

    code = "type_metadata_missing"


class TypeMetadataMismatchError(TypeMetadataError):
    """Section 5.3: a document describes another type than the one it was found for."""

    code = "type_metadata_vct"


class ExtensionCycleError(TypeMetadataError):
    """Section 7.4: a type extends itself, at once or by way of others."""

    code = "type_extends_cycle"


class ExtensionDepthError(TypeMetadataError):
    """More than MAX_EXTENSIONS types extend each other (our cap)."""

    code = "type_extends_depth"


class LoosenedSdError(TypeMetadataError):
    """Section 5.6.5.1: an extending type changes an `sd` of always or never."""

    code = "type_sd_loosened"


class LoosenedMandatoryError(TypeMetadataError):
    """Section 5.6.5.1: an extending type no longer asks for a mandatory claim."""

    code = "type_mandatory_loosened"


@dataclass(frozen=True, slots=True)
class ResolvedType:
    """What a type and all that it extends say together."""

    chain: tuple[TypeMetadata, ...]  # the type itself first
    display: tuple[TypeDisplay, ...]  # section 5.5.2: of the nearest type that has any
    claims: tuple[ClaimMetadata, ...]  # section 5.6.5: each path once, inherited ones first

    @property
    def vct(self) -> str:
        """The type itself."""
        return self.chain[0].vct


def resolve_type(vct: str, find: Callable[[str], bytes | None], *, integrity: object = None) -> ResolvedType:
    """Return what a type says, its extended types first; `integrity` is the credential's `vct#integrity`.

    `find` returns the bytes of a type's document, or None.

    Raises:
        TypeMetadataMissingError: a document is not found.
        IntegrityError: one is not what its reference says.
        TypeMetadataError: one is malformed, describes another type, or extends what it may not or as it may not.
    """
    chain: list[TypeMetadata] = []
    following: str | None = vct
    while following is not None:
        if following in (seen.vct for seen in chain):
            raise ExtensionCycleError("expected no type that extends itself")
        if len(chain) == MAX_EXTENSIONS:
            raise ExtensionDepthError(f"expected at most {MAX_EXTENSIONS} types that extend each other")
        chain.append(_read(following, find, integrity))
        following, integrity = chain[-1].extends, chain[-1].extends_integrity
    claims = _effective_claims(chain)
    check_svg_ids(claims)
    display = next((one.display for one in chain if one.display is not None), ())
    return ResolvedType(tuple(chain), display, claims)


def _read(vct: str, find: Callable[[str], bytes | None], integrity: object) -> TypeMetadata:
    data = find(vct)
    if data is None:
        raise TypeMetadataMissingError("expected a Type Metadata document for each type")
    if integrity is not None:
        check_integrity(data, integrity)  # over the bytes received, before anything in them is read
    found = read_type_metadata(data)
    if found.vct != vct:
        raise TypeMetadataMismatchError("expected a document of the type that was asked for")
    return found


def _effective_claims(chain: Sequence[TypeMetadata]) -> tuple[ClaimMetadata, ...]:
    found: dict[ClaimPath, ClaimMetadata] = {}
    for document in reversed(chain):
        for claim in document.claims:
            base = found.get(claim.path)
            found[claim.path] = claim if base is None else _extended(base, claim)
    return tuple(found.values())


def _extended(base: ClaimMetadata, child: ClaimMetadata) -> ClaimMetadata:
    """Return a claim as an extending type has it: property by property, what it does not say is inherited."""
    fixed = base.sd is not Disclosability.ALLOWED
    if fixed and child.stated_sd not in (None, base.sd):
        raise LoosenedSdError("expected an extending type to keep an sd of always or never")
    if base.mandatory and child.stated_mandatory is False:
        raise LoosenedMandatoryError("expected an extending type to keep a claim mandatory")
    return ClaimMetadata(
        path=base.path,
        display=base.display if child.display is None else child.display,
        stated_mandatory=base.stated_mandatory if child.stated_mandatory is None else child.stated_mandatory,
        stated_sd=base.stated_sd if child.stated_sd is None else child.stated_sd,
        svg_id=base.svg_id if child.svg_id is None else child.svg_id,
    )


class Localised(Protocol):
    """Words in one language."""

    @property
    def locale(self) -> str:
        """The language tag."""
        ...


_L = TypeVar("_L", bound=Localised)


def choose_display(displays: Sequence[_L], wanted: Sequence[str]) -> _L | None:
    """Return the words that suit a reader best, who wants these languages in this order; None where there are none.

    RFC 4647 section 3.4 (lookup): the tag itself, then the tag without its last part, and so on. Where none of that is
    there, another region of the same language; where no language is there, what the publisher put first.
    """
    by_tag = {display.locale.lower(): display for display in displays}
    for tag in wanted:
        for shorter in _lookup(tag.lower()):
            if shorter in by_tag:
                return by_tag[shorter]
    for tag in wanted:
        language = tag.lower().partition("-")[0]
        for display in displays:
            if display.locale.lower().partition("-")[0] == language:
                return display
    return displays[0] if displays else None


def _lookup(tag: str) -> list[str]:
    """Return a tag and what is left of it, part by part; a single letter goes with the part it introduces."""
    parts = tag.split("-")
    tags = []
    while parts:
        tags.append("-".join(parts))
        parts.pop()
        if parts and len(parts[-1]) == 1:
            parts.pop()
    return tags
