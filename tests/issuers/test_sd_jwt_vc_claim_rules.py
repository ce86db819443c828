"""What a type asks of claims, held against credentials: SD-JWT VC sections 5.6.1.2, 5.6.3, 5.6.4 and 5.7."""

import json
from typing import Any

import pytest

from issuers.claim_rules import (
    AlwaysDisclosedError,
    ClaimPathError,
    MandatoryClaimError,
    NeverDisclosedError,
    TooManyPlacesError,
    check_claims,
    select,
)
from issuers.disclosure import Processed, process
from issuers.jws import parse_jws
from issuers.sd_jwt import CREDENTIAL_TYPE, Rows, Sd, SdJwt, issue
from issuers.type_metadata import ClaimMetadata, ClaimPath, Disclosability, read_type_metadata
from tests.issuers.making import ISSUER, ISSUER_KEY, fixed_salts

ALWAYS, ALLOWED, NEVER = Disclosability.ALWAYS, Disclosability.ALLOWED, Disclosability.NEVER
VOLUNTEER: dict[str, Any] = {
    "name": "Sam Example",
    "place": {"street": "1 Quay", "town": "Porthmadog"},
    "shifts": [{"day": "Monday", "hall": 1}, {"day": "Friday"}],
    "languages": ["cy", "en"],
}


def processed(claims: dict[str, Any], *, shown: int | None = None) -> Processed:
    """Return a signed and processed credential; `shown` keeps that many of its disclosures."""
    sd_jwt = SdJwt.parse(issue(claims, signer=ISSUER, new_salt=fixed_salts()))
    payload = parse_jws(sd_jwt.jwt, typ=CREDENTIAL_TYPE).verify(ISSUER_KEY)
    return process(payload, sd_jwt.disclosures[:shown])


def rule(
    *path: str | int | None, sd: Disclosability | None = None, mandatory: bool | None = None
) -> ClaimMetadata:
    return ClaimMetadata(path, stated_sd=sd, stated_mandatory=mandatory)


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (("name",), ["Sam Example"]),
        (("place",), [VOLUNTEER["place"]]),
        (("place", "town"), ["Porthmadog"]),
        (("shifts", None, "day"), ["Monday", "Friday"]),
        (("shifts", None, "hall"), [1]),  # what has it not leaves the selection
        (("shifts", 1, "day"), ["Friday"]),
        (("shifts", 2), []),
        (("languages", None), ["cy", "en"]),
        (("absent",), []),
        (("absent", "further", None), []),
        (("place", "absent", 0), []),
    ],
)
def test_sd_jwt_vc_5_6_1_2_a_path_selects(path: ClaimPath, values: list[object]) -> None:
    assert [place.value for place in select(VOLUNTEER, path)] == values


def test_sd_jwt_vc_5_6_1_2_a_place_says_where_it_stands() -> None:
    assert [place.path for place in select(VOLUNTEER, ("shifts", None, "day"))] == [
        ("shifts", 0, "day"),
        ("shifts", 1, "day"),
    ]


@pytest.mark.parametrize(
    "path", [("name", "x"), ("languages", "cy"), ("place", None), ("place", 0), ("name", None), (None,), (0,)]
)
def test_sd_jwt_vc_5_6_1_2_a_path_that_asks_for_another_kind_of_value_is_refused(path: ClaimPath) -> None:
    with pytest.raises(ClaimPathError):
        select(VOLUNTEER, path)
    with pytest.raises(ClaimPathError):  # section 5.7: then the credential is
        check_claims(Processed(VOLUNTEER, ()), [rule(*path)], complete=True)


DISCLOSABLE = {"name": Sd("Sam"), "shifts": Rows(["a", "b"], 4), "place": Sd({"town": "x"})}
OPEN = {"name": "Sam", "shifts": ["a", "b"], "place": {"town": Sd("x")}}


@pytest.mark.parametrize(
    ("claims", "path", "sd"),
    [
        (DISCLOSABLE, ("name",), ALWAYS),
        (DISCLOSABLE, ("shifts", None), ALWAYS),
        (DISCLOSABLE, ("shifts",), NEVER),
        (DISCLOSABLE, ("place", "town"), NEVER),  # within a disclosure, not one itself
        (OPEN, ("name",), NEVER),
        (OPEN, ("shifts", None), NEVER),
        (OPEN, ("place", "town"), ALWAYS),
        (OPEN, ("absent",), NEVER),
        (OPEN, ("absent",), ALWAYS),
    ],
)
def test_sd_jwt_vc_5_6_4_claims_that_are_disclosures_as_their_type_says_pass(
    claims: dict[str, Any], path: ClaimPath, sd: Disclosability
) -> None:
    assert check_claims(processed(claims), [rule(*path, sd=sd), rule(*path, sd=ALLOWED)]) == ()


