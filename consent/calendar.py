"""Days on which agreed changes are looked at again, as a calendar file (RFC 5545). Pure.

A calendar is read over shoulders and synchronised to strangers: an event says that an agreed change is reviewed, and
not which, whose or why. So it has no METHOD: to publish (RFC 5546 section 3.2.1) takes an ORGANIZER, who is a person.
Without one, DTSTAMP is when the event was last revised (RFC 5545 section 3.8.7.2). It is the moment of the file: of two
files with the same UID and SEQUENCE, a calendar takes the later one (RFC 5546 section 2.1.5), where a day has moved.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from schemas.labels import Label
from schemas.vocabulary import Language

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
_LINE_OCTETS: Final = 75  # RFC 5545 section 3.1, without the line break
_SUMMARY: Final = Label("Review of an agreed change", "Adolygu newid y cytunwyd arno")
_DESCRIPTION: Final = Label(
    "Talk about how it goes, and say what stays as it is.",
    "Siaradwch am sut mae’n mynd, a dywedwch beth sy’n aros fel y mae.",
)


@dataclass(frozen=True, slots=True)
class Review:
    """One review. `name`: opaque and always the same, so that a calendar takes a later file for the same event."""

    name: str
    day: date


def review_calendar(reviews: Sequence[Review], *, host: str, now: datetime, language: Language) -> bytes:
    """Return an iCalendar file with one all-day event a review, which takes up nobody's time.

    Raises:
        ValueError: there is no review (RFC 5545 section 3.6: at least one component), or `now` is naive.
    """
    if not reviews:
        raise ValueError("a calendar has at least one review")
    if now.tzinfo is None:
        raise ValueError("now must be timezone-aware")
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Health and work passport//Reviews//EN",
        "CALSCALE:GREGORIAN",
    ]
    for review in reviews:
        lines += _event(review, host=host, stamp=stamp, language=language)
    return "".join(f"{folded}\r\n" for line in (*lines, "END:VCALENDAR") for folded in _folded(line)).encode()


def _event(review: Review, *, host: str, stamp: str, language: Language) -> Iterable[str]:
    return (
        "BEGIN:VEVENT",
        f"UID:{review.name}@{host}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{review.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{review.day + timedelta(days=1):%Y%m%d}",  # section 3.6.1: the day that is not in it
        f"SUMMARY;LANGUAGE={language}:{_text(_SUMMARY[language])}",
        f"DESCRIPTION;LANGUAGE={language}:{_text(_DESCRIPTION[language])}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    )


def _text(text: str) -> str:
    """Return a value of type TEXT (section 3.3.11)."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _folded(line: str) -> Iterable[str]:
    """Return a content line in pieces of at most 75 octets, no character cut in two; each further one is indented."""
    piece, octets = "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > _LINE_OCTETS:
            yield piece
            piece, octets = " ", 1
        piece, octets = piece + character, octets + size
    yield piece
