"""Token Status List draft-21: the bits, the signed list, and what a reader refuses."""

import json
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.encoding import decode_base64url, encode_base64url
from issuers.jws import SignatureError, TokenHeaderError, UnknownKeyError, sign_jws
from issuers.keys import SoftwareSigner, VerifyingKey
from issuers.status_aggregation import (
    MAX_AGGREGATION_BYTES,
    decode_aggregation,
    encode_aggregation,
)
from issuers.status_list import (
    MAX_LIST_BYTES,
    STATUS_LIST_TYPE,
    Status,
    StatusIndexError,
    StatusList,
    StatusListError,
    StatusRef,
    StatusSnapshot,
    decode_list,
    encode_list,
    read_status_list,
    sign_status_list,
)
from tests.issuers.making import ISSUER, ISSUER_KEY, NOW

URI = "https://passport.example/status/1"
DAY = timedelta(days=1)
TTL = timedelta(minutes=5)


def trusted(kid: str | None) -> VerifyingKey | None:
    return ISSUER_KEY if kid == ISSUER_KEY.kid else None


def read(token: str, **changed: Any) -> StatusSnapshot:
    settings: dict[str, Any] = {"key_for": trusted, "uris": frozenset({URI}), "now": NOW}
    return read_status_list(token, **{**settings, **changed})


# draft-21 section 4.1: the two worked examples, their bytes and their compressed form.
EXAMPLES = [
    (1, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1], "b9a3", "eNrbuRgAAhcBXQ"),
    (2, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3], "c944f9", "eNo76fITAAPfAgc"),
]


@pytest.mark.parametrize(("bits", "statuses", "packed", "compressed"), EXAMPLES)
def test_section_4_1_the_drafts_examples_decode_and_encode(
    bits: int, statuses: list[int], packed: str, compressed: str
) -> None:
    found = decode_list({"bits": bits, "lst": compressed})
    assert found.packed.hex() == packed
    assert [found.get(index) for index in range(len(statuses))] == statuses
    built = StatusList.empty(len(statuses), bits=bits)
    for index, status in enumerate(statuses):
        built = built.with_set(index, status)
    assert built == found
    assert decode_list(encode_list(built)) == found


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@given(data=st.data())
def test_a_list_keeps_what_was_set_and_nothing_else(bits: int, data: st.DataObject) -> None:
    values = data.draw(st.dictionaries(st.integers(0, 99), st.integers(0, 2**bits - 1), max_size=20))
    statuses = StatusList.empty(100, bits=bits)
    for index, value in values.items():
        statuses = statuses.with_set(index, value)
    assert [statuses.get(index) for index in range(100)] == [values.get(index, 0) for index in range(100)]
    assert decode_list(encode_list(statuses)) == statuses


def test_setting_a_status_leaves_the_old_list_as_it_was() -> None:
    before = StatusList.empty(8)
    after = before.with_set(3, Status.INVALID)
    assert (before.get(3), after.get(3), after.with_set(3, Status.VALID) == before) == (0, 1, True)


@pytest.mark.parametrize("index", [-1, 8, 2**40])
def test_section_8_3_an_index_outside_the_list_is_refused(index: int) -> None:
    with pytest.raises(StatusIndexError):
        StatusList.empty(8).get(index)
    with pytest.raises(StatusIndexError):
        StatusList.empty(8).with_set(index, 1)


def test_a_status_that_does_not_fit_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at most 1"):
        StatusList.empty(8).with_set(0, Status.SUSPENDED)


@pytest.mark.parametrize("bits", [0, 3, 16, -1])
def test_other_sizes_of_status_are_a_mistake_of_the_caller(bits: int) -> None:
    with pytest.raises(ValueError, match="1, 2, 4 or 8"):
        StatusList.empty(8, bits=bits)
    with pytest.raises(ValueError, match="1, 2, 4 or 8"):
        StatusList(b"", bits)


def signed(statuses: StatusList, **changed: Any) -> str:
    settings: dict[str, Any] = {"uri": URI, "signer": ISSUER, "now": NOW, "ttl": TTL, "valid_for": DAY}
    return sign_status_list(statuses, **{**settings, **changed})


