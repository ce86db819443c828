"""The holder's page of messages, as a browser without scripts uses it; and a whole service that sends by itself."""

import io
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from passport import contacts
from passport.contacts import ALERTS, Answer
from passport.mailing import carrier_of, errands, mailing
from passport.messages.carrier import CarrierBusyError, ConsoleCarrier, NoCarrier
from passport.settings import Settings
from passport.tables import MessageKind
from schemas.vocabulary import Language
from tests.service.mailing import ADDRESS, Pigeon, code_in, enqueue, letter, reachable, refuse, rows, sends
from tests.service.replying import shares_and_opens
from tests.service.test_replies import holder_page
from tests.service.world import Clock, Person, World, running

PAGE = "/passport/messages"


@pytest.fixture
def sam(sqlite_world: World) -> Person:
    return sqlite_world.holder()


def looks(world: World, sam: Person, path: str = PAGE) -> str:
    return str(_asks(world, sam, "GET", path).text)


def posts(world: World, sam: Person, path: str, **form: Any) -> tuple[int, str]:
    reply = _asks(world, sam, "POST", f"{PAGE}/{path}", data=form)
    return reply.status_code, reply.text


def _asks(world: World, sam: Person, method: str, path: str, **given: Any) -> Any:
    headers = {"accept": "text/html", "cookie": f"session={sam.token}"}
    world.client.cookies.clear()
    return world.client.request(method, path, headers=headers, follow_redirects=False, **given)


def test_an_address_is_given_confirmed_used_and_removed(sqlite_world: World, sam: Person) -> None:
    world, pigeon = sqlite_world, Pigeon()
    assert posts(world, sam, "address", address=f" {ADDRESS} ")[0] == 303
    sends(world, pigeon)
    page = looks(world, sam)
    assert ADDRESS in page
    assert "Enter the code" in page
    assert "We write to" not in page
    assert posts(world, sam, "code", code=code_in(pigeon.sent[0]))[0] == 303
    page = looks(world, sam)
    assert "We write to" in page
    assert page.count(" checked") == len(ALERTS)
    assert posts(world, sam, "alerts", alerts=["opened", "nonsense"])[0] == 303
    assert looks(world, sam).count(" checked") == 1
    assert posts(world, sam, "remove")[0] == 303
    assert ADDRESS not in looks(world, sam)


def test_a_page_says_what_to_change(sqlite_world: World, sam: Person) -> None:
    world = sqlite_world
    for address in ("", "sam", "sam@mail.example\r\nBcc: x@y.example", "x" * 5000):
        status, page = posts(world, sam, "address", address=address)
        assert status == 422
        assert "Enter an email address in the correct format" in page
    assert posts(world, sam, "address", address=ADDRESS)[0] == 303
    status, page = posts(world, sam, "code", code="nonsense")
    assert status == 422
    assert "Check the code in the email" in page
    for _ in range(contacts.CODES_A_DAY):
        status, page = posts(world, sam, "address", address=ADDRESS)
    assert status == 429
    assert "Try again tomorrow" in page


def test_the_log_tells_of_messages_in_plain_sentences(sqlite_world: World, sam: Person) -> None:
    world = sqlite_world
    reachable(world, sam)
    sam.tells({"about-me": {"name": "Sam"}})
    world.reads(sam.shares_with(passcode=False))
    sends(world, Pigeon())
    world.reads(sam.shares_with(passcode=False))
    sends(world, Pigeon(before=refuse))
    log = looks(world, sam, "/passport/log")
    for sentence in (
        "You gave an email address for messages",
        "2 emails were sent to you",
        "Your code</li>",
        "A program fetched what you shared</li>",
        "An email to you could not be sent: A program fetched what you shared",
    ):
        assert sentence in log
    contacts.remove(world.d, sam.holder_id)
    assert "You removed your email address" in looks(world, sam, "/passport/log")


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not true() and time.monotonic() < ends:
        time.sleep(0.01)
    assert true()


def test_a_running_service_sends_by_itself_and_outlives_faults(
    sqlite_world: World, sam: Person, caplog: pytest.LogCaptureFixture
) -> None:
    world = sqlite_world
    faults: list[Exception] = [ZeroDivisionError("sam@mail.example"), CarrierBusyError("not now")]

    def fault() -> None:
        if faults:
            raise faults.pop(0)

    pigeon = Pigeon(before=fault)
    for number in range(3):
        enqueue(world, sam, key=str(number))
    world.clock.advance(hours=1)
    with mailing(world.d, pigeon, interval_seconds=0.01):
        until(lambda: len(pigeon.sent) == 1)
        until(lambda: sum(row.delivered_at is not None for row in rows(world, sam)) == 1)
    assert "messages wait to be sent: 3, the first due at " in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "sam@" not in caplog.text


