"""Boundaries, defaults and order, to the letter: each was a change that no other test noticed (make mutants)."""

from datetime import timedelta
from typing import Any

import pytest

from issuers.disclosure import (
    MAX_DISCLOSURES,
    DisclosureFormatError,
    TooManyDisclosuresError,
    digest,
    process,
)
from issuers.encoding import (
    MAX_DEPTH,
    MAX_PLAIN_BYTES,
    MAX_TOKEN_BYTES,
    MAX_VALUES,
    JsonDepthError,
    TooLargeError,
    TooManyValuesError,
    decode_base64url,
    decode_json,
    encode_base64url,
)
from issuers.jws import parse_jws
from issuers.key_binding import HolderKeyError, KeyBindingDatesError, KeyBindingTimeError
from issuers.policy import SdJwtPolicy
from issuers.sd_jwt import CREDENTIAL_TYPE, Rows, Sd, SdJwt, issue
from issuers.verification import NotYetValidError, TokenAudienceError
from schemas.errors import PassportError
from tests.issuers.making import ISSUER, PASSPORT, disclosure, fixed_salts
from tests.issuers.presenting import (
    AUDIENCE,
    BOUND,
    DROP,
    FREE,
    NAME,
    NONCE,
    ROW,
    SECONDS,
    TOWN,
    bound,
    naming,
    signed,
    verified,
)


def issued(claims: dict[str, Any], **more: Any) -> SdJwt:
    return SdJwt.parse(issue(claims, signer=ISSUER, new_salt=fixed_salts(), **more))


def payload_of(sd_jwt: SdJwt) -> dict[str, Any]:
    return parse_jws(sd_jwt.jwt, typ=CREDENTIAL_TYPE).unverified_payload


def refused(error: type[PassportError], text: SdJwt, policy: SdJwtPolicy = FREE) -> None:
    with pytest.raises(PassportError) as caught:
        verified(text, policy)
    assert caught.type is error


# Issuing.


def test_what_is_issued_ends_in_a_tilde_and_is_bound_to_nothing() -> None:
    text = issue({"a": Sd(1)}, signer=ISSUER, new_salt=fixed_salts())
    assert text.endswith("~")
    assert len(text.split("~")) == 3
    assert issue({"a": 1}, signer=ISSUER, new_salt=fixed_salts()).split("~")[1:] == [""]


def test_without_a_size_there_are_no_decoys_and_without_hidden_parts_no_digests() -> None:
    assert len(payload_of(issued({"a": Sd(1), "b": 2}))["_sd"]) == 1
    assert payload_of(issued({"b": 2})).keys() == {"b", "_sd_alg"}
    assert payload_of(issued({"rows": [Sd(1), 2, Sd(3)]}))["rows"][1] == 2
    assert len(payload_of(issued({"rows": [Sd(1), 2, Sd(3)]}))["rows"]) == 3


def test_a_header_is_signed_as_it_was_given() -> None:
    sd_jwt = issued({"a": 1}, header={"x5c": ["AAAA"]})
    assert parse_jws(sd_jwt.jwt, typ=CREDENTIAL_TYPE).unverified_header["x5c"] == ["AAAA"]


def test_an_element_stands_in_the_array_as_its_digest_alone() -> None:
    sd_jwt = issued({"rows": ["open", Sd("x")]})
    assert payload_of(sd_jwt)["rows"] == ["open", {"...": digest(sd_jwt.disclosures[0])}]


def test_no_two_parts_of_an_sd_jwt_share_a_salt_or_a_digest() -> None:
    sd_jwt = issued({"a": Sd(1), "b": Sd({"c": Sd(1)}), "rows": Rows([1, 1], 8)}, size=8)
    parts = [decode_json(decode_base64url(text)) for text in sd_jwt.disclosures]
    assert len({part[0] for part in parts}) == len(parts)
    assert {len(part[0]) for part in parts} == {24}
    payload = payload_of(sd_jwt)
    digests = [*payload["_sd"], *(element["..."] for element in payload["rows"])]
    assert len(set(digests)) == 16


def test_every_salt_is_made_of_bytes_of_its_own() -> None:
    given = bytearray()

    def new_salt(size: int) -> bytes:
        made = fixed_salts(len(given))(size)
        given.extend(made)
        return made

    claims = {"a": Sd(1), "b": Sd({"c": Sd(2)}), "rows": Rows([1], 8)}
    sd_jwt = SdJwt.parse(issue(claims, signer=ISSUER, new_salt=new_salt, size=8))
    salts = [decode_base64url(decode_json(decode_base64url(text))[0]) for text in sd_jwt.disclosures]
    places = [given.index(salt) for salt in salts]
    assert all(place % 18 == 0 for place in places)
    assert len(set(places)) == 4
    # The rest became decoys: the SHA-256 of a salt's text, as if that were a disclosure.
    decoys = {
        digest(encode_base64url(bytes(given[start : start + 18]))) for start in range(0, len(given), 18)
    }
    payload = payload_of(sd_jwt)
    digests = {*payload["_sd"], *(element["..."] for element in payload["rows"])}
    assert len(digests & decoys) == 16 - 3  # c's digest stands inside b


