"""RFC 9901 sections 4 and 5: what is issued, what it hides, and the compact form."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.disclosure import MAX_DISCLOSURES, TooManyDisclosuresError, UnreferencedDisclosureError, process
from issuers.encoding import MAX_TOKEN_BYTES, JsonError, TooLargeError, decode_base64url, decode_json
from issuers.jws import parse_jws
from issuers.sd_jwt import CREDENTIAL_TYPE, SALT_BYTES, Padded, Rows, Sd, SdJwt, SdJwtFormatError, issue
from tests.issuers.making import ISSUER, ISSUER_KEY, disclosure, fixed_salts

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
PLAIN = st.recursive(
    st.integers(-(2**63), 2**63 - 1) | TEXT | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


def issued(claims: dict[str, Any], *, size: int = 0, seed: int = 0) -> SdJwt:
    return SdJwt.parse(issue(claims, signer=ISSUER, new_salt=fixed_salts(seed), size=size))


def payload_of(sd_jwt: SdJwt) -> dict[str, Any]:
    return parse_jws(sd_jwt.jwt, typ=CREDENTIAL_TYPE).verify(ISSUER_KEY)


def seen(sd_jwt: SdJwt) -> dict[str, Any]:
    return process(payload_of(sd_jwt), sd_jwt.disclosures).claims


def _marked(value: Any, data: st.DataObject) -> Any:
    """Return a value of which any part, at any depth, may have become disclosable or padded."""
    if isinstance(value, dict):
        marked: Any = {name: _perhaps(_marked(inner, data), data) for name, inner in value.items()}
    elif isinstance(value, list):
        marked = [_perhaps(_marked(inner, data), data) for inner in value]
    else:
        return value
    return Padded(marked, 8) if isinstance(value, dict) and data.draw(st.booleans()) else marked


def _perhaps(value: Any, data: st.DataObject) -> Any:
    return Sd(value) if data.draw(st.booleans()) else value


@given(st.dictionaries(st.sampled_from("abcdef"), PLAIN, max_size=4), st.data())
def test_what_is_issued_with_every_disclosure_is_what_was_told(
    claims: dict[str, Any], data: st.DataObject
) -> None:
    marked = {name: _perhaps(_marked(value, data), data) for name, value in claims.items()}
    assert seen(issued(marked, size=8)) == claims


@given(st.dictionaries(st.sampled_from("abcdef"), PLAIN, max_size=4), st.data())
def test_what_is_issued_with_no_disclosure_holds_no_hidden_text(
    claims: dict[str, Any], data: st.DataObject
) -> None:
    sd_jwt = issued({name: Sd(value) for name, value in claims.items()}, size=8)
    assert seen(sd_jwt.select(())) == {}
    assert payload_of(sd_jwt).keys() == {"_sd", "_sd_alg"}
    assert len(payload_of(sd_jwt)["_sd"]) == 8


def test_disclosures_stand_in_the_order_they_are_met_those_inside_another_first() -> None:
    sd_jwt = issued({"a": Sd(1), "b": Sd({"c": Sd(2), "d": [Sd(3), 4]}), "e": [Sd(5), Sd(6)]})
    parts = [decode_json(decode_base64url(text)) for text in sd_jwt.disclosures]
    inner, outer = parts[:2], parts[2:]
    assert [part[-1] for part in inner] == [2, 3]
    assert [part[1] for part in outer] == ["a", "b", 5, 6]


@given(st.integers(0, 8), st.integers(0, 1000))
def test_digests_stand_in_an_order_that_tells_nothing(rows: int, seed: int) -> None:
    sd_jwt = issued({"rows": Rows(range(rows), 8), "x": Sd(1)}, size=8, seed=seed)
    payload = payload_of(sd_jwt)
    digests = [element["..."] for element in payload["rows"]]
    assert digests == sorted(digests)
    assert payload["_sd"] == sorted(payload["_sd"])


@given(st.integers(0, 8), st.integers(0, 8))
def test_the_number_of_padded_rows_does_not_show(one: int, other: int) -> None:
    sizes = {
        len(issued({"rows": Rows(["text"] * rows, 8)}, size=4, seed=rows).jwt.split(".")[1])
        for rows in (one, other)
    }
    assert len(sizes) == 1


def test_an_array_without_padding_keeps_its_order() -> None:
    claims = {"rows": ["first", Sd("second"), "third", Sd("fourth")]}
    assert seen(issued(claims))["rows"] == ["first", "second", "third", "fourth"]


def test_every_salt_is_new_and_long_enough() -> None:
    sd_jwt = issued({f"claim-{number}": Sd(number) for number in range(100)})
    salts = [decode_json(decode_base64url(text))[0] for text in sd_jwt.disclosures]
    assert len(set(salts)) == 100
    assert {len(decode_base64url(salt)) for salt in salts} == {SALT_BYTES}
    assert SALT_BYTES * 8 >= 128  # RFC 9901 section 9.3


def test_a_source_of_short_salts_is_refused() -> None:
    with pytest.raises(ValueError, match="expected new_salt"):
        issue({"a": Sd(1)}, signer=ISSUER, new_salt=lambda size: bytes(size - 1))


def test_the_same_salts_give_the_same_disclosures_and_digests() -> None:
    claims = {"rows": Rows(["a", "b"], 8), "x": Sd(1)}
    one, other = issued(claims, size=4, seed=7), issued(claims, size=4, seed=7)
    assert (one.disclosures, payload_of(one)) == (other.disclosures, payload_of(other))


@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
@pytest.mark.parametrize("place", ["top", "disclosed", "inside a disclosed value", "deep inside one"])
def test_a_reserved_name_is_never_issued(name: str, place: str) -> None:
    claims: dict[str, dict[str, Any]] = {
        "top": {name: "x"},
        "disclosed": {name: Sd("x")},
        "inside a disclosed value": {"a": Sd({name: ["x"]})},
        "deep inside one": {"a": Sd([{"b": {name: "x"}}])},
    }
    with pytest.raises(ValueError, match="cannot be the name"):
        issued(claims[place])


@pytest.mark.parametrize("text", ['"_sd":[]', '"..."', "_sd", "...", '{"_sd":["x"]}'])
def test_text_that_looks_like_a_digest_is_only_text(text: str) -> None:
    assert seen(issued({"a": Sd({"text": text}), "rows": [Sd(text)]})) == {
        "a": {"text": text},
        "rows": [text],
    }


def test_more_digests_than_the_padding_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 2"):
        issued({"rows": Rows([1, 2, 3], 2)})
    with pytest.raises(ValueError, match="at most 1"):
        issued({"a": Sd(1), "b": Sd(2)}, size=1)
    with pytest.raises(ValueError, match="at most 1"):
        issued({"object": Padded({"a": Sd(1), "b": Sd(2)}, 1)})


@pytest.mark.parametrize("value", [float("nan"), "\ud800", {1, 2}])
def test_a_value_that_json_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(JsonError):
        issued({"a": Sd(value)})


# The compact form (section 4).

JWT = "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"
ONE, TWO = disclosure("salt", "a", 1), disclosure("salt", "b", 2)


@pytest.mark.parametrize(
    ("text", "disclosures", "kb_jwt"),
    [
        (f"{JWT}~", (), None),
        (f"{JWT}~{ONE}~", (ONE,), None),
        (f"{JWT}~{ONE}~{TWO}~", (ONE, TWO), None),
        (f"{JWT}~kb", (), "kb"),
        (f"{JWT}~{ONE}~kb", (ONE,), "kb"),
    ],
)
def test_the_compact_form_comes_apart_and_back(
    text: str, disclosures: tuple[str, ...], kb_jwt: str | None
) -> None:
    sd_jwt = SdJwt.parse(text)
    assert (sd_jwt.jwt, sd_jwt.disclosures, sd_jwt.kb_jwt) == (JWT, disclosures, kb_jwt)
    assert str(sd_jwt) == text


@pytest.mark.parametrize(
    "text", ["", JWT, "~", f"~{ONE}~", f"{JWT}~~", f"{JWT}~~kb", f"{JWT}~{ONE}~~", f"{JWT}é~"]
)
def test_a_compact_form_with_an_empty_part_is_refused(text: str) -> None:
    with pytest.raises(SdJwtFormatError):
        SdJwt.parse(text)


def test_our_caps_refuse_before_anything_is_read() -> None:
    with pytest.raises(TooLargeError):
        SdJwt.parse(JWT + "~" * MAX_TOKEN_BYTES)
    with pytest.raises(TooManyDisclosuresError):
        SdJwt.parse(f"{JWT}~" + "x~" * (MAX_DISCLOSURES + 1))


def test_section_4_3_1_the_hash_of_a_presentation_leaves_the_key_binding_out() -> None:
    sd_jwt = SdJwt.parse(f"{JWT}~{ONE}~")
    assert sd_jwt.with_key_binding("kb").sd_hash() == sd_jwt.sd_hash()
    assert sd_jwt.without_key_binding() == f"{JWT}~{ONE}~"


def test_a_choice_keeps_the_order_of_issue_and_drops_the_key_binding() -> None:
    sd_jwt = SdJwt.parse(f"{JWT}~{ONE}~{TWO}~kb")
    assert str(sd_jwt.select([TWO, ONE])) == f"{JWT}~{ONE}~{TWO}~"
    assert str(sd_jwt.select([TWO])) == f"{JWT}~{TWO}~"
    assert str(sd_jwt.select([])) == f"{JWT}~"


def test_a_choice_of_something_else_is_refused() -> None:
    with pytest.raises(UnreferencedDisclosureError):
        SdJwt.parse(f"{JWT}~{ONE}~").select([TWO])
