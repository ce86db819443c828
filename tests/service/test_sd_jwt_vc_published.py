"""What verifiers look up about a credential on the web: SD-JWT VC sections 4 and 5.3, as this service serves it."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from consent.bundle import parse_bundle
from issuers.claim_rules import check_claims
from issuers.credential import read
from issuers.disclosure import process
from issuers.integrity import check_integrity
from issuers.issuer_metadata import IssuerMetadata, issuer_metadata_url, read_issuer_metadata
from issuers.jws import UnknownKeyError, parse_jws
from issuers.sd_jwt import CREDENTIAL_TYPE, SdJwt
from issuers.trust import EarlierEntries
from issuers.type_extension import resolve_type
from issuers.vc_claims import check_vc_claims
from passport import issuing
from passport.store import issuers as store
from schemas.metadata import type_document
from schemas.vocabulary import Section
from tests.service.world import STORY, World

TOLD = "https://passport.example/issuers/told"
VCT = "https://passport.example/vct/about-me/1"


def get(world: World, url: str, **headers: str) -> Any:
    """Return the reply of the host of the issuers' addresses, which is this service."""
    return world.client.get(urlsplit(url).path, headers=headers)


def looked_up(world: World, iss: str = TOLD) -> IssuerMetadata:
    return read_issuer_metadata(get(world, issuer_metadata_url(iss)).content, iss=iss)


def shared_entries(world: World) -> tuple[str, ...]:
    """Return the presentations that a GP reads who was given Sam's story."""
    sam = world.holder()
    sam.tells(STORY)
    return parse_bundle(world.reads(sam.shares_with("gp", passcode=False))).presentations


def test_sd_jwt_vc_a_stranger_verifies_an_entry_with_what_is_on_the_web_alone(sqlite_world: World) -> None:
    for entry in shared_entries(sqlite_world):
        sd_jwt = SdJwt.parse(entry)
        jws = parse_jws(sd_jwt.jwt, typ=CREDENTIAL_TYPE)
        payload = jws.verify(
            looked_up(sqlite_world, jws.unverified_payload["iss"]).key(str(jws.unverified_kid))
        )
        processed = process(payload, sd_jwt.disclosures)
        check_vc_claims(processed)
        kind = resolve_type(
            payload["vct"],
            lambda vct: bytes(get(sqlite_world, vct).content),
            integrity=payload["vct#integrity"],
        )
        check_claims(processed, kind.claims)
        assert read(processed).visible.vct == kind.vct


def test_sd_jwt_vc_4_2_issuer_metadata_is_open_json_that_programs_keep_for_an_hour(
    sqlite_world: World,
) -> None:
    reply = get(sqlite_world, issuer_metadata_url(TOLD))
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "public, max-age=3600"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert get(sqlite_world, issuer_metadata_url(f"{TOLD}x")).status_code == 404
    assert reply.json().keys() == {"issuer", "jwks"}


def test_sd_jwt_vc_5_3_type_metadata_is_the_published_bytes_which_programs_keep_for_good(
    sqlite_world: World,
) -> None:
    reply = get(sqlite_world, VCT)
    assert reply.content == type_document(Section.ABOUT_ME, VCT)
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert reply.headers["access-control-allow-origin"] == "*"
    unknown = get(sqlite_world, VCT.replace("/1", "/2"))
    assert (unknown.status_code, unknown.headers["cache-control"]) == (404, "no-store")


@pytest.mark.parametrize("url", [VCT, issuer_metadata_url(TOLD)])
def test_sd_jwt_vc_whoever_has_a_document_is_told_that_it_still_stands(sqlite_world: World, url: str) -> None:
    first = get(sqlite_world, url)
    tag = first.headers["etag"]
    for condition in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = get(sqlite_world, url, **{"if-none-match": condition})
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["etag"], again.headers["cache-control"]) == (
            tag,
            first.headers["cache-control"],
        )
    for condition in ('"other"', tag.strip('"'), ""):
        assert get(sqlite_world, url, **{"if-none-match": condition}).content == first.content


def test_sd_jwt_vc_4_2_a_rotation_changes_the_tag_and_publishes_the_new_key_before_it_signs(
    world: World,
) -> None:
    before, tag = looked_up(world), get(world, issuer_metadata_url(TOLD)).headers["etag"]
    coming = issuing.rotate(world.d, issuing.TOLD_BY_HOLDER)
    assert coming.not_before > world.clock()
    after = looked_up(world)
    assert after.keys.keys() == before.keys.keys() | {coming.kid}  # the old one: what it signed still stands
    assert get(world, issuer_metadata_url(TOLD)).headers["etag"] != tag
    world.clock.advance(days=1)
    assert looked_up(world).keys.keys() == after.keys.keys()


def test_sd_jwt_vc_4_2_a_leaked_key_is_published_no_more(sqlite_world: World) -> None:
    (leaked,) = looked_up(sqlite_world).keys
    new = issuing.rotate(sqlite_world.d, issuing.TOLD_BY_HOLDER, leaked=True)
    found = looked_up(sqlite_world)
    assert found.keys.keys() == {new.kid}
    with pytest.raises(UnknownKeyError):
        found.key(leaked)


@pytest.mark.parametrize(
    ("earlier", "starts", "count"),
    [
        (EarlierEntries.STAND, timedelta(), 1),
        (EarlierEntries.FALL, timedelta(), 0),
        (EarlierEntries.FALL, timedelta(hours=1), 1),  # not yet
    ],
)
def test_sd_jwt_vc_4_2_an_issuer_whose_entries_fell_with_it_publishes_no_key(
    sqlite_world: World, earlier: EarlierEntries, starts: timedelta, count: int
) -> None:
    with sqlite_world.d.database.writing() as connection:
        store.suspend(connection, issuing.TOLD_BY_HOLDER, at=sqlite_world.clock() + starts, earlier=earlier)
    assert len(looked_up(sqlite_world).keys) == count


def test_sd_jwt_vc_6_the_hash_in_an_entry_is_that_of_what_is_served(sqlite_world: World) -> None:
    for entry in shared_entries(sqlite_world):
        payload = parse_jws(SdJwt.parse(entry).jwt, typ=CREDENTIAL_TYPE).unverified_payload
        check_integrity(get(sqlite_world, payload["vct"]).content, payload["vct#integrity"])
