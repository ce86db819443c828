"""Replies: a capability apart from the link, what recipients say, how sure we are of who they are, on both engines."""

import pytest

from consent.verification import Outcome
from passport import replies
from passport.day_budgets import DayBudget
from passport.messages.texts import read_text
from passport.replies import ReplyNotFoundError
from passport.tables import MessageKind
from passport.work_emails import (
    CODE_ATTEMPTS,
    CODES_OF_HOLDER,
    CODES_OF_SHARE,
    CODES_TO_DOMAIN,
    CODES_TO_MAILBOX,
    WRONG_FOR_MAILBOX,
    WRONG_OF_HOLDER,
)
from schemas.consent_vocabulary import Assurance
from schemas.vocabulary import Language
from tests.service.mailing import reachable, subjects
from tests.service.replying import Reader, code_sent, confirms, opens, shares_and_opens
from tests.service.world import CONDITION, Person, World

TABLES = ("reply_tokens", "recipients")
ACTS = ("acknowledge", "deleted", "organisation")


def replier_of(world: World, reader: Reader) -> replies.Replier:
    return replies.find(world.d, reader.token)


# The capability


def test_whoever_opens_gets_a_reply_capability_apart_from_the_links_secret(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    assert reader.token not in (share.url_token, share.shlink.key)
    reading = reader.page("/v/reading")
    assert f"/r#{reader.token}" in reading
    assert replier_of(world, reader).person.name == "Pat Example"
    assert replier_of(world, reader).row.assurance is Assurance.LINK


def test_the_reply_token_is_kept_as_a_hash_alone(world: World, sam: Person) -> None:
    _share, reader = shares_and_opens(world, sam)
    with world.d.database.reading() as connection:
        rows = [connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in TABLES]
    assert reader.token not in str(rows)
    assert "Pat" not in str(rows)


def test_it_shows_nothing_of_what_was_shared(world: World, sam: Person) -> None:
    _share, reader = shares_and_opens(world, sam)
    page = Reader(world, {"reply": reader.token}).page()
    for told in ("start at ten", "a quiet room", "Sam Example", CONDITION):
        assert told not in page
    assert Reader(world, {"reply": reader.token}).get("/v/reading").status_code == 404


def test_it_outlives_the_share_by_a_year_and_no_longer(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam, days=1)
    world.clock.advance(days=300)
    assert "no longer shared" in reader.page()
    world.clock.advance(days=67)
    assert reader.get("/r/reply").status_code == 404
    with pytest.raises(ReplyNotFoundError):
        replier_of(world, reader)
    assert share.share_id


def test_opening_again_keeps_the_capability_that_one_has(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    before = reader.token
    opens(world, share, reader=reader)
    assert reader.token == before
    assert opens(world, share).token != before


def test_somebody_else_at_the_same_computer_answers_for_nobody_but_themselves(
    sqlite_world: World, ada: Person
) -> None:
    share, reader = shares_and_opens(sqlite_world, ada)
    confirms(sqlite_world, reader, ada.holder_id)
    before = reader.token
    assert opens(sqlite_world, share, reader=reader).token == before
    opens(sqlite_world, share, who="Kim Example", reader=reader)
    assert replier_of(sqlite_world, reader).row.assurance is Assurance.LINK
    assert "pat@acme.example" not in reader.page()


def test_whoever_shows_who_they_are_gets_another_token_and_the_one_before_ends(
    sqlite_world: World, ada: Person
) -> None:
    share, mallory = shares_and_opens(sqlite_world, ada)
    pat = Reader(sqlite_world)  # led by Mallory to answer with the token of Mallory
    assert pat.posts("/r/reply", token=mallory.token).status_code == 303
    opens(sqlite_world, share, reader=pat)
    assert pat.token == mallory.token
    confirms(sqlite_world, pat, ada.holder_id)
    assert f"/r#{pat.token}" in pat.page()
    assert mallory.get("/r/reply").status_code == 404
    jo, before = sqlite_world.practitioner(), pat.token
    pat.cookies["session"] = jo.token
    assert pat.posts("/r/organisation").status_code == 303
    assert Reader(sqlite_world, {"reply": before}).get("/r/reply").status_code == 404
    assert replier_of(sqlite_world, pat).row.assurance is Assurance.TRUST_LIST


def test_another_persons_share_gives_another_capability(world: World, sam: Person) -> None:
    _share, reader = shares_and_opens(world, sam)
    before = reader.token
    robin = world.holder("robin", name="Robin")
    robin.tells({"about-me": {"name": "Robin"}})
    opens(world, robin.shares_with(passcode=False), reader=reader)
    assert reader.token != before
    assert replier_of(world, reader).row.holder_id == robin.holder_id


def test_the_reply_link_brings_the_capability_to_another_browser(sqlite_world: World) -> None:
    sam = sqlite_world.holder()
    sam.tells({"about-me": {"name": "Sam"}})
    _share, reader = shares_and_opens(sqlite_world, sam)
    other = Reader(sqlite_world)
    assert other.posts("/r/reply", token=reader.token).headers["location"] == "/r/reply"
    assert other.token == reader.token


def test_someone_who_is_nobody_and_someone_too_late_get_the_same_bytes(sqlite_world: World) -> None:
    sam = sqlite_world.holder()
    sam.tells({"about-me": {"name": "Sam"}})
    _share, reader = shares_and_opens(sqlite_world, sam, days=1)
    unknown = Reader(sqlite_world, {"reply": "A" * 43}).get("/r/reply")
    sqlite_world.clock.advance(days=400)
    late = reader.get("/r/reply")
    assert (late.status_code, late.content) == (unknown.status_code, unknown.content) == (404, late.content)


# What recipients say


def test_an_acknowledgement_is_logged_once_with_who_and_how_sure_we_are(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    for _ in range(2):
        assert reader.posts("/r/acknowledge").status_code == 303
    (event,) = [one for one in sam.log(share) if one["kind"] == "acknowledged"]
    assert (event["who"], event["assurance"]) == ("Pat Example", "link")
    assert "You said on" in reader.page()


def test_deletion_can_be_said_once_the_share_is_over_and_is_told_as_a_statement(
    world: World, sam: Person
) -> None:
    share, reader = shares_and_opens(world, sam)
    assert reader.posts("/r/deleted").status_code == 409
    sam.stops(share)
    assert "I have deleted my copies" in reader.page()
    for _ in range(2):
        assert reader.posts("/r/deleted").status_code == 303
    assert sam.said(share).count("copy-deleted") == 1
    told = holder_page(world, sam, "/passport/log")
    assert "says that they deleted their copies. Nobody can check that" in told
    assert "They say that they deleted" in holder_page(world, sam, "/passport/replies")


def test_a_saved_copy_is_logged_once(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    for _ in range(2):
        assert reader.get("/v/reading/copy").status_code == 200
    assert sam.said(share).count("copy-saved") == 1


def test_a_saved_copy_can_be_checked_by_anybody_and_is_refused_once_the_share_is_stopped(
    world: World, sam: Person
) -> None:
    share, reader = shares_and_opens(world, sam)
    saved = reader.get("/v/reading/copy").content
    assert world.verifies(saved).outcome is Outcome.VALID
    altered = saved.replace(b"start at ten", b"start at two")
    assert altered != saved
    assert world.verifies(altered).failed is not None
    sam.stops(share)
    failed = world.verifies(saved).failed
    assert failed is not None
    assert failed.code == "share_withdrawn"


def test_holders_who_want_to_know_are_told_that_copies_were_deleted_and_terms_were_stated(
    sqlite_world: World, ada: Person
) -> None:
    reachable(sqlite_world, ada)
    share, reader = shares_and_opens(sqlite_world, ada)
    subjects(sqlite_world)
    for kept in ("until-end", "not-promised"):
        assert reader.posts("/r/terms", basis="employment-law", kept=kept).status_code == 303
    assert subjects(sqlite_world) == ["Someone answered you"]
    ada.stops(share)
    for _ in range(2):
        assert reader.posts("/r/deleted").status_code == 303
    assert subjects(sqlite_world) == ["Someone answered you"]


# Assurance


def test_a_code_sent_to_a_work_address_raises_the_assurance(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    confirms(world, reader, sam.holder_id)
    known = replier_of(world, reader)
    assert known.row.assurance is Assurance.WORK_EMAIL
    assert known.person.address == "pat@acme.example"
    assert "pat@acme.example" in known.who(Language.ENGLISH)
    assert "email-confirmed" in sam.said(share)
    for path in ("/passport/log", "/passport/replies", f"/passport/shares/{share.share_id}"):
        assert "uses the work email address pat@acme.example" in holder_page(world, sam, path)


def test_who_shares_is_named_to_who_showed_an_address_and_only_while_it_is_shared(
    world: World, sam: Person
) -> None:
    share, reader = shares_and_opens(world, sam)
    assert "Sam Example" not in reader.page()
    confirms(world, reader, sam.holder_id)
    assert "Sam Example" in reader.page()
    sam.stops(share)
    assert "Sam Example" not in reader.page()


def test_after_a_code_was_sent_the_page_leads_to_its_field_and_says_where_it_went(
    sqlite_world: World, ada: Person
) -> None:
    _share, reader = shares_and_opens(sqlite_world, ada)
    sent = reader.posts("/r/email", address="Pat@Acme.example")
    assert sent.headers["location"] == "/r/reply?done=code-sent#code"
    page = reader.page("/r/reply?done=code-sent")
    assert 'href="#code"' in page
    assert page.count("Pat@acme.example") == 2  # in the notice and at the field


def test_who_asks_for_more_is_told_that_the_person_can_see_it_and_not_that_they_answered(
    sqlite_world: World, ada: Person
) -> None:
    _share, reader = shares_and_opens(sqlite_world, ada)
    asked = reader.posts("/r/ask", sections="work", reason="To plan the rota")
    page = reader.page(asked.headers["location"])
    assert "can see what you ask for" in page
    assert "can see your answer" not in page


def test_a_code_works_once(world: World, sam: Person) -> None:
    _share, reader = shares_and_opens(world, sam)
    confirms(world, reader, sam.holder_id)
    code = code_sent(world, sam.holder_id)
    assert reader.posts("/r/email/code", code=code).status_code == 422


def test_five_wrong_codes_end_it_and_so_does_the_time_that_the_message_says(
    world: World, sam: Person
) -> None:
    _share, reader = shares_and_opens(world, sam)
    reader.posts("/r/email", address="pat@acme.example")
    code = code_sent(world, sam.holder_id)
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        assert reader.posts("/r/email/code", code=wrong).status_code == 422
    assert reader.posts("/r/email/code", code=code).status_code == 422
    reader.posts("/r/email", address="pat@acme.example")
    code = code_sent(world, sam.holder_id)
    assert "good for 15 minutes" in read_text(MessageKind.EMAIL_CODE, Language.ENGLISH)[1].template
    assert "work for 15 minutes" in reader.page()
    world.clock.advance(minutes=15)
    assert reader.posts("/r/email/code", code=code).status_code == 422
    assert replier_of(world, reader).row.assurance is Assurance.LINK


def test_a_code_belongs_to_the_recipient_it_was_sent_for(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    other = opens(world, share, who="Someone else")
    reader.posts("/r/email", address="pat@acme.example")
    code = code_sent(world, sam.holder_id)
    assert other.posts("/r/email/code", code=code).status_code == 422
    other.posts("/r/email", address="other@acme.example")
    assert other.posts("/r/email/code", code=code).status_code == 422


@pytest.mark.parametrize("address", ["pat@gmail.com", "PAT@Hotmail.co.uk", "pat", "pat@", "@acme.example"])
def test_personal_and_malformed_addresses_get_no_code(sqlite_world: World, address: str) -> None:
    sam = sqlite_world.holder()
    sam.tells({"about-me": {"name": "Sam"}})
    _share, reader = shares_and_opens(sqlite_world, sam)
    assert reader.posts("/r/email", address=address).status_code == 422
    assert sqlite_world.one("SELECT count(*) FROM messages WHERE kind = 'email-code'") == 0


def test_one_recipient_has_a_few_codes_sent_and_leaves_those_of_the_others(world: World, sam: Person) -> None:
    share, mallory = shares_and_opens(world, sam, name="Acme")
    sent = [mallory.posts("/r/email", address=f"x{at}@evil.example").status_code for at in range(4)]
    assert sent == [303, 303, 303, 429]
    pat = opens(world, share)
    assert pat.posts("/r/email", address="pat@acme.example").status_code == 303
    uses_up(world, CODES_OF_SHARE, share.share_id, left=0)
    assert pat.posts("/r/email", address="pat@acme.example").status_code == 429
    world.clock.advance(days=1)
    assert [one.posts("/r/email", address="pat@acme.example").status_code for one in (mallory, pat)] == [
        303
    ] * 2


@pytest.mark.parametrize(
    ("budget", "of"),
    [(CODES_TO_MAILBOX, "hr@acme.example"), (CODES_TO_DOMAIN, "acme.example"), (CODES_OF_HOLDER, "holder")],
    ids=lambda one: getattr(one, "counted", ""),
)
def test_what_is_sent_in_a_day_is_bounded_over_all_shares_however_an_address_is_written(
    sqlite_world: World, ada: Person, budget: DayBudget, of: str
) -> None:
    _share, reader = shares_and_opens(sqlite_world, ada)
    uses_up(sqlite_world, budget, ada.holder_id if of == "holder" else of, left=1)
    assert reader.posts("/r/email", address="HR+47@Acme.example").status_code == 303
    refused = reader.posts("/r/email", address="hr+48@acme.example")
    assert (refused.status_code, "Ask for one tomorrow, or go on without" in refused.text) == (429, True)
    elsewhere = 429 if budget is CODES_OF_HOLDER else 303  # what was not sent counted nowhere
    assert reader.posts("/r/email", address="hr@other.example").status_code == elsewhere
    sqlite_world.clock.advance(days=1)
    assert reader.posts("/r/email", address="hr@acme.example").status_code == 303


@pytest.mark.parametrize("budget", [WRONG_FOR_MAILBOX, WRONG_OF_HOLDER], ids=lambda one: one.counted)
def test_wrong_codes_in_a_day_add_up_over_all_shares_and_right_ones_do_not(
    world: World, sam: Person, budget: DayBudget
) -> None:
    _share, reader = shares_and_opens(world, sam)
    of = sam.holder_id if budget is WRONG_OF_HOLDER else "pat@acme.example"
    uses_up(world, budget, of, left=1)
    confirms(world, reader, sam.holder_id, "pat+2@acme.example")
    other = shares_and_opens(world, sam)[1]
    other.posts("/r/email", address="pat+3@acme.example")
    code = code_sent(world, sam.holder_id)
    assert other.posts("/r/email/code", code="000000" if code != "000000" else "1").status_code == 422
    refused = other.posts("/r/email/code", code=code)
    assert (refused.status_code, "Ask for a new code tomorrow" in refused.text) == (429, True)
    assert replier_of(world, other).row.assurance is Assurance.LINK
    assert replier_of(world, other).row.code_attempts_left == CODE_ATTEMPTS - 1


def uses_up(world: World, budget: DayBudget, of: str, *, left: int) -> None:
    """Let so many be left of a budget today."""
    with world.d.database.writing() as connection:
        for _ in range(budget.limit - left):
            budget.take(world.d, connection, of)


def test_a_practitioner_who_is_signed_in_answers_for_their_organisation(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam, kind="practitioner", name="Jo")
    jo = world.practitioner()
    assert reader.posts("/r/organisation").status_code == 403
    reader.cookies["session"] = jo.token
    assert reader.posts("/r/organisation").status_code == 303
    assert replier_of(world, reader).row.assurance is Assurance.TRUST_LIST
    assert "House of jo, an organisation on our list" in holder_page(world, sam, "/passport/replies")
    assert "recipient-known" in sam.said(share)


# Bad input


@pytest.mark.parametrize(
    "path", ["/r/acknowledge", "/r/deleted", "/r/email", "/r/email/code", "/r/ask", "/r/manager"]
)
@pytest.mark.parametrize("token", ["", "x", "A" * 43, "%00", "ÿ", "a" * 5000, "../../etc", "' OR 1=1 --"])
def test_odd_reply_tokens_are_nobody(sqlite_world: World, path: str, token: str) -> None:
    form = {
        "address": "pat@acme.example",
        "code": "000000",
        "reason": "x",
        "manager": "x",
        "manager_reason": "x",
    }
    sqlite_world.client.cookies.clear()
    headers = {b"cookie": b"reply=" + token.encode("latin-1"), b"accept": b"text/html"}
    reply = sqlite_world.client.post(path, headers=headers, data=form, follow_redirects=False)
    assert reply.status_code in (400, 404, 422)
    reply = sqlite_world.client.post("/r/reply", data={"token": token}, follow_redirects=False)
    assert reply.status_code == 404


@pytest.mark.parametrize(
    "odd", ["", "\0", "x" * 100_000, "000000\n", "١٢٣٤٥٦", "12345", "\u202e123456", "-1", "1e5", "<script>"]
)
def test_odd_codes_and_addresses_are_wrong(sqlite_world: World, odd: str) -> None:
    sam = sqlite_world.holder()
    sam.tells({"about-me": {"name": "Sam"}})
    _share, reader = shares_and_opens(sqlite_world, sam)
    for path, field in (("/r/email", "address"), ("/r/email/code", "code")):
        reply = reader.posts(path, **{field: odd})
        assert reply.status_code in (413, 422)
        assert "<script>" not in reply.text.replace("<script src", "")


@pytest.mark.parametrize("act", ACTS)
def test_another_site_cannot_answer_in_somebodys_name(sqlite_world: World, act: str) -> None:
    sam = sqlite_world.holder()
    sam.tells({"about-me": {"name": "Sam"}})
    share, reader = shares_and_opens(sqlite_world, sam)
    before = sam.said(share)
    headers = {"cookie": f"reply={reader.token}", "sec-fetch-site": "cross-site", "accept": "text/html"}
    assert sqlite_world.client.post(f"/r/{act}", headers=headers).status_code == 403
    assert sam.said(share) == before


def holder_page(world: World, sam: Person, path: str) -> str:
    """Return a page of Sam's own."""
    world.client.cookies.clear()
    reply = world.client.get(path, headers={"accept": "text/html", "cookie": f"session={sam.token}"})
    assert reply.status_code == 200
    return str(reply.text)
