"""What a recipient states of legal basis and retention: signed, seen by both sides, followed by the reminders."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from consent.receipt import Receipt
from consent.receipt_token import check_chain
from passport import recipient_terms, reminders
from schemas.consent_vocabulary import Assurance, LegalBasis, RetentionRule
from schemas.recipient_terms import BASES, PROMISES
from schemas.vocabulary import RecipientKind
from tests.service.mailing import has_recipient, subjects
from tests.service.replying import Reader, confirms, opens, shares_and_opens
from tests.service.test_receipts import read
from tests.service.test_replies import holder_page
from tests.service.world import Person, Share, World

LAW: dict[str, str] = {"basis": "employment-law", "kept": "while-working-there"}
UNTIL_MAY = {
    "basis": "employment-law",
    "kept": "until-date",
    "until-day": "1",
    "until-month": "5",
    "until-year": "2027",
}


def states(reader: Reader, **form: str) -> int:
    return int(reader.posts("/r/terms", **form).status_code)


def receipt_of(world: World, tokens: Sequence[str]) -> Receipt:
    return check_chain([read(world, token) for token in tokens])


def body_of(sam: Person, share: Share) -> Any:
    return sam.get(f"/api/v1/shares/{share.share_id}/receipt").json()


def test_both_sides_hold_what_a_recipient_states_with_how_sure_we_are_of_them(
    world: World, sam: Person
) -> None:
    share, reader = shares_and_opens(world, sam)
    confirms(world, reader, sam.holder_id)
    world.clock.advance(minutes=5)
    assert states(reader, **UNTIL_MAY) == 303
    body = body_of(sam, share)
    receipt = receipt_of(world, body["versions"])
    said = receipt.recipients_basis
    assert (said.basis, said.assurance, said.at) == (
        LegalBasis.EMPLOYMENT_LAW,
        Assurance.WORK_EMAIL,
        world.clock(),
    )
    assert str(receipt.retention.until) == "2027-05-01"
    assert receipt_of(world, reader.page("/r/receipt/versions").split()) == receipt
    (theirs,) = body["json_ld"]["dpv:hasProcess"][0]["dpv:hasLegalBasis"]
    assert theirs["@type"] == "dpv:LegalObligation"
    assert any(one["uri"].endswith("/article/9/2/b") for one in body["fhir"]["policy"])
    assert "terms-stated" in sam.said(share)
    shown = holder_page(world, sam, f"/passport/shares/{share.share_id}")
    assert "duties under employment law" in shown
    assert "They promise to delete it by 1 May 2027." in shown
    assert "You promise to delete it by 1 May 2027." in reader.page()
    assert "said how they use it, and how long they keep it" in holder_page(world, sam, "/passport/log")


def test_who_has_said_nothing_is_told_of_as_having_said_nothing(sqlite_world: World, ada: Person) -> None:
    share, reader = shares_and_opens(sqlite_world, ada)
    receipt = receipt_of(sqlite_world, body_of(ada, share)["versions"])
    assert receipt.recipients_basis.basis is LegalBasis.NOT_STATED
    mine, theirs = reader.page(), holder_page(sqlite_world, ada, f"/passport/shares/{share.share_id}")
    assert "You have not said why the law lets you use it." in mine
    assert "You have not said how long you keep it." in mine
    assert "they have not said" in theirs
    assert "They have made no promise." in theirs


def test_each_kind_of_recipient_is_offered_its_lists_and_can_state_all_of_them(
    sqlite_world: World, ada: Person
) -> None:
    for kind in RecipientKind:
        _share, reader = shares_and_opens(sqlite_world, ada, kind=kind.value, name="Named")
        page = reader.page("/r/terms")
        for choice in (*BASES[kind], *PROMISES[kind]):
            assert f'value="{choice.value}"' in page
        for basis in set(LegalBasis) - set(BASES[kind]):
            assert f'value="{basis.value}"' not in page
            assert states(reader, basis=basis.value, kept="not-promised") == 422
        assert states(reader, basis=BASES[kind][-1].value, kept=PROMISES[kind][-1].value) == 303
        assert "checked" in reader.page("/r/terms").partition(f'value="{BASES[kind][-1].value}"')[2][:20]


def test_nobody_with_the_link_alone_undoes_what_a_known_colleague_said(
    sqlite_world: World, ada: Person
) -> None:
    share, reader = shares_and_opens(sqlite_world, ada)
    confirms(sqlite_world, reader, ada.holder_id)
    assert states(reader, **LAW) == 303
    stranger = opens(sqlite_world, share, who="Someone else")
    assert states(stranger, basis="explicit-consent", kept="not-promised") == 409
    assert (
        receipt_of(sqlite_world, body_of(ada, share)["versions"]).retention.rule
        is RetentionRule.WHILE_WORKING_THERE
    )


def test_it_can_be_stated_after_the_end_by_whom_we_know_and_stopping_changes_nothing_of_it(
    sqlite_world: World, ada: Person
) -> None:
    share, reader = shares_and_opens(sqlite_world, ada)
    assert states(reader, **LAW) == 303
    ada.stops(share)
    refused = reader.posts("/r/terms", **UNTIL_MAY)
    assert (refused.status_code, "work email address first" in refused.text) == (409, True)
    assert "/r/terms" not in reader.page()
    confirms(sqlite_world, reader, ada.holder_id)
    assert states(reader, **UNTIL_MAY) == 303
    receipt = receipt_of(sqlite_world, body_of(ada, share)["versions"])
    assert (receipt.state.value, receipt.retention.rule) == ("withdrawn", RetentionRule.UNTIL_DATE)


def test_the_same_again_writes_nothing_and_a_receipt_cannot_be_filled(
    sqlite_world: World, ada: Person
) -> None:
    share, reader = shares_and_opens(sqlite_world, ada)
    for _ in range(3):
        assert states(reader, **LAW) == 303
    assert len(body_of(ada, share)["versions"]) == 2
    turns = [{**LAW, "kept": kept} for kept in ("until-end", "not-promised")] * 5
    got = [states(reader, **turn) for turn in turns]
    assert got == [303] * (recipient_terms.STATEMENTS_MAX - 1) + [429]


NOTHING = {"basis": "not-stated", "kept": "not-promised"}


def test_to_say_nothing_yet_is_no_statement_and_later_takes_back_what_was_said(
    sqlite_world: World, ada: Person
) -> None:
    share, reader = shares_and_opens(sqlite_world, ada)
    assert reader.posts("/r/terms", **NOTHING).headers["location"] == "/r/reply"  # and no word of thanks
    assert len(body_of(ada, share)["versions"]) == 1
    assert "terms-stated" not in ada.said(share)
    assert states(reader, basis="not-stated", kept="until-end") == 303
    assert "said how long they keep it" in holder_page(sqlite_world, ada, "/passport/log")
    assert states(reader, basis="employment-law", kept="not-promised") == 303
    assert states(reader, **NOTHING) == 303
    assert "took back what they said of how they use it" in holder_page(sqlite_world, ada, "/passport/log")
    assert receipt_of(sqlite_world, body_of(ada, share)["versions"]).took_back
    shown = holder_page(sqlite_world, ada, f"/passport/shares/{share.share_id}")
    assert "they took back what they said, on " in shown
    assert "not said, said" not in shown
    assert states(reader, **NOTHING) == 303
    assert len(body_of(ada, share)["versions"]) == 4


ODD: tuple[dict[str, str], ...] = (
    {"basis": "choice"},
    {"basis": "x"},
    {"kept": ""},
    {"kept": "records-rules"},
    {"kept": "until-date"},
    {"kept": "until-date", "until-day": "31", "until-month": "2", "until-year": "2027"},
    {"kept": "until-date", "until-day": "20", "until-month": "11", "until-year": "2026"},
    {"kept": "until-date", "until-day": "1", "until-month": "1", "until-year": "2099"},
    {"kept": "until-date", "until-day": "9" * 5000, "until-month": "1", "until-year": "2027"},
)


def test_odd_terms_are_refused_and_nothing_is_signed(sqlite_world: World, ada: Person) -> None:
    share, reader = shares_and_opens(sqlite_world, ada)
    assert [states(reader, **{**LAW, **odd}) for odd in ODD] == [422] * len(ODD)
    assert len(body_of(ada, share)["versions"]) == 1
    assert states(Reader(sqlite_world), **LAW) == 404


def test_a_practitioner_who_may_write_states_theirs_as_an_organisation_on_the_trust_list(
    world: World,
) -> None:
    sam, jo = world.holder(), world.practitioner()
    grant_id = sam.lets_write(jo, "work-advice")
    world.client.cookies.clear()
    headers = {"accept": "text/html", "cookie": f"session={jo.token}"}
    form = {"basis": "occupational-health", "kept": "records-rules"}
    reply = world.client.post(
        f"/practice/{grant_id}/terms", headers=headers, data=form, follow_redirects=False
    )
    assert reply.status_code == 303
    body = sam.get(f"/api/v1/append-grants/{grant_id}/receipt").json()
    receipt = receipt_of(world, body["versions"])
    said = receipt.recipients_basis
    assert (said.basis, said.assurance) == (LegalBasis.OCCUPATIONAL_HEALTH, Assurance.TRUST_LIST)
    assert receipt.retention.rule is RetentionRule.RECORDS_RULES
    shown = world.client.get(f"/practice/{grant_id}/receipt", headers=headers).text
    assert "an organisation on our list of trusted ones" in shown
    assert "House of jo, an organisation on our list" in holder_page(world, sam, "/passport/log")
    wrong = {**form, "basis": "employment-law"}
    refused = world.client.post(f"/practice/{grant_id}/terms", headers=headers, data=wrong)
    assert refused.status_code == 422


# Reminders follow the promise

REMINDED = {  # so many days after the share was made, which ends with the day after
    "until-end": 2,
    "days-after-end": 32,
    "not-promised": 32,
    "while-working-there": 32,
    "until-date": 161,
}


@pytest.mark.parametrize("kept", REMINDED)
def test_recipients_are_reminded_of_their_copies_when_they_promised_to_delete_them(
    sqlite_world: World, ada: Person, kept: str
) -> None:
    share, reader = shares_and_opens(sqlite_world, ada, days=1)
    has_recipient(sqlite_world, ada, share)
    assert states(reader, **{**UNTIL_MAY, "kept": kept}) == 303
    reminded, start = [], sqlite_world.clock()
    for days in (REMINDED[kept] - 1, REMINDED[kept], REMINDED[kept] + 1):
        sqlite_world.clock.at = start + timedelta(days=days)
        reminders.look_ahead(sqlite_world.d)
        reminded += (
            [days] if "Is it time to delete what was shared with you?" in subjects(sqlite_world) else []
        )
    assert reminded == [REMINDED[kept]]


def test_who_keeps_records_by_their_rules_is_not_reminded(sqlite_world: World, ada: Person) -> None:
    share, reader = shares_and_opens(sqlite_world, ada, kind="gp", name="Dr Green", days=1)
    has_recipient(sqlite_world, ada, share)
    assert states(reader, basis="health-care", kept="records-rules") == 303
    sqlite_world.clock.advance(days=33)
    reminders.look_ahead(sqlite_world.d)
    assert subjects(sqlite_world) == []
