"""Review days as iCalendar (RFC 5545), read back by a parser that others wrote; no event says what it is about."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from consent.calendar import Review, review_calendar
from schemas.vocabulary import Language

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
NAMES = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", min_size=1, max_size=120)
REVIEWS = st.lists(
    st.builds(Review, NAMES, st.dates(date(1900, 1, 1), date(2198, 12, 31))), min_size=1, max_size=4
)


def made(*reviews: Review, language: Language = Language.ENGLISH, now: datetime = NOW) -> bytes:
    return review_calendar(reviews, host="passport.example", now=now, language=language)


@given(REVIEWS, st.sampled_from(Language))
def test_another_parser_reads_what_was_written(reviews: list[Review], language: Language) -> None:
    calendar = Calendar.from_ical(made(*reviews, language=language))
    assert calendar["VERSION"] == "2.0"
    assert "METHOD" not in calendar  # RFC 5546 section 3.2.1: it would take an organizer
    events = calendar.walk("VEVENT")
    assert [event["UID"] for event in events] == [f"{one.name}@passport.example" for one in reviews]
    assert [event.decoded("DTSTART") for event in events] == [one.day for one in reviews]
    assert all(event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(days=1) for event in events)
    assert all(event.decoded("DTSTAMP") == NOW for event in events)
    assert all(not event.errors for event in events)


@given(REVIEWS, st.sampled_from(Language))
def test_section_3_1_lines_end_in_crlf_and_hold_75_octets_at_most(
    reviews: list[Review], language: Language
) -> None:
    content = made(*reviews, language=language)
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert all(line.decode() for line in lines)  # no character is cut in two


def test_an_event_says_no_more_than_that_something_agreed_is_reviewed() -> None:
    (event,) = Calendar.from_ical(made(Review("abc", date(2027, 3, 1)))).walk("VEVENT")
    assert event["SUMMARY"] == "Review of an agreed change"
    assert event["DESCRIPTION"] == "Talk about how it goes, and say what stays as it is."
    assert event["CLASS"] == "PRIVATE"
    assert event.keys() == {
        "UID",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "DESCRIPTION",
        "CLASS",
        "TRANSP",
    }


def test_a_later_file_names_the_same_event_and_is_the_newer_revision_of_it() -> None:
    """RFC 5546 section 2.1.5: the same UID and SEQUENCE, here none, so that DTSTAMP says which is newer."""
    first, second = (
        Calendar.from_ical(made(Review("abc", day), now=now)).walk("VEVENT")[0]
        for day, now in ((date(2027, 3, 1), NOW), (date(2027, 4, 1), NOW + timedelta(seconds=1)))
    )
    assert first["UID"] == second["UID"]
    assert "SEQUENCE" not in first.keys() | second.keys()
    assert first.decoded("DTSTAMP") < second.decoded("DTSTAMP")


def test_a_naive_time_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        made(Review("abc", date(2027, 3, 1)), now=datetime(2026, 11, 21))  # noqa: DTZ001 - the mistake


def test_section_3_6_a_calendar_without_an_event_is_none() -> None:
    with pytest.raises(ValueError, match="at least one"):
        made()