@pytest.mark.parametrize(
    ("claims", "path"),
    [
        (DISCLOSABLE, ("name",)),
        (DISCLOSABLE, ("shifts", None)),
        (DISCLOSABLE, ("place",)),
        (OPEN, ("place", "town")),
        ({"shifts": ["a", Sd("b")]}, ("shifts", None)),
    ],
)
def test_sd_jwt_vc_5_6_4_never_refuses_a_disclosure(claims: dict[str, Any], path: ClaimPath) -> None:
    with pytest.raises(NeverDisclosedError):
        check_claims(processed(claims), [rule(*path, sd=NEVER)])


@pytest.mark.parametrize(
    ("claims", "path"),
    [
        (OPEN, ("name",)),
        (OPEN, ("shifts", None)),
        (OPEN, ("place",)),
        (DISCLOSABLE, ("shifts",)),
        (DISCLOSABLE, ("place", "town")),
        ({"shifts": ["a", Sd("b")]}, ("shifts", None)),
    ],
)
def test_sd_jwt_vc_5_6_4_always_refuses_what_everybody_sees(claims: dict[str, Any], path: ClaimPath) -> None:
    with pytest.raises(AlwaysDisclosedError):
        check_claims(processed(claims), [rule(*path, sd=ALWAYS)])


def test_sd_jwt_vc_5_6_4_withheld_rows_and_decoys_are_nobodys_fault() -> None:
    assert check_claims(processed(DISCLOSABLE, shown=0), [rule("shifts", None, sd=ALWAYS)]) == ()


@pytest.mark.parametrize(
    "mandatory",
    [
        rule("name", sd=NEVER, mandatory=True),
        rule("place", "street", sd=NEVER, mandatory=True),  # what it would stand in is here
    ],
)
def test_sd_jwt_vc_5_6_3_a_mandatory_claim_that_cannot_be_withheld_is_missed(
    mandatory: ClaimMetadata,
) -> None:
    with pytest.raises(MandatoryClaimError):
        check_claims(processed({"place": {"town": "x"}}), [mandatory])


@pytest.mark.parametrize(
    "mandatory",
    [
        rule("name", sd=ALWAYS, mandatory=True),
        rule("name", mandatory=True),
        rule("home", "street", sd=NEVER, mandatory=True),  # withheld with what it stands in, perhaps
        rule("shifts", None, "day", sd=NEVER, mandatory=True),
    ],
)
def test_sd_jwt_vc_5_6_3_nobody_concludes_from_what_may_be_withheld(mandatory: ClaimMetadata) -> None:
    partly = processed({"shifts": Rows([{"day": "x"}], 4)}, shown=0)
    assert check_claims(partly, [mandatory]) == (mandatory,)
    if mandatory.path[0] != "shifts":
        with pytest.raises(MandatoryClaimError):  # the issuer and the holder know
            check_claims(partly, [mandatory], complete=True)


def test_sd_jwt_vc_5_6_1_a_position_is_judged_only_where_every_row_is_known() -> None:
    second = rule("shifts", 1, sd=NEVER)
    assert check_claims(processed(DISCLOSABLE), [second]) == (second,)
    with pytest.raises(NeverDisclosedError):
        check_claims(processed(DISCLOSABLE), [second], complete=True)


def test_sd_jwt_vc_5_7_what_a_type_does_not_speak_of_is_not_refused() -> None:
    assert check_claims(processed({"more": 1, "hidden": Sd(2)}), [rule("name")]) == ()


def test_sd_jwt_vc_5_7_a_hostile_type_is_refused_before_it_costs_much() -> None:
    claims = Processed({"a": [[0] * 100] * 100}, ())
    document = {"vct": "urn:a:b", "claims": [{"path": ["a", None, None]}, {"path": ["a", None, 5]}]}
    metadata = read_type_metadata(json.dumps(document).encode()).claims
    assert check_claims(claims, metadata, complete=True) == ()
    for path in (("a", None, None), ("a", None)):
        with pytest.raises(TooManyPlacesError):
            check_claims(claims, [ClaimMetadata(path)] * 1000)
    with pytest.raises(TooManyPlacesError):  # what is passed on the way counts too
        check_claims(Processed({"a": [[{}] * 100] * 100}, ()), [ClaimMetadata(("a", None, None, "b"))] * 10)
    with pytest.raises(TooManyPlacesError):
        select([[0] * 1000] * 1000, (None, None))
