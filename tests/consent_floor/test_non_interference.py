"""What a recipient receives does not change when only a section they may never see changes.

Both passports of a pair are generated from the catalogue, what is shared and what is not, so that a new section is
covered on its first day. Shared entries have the same salts, and signatures are deterministic: then the very bytes must
be the same.
"""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consent.changes import Said, what_changed
from consent.presets import offered
from consent.sealed_file import seal_file
from consent.verification import Outcome, Verification
from schemas.vocabulary import Language, RecipientKind, Section
from tests.consent_floor.neighbours import (
    ALL_MAY_SIGN,
    Pair,
    Told,
    Wish,
    drawn_bodies,
    never,
    pairs,
    received,
    sent_on,
    wishes,
)
from tests.consent_floor.passports import CREDENTIALS, NOW, Passport, check, issued


@pytest.fixture(scope="module", autouse=True)
def _bodies() -> None:
    """Draw the bodies before the tests: Hypothesis does not like to do so within them."""
    for section in Section:
        drawn_bodies(section)


@pytest.mark.parametrize("kind", RecipientKind)
@settings(max_examples=60)
@given(st.data())
def test_not_one_byte_changes_when_only_a_never_section_changes(
    kind: RecipientKind, data: st.DataObject
) -> None:
    pair, wish = data.draw(pairs(kind)), data.draw(wishes(kind))
    assert received(kind, pair.one, wish) == received(kind, pair.other, wish)


@settings(max_examples=40)
@given(pairs(RecipientKind.EMPLOYER), wishes(RecipientKind.EMPLOYER))
def test_an_employer_reads_and_measures_the_same_when_only_a_never_section_changes(
    pair: Pair, wish: Wish
) -> None:
    raws = [received(RecipientKind.EMPLOYER, passport, wish) for passport in (pair.one, pair.other)]
    assume(all(raws))
    one, other = map(seen, raws)
    assert (
        one.verification == other.verification
    )  # texts and codes, issuers and authors, dates, indices, places
    assert one.verification.outcome is Outcome.VALID
    assert one.codes == other.codes
    assert one.addresses == other.addresses
    assert one.sizes == other.sizes


@pytest.mark.parametrize("kind", RecipientKind)
@settings(max_examples=25)
@given(st.data())
def test_what_a_live_share_sends_on_does_not_change_when_only_a_never_section_changes(
    kind: RecipientKind, data: st.DataObject
) -> None:
    pair, wish = data.draw(pairs(kind)), data.draw(wishes(kind))
    shared = sorted({told for told in pair.one if told.section not in never(kind)})
    anew = {
        told: told._replace(body=told.body + 1, manner=1) for told in shared[: data.draw(st.integers(0, 3))]
    }
    later = NOW + timedelta(days=1)
    one, other = (sent_on(kind, passport, anew, wish, now=later) for passport in (pair.one, pair.other))
    assert one == other
    before = received(kind, pair.one, wish)
    if before and one:
        changes = [what_changed(claims_of(before), claims_of(raw), Language.ENGLISH) for raw in (one, other)]
        assert changes[0] == changes[1]
        assert bool(anew) or not changes[0]


def claims_of(raw: bytes) -> list[Said]:
    found = check(raw, trust=ALL_MAY_SIGN, now=NOW + timedelta(days=1))
    assert found.entries
    return [(entry.section, entry.readable.claims) for entry in found.entries]


class Seen(NamedTuple):
    """What eyes, a verifier and a ruler find in a Bundle."""

    verification: Verification
    codes: list[object]
    addresses: list[str]
    sizes: list[int]  # of the file, sealed and open, and of each presentation with its disclosures


def seen(raw: bytes) -> Seen:
    document = json.loads(raw)
    resources = [entry["resource"] for entry in document["entry"]]
    presentations = [b64decode(one["data"]).decode() for one in resources if one["resourceType"] == "Binary"]
    sealed = seal_file(raw, bytes(32), content_type="application/fhir+json", iv=bytes(12))
    return Seen(
        check(raw, trust=ALL_MAY_SIGN),
        [value for name, value in leaves(document) if name in {"code", "system", "resourceType", "status"}],
        re.findall(r"(?:https?:|urn:)[^\"]+", raw.decode()),
        [len(sealed), len(raw), *(len(part) for one in presentations for part in one.split("~"))],
    )


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, object]]:
    """Yield every value that holds no other, with its name, in order."""
    if isinstance(value, dict):
        for inner, one in value.items():
            yield from leaves(one, inner)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, name)
    else:
        yield name, value


@pytest.mark.parametrize("kind", RecipientKind)
def test_every_section_is_among_the_pairs_and_only_the_offered_ones_come_out(kind: RecipientKind) -> None:
    offers = [offer.section for offer in offered(kind)]
    told = [Told(section, body, 0) for section in Section for body in range(1, 5)]
    wish = Wish(frozenset(offers), frozenset(), Language.WELSH)
    verification = check(received(kind, told, wish), trust=ALL_MAY_SIGN)
    assert verification.outcome is Outcome.VALID
    assert {entry.section for entry in verification.entries} == {*offers}
    assert {*offers} | {*never(kind)} == {*Section}


@given(st.integers(1, 8), st.integers(1, 8))
def test_the_size_of_the_signed_part_does_not_tell_how_many_rows_are_withheld(
    first: int, second: int
) -> None:
    def size(rows: int) -> int:
        body = {"changes": [{"kind": "hours", "change": str(row), "status": "asked"} for row in range(rows)]}
        return len(issued(Section.ADJUSTMENTS, body).partition("~")[0])

    assert size(first) == size(second)


def test_an_employer_receives_no_word_of_author_organisation_or_diagnosis() -> None:
    raw = Passport().bundle(
        RecipientKind.EMPLOYER, [Section.ADJUSTMENTS, Section.WORK_ADVICE, Section.ABOUT_ME]
    )
    assert check(raw).outcome is Outcome.VALID
    text = raw.decode()
    for telling in ("Stroke", "Jo Example", "therapist", "OT00000", "clinic", "Epilepsy", "01632"):
        assert telling not in text


def test_a_change_that_the_employer_may_see_does_change_the_bytes() -> None:
    credentials = {**CREDENTIALS, Section.ADJUSTMENTS: issued(Section.ADJUSTMENTS, {"changes": [
        {"kind": "hours", "change": "Another", "status": "asked"}]})}  # fmt: skip
    kind = RecipientKind.EMPLOYER
    assert Passport(credentials).bundle(kind) != Passport().bundle(kind)
