"""Numbered verification of a presentation or of a share's Bundle. Works offline; no clock, no network.

Keys come from the trust list alone. Steps: (1) parse, (2) issuer may sign this section, (3) signature, (4) disclosures,
(5) times, (6) key binding, (7) status of each entry, (8) status of the share, (9) the readable part of a Bundle equals
what the verified claims say. Hostile input never raises: it is refused with the number and code of a step. The rules
of RFC 9901 are those of `issuers.verification`; each step names the ones it takes by their numbers in 7.1 and 7.3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consent.bundle import BUNDLE_BYTES_MAX, ReceivedBundle, check_document, parse_bundle, share_document
from consent.key_binding import KeyBinding, check_one_release, read_binding
from consent.shown import ShownEntry, disclose, parse_shown, readable_entry
from consent.status import ENTRY_WORDS, SHARE_WORDS, StatusWords, check_statuses, oldest
from consent.verification import (
    Outcome,
    Policy,
    Refusal,
    StepLog,
    StepNumber,
    Verification,
    VerifiedEntry,
    VerifiedShare,
)
from issuers.credential import DisclosedEntry
from issuers.disclosure import hash_name_of
from issuers.key_binding import HolderKey, check_key_binding, check_presence
from issuers.keys import VerifyingKey
from issuers.status_list import StatusRef, StatusSnapshot
from issuers.times import check_now
from issuers.trust import TrustList
from issuers.verification import check_times
from schemas.readable import ReadableEntry

DEFAULT_POLICY: Final = Policy()


def verify(
    raw: bytes | str,
    *,
    trust: TrustList,
    statuses: Mapping[str, StatusSnapshot],
    now: datetime,
    policy: Policy = DEFAULT_POLICY,
) -> Verification:
    """Return whether a presentation (SD-JWT+KB) or a share's Bundle (JSON) stands, and what it says.

    `statuses` are authentic status lists by their address; one that is missing or stale makes the answer `not_checked`.

    Raises:
        ValueError: `now` is not timezone-aware, or not of the years 1970 to 8999.
    """
    check_now(now)
    run = _Run(trust, statuses, now, policy, StepLog())
    try:
        found = run.steps(raw)
    except Refusal:
        found = _Found((), None, ())
    outcome = run.log.outcome
    as_of = oldest(found.relied_on, statuses, now=now) if outcome is Outcome.VALID else now
    return Verification(outcome, as_of, run.log.finish(), found.entries, found.share)


@dataclass(frozen=True, slots=True)
class _Received:
    entries: tuple[ShownEntry, ...]
    bundle: ReceivedBundle | None


@dataclass(frozen=True, slots=True)
class _Found:
    """What is handed on when no step failed."""

    entries: tuple[VerifiedEntry, ...]
    share: VerifiedShare | None
    relied_on: tuple[StatusRef, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """One verification. Each step looks at all entries before the next step begins."""

    trust: TrustList
    statuses: Mapping[str, StatusSnapshot]
    now: datetime
    policy: Policy
    log: StepLog

    def steps(self, raw: bytes | str) -> _Found:
        """Return what was found.

        Raises:
            Refusal: a step failed; the log says which.
        """
        with self.log.step(StepNumber.PARSE):  # (1) RFC 9901 7.1 (1), (2.a) and 7.3 (3), (5.b), (5.d)
            received = _parse(raw)
        with self.log.step(StepNumber.ISSUER):  # (2) 7.1 (2.c)
            keys = self._issuer_keys(received.entries)
        with self.log.step(StepNumber.SIGNATURE):  # (3) 7.1 (2.b)
            payloads = [shown.jws.verify(key) for shown, key in zip(received.entries, keys, strict=True)]
        with self.log.step(StepNumber.DISCLOSURES):  # (4) 7.1 (2.d), (3), (4), (5)
            disclosed = list(map(disclose, received.entries, payloads))
            readable = [readable_entry(entry, self.trust.issuer(entry.visible.iss)) for entry in disclosed]
        with self.log.step(StepNumber.TIMES):  # (5) 7.1 (6)
            for (
                payload
            ) in payloads:  # what was signed has the times that were disclosed: step (4) refuses others
                check_times(payload, now=self.now, leeway=self.policy.leeway)
        with self.log.step(StepNumber.KEY_BINDING):  # (6) 7.3 (1), (2), (5)
            binding = self._key_binding(received)
        with self.log.step(StepNumber.ENTRY_STATUS):  # (7)
            entry_refs = [entry.visible.status for entry in disclosed]
            self._check_statuses(StepNumber.ENTRY_STATUS, entry_refs, ENTRY_WORDS)
        with self.log.step(StepNumber.SHARE_STATUS):  # (8)
            share_refs = self._share_refs(binding)
            self._check_statuses(StepNumber.SHARE_STATUS, share_refs, SHARE_WORDS)
        with self.log.step(StepNumber.READABLE):  # (9)
            self._check_readable(received.bundle, binding, readable)
        share = _share(binding, received.bundle)
        return _Found(tuple(map(_verified, disclosed, readable)), share, (*entry_refs, *share_refs))

    def _issuer_keys(self, entries: Sequence[ShownEntry]) -> list[VerifyingKey]:
        """Return the key of each entry's issuer. Only the trust list says whose key counts, and for what."""
        if self.trust.expires_at <= self.now:
            self.log.not_checked(
                StepNumber.ISSUER, "trust_list_stale", "the trust list is out of date; fetch a new one"
            )
        claimed = [(shown.jws.unverified_header, shown.unverified_visible) for shown in entries]
        return [
            self.trust.key_for(header, iss=seen.iss, section=seen.section, at=seen.issued_at)
            for header, seen in claimed
        ]

    def _key_binding(self, received: _Received) -> KeyBinding | None:
        """Return what the key bindings say together, or None where there is none and nobody asks for one."""
        bindings = [self._bound(shown) for shown in received.entries]
        present = [binding for binding in bindings if binding is not None]
        if received.bundle is not None and len(present) == len(bindings):
            return check_one_release(present)
        if received.bundle is None and present:
            return present[0]
        required = received.bundle is not None or self.policy.asks_for_key_binding
        check_presence(present=False, required=required)
        self.log.not_required(StepNumber.KEY_BINDING, "this verifier does not ask for key binding")
        return None

    def _bound(self, shown: ShownEntry) -> KeyBinding | None:
        jws, visible = shown.unverified.unverified_key_binding, shown.unverified_visible  # verified: step (3)
        if jws is None:
            return None
        verified = check_key_binding(
            shown.unverified.sd_jwt,
            jws,
            holder=HolderKey(visible.holder_key),
            hash_name=hash_name_of(shown.jws.unverified_payload),
            not_before=visible.not_before,
            policy=self.policy,
            now=self.now,
        )
        return read_binding(verified)

    def _check_statuses(self, number: StepNumber, refs: Sequence[StatusRef], words: StatusWords) -> None:
        unknown = check_statuses(refs, snapshots=self.statuses, now=self.now, words=words)
        if unknown is not None:
            self.log.not_checked(number, unknown.code, unknown.message)

    def _share_refs(self, binding: KeyBinding | None) -> tuple[StatusRef, ...]:
        if binding is None:
            self.log.not_required(StepNumber.SHARE_STATUS, "without key binding it belongs to no share")
            return ()
        if binding.share_status is None:
            raise Refusal(
                "share_status_missing", "the key binding does not say where the share's status stands"
            )
        return (binding.share_status,)

    def _check_readable(
        self, bundle: ReceivedBundle | None, binding: KeyBinding | None, readable: Sequence[ReadableEntry]
    ) -> None:
        if bundle is None or binding is None:  # a Bundle without key binding was refused in step (6)
            self.log.not_required(StepNumber.READABLE, "one entry by itself has no readable part to compare")
            return
        expected = share_document(
            audience=binding.audience,
            released_at=binding.released_at,
            language=bundle.language,
            readable=readable,
            presentations=bundle.presentations,
        )
        check_document(bundle.unverified_document, expected)


def _parse(raw: bytes | str) -> _Received:
    data = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    if len(data) > BUNDLE_BYTES_MAX:
        raise Refusal("too_large", f"expected at most {BUNDLE_BYTES_MAX} bytes")
    data = data.strip(b" \t\r\n")  # a file saved by hand often ends in a line feed
    if data.startswith(b"{"):
        bundle = parse_bundle(data)
        return _Received(tuple(map(parse_shown, bundle.presentations)), bundle)
    try:
        return _Received((parse_shown(data.decode("ascii")),), None)
    except UnicodeDecodeError as exc:
        raise Refusal("sd_jwt_format", "expected an SD-JWT or a Bundle") from exc


def _verified(disclosed: DisclosedEntry, readable: ReadableEntry) -> VerifiedEntry:
    visible = disclosed.visible
    return VerifiedEntry(visible.section, readable, visible.iss, visible.issued_at, visible.expires_at)


def _share(binding: KeyBinding | None, bundle: ReceivedBundle | None) -> VerifiedShare | None:
    if binding is None:
        return None
    language = bundle.language if bundle else None
    return VerifiedShare(binding.audience, binding.nonce, binding.released_at, language)
