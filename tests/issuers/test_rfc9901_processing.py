"""RFC 9901 section 7.1 steps 2.d and 3 to 5: each rejection rule by its number."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.disclosure import (
    HASHES,
    MAX_DISCLOSURES,
    ClaimExistsError,
    DigestFormatError,
    DisclosureFormatError,
    DuplicateDigestError,
    DuplicateDisclosureError,
    ElementArityError,
    PropertyArityError,
    ReservedNameError,
    SdJwtError,
    TooManyDisclosuresError,
    UnknownHashError,
    UnreferencedDisclosureError,
    digest,
    process,
)
from issuers.encoding import MAX_DEPTH, JsonDepthError, encode_base64url, encode_json
from tests.issuers.making import disclosure

SALT = "2GLC42sKQveCfGfryNRN9w"
NAME = disclosure(SALT, "family_name", "Möbius")
OTHER_NAME = disclosure("eluV5Og3gSNII8EYnsxA_A", "family_name", "Other")
ROW = disclosure(SALT, "DE")


# What processing gives back.


@pytest.mark.rfc9901("7.1/3.c.ii.4", "7.1/3.c.ii.5", "7.1/3.c.iii.2", "7.1/3.c.iii.3")
def test_properties_elements_and_recursion_are_put_back_where_their_digests_stood() -> None:
    inner = disclosure("salt-a", "UK")
    outer = disclosure("salt-b", "nationalities", [{"...": digest(inner)}, {"...": "withheld"}])
    nested = disclosure("salt-c", "street", {"_sd": [digest(disclosure("salt-d", "number", 5)), "decoy"]})
    number = disclosure("salt-d", "number", 5)
    payload = {
        "iss": "x",
        "_sd": [digest(outer), "decoy-2", digest(NAME)],
        "_sd_alg": "sha-256",
        "address": {"_sd": [digest(nested)]},
        "list": ["first", {"...": digest(ROW)}, "last"],
    }
    done = process(payload, [NAME, inner, outer, nested, number, ROW])
    assert done.claims == {
        "iss": "x",
        "address": {"street": {"number": 5}},
        "list": ["first", "DE", "last"],
        "nationalities": ["UK"],
        "family_name": "Möbius",
    }
    assert [found.path for found in done.disclosed] == [
        ("family_name",),
        ("nationalities", 0),
        ("nationalities",),
        ("address", "street"),
        ("address", "street", "number"),
        ("list", 1),
    ]


def test_every_path_leads_to_its_value() -> None:
    rows = [disclosure(f"salt-{number}", {"number": number}) for number in range(5)]
    digests = [{"...": digest(row)} for row in reversed(rows)]
    done = process({"rows": ["open", *digests]}, [rows[3], rows[0], rows[4]])
    for found in done.disclosed:
        value: Any = done.claims
        for step in found.path:
            value = value[step]
        assert value == found.value
    assert [found.value["number"] for found in done.disclosed] == [3, 0, 4]


@pytest.mark.rfc9901("7.1/3.c.i", "4.2.5")
def test_step_3_c_i_a_digest_without_a_disclosure_is_ignored() -> None:
    assert process({"_sd": ["decoy", digest(NAME)]}, []).claims == {}


@pytest.mark.rfc9901("7.1/3.d", "7.1/3.e")
def test_step_3_d_and_e_withheld_parts_leave_no_trace() -> None:
    payload = {"rows": [{"...": "a"}, {"...": "b"}], "object": {"_sd": ["c"]}, "empty": {"_sd": []}}
    assert process(payload, []).claims == {"rows": [], "object": {}, "empty": {}}


@pytest.mark.rfc9901("7.1/3.f")
def test_step_3_f_the_hash_name_is_removed() -> None:
    assert process({"_sd_alg": "sha-512", "iss": "x"}, []).claims == {"iss": "x"}


def test_the_payload_that_was_signed_is_not_changed() -> None:
    payload = {"_sd": [digest(NAME)], "rows": [{"...": digest(ROW)}], "_sd_alg": "sha-256"}
    before = encode_json(payload)
    process(payload, [NAME, ROW])
    assert encode_json(payload) == before


@pytest.mark.parametrize(
    ("name", "function"), [("sha-256", "sha256"), ("sha-384", "sha384"), ("sha-512", "sha512")]
)
def test_step_2_d_each_known_hash_is_used(name: str, function: str) -> None:
    raw = hashlib.new(function, NAME.encode()).digest()
    payload = {"_sd": [encode_base64url(raw)], "_sd_alg": name}
    assert process(payload, [NAME]).claims == {"family_name": "Möbius"}
    assert digest(NAME, name) == encode_base64url(raw)


def test_only_strong_hashes_are_known() -> None:
    assert HASHES.keys() == {"sha-256", "sha-384", "sha-512"}


# What is refused, by the number of the rule.


def refused(error: type[SdJwtError], payload: dict[str, Any], disclosures: list[str]) -> None:
    with pytest.raises(error) as caught:
        process(payload, disclosures)
    assert caught.type is error


@pytest.mark.rfc9901("7.1/2.d")
@pytest.mark.parametrize("name", ["SHA-256", "sha256", "md5", "sha-1", "sha3-256", "", None, 5, ["sha-256"]])
def test_step_2_d_refuses_an_unknown_hash(name: object) -> None:
    refused(UnknownHashError, {"_sd_alg": name, "_sd": [digest(NAME)]}, [NAME])


def test_step_2_d_refuses_an_unknown_hash_even_without_disclosures() -> None:
    refused(UnknownHashError, {"_sd_alg": "md5"}, [])


@pytest.mark.rfc9901("7.1/3.a.i")
def test_step_3_a_refuses_a_disclosure_under_another_hash() -> None:
    refused(UnreferencedDisclosureError, {"_sd": [digest(NAME, "sha-384")], "_sd_alg": "sha-256"}, [NAME])


@pytest.mark.rfc9901("7.1/3.b.i", "4.2.4.1")
@pytest.mark.parametrize("value", ["text", {"a": "b"}, None, 5, [5], [None], [["nested"]], [{"...": "x"}]])
def test_step_3_b_i_refuses_an_sd_that_is_no_array_of_texts(value: object) -> None:
    refused(DigestFormatError, {"_sd": value}, [])
    refused(DigestFormatError, {"object": {"_sd": value}}, [])
    refused(DigestFormatError, {"rows": [{"_sd": value}]}, [])


@pytest.mark.rfc9901("7.1/3.b.ii", "4.2.4.2")
@pytest.mark.parametrize(
    "element", [{"...": "x", "more": 1}, {"...": 5}, {"...": None}, {"...": ["x"]}, {"...": "x", "_sd": []}]
)
def test_step_3_b_ii_refuses_an_element_that_is_half_a_digest(element: object) -> None:
    refused(DigestFormatError, {"rows": [element]}, [])


def test_section_4_1_refuses_three_dots_as_a_claim_name() -> None:
    refused(DigestFormatError, {"...": "x"}, [])
    refused(DigestFormatError, {"object": {"...": "x"}}, [])


def test_section_4_1_1_refuses_a_hash_name_below_the_top() -> None:
    refused(DigestFormatError, {"object": {"_sd_alg": "sha-256"}}, [])
    inside = disclosure(SALT, "object", {"_sd_alg": "sha-256"})
    refused(DigestFormatError, {"_sd": [digest(inside)]}, [inside])


@pytest.mark.rfc9901("7.1/3.c.ii.1")
@pytest.mark.parametrize(
    "parts",
    [
        [],
        [SALT],
        [SALT, "DE"],
        [SALT, "name", 1, 2],
        [SALT, 5, "x"],
        [SALT, None, "x"],
        [SALT, ["name"], "x"],
    ],
)
def test_step_3_c_ii_1_refuses_a_property_that_is_not_salt_name_and_value(parts: list[Any]) -> None:
    text = disclosure(*parts)
    with pytest.raises((PropertyArityError, DisclosureFormatError)):
        process({"_sd": [digest(text)]}, [text])


@pytest.mark.rfc9901("7.1/3.c.ii.2")
@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
def test_step_3_c_ii_2_refuses_a_reserved_name(name: str) -> None:
    text = disclosure(SALT, name, ["x"])
    refused(ReservedNameError, {"_sd": [digest(text)]}, [text])
    refused(ReservedNameError, {"object": {"_sd": [digest(text)]}}, [text])


@pytest.mark.rfc9901("7.1/3.c.ii.3")
def test_step_3_c_ii_3_refuses_a_name_that_is_already_visible() -> None:
    refused(ClaimExistsError, {"family_name": "Doe", "_sd": [digest(NAME)]}, [NAME])
    refused(ClaimExistsError, {"_sd": [digest(NAME)], "family_name": None}, [NAME])


def test_step_3_c_ii_3_refuses_one_name_disclosed_twice() -> None:
    refused(ClaimExistsError, {"_sd": [digest(NAME), digest(OTHER_NAME)]}, [NAME, OTHER_NAME])


def test_step_3_c_ii_3_refuses_a_name_inside_a_disclosed_object() -> None:
    outer = disclosure("salt", "person", {"family_name": "Doe", "_sd": [digest(NAME)]})
    refused(ClaimExistsError, {"_sd": [digest(outer)]}, [outer, NAME])


def test_one_name_at_two_levels_is_no_clash() -> None:
    payload = {"_sd": [digest(NAME)], "person": {"_sd": [digest(OTHER_NAME)]}}
    assert process(payload, [NAME, OTHER_NAME]).claims == {
        "family_name": "Möbius",
        "person": {"family_name": "Other"},
    }


@pytest.mark.rfc9901("7.1/3.c.iii.1")
@pytest.mark.parametrize("parts", [[], [SALT], [SALT, "name", "value"], [SALT, 1, 2, 3]])
def test_step_3_c_iii_1_refuses_an_element_that_is_not_salt_and_value(parts: list[Any]) -> None:
    text = disclosure(*parts)
    with pytest.raises((ElementArityError, DisclosureFormatError)):
        process({"rows": [{"...": digest(text)}]}, [text])


def _digest_in_one_array(payload: dict[str, Any], text: str) -> None:
    payload["_sd"] = [text, text]


def _digest_at_two_levels(payload: dict[str, Any], text: str) -> None:
    payload["_sd"] = [text]
    payload["object"] = {"_sd": [text]}


def _digest_as_property_and_element(payload: dict[str, Any], text: str) -> None:
    payload["_sd"] = [text]
    payload["rows"] = [{"...": text}]


def _digest_in_two_elements(payload: dict[str, Any], text: str) -> None:
    payload["rows"] = [{"...": text}, {"...": text}]


@pytest.mark.rfc9901("7.1/4")
@pytest.mark.parametrize(
    "repeat",
    [_digest_in_one_array, _digest_at_two_levels, _digest_as_property_and_element, _digest_in_two_elements],
)
def test_step_4_refuses_a_digest_twice_even_when_it_is_a_decoy(
    repeat: Callable[[dict[str, Any], str], None],
) -> None:
    payload: dict[str, Any] = {}
    repeat(payload, "decoy")
    refused(DuplicateDigestError, payload, [])


def test_step_4_refuses_a_digest_repeated_inside_a_disclosure() -> None:
    outer = disclosure("salt", "person", {"_sd": [digest(NAME)]})
    refused(DuplicateDigestError, {"_sd": [digest(NAME), digest(outer)]}, [NAME, outer])


def test_step_4_refuses_a_repeated_digest_behind_an_escape() -> None:
    outer = encode_base64url(b'["salt","person",{"\\u005fsd":["decoy"]}]')
    refused(DuplicateDigestError, {"_sd": ["decoy", digest(outer)]}, [outer])


@pytest.mark.rfc9901("7.1/5")
def test_step_5_refuses_a_disclosure_that_no_digest_names() -> None:
    refused(UnreferencedDisclosureError, {"_sd": [digest(NAME)]}, [NAME, ROW])
    refused(UnreferencedDisclosureError, {}, [NAME])


@pytest.mark.rfc9901("7.1/5", "4.2.6")
def test_step_5_refuses_a_disclosure_whose_parent_is_withheld() -> None:
    inner = disclosure("salt-a", "UK")
    outer = disclosure("salt-b", "nationalities", [{"...": digest(inner)}])
    refused(UnreferencedDisclosureError, {"_sd": [digest(outer)]}, [inner])


def test_step_5_refuses_one_disclosure_sent_twice() -> None:
    refused(DuplicateDisclosureError, {"_sd": [digest(NAME)]}, [NAME, NAME])


def test_step_5_refuses_a_disclosure_named_by_its_bytes_and_not_its_text() -> None:
    by_bytes = encode_base64url(hashlib.sha256(b'["salt","a",1]').digest())
    refused(UnreferencedDisclosureError, {"_sd": [by_bytes]}, [encode_base64url(b'["salt","a",1]')])


@pytest.mark.rfc9901("4.2.1", "4.2.2")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "!!!!",
        NAME + "=",
        NAME + "\n",
        encode_base64url(b"not json"),
        encode_base64url(b'{"a":1}'),
        encode_base64url(b'"text"'),
        encode_base64url(b'["salt","a",{"b":1,"b":2}]'),
        encode_base64url(b'["salt","a",NaN]'),
        encode_base64url(b'["salt","a","\\ud800"]'),
        encode_base64url(b'\xef\xbb\xbf["salt","a",1]'),
        encode_base64url(b'[5,"a",1]'),
        encode_base64url(b'[null,"a",1]'),
        "é",
    ],
)
def test_section_4_2_refuses_a_disclosure_that_is_not_strict(text: str) -> None:
    named = digest(text) if text.isascii() else "x"
    refused(DisclosureFormatError, {"_sd": [named]}, [text])


def test_our_cap_refuses_too_many_disclosures() -> None:
    many = [disclosure(f"salt-{number}", number) for number in range(MAX_DISCLOSURES + 1)]
    payload = {"rows": [{"...": digest(text)} for text in many]}
    assert len(process(payload, many[:-1]).disclosed) == MAX_DISCLOSURES
    refused(TooManyDisclosuresError, payload, many)


def test_our_cap_refuses_disclosures_nested_too_deep() -> None:
    texts = [disclosure("salt-0", "innermost", 1)]
    for level in range(1, MAX_DEPTH + 1):
        texts.append(disclosure(f"salt-{level}", "inner", {"_sd": [digest(texts[-1])]}))
    process({"_sd": [digest(texts[-2])]}, texts[:-1])
    with pytest.raises(JsonDepthError):
        process({"_sd": [digest(texts[-1])]}, texts)


def test_our_cap_counts_plain_values_too() -> None:
    value: Any = "x"
    for _ in range(MAX_DEPTH - 1):
        value = [value]
    fits, deeper = disclosure("salt", "a", value), disclosure("salt", "a", value)
    assert process({"_sd": [digest(fits)]}, [fits]).claims == {"a": value}
    with pytest.raises(JsonDepthError):
        process({"object": {"_sd": [digest(deeper)]}}, [deeper])


VALUES = st.recursive(
    st.integers(-(2**63), 2**63) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from("abcdefgh"), VALUES, max_size=6), st.data())
def test_showing_any_set_reveals_exactly_that_set(claims: dict[str, Any], data: st.DataObject) -> None:
    texts = {name: disclosure(f"salt-{name}", name, value) for name, value in claims.items()}
    shown = data.draw(st.sets(st.sampled_from(sorted(claims)))) if claims else set()
    payload = {"_sd": sorted(digest(text) for text in texts.values())}
    done = process(payload, [texts[name] for name in sorted(shown)])
    assert done.claims == {name: claims[name] for name in shown}


@given(st.lists(st.sampled_from([NAME, OTHER_NAME, ROW, "", "AAAA", "é", "W10"]), max_size=5), st.data())
def test_hostile_payloads_raise_our_errors_or_none(disclosures: list[str], data: st.DataObject) -> None:
    pieces = st.recursive(
        st.none() | st.integers() | st.sampled_from([digest(NAME), digest(ROW), "decoy", "_sd", "..."]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["_sd", "...", "_sd_alg", "a", "family_name"]), inner, max_size=3
            )
        ),
        max_leaves=8,
    )
    payload = data.draw(
        st.dictionaries(st.sampled_from(["_sd", "...", "a", "b", "family_name"]), pieces, max_size=4)
    )
    with suppress(SdJwtError):
        process(payload, disclosures)
