"""An employer answers a change at work without an account, and the answer waits for the holder."""

import re
from typing import Any

from consent.countersign import SharedChange, changes_of, is_about
from tests.service.countersigning import AGREED, REVIEW, answers, row_of, said_of, surely_answered, teller
from tests.service.replying import Reader, abouts, confirms, opens, shares_and_opens
from tests.service.test_replies import holder_page
from tests.service.world import ADJUSTMENT, Person, World


def test_an_answer_is_an_entry_that_waits_for_the_holder(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    assert answers(reader).status_code == 303
    (said,) = said_of(sam)
    assert said["state"] == "pending"
    row = row_of(said)
    assert (row["change"], row["status"], row["acknowledged"]) == (ADJUSTMENT["change"], "agreed", "link")
    assert "countersigned" in sam.said(share)


def test_a_verifier_can_match_an_answer_to_the_row_it_is_about(sqlite_world: World, ada: Person) -> None:
    share, reader = shares_and_opens(sqlite_world, ada)
    read = changes_of(sqlite_world.reads(share))
    answers(reader, at=1)
    row = row_of(said_of(ada)[0])
    assert [is_about(row, change) for change in read] == [False, True]
    assert not is_about({**row, "change": "no night shifts"}, read[1])
    assert not is_about(row, SharedChange("A" * 43, read[1].row))


def organisation_of(entry: dict[str, Any]) -> str:
    """Return the organisation that an entry names."""
    (name,) = [claim["value"] for claim in entry["claims"] if claim["path"] == "author_organisation"]
    return str(name)


def test_an_answer_names_the_organisation_that_was_checked_and_not_what_the_holder_calls_them(
    sqlite_world: World,
) -> None:
    sam, jo = teller(sqlite_world), sqlite_world.practitioner()
    share, by_link = shares_and_opens(sqlite_world, sam, name="Great Shop plc")
    by_address, on_the_list = (opens(sqlite_world, share) for _ in range(2))
    confirms(sqlite_world, by_address, sam.holder_id, "sam@sams-own.example")
    on_the_list.cookies["session"] = jo.token
    assert on_the_list.posts("/r/organisation").status_code == 303
    for reader, status in ((by_link, "agreed"), (by_address, "agreed"), (on_the_list, "in-place")):
        assert answers(reader, status=status).status_code == 303
    named = {row_of(one)["acknowledged"]: organisation_of(one) for one in said_of(sam)}
    assert named == {
        "link": "Great Shop plc",
        "work-email": "sams-own.example",
        "trust-list": "House of jo",
    }


def test_whoever_has_the_link_binds_nobody_of_whom_we_are_surer_and_undoes_nothing_they_said(
    sqlite_world: World,
) -> None:
    sam = teller(sqlite_world)
    share, mallory = shares_and_opens(sqlite_world, sam)
    pat = opens(sqlite_world, share)
    about = abouts(pat.page("/r/changes"))[0]

    def says(reader: Reader, status: str) -> int:
        return int(reader.posts("/r/changes", about=about, status=status).status_code)

    said = [says(mallory, "agreed"), says(mallory, "ended")]  # after which an employer can say nothing more
    assert [*said, says(pat, "in-place")] == [303, 303, 409]
    confirms(sqlite_world, pat, sam.holder_id)
    assert [says(pat, "in-place"), says(mallory, "ended"), says(pat, "ended")] == [303, 409, 303]


def test_an_answer_that_was_declined_is_as_if_it_had_not_been_said(sqlite_world: World) -> None:
    sam = teller(sqlite_world)
    _share, reader = shares_and_opens(sqlite_world, sam)
    for status in ("agreed", "ended"):
        assert answers(reader, status=status).status_code == 303
    assert abouts(reader.page("/r/changes")) == []  # there is nothing more to say
    for said in said_of(sam):
        assert sam.post(f"/api/v1/passport/entries/{said['entry_id']}/decline").status_code == 204
    assert answers(reader, status="agreed").status_code == 303


def test_a_change_goes_from_asked_to_agreed_in_place_and_ended_and_nowhere_else(
    world: World, sam: Person
) -> None:
    _share, reader = surely_answered(world, sam)
    assert answers(reader, status="agreed").status_code == 409
    assert answers(reader, status="asked").status_code == 409
    assert answers(reader, status="in-place").status_code == 303
    assert answers(reader, status="refused", reason="Too dear").status_code == 409
    assert answers(reader, status="ended").status_code == 303


def test_what_an_employer_may_say_follows_on_what_they_said_and_not_on_what_was_so_in_the_job_before(
    world: World, sam: Person
) -> None:
    sam.tells({"adjustments": {"changes": [{**ADJUSTMENT, "status": "in-place"}]}})
    _share, reader = shares_and_opens(world, sam)
    assert "The person told: In place" in reader.page("/r/changes")
    for status in ("agreed", "in-place", "agreed", "in-place", "ended"):  # in place by mistake, and put right
        assert answers(reader, status=status).status_code == 303
        page = reader.page("/r/changes")
        assert "The person told: In place" in page
        assert f"You said: {status.replace('-', ' ').capitalize()}" in page


def test_an_answer_that_counts_no_more_is_said_to_and_stands_in_the_form_to_be_sent_again(
    sqlite_world: World, ada: Person
) -> None:
    _share, reader = shares_and_opens(sqlite_world, ada)
    assert answers(reader, status="in-place", **REVIEW).status_code == 303
    confirms(sqlite_world, reader, ada.holder_id)
    page = reader.page("/r/changes")
    assert "You said before: In place" in page
    assert "Send it again" in page
    assert re.findall(r'value="([\w-]+)" checked', page) == ["in-place"]
    assert re.findall(r'name="review-\w+"[^>]* value="(\d+)"', page) == list(REVIEW.values())
    assert answers(reader, status="in-place", **REVIEW).status_code == 303
    assert "Send it again" not in reader.page("/r/changes")


def test_once_reading_is_over_the_reply_page_says_how_to_answer_and_no_page_leads_round_in_a_circle(
    sqlite_world: World, ada: Person
) -> None:
    share, reader = shares_and_opens(sqlite_world, ada)
    assert 'href="/r/changes"' in reader.page()
    sqlite_world.clock.advance(minutes=16)
    page = reader.page()
    assert "Open what was shared once more to say what is agreed" in page
    assert 'href="/r/changes"' not in page
    closed = reader.get("/r/changes")
    assert "Open what was shared once more to answer" in closed.text
    assert 'href="/code"' in closed.text
    opens(sqlite_world, share, reader=reader)
    assert 'href="/r/changes"' in reader.page()
    without = ada.shares_with(passcode=False, sections=["about-me"])
    assert "agreed or in place" not in opens(sqlite_world, without).page()


def test_the_newest_accepted_answer_takes_the_place_of_those_before_it_and_of_no_other(
    world: World, sam: Person
) -> None:
    _share, reader = surely_answered(world, sam)
    answers(reader, at=1, status="refused", reason="There is no quiet room")
    answers(reader, status="in-place")
    sam.accepts(*(one["entry_id"] for one in said_of(sam) if row_of(one)["status"] != "in-place"))
    sam.accepts(*(one["entry_id"] for one in said_of(sam) if one["state"] == "pending"))
    stands = {(row_of(one)["change"], row_of(one)["status"]) for one in said_of(sam)}
    assert stands == {("start at ten", "in-place"), ("a quiet room", "refused")}


def test_nobody_answers_what_they_do_not_read_now(sqlite_world: World) -> None:
    sam = teller(sqlite_world)
    share, reader = shares_and_opens(sqlite_world, sam)
    about = abouts(reader.page("/r/changes"))[0]
    form = {"about": about, "status": "agreed"}
    robin = teller(sqlite_world, "robin")
    _other, stranger = shares_and_opens(sqlite_world, robin)
    assert stranger.posts("/r/changes", **form).status_code == 404
    mixed = Reader(sqlite_world, {"reply": reader.token, "viewing": stranger.cookies["viewing"]})
    assert mixed.posts("/r/changes", **form).status_code == 404
    sqlite_world.clock.advance(minutes=16)
    assert reader.posts("/r/changes", **form).status_code == 404
    opens(sqlite_world, share, reader=reader)
    sam.stops(share)
    assert reader.posts("/r/changes", **form).status_code == 404
    assert said_of(sam) == said_of(robin) == []


def test_only_an_employer_answers_changes(sqlite_world: World) -> None:
    sam = teller(sqlite_world)
    share = sam.shares_with("gp", "Dr Green", passcode=False, sections=["adjustments"])
    assert opens(sqlite_world, share).get("/r/changes").status_code == 404


ODD: tuple[tuple[dict[str, str], int], ...] = (
    ({"about": "x"}, 404),
    ({"about": "A" * 43}, 404),
    ({"status": "x"}, 422),
    ({"status": "asked"}, 409),
    ({"status": "refused"}, 422),  # without a reason
    ({"reason": "Why not"}, 422),  # a reason, and no refusal
    ({"review-day": "27", "review-month": "mar", "review-year": "2027"}, 422),
    ({"review-day": "31", "review-month": "2", "review-year": "2027"}, 422),
    ({"review-day": "1", "review-month": "1", "review-year": "99999"}, 422),
    ({"review-day": "\u0661", "review-month": "x", "review-year": "2027"}, 422),
    ({"review-day": "20", "review-month": "11", "review-year": "2020"}, 422),  # it has passed
    ({"status": "refused", "reason": "Too dear", **REVIEW}, 422),  # what is over is not looked at again
    ({"status": "refused", "reason": "x" * 1001}, 422),
    ({"status": "refused", "reason": "\0"}, 422),
)


def test_odd_answers_are_refused_and_nothing_is_signed(sqlite_world: World) -> None:
    sam = teller(sqlite_world)
    _share, reader = shares_and_opens(sqlite_world, sam)
    form = {"about": abouts(reader.page("/r/changes"))[0], **AGREED}
    got = [reader.posts("/r/changes", **{**form, **odd}) for odd, _status in ODD]
    assert [reply.status_code for reply in got] == [status for _odd, status in ODD]
    for (odd, _status), reply in zip(ODD, got, strict=True):
        at = "reason" if "reason" in odd or "refused" in odd.values() else "review-day"
        at = "review-day" if "review-day" in odd else at
        assert reply.status_code != 422 or "status" in odd or f'href="#{at}-{form["about"]}"' in reply.text
    assert said_of(sam) == []


def test_a_holder_cannot_tell_that_an_employer_acknowledged(sqlite_world: World) -> None:
    sam = teller(sqlite_world)
    for claimed in ({"acknowledged": "work-email"}, {"about": "A" * 43}):
        body = {"body": {"changes": [{**ADJUSTMENT, **claimed}]}}
        reply = sam.put("/api/v1/passport/sections/adjustments", body)
        assert reply.status_code == 422


def test_answers_that_wait_have_a_limit(sqlite_world: World) -> None:
    sam = sqlite_world.holder()
    rows = [{**ADJUSTMENT, "change": f"change {at}"} for at in range(21)]
    sam.tells({"adjustments": {"changes": rows}})
    _share, reader = shares_and_opens(sqlite_world, sam)
    abouts_shown = abouts(reader.page("/r/changes"))
    got = [reader.posts("/r/changes", about=about, **AGREED).status_code for about in abouts_shown]
    assert got == [303] * 20 + [429]


def test_the_log_says_that_it_was_an_employer_whom_the_holder_accepted_or_declined(
    sqlite_world: World, ada: Person
) -> None:
    _share, reader = shares_and_opens(sqlite_world, ada)
    for at, decision in enumerate(("accept", "decline")):
        answers(reader, at=at)
        (waits,) = [one["entry_id"] for one in said_of(ada) if one["state"] == "pending"]
        assert ada.post(f"/api/v1/passport/entries/{waits}/{decision}").status_code == 204
    page = holder_page(sqlite_world, ada, "/passport/log")
    for did in ("accepted", "declined"):
        assert f"You {did} what an employer said about a change at work" in page
        assert f"You {did} something a practitioner wrote" not in page
