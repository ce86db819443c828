"""A share's FHIR document is valid R4, says nothing but what was disclosed, and can always be built again."""

import base64
import json
import warnings
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.catalogue import CATALOGUE, dump_body, parse_body
from schemas.errors import SectionError
from schemas.fhir import document
from schemas.readable import Provenance, ReadableEntry
from schemas.vocabulary import IssuerKind, Language, Section
from tests.schemas.strategies import bodies
from tests.schemas.test_stories import STORIES, plan_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # a third party's models warn about names of their own
    from fhir.resources.R4B.bundle import Bundle

URN = "urn:uuid:6f1c6f0e-6a7e-4f2b-9c39-0b6d0a3f8a11"
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HELD = Provenance(IssuerKind.TOLD_BY_HOLDER, "Health and work passport", told_on=date(2026, 11, 2))
SIGNED = Provenance(
    IssuerKind.ORGANISATION, "Alder House", "Bethan Cole", "Occupational therapist", "HCPC OT00001",
    "Taff Valley Service", date(2026, 11, 3),
)  # fmt: skip
NEUTRAL = Provenance(IssuerKind.ORGANISATION, "Alder House", told_on=date(2026, 11, 3))

# FHIR R4 required bindings of the elements we fill.
REQUIRED: dict[str, dict[str, set[str]]] = {
    "Composition": {"status": {"preliminary", "final", "amended", "entered-in-error"}},
    "Flag": {"status": {"active", "inactive", "entered-in-error"}},
    "CarePlan": {
        "status": {"draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"},
        "intent": {"proposal", "plan", "order", "option"},
    },
    "Goal": {
        "lifecycleStatus": {
            "proposed", "planned", "accepted", "active", "on-hold", "completed", "cancelled", "entered-in-error",
            "rejected",
        }
    },
    "Observation": {
        "status": {
            "registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown",
        }
    },
}  # fmt: skip
ACTIVITY = {
    "not-started", "scheduled", "in-progress", "on-hold", "completed", "cancelled", "stopped", "unknown",
    "entered-in-error",
}  # fmt: skip
ALLOWED_TAGS = {"div", "p", "b", "ul", "li", "br"}

any_entry = st.sampled_from(Section).flatmap(
    lambda section: st.builds(
        ReadableEntry, st.just(section), bodies(section), st.sampled_from([HELD, SIGNED, NEUTRAL])
    )
)


def built(entries: Sequence[ReadableEntry], **changes: Any) -> dict[str, Any]:
    binaries = [f"presentation-{number}~" for number in range(len(entries))]
    plain: dict[str, Any] = {
        "share_urn": URN,
        "issued_at": NOW,
        "language": Language.ENGLISH,
        "binaries": binaries,
    }
    return document(entries=entries, **plain | changes)


def told(section: Section, claims: dict[str, Any], provenance: Provenance = HELD) -> ReadableEntry:
    return ReadableEntry(section, claims, provenance)


def everything_in(story: dict[str, Any]) -> list[ReadableEntry]:
    own = [told(Section(name), body) for name, body in story["sections"].items()]
    signed = [told(Section(name), body, SIGNED) for name, body in story["practitioner_sections"].items()]
    return [*own, told(Section.PLAN, dump_body(plan_of(story)[0]), SIGNED), *signed]


def resources(bundle: dict[str, Any], kind: str | None = None) -> list[dict[str, Any]]:
    found = [entry["resource"] for entry in bundle["entry"]]
    return [one for one in found if kind in (None, one["resourceType"])]


def narratives(bundle: dict[str, Any]) -> list[str]:
    return [section["text"]["div"] for section in resources(bundle, "Composition")[0].get("section", [])]


def words_of(div: str) -> str:
    return "\n".join(ElementTree.fromstring(div).itertext())


def references(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(references, value))
    if not isinstance(value, dict):
        return set()
    own = {value["reference"]} if "reference" in value else set()
    return own.union(*map(references, value.values()))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_every_story_makes_a_valid_document(story: dict[str, Any], language: Language) -> None:
    bundle = built(everything_in(story), language=language)
    Bundle.model_validate(bundle)
    kinds = {one["resourceType"] for one in resources(bundle)}
    assert kinds == {
        "Composition", "Patient", "Flag", "Condition", "CarePlan", "Goal", "Observation", "Organization",
        "Practitioner", "PractitionerRole", "Binary",
    }  # fmt: skip
    assert json.loads(json.dumps(bundle)) == bundle


