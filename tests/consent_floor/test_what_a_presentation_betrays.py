"""A presentation says what was chosen and nothing more: not in its text, its lengths, its counts or its order.

Rows and claims are drawn, each with a text of its own, so that a trace of one that is withheld would be found.
"""

from collections.abc import Sequence
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.presentation import ReleasedEntry
from issuers.credential import CLAIM_BUCKET, ROW_BUCKETS, outline
from issuers.disclosure import digest
from issuers.encoding import decode_base64url, decode_json
from issuers.jws import parse_jws
from issuers.sd_jwt import CREDENTIAL_TYPE, SdJwt
from schemas.vocabulary import Section
from tests.consent_floor.passports import issued, presented, salts

PATTERN: Final = "row {} of this fictional entry"
ABOUT_ME: Final[dict[str, Any]] = {
    "name": "Siân Tŷ-Gŵyn",
    "pronouns": "she/her",
    "phone": "01632 960001",
    "postal_address": "5 tŷ bach, Llŷn",
}
row_numbers = st.lists(st.integers(0, 999), min_size=1, max_size=ROW_BUCKETS[1], unique=True)


def entry(rows: Sequence[int], seed: str = "one") -> str:
    """Return an entry of adjustments with these rows, each with a text of its own."""
    changes = [{"kind": "hours", "change": PATTERN.format(row), "status": "asked"} for row in rows]
    return issued(Section.ADJUSTMENTS, {"changes": changes}, new_salt=salts(seed))


def shown(credential: str, paths: Sequence[str]) -> str:
    """Return the presentation of these paths, key binding included."""
    (text,) = presented([ReleasedEntry.of(credential, tuple(paths))]).entries
    return text


def payload(credential: str) -> dict[str, Any]:
    """Return what the issuer signed."""
    return parse_jws(SdJwt.parse(credential).jwt, typ=CREDENTIAL_TYPE).unverified_payload


def opened(text: str) -> bytes:
    """Return every part of a presentation as it is and as the bytes it spells."""
    parts = [part for one in text.split("~") for part in one.split(".") if part]
    return b"\n".join([text.encode(), *map(decode_base64url, parts)])


def lengths(text: str) -> list[int]:
    """Return the length of each part: header, payload, signature, disclosures, key binding."""
    return [len(part) for one in text.split("~") for part in one.split(".")]


@settings(max_examples=40)
@given(row_numbers, st.data())
def test_any_choice_of_rows_shows_these_rows_and_no_trace_of_the_others(
    rows: list[int], data: st.DataObject
) -> None:
    credential = entry(rows)
    claims = [claim for claim in outline(credential) if claim.row is not None]
    chosen = data.draw(st.sets(st.sampled_from(range(len(rows))), min_size=1))
    text = shown(credential, [claims[position].path for position in chosen])
    found = opened(text)
    assert set(SdJwt.parse(text).disclosures) == {claims[position].disclosure for position in chosen}
    for position, claim in enumerate(claims):
        salt = decode_json(decode_base64url(claim.disclosure))[0]
        for trace in (claim.disclosure, f'"{PATTERN.format(rows[position])}"', salt):
            assert (trace.encode() in found) is (position in chosen)
        assert digest(claim.disclosure).encode() in found  # all that is left of a row that is withheld


@settings(max_examples=40)
@given(st.sets(st.sampled_from(sorted(ABOUT_ME)), min_size=1), st.sets(st.sampled_from(sorted(ABOUT_ME))))
def test_any_choice_of_claims_shows_these_claims_and_not_whether_others_were_told(
    chosen: set[str], others: set[str]
) -> None:
    one = issued(Section.ABOUT_ME, {name: ABOUT_ME[name] for name in {"name", *chosen}})
    other = issued(Section.ABOUT_ME, {name: ABOUT_ME[name] for name in {"name", *chosen, *others}})
    texts = [shown(credential, sorted(chosen)) for credential in (one, other)]
    assert lengths(texts[0]) == lengths(texts[1])
    for name in {*ABOUT_ME} - chosen:
        assert ABOUT_ME[name].encode() not in opened(texts[1])


@settings(max_examples=40)
@given(st.data())
def test_two_entries_in_one_bucket_differ_in_no_length_and_no_count(data: st.DataObject) -> None:
    few, many = sorted(data.draw(st.tuples(st.integers(1, 8), st.integers(1, 8))))
    common = list(range(100, 100 + few))
    rows = data.draw(st.permutations([*common, *range(200, 200 + many - few)]))
    one, other = entry(common), entry(rows, "another")
    order = [row for row in rows if row in common]
    texts = [
        shown(one, [f"changes/{common.index(row)}" for row in order]),
        shown(other, [f"changes/{rows.index(row)}" for row in order]),
    ]
    assert lengths(texts[0]) == lengths(texts[1])
    counts = [(len(payload(text)["changes"]), len(payload(text)["_sd"])) for text in (one, other)]
    assert counts[0] == counts[1] == (ROW_BUCKETS[0], CLAIM_BUCKET)


@settings(max_examples=40)
@given(row_numbers, st.data())
def test_the_order_of_digests_follows_from_the_digests_alone(rows: list[int], data: st.DataObject) -> None:
    for credential in (entry(rows), entry(data.draw(st.permutations(rows)), "another")):
        digests = [element["..."] for element in payload(credential)["changes"]]
        assert digests == sorted(digests)
        assert payload(credential)["_sd"] == sorted(payload(credential)["_sd"])
        assert {len(one) for one in [*digests, *payload(credential)["_sd"]]} == {43}


@pytest.mark.parametrize(("rows", "size"), [(1, 8), (8, 8), (9, 16), (16, 16), (17, 40), (40, 40)])
def test_the_number_of_rows_shows_no_finer_than_its_bucket(rows: int, size: int) -> None:
    assert len(payload(entry(range(rows)))["changes"]) == size


def test_a_row_stands_at_every_place_sooner_or_later() -> None:
    places = set()
    for seed in range(60):
        credential = entry(range(3), f"seed {seed}")
        first = outline(credential)[0].disclosure
        digests = [element["..."] for element in payload(credential)["changes"]]
        places.add(digests.index(digest(first)))
    assert places == set(range(ROW_BUCKETS[0]))
