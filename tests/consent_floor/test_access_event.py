"""An event has one spelling; its commitment tells nothing without the salt; a promise binds whoever signed it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.access_event import (
    GENESIS,
    MAX_EVENT_BYTES,
    AccessEvent,
    EventFormatError,
    chain_hash,
    commitment,
    decode_event,
)
from consent.checkpoint import CheckpointOriginError
from consent.log_promise import (
    PROMISE_TYPE,
    Promise,
    PromiseFormatError,
    PromiseIssuerError,
    check_kept,
    read_promise,
    sign_promise,
)
from consent.merkle import EMPTY_TREE, inclusion_proof, leaf_hash
from consent.merkle_proof import MerkleProofError
from issuers.encoding import encode_base64url
from issuers.jws import SignatureError, TokenTypeError, UnknownKeyError, sign_jws
from issuers.keys import VerifyingKey
from schemas.errors import PassportError
from tests.consent_floor.logging_passport import ENTRIES, NOW, OURS, THEIRS, an_event, checkpoint_of, tree_of
from tests.consent_floor.passports import FixedSigner

names = st.text("abcdefghijklmnopqrstuvwxyz_-0123456789", min_size=1, max_size=10)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
details = st.dictionaries(names, values, max_size=4)
ISSUER = "https://passport.example/i/ack1"
KEY = FixedSigner("acknowledgement")
EVENT = an_event().encode()


def rfc_8785(event: AccessEvent) -> bytes:
    """Canonical JSON by another writer: these values leave JCS nothing but order, white space and escapes."""
    members = json.loads(event.encode())
    return json.dumps(members, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@given(details)
def test_an_event_has_the_bytes_that_rfc_8785_gives_it_and_comes_back(detail: dict[str, Any]) -> None:
    event = an_event(detail=detail)
    assert event.encode() == rfc_8785(event)
    assert decode_event(event.encode()) == event


def test_the_bytes_are_these() -> None:
    assert an_event(detail={"b": 1, "a": "é\n"}, share=None).encode().decode() == (
        '{"at":"2026-11-21T12:01:00.000007Z","detail":{"a":"é\\n","b":1},"id":"event-1","kind":"opened",'
        '"passport":"urn:uuid:5a1b0a52-8d0e-4a32-9d2c-0d8f6c1b7e01",'
        '"previous":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","sequence":1}'
    )


def test_a_moment_has_one_spelling_wherever_it_is_told() -> None:
    moment = datetime(2026, 7, 1, 9, tzinfo=timezone(timedelta(hours=1)))
    assert an_event(at=moment).encode() == an_event(at=moment.astimezone(UTC)).encode()


def altered(**changes: Any) -> bytes:
    members = {name: value for name, value in {**json.loads(EVENT), **changes}.items() if value is not ...}
    return json.dumps(members, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"\xff",
        EVENT + b"\n",
        EVENT.replace(b",", b", "),
        EVENT.replace(b'{"at"', b'{"share":"x","at"'),
        json.dumps(json.loads(EVENT), separators=(",", ":"), sort_keys=True).encode(),  # é as an escape
        json.dumps(
            dict(reversed(json.loads(EVENT).items())), ensure_ascii=False, separators=(",", ":")
        ).encode(),
        altered(more=1),
        altered(kind=...),
        altered(share=None),
        altered(share="a b"),
        altered(share=""),
        altered(kind="Opened"),
        altered(kind="opened\n"),
        altered(id=""),
        altered(id="é"),
        altered(id="x" * 201),
        altered(passport=7),
        altered(sequence=0),
        altered(sequence=True),
        altered(sequence="1"),
        altered(sequence=2**53),
        altered(previous="AA"),
        altered(previous="=" * 43),
        altered(at="2026-11-21T12:01:00Z"),
        altered(at="2026-11-21T12:01:00.000007+"),
        altered(at="2026-02-30T12:01:00.000007Z"),
        altered(at="２026-11-21T12:01:00.000007Z"),  # noqa: RUF001
        altered(at=7),
        altered(detail=[]),
        altered(detail={"a": 1.5}),
        altered(detail={"a": 2**53}),
        altered(detail={"é": 1}),
        altered(detail={"a": "x" * MAX_EVENT_BYTES}),
        altered(detail={"a": []}).replace(b"[]", b"[" * 40 + b"]" * 40),
        EVENT.replace(b'"sequence":1', b'"sequence":1,"sequence":1'),
        EVENT.replace(b'"sequence":1', b'"sequence":1.0'),
        EVENT.replace(b'"sequence":1', b'"sequence":-0'),
    ],
)
def test_what_is_no_event_in_its_one_spelling_is_refused(raw: bytes) -> None:
    with pytest.raises(EventFormatError):
        decode_event(raw)


@pytest.mark.parametrize(
    "detail", [{"a": 0.5}, {"a": float("nan")}, {"a": 2**53}, {"é": 1}, {"a": "\ud800"}, {"a": b""}, {1: 1}]
)
def test_detail_that_two_writers_could_spell_in_two_ways_is_not_recorded(detail: Any) -> None:
    with pytest.raises(EventFormatError):
        an_event(detail=detail).encode()


@pytest.mark.parametrize(
    "changes",
    [
        {"sequence": 0},
        {"previous": b""},
        {"kind": "no kind"},
        {"event_id": "a b"},
        {"at": NOW.replace(tzinfo=None)},
        {"share": ""},
    ],
)
def test_an_event_that_cannot_be_is_a_mistake(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"expected|timezone"):
        an_event(**changes)


# Commitments and the chain


def test_a_commitment_is_the_hmac_of_rfc_4231() -> None:
    key, text = bytes([0x0B] * 20), b"Hi There"  # RFC 4231 section 4.2, its key filled up as HMAC fills it
    expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    assert commitment(text, key.ljust(32, b"\0")).hex() == expected


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_salt_of_another_size_is_a_mistake(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(EVENT, bytes(size))


def test_the_same_event_under_another_salt_has_nothing_in_common() -> None:
    assert commitment(EVENT, bytes(32)) != commitment(EVENT, bytes(31) + b"1")


def test_every_part_of_a_link_moves_the_chain() -> None:
    link: Any = {"passport": "a", "sequence": 1, "previous": GENESIS, "commitment": OURS[0].commitment}
    others: list[Any] = [
        {"passport": "b"},
        {"sequence": 2},
        {"previous": OURS[0].head},
        {"commitment": OURS[1].commitment},
    ]
    heads = {chain_hash(**{**link, **changes}) for changes in [{}, *others]}
    assert len(heads) == 5


# Promises


def a_promise(**changes: Any) -> Promise:
    promise: dict[str, Any] = {
        "issuer": ISSUER,
        "origin": "passport.example/log",
        "commitment": OURS[2].commitment,
        "made_at": NOW,
        "by": NOW + timedelta(minutes=1),
    }
    return Promise(**{**promise, **changes})


def key_for(kid: str | None) -> VerifyingKey | None:
    return VerifyingKey.from_jwk(KEY.public_jwk) if kid == KEY.kid else None


def read(token: str) -> Promise:
    return read_promise(token, issuer=ISSUER, key_for=key_for)


PAYLOAD = {
    "iss": ISSUER,
    "iat": int(NOW.timestamp()),
    "log": "passport.example/log",
    "commitment": encode_base64url(OURS[2].commitment),
    "by": int(NOW.timestamp()) + 60,
}


def test_a_promise_comes_back_as_it_was_made_and_names_nobody() -> None:
    token = sign_promise(a_promise(), KEY)
    assert read(token) == a_promise()
    assert token == sign_jws(PAYLOAD, KEY, typ=PROMISE_TYPE)


def test_a_promise_is_due_after_its_time_and_not_before() -> None:
    assert not a_promise().is_due(NOW + timedelta(minutes=1))
    assert a_promise().is_due(NOW + timedelta(minutes=1, seconds=1))


@pytest.mark.parametrize(
    "changes",
    [
        {"more": 1},
        {"log": 7},
        {"log": "a log"},
        {"iss": ""},
        {"commitment": "AA"},
        {"commitment": "!"},
        {"by": "soon"},
        {"by": int(NOW.timestamp()) - 1},
        {"iat": True},
    ],
)
def test_a_signed_promise_that_promises_nothing_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(PromiseFormatError):
        read(sign_jws({**PAYLOAD, **changes}, KEY, typ=PROMISE_TYPE))


@pytest.mark.parametrize(
    ("token", "refusal"),
    [
        (sign_jws(PAYLOAD, FixedSigner("stranger"), typ=PROMISE_TYPE), UnknownKeyError),
        (sign_jws(PAYLOAD, KEY, typ="JWT"), TokenTypeError),
        (sign_promise(a_promise(), KEY)[:-4] + "AAAA", SignatureError),
        (sign_jws({**PAYLOAD, "iss": "https://other.example"}, KEY, typ=PROMISE_TYPE), PromiseIssuerError),
    ],
)
def test_a_promise_of_anybody_else_binds_nobody(token: str, refusal: type[PassportError]) -> None:
    with pytest.raises(refusal):
        read(token)


@pytest.mark.parametrize("changes", [{"commitment": b""}, {"origin": ""}, {"by": NOW - timedelta(1)}])
def test_a_promise_that_cannot_be_kept_is_not_made(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        a_promise(**changes)


def test_whoever_holds_a_promise_can_check_that_it_was_kept() -> None:
    nodes = tree_of(ENTRIES)
    position = ENTRIES.index(OURS[2].commitment)
    proof = inclusion_proof(position, len(ENTRIES), lambda ids: {node: nodes[node] for node in ids})
    kept: dict[str, Any] = {"checkpoint": checkpoint_of(ENTRIES), "position": position, "proof": proof}
    check_kept(a_promise(), **kept)
    with pytest.raises(MerkleProofError):
        check_kept(a_promise(commitment=THEIRS[2].commitment), **kept)
    with pytest.raises(CheckpointOriginError):
        check_kept(a_promise(origin="other.example/log"), **kept)


def test_a_tree_holds_commitments_and_nothing_else() -> None:
    assert EMPTY_TREE.append([leaf_hash(OURS[0].commitment)]).tree.root == checkpoint_of(ENTRIES[:1]).root
