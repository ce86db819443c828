"""Presenting any set of disclosures reveals exactly that set, under the grant that lets it out."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.grant import Grant, GrantItem, RefusalReason, Refused, withdraw
from consent.presentation import OtherEntryError, ReleasedEntry, present, release
from consent.verification import Outcome
from issuers.credential import Claim, UnknownPathError, outline
from issuers.encoding import decode_base64url
from issuers.sd_jwt import SdJwt
from schemas.vocabulary import RecipientKind, Section
from tests.consent_floor.passports import (
    AUTHOR,
    BODIES,
    CREDENTIALS,
    NONCE,
    NOW,
    PASSPORT_KEY,
    SHARE_STATUS,
    SHARE_URN,
    SIGNED_BY_PRACTITIONER,
    Passport,
    check,
    everything,
    presented,
)

GRANT: Grant = Passport().grant(RecipientKind.GP)
HELD = {section.value: credential for section, credential in CREDENTIALS.items()}
OUTLINES: dict[Section, tuple[Claim, ...]] = {s: outline(credential) for s, credential in CREDENTIALS.items()}

choices = st.sampled_from(Section).flatmap(
    lambda section: st.tuples(
        st.just(section), st.sets(st.sampled_from([claim.path for claim in OUTLINES[section]]), min_size=1)
    )
)


def expected_claims(section: Section, paths: set[str]) -> dict[str, object]:
    """What a reader is to see: chosen claims, and chosen rows in their order."""
    claims: dict[str, object] = {}
    for claim in OUTLINES[section]:
        if claim.path in paths and claim.name in BODIES[section]:
            if claim.row is None:
                claims[claim.name] = claim.value
            else:
                rows = claims.setdefault(claim.name, [])
                assert isinstance(rows, list)
                rows.append(claim.value)
    return claims


@given(choices)
def test_presenting_a_set_reveals_exactly_that_set(choice: tuple[Section, set[str]]) -> None:
    section, paths = choice
    (text,) = presented([ReleasedEntry.of(CREDENTIALS[section], tuple(paths))]).entries
    found = check(text)
    assert found.outcome is Outcome.VALID
    (verified,) = found.entries
    assert verified.readable.claims == expected_claims(section, paths)
    provenance = verified.readable.provenance
    assert (provenance.told_on is not None) == ("told_on" in paths)
    assert (provenance.author_name == AUTHOR.name) == ("author_name" in paths)
    assert len(SdJwt.parse(text).disclosures) == len(paths)


@given(choices)
def test_what_is_withheld_is_nowhere_in_the_text(choice: tuple[Section, set[str]]) -> None:
    section, paths = choice
    (text,) = presented([ReleasedEntry.of(CREDENTIALS[section], tuple(paths))]).entries
    parts = [part for jws_part in text.split("~") for part in jws_part.split(".")]
    readable = b" ".join(decode_base64url(part) for part in parts if part).decode("utf-8", "replace")
    withheld = [claim for claim in OUTLINES[section] if claim.path not in paths]
    for claim in withheld:
        assert claim.disclosure not in text
        assert json.dumps(claim.value, ensure_ascii=False, separators=(",", ":")) not in readable


@pytest.mark.parametrize("paths", [("nothing",), ("changes/9",), ("changes",), ("iss",)])
def test_a_path_that_names_nothing_is_refused(paths: tuple[str, ...]) -> None:
    with pytest.raises(UnknownPathError):
        presented([ReleasedEntry.of(CREDENTIALS[Section.ADJUSTMENTS], paths)])


def test_a_presentation_of_nothing_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="at least one"):
        presented([])


def test_entries_stand_in_catalogue_order_whatever_order_they_are_given_in() -> None:
    released = [everything(section) for section in (Section.WORK, Section.ABOUT_ME, Section.COMMUNICATION)]
    assert presented(released) == presented(released[::-1])


def test_the_audience_is_the_shares_id_and_never_an_address() -> None:
    presentation = presented([everything(Section.WORK)])
    assert presentation.audience == SHARE_URN
    assert not any(
        "/m/" in decode_base64url(text.split("~")[-1].split(".")[1]).decode() for text in presentation.entries
    )


def test_the_moment_of_release_is_kept_in_whole_seconds() -> None:
    later = NOW + timedelta(milliseconds=900)
    assert presented([everything(Section.WORK)], now=later).released_at == NOW


# Release: what the grant says, and no more


def test_a_grant_releases_its_items() -> None:
    released = release(GRANT, credentials=HELD, now=NOW)
    assert isinstance(released, tuple)
    assert [entry.paths for entry in released] == [item.paths for item in GRANT.items]


@pytest.mark.parametrize(
    ("grant", "reason"),
    [
        (withdraw(GRANT, now=NOW), RefusalReason.REVOKED),
        (replace(GRANT, starts_at=NOW + timedelta(1)), RefusalReason.NOT_STARTED),
        (replace(GRANT, starts_at=NOW - timedelta(9), ends_at=NOW), RefusalReason.ENDED),
    ],
)
def test_a_grant_that_does_not_hold_releases_nothing(grant: Grant, reason: RefusalReason) -> None:
    assert release(grant, credentials=HELD, now=NOW) == Refused(reason)


def test_who_signed_is_never_released_to_an_employer_as_if_an_employer_had_answered() -> None:
    """The grant may say so; the credential says that it is no answer: its author could be a diagnosis."""
    paths = tuple(claim.path for claim in outline(CREDENTIALS[Section.ADJUSTMENTS]))
    item = GrantItem(Section.ADJUSTMENTS, "entry", (paths[0], "author_organisation"), by_employer=True)
    grant = replace(Passport().grant(RecipientKind.EMPLOYER), items=(item,))
    with pytest.raises(OtherEntryError):
        release(grant, credentials={"entry": CREDENTIALS[Section.ADJUSTMENTS]}, now=NOW)


def test_an_entry_that_is_missing_is_refused() -> None:
    with pytest.raises(OtherEntryError):
        release(GRANT, credentials={}, now=NOW)


def test_an_entry_of_another_section_is_never_released_under_an_id_mixed_up() -> None:
    item = GrantItem(Section.COMMUNICATION, "entry", ("channel",))
    grant = replace(Passport().grant(RecipientKind.EMPLOYER), items=(item,))
    with pytest.raises(OtherEntryError):
        release(grant, credentials={"entry": CREDENTIALS[Section.CONDITIONS]}, now=NOW)


@pytest.mark.parametrize("section", sorted(SIGNED_BY_PRACTITIONER))
def test_the_one_who_signed_is_named_only_where_the_grant_says_so(section: Section) -> None:
    (text,) = presented([ReleasedEntry.of(CREDENTIALS[section], (OUTLINES[section][0].path,))]).entries
    (verified,) = check(text).entries
    provenance = verified.readable.provenance
    assert provenance.issuer_name == "Issuer p4xq"
    assert provenance.author_organisation is None


def test_present_takes_any_signer() -> None:
    presentation = present(
        [everything(Section.WORK)],
        passport_signer=PASSPORT_KEY,
        audience=SHARE_URN,
        nonce=NONCE,
        now=NOW,
        share_status=SHARE_STATUS,
    )
    assert check(presentation.entries[0]).outcome is Outcome.VALID