@settings(max_examples=60)
@given(st.lists(any_entry, max_size=5), st.sampled_from(Language))
def test_any_entries_make_a_valid_document(entries: list[ReadableEntry], language: Language) -> None:
    bundle = built(entries, language=language)
    Bundle.model_validate(bundle)
    for div in narratives(bundle):
        assert {node.tag.split("}")[1] for node in ElementTree.fromstring(div).iter()} <= ALLOWED_TAGS
    for one in resources(bundle):
        for element, codes in REQUIRED.get(one["resourceType"], {}).items():
            assert one[element] in codes
    for plan in resources(bundle, "CarePlan"):
        assert {step["detail"]["status"] for step in plan.get("activity", [])} <= ACTIVITY


@given(st.lists(any_entry, max_size=4))
def test_every_reference_leads_into_the_bundle_and_every_resource_is_reached(
    entries: list[ReadableEntry],
) -> None:
    bundle = built(entries)
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert [f"urn:uuid:{one['id']}" for one in resources(bundle)] == urls
    assert len(set(urls)) == len(urls)
    assert references(bundle) <= set(urls)
    empty = {
        b["id"] for b in resources(bundle, "Binary")
    }  # an entry that says nothing has a Binary and no section
    assert {url for url in urls[1:] if url[9:] not in empty} <= references(bundle)


@given(st.lists(any_entry, max_size=4), st.randoms())
def test_the_same_entries_make_the_same_document(entries: list[ReadableEntry], random: Any) -> None:
    assert built(entries) == built(list(entries))
    one_each = list({entry.section: entry for entry in entries}.values())
    pairs = list(zip(one_each, (f"{entry.section}~" for entry in one_each), strict=True))
    straight = built([entry for entry, _ in pairs], binaries=[binary for _, binary in pairs])
    random.shuffle(pairs)
    assert built([entry for entry, _ in pairs], binaries=[binary for _, binary in pairs]) == straight


def test_sections_come_in_catalogue_order_with_one_binary_per_entry() -> None:
    entries = everything_in(STORIES["joseph"])
    binaries = [f"{number}~" for number in range(len(entries))]
    bundle = built(entries, binaries=binaries)
    composition = resources(bundle, "Composition")[0]
    orders = [CATALOGUE[Section(section["code"]["text"])].order for section in composition["section"]]
    assert orders == sorted(orders)
    assert len(orders) == len(entries)
    data = [base64.b64decode(one["data"]).decode() for one in resources(bundle, "Binary")]
    assert sorted(data) == sorted(binaries)
    assert {one["contentType"] for one in resources(bundle, "Binary")} == {"application/dc+sd-jwt"}
    for section, proof in zip(composition["section"], resources(bundle, "Binary"), strict=True):
        assert section["entry"][-1] == {"reference": f"urn:uuid:{proof['id']}"}


def test_the_document_names_the_share_and_the_moment_it_was_made() -> None:
    bundle = built([], issued_at=NOW.astimezone(timezone(timedelta(hours=5))), language=Language.WELSH)
    assert bundle["type"] == "document"
    assert bundle["identifier"] == {"system": "urn:ietf:rfc:3986", "value": URN}
    assert bundle["timestamp"] == "2026-11-21T09:30:00Z"
    assert bundle["language"] == "cy-GB"
    assert "section" not in resources(bundle, "Composition")[0]
    assert built([])["id"] != built([], share_urn=URN[:-1] + "2")["id"]


HOSTILE = """<script>alert("x")</script> ]]> &amp; 'q' <br/> tŷ"""


def test_text_of_a_person_stays_text() -> None:
    bundle = built([told(Section.WHAT_MATTERS, {"good_day": HOSTILE})])
    (div,) = narratives(bundle)
    assert HOSTILE in words_of(div)
    assert "<script" not in div


def test_a_patient_is_named_only_where_the_name_was_disclosed() -> None:
    claims = {"language": "bfi"}
    anonymous = resources(built([told(Section.ABOUT_ME, claims)]), "Patient")[0]
    assert set(anonymous) == {"resourceType", "id", "communication"}
    named = built([told(Section.ABOUT_ME, claims | {"name": "Amara"}), told(Section.WORK, {"hours": "30"})])
    assert resources(named, "Patient")[0]["name"] == [{"text": "Amara"}]
    assert all(
        words_of(div).startswith("Told by Amara, recorded by this service, 2 November 2026")
        for div in narratives(named)
    )


