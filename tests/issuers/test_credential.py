"""An entry as an SD-JWT VC: what it shows, what it hides, and what a reader refuses."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.credential import (
    NEVER_DISCLOSED,
    ROW_BUCKETS,
    VALID_FOR,
    Author,
    BoundCredentialError,
    CredentialClaimError,
    CredentialTypeError,
    HeldCredential,
    HiddenEntryClaimError,
    OpenContentError,
    UnknownPathError,
    outline,
    parse_vct,
    present,
    read,
    read_visible,
    vct_of,
)
from issuers.disclosure import process
from issuers.integrity import check_integrity
from issuers.jws import parse_jws
from issuers.keys import SoftwareSigner
from issuers.sd_jwt import CREDENTIAL_TYPE, Padded, Rows, Sd, SdJwt, SdJwtFormatError, issue
from schemas.catalogue import AUTHOR_CLAIMS, TOLD_ON, claims_of
from schemas.metadata import type_document
from schemas.vocabulary import Section
from tests.issuers.making import (
    AUTHOR,
    BASE_URL,
    CHANGES,
    ISSUER,
    ISSUER_KEY,
    ISSUER_URL,
    NOW,
    PASSPORT,
    STATUS,
    fixed_salts,
    make_entry,
    payload_of,
)  # fmt: skip
from tests.issuers.making import (
    TOLD_ON as THE_DAY,
)

VISIBLE = {"iss", "nbf", "iat", "exp", "vct", "vct#integrity", "cnf", "status", "_sd", "_sd_alg"}
ENTRY = make_entry(author=AUTHOR)
WORK = {
    "situation": "working",
    "hours": "Thirty hours over four days",
    "jobs": [{"title": "Archivist"}, {"title": "Librarian"}],
    "skills": ["Cataloguing", "Welsh"],
}


def read_from(credential: str) -> Any:
    sd_jwt = SdJwt.parse(credential)
    payload = parse_jws(sd_jwt.jwt, typ=CREDENTIAL_TYPE).verify(ISSUER_KEY)
    return read(process(payload, sd_jwt.disclosures))


def test_everybody_sees_who_issued_it_when_its_type_the_passports_key_and_its_status() -> None:
    payload = payload_of(ENTRY)
    assert payload.keys() == VISIBLE | {"changes"}
    assert payload["iss"] == ISSUER_URL
    assert payload["vct"] == "https://passport.example/vct/adjustments/1"
    assert payload["cnf"] == {"jwk": PASSPORT.public_jwk}
    assert payload["status"] == {"status_list": {"idx": STATUS.index, "uri": STATUS.uri}}
    assert payload["nbf"] == payload["iat"] == int(NOW.timestamp())
    assert payload["exp"] - payload["iat"] == VALID_FOR.total_seconds()


def test_what_was_told_comes_back_as_it_was_told() -> None:
    entry = read_from(ENTRY)
    assert entry.claims == {"changes": CHANGES}
    assert entry.author == AUTHOR
    assert entry.told_on == THE_DAY
    assert entry.section is Section.ADJUSTMENTS
    assert entry.visible.iss == ISSUER_URL
    assert entry.visible.holder_key.kid == PASSPORT.kid
    assert entry.visible.status == STATUS
    assert (entry.visible.issued_at, entry.visible.expires_at) == (NOW, NOW + VALID_FOR)


def test_an_outline_names_claims_and_rows_in_the_order_they_were_told() -> None:
    claims = outline(make_entry(Section.WORK, WORK, author=AUTHOR))
    assert [claim.path for claim in claims] == [
        "situation",
        "hours",
        "jobs/0",
        "jobs/1",
        "skills/0",
        "skills/1",
        *AUTHOR_CLAIMS,
        TOLD_ON,
    ]
    assert [claim.value for claim in claims if claim.name == "skills"] == WORK["skills"]


def test_a_holders_entry_names_no_author() -> None:
    entry = read_from(make_entry())
    assert entry.author is None
    assert {claim.name for claim in outline(make_entry())} == {"changes", TOLD_ON}


def test_an_author_without_a_registration_has_no_such_claim() -> None:
    author = Author(name="Alex Example", role="Case manager", organisation="Example")
    assert read_from(make_entry(author=author)).author == author


@given(st.sets(st.sampled_from([claim.path for claim in outline(ENTRY)])))
def test_presenting_any_set_reveals_exactly_that_set(paths: set[str]) -> None:
    presented = present(ENTRY, paths)
    entry = read_from(presented)
    rows = [int(path.split("/")[1]) for path in paths if path.startswith("changes/")]
    assert entry.claims.get("changes", []) == [CHANGES[row] for row in sorted(rows)]
    assert (entry.author.claims().keys() if entry.author else set()) == paths & set(AUTHOR_CLAIMS)
    assert (entry.told_on is not None) == (TOLD_ON in paths)
    assert len(SdJwt.parse(presented).disclosures) == len(paths)


@given(st.integers(0, ROW_BUCKETS[-1]), st.booleans(), st.integers(0, 10**6))
def test_the_signed_part_shows_neither_rows_nor_author(rows: int, has_author: bool, seed: int) -> None:
    body = {"changes": [{"change": "x"} for _ in range(rows)]}
    entry = make_entry(body=body, author=AUTHOR if has_author else None, new_salt=fixed_salts(seed))
    payload = payload_of(entry)
    assert len(payload["changes"]) in ROW_BUCKETS
    assert len(payload["changes"]) == min(size for size in ROW_BUCKETS if size >= rows)
    assert len(payload["_sd"]) == 8
    assert payload.keys() == VISIBLE | {"changes"}


@pytest.mark.parametrize("section", list(Section))
def test_every_entry_of_a_section_has_the_same_shape(section: Section) -> None:
    lists = {claim.name for claim in claims_of(section) if claim.is_list}
    scalars = {claim.name: "x" for claim in claims_of(section) if not claim.is_list}
    empty, full = (
        payload_of(make_entry(section, body, author=author, vct=vct_of(BASE_URL, section, 1)))
        for body, author in (({}, None), (scalars, AUTHOR))
    )
    assert empty.keys() == full.keys() == VISIBLE | lists
    assert len(empty["_sd"]) == len(full["_sd"])
    assert all(len(empty[name]) == ROW_BUCKETS[0] for name in lists)


@pytest.mark.parametrize("section", list(Section))
def test_no_claim_of_a_section_could_be_taken_for_a_claim_of_the_credential(section: Section) -> None:
    names = {claim.name for claim in claims_of(section)}
    assert not names & (VISIBLE | NEVER_DISCLOSED | {*AUTHOR_CLAIMS, TOLD_ON, "sub", "jti", "aud", "nonce"})


def test_more_rows_than_the_largest_bucket_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 40 rows"):
        make_entry(body={"changes": [{"change": "x"}] * 41})


def test_a_claim_of_another_section_is_not_issued() -> None:
    with pytest.raises(ValueError, match="only claims of the section"):
        make_entry(body={"conditions": []})


def test_the_type_of_another_section_is_not_issued() -> None:
    with pytest.raises(ValueError, match="expected a vct of adjustments"):
        make_entry(vct=vct_of(BASE_URL, Section.PLAN, 1))


@pytest.mark.parametrize(
    "path", ["changes/12", "changes/-1", "changes", "changes/0/why", "told_on/0", "", "conditions"]
)
def test_a_path_to_nothing_is_refused(path: str) -> None:
    with pytest.raises(UnknownPathError):
        present(ENTRY, [path])


@pytest.mark.rfc9901("7.2")
@pytest.mark.parametrize("binding", ["e30.e30.e30", "x", "~"], ids=["a JWS", "no JWS", "a tilde too many"])
def test_7_2_rejects_a_credential_with_key_binding_that_a_holder_is_given(binding: str) -> None:
    for take_in in (HeldCredential.parse, outline, lambda text: present(text, [])):
        with pytest.raises(SdJwtFormatError if binding == "~" else BoundCredentialError):
            take_in(f"{ENTRY}{binding}")


def test_a_held_credential_presents_any_number_of_choices() -> None:
    held = HeldCredential.parse(ENTRY)
    one, other = held.present(["changes/1"]), held.present(["changes/2", "told_on"])
    assert str(one) == present(ENTRY, ["changes/1"])
    assert str(other) == present(ENTRY, ["told_on", "changes/2"])


@pytest.mark.parametrize(("vct", "section"), [(vct_of(BASE_URL, section, 3), section) for section in Section])
def test_a_type_names_its_section_and_version(vct: str, section: Section) -> None:
    assert parse_vct(vct) == (section, 3)


@pytest.mark.parametrize(
    "vct",
    [
        None,
        5,
        "",
        "/vct/plan/1",
        "https://x/vct/plan",
        "https://x/vct/plan/",
        "https://x/vct/plan/0",
        "https://x/vct/plan/01",
        "https://x/vct/plan/1/",
        "https://x/vct/plan/1?x",
        "https://x/vct/plan/1\n",
        "https://x/vct/Plan/1",
        "https://x/vct/diagnosis/1",
        "https://x/vct/plan/10000",
        "https://x/\n/vct/plan/1",
        "plan",  # anybody's name
        "x/vct/plan/1",
        "//x/vct/plan/1",
        "urn:x/vct/plan/1",
        "ftp://x/vct/plan/1",
        "https:///vct/plan/1",
        "https://x y/vct/plan/1",
        "HTTPS://x/vct/plan/1",
        "h" * 300 + "/vct/plan/1",
    ],
)
def test_a_type_of_something_else_is_refused(vct: object) -> None:
    with pytest.raises(CredentialTypeError):
        parse_vct(vct)


def _without(name: str) -> dict[str, Any]:
    return {key: value for key, value in payload_of(ENTRY).items() if key != name}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", None),
        ("iss", 5),
        ("iat", "2026"),
        ("iat", True),
        ("nbf", -1),
        ("exp", 1.5),
        ("exp", 10**30),
        ("cnf", None),
        ("cnf", []),
        ("cnf", {}),
        ("cnf", {"kid": "x"}),
        ("cnf", {"jwk": "x"}),
        ("cnf", {"jwk": PASSPORT.private_jwk()}),
        ("cnf", {"jwk": PASSPORT.public_jwk, "x5t": "x"}),
        ("status", None),
        ("status", {}),
        ("status", {"status_list": {"idx": -1, "uri": "x"}}),
        ("status", {"status_list": {"idx": True, "uri": "x"}}),
        ("status", {"status_list": {"idx": "1", "uri": "x"}}),
        ("status", {"status_list": {"idx": 1, "uri": ""}}),
        ("status", {"status_list": {"idx": 1, "uri": "x", "more": 1}}),
        ("status", {"status_list": {"idx": 1, "uri": "x"}, "other": {}}),
        ("vct#integrity", None),
        ("vct#integrity", 5),
        ("vct#integrity", ["sha256-x"]),
        ("vct#integrity", "md5-x"),
        ("vct#integrity", "sha256-x"),
    ],
)
def test_a_visible_claim_of_another_form_is_refused(name: str, value: object) -> None:
    with pytest.raises(CredentialClaimError):
        read_visible({**payload_of(ENTRY), name: value})


@pytest.mark.parametrize("name", ["iss", "iat", "nbf", "exp", "cnf", "status"])
def test_an_entry_without_a_claim_that_everybody_must_see_is_refused(name: str) -> None:
    with pytest.raises(CredentialClaimError):
        read_visible(_without(name))


def issued_by_hand(**claims: Any) -> str:
    """Return a credential that an issuer on the trust list might sign in error."""
    base = {
        name: value for name, value in payload_of(ENTRY).items() if name not in {"_sd", "_sd_alg", "changes"}
    }
    base = {name: value for name, value in {**base, "changes": Rows([], 8)}.items() if name not in claims}
    return issue({**base, **claims}, signer=ISSUER, new_salt=fixed_salts())


@pytest.mark.parametrize("name", sorted(NEVER_DISCLOSED | {"iat"}))
def test_sd_jwt_vc_2_2_2_3_a_claim_that_must_be_visible_is_refused_as_a_disclosure(name: str) -> None:
    value = payload_of(ENTRY).get(name, "x")
    with pytest.raises(CredentialClaimError):
        read_from(issued_by_hand(**{name: Sd(value)}))
    sd_jwt = SdJwt.parse(issued_by_hand(**{name: Sd(value)}))
    with pytest.raises(HiddenEntryClaimError):  # what a holder sees who takes it in
        HeldCredential.parse(str(sd_jwt))


@pytest.mark.parametrize(
    "claims",
    [
        {"diagnosis": Sd("x")},
        {"sub": "x"},
        {"aka_vcts": ["https://passport.example/vct/about-me/1"]},
        {"conditions": Rows(["x"], 8)},
        {"changes": Sd([{"change": "x"}])},
        {"changes": [{"change": "x"}]},
        {"changes": [Sd({"change": "x"}), {"change": "y"}]},
        {"changes": Padded({"change": Sd("x")}, 8)},
        {"changes": "x"},
        {"changes": 5},
        {"changes": None},
        {"changes": [Sd({"change": Sd("x")})]},
        {"author_name": Sd(5)},
        {"author_name": "visible"},
        {"told_on": "2026-11-20"},
        {"told_on": Sd("20261120")},
        {"told_on": Sd("2026-02-30")},
        {"told_on": Sd(5)},
        {"told_on": Sd("")},
    ],
)
def test_content_that_the_section_lacks_or_that_everybody_would_see_is_refused(
    claims: dict[str, Any],
) -> None:
    with pytest.raises(CredentialClaimError):
        read_from(issued_by_hand(**claims))


@pytest.mark.parametrize("claims", [{"told_on": "2026-11-20"}, {"author_name": "x"}, {"changes": ["x"]}])
def test_sd_jwt_vc_5_6_4_content_that_could_not_be_held_back_has_a_refusal_of_its_own(
    claims: dict[str, Any],
) -> None:
    with pytest.raises(OpenContentError):
        read_from(issued_by_hand(**claims))


def test_an_entry_carries_the_hash_of_what_its_type_says() -> None:
    payload = payload_of(ENTRY)
    check_integrity(type_document(Section.ADJUSTMENTS, payload["vct"]), payload["vct#integrity"])
    assert "vct#integrity" not in payload_of(make_entry(vct=vct_of(BASE_URL, Section.ADJUSTMENTS, 2)))


def test_an_entry_of_nothing_but_decoys_is_read() -> None:
    entry = read_from(issued_by_hand(told_on=Sd("2026-11-20")))
    assert (entry.claims, entry.told_on) == ({}, THE_DAY)


def test_an_entry_whose_list_is_left_out_is_refused_since_that_shows_that_it_is_empty() -> None:
    payload = {name: value for name, value in payload_of(ENTRY).items() if name not in {"changes", "_sd"}}
    with pytest.raises(CredentialClaimError):
        read(process(payload, ()))


def test_a_time_without_a_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="time zone"):
        make_entry(now=NOW.replace(tzinfo=None))


def test_an_entry_may_be_valid_for_as_long_as_its_issuer_says() -> None:
    assert read_from(make_entry(valid_for=timedelta(days=7))).visible.expires_at == NOW + timedelta(days=7)


def test_an_entry_of_another_signer_does_not_verify() -> None:
    entry = make_entry(signer=SoftwareSigner.generate())
    assert not ISSUER_KEY.verify(
        (jws := parse_jws(SdJwt.parse(entry).jwt, typ=CREDENTIAL_TYPE)).signing_input, jws.signature
    )


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from([PASSPORT.public_jwk, "x", "EC"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["jwk", "kty", "crv", "x", "y", "kid", "key_ops", "idx", "uri", "status_list"]),
            inner,
        )
    ),
    max_leaves=6,
)


@given(st.sampled_from(["iss", "iat", "nbf", "exp", "vct", "cnf", "status", "changes", "told_on"]), ANYTHING)
def test_hostile_claims_raise_our_errors_or_none(name: str, value: Any) -> None:
    with suppress(CredentialClaimError, CredentialTypeError):
        read(process({**payload_of(ENTRY), name: value}, ()))
