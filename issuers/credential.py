"""An entry as an SD-JWT VC (draft-24), and back.

Always visible: who issued it, when, its type with the hash of what the type says (ADR 15), the passport's key and where
its status stands. Everything a holder may want to hold back is a disclosure: each claim, each row of a list, who the
author is, and the day it was told.

An entry is held to more than SD-JWT VC asks of any credential (`vc_claims`) and to all that its own type asks
(`claim_rules`), without a call of either: `iat` is visible, since it says which key counted, `sub` is not there, since
`cnf` says whose it is, and `aka_vcts` is refused, since an entry that is of two sections could be shown under the rules
of the milder one. Leaves out: whether the issuer may sign this (`issuers.trust`), the holder's key binding and every
check against a clock.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from issuers.disclosure import Processed
from issuers.encoding import JsonObject
from issuers.entry_type import check_vct_integrity, parse_vct, vct_integrity, vct_of
from issuers.keys import Signer, VerifyingKey
from issuers.outline import (
    NEVER_DISCLOSED,
    BoundCredentialError,
    Claim,
    CredentialClaimError,
    CredentialError,
    CredentialTypeError,
    HeldCredential,
    HiddenEntryClaimError,
    UnknownPathError,
    outline,
    place_of,
    present,
)
from issuers.sd_jwt import NewSalt, Rows, Sd, issue
from issuers.status_list import StatusRef
from issuers.times import from_numeric_date, to_numeric_date
from schemas.catalogue import AUTHOR_CLAIMS, TOLD_ON, claims_of
from schemas.errors import PassportError
from schemas.vocabulary import Section

__all__ = [
    "NEVER_DISCLOSED",
    "Author",
    "BoundCredentialError",
    "Claim",
    "CredentialClaimError",
    "CredentialError",
    "CredentialTypeError",
    "DisclosedEntry",
    "HeldCredential",
    "HiddenEntryClaimError",
    "OpenContentError",
    "UnknownPathError",
    "VisibleClaims",
    "issue_entry",
    "outline",
    "parse_vct",
    "present",
    "read",
    "read_visible",
    "vct_integrity",
    "vct_of",
]

VALID_FOR: Final = timedelta(days=365)
ROW_BUCKETS: Final = (8, 16, 40)  # digests in a list: how many rows it holds shows no finer than this
CLAIM_BUCKET: Final = 8  # digests at the top come in multiples of this, the same for every entry of a section

_VISIBLE: Final = frozenset({"iss", "nbf", "iat", "exp", "vct", "vct#integrity", "cnf", "status"})
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class OpenContentError(CredentialClaimError):
    """What a holder must be able to hold back is visible to everybody (SD-JWT VC section 5.6.4: `sd` is always)."""

    code = "credential_claim_open"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a practitioner's entry; in what a recipient reads, None is what was withheld."""

    name: str | None = None
    role: str | None = None
    registration: str | None = None
    organisation: str | None = None

    def claims(self) -> dict[str, str]:
        """Return the author claims that are there."""
        values = (self.name, self.role, self.registration, self.organisation)
        return {name: value for name, value in zip(AUTHOR_CLAIMS, values, strict=True) if value is not None}


@dataclass(frozen=True, slots=True)
class VisibleClaims:
    """What every reader of an entry sees."""

    iss: str
    section: Section
    version: int
    vct: str
    issued_at: datetime
    not_before: datetime
    expires_at: datetime
    holder_key: VerifyingKey  # the passport's: binds a presentation, never identifies an issuer
    status: StatusRef


@dataclass(frozen=True, slots=True)
class DisclosedEntry:
    """An entry as far as it was disclosed: as trustworthy as the processed payload it was read from."""

    visible: VisibleClaims
    claims: JsonObject  # in catalogue order, rows as signed in disclosure order; withheld claims are absent
    author: Author | None  # None: no author claim was disclosed
    told_on: date | None

    @property
    def section(self) -> Section:
        """The kind of content."""
        return self.visible.section


def issue_entry(
    *,
    section: Section,
    body: Mapping[str, Any],
    author: Author | None,
    told_on: date,
    signer: Signer,
    issuer_url: str,
    vct: str,
    holder_key: Mapping[str, str],
    status: StatusRef,
    now: datetime,
    new_salt: NewSalt,
    valid_for: timedelta = VALID_FOR,
) -> str:
    """Return the signed credential of one entry, all its disclosures included.

    `body` is a validated section as JSON values (`schemas.catalogue.dump_body`); `holder_key` is the passport's public
    JWK.

    Raises:
        ValueError: `vct` is another section's, or `body` has a claim that the section lacks.
    """
    if parse_vct(vct)[0] is not section:
        raise ValueError(f"expected a vct of {section}")
    issued = to_numeric_date(now)
    claims: dict[str, Any] = {
        "iss": issuer_url,
        "nbf": issued,
        "iat": issued,
        "exp": to_numeric_date(now + valid_for),
        "vct": vct,
        "cnf": {"jwk": dict(holder_key)},
        "status": status.claim(),
    }
    if (integrity := vct_integrity(vct)) is not None:
        claims["vct#integrity"] = integrity
    shape = _shape(section)
    claims.update(_disclosable(shape, body))
    if author is not None:
        claims.update((name, Sd(value)) for name, value in author.claims().items())
    claims[TOLD_ON] = Sd(told_on.isoformat())
    return issue(claims, signer=signer, new_salt=new_salt, size=shape.size)


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which claims a section has, and how many digests stand at the top of each of its entries."""

    names: tuple[str, ...]
    lists: frozenset[str]
    allowed: frozenset[str]  # every claim that one of its entries may have
    size: int


@lru_cache(maxsize=len(Section))
def _shape(section: Section) -> _Shape:
    specs = claims_of(section)
    lists = frozenset(spec.name for spec in specs if spec.is_list)
    disclosable = len(specs) - len(lists) + len(AUTHOR_CLAIMS) + 1
    names = tuple(spec.name for spec in specs)
    return _Shape(
        names=names,
        lists=lists,
        allowed=frozenset({*_VISIBLE, *names, *AUTHOR_CLAIMS, TOLD_ON}),
        size=-(-disclosable // CLAIM_BUCKET) * CLAIM_BUCKET,
    )


def _disclosable(shape: _Shape, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body's claims marked for disclosure: each list is there, even when it is empty."""
    if not body.keys() <= set(shape.names):
        raise ValueError("expected only claims of the section")
    claims: dict[str, Any] = {}
    for name in shape.names:
        if name in shape.lists:
            rows = body.get(name, ())
            claims[name] = Rows(rows, _row_bucket(len(rows)))
        elif body.get(name) is not None:
            claims[name] = Sd(body[name])
    return claims


