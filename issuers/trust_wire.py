"""The trust list on the wire: a JWS by an anchor, the one key that a verifier is given by hand.

A reader keeps two things of the last list that it read: `version`, below which it takes none, and `anchors`, which may
sign the next one. So nobody can hand it an older list, and an anchor can be replaced. Strict: what is not known here is
refused. Leaves out: what the list means (`issuers.trust`).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StringConstraints,
    ValidationError,
)

from issuers.encoding import JsonObject
from issuers.jws import sign_jws, verify_jws
from issuers.keys import Signer, VerifyingKey
from issuers.times import check_now, from_numeric_date, to_numeric_date
from issuers.trust import EarlierEntries, Suspension, TrustedIssuer, TrustedKey, TrustList, TrustListError
from issuers.x509 import decode_anchor, encode_certificate
from schemas.errors import PassportError
from schemas.vocabulary import IssuerKind, Section

TRUST_LIST_TYPE: Final = "trust-list+jwt"
FORMAT_VERSION: Final = 1  # of the payload's shape, not of its content
FUTURE_LEEWAY: Final = timedelta(seconds=60)
MAX_TRUST_LIST_BYTES: Final = 4 * 1024 * 1024


class TrustListTimeError(TrustListError):
    """A trust list is from the future or past its end."""

    code = "trust_list_expired"


class TrustListVersionError(TrustListError):
    """A trust list is older than one that the reader has."""

    code = "trust_list_older"


_Item = TypeVar("_Item", bound=tuple[Any, ...])


def _each_once(items: _Item) -> _Item:
    if len(set(items)) != len(items):
        raise ValueError("expected each once")
    return items


_Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=300)]
_Base64 = Annotated[str, StringConstraints(strict=True)]
_Once = AfterValidator(_each_once)


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _WireKey(_Wire):
    jwk: dict[str, str]
    not_before: StrictInt
    not_after: StrictInt | None = None


class _WireSuspension(_Wire):
    at: StrictInt
    earlier_entries: EarlierEntries


class _WireIssuer(_Wire):
    iss: _Text
    name: _Text
    kind: IssuerKind
    sections: Annotated[tuple[Section, ...], _Once]
    keys: tuple[_WireKey, ...]
    status_lists: Annotated[tuple[_Text, ...], _Once] = ()
    suspension: _WireSuspension | None = None
    certificates: Annotated[tuple[_Base64, ...], _Once] = ()


class _WireList(_Wire):
    format: Annotated[StrictInt, Field(ge=FORMAT_VERSION, le=FORMAT_VERSION)]
    version: Annotated[StrictInt, Field(ge=1)]
    iat: StrictInt
    exp: StrictInt
    issuers: tuple[_WireIssuer, ...]
    anchors: tuple[dict[str, str], ...] = ()


def sign_trust_list(trust: TrustList, signer: Signer) -> str:
    """Return the signed trust list."""
    wire = _WireList(
        format=FORMAT_VERSION,
        version=trust.version,
        iat=to_numeric_date(trust.issued_at),
        exp=to_numeric_date(trust.expires_at),
        issuers=tuple(_issuer_to_wire(issuer) for issuer in trust.issuers),
        anchors=tuple(dict(anchor.jwk) for anchor in trust.anchors),
    )
    return sign_jws(wire.model_dump(mode="json", exclude_none=True), signer, typ=TRUST_LIST_TYPE)


def read_trust_list(
    token: str,
    *,
    anchors: Iterable[VerifyingKey],
    now: datetime,
    ended_too: bool = False,
    min_version: int = 1,
) -> TrustList:
    """Return the trust list that one of the anchors signed.

    With `ended_too`, one past its end is returned as well: it is authentic, and `verify` says of it that it is stale.
    Who has read a list before passes its `version` and its `anchors`.

    Raises:
        EncodingError, TokenHeaderError, UnknownKeyError, SignatureError: as `verify_jws`.
        TrustListError: not a trust list, or one that contradicts itself.
        TrustListVersionError: its version is below `min_version`.
        TrustListTimeError: from the future, or past its end and not `ended_too`.
        ValueError: `now` is not timezone-aware, or not of the years 1970 to 8999.
    """
    check_now(now)
    by_kid = {anchor.kid: anchor for anchor in anchors}
    payload = verify_jws(
        token,
        key_for=lambda kid: by_kid.get(kid or ""),
        typ=TRUST_LIST_TYPE,
        max_bytes=MAX_TRUST_LIST_BYTES,
    )
    trust = _list_from_wire(payload)
    if trust.version < min_version:
        raise TrustListVersionError(f"expected version {min_version} or later, got {trust.version}")
    if trust.issued_at > now + FUTURE_LEEWAY:
        raise TrustListTimeError("expected a trust list issued before now")
    if trust.expires_at <= now and not ended_too:
        raise TrustListTimeError("expected a trust list that has not ended: fetch a new one")
    return trust


def _list_from_wire(payload: JsonObject) -> TrustList:
    try:
        wire = _WireList.model_validate(payload)
        issuers = tuple(_issuer_from_wire(issuer) for issuer in wire.issuers)
        anchors = tuple(VerifyingKey.from_jwk(jwk) for jwk in wire.anchors)
        issued_at, expires_at = from_numeric_date(wire.iat), from_numeric_date(wire.exp)
        return TrustList(wire.version, issued_at, expires_at, issuers, anchors)
    except TrustListError:
        raise
    except (ValidationError, PassportError) as exc:
        raise TrustListError("expected the payload of a trust list") from exc


def _issuer_from_wire(wire: _WireIssuer) -> TrustedIssuer:
    return TrustedIssuer(
        iss=wire.iss,
        name=wire.name,
        kind=wire.kind,
        sections=frozenset(wire.sections),
        keys=tuple(
            TrustedKey(
                VerifyingKey.from_jwk(key.jwk), from_numeric_date(key.not_before), _time(key.not_after)
            )
            for key in wire.keys
        ),
        status_lists=frozenset(wire.status_lists),
        suspension=_suspension(wire.suspension),
        certificates=tuple(map(decode_anchor, wire.certificates)),
    )


def _issuer_to_wire(issuer: TrustedIssuer) -> _WireIssuer:
    return _WireIssuer(
        iss=issuer.iss,
        name=issuer.name,
        kind=issuer.kind,
        sections=tuple(section for section in Section if section in issuer.sections),
        keys=tuple(
            _WireKey(
                jwk=dict(trusted.key.jwk),
                not_before=to_numeric_date(trusted.not_before),
                not_after=_number(trusted.not_after),
            )
            for trusted in issuer.keys
        ),
        status_lists=tuple(sorted(issuer.status_lists)),
        suspension=_wire_suspension(issuer.suspension),
        certificates=tuple(map(encode_certificate, issuer.certificates)),
    )


def _suspension(wire: _WireSuspension | None) -> Suspension | None:
    return None if wire is None else Suspension(from_numeric_date(wire.at), wire.earlier_entries)


def _wire_suspension(found: Suspension | None) -> _WireSuspension | None:
    if found is None:
        return None
    return _WireSuspension(at=to_numeric_date(found.at), earlier_entries=found.earlier_entries)


def _time(value: int | None) -> datetime | None:
    return None if value is None else from_numeric_date(value)


def _number(value: datetime | None) -> int | None:
    return None if value is None else to_numeric_date(value)
