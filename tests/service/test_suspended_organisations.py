"""An organisation that is suspended stands behind nobody from that moment on: not recipients, and not practitioners."""

from dataclasses import replace
from datetime import timedelta
from html import unescape

from passport import issuer_standing
from schemas.consent_vocabulary import Assurance
from schemas.consent_words import consent_in_words
from schemas.vocabulary import Language
from tests.service.replying import Reader, shares_and_opens
from tests.service.test_replies import holder_page
from tests.service.test_trust_standing import organisation_of
from tests.service.world import ADVICE, GOAL, Person, Share, World

LETS_JO = {"practitioner": "jo", "sections": ["scores"], "days": 30}


def test_an_organisation_stands_behind_nobody_from_the_moment_of_its_suspension_and_not_before(
    world: World, sam: Person
) -> None:
    share, reader = shares_and_opens(world, sam)
    jo = world.practitioner()
    reader.cookies["session"] = jo.token
    assert reader.posts("/r/organisation").status_code == 303
    issuer_standing.suspend(world.d, organisation_of(world), at=world.clock() + timedelta(days=1))
    assert levels_shown(world, sam, share, reader) == {Assurance.TRUST_LIST}
    world.clock.advance(days=1)
    reader.cookies["session"] = world.signs_in_again(jo)
    sam = replace(sam, token=world.signs_in_again(sam))
    assert levels_shown(world, sam, share, reader) == {Assurance.LINK}
    assert "House of jo" not in reader.page()
    assert reader.posts("/r/organisation").status_code == 409
    assert sam.post("/api/v1/append-grants", LETS_JO).json()["code"] == "issuer_may_not_sign"


def levels_shown(world: World, sam: Person, share: Share, reader: Reader) -> set[str]:
    """Return the level wherever Sam or the recipient reads it, on pages and by programs."""
    words = consent_in_words(Assurance.TRUST_LIST, Language.ENGLISH)
    pages = [f"/passport/shares/{share.share_id}", "/passport/shares", "/passport", "/passport/replies"]
    texts = [*(holder_page(world, sam, page) for page in pages), reader.page()]
    (replied,) = sam.get("/api/v1/replies").json()["recipients"]
    said = {replied["assurance"], sam.share_now(share)["assurance"]}
    return said | {Assurance.TRUST_LIST if words in unescape(text) else Assurance.LINK for text in texts}


def test_a_practitioner_whose_organisation_is_suspended_states_nothing_and_is_shown_as_they_stand(
    sqlite_world: World, ada: Person
) -> None:
    jo = sqlite_world.practitioner()
    grant_id = ada.lets_write(jo, "scores")
    headers = {"accept": "text/html", "cookie": f"session={jo.token}"}
    terms = f"/practice/{grant_id}/terms"
    assert "on our list" in holder_page(sqlite_world, ada, "/passport/writers")
    assert sqlite_world.client.get(terms, headers=headers).status_code == 200
    issuer_standing.suspend(sqlite_world.d, organisation_of(sqlite_world))
    assert "(suspended on our list" in holder_page(sqlite_world, ada, "/passport/writers")
    form = {"basis": "consent", "kept": "until-end"}
    assert sqlite_world.client.get(terms, headers=headers).status_code == 409
    assert sqlite_world.client.post(terms, headers=headers, data=form).status_code == 409


def test_a_practitioner_whose_organisation_is_suspended_reads_nothing_and_the_log_says_that_they_tried(
    world: World, sam: Person
) -> None:
    jo = world.practitioner()
    grant_id = sam.lets_write(jo, "plan", "work-advice")
    assert jo.holds_appointment(grant_id, 1, GOAL).status_code == 201
    issuer_standing.suspend(world.d, organisation_of(world))
    before = len(sam.log())
    pages = [
        f"/practice/{grant_id}{path}" for path in ("", "/appointment", "/sections/work-advice", "/terms")
    ]
    headers = {"accept": "text/html", "cookie": f"session={jo.token}"}
    for page in pages:
        reply = world.client.get(page, headers=headers)
        assert (reply.status_code, GOAL["goal"] in reply.text, "Sam Example" in reply.text) == (
            409,
            False,
            False,
        )
    assert jo.appends(grant_id, "work-advice", ADVICE).json()["code"] == "issuer_may_not_sign"
    assert [event["kind"] for event in sam.log()[before:]] == ["refused"] * (len(pages) + 1)
    assert jo.get("/api/v1/append-grants").json() == []
    assert "Sam Example" not in world.client.get("/practice", headers=headers).text
