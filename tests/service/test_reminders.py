"""On which day somebody is reminded: days are counted as the calendar does, whatever the clocks do. On both engines."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final

from sqlalchemy import update

from passport import erasure, reminders
from passport.deployment import start_of
from passport.tables import SHARES, MessageKind
from schemas.consent_vocabulary import RetentionRule
from schemas.vocabulary import Language
from tests.service.mailing import has_recipient, reachable, rows, subjects
from tests.service.replying import Reader, code_sent, confirms, opens
from tests.service.world import Person, Share, World

SECOND: Final = timedelta(seconds=1)
ENDS: Final = (  # in 2027 the clocks change on 28 March and 31 October; 2028 has a leap day
    # last day, told on
    (date(2027, 3, 28), date(2027, 3, 26)),
    (date(2027, 3, 30), date(2027, 3, 28)),
    (date(2027, 5, 14), date(2027, 5, 12)),
    (date(2027, 10, 31), date(2027, 10, 29)),
    (date(2027, 11, 2), date(2027, 10, 31)),
    (date(2028, 2, 29), date(2028, 2, 27)),
    (date(2028, 3, 1), date(2028, 2, 28)),
)
LATER: Final = date(2029, 1, 1)
COPIES: Final = (
    # promise, last day, stopped at, reminded on
    (RetentionRule.UNTIL_END, date(2027, 3, 27), None, date(2027, 3, 28)),
    (RetentionRule.UNTIL_END, date(2027, 3, 28), None, date(2027, 3, 29)),
    (RetentionRule.UNTIL_END, date(2027, 10, 31), None, date(2027, 11, 1)),
    (
        RetentionRule.UNTIL_END,
        LATER,
        datetime(2027, 5, 14, 14, tzinfo=UTC),
        None,
    ),  # asked when it was stopped
    (RetentionRule.DAYS_AFTER_END, date(2027, 3, 14), None, date(2027, 4, 14)),
    (RetentionRule.DAYS_AFTER_END, date(2027, 5, 14), None, date(2027, 6, 14)),
    (RetentionRule.DAYS_AFTER_END, date(2027, 10, 14), None, date(2027, 11, 14)),
    (RetentionRule.DAYS_AFTER_END, date(2028, 1, 30), None, date(2028, 3, 1)),
    (RetentionRule.DAYS_AFTER_END, LATER, datetime(2027, 3, 27, 23, 30, tzinfo=UTC), date(2027, 4, 27)),
    (RetentionRule.DAYS_AFTER_END, LATER, datetime(2027, 5, 14, 23, 30, tzinfo=UTC), date(2027, 6, 15)),
    (RetentionRule.WHILE_WORKING_THERE, LATER, datetime(2027, 7, 14, 14, tzinfo=UTC), date(2027, 8, 14)),
    (RetentionRule.NOT_PROMISED, LATER, datetime(2027, 8, 14, 14, tzinfo=UTC), date(2027, 9, 14)),
    (RetentionRule.DAYS_AFTER_END, date(2027, 5, 1), datetime(2027, 5, 14, 14, tzinfo=UTC), date(2027, 6, 1)),
    (RetentionRule.RECORDS_RULES, LATER, datetime(2027, 5, 14, 14, tzinfo=UTC), None),
)


def ends(
    world: World,
    share: Share,
    last: date,
    *,
    stopped: datetime | None = None,
    kept: RetentionRule | None = None,
) -> None:
    """Let a share have this last day, behind the service's back."""
    values: dict[str, object] = {"expires_at": start_of(last + timedelta(days=1)), "revoked_at": stopped}
    if kept is not None:
        values["kept"] = kept
    with world.d.database.writing() as connection:
        connection.execute(update(SHARES).where(SHARES.c.share_id == share.share_id).values(**values))


def told_at(world: World, sam: Person, kind: MessageKind, moments: Sequence[datetime]) -> list[int]:
    """Look ahead at each of these moments, and return how many messages of a kind there were for it."""
    counts = [how_many(world, sam, kind)]
    for moment in moments:
        world.clock.at = moment
        reminders.look_ahead(world.d)
        counts.append(how_many(world, sam, kind))
    return [after - before for before, after in pairwise(counts)]


def how_many(world: World, sam: Person, kind: MessageKind) -> int:
    return sum(row.kind is kind for row in rows(world, sam))


def test_a_share_that_ends_is_told_two_days_before_its_last_in_any_season(world: World, sam: Person) -> None:
    reachable(world, sam)
    share = sam.shares_with(passcode=False)
    for last, on in ENDS:
        ends(world, share, last)
        moments = [start_of(on) - SECOND, start_of(on), start_of(last)]
        assert told_at(world, sam, MessageKind.SHARE_ENDING, moments) == [0, 1, 0], last


