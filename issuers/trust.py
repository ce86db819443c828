"""The trust list: which issuer may sign which section, with which keys, from when until when.

A verifier takes keys from here alone. The list itself is signed; its anchor is the one key a verifier is given by hand.
Leaves out: fetching it, and rotating the keys it names.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints, ValidationError

from issuers.encoding import JsonObject
from issuers.jws import sign_jws, verify_jws
from issuers.keys import Signer, VerifyingKey
from issuers.times import from_numeric_date, to_numeric_date
from schemas.errors import PassportError
from schemas.vocabulary import IssuerKind, Section

TRUST_LIST_TYPE: Final = "trust-list+jwt"
FORMAT_VERSION: Final = 1  # of the payload's shape, not of its content
FUTURE_LEEWAY: Final = timedelta(seconds=60)
MAX_TRUST_LIST_BYTES: Final = 4 * 1024 * 1024


class TrustListError(PassportError):
    """A trust list is malformed, or says two things about one issuer or key."""

    code = "trust_list_invalid"


class TrustListTimeError(TrustListError):
    """A trust list is from the future or past its end."""

    code = "trust_list_expired"


class UntrustedIssuerError(PassportError):
    """The trust list does not let this issuer sign this."""

    code = "issuer_untrusted"


class UnknownIssuerError(UntrustedIssuerError):
    """The issuer is not on the trust list."""

    code = "issuer_unknown"


class SectionNotAllowedError(UntrustedIssuerError):
    """The issuer may not sign this section."""

    code = "issuer_section"


class IssuerSuspendedError(UntrustedIssuerError):
    """The issuer was suspended when this was signed."""

    code = "issuer_suspended"


class UnknownIssuerKeyError(UntrustedIssuerError):
    """The issuer has no such key."""

    code = "issuer_key_unknown"


class KeyNotInForceError(UntrustedIssuerError):
    """The key was not yet, or no longer, in force when this was signed."""

    code = "issuer_key_time"


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """One key of an issuer and when its signatures count."""

    key: VerifyingKey
    not_before: datetime
    not_after: datetime | None = None  # None: until the issuer sets an end

    def in_force(self, at: datetime) -> bool:
        """Return whether a signature made at `at` counts."""
        return self.not_before <= at and (self.not_after is None or at < self.not_after)


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """A signing identity: an opaque URL, a neutral public name, and what it may sign.

    A name or URL that says what an organisation treats would tell a diagnosis: keep both neutral.
    """

    iss: str
    name: str
    kind: IssuerKind
    sections: frozenset[Section]
    keys: tuple[TrustedKey, ...]
    status_lists: frozenset[str] = frozenset()  # addresses of the lists it signs
    suspended_at: datetime | None = None  # what it signs from here on does not count

    def key(self, kid: str | None, *, at: datetime) -> VerifyingKey:
        """Return the key that could sign at `at`.

        Raises:
            IssuerSuspendedError, UnknownIssuerKeyError, KeyNotInForceError: as they say.
        """
        if self.suspended_at is not None and at >= self.suspended_at:
            raise IssuerSuspendedError("the issuer was suspended when this was signed")
        for trusted in self.keys:
            if trusted.key.kid == kid:
                if not trusted.in_force(at):
                    raise KeyNotInForceError("the issuer's key was not in force when this was signed")
                return trusted.key
        raise UnknownIssuerKeyError("the issuer has no key of this id")


@dataclass(frozen=True, slots=True)
class TrustList:
    """Every issuer that counts, as of one moment.

    Raises:
        TrustListError: an issuer, a key or a status list address appears twice.
    """

    version: int  # rises with every change
    issued_at: datetime
    expires_at: datetime
    issuers: tuple[TrustedIssuer, ...]
    _by_iss: Mapping[str, TrustedIssuer] = field(init=False, repr=False, compare=False)
    _by_status_list: Mapping[str, TrustedIssuer] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_iss = {issuer.iss: issuer for issuer in self.issuers}
        lists = [(uri, issuer) for issuer in self.issuers for uri in issuer.status_lists]
        kids = [trusted.key.kid for issuer in self.issuers for trusted in issuer.keys]
        # One key for two issuers would let one sign as the other.
        if len(by_iss) != len(self.issuers) or len(dict(lists)) != len(lists) or len(set(kids)) != len(kids):
            raise TrustListError("expected each issuer, key and status list once")
        object.__setattr__(self, "_by_iss", by_iss)
        object.__setattr__(self, "_by_status_list", dict(lists))

    def issuer(self, iss: str) -> TrustedIssuer:
        """Return the issuer of this exact URL.

        Raises:
            UnknownIssuerError: it is not on the list.
        """
        found = self._by_iss.get(iss)
        if found is None:
            raise UnknownIssuerError("the issuer is not on the trust list")
        return found

    def key(self, iss: str, kid: str | None, section: Section, at: datetime) -> VerifyingKey:
        """Return the key with which `iss` could sign an entry of `section` at `at`.

        Raises:
            UntrustedIssuerError: it could not; the subclass says why.
        """
        issuer = self.issuer(iss)
        if section not in issuer.sections:
            raise SectionNotAllowedError("the issuer may not sign this section")
        return issuer.key(kid, at=at)

    def status_key(self, uri: str, kid: str | None, at: datetime) -> VerifyingKey | None:
        """Return the key with which the signer of the list at `uri` could sign it at `at`, if there is one.

        `read_status_list` wants it with `uri` and `at` bound (`status_key_for`); there `at` is now, so that a retired
        key cannot speak for today.
        """
        issuer = self._by_status_list.get(uri)
        try:
            return issuer.key(kid, at=at) if issuer is not None else None
        except UntrustedIssuerError:
            return None

    def status_key_for(self, uri: str, at: datetime) -> Callable[[str | None], VerifyingKey | None]:
        """Return `status_key` of one list and moment as a function of the key id."""
        return lambda kid: self.status_key(uri, kid, at)


_Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=300)]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _WireKey(_Wire):
    jwk: dict[str, str]
    not_before: StrictInt
    not_after: StrictInt | None = None


class _WireIssuer(_Wire):
    iss: _Text
    name: _Text
    kind: IssuerKind
    sections: tuple[Section, ...]
    keys: tuple[_WireKey, ...]
    status_lists: tuple[_Text, ...] = ()
    suspended_at: StrictInt | None = None


class _WireList(_Wire):
    format: Annotated[StrictInt, Field(ge=FORMAT_VERSION, le=FORMAT_VERSION)]
    version: Annotated[StrictInt, Field(ge=1)]
    iat: StrictInt
    exp: StrictInt
    issuers: tuple[_WireIssuer, ...]


def sign_trust_list(trust: TrustList, signer: Signer) -> str:
    """Return the signed trust list."""
    wire = _WireList(
        format=FORMAT_VERSION,
        version=trust.version,
        iat=to_numeric_date(trust.issued_at),
        exp=to_numeric_date(trust.expires_at),
        issuers=tuple(_issuer_to_wire(issuer) for issuer in trust.issuers),
    )
    return sign_jws(wire.model_dump(mode="json", exclude_none=True), signer, typ=TRUST_LIST_TYPE)


def read_trust_list(
    token: str, *, anchors: Iterable[VerifyingKey], now: datetime, ended_too: bool = False
) -> TrustList:
    """Return the trust list that one of the anchors signed.

    With `ended_too`, one past its end is returned as well: it is authentic, and `verify` says of it that it is stale.

    Raises:
        EncodingError, TokenHeaderError, UnknownKeyError, SignatureError: as `verify_jws`.
        TrustListError: not a trust list, or one that contradicts itself.
        TrustListTimeError: from the future, or past its end and not `ended_too`.
    """
    by_kid = {anchor.kid: anchor for anchor in anchors}
    payload = verify_jws(
        token,
        key_for=lambda kid: by_kid.get(kid or ""),
        typ=TRUST_LIST_TYPE,
        max_bytes=MAX_TRUST_LIST_BYTES,
    )
    trust = _list_from_wire(payload)
    if trust.issued_at > now + FUTURE_LEEWAY:
        raise TrustListTimeError("expected a trust list issued before now")
    if trust.expires_at <= now and not ended_too:
        raise TrustListTimeError("expected a trust list that has not ended: fetch a new one")
    return trust


def _list_from_wire(payload: JsonObject) -> TrustList:
    try:
        wire = _WireList.model_validate(payload)
        issuers = tuple(_issuer_from_wire(issuer) for issuer in wire.issuers)
        return TrustList(wire.version, from_numeric_date(wire.iat), from_numeric_date(wire.exp), issuers)
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
        suspended_at=_time(wire.suspended_at),
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
        suspended_at=_number(issuer.suspended_at),
    )


def _time(value: int | None) -> datetime | None:
    return None if value is None else from_numeric_date(value)


def _number(value: datetime | None) -> int | None:
    return None if value is None else to_numeric_date(value)
