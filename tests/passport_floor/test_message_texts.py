"""Messages hold no health fact and no secret: their words are ours, and nothing but days and codes is filled in."""

import re
from datetime import date
from string import Template

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.telling import tellings_in
from passport.messages.fields import FIELDS, Day, MessageFieldError, read_fields
from passport.messages.texts import FOLDER, PAGES, REPLY_PAGES, read_text, read_why, write
from passport.tables import MessageKind
from schemas.catalogue import CATALOGUE
from schemas.vocabulary import Language

BASE = "https://passport.example"
AUDIENCES = ("to-holder", "to-other", "to-unconfirmed")
EACH = [(kind, language) for kind in MessageKind for language in Language]
GIVEN = {"day": "2026-11-21", "code": "004711"}


def fields_of(kind: MessageKind) -> dict[str, str]:
    return {name: GIVEN["code" if name == "code" else "day"] for name in FIELDS[kind]}


def written(kind: MessageKind, *languages: Language, to_holder: bool) -> str:
    fields = read_fields(kind, fields_of(kind))
    text = write(
        kind, fields, languages=languages, to_holder=to_holder, service="Passport service", base_url=BASE
    )
    return f"{text.subject}\n{text.body}"


@pytest.mark.parametrize(("kind", "language"), EACH)
@pytest.mark.parametrize("to_holder", [True, False])
def test_a_message_names_no_section_and_holds_no_telling_word(
    kind: MessageKind, language: Language, to_holder: bool
) -> None:
    text = written(kind, language, to_holder=to_holder)
    labels = [label for spec in CATALOGUE.values() for label in (spec.label.en, spec.label.cy)]
    assert [label for label in labels if label.lower() in text.lower()] == []
    assert tellings_in(text) == ()


@pytest.mark.parametrize(("kind", "language"), EACH)
@pytest.mark.parametrize("to_holder", [True, False])
def test_the_only_address_in_a_message_is_a_bare_page_of_this_service(
    kind: MessageKind, language: Language, to_holder: bool
) -> None:
    page = (PAGES if to_holder else REPLY_PAGES).get(kind, "")
    pages = {BASE, f"{BASE}{page}", f"{BASE}/passport/messages"}
    text = written(kind, language, to_holder=to_holder)
    assert set(re.findall(r"\w+://\S+", text)) <= pages
    assert "#" not in text


@pytest.mark.parametrize(
    ("kind", "to_holder", "page"),
    [
        (MessageKind.ASKED_FOR_MORE, True, "/passport/replies"),
        (MessageKind.ACKNOWLEDGED, True, "/passport/replies"),
        (MessageKind.COUNTERSIGNED, True, "/passport"),  # what waits is accepted at home
        (MessageKind.REVIEW_REMINDER, True, "/passport"),
        (MessageKind.REVIEW_REMINDER, False, "/r"),
        (MessageKind.DELETION_REQUEST, False, "/r"),
        (MessageKind.RETENTION_REMINDER, False, "/r"),
    ],
)
def test_a_message_leads_to_where_what_it_asks_for_can_be_done(
    kind: MessageKind, to_holder: bool, page: str
) -> None:
    for language in Language:
        assert f"{BASE}{page}\n" in written(kind, language, to_holder=to_holder)


@pytest.mark.parametrize(("kind", "language"), EACH)
def test_nothing_is_filled_into_a_subject_and_it_fits_into_a_line(
    kind: MessageKind, language: Language
) -> None:
    subject, body = read_text(kind, language)
    assert Template(subject).get_identifiers() == []
    assert 0 < len(subject) <= 60
    assert "\n" not in subject
    page = set() if kind is MessageKind.EMAIL_CODE else {"address"}
    assert set(body.get_identifiers()) == {*FIELDS[kind], *page}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_message_says_why_it_comes_and_how_to_stop_it(audience: str, language: Language) -> None:
    why = read_why(audience, language)
    assert "service" in why.get_identifiers()
    stops = "To stop" if language is Language.ENGLISH else "I roi'r gorau iddi"
    assert stops in why.template


@pytest.mark.parametrize("language", Language)
def test_there_is_a_text_for_every_kind_and_none_without_one(language: Language) -> None:
    there = {path.stem for path in (FOLDER / language).glob("*.txt")}
    assert there == {*MessageKind, *AUDIENCES}


def test_whoever_s_language_is_not_known_gets_both_whole_and_apart() -> None:
    both = written(MessageKind.DELETION_REQUEST, *Language, to_holder=False)
    subject, _, body = both.partition("\n")
    for part, language in zip(body.split("* * *"), Language, strict=True):
        its_subject, _, its_body = written(MessageKind.DELETION_REQUEST, language, to_holder=False).partition(
            "\n"
        )
        assert part.strip() == its_body.strip()
        assert its_subject in subject.split(" / ")


def test_a_day_is_said_in_words_and_a_code_as_it_is() -> None:
    assert "21 November 2026" in written(MessageKind.OPENED, Language.ENGLISH, to_holder=True)
    assert "21 Tachwedd 2026" in written(MessageKind.OPENED, Language.WELSH, to_holder=True)
    assert "004711" in written(MessageKind.EMAIL_CODE, Language.ENGLISH, to_holder=True)


@given(
    kind=st.sampled_from(MessageKind),
    given_fields=st.dictionaries(
        st.sampled_from(["day", "code", "shared_on", "review_on", "last_day", "name", "section"]) | st.text(),
        st.text() | st.dates().map(date.isoformat) | st.from_regex(r"\d{6}"),
        max_size=3,
    ),
)
def test_no_field_can_carry_anything_but_a_day_or_a_code(
    kind: MessageKind, given_fields: dict[str, str]
) -> None:
    try:
        fields = read_fields(kind, given_fields)
    except MessageFieldError:
        return
    for field in fields.values():
        assert isinstance(field, Day) or re.fullmatch(r"[0-9]{6}", field)


@pytest.mark.parametrize(
    "text", ["123456\n", "12345", "1234567", "\uff11\uff12\uff13\uff14\uff15\uff16", "12345a", ""]
)
def test_a_code_is_six_plain_digits(text: str) -> None:
    with pytest.raises(MessageFieldError):
        read_fields(MessageKind.EMAIL_CODE, {"code": text})


@pytest.mark.parametrize("text", ["2026-11-21\n", "2026-02-30", "20261121", "tomorrow", "2026-W47-6", ""])
def test_a_day_is_written_in_one_way(text: str) -> None:
    with pytest.raises(MessageFieldError):
        read_fields(MessageKind.OPENED, {"day": text})
