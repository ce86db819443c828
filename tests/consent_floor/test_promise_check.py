"""A promise that a recipient took along is checked offline: who signed it, and that the log has what it names."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.log_promise import Promise, sign_promise
from consent.merkle import inclusion_proof
from consent.promise_check import PromiseCheck, PromiseStepNumber, check_promise
from consent.verification import Outcome, StepResult
from issuers.encoding import encode_base64url, encode_json
from issuers.trust import TrustList
from tests.consent_floor.logging_passport import (
    ENTRIES,
    ORIGIN,
    OURS,
    SIGNER,
    STRANGER,
    exported,
    note_of,
    recorded,
    tree_of,
)
from tests.consent_floor.passports import NOW, ORGANISATION, SIGNERS, STATUS_ISSUER, TRUST

PROMISE = Promise(
    issuer=STATUS_ISSUER,
    origin=ORIGIN,
    commitment=OURS[2].commitment,
    made_at=NOW,
    by=NOW + timedelta(hours=24),
)


def promised(signer: str = STATUS_ISSUER, **changes: Any) -> str:
    return sign_promise(replace(PROMISE, **changes), SIGNERS[signer])


def proof(**changes: Any) -> bytes:
    """What the service answers at /log/inclusion/."""
    position = ENTRIES.index(PROMISE.commitment)
    nodes = tree_of(ENTRIES)
    hashes = inclusion_proof(position, len(ENTRIES), lambda ids: {node: nodes[node] for node in ids})
    members = {
        "position": position,
        "hashes": list(map(encode_base64url, hashes)),
        "checkpoint": note_of(ENTRIES),
        **changes,
    }
    return encode_json({name: value for name, value in members.items() if value is not None})


def check(
    token: str | None = None,
    found: bytes | None = None,
    *,
    trust: TrustList | None = TRUST,
    now: datetime = NOW,
) -> PromiseCheck:
    return check_promise(token or promised(), trust=trust, note_key=SIGNER.key, found=found, now=now)


@pytest.mark.parametrize("found", [proof(), exported().encode(), exported(erased=range(1, 7)).encode()])
def test_a_promise_is_kept_by_the_services_proof_and_by_the_holders_log(found: bytes) -> None:
    answer = check(found=found)
    assert (answer.outcome, answer.code) == (Outcome.VALID, "promise_kept")
    assert answer.promise == PROMISE
    assert answer.checkpoint is not None


@pytest.mark.parametrize(
    "found",
    [None, exported(chain=OURS[:2]).encode(), exported(sizes=(4,)).encode()],
    ids=["nothing at hand", "another's or cut off", "not in the tree yet"],
)
def test_what_nothing_at_hand_shows_is_not_checked(found: bytes | None) -> None:
    answer = check(found=found)
    assert (answer.outcome, answer.code) == (Outcome.NOT_CHECKED, "promise_unproven")
    assert answer.promise == PROMISE


def test_a_trust_list_past_its_end_checks_nothing_and_still_refuses() -> None:
    after = TRUST.expires_at
    answer = check(found=proof(), now=after)
    assert (answer.outcome, answer.code) == (Outcome.NOT_CHECKED, "trust_list_stale")
    assert (answer.promise, answer.checkpoint is None) == (PROMISE, False)
    assert check(found=proof(), now=after - timedelta(seconds=1)).outcome is Outcome.VALID
    assert check(now=after).code == "trust_list_stale", "a new list comes first, whatever else is missing"
    assert check(found=proof(position=3), now=after).outcome is Outcome.REFUSED
    assert check(promised(ORGANISATION), proof(), now=after).outcome is Outcome.REFUSED


def test_without_a_trust_list_only_the_form_of_a_promise_is_judged() -> None:
    answer = check(found=proof(), trust=None)
    assert (answer.outcome, answer.code, answer.promise) == (Outcome.NOT_CHECKED, "trust_list_missing", None)
    assert check("x.y.z", proof(), trust=None).outcome is Outcome.REFUSED


BY_WHOM: dict[str, tuple[Callable[[], str], str]] = {
    "nobody": (lambda: "x", "token_format"),
    "an issuer that signs no lists": (
        lambda: promised(ORGANISATION, issuer=ORGANISATION),
        "issuer_unknown",
    ),
    "a stranger": (lambda: promised(issuer="https://other.example/issuers/status"), "issuer_unknown"),
    "another in its name": (lambda: promised(ORGANISATION), "issuer_key_unknown"),
    "the issuer before its key": (lambda: promised(made_at=NOW - timedelta(days=9000)), "issuer_key_time"),
}


@pytest.mark.parametrize("name", BY_WHOM)
def test_steps_1_and_2_refuse_a_promise_of_others(name: str) -> None:
    make, code = BY_WHOM[name]
    answer = check(make(), proof())
    assert (answer.outcome, answer.code, answer.promise) == (Outcome.REFUSED, code, None)
    assert answer.step is not None
    assert answer.step.number == (
        PromiseStepNumber.PARSE if name == "nobody" else PromiseStepNumber.SIGNATURE
    )


NOT_SHOWN: dict[str, tuple[bytes, str]] = {
    "a checkpoint of another key": (proof(checkpoint=note_of(ENTRIES, STRANGER)), "note_unsigned"),
    "a checkpoint of a smaller tree": (proof(checkpoint=note_of(ENTRIES[:4])), "merkle_leaf_index"),
    "another place": (proof(position=3), "merkle_root"),
    "a negative place": (proof(position=-1), "merkle_leaf_index"),
    "no hashes": (proof(hashes=[]), "merkle_proof_short"),
    "a short hash": (proof(hashes=["AAAA"]), "merkle_hash_size"),
    "hashes as numbers": (proof(hashes=[1]), "inclusion_format"),
    "a place as text": (proof(position="4"), "inclusion_format"),
    "no checkpoint": (proof(checkpoint=None), "inclusion_format"),
    "more than asked": (proof(more=1), "inclusion_format"),
    "no JSON": (b"\xff", "json_invalid"),
    "a log of nothing": (json.dumps({"format": "access-log-export/1"}).encode(), "log_export_format"),
}


@pytest.mark.parametrize("name", NOT_SHOWN)
def test_steps_3_and_4_refuse_what_does_not_show_it(name: str) -> None:
    found, code = NOT_SHOWN[name]
    answer = check(found=found)
    assert (answer.outcome, answer.code, answer.promise) == (Outcome.REFUSED, code, PROMISE)
    assert answer.step is not None
    in_tree = code.startswith("merkle_")
    assert answer.step.number == (PromiseStepNumber.PLACE if in_tree else PromiseStepNumber.CHECKPOINT)


OPEN_AT = [
    ({"trust": None}, [1, 0, 0, 0]),
    ({"now": TRUST.expires_at}, [1, 0, 1, 1]),
    ({"found": None}, [1, 1, 0, 0]),
    ({}, [1, 1, 1, 1]),
]


@pytest.mark.parametrize(("known", "passed"), OPEN_AT)
def test_each_step_says_whether_it_was_taken(known: dict[str, Any], passed: list[int]) -> None:
    answer = check(**{"found": proof(), **known})
    results = [StepResult.PASSED if one else StepResult.NOT_CHECKED for one in passed]
    assert [step.result for step in answer.steps] == results
    first = next((step for step in answer.steps if step.result is StepResult.NOT_CHECKED), None)
    assert answer.step == first


def test_another_events_promise_is_not_kept_by_this_proof() -> None:
    other = recorded(1, "urn:uuid:0a4f7b11-2f60-4d54-8a77-3e1d5b9a0c03")[0].commitment
    assert check(promised(commitment=other), proof()).code == "merkle_root"


def test_a_promise_about_another_log_is_refused() -> None:
    assert check(promised(origin="other.example/log"), proof()).code == "checkpoint_origin"


@given(st.binary(max_size=200))
def test_whatever_comes_is_answered_and_never_kept(raw: bytes) -> None:
    assert check(found=raw).outcome is not Outcome.VALID
    assert check(raw.decode("utf-8", "replace") or "-", proof()).outcome is Outcome.REFUSED
