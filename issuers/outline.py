"""What a held credential can disclose, part by part, and the choice of parts to present.

Leaves out: who may be shown what (`consent.grant`) and the key binding of what is shown (`consent.presentation`).
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from issuers.disclosure import Disclosed, Path, process
from issuers.jws import parse_jws
from issuers.sd_jwt import CREDENTIAL_TYPE, SdJwt
from schemas.errors import PassportError

# SD-JWT VC draft-24 section 2.2.2.3 (`aka_vcts`: 2.2.2.2): these may never be disclosures, and `iat` and `sub` may.
NEVER_DISCLOSED: Final = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"})
# Of an entry, `iat` neither: it says whether the issuer's key counted when it signed.
_ALWAYS_VISIBLE: Final = NEVER_DISCLOSED | {"iat"}


class CredentialError(PassportError):
    """A credential is not one entry of a passport."""

    code = "credential_invalid"


class CredentialTypeError(CredentialError):
    """`vct` names no section of this passport."""

    code = "credential_type"


class CredentialClaimError(CredentialError):
    """A claim is missing, unknown to the section, of the wrong form, or disclosed though it must not be."""

    code = "credential_claim"


class HiddenEntryClaimError(CredentialClaimError):
    """A claim that everybody has to see, or a part of one, is a disclosure (SD-JWT VC section 2.2.2.3)."""

    code = "credential_claim_hidden"


class BoundCredentialError(CredentialError):
    """What a holder is given carries a key binding: it was made for a verifier (RFC 9901 section 7.2)."""

    code = "credential_bound"


class UnknownPathError(PassportError):
    """A path names nothing in this credential."""

    code = "unknown_path"


class Claim(NamedTuple):  # as cheap as `Disclosed`, of which it is another view
    """One part of a held credential that can be shown or held back by itself."""

    path: str  # "name", or "rows/0" for a row of a list
    name: str
    row: int | None  # None: not a row
    value: Any
    disclosure: str


@dataclass(frozen=True, slots=True)
class HeldCredential:
    """A credential in the passport that holds it, taken apart once so that many choices of it can be presented."""

    sd_jwt: SdJwt
    claims: tuple[Claim, ...]  # in the order of the body

    @classmethod
    def parse(cls, credential: str) -> "HeldCredential":
        """Return a credential that this passport holds; its signature was checked when it was taken in.

        Raises:
            EncodingError, SdJwtError, TokenHeaderError: it is no SD-JWT VC.
            BoundCredentialError: it is an SD-JWT+KB.
            CredentialClaimError: it is no entry.
        """
        sd_jwt = SdJwt.parse(credential)
        # RFC 9901 section 7.2: an issuer gives an SD-JWT, and a holder that is given an SD-JWT+KB rejects it.
        if sd_jwt.kb_jwt is not None:
            raise BoundCredentialError("expected a credential as its issuer gives it, without key binding")
        payload = parse_jws(sd_jwt.jwt, typ=CREDENTIAL_TYPE).unverified_payload
        return cls(sd_jwt, outline_of(process(payload, sd_jwt.disclosures).disclosed))

    def present(self, paths: Collection[str]) -> SdJwt:
        """Return the credential with only the claims at these paths disclosed, in the order they were signed.

        Raises:
            UnknownPathError: it has no claim at one of them.
        """
        wanted = set(paths)
        kept = tuple(claim.disclosure for claim in self.claims if claim.path in wanted)
        if len(kept) != len(wanted):
            raise UnknownPathError("expected paths of this credential")
        return SdJwt(self.sd_jwt.jwt, kept)


def outline(credential: str) -> tuple[Claim, ...]:
    """Return all that a held credential can disclose, in the order of its body.

    Raises:
        PassportError: as `HeldCredential.parse`.
    """
    return HeldCredential.parse(credential).claims


def present(credential: str, paths: Collection[str]) -> str:
    """Return a held credential with only the claims at these paths disclosed, without key binding.

    Raises:
        PassportError: as `HeldCredential.parse` and `HeldCredential.present`.
    """
    return str(HeldCredential.parse(credential).present(paths))


def outline_of(disclosed: Iterable[Disclosed]) -> tuple[Claim, ...]:
    """Return disclosures as claims and rows of an entry; rows are numbered as their disclosures come.

    Raises:
        CredentialClaimError: one is neither.
        HiddenEntryClaimError: one is a claim that must always be visible, or a part of it.
    """
    rows: Counter[str] = Counter()
    claims = []
    for disclosure, path, value in disclosed:
        name, is_row = place_of(path)
        if is_row:
            claims.append(Claim(f"{name}/{rows[name]}", name, rows[name], value, disclosure))
            rows[name] += 1
        else:
            claims.append(Claim(name, name, None, value, disclosure))
    return tuple(claims)


def place_of(path: Path) -> tuple[str, bool]:
    """Return the claim that a disclosure belongs to, and whether it is one row of it.

    Raises:
        CredentialClaimError: it is neither claim nor row.
        HiddenEntryClaimError: it is a claim that must always be visible, or a part of it.
    """
    name = path[0]
    if name in _ALWAYS_VISIBLE:
        raise HiddenEntryClaimError(
            "expected iss, iat, nbf, exp, cnf, vct, status and their like to be visible"
        )
    is_row = len(path) == 2 and isinstance(path[1], int)
    if not isinstance(name, str) or not (is_row or len(path) == 1):
        raise CredentialClaimError("expected only claims and rows of the section to be disclosures")
    return name, is_row