def test_an_entry_that_discloses_nothing_has_no_heading_and_no_resource() -> None:
    empty = [told(Section.PLAN, {}, SIGNED), told(Section.CONDITIONS, {"conditions": []}, SIGNED)]
    bundle = built(empty)
    assert [one["resourceType"] for one in resources(bundle)] == [
        "Composition",
        "Patient",
        "Binary",
        "Binary",
    ]
    assert "section" not in resources(bundle, "Composition")[0]


def test_a_withheld_author_is_named_by_the_neutral_public_name_alone() -> None:
    advice = {"options": [{"option": "altered-hours"}]}
    text = json.dumps(built([told(Section.WORK_ADVICE, advice, NEUTRAL)]))
    assert "Alder House" in text
    assert "Practitioner" not in text
    full = built([told(Section.WORK_ADVICE, advice, SIGNED)])
    assert resources(full, "Organization")[0]["name"] == "Taff Valley Service"
    assert resources(full, "PractitionerRole")[0]["code"] == [{"text": "Occupational therapist"}]
    assert resources(full, "Practitioner")[0]["qualification"] == [{"code": {"text": "HCPC OT00001"}}]


@settings(max_examples=50)
@given(bodies(Section.PLAN).filter(lambda body: any(body.values())), st.booleans())
def test_a_link_to_a_withheld_row_leaves_no_trace(body: dict[str, Any], welsh: bool) -> None:
    claims = dump_body(parse_body(Section.PLAN, body))
    language = Language.WELSH if welsh else Language.ENGLISH
    bare: dict[str, Any] = {"key": "aaaaaa", "solution": "A stool"}
    linked = claims | {"solutions": [bare | {"goal": "withheldwithheld", "obstacle": "withheldwithheld"}]}
    unlinked = claims | {"solutions": [bare]}
    assert built([told(Section.PLAN, linked)], language=language) == built(
        [told(Section.PLAN, unlinked)], language=language
    )


def test_a_plan_says_in_its_narrative_what_it_is_not_for() -> None:
    (div,) = narratives(
        built([told(Section.PLAN, {"can_do": [{"key": "aaaaaa", "can_do": "Walk"}]}, SIGNED)])
    )
    assert "This is not for conditionality or the Work Capability Assessment." in words_of(div)


def test_codes_and_dates_reach_their_resources() -> None:
    change = {"kind": "hours", "change": "Start at ten", "status": "refused", "starts": "2026-10-05"}
    bundle = built(
        [
            told(Section.COMMUNICATION, {"interpreter": {"code": "204331000000107"}}),
            told(Section.ADJUSTMENTS, {"changes": [change]}),
            told(
                Section.CONDITIONS,
                {"conditions": [{"name": "Migraine", "code": "37796009", "since": "2008"}]},
            ),
            told(
                Section.SCORES,
                {"scores": [{"measure": "confidence", "points": 7, "on": "2026-11-03"}]},
                SIGNED,
            ),
        ]
    )
    needed, refused = resources(bundle, "Flag")
    assert needed["code"]["coding"][0] == {
        "system": "http://snomed.info/sct",
        "code": "204331000000107",
        "display": "British Sign Language interpreter needed",
    }
    assert (refused["status"], refused["period"]) == ("inactive", {"start": "2026-10-05"})
    (condition,) = resources(bundle, "Condition")
    assert (condition["code"]["coding"][0]["code"], condition["onsetDateTime"]) == ("37796009", "2008")
    (score,) = resources(bundle, "Observation")
    assert (score["valueInteger"], score["effectiveDateTime"]) == (7, "2026-11-03")


def test_a_naive_moment_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        built([], issued_at=datetime(2026, 11, 21))  # noqa: DTZ001


def test_entries_and_binaries_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="each entry needs its binary"):
        built([told(Section.WORK, {"hours": "30"})], binaries=[])


def test_claims_of_another_section_are_refused() -> None:
    with pytest.raises(SectionError):
        built([told(Section.WORK, {"conditions": []})])
