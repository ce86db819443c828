"""Wherever a recipient's name is shown, it is said how sure we are of them; read receipts say it of their moment."""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

from fastapi.routing import iter_route_contexts

from consent.reading import Reading
from schemas.consent_vocabulary import Assurance
from schemas.consent_words import level_in_words
from schemas.vocabulary import Language
from tests.service.replying import Reader, confirms, opens, shares_and_opens
from tests.service.test_receipts import read_read_receipt
from tests.service.test_replies import holder_page
from tests.service.test_reply_requests import asks, request_id
from tests.service.world import ADJUSTMENT, Person, Share, World

NAME = "Zebra Tiles"
READER = "Pat of Zebra"
SHARE = "/passport/shares/{share_id}"
RECEIPT = {f"{SHARE}/receipt"}  # signed when it was shared, it says for good what was known then
OF_A_SHARE = {
    "/passport",
    "/passport/log",
    "/passport/shares",
    SHARE,
    *(f"{SHARE}/{page}" for page in ("again", "as-recipient", "code", "extend", "not-me", "update")),
}


def pages(world: World, *prefixes: str) -> Iterator[str]:
    """Every page that a person can look at under these paths."""
    for route in iter_route_contexts(world.app.routes):
        path = str(getattr(route, "path", ""))
        is_page = not getattr(route, "include_in_schema", True) and "GET" in (
            getattr(route, "methods", None) or ()
        )
        if is_page and path.startswith(prefixes) and "{form}" not in path:
            yield path


def filled(path: str, share: Share, asked: str) -> str:
    known = {"share_id": share.share_id, "request_id": asked, "kind": "employer", "section": "adjustments"}
    return re.sub(r"{(\w+)[^}]*}", lambda found: known.get(found[1], "none"), path)


def given_a_share_that_was_opened_and_changed(world: World, sam: Person) -> tuple[Share, Reader]:
    share, reader = shares_and_opens(world, sam, name=NAME, live=True, days=7)
    asks(reader, "work")
    sam.tells({"adjustments": {"changes": [{**ADJUSTMENT, "change": "start at eleven"}]}})
    return share, reader


def checked(text: str, level: Assurance | None) -> bool:
    """Return whether a page shows the name; it says this level then."""
    words = unescape(re.sub(r"<[^>]+>", " ", text))
    if NAME not in words and READER not in words:
        return False
    assert level_in_words(level, Language.ENGLISH).casefold() in words.casefold(), words
    return True


def naming(
    world: World, paths: Iterable[str], cookies: Mapping[str, str], level: Assurance | None
) -> Iterator[str]:
    """Look at these pages and return those that show the name: each says this level."""
    for path in paths:
        world.client.cookies.clear()
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        reply = world.client.get(path, headers={"accept": "text/html", "cookie": cookie})
        if "html" in reply.headers.get("content-type", "") and checked(reply.text, level):
            yield path


def test_every_page_that_names_a_recipient_says_how_sure_we_are_of_them(
    sqlite_world: World, ada: Person
) -> None:
    share, reader = given_a_share_that_was_opened_and_changed(sqlite_world, ada)
    asked = request_id(sqlite_world, ada)
    own = [filled(path, share, asked) for path in pages(sqlite_world, "/passport")]
    theirs = [filled(path, share, asked) for path in pages(sqlite_world, "/r/", "/v/reading")]
    cookies = {"session": ada.token, **reader.cookies}
    named = {
        *naming(sqlite_world, own, cookies, Assurance.LINK),
        *naming(sqlite_world, theirs, reader.cookies, Assurance.LINK),
    }
    beside = {"/passport/replies", "/r/reply", "/v/reading", "/v/reading/receipt"}
    assert {filled(path, share, asked) for path in OF_A_SHARE | RECEIPT} | beside <= named


