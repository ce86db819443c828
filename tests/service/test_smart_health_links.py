"""What SMART Health Links 1.0.0 asks of a server, seen from outside. The list: tests/consent_floor/shl_clauses.py."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from consent.sealed_file import open_file
from consent.share import LABEL_LENGTH_MAX, encode_shlink
from issuers.encoding import decode_base64url
from passport.file_tickets import TICKET_LASTS
from tests.service.world import Person, Share, World

ALL: tuple[dict[str, Any], ...] = (
    {"passcode": False},
    {},
    {"live": True},
    {"live": True, "passcode": False},
    {"typed_code": True, "days": 1},
)


def payload_of(share: Share) -> dict[str, Any]:
    encoded = encode_shlink(share.shlink).removeprefix("shlink:/")
    return dict(json.loads(decode_base64url(encoded)))


def header_of(jwe: str) -> dict[str, Any]:
    return dict(json.loads(decode_base64url(jwe.partition(".")[0])))


@pytest.mark.shl("configure/1", "url/1")
def test_every_share_has_a_key_and_an_address_of_its_own(sam: Person) -> None:
    shares = [sam.shares_with(**wishes) for wishes in ALL]
    assert (
        len({share.shlink.key for share in shares}) == len({share.url_token for share in shares}) == len(ALL)
    )


@pytest.mark.shl(
    "url/2", "payload/exp", "payload/flag", "payload/flag-u", "payload/label", "payload/key", "version/1"
)
@pytest.mark.parametrize("wishes", ALL, ids=str)
def test_every_payload_keeps_to_version_1(sam: Person, wishes: dict[str, Any]) -> None:
    share = sam.shares_with(**wishes)
    payload = payload_of(share)
    assert payload.keys() <= {"url", "key", "exp", "flag", "label"}
    assert len(payload["url"]) <= 128
    assert len(payload["key"]) == 43
    assert payload["exp"] == int(share.shlink.expires_at.timestamp()) if share.shlink.expires_at else False
    assert payload.get("flag", "") == "L" * bool(wishes.get("live")) + "P" * (share.passcode is not None)
    assert 0 < len(payload["label"]) <= LABEL_LENGTH_MAX


@pytest.mark.shl("manifest/1", "encrypt/1", "request/1")
def test_a_manifest_is_json_and_its_files_are_sealed_as_the_guide_says(world: World, sam: Person) -> None:
    share = sam.shares_with(passcode=False)
    reply = world.opens(share, something_new=[1])
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/json")
    (file,) = reply.json()["files"]
    assert header_of(file["embedded"]) == {"alg": "dir", "enc": "A256GCM", "cty": "application/fhir+json"}
    assert file["contentType"] == "application/fhir+json"
    assert json.loads(open_file(file["embedded"], share.shlink.key).content)["resourceType"] == "Bundle"


@pytest.mark.shl("location/1", "location/2", "location/5", "encrypt/1")
def test_a_location_is_one_address_that_asks_for_nothing_else(world: World, sam: Person) -> None:
    share = sam.shares_with()
    (file,) = world.opens(share, embeddedLengthMax=0).json()["files"]
    location = urlsplit(file["location"])
    assert (f"{location.scheme}://{location.netloc}", location.query) == (world.d.settings.base_url, "")
    world.client.cookies.clear()
    reply = world.client.get(location.path)
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/jose")
    assert header_of(reply.text)["cty"] == "application/fhir+json"
    assert open_file(reply.text, share.shlink.key).content
    assert timedelta(0) < TICKET_LASTS <= timedelta(hours=1)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "PUT", "DELETE"])
def test_nothing_but_a_get_uses_a_location_up(world: World, sam: Person, method: str) -> None:
    (file,) = world.opens(sam.shares_with(passcode=False), embeddedLengthMax=0).json()["files"]
    world.client.request(method, urlsplit(file["location"]).path)
    assert world.fetches(file["location"]).status_code == 200


@pytest.mark.shl("update/1", "embedded/2", "encrypt/2")
def test_a_later_version_has_the_same_key_and_another_nonce_and_is_there_at_once(
    world: World, sam: Person
) -> None:
    share = sam.shares_with(passcode=False, live=True)
    before = world.opens(share).json()["files"][0]["embedded"]
    (waiting,) = world.opens(share, embeddedLengthMax=0).json()["files"]
    sam.tells({"about-me": {"name": "Samantha Example"}})
    assert sam.post(f"/api/v1/shares/{share.share_id}/update", {"rows": {}}).status_code == 204
    after = world.opens(share).json()["files"][0]["embedded"]
    late = world.fetches(waiting["location"]).text
    assert len({jwe.split(".")[2] for jwe in (before, after, late)}) == 3
    names = [b"Samantha" in open_file(jwe, share.shlink.key).content for jwe in (before, after, late)]
    assert names == [False, True, True]


def test_an_exhausted_link_closes_itself_alone(world: World, sam: Person) -> None:
    locked, other = sam.shares_with(), sam.shares_with()
    robin = world.holder("robin", name="Robin")
    robin.tells({"about-me": {"name": "Robin"}})
    theirs = robin.shares_with(sections=["about-me"])
    for _ in range(12):
        world.opens(locked, passcode=locked.wrong)
    assert [world.opens(share).status_code for share in (locked, other, theirs)] == [404, 200, 200]


@pytest.mark.parametrize("path", ["/m/" + "A" * 43, "/m/file/" + "A" * 43])
def test_scripts_of_other_sites_may_ask_and_read_every_answer(world: World, path: str) -> None:
    origin = {"origin": "https://viewer.example"}
    asked = {
        **origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    reply = world.client.options(path, headers=asked)
    assert reply.status_code == 204
    assert "POST" in reply.headers["access-control-allow-methods"]
    assert "content-type" in reply.headers["access-control-allow-headers"]
    for answer in (
        reply,
        world.client.post(path, headers=origin, json={"recipient": "x"}),
        world.client.post(path, headers=origin, content=b"{"),
        world.client.get(path, headers=origin),
    ):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
