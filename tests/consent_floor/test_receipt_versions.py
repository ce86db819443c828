"""Each version of a receipt proves the former one: what was taken out, rewritten or slipped in is found."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.grant import GrantItem
from consent.receipt import (
    NEXT,
    WHO,
    Controller,
    Event,
    Notice,
    Receipt,
    ReceiptError,
    Retention,
    SharedEntry,
)
from consent.receipt_token import SignedReceipt, SuccessionError, append_event, check_chain, check_succession
from schemas.consent_vocabulary import Assurance, ConsentEvent, ConsentParty, RetentionRule
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
        retention=Retention(RetentionRule.UNTIL_END),
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