def test_section_5_1_a_signed_list_comes_back_as_it_was_published() -> None:
    statuses = StatusList.empty(1000).with_set(7, Status.INVALID)
    snapshot = read(signed(statuses))
    assert snapshot == StatusSnapshot(URI, statuses, NOW, NOW + DAY, TTL)
    assert (snapshot.list.get(7), snapshot.list.get(8)) == (Status.INVALID, Status.VALID)


def test_a_list_past_its_end_is_authentic_and_says_that_it_is_stale() -> None:
    snapshot = read(signed(StatusList.empty(8)), now=NOW + DAY)
    assert not snapshot.is_fresh(NOW + DAY)
    assert snapshot.is_fresh(NOW + DAY - timedelta(seconds=1))


def payload(**changed: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "sub": URI,
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + DAY).timestamp()),
        "ttl": 300,
        "status_list": encode_list(StatusList.empty(8)),
    }
    return {name: value for name, value in {**base, **changed}.items() if value != "absent"}


def test_exp_and_ttl_may_be_absent() -> None:
    snapshot = read(sign_jws(payload(exp="absent", ttl="absent"), ISSUER, typ=STATUS_LIST_TYPE))
    assert (snapshot.expires_at, snapshot.ttl, snapshot.is_fresh(NOW + 1000 * DAY)) == (None, None, True)


@pytest.mark.parametrize(
    "changed",
    [
        {"sub": "absent"},
        {"sub": URI + "/"},
        {"sub": "https://passport.example/status/2"},
        {"sub": [URI]},
        {"iat": "absent"},
        {"iat": None},
        {"iat": "1"},
        {"iat": True},
        {"iat": int((NOW + timedelta(minutes=5)).timestamp())},
        {"exp": None},
        {"exp": "1"},
        {"ttl": 0},
        {"ttl": -1},
        {"ttl": "300"},
        {"ttl": True},
        {"ttl": 2**40},
        {"status_list": "absent"},
        {"status_list": []},
        {"status_list": {"bits": 1}},
        {"status_list": {"bits": 3, "lst": "eNrbuRgAAhcBXQ"}},
        {"status_list": {"bits": True, "lst": "eNrbuRgAAhcBXQ"}},
        {"status_list": {"bits": "1", "lst": "eNrbuRgAAhcBXQ"}},
        {"status_list": {"bits": 1, "lst": 5}},
        {"status_list": {"bits": 1, "lst": "eNrbuRgAAhcBXQ=="}},
        {"status_list": {"bits": 1, "lst": "AAAA"}},
        {"status_list": {"bits": 1, "lst": ""}},
        {"status_list": {"bits": 1, "lst": encode_base64url(zlib.compress(b"ab")[:-1])}},  # cut off
        {"status_list": {"bits": 1, "lst": encode_base64url(zlib.compress(b"ab") + b"more")}},
        {"status_list": {"bits": 1, "lst": encode_base64url(zlib.compress(b"ab", wbits=-15))}},  # raw deflate
        {"status_list": {"bits": 1, "lst": encode_base64url(zlib.compress(b"ab", wbits=31))}},  # gzip
    ],
)
def test_section_8_3_a_list_of_another_form_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(StatusListError):
        read(sign_jws(payload(**changed), ISSUER, typ=STATUS_LIST_TYPE))


