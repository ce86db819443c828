"""Each version of a receipt proves the former one: what was taken out, rewritten or slipped in is found."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.grant import GrantItem
from consent.receipt import (
    EVENTS_MAX,
    NEXT,
    Controller,
    Event,
    Notice,
    Receipt,
    ReceiptError,
    Retention,
    SharedEntry,
    StatedBasis,
)
from consent.receipt_token import (
    SignedReceipt,
    SuccessionError,
    append_event,
    append_statement,
    check_chain,
    check_succession,
)
from schemas.consent_vocabulary import WHO, Assurance, ConsentEvent, ConsentParty, LegalBasis, RetentionRule
from schemas.recipient_terms import BASES, PROMISES
from schemas.vocabulary import Language, Purpose, RecipientKind, Section
from tests.consent_floor.granting import (
    CHANGES,
    DAY,
    GIVEN,
    ISSUER,
    NAME,
    NOW,
    REQUESTED,
    SIGNER,
    WITHDRAWN,
    make_receipt,
    read,
    signed,
)

SECOND = DAY / 86_400
HOW: dict[str, Any] = {"signer": SIGNER, "issuer": ISSUER}


def withdrawn(former: SignedReceipt) -> SignedReceipt:
    return append_event(former, WITHDRAWN, now=NOW + DAY, **HOW)


def test_what_happens_later_is_a_new_version_that_names_the_hash_of_the_former() -> None:
    first = signed()
    second = withdrawn(first)
    assert (second.receipt.version, second.receipt.previous) == (2, first.sha256)
    assert second.receipt.state is ConsentEvent.WITHDRAWN
    check_succession(first, read(second.token, now=NOW + DAY))
    assert check_chain([first, second]) == second.receipt


def test_extending_is_a_new_decision_and_may_change_what_was_decided() -> None:
    first = signed()
    fresh = SharedEntry.of(GrantItem(Section.ADJUSTMENTS, "e1", ("changes/0",)), "presentation-3~")
    again = Event.of(ConsentEvent.GIVEN, NOW + DAY)
    notice = Notice.of("Until 30 April 2027.", Language.ENGLISH)
    second = append_event(
        first,
        again,
        now=NOW + DAY,
        ends_at=NOW + 160 * DAY,
        shared=(NAME, fresh),
        notice=notice,
        **HOW,
    )
    assert second.receipt.ends_at == NOW + 160 * DAY
    assert second.receipt.shared == (NAME, fresh)
    assert check_chain([first, second, withdrawn_at(second, 2)]).version == 3


def withdrawn_at(former: SignedReceipt, days: int) -> SignedReceipt:
    return append_event(
        former, Event.of(ConsentEvent.WITHDRAWN, NOW + days * DAY), now=NOW + days * DAY, **HOW
    )


def test_withdrawing_changes_nothing_else() -> None:
    with pytest.raises(SuccessionError):
        append_event(signed(), WITHDRAWN, now=NOW + DAY, ends_at=NOW + 200 * DAY, **HOW)


def test_a_request_that_is_refused_shares_nothing() -> None:
    asked = signed(make_receipt(events=(REQUESTED,), shared=()))
    refused = append_event(asked, Event.of(ConsentEvent.REFUSED, NOW), now=NOW, **HOW)
    assert (refused.receipt.shared, refused.receipt.state) == ((), ConsentEvent.REFUSED)
    with pytest.raises(ReceiptError):
        append_event(refused, Event.of(ConsentEvent.GIVEN, NOW), now=NOW, **HOW)


ELSEWHERE = "urn:uuid:7d0a4f0e-0d8e-4a57-8f0e-6f9f0a9c2d33"


def test_a_request_that_is_granted_names_the_receipt_of_the_answer_and_nothing_that_was_given() -> None:
    asked = signed(make_receipt(events=(REQUESTED,), shared=()))
    event = Event.of(ConsentEvent.GIVEN, NOW + DAY)
    given = append_event(asked, event, now=NOW + DAY, granted_in=ELSEWHERE, ends_at=NOW + 9 * DAY, **HOW)
    assert (given.receipt.granted_in, given.receipt.sections) == (ELSEWHERE, ())
    assert withdrawn_at(given, 2).receipt.state is ConsentEvent.WITHDRAWN
    with pytest.raises(ReceiptError):  # what was given is in one place
        append_event(asked, event, now=NOW + DAY, granted_in=ELSEWHERE, shared=(NAME,), **HOW)
    with pytest.raises(ReceiptError):
        signed(make_receipt(granted_in=ELSEWHERE, shared=()))  # nobody asked


def test_a_receipt_of_a_request_may_go_on_as_the_grants_own() -> None:
    asked = signed(make_receipt(events=(REQUESTED,), shared=()))
    given = granted(asked, starts_at=NOW + DAY, principal_name="Sam Example", shared=(NAME,))
    check_succession(asked, given)
    with pytest.raises(SuccessionError):  # of what was given once, the beginning does not move
        check_succession(given, granted(given, starts_at=NOW))


def granted(former: SignedReceipt, **changed: Any) -> SignedReceipt:
    events = (*former.receipt.events, Event.of(ConsentEvent.GIVEN, NOW + DAY))
    number = former.receipt.version + 1
    later = replace(former.receipt, version=number, previous=former.sha256, events=events, **changed)
    return signed(later, now=NOW + DAY)


def test_no_number_of_changes_keeps_an_end_or_a_withdrawal_from_the_record() -> None:
    full = (GIVEN,) * (EVENTS_MAX - 2)
    expired = Event.of(ConsentEvent.EXPIRED, NOW)
    assert len(make_receipt(events=(*full, expired, WITHDRAWN)).events) == EVENTS_MAX
    with pytest.raises(ReceiptError):
        make_receipt(events=(*full, GIVEN))


# What the recipient states

EMPLOYMENT = LegalBasis.EMPLOYMENT_LAW
UNTIL_MAY = Retention(RetentionRule.UNTIL_DATE, until=date(2027, 5, 1))


def stated(
    former: SignedReceipt,
    basis: LegalBasis = EMPLOYMENT,
    retention: Retention = UNTIL_MAY,
    level: Assurance = Assurance.LINK,
    days: int = 1,
) -> SignedReceipt:
    said = StatedBasis(ConsentParty.RECIPIENT, basis, NOW + days * DAY, level)
    return append_statement(former, said, retention, now=NOW + days * DAY, **HOW)


def test_a_recipients_statement_is_a_version_and_no_event() -> None:
    first = signed()
    second = stated(first)
    assert second.receipt.recipients_basis.assurance is Assurance.LINK
    assert (second.receipt.retention, second.receipt.events) == (UNTIL_MAY, first.receipt.events)
    third = withdrawn_at(second, 2)
    assert (
        check_chain([read(one.token, now=NOW + 2 * DAY) for one in (first, second, third)]) == third.receipt
    )
    assert third.receipt.retention == UNTIL_MAY


@pytest.mark.parametrize("kind", RecipientKind)
def test_each_kind_of_recipient_states_what_is_in_its_lists_and_nothing_else(kind: RecipientKind) -> None:
    first = signed(make_receipt(controller=Controller(kind=kind, name="Named")))
    for basis in set(LegalBasis) - {LegalBasis.CHOICE}:
        for rule in RetentionRule:
            with nullcontext() if (basis in BASES[kind] and rule in PROMISES[kind]) else refused():
                stated(first, basis, promise(rule))


def refused() -> AbstractContextManager[Any]:
    return pytest.raises(SuccessionError)


def promise(rule: RetentionRule) -> Retention:
    days = 30 if rule is RetentionRule.DAYS_AFTER_END else None
    return Retention(rule, days, UNTIL_MAY.until if rule is RetentionRule.UNTIL_DATE else None)


def test_nobody_undoes_what_somebody_stated_of_whom_we_are_surer() -> None:
    sure = stated(signed(), level=Assurance.WORK_EMAIL)
    with refused():
        stated(sure, LegalBasis.EXPLICIT_CONSENT, days=2)
    surer = stated(sure, LegalBasis.EXPLICIT_CONSENT, level=Assurance.TRUST_LIST, days=2)
    assert surer.receipt.recipients_basis.basis is LegalBasis.EXPLICIT_CONSENT


def test_a_statement_is_not_older_than_the_one_before_and_not_of_what_was_never_given() -> None:
    with refused():
        stated(stated(signed(), days=2), LegalBasis.EXPLICIT_CONSENT, days=1)
    with refused():
        stated(signed(make_receipt(events=(REQUESTED,), shared=())))


FORGERIES: dict[str, Callable[[Receipt], Receipt]] = {
    "an event with it": lambda r: replace(r, events=(GIVEN, WITHDRAWN)),
    "another end": lambda r: replace(r, ends_at=NOW + 300 * DAY),
    "another wording": lambda r: replace(r, notice=Notice.of("Nothing.", Language.ENGLISH)),
    "a promise without a statement": lambda r: replace(r, bases=make_receipt().bases),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_statement_changes_nothing_but_itself(forge: Callable[[Receipt], Receipt]) -> None:
    first = signed()
    with refused():
        check_succession(first, SignedReceipt(forge(stated(first).receipt), "token", NOW + DAY))


REWRITES: dict[str, Callable[[SignedReceipt], Receipt]] = {
    "another former version": lambda s: replace(s.receipt, previous="A" * 43),
    "a version left out": lambda s: replace(s.receipt, version=3),
    "another recipient": lambda s: replace(
        s.receipt, controller=Controller(kind=RecipientKind.EMPLOYER, name="Else Ltd")
    ),
    "another purpose": lambda s: replace(s.receipt, purpose=Purpose.JOB_INTERVIEW),
    "another end": lambda s: replace(s.receipt, ends_at=NOW + 300 * DAY),
    "another wording": lambda s: replace(s.receipt, notice=Notice.of("Nothing.", Language.ENGLISH)),
    "another receipt": lambda s: replace(s.receipt, receipt_id="urn:uuid:1"),
    "more shared": lambda s: replace(s.receipt, shared=(CHANGES,)),
    "the past rewritten": lambda s: replace(
        s.receipt, events=(Event.of(ConsentEvent.GIVEN, NOW - SECOND), WITHDRAWN)
    ),
    "two events at once": lambda s: replace(
        s.receipt, events=(GIVEN, Event.of(ConsentEvent.EXPIRED, NOW + SECOND), WITHDRAWN)
    ),
    "nothing new": lambda s: replace(s.receipt, events=(GIVEN,)),
}


@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES)
def test_a_version_that_rewrites_the_former_one_is_refused(
    rewrite: Callable[[SignedReceipt], Receipt],
) -> None:
    first = signed()
    forged = SignedReceipt(rewrite(withdrawn(first)), "token", NOW + DAY)
    with pytest.raises(SuccessionError):
        check_succession(first, forged)


def test_a_version_is_not_written_before_the_former_one() -> None:
    first, second = signed(), withdrawn(signed())
    second = replace(second, receipt=replace(second.receipt, previous=first.sha256))
    with pytest.raises(SuccessionError):
        check_succession(first, replace(second, issued_at=NOW - SECOND))


def test_a_chain_with_a_version_missing_is_refused() -> None:
    first = signed()
    second = append_event(first, Event.of(ConsentEvent.EXPIRED, NOW + DAY), now=NOW + DAY, **HOW)
    third = withdrawn_at(second, 2)
    for broken in ([], [second, third], [first, third], [second, first]):
        with pytest.raises(SuccessionError):
            check_chain(broken)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(ConsentEvent), min_size=1, max_size=6))
def test_every_order_of_events_is_either_a_chain_or_refused(kinds: list[ConsentEvent]) -> None:
    events = tuple(_event(kind, number) for number, kind in enumerate(kinds))
    allowed = all(later in NEXT[former] for former, later in pairwise([None, *kinds]))
    if not allowed:
        with pytest.raises(ReceiptError):
            make_receipt(events=events)
        return
    versions = [signed(make_receipt(events=events[:1]))]
    for event in events[1:]:
        versions.append(append_event(versions[-1], event, now=NOW + DAY, **HOW))
    assert check_chain(versions) == replace(
        make_receipt(events=events),
        version=len(events),
        previous=versions[-2].sha256 if len(versions) > 1 else None,
    )


def _event(kind: ConsentEvent, number: int) -> Event:
    recipient = WHO[kind] is ConsentParty.RECIPIENT
    return Event.of(kind, NOW + number * SECOND, assurance=Assurance.LINK if recipient else None)
