"""What a grant lets out: its disclosures, each entry bound by the passport's key to one share, and the Bundle of them.

Pure: `now` and the signer are passed in. Left out: sealing the Bundle (consent.sealed_file), checking it
(consent.verify).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from consent.bundle import parse_bundle, render_again, share_document
from consent.countersign import is_answer
from consent.grant import Grant, GrantError, GrantItem, GrantKind, Refused, decide
from consent.key_binding import bind
from consent.shown import disclose, parse_shown, readable_entry
from consent.verification import Refusal
from issuers.credential import HeldCredential, parse_vct
from issuers.encoding import encode_json
from issuers.jws import parse_jws
from issuers.keys import Signer
from issuers.sd_jwt import CREDENTIAL_TYPE
from issuers.status_list import StatusRef
from issuers.times import from_numeric_date, to_numeric_date
from issuers.trust import TrustList
from schemas.catalogue import CATALOGUE
from schemas.errors import PassportError
from schemas.readable import ReadableEntry
from schemas.vocabulary import Language, Section


class OtherEntryError(GrantError):
    """The entry under a granted id is missing, or is not what the grant says: of its section, an employer's answer."""

    code: ClassVar[str] = "granted_entry"


class KeptBundleError(PassportError):
    """A Bundle that a service kept cannot be taken apart."""

    code: ClassVar[str] = "kept_bundle"


@dataclass(frozen=True, slots=True)
class ReleasedEntry:
    """One held credential and the paths of it that a grant lets out."""

    section: Section
    held: HeldCredential
    paths: tuple[str, ...]

    @classmethod
    def of(cls, credential: str | HeldCredential, paths: Iterable[str]) -> Self:
        """Return the paths of a credential, under the section that it says itself.

        Raises:
            PassportError: it is no entry of a passport.
        """
        held = HeldCredential.parse(credential) if isinstance(credential, str) else credential
        jws = parse_jws(held.sd_jwt.jwt, typ=CREDENTIAL_TYPE)
        return cls(parse_vct(jws.unverified_payload.get("vct"))[0], held, tuple(paths))


@dataclass(frozen=True, slots=True)
class Presentation:
    """Everything one share shows, signed once by the passport's key. `entries` are SD-JWT+KB texts."""

    audience: str  # the public share id, a urn: never an address, so that a saved file leaks no live link
    nonce: str
    released_at: datetime  # whole seconds
    entries: tuple[str, ...]


def release(
    grant: Grant, *, credentials: Mapping[str, str | HeldCredential], now: datetime
) -> tuple[ReleasedEntry, ...] | Refused:
    """Return what a read grant lets out at this moment; `credentials` are held ones by entry id.

    Raises:
        OtherEntryError: an entry is missing, or is of another section than the holder decided on.
    """
    decision = decide(grant, kind=GrantKind.READ, now=now)
    if isinstance(decision, Refused):
        return decision
    return tuple(_released(item, credentials) for item in decision.items)


def present(
    released: Sequence[ReleasedEntry],
    *,
    passport_signer: Signer,
    audience: str,
    nonce: str,
    now: datetime,
    share_status: StatusRef,
) -> Presentation:
    """Return the released entries in catalogue order, each with a key binding that names its place among them.

    Raises:
        ValueError: nothing is released.
        UnknownPathError: a credential has no claim at a path.
    """
    if not released:
        raise ValueError("a presentation needs at least one entry")
    ordered = sorted(released, key=lambda entry: CATALOGUE[entry.section].order)
    entries = tuple(
        bind(
            entry.held.present(entry.paths),
            signer=passport_signer,
            audience=audience,
            nonce=nonce,
            now=now,
            share_status=share_status,
            part=(position, len(ordered)),
        )
        for position, entry in enumerate(ordered)
    )
    released_at = from_numeric_date(to_numeric_date(now))
    return Presentation(audience, nonce, released_at, tuple(map(str, entries)))


def share_bundle(presentation: Presentation, *, trust: TrustList, language: Language) -> bytes:
    """Return the FHIR document of a share: its presentations, and what they say for readers.

    Raises:
        UnknownIssuerError: an entry's issuer is not on the trust list.
        PassportError: an entry is malformed.
    """
    document = share_document(
        audience=presentation.audience,
        released_at=presentation.released_at,
        language=language,
        readable=[_readable(text, trust) for text in presentation.entries],
        presentations=presentation.entries,
    )
    return encode_json(document)


def reword(bundle: bytes, *, trust: TrustList) -> bytes:
    """Return a kept Bundle with the wording of this version; what was signed stays as it is.

    Raises:
        KeptBundleError: it is not a Bundle of this service, or one that nobody would accept.
    """
    try:
        presentations = parse_bundle(bundle).presentations
        return render_again(bundle, readable=[_readable(text, trust) for text in presentations])
    except (Refusal, PassportError) as exc:
        raise KeptBundleError("a kept Bundle cannot be worded anew") from exc


def _released(item: GrantItem, credentials: Mapping[str, str | HeldCredential]) -> ReleasedEntry:
    credential = credentials.get(item.entry_id)
    if credential is None:
        raise OtherEntryError(f"the granted entry of {item.section} is missing")
    released = ReleasedEntry.of(credential, item.paths)
    # Without this, a mixed-up id could let conditions out under a grant for communication.
    if released.section is not item.section:
        raise OtherEntryError(f"the granted entry is not of {item.section}")
    if item.by_employer and not is_answer(released.held):  # whose name could be a diagnosis
        raise OtherEntryError("the granted entry is no employer's answer")
    return released


def _readable(text: str, trust: TrustList) -> ReadableEntry:
    shown = parse_shown(text)
    disclosed = disclose(shown, shown.jws.unverified_payload)
    return readable_entry(disclosed, trust.issuer(disclosed.visible.iss))
