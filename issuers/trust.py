"""The trust list: which issuer may sign which section, with which keys, from when until when.

A verifier takes keys from here, or from certificates that lead to an anchor named here, and from nowhere else. Leaves
out: how the list is signed and read (`issuers.trust_wire`), fetching it, and rotating the keys it names.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cryptography.x509 import Certificate

from issuers.keys import VerifyingKey
from issuers.x509 import host_of, verify_chain
from schemas.errors import PassportError
from schemas.vocabulary import IssuerKind, Section


class TrustListError(PassportError):
    """A trust list is malformed, or says two things about one issuer or key."""

    code = "trust_list_invalid"


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


class IssuerDistrustedError(UntrustedIssuerError):
    """The issuer is suspended, and nothing that it signed before stands either."""

    code = "issuer_distrusted"


class UnknownIssuerKeyError(UntrustedIssuerError):
    """The issuer has no such key."""

    code = "issuer_key_unknown"


class KeyNotInForceError(UntrustedIssuerError):
    """The key was not yet, or no longer, in force when this was signed."""

    code = "issuer_key_time"


class OtherKeyNamedError(UntrustedIssuerError):
    """The certificates are of one key and the key id names another."""

    code = "issuer_key_other"


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """One key of an issuer and when its signatures count."""

    key: VerifyingKey
    not_before: datetime
    not_after: datetime | None = None  # None: until the issuer sets an end

    def in_force(self, at: datetime) -> bool:
        """Return whether a signature made at `at` counts."""
        return self.not_before <= at and (self.not_after is None or at < self.not_after)


class EarlierEntries(StrEnum):
    """What becomes of the entries that an issuer signed before it was suspended."""

    STAND = "stand"  # it lost its standing: what it signed until then was signed in good order
    FALL = "fall"  # it cannot be believed at all, or a thief could date entries back


@dataclass(frozen=True, slots=True)
class Suspension:
    """From when on an issuer's signatures count no more, and whether those before still do."""

    at: datetime
    earlier_entries: EarlierEntries = EarlierEntries.STAND


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
    suspension: Suspension | None = None
    certificates: tuple[Certificate, ...] = ()  # authorities that certify more keys of this issuer: x5c

    def key(self, kid: str | None, *, at: datetime) -> VerifyingKey:
        """Return the key of this id that could sign at `at`.

        Raises:
            IssuerSuspendedError, IssuerDistrustedError, UnknownIssuerKeyError, KeyNotInForceError: as they say.
        """
        self._check_suspension(at)
        listed = self._listed(kid, at)
        if listed is None:
            raise UnknownIssuerKeyError("the trust list has no such key of the issuer; get a new trust list")
        return listed

    def key_for(self, unverified_header: Mapping[str, Any], *, at: datetime) -> VerifyingKey:
        """Return the key that could sign a token of this header at `at`: by its `x5c` if it has one, else by its `kid`.

        Raises:
            UntrustedIssuerError: as `key`, or the two name different keys.
            ChainError: its certificates lead to none of this issuer's anchors, or break another rule of theirs.
        """
        kid = unverified_header.get("kid")
        if "x5c" not in unverified_header:
            return self.key(kid, at=at)
        self._check_suspension(at)
        key = verify_chain(unverified_header["x5c"], anchors=self.certificates, iss=self.iss, at=at)
        if kid is not None and kid != key.kid:  # RFC 7515 section 4.1.4 leaves open which wins: neither does
            raise OtherKeyNamedError(
                "the certificates and the key id name different keys; ask the holder for a fresh copy"
            )
        self._listed(key.kid, at)  # a certificate does not bring back a key that the list has ended
        return key

    def _listed(self, kid: str | None, at: datetime) -> VerifyingKey | None:
        for trusted in self.keys:
            if trusted.key.kid == kid:
                if not trusted.in_force(at):
                    raise KeyNotInForceError(
                        "the issuer's key was not in force when this was signed; ask the holder for a fresh copy"
                    )
                return trusted.key
        return None

    def _check_suspension(self, at: datetime) -> None:
        if self.suspension is None:
            return
        if self.suspension.earlier_entries is EarlierEntries.FALL:
            raise IssuerDistrustedError(
                "nothing that the issuer signed is believed any more; ask the holder who else can confirm it"
            )
        if at >= self.suspension.at:
            raise IssuerSuspendedError(
                "the issuer was suspended when this was signed; ask the holder who else can confirm it"
            )


