"""Strict base64url and strict JSON: one spelling, one meaning."""

import base64
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.encoding import (
    MAX_DEPTH,
    MAX_VALUES,
    Base64UrlError,
    JsonDepthError,
    JsonError,
    TooLargeError,
    TooManyValuesError,
    decode_base64url,
    decode_each_json,
    decode_json,
    decode_json_object,
    encode_base64url,
    encode_digests,
    encode_json,
    values_in,
)
from issuers.sd_jwt import Sd

WHOLE = st.integers(-(2**63), 2**64 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | st.floats(allow_nan=False, allow_infinity=False) | st.text(
        st.characters(exclude_categories=["Cs"])
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


PIECES = [
    b'["a"',
    b'"b"]',
    b'["a","b"]',
    b",",
    b"[",
    b"]",
    b"1",
    b"1.0",
    b"1e1",
    b" ",
    b'{"a":1,"a":2}',
    b'{"a":1}',
    b'"',
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=3).map(b"".join) | JSON.map(encode_json)


@given(st.binary(max_size=200))
def test_base64url_comes_back_as_it_went(data: bytes) -> None:
    assert decode_base64url(encode_base64url(data)) == data


@given(st.text(alphabet="ABab01-_+/= \n.é\x00", max_size=12))
def test_no_two_texts_decode_to_the_same_bytes(text: str) -> None:
    try:
        data = decode_base64url(text)
    except Base64UrlError:
        return
    assert encode_base64url(data) == text


@pytest.mark.parametrize(
    "text",
    [
        "YQ==",
        "YQ=",
        "Y",
        "YR",
        "YWJ",
        "YW+/",
        "YQ\n",
        " YQ",
        "Y Q",
        "YQ.",
        "YQé",
        "====",
        "YQ\x00",
        "YWI=YWI",
    ],
)
def test_base64url_refuses_every_other_spelling(text: str) -> None:
    with pytest.raises(Base64UrlError):
        decode_base64url(text)


@pytest.mark.parametrize("size", [1, 2, 3, 20, 32, 48, 64])
@given(count=st.integers(0, 9))
def test_digests_encoded_together_read_as_each_by_itself(size: int, count: int) -> None:
    digests = [bytes([number + 1]) * size for number in range(count)]
    assert encode_digests(digests) == [
        base64.urlsafe_b64encode(digest).rstrip(b"=").decode() for digest in digests
    ]


@given(JSON)
def test_json_comes_back_as_it_went(value: Any) -> None:
    assert decode_json(encode_json(value)) == value


@given(JSON)
def test_json_of_others_is_understood(value: Any) -> None:
    assert decode_json(json.dumps(value, indent=1).encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b'{"a":1,"a":1}',
        b'{"outer":{"a":1,"\\u0061":2}}',
        b"[NaN]",
        b"[Infinity]",
        b"[-Infinity]",
        b"[1e999]",
        b"[-1e999]",
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b'"\xff"',
        b'"\xed\xa0\x80"',  # a surrogate in UTF-8
        b'"\\ud800"',
        b'["\\uDC00\\uD800"]',
        b'{"\\ud800":1}',
        b'"\x01"',
        b"[1,]",
        b"{'a':1}",
        b"[01]",
        b"{}{}",
        b"[" + b"9" * 5000 + b"]",
    ],
)
def test_json_refuses_what_readers_could_take_two_ways(text: bytes) -> None:
    with pytest.raises(JsonError):
        decode_json(text)


def test_json_keeps_a_surrogate_pair_together() -> None:
    assert decode_json(b'"\\ud83d\\ude00"') == "\U0001f600"


@pytest.mark.parametrize(
    ("opening", "closing"),
    [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"[":', b"}]")],
    ids=["arrays", "objects", "both"],
)
def test_json_nests_to_the_cap_and_no_deeper(opening: bytes, closing: bytes) -> None:
    per_round = opening.count(b"[") + opening.count(b"{") - opening.count(b'"[')
    rounds = MAX_DEPTH // per_round
    assert decode_json(opening * rounds + b"1" + closing * rounds)
    with pytest.raises(JsonDepthError):
        decode_json(opening * (rounds + 1) + b"1" + closing * (rounds + 1))


def test_json_that_is_wide_is_not_deep() -> None:
    assert len(decode_json(b"[" + b"[],{}," * 500 + b"[]]")) == 1001


def test_brackets_inside_texts_are_not_depth() -> None:
    assert decode_json(encode_json(["[{" * 100, '"[[[' * 50]))


@pytest.mark.parametrize("character", [b"[", b'{"a":'])
def test_hostile_nesting_is_refused_and_does_not_end_the_process(character: bytes) -> None:
    with pytest.raises(JsonError):
        decode_json(character * 50_000)


@pytest.mark.parametrize("unit", [b"{},", b"[],", b"0,", b'{"a":0},', b'"",', b'"\\\\","\\"",'])
def test_json_of_more_values_than_its_size_has_in_good_faith_is_not_parsed(unit: bytes) -> None:
    with pytest.raises(TooManyValuesError):
        decode_json(b"[" + unit * (MAX_VALUES + 1) + b"0]")


@pytest.mark.parametrize("text", [",", "[{", '",",', '\\","', "\\\\,[,", '{"a":[1,2]}'])
def test_what_stands_in_a_text_is_no_value(text: str) -> None:
    value = [text * 3000] * 5
    assert decode_json(encode_json(value)) == value


@given(
    st.recursive(
        st.none() | st.integers(-9, 9) | st.text('",[{\\x', max_size=6),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text('",[{\\', max_size=3), inner, max_size=4)
        ),
    )
)
def test_counted_values_are_the_commas_and_brackets_outside_texts(value: Any) -> None:
    def marks(item: Any) -> int:
        inner = item.values() if isinstance(item, dict) else item if isinstance(item, list) else None
        return 0 if inner is None else 1 + max(0, len(inner) - 1) + sum(map(marks, inner))

    assert values_in(encode_json(value)) == marks(value)