def test_a_choice_may_name_a_disclosure_twice_and_shows_it_once() -> None:
    sd_jwt = issued({"a": Sd(1), "b": Sd(2)})
    first = sd_jwt.disclosures[0]
    assert sd_jwt.select([first, first]).disclosures == (first,)


# Processing.


def test_what_is_said_to_be_disclosed_is_the_disclosure_with_its_place_and_value() -> None:
    found = process({"_sd": [digest(NAME)], "rows": [1, {"...": digest(ROW)}]}, [NAME, ROW]).disclosed
    assert found == ((NAME, ("name",), "Möbius"), (ROW, ("rows", 1), "DE"))


# Verifying.


def test_an_audience_in_a_list_or_alone_is_found_and_any_other_refused() -> None:
    policy = SdJwtPolicy(audience=AUDIENCE)
    for named in (AUDIENCE, [AUDIENCE], ["x", AUDIENCE]):
        assert verified(bound(signed(aud=named)), policy).claims["aud"] == named
    part = AUDIENCE[:-1]  # a text that the audience contains, or that contains it, is another
    others: list[Any] = [part, [part], AUDIENCE + "x", [], None, 5, [AUDIENCE, 5], {AUDIENCE: 1}]
    for other in others:
        refused(TokenAudienceError, bound(signed(aud=other)), policy)
    refused(TokenAudienceError, signed(aud=AUDIENCE))


@pytest.mark.parametrize(
    ("begins", "seconds"),
    [
        ({"nbf": SECONDS - 600, "iat": SECONDS - 9000}, SECONDS - 600),
        ({"nbf": DROP, "iat": SECONDS - 600}, SECONDS - 600),
    ],
)
def test_a_key_binding_is_no_older_than_what_it_binds_by_nbf_or_else_iat(
    begins: dict[str, Any], seconds: int
) -> None:
    shown = signed(**begins)
    assert verified(bound(shown, iat=seconds - 60), BOUND).key_binding is not None
    refused(KeyBindingTimeError, bound(shown, iat=seconds - 61), BOUND)


def test_a_key_binding_of_any_age_binds_what_has_no_beginning() -> None:
    shown = signed(nbf=DROP, iat=DROP)
    assert verified(bound(shown, iat=0), BOUND).key_binding is not None


@pytest.mark.parametrize("kind", ["jwe", "jku"])
def test_a_second_way_to_confirm_the_holder_is_refused(kind: str) -> None:
    refused(HolderKeyError, bound(signed(cnf={"jwk": dict(PASSPORT.public_jwk), kind: "x"})), BOUND)


def test_what_is_verified_says_all_that_was_bound() -> None:
    found = verified(bound(naming(NAME, TOWN), extra="x"), BOUND).key_binding
    assert found is not None
    assert (found.audience, found.nonce, found.claims["extra"]) == (AUDIENCE, NONCE, "x")
    assert (int(found.issued_at.timestamp()), found.key.kid) == (SECONDS, PASSPORT.kid)


@pytest.mark.parametrize(("age", "accepted"), [(0, True), (360, True), (361, False)])
def test_a_key_binding_may_be_as_old_as_the_policy_says_and_a_minute_more(age: int, accepted: bool) -> None:
    policy = SdJwtPolicy(max_key_binding_age=timedelta(minutes=5))
    presented = bound(signed(nbf=SECONDS - 9000, iat=SECONDS - 9000), iat=SECONDS - age)
    if accepted:
        assert verified(presented, policy).key_binding is not None
    else:
        refused(KeyBindingTimeError, presented, policy)


def rows_of(counts: list[int]) -> tuple[dict[str, Any], list[str]]:
    """Return a payload and disclosures of its elements, of which each has a salt, as many empty texts and a bracket."""
    texts = [disclosure(f"salt-{number}", [""] * count) for number, count in enumerate(counts)]
    return {"rows": [{"...": digest(text)} for text in texts]}, texts


def test_all_disclosures_together_hold_as_many_values_as_one_text_may() -> None:
    # Commas and brackets: of a disclosure two brackets, a comma after the salt and one less than texts; one more after
    # each, and one bracket around them all.
    each = MAX_VALUES // 4 - 3
    payload, texts = rows_of([each, each, each, each])
    assert len(process(payload, texts).disclosed) == 4
    payload, texts = rows_of([each, each, each, each + 1])
    with pytest.raises(TooManyValuesError):
        process(payload, texts)