def test_before_anybody_has_opened_it_every_page_of_a_share_says_so(sqlite_world: World, ada: Person) -> None:
    share = ada.shares_with(name=NAME, passcode=False, live=True, days=7)
    ada.tells({"adjustments": {"changes": [{**ADJUSTMENT, "change": "start at eleven"}]}})
    paths = [filled(path, share, "none") for path in OF_A_SHARE]
    cookies = {"session": ada.token}
    assert list(naming(sqlite_world, paths, cookies, None)) == paths
    assert ada.share_now(share)["assurance"] is None
    sqlite_world.reads(share)  # by a program: somebody with the link, and nobody who could answer
    assert list(naming(sqlite_world, paths, cookies, Assurance.LINK)) == paths
    assert ada.share_now(share)["assurance"] == "link"


def test_the_preview_says_that_nobody_has_opened_it_yet(sqlite_world: World, ada: Person) -> None:
    entry = ada.entries("about-me")[0]["entry_id"]
    form = {"recipient": NAME, "sections": "about-me", "keep": f"{entry}:name", "days": "7"}
    headers = {"accept": "text/html", "cookie": f"session={ada.token}"}
    reply = sqlite_world.client.post("/passport/shares/new/employer", headers=headers, data=form)
    assert checked(reply.text, None)


def test_a_programs_list_of_shares_says_it_too(sqlite_world: World, ada: Person) -> None:
    share, reader = shares_and_opens(sqlite_world, ada)
    assert ada.share_now(share)["assurance"] == "link"
    confirms(sqlite_world, reader, ada.holder_id)
    assert ada.share_now(share)["assurance"] == "work-email"
    assert [one["assurance"] for one in ada.get("/api/v1/shares").json()] == ["work-email"]


# Read receipts


def read_receipt(world: World, reader: Reader) -> Reading:
    return read_read_receipt(world, reader.get("/v/reading/read-receipt").text).reading


def test_a_read_receipt_says_how_sure_we_were_at_that_moment(world: World, sam: Person) -> None:
    share, reader = shares_and_opens(world, sam)
    confirms(world, reader, sam.holder_id)  # afterwards: of the first reading we knew no more than the link
    assert read_receipt(world, reader).assurance is Assurance.LINK
    world.clock.advance(minutes=1)
    opens(world, share, reader=reader)
    second = read_receipt(world, reader)
    assert (second.reader, second.assurance) == ("Pat Example", Assurance.WORK_EMAIL)
    assert "someone who uses this work email address" in reader.page("/v/reading/receipt")
    told: list[Any] = sam.get(f"/api/v1/shares/{share.share_id}/receipt").json()["readings"]
    assert [read_read_receipt(world, one).reading.assurance for one in told] == [
        Assurance.LINK,
        Assurance.WORK_EMAIL,
    ]
    opened = [event for event in sam.log(share) if event["kind"] == "opened"]
    assert [(one["assurance"], one["address"]) for one in opened] == [
        ("link", None),
        ("work-email", "pat@acme.example"),
    ]
    assert "uses the work email address pat@acme.example" in holder_page(world, sam, "/passport/log")


def test_a_practitioner_on_the_trust_list_reads_as_their_organisation(
    sqlite_world: World, ada: Person
) -> None:
    share, reader = shares_and_opens(sqlite_world, ada, kind="practitioner", name="Jo")
    reader.cookies["session"] = sqlite_world.practitioner().token
    reader.posts("/r/organisation")
    opens(sqlite_world, share, who="Jo Example", reader=reader)
    assert read_receipt(sqlite_world, reader).assurance is Assurance.TRUST_LIST


def test_another_name_or_another_share_is_somebody_with_the_link(sqlite_world: World, ada: Person) -> None:
    share, reader = shares_and_opens(sqlite_world, ada)
    confirms(sqlite_world, reader, ada.holder_id)
    token = reader.token
    opens(sqlite_world, share, who="Somebody else", reader=reader)
    assert read_receipt(sqlite_world, reader).assurance is Assurance.LINK
    reader.cookies["reply"] = token
    opens(sqlite_world, ada.shares_with(name="Other Ltd", passcode=False), reader=reader)
    assert read_receipt(sqlite_world, reader).assurance is Assurance.LINK