@pytest.mark.parametrize(
    ("token", "error"),
    [
        (lambda: sign_jws(payload(), ISSUER, typ="JWT"), TokenHeaderError),
        (lambda: sign_jws(payload(), SoftwareSigner.generate(), typ=STATUS_LIST_TYPE), UnknownKeyError),
        (lambda: _flipped(sign_jws(payload(), ISSUER, typ=STATUS_LIST_TYPE)), SignatureError),
    ],
)
def test_a_list_that_no_trusted_key_signed_is_refused(
    token: Callable[[], str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        read(token())


def _flipped(token: str) -> str:
    head, signature = token.rsplit(".", 1)
    return f"{head}.{'B' if signature[0] != 'B' else 'C'}{signature[1:]}"


def test_our_cap_refuses_a_list_that_inflates_without_end() -> None:
    bomb = encode_base64url(zlib.compress(bytes(MAX_LIST_BYTES + 1), 9))
    with pytest.raises(StatusListError):
        decode_list({"bits": 1, "lst": bomb})
    fits = encode_base64url(zlib.compress(bytes(MAX_LIST_BYTES), 9))
    assert len(decode_list({"bits": 8, "lst": fits})) == MAX_LIST_BYTES


def test_a_list_of_a_million_statuses_stays_small() -> None:
    statuses = StatusList.empty(2**20)
    for index in range(0, 2**20, 2**12):
        statuses = statuses.with_set(index, Status.INVALID)
    assert len(encode_list(statuses)["lst"]) < 8_000
    assert decode_list(encode_list(statuses)) == statuses


def test_section_6_2_a_reference_comes_back_as_it_was_written() -> None:
    reference = StatusRef(URI, 0)
    assert StatusRef.from_claim(reference.claim()) == reference


@pytest.mark.parametrize(
    "claim",
    [
        {"status_list": {"idx": 5, "uri": URI, "more": 1}},
        {"status_list": {"idx": 5, "uri": URI}, "another_mechanism": {}},
    ],
)
def test_status_list_section_6_2_members_of_other_specifications_are_passed_over(
    claim: dict[str, Any],
) -> None:
    assert StatusRef.from_claim(claim) == StatusRef(URI, 5)


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        {},
        {"idx": 0},
        {"uri": URI},
        {"idx": -1, "uri": URI},
        {"idx": True, "uri": URI},
        {"idx": "0", "uri": URI},
        {"idx": 0.0, "uri": URI},
        {"idx": 0, "uri": ""},
        {"idx": 0, "uri": 5},
        {"idx": 0, "uri": "status/1"},
        {"idx": 0, "uri": "https://passport.example/a b"},
    ],
)
def test_status_list_section_6_2_a_reference_of_another_form_is_refused(entry: Any) -> None:
    with pytest.raises(StatusListError):
        StatusRef.from_claim({"status_list": entry})


@pytest.mark.parametrize("claim", [None, [], "status_list", {}])
def test_status_list_section_8_3_step_1_a_status_claim_without_a_reference_is_refused(claim: Any) -> None:
    with pytest.raises(StatusListError):
        StatusRef.from_claim(claim)


VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "status_list.json").read_text())
ALL_VECTORS = [*VECTORS["examples"], *VECTORS["vectors"]]


@pytest.mark.parametrize("vector", ALL_VECTORS, ids=lambda vector: f"{vector['clause']}-{vector['bits']}-bit")
def test_status_list_vectors_of_the_draft_decode_to_their_values_and_our_encoding_inflates_to_the_same_bytes(
    vector: dict[str, Any],
) -> None:
    bits, named = vector["bits"], {int(index): status for index, status in vector["statuses"].items()}
    found = decode_list({"bits": bits, "lst": vector["lst"]})
    assert len(found) == vector["size"]
    assert {index: found.get(index) for index in named} == named
    assert _set(found) == {index for index, status in named.items() if status}
    ours = encode_list(StatusList.empty(vector["size"], bits=bits).with_all(named))
    assert ours["bits"] == bits
    inflated = zlib.decompress(decode_base64url(ours["lst"]))
    assert inflated == zlib.decompress(decode_base64url(vector["lst"])) == found.packed


def _set(statuses: StatusList) -> set[int]:
    """The indices that are not VALID; every other one of a list of 2**20 was looked at."""
    each = 8 // statuses.bits
    places = (place for place, byte in enumerate(statuses.packed) if byte)
    return {index for p in places for index in range(p * each, (p + 1) * each) if statuses.get(index)}


def test_status_list_vectors_are_those_of_appendix_c() -> None:
    assert [(v["clause"], v["bits"], v["size"]) for v in VECTORS["vectors"]] == [
        ("C.1", 1, 2**20),
        ("C.2", 2, 2**20),
        ("C.3", 4, 2**20),
        ("C.4", 8, 2**20),
    ]


def test_status_list_section_5_1_claims_that_it_does_not_know_are_passed_over() -> None:
    known = payload(iss="https://other.example", more=[1])
    known["status_list"] = {**known["status_list"], "more": 1}
    assert read(sign_jws(known, ISSUER, typ=STATUS_LIST_TYPE)).list == StatusList.empty(8)


