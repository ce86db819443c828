"""polaris-oid4vp (PyPI, 1.0.0), a verifier of wallets' presentations, accepts our entries and reads what was told."""

from typing import Any

import pytest
from polaris_oid4vp.sdjwt import verify_presentation

from issuers.credential import outline
from schemas.catalogue import AUTHOR_CLAIMS, TOLD_ON, claims_of
from schemas.vocabulary import Section
from tests.outside.presenting import AUDIENCE, NONCE, NOW, bound, entries, issuer_key, told

ENTRIES = entries()


def judged(presentation: str, **changed: Any) -> dict[str, Any]:
    expected = {
        "expected_nonce": NONCE,
        "expected_audience": AUDIENCE,
        "issuer_jwks": [issuer_key()],
        "now": NOW.timestamp(),
    }
    answer: dict[str, Any] = verify_presentation(presentation, **{**expected, **changed}).as_dict()
    return answer


def in_any_order(claims: dict[str, Any]) -> dict[str, Any]:
    return {
        name: sorted(value, key=str) if isinstance(value, list) else value
        for name, value in claims.items()
        if value != []
    }


@pytest.mark.parametrize("section", list(ENTRIES))
def test_every_entry_is_authentic_and_reads_as_it_was_told(section: Section) -> None:
    credential = ENTRIES[section]
    found = judged(bound(credential))
    assert found["authentic"], found
    names = {*(claim.name for claim in claims_of(section)), *AUTHOR_CLAIMS, TOLD_ON}
    read = {name: value for name, value in found["claims"].items() if name in names}
    everything = [claim.path for claim in outline(credential)]
    assert in_any_order(read) == in_any_order(told(section, credential, everything))


def test_a_choice_of_claims_shows_only_that_choice() -> None:
    credential = ENTRIES[Section.ADJUSTMENTS]
    paths = ["changes/1", "changes/7", "told_on"]
    found = judged(bound(credential, paths))
    shown = {name: found["claims"][name] for name in ("changes", "told_on")}
    assert in_any_order(shown) == in_any_order(told(Section.ADJUSTMENTS, credential, paths))
    assert not set(AUTHOR_CLAIMS) & found["claims"].keys()


def test_it_finds_where_the_status_of_an_entry_stands() -> None:
    found = judged(bound(ENTRIES[Section.WORK]))
    assert found["revocation"]["state"] == "not_evaluated"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"expected_nonce": "another"}, "nonce"),
        ({"expected_audience": "urn:uuid:another"}, "audience"),
        ({"expected_vct": "https://passport.example/vct/another/1"}, "vct"),
    ],
)
def test_it_refuses_what_it_did_not_ask_for(wrong: dict[str, str], code: str) -> None:
    found = judged(bound(ENTRIES[Section.WORK]), **wrong)
    assert (found["authentic"], found["code"]) == (False, code)
