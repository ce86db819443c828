"""The claims and the header that SD-JWT VC itself defines: section 2.2, for a credential of any type."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.disclosure import Processed, process
from issuers.integrity import integrity_of
from issuers.jws import TokenHeaderError, parse_jws, sign_jws
from issuers.sd_jwt import CREDENTIAL_TYPE, Rows, Sd, SdJwt, issue
from issuers.vc_claims import (
    AkaVctsError,
    ConfirmationError,
    HiddenClaimError,
    NumericDateClaimError,
    StatusClaimError,
    TextClaimError,
    VcClaimError,
    VctError,
    VctIntegrityError,
    check_vc_claims,
    is_type_name,
)
from tests.issuers.making import ISSUER, ISSUER_KEY, PASSPORT, fixed_salts, payload_of

VCT = "https://types.example/volunteer"
STATUS = {"status_list": {"idx": 1, "uri": "https://x.example/1"}}


def processed(**claims: Any) -> Processed:
    """Return a signed and processed credential of a type that is not ours."""
    sd_jwt = SdJwt.parse(issue({"vct": VCT, **claims}, signer=ISSUER, new_salt=fixed_salts()))
    payload = parse_jws(sd_jwt.jwt, typ=CREDENTIAL_TYPE).verify(ISSUER_KEY)
    return process(payload, sd_jwt.disclosures)


@pytest.mark.parametrize(
    "claims",
    [
        {},  # 2.2.2.3: vct alone is required
        {"iss": "https://issuers.example"},
        {"iss": "An issuer without a colon"},
        {"nbf": 1, "exp": 2, "iat": 1.5},
        {"iat": Sd(1)},  # 2.2.2.3: these two may be disclosures
        {"sub": Sd("somebody")},
        {"sub": "urn:example:somebody"},
        {"cnf": {"jwk": dict(PASSPORT.public_jwk)}},
        {"status": STATUS},
        {"status": {"another_mechanism": {}}},
        {"vct#integrity": integrity_of(b"x")},
        {"aka_vcts": ["urn:example:member", "https://types.example/Volunteer"]},
        {"name": Sd("Sam"), "rows": Rows([1], 4), "anything": {"else": [None]}},
    ],
)
def test_sd_jwt_vc_2_2_2_claims_of_the_drafts_form_pass(claims: dict[str, Any]) -> None:
    check_vc_claims(processed(**claims))


REFUSED: list[tuple[type[VcClaimError], dict[str, Any]]] = [
    (VctError, {"vct": ""}),
    (VctError, {"vct": None}),
    (VctError, {"vct": 5}),
    (VctError, {"vct": [VCT]}),
    (VctError, {"vct": "volunteer"}),
    (VctError, {"vct": "https://types.example/a b"}),
    (VctError, {"vct": "https://types.example/" + "x" * 2048}),
    (AkaVctsError, {"aka_vcts": []}),
    (AkaVctsError, {"aka_vcts": "urn:example:member"}),
    (AkaVctsError, {"aka_vcts": ["urn:example:member", 5]}),
    (AkaVctsError, {"aka_vcts": ["urn:example:member", VCT]}),
    (AkaVctsError, {"aka_vcts": ["member"]}),
    (AkaVctsError, {"aka_vcts": None}),
    (HiddenClaimError, {"iss": Sd("https://issuers.example")}),
    (HiddenClaimError, {"nbf": Sd(1)}),
    (HiddenClaimError, {"exp": Sd(1)}),
    (HiddenClaimError, {"cnf": Sd({"jwk": dict(PASSPORT.public_jwk)})}),
    (HiddenClaimError, {"cnf": {"jwk": Sd(dict(PASSPORT.public_jwk))}}),  # in part
    (HiddenClaimError, {"vct": Sd(VCT)}),
    (HiddenClaimError, {"vct#integrity": Sd(integrity_of(b"x"))}),
    (HiddenClaimError, {"aka_vcts": Sd(["urn:example:member"])}),
    (HiddenClaimError, {"aka_vcts": ["urn:example:member", Sd("urn:example:other")]}),
    (HiddenClaimError, {"status": Sd(STATUS)}),
    (HiddenClaimError, {"status": {"status_list": Sd(STATUS["status_list"])}}),
    (VctIntegrityError, {"vct#integrity": 5}),
    (VctIntegrityError, {"vct#integrity": None}),
    (VctIntegrityError, {"vct#integrity": "sha256-x"}),
    (VctIntegrityError, {"vct#integrity": "md5-AAAA"}),
    (ConfirmationError, {"cnf": None}),
    (ConfirmationError, {"cnf": {}}),
    (ConfirmationError, {"cnf": [dict(PASSPORT.public_jwk)]}),
    (ConfirmationError, {"cnf": {"jwk": "x"}}),
    (ConfirmationError, {"cnf": {"jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}}}),
    (ConfirmationError, {"cnf": {"jwk": PASSPORT.private_jwk()}}),
    (ConfirmationError, {"cnf": {"kid": "https://keys.example/1"}}),
    (ConfirmationError, {"cnf": {"jku": "https://keys.example/"}}),
    (ConfirmationError, {"cnf": {"jwk": dict(PASSPORT.public_jwk), "jku": "https://keys.example/"}}),
    (ConfirmationError, {"cnf": {"jwk": {**PASSPORT.public_jwk, "x5u": "https://keys.example/"}}}),
    (StatusClaimError, {"status": None}),
    (StatusClaimError, {"status": {}}),
    (StatusClaimError, {"status": "https://x.example/1"}),
    (StatusClaimError, {"status": {"status_list": {"idx": -1, "uri": "https://x.example/1"}}}),
    (StatusClaimError, {"status": {"status_list": {"uri": "https://x.example/1"}}}),
    (TextClaimError, {"iss": 5}),
    (TextClaimError, {"iss": ""}),
    (TextClaimError, {"iss": None}),
    (TextClaimError, {"iss": "not a uri: at all"}),
    (TextClaimError, {"sub": ["somebody"]}),
    (NumericDateClaimError, {"nbf": "2026-11-21"}),
    (NumericDateClaimError, {"exp": True}),
    (NumericDateClaimError, {"iat": None}),
    (NumericDateClaimError, {"iat": Sd("now")}),
]


@pytest.mark.parametrize(("error", "claims"), REFUSED)
def test_sd_jwt_vc_2_2_2_a_claim_of_another_form_is_refused_by_its_own_code(
    error: type[VcClaimError], claims: dict[str, Any]
) -> None:
    with pytest.raises(error) as found:
        check_vc_claims(processed(**claims))
    assert found.type is error


def test_sd_jwt_vc_2_2_2_each_rule_has_a_code_of_its_own_and_a_case_above() -> None:
    errors = set(VcClaimError.__subclasses__())
    assert len({error.code for error in errors} | {VcClaimError.code}) == len(errors) + 1
    assert {error for error, _ in REFUSED} == errors


def test_sd_jwt_vc_2_2_2_3_a_credential_without_a_type_is_refused() -> None:
    with pytest.raises(VctError):
        check_vc_claims(Processed({"iss": "https://issuers.example"}, ()))


@pytest.mark.parametrize(
    "name",
    [
        "urn:eudi:pid:1",
        "https://a.example/b",
        "example.org",
        "1.3.6.1.4.1",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    ],
)
def test_sd_jwt_vc_2_2_2_1_uris_domains_object_identifiers_and_uuids_are_nobody_elses(name: str) -> None:
    assert is_type_name(name)


@pytest.mark.parametrize(
    "name", ["", "pid", "Identity Credential", "a b.c", "urn:", ":x", ".org", 5, None, b"urn:a:b"]
)
def test_sd_jwt_vc_2_2_2_1_a_plain_word_is_anybodys(name: object) -> None:
    assert not is_type_name(name)


def test_sd_jwt_vc_2_2_2_5_a_credential_without_disclosable_claims_has_no_digests() -> None:
    open_one = issue({"vct": VCT, "name": "Sam"}, signer=ISSUER, new_salt=fixed_salts())
    assert "_sd" not in payload_of(open_one)
    assert SdJwt.parse(open_one).disclosures == ()


@pytest.mark.parametrize(
    "typ", ["vc+sd-jwt", "DC+SD-JWT", "application/dc+sd-jwt", "sd-jwt", "jwt", "kb+jwt", "", None, 5]
)
def test_sd_jwt_vc_2_2_1_another_typ_is_refused_and_vc_sd_jwt_with_it(typ: Any) -> None:
    # The years of transition from vc+sd-jwt ended with draft 19; W3C's data model has that name.
    token = sign_jws({"vct": VCT}, signer=ISSUER, typ=typ)
    with pytest.raises(TokenHeaderError):
        parse_jws(token, typ=CREDENTIAL_TYPE)


NAMES = ["vct", "aka_vcts", "iss", "sub", "nbf", "exp", "iat", "cnf", "status", "vct#integrity"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from([VCT, "sha256-x"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["jwk", "kty", "crv", "x", "y", "idx", "uri", "status_list"]), inner
        )
    ),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=4))
def test_sd_jwt_vc_2_2_2_hostile_claims_raise_our_error_or_none(claims: dict[str, Any]) -> None:
    with suppress(VcClaimError):
        check_vc_claims(Processed({"vct": VCT, **claims}, ()))
