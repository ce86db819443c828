"""The three fictional stories, shared as they say, verify for each recipient, who sees nothing that is never theirs."""

import json
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

from consent.grant import Grant, GrantKind, Recipient
from consent.presentation import release, share_bundle
from consent.presets import EntryOutline, offered, preset_items
from consent.sealed_file import FHIR_JSON, open_file, seal_file
from consent.verification import Outcome, Policy
from issuers.credential import Author, outline
from schemas.catalogue import dump_body
from schemas.plan import fold
from schemas.plan_entries import parse_appointment
from schemas.sections.plan import Plan
from schemas.vocabulary import IssuerKind, Language, Preset, Purpose, RecipientKind, Section
from tests.consent_floor.passports import (
    HOLDER_ISSUER,
    NONCE,
    NOW,
    ORGANISATION,
    SHARE_URN,
    TRUST,
    check,
    issued,
    presented,
    trusted,
)

STORIES = sorted((Path(__file__).parents[2] / "examples" / "stories").glob("*.json"))
SHARES = [
    pytest.param(story, share, id=f"{path.stem}, {share['recipient']['kind']}")
    for path in STORIES
    for story in [json.loads(path.read_text("utf-8"))]
    for share in story["shares"]
]
BOTH_SIGN_ALL = replace(
    TRUST,
    issuers=(
        trusted(HOLDER_ISSUER, IssuerKind.TOLD_BY_HOLDER, Section),
        trusted(ORGANISATION, IssuerKind.ORGANISATION, Section),
    ),
)


def entries_of(story: dict[str, Any]) -> dict[str, tuple[Section, str]]:
    """Return every entry of a story by id: told, signed, and the plan as it stands."""
    person, organisation = story["practitioner"], story["organisation"]
    author = Author(person["name"], person["role"], person["registration"], organisation["name"])
    plan = reduce(fold, map(parse_appointment, story["appointments"]), Plan())
    signed = {**story["practitioner_sections"], "plan": dump_body(plan)}
    told = {f"told {name}": (Section(name), issued(Section(name), body, author=None, issuer_url=HOLDER_ISSUER))
            for name, body in story["sections"].items()}  # fmt: skip
    return told | {
        f"signed {name}": (Section(name), issued(Section(name), body, author=author, issuer_url=ORGANISATION))
        for name, body in signed.items()
    }


def bundle_of(story: dict[str, Any], share: dict[str, Any]) -> bytes:
    kind = RecipientKind(share["recipient"]["kind"])
    entries = entries_of(story)
    outlines = [
        EntryOutline(entry_id, section, tuple(claim.path for claim in outline(text)))
        for entry_id, (section, text) in entries.items()
    ]
    on = {offer.section for offer in offered(kind) if offer.preset is Preset.ON}
    grant = Grant(
        grant_id="grant",
        kind=GrantKind.READ,
        recipient=Recipient(kind, share["recipient"]["name"]),
        purpose=Purpose(share["purpose"]),
        starts_at=NOW,
        ends_at=NOW + timedelta(days=share["days"]),
        nonce=NONCE,
        items=preset_items(kind, outlines, chosen=on | {Section(name) for name in share.get("sections", {})}),
    )
    credentials = {entry_id: text for entry_id, (_section, text) in entries.items()}
    released = release(grant, credentials=credentials, now=NOW)
    assert isinstance(released, tuple)
    return share_bundle(
        presented(released), trust=BOTH_SIGN_ALL, language=Language(story["person"]["language"])
    )


@pytest.mark.parametrize(("story", "share"), SHARES)
def test_a_share_of_a_story_verifies_for_its_recipient(story: dict[str, Any], share: dict[str, Any]) -> None:
    raw = bundle_of(story, share)
    key = bytes(range(32))
    opened = open_file(seal_file(raw, key, content_type=FHIR_JSON, iv=bytes(12)), key)
    found = check(opened.content, trust=BOTH_SIGN_ALL, policy=Policy(audience=SHARE_URN, nonce=NONCE))
    assert found.outcome is Outcome.VALID, found.failed
    assert found.holder_name == story["sections"]["about-me"]["name"]
    never = {section for section in Section if section not in {offer.section for offer in offered(
        RecipientKind(share["recipient"]["kind"]))}}  # fmt: skip
    assert not never & {entry.section for entry in found.entries}


@pytest.mark.parametrize(("story", "share"), [row for row in SHARES if "employer" in str(row.id)])
def test_no_employer_of_a_story_learns_a_condition_or_who_signed(
    story: dict[str, Any], share: dict[str, Any]
) -> None:
    text = bundle_of(story, share).decode()
    practitioner = story["practitioner"]
    for telling in (practitioner["name"], practitioner["registration"], story["organisation"]["name"]):
        assert telling not in text
    for condition in story["sections"]["conditions"]["conditions"]:
        assert condition["name"] not in text