def test_values_are_counted_no_further_than_to_know_that_there_are_too_many() -> None:
    assert values_in(b"[" + b'"",' * 1000 + b"0]", most=10) == 11


def test_json_over_its_cap_is_not_read() -> None:
    with pytest.raises(TooLargeError):
        decode_json(b'"' + b"a" * 100 + b'"', max_bytes=100)


@pytest.mark.parametrize("text", [b"[]", b"1", b'"a"', b"null"])
def test_only_an_object_is_an_object(text: bytes) -> None:
    with pytest.raises(JsonError):
        decode_json_object(text)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        {"a": [None, {"b": (1.0, float("-inf"))}]},
        "\ud800",
        {"\udfff": 1},
        {1: 2},
        {1, 2},
        b"bytes",
        2**64,
        date(2026, 11, 1),
        Sd("hidden"),
    ],
)
def test_json_writes_nothing_that_it_would_not_read(value: Any) -> None:
    with pytest.raises(JsonError):
        encode_json([value])


def test_a_text_that_speaks_of_null_is_no_reason_to_refuse() -> None:
    assert decode_json(encode_json(["null", None, 1.5])) == ["null", None, 1.5]


def test_a_value_that_holds_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(JsonError):
        encode_json(value)


@given(st.lists(TEXTS, max_size=4))
def test_texts_read_together_mean_what_each_means_by_itself(texts: list[bytes]) -> None:
    try:
        each = [decode_json(text) for text in texts]
    except JsonError:
        with pytest.raises(JsonError):
            decode_each_json(texts)
        return
    assert encode_json(decode_each_json(texts)) == encode_json(each)


def test_texts_that_are_whole_only_together_are_refused() -> None:
    with pytest.raises(JsonError):
        decode_each_json([b'["salt","name"', b'"value"]'])
    with pytest.raises(JsonError):
        decode_each_json([b'["a"],["b"]', b'["c"'])


@pytest.mark.parametrize("last", [b"[]", b'"'])
def test_texts_together_hold_as_many_values_as_one_may(last: bytes) -> None:
    half = b"[" + b",".join([b"1"] * (MAX_VALUES // 2)) + b"]"
    with pytest.raises(TooManyValuesError):
        decode_each_json([half, half, last])
