"""A receipt in plain words reads the same for both sides, in English and in Welsh."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

import pytest

from consent.grant import GrantKind
from consent.receipt import Controller, Event, Receipt, Retention, StatedBasis
from consent.receipt_words import receipt_lines, receipt_text
from schemas import consent_vocabulary, consent_words
from schemas.consent_vocabulary import Assurance, ConsentEvent, ConsentParty, LegalBasis, RetentionRule
from schemas.consent_words import HEADINGS, ReceiptLine, consent_in_words, law_in_words
from schemas.recipient_terms import BASES
from schemas.vocabulary import Language, RecipientKind, Section
from tests.consent_floor.granting import GIVEN, NOW, REQUESTED, WITHDRAWN, make_receipt

CARDIFF = timezone(timedelta(hours=1))
LISTS = sorted(
    (
        member
        for member in vars(consent_vocabulary).values()
        if isinstance(member, type) and issubclass(member, StrEnum) and member is not StrEnum
    ),
    key=lambda one: one.__name__,
)


@pytest.mark.parametrize("kind", LISTS)
def test_every_value_of_a_closed_list_reads_differently_in_both_languages(kind: type[StrEnum]) -> None:
    for language in Language:
        assert len({consent_in_words(value, language) for value in kind}) == len(kind)
    for value in kind:
        assert len({consent_in_words(value, language) for language in Language}) == 2


def said(receipt: Receipt, line: ReceiptLine, language: Language = Language.ENGLISH) -> str:
    """Return one line of a receipt, its rows joined, or nothing."""
    found = {one.label: one for one in receipt_lines(receipt, language, zone=CARDIFF)}
    one = found.get(HEADINGS[line][language])
    if one is None:
        return ""
    return one.text or "; ".join(text for row in one.rows for _, text in row)


def test_a_receipt_says_who_what_why_until_when_and_how_to_stop() -> None:
    receipt = make_receipt()
    assert said(receipt, ReceiptLine.WHO) == (
        "Harbour Kitchens (Employer). We know them as someone with the link."
    )
    assert said(receipt, ReceiptLine.WHAT) == "About me (Name I use); Changes that help me at work (2 lines)"
    assert said(receipt, ReceiptLine.WHY) == "Changes that help me at work"
    assert said(receipt, ReceiptLine.UNTIL) == "From 21 November 2026 at 13:00 until 1 March 2027."
    assert "https://passport.example/sharing" in said(receipt, ReceiptLine.HOW_TO_STOP)
    assert "cannot bring back" in said(receipt, ReceiptLine.NOT_RECALLED)
    assert "within 30 days" in said(receipt, ReceiptLine.KEPT)
    assert said(receipt, ReceiptLine.BASIS).startswith("their own choice to share")
    assert said(receipt, ReceiptLine.WORDING) == receipt.notice.text


def test_a_receipt_says_what_the_recipient_stated_and_how_sure_we_were_of_them() -> None:
    said_so = StatedBasis(ConsentParty.RECIPIENT, LegalBasis.EMPLOYMENT_LAW, NOW, Assurance.WORK_EMAIL)
    receipt = make_receipt(
        bases=(make_receipt().bases[0], said_so),
        retention=Retention(RetentionRule.UNTIL_DATE, until=date(2027, 5, 1)),
    )
    basis = said(receipt, ReceiptLine.BASIS)
    assert "UK GDPR articles 6(1)(c) and 9(2)(b)" in basis
    assert "said on 21 November 2026 by someone who uses this work email address" in basis
    assert said(receipt, ReceiptLine.KEPT) == "They promise to delete it by 1 May 2027."


def not_stated(retention: Retention) -> Receipt:
    stated = StatedBasis(ConsentParty.RECIPIENT, LegalBasis.NOT_STATED, NOW, Assurance.WORK_EMAIL)
    return make_receipt(bases=(make_receipt().bases[0], stated), retention=retention)


def test_who_takes_back_what_they_said_has_not_said_that_they_have_not_said() -> None:
    basis = said(not_stated(Retention(RetentionRule.NOT_PROMISED)), ReceiptLine.BASIS)
    assert "they took back what they said, on 21 November 2026" in basis
    assert "they have not said" not in basis
    kept_alone = said(not_stated(Retention(RetentionRule.UNTIL_END)), ReceiptLine.BASIS)
    assert "they have not said. How long they keep it was said on 21 November 2026" in kept_alone


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("rule", [RetentionRule.NOT_PROMISED, RetentionRule.UNTIL_END])
def test_nobody_has_not_said_something_on_a_day(rule: RetentionRule, language: Language) -> None:
    text = receipt_text(not_stated(Retention(rule)), language, zone=CARDIFF)
    assert "not said, said on" not in text
    assert "wedi dweud, dywedwyd" not in text


def test_a_receipt_says_who_keeps_the_passport_or_that_nobody_has_said() -> None:
    assert "has not said who they are" in said(make_receipt(), ReceiptLine.SERVICE)
    service = replace(make_receipt().service_controller, operator="Made-up Trust")
    assert said(make_receipt(service_controller=service), ReceiptLine.SERVICE) == (
        "Made-up Trust answers for keeping it. How to reach them: https://passport.example/privacy"
    )


def test_an_end_at_midnight_reads_as_the_day_before_as_on_pages() -> None:
    midnight = datetime(2026, 12, 22, 23, 0, tzinfo=UTC)  # in the zone of these tests
    assert said(make_receipt(ends_at=midnight), ReceiptLine.UNTIL).endswith("until 22 December 2026.")
    over = make_receipt(ends_at=midnight, events=(GIVEN, Event.of(ConsentEvent.EXPIRED, midnight)))
    assert said(over, ReceiptLine.UNTIL) == "It ran until 22 December 2026."
    assert "the end of 22 December 2026" in said(over, ReceiptLine.EVENTS)
    assert "23 December" not in receipt_text(over, Language.ENGLISH, zone=CARDIFF)


def test_nobody_is_promised_that_copies_will_be_deleted_or_everybody_asked() -> None:
    assert "only if it sends email and has checked their address" in consent_words.NOT_RECALLED.en
    assert "Dim ond os" in consent_words.NOT_RECALLED.cy


@pytest.mark.parametrize("kind", RecipientKind)
def test_every_basis_that_can_be_stated_names_its_law(kind: RecipientKind) -> None:
    assert BASES[kind][0] is LegalBasis.NOT_STATED
    for basis in BASES[kind][1:]:
        for language in Language:
            assert "6(1)" in law_in_words(basis, language)
            assert "9(2)" in law_in_words(basis, language)


def test_a_receipt_reads_in_welsh() -> None:
    receipt = make_receipt()
    assert said(receipt, ReceiptLine.UNTIL, Language.WELSH) == (
        "O 21 Tachwedd 2026 am 13:00 tan 1 Mawrth 2027."
    )
    assert said(receipt, ReceiptLine.WHAT, Language.WELSH).startswith("Amdanaf i (Yr enw")
    assert said(receipt, ReceiptLine.WHAT, Language.WELSH).endswith("(2 o linellau)")
    assert "30 diwrnod" in said(receipt, ReceiptLine.KEPT, Language.WELSH)


def test_what_is_over_says_what_ended_it_and_not_how_to_stop_it() -> None:
    over = make_receipt(events=(GIVEN, WITHDRAWN))
    assert said(over, ReceiptLine.UNTIL) == "It was stopped on 22 November 2026 at 13:00."
    assert said(over, ReceiptLine.HOW_TO_STOP) == ""
    assert "cannot bring back" in said(over, ReceiptLine.NOT_RECALLED)


def test_what_was_agreed_anew_says_that_it_was_agreed_before() -> None:
    told = said(make_receipt(events=(GIVEN, replace(GIVEN, at=NOW + timedelta(days=1)))), ReceiptLine.EVENTS)
    assert (told.count("Agreed"), told.count("Agreed again: for longer, or to a change")) == (2, 1)


def test_what_was_only_asked_for_shares_nothing() -> None:
    asked = make_receipt(events=(REQUESTED,), shared=())
    assert said(asked, ReceiptLine.UNTIL) == "Nothing is shared: it was only asked for."
    assert said(asked, ReceiptLine.WHAT) == said(asked, ReceiptLine.NOT_RECALLED) == ""
    assert "this work email address" in said(asked, ReceiptLine.EVENTS)


def test_an_append_grant_says_what_may_be_added_to() -> None:
    receipt = make_receipt(
        kind=GrantKind.APPEND,
        shared=(),
        may_write=(Section.PLAN,),
        controller=Controller(kind=RecipientKind.PRACTITIONER, name="Alex Example"),
    )
    assert said(receipt, ReceiptLine.MAY_ADD) == "My plan"
    assert said(receipt, ReceiptLine.NOT_RECALLED) == ""


@pytest.mark.parametrize("language", Language)
def test_the_printed_text_holds_every_line(language: Language) -> None:
    receipt = make_receipt(retention=Retention(RetentionRule.UNTIL_END))
    text = receipt_text(receipt, language, zone=CARDIFF)
    for line in receipt_lines(receipt, language, zone=CARDIFF):
        assert line.label in text
        assert line.text is None or line.text in text
        assert all(part in text for row in line.rows for _, part in row)
    assert "{" not in text


def test_no_sentence_is_long() -> None:
    prose = " ".join(
        [consent_words.HOW_TO_STOP.en.replace("{address}", "this page"), consent_words.NOT_RECALLED.en]
    )
    assert all(len(sentence.split()) <= 25 for sentence in prose.split(". "))