@pytest.fixture
def silent(sqlite_settings: Settings, clock: Clock) -> Iterator[World]:
    """A service without mail."""
    off = sqlite_settings.model_copy(update={"mail_carrier": "off", "session_hours": 720})
    with running(off, clock) as (app, client):
        yield World(app, client, clock)


def test_where_no_mail_is_set_up_nothing_is_written_and_every_page_says_so(silent: World) -> None:
    sam = silent.holder()
    sam.tells({"about-me": {"name": "Sam"}})
    share, reader = shares_and_opens(silent, sam)
    enqueue(silent, sam)
    sam.stops(share)
    with mailing(silent.d, carrier_of(silent.d.settings), interval_seconds=0.01):
        time.sleep(0.05)
    assert rows(silent, sam) == []
    mine = holder_page(silent, sam, "/passport/messages")
    assert "No mail is set up on this service" in mine
    assert "Send me a code" not in mine
    assert "No mail is set up on this service" in holder_page(
        silent, sam, f"/passport/shares/{share.share_id}"
    )
    assert "No mail is set up on this service" in reader.page()
    assert reader.posts("/r/email", address="pat@acme.example").status_code == 409
    headers = {"accept": "text/html", "cookie": f"session={sam.token}"}
    silent.client.cookies.clear()
    given = silent.client.post("/passport/messages/address", headers=headers, data={"address": ADDRESS})
    assert given.status_code == 409


def test_what_waited_when_mail_was_switched_off_waits_on_and_is_then_given_up_and_the_log_says_so(
    sqlite_world: World, ada: Person
) -> None:
    enqueue(sqlite_world, ada)
    assert sends(sqlite_world, NoCarrier()) == 1
    (row,) = rows(sqlite_world, ada)
    assert (row.attempts, row.given_up_at) == (1, None)
    sqlite_world.clock.advance(days=30)
    with mailing(sqlite_world.d, NoCarrier(), interval_seconds=0.01):
        until(lambda: rows(sqlite_world, ada)[0].given_up_at is not None)
    (row,) = rows(sqlite_world, ada)
    assert (row.next_attempt_at, row.sealed_content) == (None, None)
    assert sqlite_world.one("SELECT count(*) FROM access_events WHERE kind = 'message-not-sent'") == 1


def test_a_day_is_looked_at_also_where_no_mail_is_set_up(silent: World) -> None:
    sam = silent.holder()
    sam.tells({"about-me": {"name": "Sam"}})
    share = sam.shares_with(passcode=False, days=1)
    silent.clock.advance(days=3)
    with errands(silent.d):
        until(lambda: silent.one("SELECT count(*) FROM receipts WHERE state = 'expired'") == 1)
    assert share.share_id


def test_the_console_shows_the_whole_message(sqlite_world: World, sam: Person) -> None:
    terminal = io.StringIO()
    contacts.give_address(sqlite_world.d, sam.holder_id, ADDRESS, language=Language.WELSH)
    while sends(sqlite_world, ConsoleCarrier(terminal)):
        pass
    shown = terminal.getvalue()
    assert f"Message to {ADDRESS}" in shown
    assert "Eich cod yw" in shown
    code = next(word for word in shown.replace(".", " ").split() if word.isdecimal() and len(word) == 6)
    assert contacts.confirm(sqlite_world.d, sam.holder_id, code) is Answer.CONFIRMED


def test_a_terminal_that_is_gone_is_tried_again() -> None:
    terminal = io.StringIO()
    terminal.close()
    with pytest.raises(CarrierBusyError):
        ConsoleCarrier(terminal).send(letter())


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({}, "NoCarrier"),
        ({"mail_carrier": "console"}, "ConsoleCarrier"),
        ({"mail_carrier": "smtp"}, "SmtpCarrier"),
        (
            {"mail_carrier": "notify", "mail_notify_key": "x" * 80, "mail_notify_template": "y"},
            "NotifyCarrier",
        ),
    ],
)
def test_the_settings_choose_the_carrier(given: dict[str, str], kind: str) -> None:
    assert type(carrier_of(Settings.model_validate(given))).__name__ == kind


@pytest.mark.parametrize(
    "given",
    [
        {"mail_carrier": "pigeon"},
        {"mail_from": "nobody"},
        {"mail_from_name": 'x" <evil@x.example>'},
        {"mail_from_name": "x\ny"},
        {"mail_smtp_security": "none", "mail_smtp_host": "mail.example"},
        {"mail_carrier": "notify"},
        {
            "mail_carrier": "notify",
            "mail_notify_key": "hunter2",
            "mail_notify_template": "y",
            "mail_notify_url": "http://notify.example",
        },
    ],
    ids=str,
)
def test_settings_that_would_send_in_the_clear_or_not_at_all_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="mail_") as refused:
        Settings.model_validate(given)
    assert "hunter2" not in str(refused.value)


def test_every_alert_that_the_page_offers_is_a_kind_of_message() -> None:
    assert set(ALERTS) <= set(MessageKind)
