"""@sd-jwt/sd-jwt-vc (npm, 0.19.0) verifies what we issue, present and publish."""

from typing import Any

import pytest

from issuers.credential import outline
from schemas.catalogue import AUTHOR_CLAIMS, TOLD_ON, claims_of
from tests.outside.node import run
from tests.outside.presenting import (
    NONCE,
    NOW,
    STATUS_SIGNER,
    bound,
    entries,
    issuer_key,
    status_list,
    told,
)

pytestmark = pytest.mark.node


def judged(presentations: list[str], **changed: Any) -> list[dict[str, Any]]:
    case = {
        "issuerKey": issuer_key(),
        "nonce": NONCE,
        "statusList": status_list(),
        "statusKey": dict(STATUS_SIGNER.public_jwk),
        "now": int(NOW.timestamp()),
        **changed,
    }
    answer: list[dict[str, Any]] = run(
        "judge.mjs", [{**case, "presentation": presentation} for presentation in presentations]
    )
    return answer


def in_any_order(claims: dict[str, Any]) -> dict[str, Any]:
    """Return claims with their rows sorted: we sign rows in the order of their disclosures, others read digests."""
    return {
        name: sorted(value, key=str) if isinstance(value, list) else value
        for name, value in claims.items()
        if value != []
    }


def test_every_entry_verifies_whole_and_reads_as_it_was_told() -> None:
    issued = entries()
    answers = judged([bound(credential) for credential in issued.values()])
    assert [answer.get("error") for answer in answers] == [None] * len(issued)
    for (section, credential), answer in zip(issued.items(), answers, strict=True):
        names = {*(claim.name for claim in claims_of(section)), *AUTHOR_CLAIMS, TOLD_ON}
        read = {name: value for name, value in answer["claims"].items() if name in names}
        paths = [claim.path for claim in outline(credential)]
        assert in_any_order(read) == in_any_order(told(section, credential, paths))


def test_a_choice_of_claims_verifies_and_shows_only_that_choice() -> None:
    section, credential = next(iter(entries().items()))
    paths = ["changes/1", "changes/7", "told_on"]
    (answer,) = judged([bound(credential, paths)])
    assert answer.get("error") is None
    assert in_any_order({name: answer["claims"][name] for name in ("changes", "told_on")}) == in_any_order(
        told(section, credential, paths)
    )
    assert not set(AUTHOR_CLAIMS) & answer["claims"].keys()


def test_the_judge_refuses_a_revoked_entry_and_a_foreign_issuer() -> None:
    presentation = bound(next(iter(entries().values())))
    (revoked,) = judged([presentation], statusList=status_list(revoked=True))
    (foreign,) = judged([presentation], issuerKey=dict(STATUS_SIGNER.public_jwk))
    (other_nonce,) = judged([presentation], nonce="another")
    assert not any(answer["ok"] for answer in (revoked, foreign, other_nonce))
