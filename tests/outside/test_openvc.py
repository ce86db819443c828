"""openvc-core (PyPI, 1.37.0) verifies our entries and reads our status lists, and both refuse what is broken."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openvc.proof.errors import ProofError
from openvc.proof.sd_jwt import SdJwtVcProofSuite, VerifiedSdJwt
from openvc.status.token_status_list import check_token_status

from issuers.credential import outline
from issuers.jws import sign_jws, verify_jws
from issuers.keys import SoftwareSigner, VerifyingKey
from issuers.policy import SdJwtPolicy
from issuers.sd_jwt import KEY_BINDING_TYPE, SdJwt
from issuers.status_list import STATUS_LIST_TYPE
from issuers.verification import verify_sd_jwt
from schemas.catalogue import AUTHOR_CLAIMS, TOLD_ON, claims_of
from schemas.errors import PassportError
from schemas.vocabulary import Section
from tests.issuers.making import ISSUER_KEY, PASSPORT, disclosure
from tests.outside.presenting import (
    AUDIENCE,
    NONCE,
    NOW,
    STATUS_SIGNER,
    bound,
    entries,
    issuer_key,
    status_list,
    told,
)

ENTRIES = entries()
CHANGES = ENTRIES[Section.ADJUSTMENTS]
PATHS = [claim.path for claim in outline(CHANGES)]


def judged(presentation: str, **changed: Any) -> VerifiedSdJwt:
    expected = {
        "public_key_jwk": issuer_key(),
        "audience": AUDIENCE,
        "nonce": NONCE,
        "require_key_binding": True,
    }
    return SdJwtVcProofSuite().verify(presentation, **{**expected, **changed})


def ours(presentation: str) -> dict[str, Any]:
    """Return the claims that our own verifier reads."""
    policy = SdJwtPolicy(audience=AUDIENCE, nonce=NONCE)
    return verify_sd_jwt(
        presentation, key_for=lambda _: ISSUER_KEY, now=datetime.now(UTC), policy=policy
    ).claims


def in_any_order(claims: dict[str, Any]) -> dict[str, Any]:
    return {
        name: sorted(value, key=str) if isinstance(value, list) else value
        for name, value in claims.items()
        if value != []
    }


@pytest.mark.parametrize("section", list(ENTRIES))
def test_every_entry_verifies_whole_and_reads_as_it_was_told(section: Section) -> None:
    credential = ENTRIES[section]
    found = judged(bound(credential))
    names = {*(claim.name for claim in claims_of(section)), *AUTHOR_CLAIMS, TOLD_ON}
    read = {name: value for name, value in found.claims.items() if name in names}
    everything = [claim.path for claim in outline(credential)]
    assert in_any_order(read) == in_any_order(told(section, credential, everything))
    assert found.key_bound


@given(st.sets(st.sampled_from(PATHS)))
def test_any_choice_of_claims_verifies_and_shows_only_that_choice(paths: set[str]) -> None:
    presentation = bound(CHANGES, paths)
    found = judged(presentation).claims
    shown = {name: value for name, value in found.items() if name in {"changes", *AUTHOR_CLAIMS, TOLD_ON}}
    assert in_any_order(shown) == in_any_order(told(Section.ADJUSTMENTS, CHANGES, paths))
    assert found == ours(presentation)


@pytest.mark.parametrize("revoked", [False, True])
def test_our_status_list_says_the_same_to_both(revoked: bool) -> None:
    key = VerifyingKey.from_jwk(STATUS_SIGNER.public_jwk)
    payload = verify_jws(status_list(revoked=revoked), key_for=lambda _: key, typ=STATUS_LIST_TYPE)
    found = check_token_status(judged(bound(CHANGES)).claims, resolve_status_list_token=lambda _: payload)
    assert found is not None
    assert found.revoked is revoked


def _drop_key_binding(text: str) -> str:
    return SdJwt.parse(text).without_key_binding()


def _drop_a_disclosure(text: str) -> str:
    parts = text.split("~")
    return "~".join([*parts[:1], *parts[2:]])


def _swap_disclosures(text: str) -> str:
    parts = text.split("~")
    return "~".join([parts[0], parts[2], parts[1], *parts[3:]])


def _repeat_a_disclosure(text: str) -> str:
    parts = text.split("~")
    return "~".join([parts[0], parts[1], *parts[1:]])


def _add_a_disclosure(text: str) -> str:
    parts = text.split("~")
    return "~".join([parts[0], disclosure("salt", {"change": "forged"}), *parts[1:]])


def _cut_off(text: str) -> str:
    return text[:-1]


def _another_audience(_: str) -> str:
    return bound(CHANGES, aud="urn:uuid:00000000-0000-4000-8000-000000000000")


def _another_nonce(_: str) -> str:
    return bound(CHANGES, nonce="another")


def _hash_of_another(_: str) -> str:
    return bound(CHANGES, sd_hash="AAAA")


def _bound_by_a_stranger(text: str) -> str:
    sd_jwt = SdJwt.parse(text)
    payload = {"iat": int(NOW.timestamp()), "aud": AUDIENCE, "nonce": NONCE, "sd_hash": sd_jwt.sd_hash()}
    return str(sd_jwt.with_key_binding(sign_jws(payload, SoftwareSigner.generate(), typ=KEY_BINDING_TYPE)))


def _bound_with_another_type(text: str) -> str:
    sd_jwt = SdJwt.parse(text)
    payload = {"iat": int(NOW.timestamp()), "aud": AUDIENCE, "nonce": NONCE, "sd_hash": sd_jwt.sd_hash()}
    return str(sd_jwt.with_key_binding(sign_jws(payload, PASSPORT, typ="JWT")))


def _jwt_of_another_entry(text: str) -> str:
    return "~".join([SdJwt.parse(ENTRIES[Section.WORK]).jwt, *text.split("~")[1:]])


@pytest.mark.parametrize(
    "tamper",
    [
        _drop_key_binding,
        _drop_a_disclosure,
        _swap_disclosures,
        _repeat_a_disclosure,
        _add_a_disclosure,
        _cut_off,
        _another_audience,
        _another_nonce,
        _hash_of_another,
        _bound_by_a_stranger,
        _bound_with_another_type,
        _jwt_of_another_entry,
    ],
)
def test_both_refuse_what_was_tampered_with(tamper: Any) -> None:
    broken = tamper(bound(CHANGES))
    with pytest.raises(PassportError):
        ours(broken)
    with pytest.raises(ProofError):
        judged(broken)