@dataclass(frozen=True, slots=True)
class TrustList:
    """Every issuer that counts, as of one moment.

    Raises:
        TrustListError: an issuer, a key or a status list address appears twice, or an authority could certify one
            issuer as another.
    """

    version: int  # rises with every change
    issued_at: datetime
    expires_at: datetime
    issuers: tuple[TrustedIssuer, ...]
    anchors: tuple[VerifyingKey, ...] = ()  # which may sign the lists that follow this one
    _by_iss: Mapping[str, TrustedIssuer] = field(init=False, repr=False, compare=False)
    _by_kid: Mapping[str, TrustedIssuer] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_iss = {issuer.iss: issuer for issuer in self.issuers}
        lists = [uri for issuer in self.issuers for uri in issuer.status_lists]
        kids = [(trusted.key.kid, issuer) for issuer in self.issuers for trusted in issuer.keys]
        # One key for two issuers would let one sign as the other. So would one authority, for two of the same host:
        # a certificate may name no more than that.
        authorities = list(_authorities(self.issuers))
        unique = (list(by_iss), lists, [kid for kid, _ in kids], authorities)
        if len(by_iss) != len(self.issuers) or any(len(set(found)) != len(found) for found in unique):
            raise TrustListError(
                "expected each issuer, key, authority of a host and status list once; get a new trust list"
            )
        object.__setattr__(self, "_by_iss", by_iss)
        object.__setattr__(self, "_by_kid", dict(kids))

    def issuer(self, iss: str) -> TrustedIssuer:
        """Return the issuer of this exact URL.

        Raises:
            UnknownIssuerError: it is not on the list.
        """
        found = self._by_iss.get(iss)
        if found is None:
            raise UnknownIssuerError("the issuer is not on the trust list; get a new trust list")
        return found

    def key(self, iss: str, kid: str | None, section: Section, at: datetime) -> VerifyingKey:
        """Return the key of this id with which `iss` could sign an entry of `section` at `at`.

        Raises:
            UntrustedIssuerError: it could not; the subclass says why.
        """
        return self._signer_of(iss, section).key(kid, at=at)

    def key_for(
        self, unverified_header: Mapping[str, Any], *, iss: str, section: Section, at: datetime
    ) -> VerifyingKey:
        """Return the key with which `iss` could sign an entry of `section` at `at` in a token of this header.

        Raises:
            UntrustedIssuerError, ChainError: it could not; the subclass says why.
        """
        return self._signer_of(iss, section).key_for(unverified_header, at=at)

    def status_key(self, kid: str | None, at: datetime) -> tuple[VerifyingKey | None, frozenset[str]]:
        """Return the key of this id, and the addresses of the status lists that it could sign at `at`.

        No key and no address where there is none. `at` is now, so that a retired key cannot speak for today.
        """
        issuer = self._by_kid.get(kid or "")
        if issuer is not None:
            with suppress(UntrustedIssuerError):
                return issuer.key(kid, at=at), issuer.status_lists
        return None, frozenset()

    def _signer_of(self, iss: str, section: Section) -> TrustedIssuer:
        issuer = self.issuer(iss)
        if section not in issuer.sections:
            raise SectionNotAllowedError(
                "the issuer may not sign this section; ask the holder who else can confirm it"
            )
        return issuer


def _authorities(issuers: Iterable[TrustedIssuer]) -> Iterator[tuple[str | None, Certificate]]:
    return ((host_of(issuer.iss), certificate) for issuer in issuers for certificate in issuer.certificates)