def _row_bucket(rows: int) -> int:
    for size in ROW_BUCKETS:
        if rows <= size:
            return size
    raise ValueError(f"expected at most {ROW_BUCKETS[-1]} rows, got {rows}")


def read_visible(payload: Mapping[str, Any]) -> VisibleClaims:
    """Return the claims that every reader of an entry sees: as trustworthy as the payload.

    Raises:
        CredentialTypeError: `vct` names no section.
        CredentialClaimError: a claim is missing or of the wrong form.
    """
    section, version = parse_vct(payload.get("vct"))
    try:
        iss = payload["iss"]
        if not isinstance(iss, str) or payload["cnf"].keys() != {"jwk"}:
            raise CredentialClaimError("expected iss to be text and cnf to hold a jwk alone")
        if "vct#integrity" in payload:
            check_vct_integrity(payload["vct#integrity"])
        return VisibleClaims(
            iss=iss,
            section=section,
            version=version,
            vct=payload["vct"],
            issued_at=from_numeric_date(payload["iat"]),
            not_before=from_numeric_date(payload["nbf"]),
            expires_at=from_numeric_date(payload["exp"]),
            holder_key=VerifyingKey.from_jwk(payload["cnf"]["jwk"]),
            status=StatusRef.from_claim(payload["status"]),
        )
    except CredentialError:
        raise
    except (KeyError, AttributeError, PassportError) as exc:
        raise CredentialClaimError("expected iss, iat, nbf, exp, cnf and status of their usual form") from exc


def read(processed: Processed, visible: VisibleClaims | None = None) -> DisclosedEntry:
    """Return the entry in a processed payload. `catalogue.parse_disclosed` is what checks the values of its claims.

    `visible` spares reading twice what `read_visible` returned for the same payload: no disclosure can change it.

    Raises:
        CredentialTypeError: `vct` names no section.
        CredentialClaimError: a claim is missing, unknown or of the wrong form.
        HiddenEntryClaimError: a claim that everybody has to see is a disclosure.
        OpenContentError: a claim that can be held back is none.
    """
    if visible is None:
        visible = read_visible(processed.claims)
    shape = _shape(visible.section)
    names = processed.claims.keys()
    if not shape.lists <= names <= shape.allowed:
        raise CredentialClaimError("expected only claims that the section has, and every list, be it empty")
    claims = _disclosed_claims(processed, shape.lists)
    return DisclosedEntry(
        visible=visible,
        claims={name: claims[name] for name in shape.names if name in claims},
        author=_author(claims),
        told_on=_told_on(claims),
    )


def _disclosed_claims(processed: Processed, lists: frozenset[str]) -> JsonObject:
    """Return claims and rows in the order of their disclosures, and refuse content that was always visible."""
    claims: JsonObject = {}
    for _, path, value in processed.disclosed:
        name, is_row = place_of(path)
        if is_row != (name in lists):
            raise CredentialClaimError("expected rows in lists and whole claims elsewhere")
        if is_row:
            claims.setdefault(name, []).append(value)
        else:
            claims[name] = value
    for name, value in processed.claims.items():
        if name not in _VISIBLE and _has_visible_content(value, claims.get(name), is_list=name in lists):
            raise OpenContentError("expected every claim and row of the section to be a disclosure")
    return claims


def _has_visible_content(value: Any, disclosed: Any, *, is_list: bool) -> bool:
    """Return whether a claim has content that no disclosure brought, so that every reader would see it."""
    if not is_list:
        return disclosed is None
    return not isinstance(value, list) or len(value) != len(disclosed or ())


def _author(claims: Mapping[str, Any]) -> Author | None:
    values = [claims.get(name) for name in AUTHOR_CLAIMS]
    if not all(value is None or isinstance(value, str) for value in values):
        raise CredentialClaimError("expected author claims to be text")
    return Author(*values) if any(value is not None for value in values) else None


def _told_on(claims: Mapping[str, Any]) -> date | None:
    text = claims.get(TOLD_ON)
    if text is None:
        return None
    if not isinstance(text, str) or _DAY.fullmatch(text) is None:
        raise CredentialClaimError("expected told_on to be a day")
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise CredentialClaimError("expected told_on to be a day") from exc
