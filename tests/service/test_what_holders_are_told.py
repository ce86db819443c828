"""What a holder reads of what others said and of what they did themselves: which change, by whom, until when."""

from tests.service.countersigning import answers, row_of, said_of
from tests.service.replying import confirms, shares_and_opens
from tests.service.test_after_a_stop import words_of
from tests.service.test_recipient_terms import LAW, states
from tests.service.test_reply_requests import answers_page, request_id
from tests.service.test_reply_requests import asks as asks_for
from tests.service.world import ADJUSTMENT, Person, World


def test_what_waits_is_titled_by_what_was_said_of_which_change_and_an_older_word_of_theirs_is_left_out(
    sqlite_world: World, ada: Person
) -> None:
    _share, reader = shares_and_opens(sqlite_world, ada)
    answers(reader)
    confirms(sqlite_world, reader, ada.holder_id)
    home = words_of(sqlite_world, ada, "/passport")
    assert f"Agreed: {ADJUSTMENT['change']} Said by Pat Example" in home
    assert "How sure we were of them: someone with the link" in home
    answers(reader, status="in-place")
    home = words_of(sqlite_world, ada, "/passport")
    assert f"In place: {ADJUSTMENT['change']} Said by Pat Example" in home
    assert f"Agreed: {ADJUSTMENT['change']}" not in home
    (entry,) = [one for one in said_of(ada) if row_of(one)["status"] == "in-place"]
    accepted = answers_page(sqlite_world, ada, f"/passport/entries/{entry['entry_id']}/accept")
    home = words_of(sqlite_world, ada, accepted.headers["location"])
    assert "Accepted It is in your passport now." in home
    assert "New for you" not in home
    section = words_of(sqlite_world, ada, "/passport/sections/adjustments")
    assert "Your own line on this change still says: Asked for. Bring it up to date" in section


def test_a_checked_address_is_shown_to_the_holder_wherever_its_level_is(
    sqlite_world: World, ada: Person
) -> None:
    share, reader = shares_and_opens(sqlite_world, ada)
    confirms(sqlite_world, reader, ada.holder_id)
    for path in ("/passport", "/passport/shares", f"/passport/shares/{share.share_id}", "/passport/log"):
        assert "someone who uses the work email address pat@acme.example" in words_of(sqlite_world, ada, path)


def test_after_a_no_the_page_says_so_and_asks_no_more(sqlite_world: World, ada: Person) -> None:
    _share, reader = shares_and_opens(sqlite_world, ada)
    answers(reader)
    states(reader, **LAW)
    asks_for(reader, "work")
    assert "You decide." in words_of(sqlite_world, ada, "/passport/replies")
    reply = answers_page(sqlite_world, ada, f"/passport/replies/{request_id(sqlite_world, ada)}/refuse")
    page = words_of(sqlite_world, ada, reply.headers["location"])
    assert "You said no They can read your answer." in page
    assert "You decide." not in page
    assert f"Said of changes at work: Agreed: {ADJUSTMENT['change']}" in page
    assert "how they use or keep it" in page


def test_a_share_says_how_many_lines_were_left_out_and_until_when_it_runs_now(
    sqlite_world: World, ada: Person
) -> None:
    (entry,) = ada.entries("adjustments")
    share = ada.shares_with(left_out={entry["entry_id"]: ["changes/1"]}, days=7)
    path = f"/passport/shares/{share.share_id}"
    assert "30 days from today until 21 December 2026" in words_of(sqlite_world, ada, f"{path}/extend")
    reply = answers_page(sqlite_world, ada, f"{path}/extend", days="30")
    page = words_of(sqlite_world, ada, reply.headers["location"])
    assert "They can open it until 21 December 2026." in page
    assert "You left out 1 line." in page


def test_a_line_to_choose_says_where_it_stands_before_it_is_cut_and_names_no_section_twice(
    sqlite_world: World, ada: Person
) -> None:
    why = "So that I can follow. " * 20
    ada.tells({"adjustments": {"changes": [{**ADJUSTMENT, "why": why, "status": "in-place"}, ADJUSTMENT]}})
    form = words_of(sqlite_world, ada, "/passport/shares/new/employer")
    assert "Where it stands: In place" in form
    assert f"Changes that help me at work: {ADJUSTMENT['change']}" not in form
    assert ".;" not in form
    early = words_of(sqlite_world, ada, "/passport/shares/new/employer?purpose=job-interview")
    assert "None of your changes is marked as needed for a job interview." in early


def test_the_log_can_show_who_looked_at_one_share_alone(sqlite_world: World, ada: Person) -> None:
    share, reader = shares_and_opens(sqlite_world, ada, name="First & Co")
    shares_and_opens(sqlite_world, ada, name="Second & Co")
    confirms(sqlite_world, reader, ada.holder_id)
    everything = words_of(sqlite_world, ada, "/passport/log")
    assert "You shared with First & Co" in everything
    looks = words_of(sqlite_world, ada, f"/passport/log?share={share.share_id}&only=looks")
    assert "Someone with the link or code for First & Co opened it" in looks
    assert "Second & Co" not in looks
    assert "You shared with" not in looks
    assert "Show everything" in looks
    assert "Second & Co" in words_of(sqlite_world, ada, "/passport/log?share=%00")


def test_another_preset_keeps_whom_it_is_for_and_ticks_anew(sqlite_world: World, ada: Person) -> None:
    form = {"recipient": "Hopeful & Co", "preset": "job-interview", "sections": "adjustments"}
    page = answers_page(sqlite_world, ada, "/passport/shares/new/employer", **form).text
    assert 'value="Hopeful &amp; Co"' in page
    assert "Before a job offer, an employer must not ask about your health" in page
    assert 'value="adjustments" checked' not in page
