"""RFC 9901 sections 7.1 and 7.3, step by step: what breaks a rule is refused with the error of that rule alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers import disclosure as disclosing
from issuers import jws as signing
from issuers import key_binding, keys, verification
from issuers.disclosure import digest
from issuers.outline import BoundCredentialError
from issuers.sd_jwt import SdJwt, SdJwtFormatError
from issuers.verification import verify_sd_jwt
from schemas.errors import PassportError
from tests.issuers.making import NOW, PASSPORT, disclosure
from tests.issuers.presenting import (
    AUDIENCE,
    BOUND,
    CLAIMS,
    DROP,
    FREE,
    NAME,
    NONCE,
    SECONDS,
    TOWN,
    bound,
    naming,
    signed,
    trusted,
    verified,
)
from tests.issuers.rfc9901_clauses import CLAUSES
from tests.issuers.rfc9901_key_binding_refusals import SECTION_7_3
from tests.issuers.rfc9901_refusals import (
    SECTION_4,
    SECTION_7_1,
    SHOWN,
    STRANGER,
    Broken,
    disclosed,
    jwk,
    table,
)

rfc9901 = pytest.mark.rfc9901


def refused(error: type[PassportError], text: SdJwt | str, policy: verification.SdJwtPolicy = FREE) -> None:
    with pytest.raises(PassportError) as caught:
        verified(text, policy)
    assert caught.type is error


@table(SECTION_4)
def test_section_4_refuses(error: type[PassportError], broken: Broken) -> None:
    refused(error, broken())


@table(SECTION_7_1)
def test_section_7_1_refuses(error: type[PassportError], broken: Broken) -> None:
    refused(error, broken())


@table(SECTION_7_3)
def test_section_7_3_refuses_also_where_key_binding_is_not_asked_for(
    error: type[PassportError], broken: Broken
) -> None:
    refused(error, broken())


@table([row for row in SECTION_7_3 if "key_binding" in row[2].__module__])
def test_section_7_3_refuses_where_key_binding_is_asked_for(
    error: type[PassportError], broken: Broken
) -> None:
    refused(error, broken(), replace(FREE, require_key_binding=True))


@rfc9901("7.3/5.a")
def test_step_5_a_takes_no_key_of_a_cnf_that_was_not_the_issuers() -> None:
    stolen = {"jwk": dict(STRANGER.public_jwk)}
    refused(disclosing.ClaimExistsError, bound(disclosed("c2FsdA", "cnf", stolen), signer=STRANGER))


# Policy


@rfc9901("7.3/1", "7.3/2")
@pytest.mark.parametrize(
    "policy",
    [
        replace(FREE, require_key_binding=True),
        replace(FREE, audience=AUDIENCE),
        replace(FREE, nonce=NONCE),
        BOUND,
    ],
)
def test_step_2_refuses_a_presentation_without_the_key_binding_that_is_asked_for(
    policy: verification.SdJwtPolicy,
) -> None:
    refused(key_binding.KeyBindingMissingError, SHOWN, policy)


@rfc9901("7.3/1")
def test_step_1_key_binding_that_nobody_asks_for_may_be_missing() -> None:
    assert verified(SHOWN).key_binding is None


@rfc9901("7.3/1")
def test_step_1_key_binding_that_is_there_is_handed_on_when_nobody_asks_for_it() -> None:
    found = verified(bound(SHOWN, extra="x")).key_binding
    assert found is not None
    assert (found.audience, found.nonce, found.issued_at) == (AUDIENCE, NONCE, NOW)
    assert found.claims["extra"] == "x"
    assert found.key.kid == PASSPORT.kid


@rfc9901("7.3/5.f")
@pytest.mark.parametrize(
    ("policy", "error"),
    [
        (replace(BOUND, audience="https://other.example"), key_binding.KeyBindingAudienceError),
        (replace(BOUND, nonce="other"), key_binding.KeyBindingNonceError),
        (replace(BOUND, nonce=NONCE.upper()), key_binding.KeyBindingNonceError),
    ],
)
def test_step_5_f_refuses_a_presentation_to_another_verifier_or_request(
    policy: verification.SdJwtPolicy, error: type[PassportError]
) -> None:
    refused(error, bound(SHOWN), policy)
    assert verified(bound(SHOWN), BOUND).key_binding is not None


@rfc9901("7.3/5.e")
@pytest.mark.parametrize(("age", "stands"), [(0, True), (30, True), (90, True), (91, False)])
def test_step_5_e_refuses_a_key_binding_that_is_too_old_for_the_policy(age: int, stands: bool) -> None:
    policy = replace(
        BOUND, max_key_binding_age=timedelta(seconds=30)
    )  # and a minute of another machine's clock
    text = bound(signed(nbf=DROP, iat=DROP), iat=SECONDS - age)
    if stands:
        assert verified(text, policy).key_binding is not None
    else:
        refused(key_binding.KeyBindingTimeError, text, policy)


@rfc9901("7.1/6")
def test_step_6_refuses_an_sd_jwt_without_a_claim_that_is_required() -> None:
    policy = replace(FREE, required_claims=frozenset({"exp", "name"}))
    refused(verification.MissingClaimError, signed(exp=DROP), policy)
    refused(verification.MissingClaimError, SdJwt(SHOWN.jwt, (TOWN,)), policy)
    assert verified(SHOWN, policy).claims["name"] == "Möbius"


@rfc9901("7.1/6")
@pytest.mark.parametrize("audience", [AUDIENCE, ["https://other.example", AUDIENCE]])
def test_step_6_an_sd_jwt_for_this_audience_stands_for_it_alone(audience: object) -> None:
    text = bound(signed(aud=audience))
    assert verified(text, BOUND).claims["aud"] == audience
    refused(verification.TokenAudienceError, text, replace(BOUND, audience="https://third.example"))
    refused(verification.TokenAudienceError, text)


@rfc9901("7.1/6")
def test_step_6_every_claim_of_time_may_be_missing_or_have_a_fraction() -> None:
    assert "exp" not in verified(signed(exp=DROP, nbf=DROP, iat=DROP)).claims
    assert verified(signed(exp=SECONDS + 0.5, nbf=SECONDS + 59.5, iat=0)).claims["iat"] == 0


@rfc9901("7.1/6")
@pytest.mark.parametrize(("later", "stands"), [(3599, True), (3600, False)])
def test_step_6_an_sd_jwt_ends_at_its_end_without_leeway(later: int, stands: bool) -> None:
    if stands:
        assert verified(SHOWN, later=timedelta(seconds=later)).claims["name"] == "Möbius"
    else:
        with pytest.raises(verification.ExpiredError):
            verified(SHOWN, later=timedelta(seconds=later))


# What stands


@rfc9901("7.1/2.d", "4.3.1", "4.1.1")
@pytest.mark.parametrize("name", ["sha-256", "sha-384", "sha-512"])
def test_step_2_d_each_known_hash_serves_disclosures_and_key_binding(name: str) -> None:
    text = bound(signed(NAME, _sd=[digest(NAME, name)], _sd_alg=name), hash_name=name)
    assert verified(text, BOUND).claims["name"] == "Möbius"


@rfc9901("4.1.1")
def test_section_4_1_1_without_a_name_the_hash_is_sha_256() -> None:
    assert verified(naming(NAME, _sd_alg=DROP)).claims["name"] == "Möbius"


@rfc9901("4.1.2")
@pytest.mark.parametrize(
    "more", [{}, {"kid": "holder-1"}, {"use": "sig", "alg": "ES256", "key_ops": ["verify"]}]
)
def test_section_4_1_2_the_holders_key_may_have_a_name_and_a_purpose(more: dict[str, Any]) -> None:
    text = bound(signed(cnf=jwk(**more)), header={"kid": more.get("kid", DROP)})
    assert verified(text, BOUND).key_binding is not None


@rfc9901("7.1/3.b.i", "7.1/3.b.ii", "7.1/3.c.ii.5", "7.1/3.c.iii.3", "7.1/3.d", "7.1/3.e", "7.1/3.f")
def test_step_3_claims_are_put_back_at_every_level_and_digests_leave_no_trace() -> None:
    row = disclosure("c2FsdC01", {"town": "Ulm", "_sd": [digest(NAME), "decoy-1"]})
    rows = disclosure("c2FsdC02", "rows", [{"...": digest(row)}, {"...": "withheld"}, "seen"])
    shown = signed(NAME, rows, row, _sd=[digest(rows), "decoy-2"], empty={"_sd": ["decoy-3"]})
    found = verified(shown)
    expected = {name: value for name, value in CLAIMS.items() if name != "_sd_alg"}
    assert found.claims == {**expected, "rows": [{"town": "Ulm", "name": "Möbius"}, "seen"], "empty": {}}
    assert [item.path for item in found.disclosed] == [("rows", 0, "name"), ("rows",), ("rows", 0)]


@rfc9901("7.1/end", "7.3/end")
@given(st.sampled_from(["jwt", "disclosure", "kb"]), st.data())
def test_one_changed_character_anywhere_hands_nothing_on(part: str, data: st.DataObject) -> None:
    text = str(BOUND_TEXT)
    start, end = PARTS[part]
    position = data.draw(st.integers(start, end - 1))
    other = data.draw(st.sampled_from([c for c in "AQgw.~-_" if c != text[position]]))
    with pytest.raises(PassportError):
        verified(text[:position] + other + text[position + 1 :], BOUND)


BOUND_TEXT = bound(SHOWN)
PARTS = {
    "jwt": (0, len(SHOWN.jwt)),
    "disclosure": (len(SHOWN.jwt) + 1, len(str(SHOWN)) - 1),
    "kb": (len(str(SHOWN)), len(str(BOUND_TEXT))),
}


def test_a_moment_without_a_zone_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        verified(SHOWN, now=NOW.replace(tzinfo=None))


def test_a_moment_that_leaves_no_room_for_a_leeway_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="1970 to 8999"):
        verified(SHOWN, now=NOW.replace(year=9999))


def test_an_error_of_the_trust_list_is_handed_on_as_it_is() -> None:
    def unreachable(_token: signing.UnverifiedJws) -> keys.VerifyingKey | None:
        raise signing.KeyIdError("this trust list knows no such key")

    with pytest.raises(signing.KeyIdError):
        verify_sd_jwt(str(SHOWN), key_for=unreachable, now=NOW)
    assert trusted(signing.parse_jws(SHOWN.jwt, typ="dc+sd-jwt")) is not None


# The table itself


def _errors() -> dict[str, type[PassportError]]:
    modules = (disclosing, signing, key_binding, verification)
    found = {name: value for module in modules for name, value in vars(module).items()}
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, type) and issubclass(value, PassportError)
    }


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [error.code for error in set(_errors().values())]
    assert sorted(codes) == sorted(set(codes))


def test_every_code_of_a_clause_is_that_of_an_error() -> None:
    codes = {error.code for error in _errors().values()} | {SdJwtFormatError.code, BoundCredentialError.code}
    assert {clause.code for clause in CLAUSES if clause.code} - codes == set()


def test_every_clause_that_names_an_error_is_shown_to_raise_it() -> None:
    rows = [*SECTION_4, *SECTION_7_1, *SECTION_7_3]
    raised = {(row[0].args[0], row[2].code) for row in rows} | {
        ("7.3/2", "kb_missing"),
        ("7.3/5.f", "kb_nonce"),
        ("4.1.2", "holder_key"),  # the rows of 7.3/5.a
        ("7.2", "credential_bound"),  # test_credential
    }
    named = {(clause.number, clause.code) for clause in CLAUSES if clause.code}
    assert named - raised == set()
