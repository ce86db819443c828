"""What a type asks of the claims of a credential, held against one (SD-JWT VC draft-24 sections 5.6 and 5.7).

`credential.read` holds every entry to its section without reading any metadata, on the path that each opening of a
share takes. These rules are for everybody else: an issuer before it signs, a verifier of other types, an export. For
our own sections the two say the same: what `read` takes passes here, and what a section's metadata refuses `read`
refuses (tests/issuers/test_sd_jwt_vc_own_types.py).
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from issuers.disclosure import Path, Processed
from issuers.type_metadata import ClaimMetadata, ClaimPath, Disclosability
from schemas.errors import PassportError

MAX_PLACES: Final = 20_000  # that all paths of a type may select, step by step; a hostile type asks for more


class ClaimRuleError(PassportError):
    """A credential is not what its type asks for."""

    code = "claim_rule"


class ClaimPathError(ClaimRuleError):
    """Section 5.6.1.2: a path asks for a name in something that is no object, or a position in what is no array."""

    code = "claim_path"


class TooManyPlacesError(ClaimRuleError):
    """The paths of a type select more than MAX_PLACES places (our cap)."""

    code = "claim_paths_too_many"


class NeverDisclosedError(ClaimRuleError):
    """Section 5.6.4: a claim came as a disclosure, and its type says never."""

    code = "claim_sd_never"


class AlwaysDisclosedError(ClaimRuleError):
    """Section 5.6.4: a claim could not be held back, and its type says always."""

    code = "claim_sd_always"


class MandatoryClaimError(ClaimRuleError):
    """Section 5.6.3: a mandatory claim is missing."""

    code = "claim_mandatory"


class Place(NamedTuple):
    """A value and where it stands in processed claims."""

    path: Path
    value: Any


def check_claims(
    processed: Processed, metadata: Sequence[ClaimMetadata], *, complete: bool = False
) -> tuple[ClaimMetadata, ...]:
    """Refuse a credential that its type does not allow, and return what could not be judged.

    `complete`: every disclosure of the credential is here, as its issuer and its holder have it. Where some may be
    withheld, a mandatory claim that could be a disclosure may be missing (section 5.6.3: nobody may conclude that the
    issuer left it out), and a position in an array selects nobody knows what: decoys and withheld rows are gone.

    Raises:
        ClaimRuleError: a rule is broken; the subclass says which.
    """
    check = _Check(processed, complete)
    return tuple(claim for claim in metadata if not check.judge(claim))


def select(claims: Any, path: ClaimPath) -> list[Place]:
    """Return the places that a path selects in processed claims, none where there is nothing (section 5.6.1.2).

    Raises:
        ClaimPathError: a name is asked of something that is no object, or a position of something that is no array.
        TooManyPlacesError: more than MAX_PLACES places are passed on the way.
    """
    return _walk(claims, path, MAX_PLACES)[0]


def _walk(claims: Any, path: ClaimPath, left: int) -> tuple[list[Place], int]:
    """Return the places that a path selects, and how many more places may be passed after it."""
    places = [Place((), claims)]
    for component in path:
        found: list[Place] = []
        for place in places:
            found += _step(place, component, left - len(found))
        places, left = found, left - len(found) - 1
        if left < 0:
            raise TooManyPlacesError(f"expected paths that pass at most {MAX_PLACES} places")
    return places, left


def _step(place: Place, component: str | int | None, left: int) -> list[Place]:
    """Return the places one component further, at most `left`."""
    path, value = place
    if isinstance(component, str):
        if not isinstance(value, dict):
            raise ClaimPathError("expected an object where a path has a name")
        return [Place((*path, component), value[component])] if component in value else []
    if not isinstance(value, list):
        raise ClaimPathError("expected an array where a path has a position or null")
    positions = range(len(value)) if component is None else range(component, min(component + 1, len(value)))
    if len(positions) > left:
        raise TooManyPlacesError(f"expected paths that pass at most {MAX_PLACES} places")
    return [Place((*path, position), value[position]) for position in positions]


class _Check:
    """One credential held against the claims of its type."""

    __slots__ = ("_claims", "_complete", "_disclosed", "_left")

    def __init__(self, processed: Processed, complete: bool) -> None:
        self._claims = processed.claims
        self._disclosed = {path for _, path, _ in processed.disclosed}
        self._complete = complete
        self._left = MAX_PLACES

    def judge(self, claim: ClaimMetadata) -> bool:
        """Return whether a claim could be judged."""
        if not self._complete and any(type(component) is int for component in claim.path):
            return False
        places = self._select(claim.path)
        for place in places:
            self._check_sd(claim.sd, is_disclosure=place.path in self._disclosed)
        if places or not claim.mandatory:
            return True
        if self._complete or self._is_bound_to_show(claim):
            raise MandatoryClaimError("expected every claim that the type makes mandatory")
        return False

    def _select(self, path: ClaimPath) -> list[Place]:
        places, self._left = _walk(self._claims, path, self._left)
        return places

    def _check_sd(self, sd: Disclosability, *, is_disclosure: bool) -> None:
        # Of a claim itself, not of what stands around it: a part of a disclosed whole can be one that is never hidden.
        if sd is Disclosability.NEVER and is_disclosure:
            raise NeverDisclosedError("expected a claim that everybody sees, got a disclosure")
        if sd is Disclosability.ALWAYS and not is_disclosure:
            raise AlwaysDisclosedError("expected a disclosure, got a claim that everybody sees")

    def _is_bound_to_show(self, claim: ClaimMetadata) -> bool:
        """Return whether a claim cannot be withheld by itself, and what it would stand in is here."""
        if claim.sd is not Disclosability.NEVER or None in claim.path:
            return False
        return bool(self._select(claim.path[:-1]))