def test_copies_are_reminded_of_on_the_day_that_the_promise_names_in_any_season(
    world: World, sam: Person
) -> None:
    share = sam.shares_with(passcode=False)
    has_recipient(world, sam, share)
    for kept, last, stopped, on in COPIES:
        ends(world, share, last, stopped=stopped, kept=kept)
        begins = start_of(on or date(2027, 5, 16))
        found = told_at(world, sam, MessageKind.RETENTION_REMINDER, [begins - SECOND, begins])
        assert found == [0, int(on is not None)], (kept, last, stopped)


def test_a_service_that_stood_still_for_weeks_reminds_when_it_runs_again(
    sqlite_world: World, ada: Person
) -> None:
    share = ada.shares_with(passcode=False)
    has_recipient(sqlite_world, ada, share)
    ends(sqlite_world, share, date(2027, 3, 14), kept=RetentionRule.DAYS_AFTER_END)
    moments = [start_of(date(2027, 5, 14)), start_of(date(2027, 5, 13))]  # a month late, and a day less
    assert told_at(sqlite_world, ada, MessageKind.RETENTION_REMINDER, moments) == [0, 1]


def test_a_promise_that_is_made_anew_is_reminded_of_on_its_own_day(world: World, sam: Person) -> None:
    def states(year: str, month: str, day: str) -> None:
        until = {"until-year": year, "until-month": month, "until-day": day}
        reply = reader.posts("/r/terms", basis="employment-law", kept="until-date", **until)
        assert reply.status_code == 303, reply.text

    share = sam.shares_with(passcode=False, days=1)
    reader = opens(world, share)
    confirms(world, reader, sam.holder_id)
    states("2027", "5", "20")
    days = [start_of(date(2027, 5, day)) for day in (19, 20, 21)]
    assert told_at(world, sam, MessageKind.RETENTION_REMINDER, days) == [0, 1, 0]
    states("2027", "6", "20")
    days = [start_of(date(2027, 6, day)) for day in (19, 20, 21)]
    assert told_at(world, sam, MessageKind.RETENTION_REMINDER, days) == [0, 1, 0]


# In their own language

DELETE = {  # a share that was stopped, and a passport that was deleted, say the same
    Language.ENGLISH: "Please delete what was shared with you",
    Language.WELSH: "Dilëwch yr hyn a rannwyd â chi",
}
BOTH = f"{DELETE[Language.ENGLISH]} / {DELETE[Language.WELSH]}"
GIVEN: Final[tuple[tuple[str, dict[str, str], str], ...]] = (
    # holder's language, path, headers or body, deletion request
    ("cy", {"page": "/r/email?lang=en"}, DELETE[Language.ENGLISH]),
    ("en", {"page": "/r/email?lang=cy"}, DELETE[Language.WELSH]),
    ("cy", {"accept-language": "en-GB"}, DELETE[Language.ENGLISH]),
    ("en", {"accept-language": "fr, cy;q=0.5, en;q=0.1"}, DELETE[Language.WELSH]),
    ("en", {"accept-language": "en", "language": "cy"}, DELETE[Language.WELSH]),
    ("en", {"accept-language": "fr"}, BOTH),
    ("cy", {}, BOTH),
)


def test_recipients_are_written_to_in_the_language_in_which_they_gave_their_address(
    sqlite_world: World, ada: Person
) -> None:
    codes = {
        DELETE[Language.ENGLISH]: "Your code",
        DELETE[Language.WELSH]: "Eich cod",
        BOTH: "Your code / Eich cod",
    }
    for holders, given, asked in GIVEN:
        sqlite_world.alter("UPDATE holders SET language = :language", language=holders)
        share = ada.shares_with(passcode=False)
        reader = opens(sqlite_world, share)
        gives_address(reader, given)
        code = code_sent(sqlite_world, ada.holder_id)
        assert reader.posts("/r/email/code", code=code).status_code == 303
        ada.stops(share)
        assert subjects(sqlite_world) == [codes[asked], asked], given
    erasure.erase(sqlite_world.d, ada.holder_id)
    assert sorted(subjects(sqlite_world)) == sorted(asked for _, _, asked in GIVEN)


def gives_address(reader: Reader, given: dict[str, str]) -> None:
    """Give a work e-mail address on a page, or by API as the headers and the body of `given` say."""
    if "page" in given:
        assert reader.posts(given["page"], address="pat@acme.example").status_code == 303
        return
    body = {"address": "pat@acme.example"} | {k: v for k, v in given.items() if k == "language"}
    headers = {"authorization": f"Bearer {reader.token}"}
    headers |= {k: v for k, v in given.items() if k == "accept-language"}
    reader.world.client.cookies.clear()
    reply = reader.world.client.post("/api/v1/reply/email", headers=headers, json=body)
    assert reply.status_code == 204, reply.text