@pytest.mark.parametrize(("ttl", "seconds"), [(300, 300.0), (0.5, 0.5), (43200.0, 43200.0)])
def test_status_list_section_5_1_ttl_is_a_positive_number(ttl: float, seconds: float) -> None:
    snapshot = read(sign_jws(payload(ttl=ttl), ISSUER, typ=STATUS_LIST_TYPE))
    assert snapshot.ttl == timedelta(seconds=seconds)


def test_status_list_section_8_3_step_4_d_a_kept_copy_goes_stale_when_its_ttl_has_run_out() -> None:
    snapshot = read(signed(StatusList.empty(8)))
    assert snapshot.is_fresh(NOW + TTL * 2), "just read, and not kept: only exp speaks"
    kept = snapshot.kept(NOW)
    assert (kept.is_fresh(NOW + TTL), kept.is_fresh(NOW + TTL + timedelta(seconds=1))) == (True, False)
    assert not snapshot.kept(NOW + DAY - TTL).is_fresh(NOW + DAY), "exp outweighs ttl"
    forever = read(sign_jws(payload(ttl="absent"), ISSUER, typ=STATUS_LIST_TYPE)).kept(NOW)
    assert forever.is_fresh(NOW + DAY - timedelta(seconds=1))


def test_status_list_section_9_2_says_where_the_other_lists_stand() -> None:
    uri = "https://passport.example/status"
    assert read(signed(StatusList.empty(8), aggregation_uri=uri)).aggregation_uri == uri
    assert read(signed(StatusList.empty(8))).aggregation_uri is None


@pytest.mark.parametrize("uri", [None, 5, "", "status", ["https://passport.example/status"]])
def test_status_list_section_9_2_an_address_of_another_form_is_refused(uri: Any) -> None:
    claim = {**encode_list(StatusList.empty(8)), "aggregation_uri": uri}
    with pytest.raises(StatusListError):
        read(sign_jws(payload(status_list=claim), ISSUER, typ=STATUS_LIST_TYPE))


# draft-21 section 9.3: its example.
AGGREGATION = b"""{
   "status_lists" : [
      "https://example.com/statuslists/1",
      "https://example.com/statuslists/2",
      "https://example.com/statuslists/3"
   ]
}"""


def test_status_list_section_9_3_the_drafts_aggregation_decodes_and_ours_comes_back() -> None:
    uris = tuple(f"https://example.com/statuslists/{number}" for number in (1, 2, 3))
    assert decode_aggregation(AGGREGATION) == uris
    assert decode_aggregation(encode_aggregation(uris)) == uris
    assert decode_aggregation(b'{"status_lists":[],"more":1}') == ()
    assert decode_aggregation(encode_aggregation([*uris, uris[0]])) == uris


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"status_lists":"https://example.com/1"}',
        b'{"status_lists":[5]}',
        b'{"status_lists":["1"]}',
        b'{"status_lists":[],"status_lists":[]}',
        b'{"status_lists":[' + b" " * MAX_AGGREGATION_BYTES + b"]}",
    ],
)
def test_status_list_section_9_3_an_aggregation_of_another_form_is_refused(raw: bytes) -> None:
    with pytest.raises(StatusListError):
        decode_aggregation(raw)


@pytest.mark.parametrize("size", [MAX_LIST_BYTES + 1, 2**26])
def test_status_list_bomb_costs_little_memory(size: int) -> None:
    bomb = {"bits": 1, "lst": encode_base64url(_zeros(size))}
    tracemalloc.start()
    try:
        with pytest.raises(StatusListError):
            decode_list(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 24 * 2**20


def _zeros(size: int) -> bytes:
    """Return zlib data that inflates to this many zero bytes."""
    deflate = zlib.compressobj(9)
    pieces = [deflate.compress(bytes(2**20)) for _ in range(size // 2**20)]
    return b"".join([*pieces, deflate.compress(bytes(size % 2**20)), deflate.flush()])


def test_status_list_many_changes_are_made_at_once() -> None:
    changed = {0: 1, 3: 2, 99: 1}
    statuses = StatusList.empty(100, bits=2).with_set(3, 1).with_all(changed)
    assert [statuses.get(index) for index in range(100)] == [changed.get(index, 0) for index in range(100)]
    with pytest.raises(StatusIndexError):
        statuses.with_all({0: 1, 100: 1})
    with pytest.raises(ValueError, match="at most 3"):
        statuses.with_all({0: 4})
