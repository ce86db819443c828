"""Our own types: what their Type Metadata asks and what `credential.read` asks are the same (SD-JWT VC section 5)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.claim_rules import ClaimRuleError, check_claims
from issuers.credential import CredentialError, read, vct_integrity, vct_of
from issuers.disclosure import Processed, process
from issuers.jws import parse_jws
from issuers.sd_jwt import CREDENTIAL_TYPE, Rows, Sd, SdJwt, issue
from issuers.type_extension import ResolvedType, choose_display, resolve_type
from issuers.vc_claims import VcClaimError, check_vc_claims
from schemas.catalogue import AUTHOR_CLAIMS, CATALOGUE, claims_of, parse_disclosed
from schemas.errors import SectionError
from schemas.metadata import type_document
from schemas.vocabulary import AuthorKind, Section
from tests.issuers.making import AUTHOR, BASE_URL, ISSUER, ISSUER_KEY, fixed_salts, make_entry, payload_of
from tests.schemas.strategies import bodies

SECTIONS = list(Section)


def published(section: Section) -> ResolvedType:
    """Return a type as a verifier has it who looks it up and checks the hash in the credential."""
    vct = vct_of(BASE_URL, section, CATALOGUE[section].version)
    return resolve_type(vct, {vct: type_document(section, vct)}.get, integrity=vct_integrity(vct))


TYPES = {section: published(section) for section in SECTIONS}


def shown(credential: str, positions: set[int] | None = None) -> Processed:
    """Return what a reader sees of a credential, with all its disclosures or those at some positions."""
    sd_jwt = SdJwt.parse(credential)
    payload = parse_jws(sd_jwt.jwt, typ=CREDENTIAL_TYPE).verify(ISSUER_KEY)
    sent = sd_jwt.disclosures
    return process(payload, sent if positions is None else [sent[at] for at in sorted(positions)])


def refuses_by_metadata(found: Processed, section: Section) -> bool:
    try:
        check_vc_claims(found)
        check_claims(found, TYPES[section].claims)
    except (VcClaimError, ClaimRuleError):
        return True
    return False


def refuses_by_catalogue(found: Processed) -> bool:
    try:
        entry = read(found)
        parse_disclosed(entry.section, entry.claims)  # as `consent.shown` goes on
    except (CredentialError, SectionError):
        return True
    return False


@given(st.data())
def test_sd_jwt_vc_5_7_every_entry_we_issue_is_what_its_type_asks_for_however_much_is_shown(
    data: st.DataObject,
) -> None:
    section = data.draw(st.sampled_from(SECTIONS))
    may_have_author = CATALOGUE[section].authors != {AuthorKind.HOLDER}
    author = AUTHOR if may_have_author and data.draw(st.booleans()) else None
    credential = make_entry(section, data.draw(bodies(section)), author=author)
    whole = shown(credential)
    check_vc_claims(whole)
    assert check_claims(whole, TYPES[section].claims, complete=True) == ()  # everything could be judged

    count = len(SdJwt.parse(credential).disclosures)
    part = shown(credential, data.draw(st.sets(st.integers(0, count - 1))))
    check_vc_claims(part)
    unjudged = check_claims(part, TYPES[section].claims)
    assert all(claim.mandatory and claim.path[0] not in part.claims for claim in unjudged)
    read(part)


@pytest.mark.parametrize("section", SECTIONS)
def test_sd_jwt_vc_5_2_what_we_publish_reads_strictly_and_has_words_in_both_languages(
    section: Section,
) -> None:
    found = TYPES[section]
    label = CATALOGUE[section].label
    for wanted, name in (("en", label.en), ("cy", label.cy), ("fr", label.en)):
        display = choose_display(found.display, [wanted])
        assert display is not None
        assert display.name == name
    for claim in found.claims:
        if claim.display is not None:
            assert [one.locale for one in claim.display] == ["en-GB", "cy-GB"]


# How an issuer on the trust list could treat a claim: as it should, or as no type of ours allows. "x" stands for what
# the claim is worth in an entry that is in order, or for itself.
ROW = {"part": "x"}
HOW: dict[str, Callable[[Any], Any]] = {
    "left out": lambda value: None,
    "open": lambda value: value,
    "hidden": Sd,
    "one row hidden": lambda value: Rows([ROW], 8),
    "one row open": lambda value: [ROW],
    "one row open, one hidden": lambda value: [Sd(ROW), ROW],
    "a part of an open row hidden": lambda value: [{"part": Sd("x")}],
    "a part of a hidden row hidden": lambda value: Rows([{"part": Sd("x")}], 8),
    "an empty list": lambda value: [],
    "an object, in part hidden": lambda value: {"part": Sd("x"), "open": "x"},
}
USUAL = {section: payload_of(make_entry(section, {})) for section in SECTIONS}


@given(st.sampled_from(SECTIONS), st.data())
def test_sd_jwt_vc_5_7_what_metadata_refuses_the_reader_refuses_whatever_an_issuer_signs(
    section: Section, data: st.DataObject
) -> None:
    names = [str(claim.path[0]) for claim in TYPES[section].claims if len(claim.path) == 1]
    lists = {claim.name for claim in claims_of(section) if claim.is_list}
    signed: dict[str, Any] = {name: USUAL[section][name] for name in names if name in USUAL[section]}
    signed |= {name: Rows([], 8) for name in lists} | {"told_on": Sd("2026-11-20")}
    odd = data.draw(st.dictionaries(st.sampled_from(names), st.sampled_from(list(HOW)), max_size=3))
    for name, how in odd.items():
        signed[name] = HOW[how]([] if name in lists else USUAL[section].get(name, "x"))
    if odd.get("vct", "open") != "open":
        return  # without its type in the open nobody knows which metadata to hold it against
    kept = {name: value for name, value in signed.items() if value is not None}
    found = shown(issue(kept, signer=ISSUER, new_salt=fixed_salts()))
    if refuses_by_metadata(found, section):
        assert refuses_by_catalogue(found)
    elif refuses_by_catalogue(
        found
    ):  # the other way round: the section says more, of the form of values alone
        with pytest.raises((SectionError, CredentialError), match=r"section|author claims|told_on"):
            parse_disclosed(section, read(found).claims)


CHANGES = {"changes": Rows([{"change": "x"}], 8)}
ONE_EACH: list[tuple[str, dict[str, Any]]] = [
    ("a visible claim hidden", {"iat": Sd(5)}),
    ("a visible claim hidden", {"exp": Sd(5)}),
    ("a list left out", {"changes": None}),
    ("a list hidden", {"changes": Sd([])}),
    ("a row open", {"changes": [{"change": "x"}]}),
    ("a part of a row hidden", {"changes": [Sd({"change": Sd("x")})]}),
    ("a claim open", {"told_on": "2026-11-20"}),
    ("an author open", {"author_name": "x"}),
    ("a status left out", {"status": None}),
    ("no cnf", {"cnf": None}),
]


@pytest.mark.parametrize("changed", [pytest.param(one, id=why) for why, one in ONE_EACH])
def test_sd_jwt_vc_5_7_both_refuse(changed: dict[str, Any]) -> None:
    usual = {
        name: value for name, value in payload_of(make_entry()).items() if name not in {"_sd", "_sd_alg"}
    }
    claims = {**usual, **CHANGES, "told_on": Sd("2026-11-20"), **changed}
    signed = {name: value for name, value in claims.items() if value is not None}
    found = shown(issue(signed, signer=ISSUER, new_salt=fixed_salts()))
    assert refuses_by_metadata(found, Section.ADJUSTMENTS)
    assert refuses_by_catalogue(found)


@pytest.mark.parametrize("section", SECTIONS)
def test_sd_jwt_vc_5_6_metadata_speaks_of_every_claim_that_an_entry_may_have(section: Section) -> None:
    described = {claim.path[0] for claim in TYPES[section].claims}
    payload = payload_of(make_entry(section, {}))
    authors = set(AUTHOR_CLAIMS) if CATALOGUE[section].authors != {AuthorKind.HOLDER} else set()
    names = {claim.name for claim in claims_of(section)} | {"told_on"} | authors
    assert described == (payload.keys() - {"_sd", "_sd_alg"}) | names
