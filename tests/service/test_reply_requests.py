"""A recipient asks for more; the holder shares again or says no politely; nobody can flood anybody."""

import re
from typing import Any

import pytest

from consent.reply import askable
from passport import reply_requests
from passport.routes.request_pages import SHOWN
from schemas.reply_vocabulary import PoliteAnswer, RequestState
from schemas.vocabulary import RecipientKind, Section
from tests.service.mailing import has_recipient
from tests.service.replying import Reader, opens, shares_and_opens
from tests.service.test_replies import holder_page
from tests.service.world import NAME, Person, World

WHY = "To plan the rota"


def asks(reader: Reader, *sections: str, why: str = WHY) -> Any:
    return reader.posts("/r/ask", sections=list(sections), reason=why)


def request_id(world: World, sam: Person) -> str:
    return reply_requests.to_holder(world.d, sam.holder_id)[0].row.request_id


def answers_page(world: World, sam: Person, path: str, **form: Any) -> Any:
    world.client.cookies.clear()
    headers = {"accept": "text/html", "cookie": f"session={sam.token}"}
    return world.client.post(path, headers=headers, data=form, follow_redirects=False)


def test_a_request_is_logged_and_waits_for_the_holder(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    assert asks(reader, "work", "daily-impact").status_code == 303
    (event,) = [one for one in sam.log(share) if one["kind"] == "asked-for-more"]
    assert (event["who"], event["assurance"]) == ("Pat Example", "link")
    assert event["sections"] == ["daily-impact", "work"]
    page = holder_page(world, sam, "/passport/replies")
    for told in (
        WHY,
        "My work",
        "How things affect me",
        "Someone with the link, who says they are Pat Example",
    ):
        assert told in page
    assert "not answered yet" in reader.page()


def test_the_holder_says_no_in_ready_made_words(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    asks(reader, "work")
    path = f"/passport/replies/{request_id(world, sam)}/refuse"
    assert answers_page(world, sam, path, answer="not-now").status_code == 303
    assert "I do not want to share more at the moment" in reader.page()
    assert answers_page(world, sam, path, answer="not-now").status_code == 404
    assert sam.said(share).count("request-refused") == 1


def share_form(sam: Person, asked: str, *sections: str, **said: str) -> dict[str, Any]:
    """Return the share form of an answer, with every line of some sections ticked."""
    lines = [
        f"{entry['entry_id']}:{claim['path']}"
        for section in sections
        for entry in sam.entries(section)
        for claim in entry["claims"]
    ]
    fixed = {"recipient": "Acme Tiles", "purpose": "adjustments-at-work", "days": "30", "step": "share"}
    return {**fixed, "sections": list(sections), "keep": lines, "request": asked, **said}


def test_the_holder_accepts_by_sharing_again(world: World, sam: Person) -> None:
    sam.tells({"work": {"hours": "Mornings"}})
    share, reader = shares_and_opens(world, sam)
    asks(reader, "work", "daily-impact")
    form = share_form(sam, request_id(world, sam), "about-me", "work")
    assert answers_page(world, sam, "/passport/shares/new/employer", **form).status_code == 303
    (asked,) = reply_requests.to_holder(world.d, sam.holder_id)
    assert asked.row.state is RequestState.ACCEPTED
    assert asked.row.new_share_id not in (None, share.share_id)
    assert "request-accepted" in sam.said(share)
    assert "has shared again" in reader.page()


def test_no_share_with_somebody_else_or_without_what_was_asked_for_answers_a_request(
    world: World, sam: Person
) -> None:
    sam.tells({"work": {"hours": "Mornings"}})
    share, reader = shares_and_opens(world, sam)
    asks(reader, "work")
    asked = request_id(world, sam)
    for kind, name, section, code in (
        ("gp", "Acme Tiles", "work", "answers_other_recipient"),
        ("employer", "Brick Ltd", "work", "answers_other_recipient"),
        ("employer", "Acme Tiles", "about-me", "answers_other_sections"),
    ):
        reply = sam.asks_to_share(kind, name, sections=[section], answers=asked)
        assert (reply.status_code, reply.json()["code"]) == (422, code)
        purpose = {"gp": "health-care"}.get(kind, "adjustments-at-work")
        for step in ("share", "preview"):
            form = share_form(sam, asked, section, recipient=name, purpose=purpose, step=step)
            page = answers_page(world, sam, f"/passport/shares/new/{kind}", **form)
            said = "they asked for, or" if section == "about-me" else "They asked for someone else"
            assert (page.status_code, said in page.text) == (422, True)
    assert len(sam.get("/api/v1/shares").json()) == 1
    assert "request-accepted" not in sam.said(share)
    assert "not answered yet" in reader.page()


def test_a_request_for_a_line_manager_opens_the_share_form_with_their_name(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    reply = reader.posts("/r/manager", manager="Kim Example", manager_reason="They plan the rota")
    assert reply.status_code == 303
    assert "asked-for-manager" in sam.said(share)
    page = holder_page(world, sam, "/passport/replies")
    assert "Acme Tiles asks that Kim Example may read it too." in page
    assert '<input type="hidden" name="recipient" value="Kim Example">' in page
    assert len(sam.get("/api/v1/shares").json()) == 1


def test_the_share_form_of_a_request_ticks_no_line_that_was_held_back(
    sqlite_world: World, ada: Person
) -> None:
    ada.tells({"work": {"hours": "Mornings"}})
    (entry,) = ada.entries("adjustments")
    (work,) = ada.entries("work")
    _share, reader = shares_and_opens(sqlite_world, ada, left_out={entry["entry_id"]: ["changes/1"]})
    asks(reader, "work")
    page = holder_page(sqlite_world, ada, "/passport/replies")
    lines = re.findall(r'name="keep" value="([^"]+)"', page)
    assert {f"{entry['entry_id']}:changes/0", f"{work['entry_id']}:hours"} <= set(lines)
    assert f"{entry['entry_id']}:changes/1" not in lines


@pytest.mark.parametrize("kind", RecipientKind)
def test_no_list_of_what_can_be_asked_for_names_what_is_never_shared(kind: RecipientKind) -> None:
    assert Section.DIARY not in askable(kind, ())
    if kind is RecipientKind.EMPLOYER:
        assert not {Section.CONDITIONS, Section.PLAN, Section.SCORES} & set(askable(kind, ()))


def test_the_list_is_the_same_whatever_the_passport_holds(sqlite_world: World) -> None:
    sam, robin = sqlite_world.holder("sam"), sqlite_world.holder("robin")
    sam.tells({"about-me": {"name": NAME}})
    robin.tells({"about-me": {"name": NAME}, "conditions": {"conditions": [{"name": "Mark 7731"}]}})
    robin.tells({"work": {"hours": "Mornings"}})
    readers = [shares_and_opens(sqlite_world, one)[1] for one in (sam, robin)]
    first, second = (reader.page().replace(reader.token, "") for reader in readers)
    assert first == second


@pytest.mark.parametrize(
    "odd", [["conditions"], ["diary"], ["about-me", "scores"], ["x"], [""], ["work\0"], []]
)
def test_what_an_employer_can_never_have_cannot_be_asked_for(sqlite_world: World, odd: list[str]) -> None:
    sam = sqlite_world.holder()
    sam.tells({"about-me": {"name": NAME}})
    share, reader = shares_and_opens(sqlite_world, sam)
    assert asks(reader, *odd).status_code == 422
    assert "asked-for-more" not in sam.said(share)


@pytest.mark.parametrize("why", ["", " ", "x" * 601])
def test_a_request_says_why(sqlite_world: World, why: str) -> None:
    sam = sqlite_world.holder()
    sam.tells({"about-me": {"name": NAME}})
    _share, reader = shares_and_opens(sqlite_world, sam)
    assert asks(reader, "work", why=why).status_code == 422
    assert reader.posts("/r/manager", manager="Kim", manager_reason=why).status_code == 422
    assert reader.posts("/r/manager", manager=why, manager_reason=WHY).status_code == 422


def test_three_requests_of_a_share_wait_at_most_whoever_asks(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    other = opens(world, share, who="Someone else")
    assert [asks(reader, "work").status_code for _ in range(2)] == [303, 303]
    assert asks(other, "work").status_code == 303
    assert asks(other, "work").status_code == 429
    assert reader.posts("/r/manager", manager="Kim", manager_reason=WHY).status_code == 429
    assert sam.said(share).count("asked-for-more") == 3
    reply_requests.refuse(world.d, sam.holder_id, request_id(world, sam), PoliteAnswer.NOT_NOW)
    assert asks(reader, "work").status_code == 303


def test_a_share_is_asked_about_twenty_times_at_most(sqlite_world: World) -> None:
    sam = sqlite_world.holder()
    sam.tells({"about-me": {"name": NAME}})
    _share, reader = shares_and_opens(sqlite_world, sam)
    for _ in range(20):
        assert asks(reader, "work").status_code == 303
        asked = request_id(sqlite_world, sam)
        reply_requests.refuse(sqlite_world.d, sam.holder_id, asked, PoliteAnswer.NOT_NOW)
        sqlite_world.clock.advance(seconds=1)
    assert asks(reader, "work").status_code == 429


def test_whoever_was_stopped_asks_for_nothing(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    sam.stops(share)
    assert asks(reader, "work").status_code == 409
    assert reader.posts("/r/manager", manager="Kim", manager_reason=WHY).status_code == 409


def test_a_program_of_the_holders_reads_replies_and_answers(world: World, sam: Person) -> None:
    sam.tells({"work": {"hours": "Mornings"}})
    _share, reader = shares_and_opens(world, sam)
    asks(reader, "work")
    found = sam.get("/api/v1/replies").json()
    (recipient,), (asked,) = found["recipients"], found["requests"]
    assert (recipient["name"], recipient["assurance"]) == ("Pat Example", "link")
    assert (asked["sections"], asked["reason"], asked["state"]) == (["work"], WHY, "open")
    share = sam.shares_with(passcode=False, sections=["work"], answers=asked["request_id"])
    refusal = sam.post(f"/api/v1/requests/{asked['request_id']}/refuse", {"answer": "not-now"})
    assert refusal.status_code == 404
    assert sam.asks_to_share(answers=asked["request_id"]).status_code == 404  # answered once is enough
    assert len(sam.get("/api/v1/shares").json()) == 2
    (asked,) = sam.get("/api/v1/replies").json()["requests"]
    assert (asked["state"], asked["new_share_id"]) == ("accepted", share.share_id)


@pytest.mark.parametrize(
    "body", [{}, {"answer": "never"}, {"answer": 1}, {"answer": "not-now", "x": 1}, [], "x"]
)
def test_odd_answers_of_a_holder_are_problems(sqlite_world: World, body: object) -> None:
    sam = sqlite_world.holder()
    reply = sam.post("/api/v1/requests/x/refuse", body)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"


# Paging


def test_the_page_of_replies_shows_the_newest_recipients_and_leads_to_those_before(
    world: World, sam: Person
) -> None:
    share = sam.shares_with(passcode=False)
    for number in range(SHOWN + 2):
        world.clock.advance(seconds=1)
        has_recipient(world, sam, share, f"{number:02}@acme.example")
    shown, path = [], "/passport/replies"
    for _ in range(2):
        page = holder_page(world, sam, path)
        shown += re.findall(r"(\d\d)@acme.example", page)
        path = next(iter(re.findall(r'href="(/passport/replies\?before=[^"]+)"', page)), path)
    assert shown == [f"{number:02}" for number in reversed(range(SHOWN + 2))]


def test_what_waits_is_on_the_first_page_however_much_was_answered_since(
    sqlite_world: World, ada: Person
) -> None:
    _share, reader = shares_and_opens(sqlite_world, ada)
    for why in ("waits", "first", "second"):
        sqlite_world.clock.advance(seconds=1)
        asks(reader, "work", why=why)
        if why != "waits":
            reply_requests.refuse(
                sqlite_world.d, ada.holder_id, request_id(sqlite_world, ada), PoliteAnswer.NOT_NOW
            )

    def reasons(before: str | None) -> list[str]:
        found = reply_requests.latest_to_holder(sqlite_world.d, ada.holder_id, before=before, limit=1)
        return [one.wish.reason for one in found]

    assert reasons(None) == ["waits", "second"]
    assert reasons(request_id(sqlite_world, ada)) == ["first"]
    assert reasons("nobody's") == ["waits", "second"]