def test_large_disclosures_that_are_no_base64url_are_refused_as_such() -> None:
    text = "!" * MAX_PLAIN_BYTES
    with pytest.raises(DisclosureFormatError):
        process({"_sd": [digest(text)]}, [text])


def nested(levels: int, kind: str, innermost: Any = 1) -> Any:
    """Return a value of so many levels: of objects, of arrays, or of both by turns."""
    value = innermost
    for level in range(levels):
        value = {"a": value} if kind == "objects" or (kind == "both" and level % 2) else [value]
    return value


@pytest.mark.parametrize("kind", ["objects", "arrays", "both"])
def test_claims_nest_as_deep_as_the_cap_and_no_deeper(kind: str) -> None:
    deepest = nested(MAX_DEPTH - 1, kind)
    assert process({"x": deepest}, []).claims == {"x": deepest}
    with pytest.raises(JsonDepthError):
        process({"x": nested(MAX_DEPTH, kind)}, [])


@pytest.mark.parametrize("kind", ["objects", "arrays", "both"])
@pytest.mark.parametrize("around", [3, 9])
@pytest.mark.parametrize("innermost", [1, "\\", {"_sd": ["decoy"]}])
def test_what_is_disclosed_counts_with_what_is_around_it(kind: str, around: int, innermost: Any) -> None:
    inside = MAX_DEPTH - around - (innermost == {"_sd": ["decoy"]})

    def disclosing(value: Any) -> dict[str, Any]:
        text = disclosure("c2FsdA", "x", value)
        return process(nested(around - 1, "objects", {"_sd": [digest(text)]}), [text]).claims

    claims = disclosing(nested(inside, kind, innermost))
    shown = {} if isinstance(innermost, dict) else innermost
    assert claims == nested(around - 1, "objects", {"x": nested(inside, kind, shown)})
    with pytest.raises(JsonDepthError):
        disclosing(nested(inside + 1, kind, innermost))


def test_a_disclosed_element_counts_with_what_is_around_it() -> None:
    for levels in (MAX_DEPTH - 2, MAX_DEPTH - 1):
        text = disclosure("c2FsdA", nested(levels, "arrays"))
        payload = {"rows": [{"...": digest(text)}]}
        if levels == MAX_DEPTH - 2:
            assert process(payload, [text]).claims == {"rows": [nested(levels, "arrays")]}
        else:
            with pytest.raises(JsonDepthError):
                process(payload, [text])


@pytest.mark.parametrize(
    "dates",
    [
        {"iat": SECONDS - 0.5},
        {"nbf": SECONDS - 1000},
        {"nbf": SECONDS + 60},
        {"nbf": SECONDS + 0.5},
        {"exp": SECONDS + 1},
        {"exp": SECONDS + 0.5},
        {"nbf": SECONDS, "exp": SECONDS + 600},
    ],
)
def test_a_key_binding_with_dates_of_its_own_binds_within_them(dates: dict[str, Any]) -> None:
    assert verified(bound(signed(), **dates), BOUND).key_binding is not None


@pytest.mark.parametrize(
    "dates",
    [{"nbf": SECONDS + 61}, {"nbf": SECONDS + 60.5}, {"exp": SECONDS}, {"exp": SECONDS - 0.5}, {"exp": 0}],
)
def test_a_key_binding_with_dates_of_its_own_binds_at_no_other_time(dates: dict[str, Any]) -> None:
    refused(KeyBindingDatesError, bound(signed(), **dates), BOUND)


@pytest.mark.parametrize("name", ["nbf", "iat"])
def test_a_beginning_may_lie_a_minute_ahead_and_not_a_second_more(name: str) -> None:
    def beginning(seconds: float) -> SdJwt:
        claims: dict[str, Any] = {name: SECONDS + seconds}
        return signed(**claims)

    assert verified(beginning(60)).claims[name] == SECONDS + 60
    refused(NotYetValidError, beginning(61))
    refused(NotYetValidError, beginning(60.5))


# Our caps: what just fits is taken.


def test_the_longest_text_and_the_most_disclosures_are_taken_apart() -> None:
    longest = f"{'a' * (MAX_TOKEN_BYTES - 1)}~"
    assert len(SdJwt.parse(longest).jwt) == MAX_TOKEN_BYTES - 1
    with pytest.raises(TooLargeError):
        SdJwt.parse("a" + longest)
    assert len(SdJwt.parse("jwt~" + "x~" * MAX_DISCLOSURES).disclosures) == MAX_DISCLOSURES
    with pytest.raises(TooManyDisclosuresError):
        SdJwt.parse("jwt~" + "x~" * (MAX_DISCLOSURES + 1))
