"""A receipt in other people's forms: JSON-LD whose every term is a term of DPV, and a valid FHIR Consent."""

import base64
import json
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from consent.grant import GrantItem, GrantKind
from consent.receipt import (
    Controller,
    Event,
    Notice,
    Receipt,
    Retention,
    ServiceController,
    SharedEntry,
    StatedBasis,
)
from consent.receipt_dpv import CONTEXT, dpv_json_ld
from consent.receipt_fhir import fhir_consent
from consent.receipt_token import RECEIPT_TYPE
from issuers.jws import parse_jws
from schemas.consent_vocabulary import Assurance, ConsentEvent, ConsentParty, LegalBasis, RetentionRule
from schemas.vocabulary import AuthorKind, Language, Purpose, RecipientKind, Section
from tests.consent_floor.granting import (
    GIVEN,
    ISSUER,
    KEY,
    NOW,
    REQUESTED,
    WITHDRAWN,
    make_receipt,
    read,
    signed,
)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # a third party's models warn about names of their own
    from fhir.resources.R4B.consent import Consent


def promise(rule: RetentionRule) -> Retention:
    until = date(2027, 5, 1) if rule is RetentionRule.UNTIL_DATE else None
    return Retention(rule, 7 if rule is RetentionRule.DAYS_AFTER_END else None, until)


HOLDER = StatedBasis(ConsentParty.HOLDER, LegalBasis.CHOICE)
WELSH = make_receipt(
    notice=Notice.of("Rydych ar fin dangos dwy adran.", Language.WELSH),
    principal_name="Sam Example",
    controller=Controller(kind=RecipientKind.GP, name="Meddygfa’r Wern", contact="post@wern.example"),
    purpose=Purpose.HEALTH_CARE,
    retention=Retention(RetentionRule.RECORDS_RULES),
)
APPEND = make_receipt(
    kind=GrantKind.APPEND,
    shared=(),
    may_write=(Section.PLAN,),
    controller=Controller(kind=RecipientKind.PRACTITIONER, name="Alex Example"),
    purpose=Purpose.WORKABILITY_PLAN,
)
ELSEWHERE = "urn:uuid:7d0a4f0e-0d8e-4a57-8f0e-6f9f0a9c2d33"
ANSWERED = make_receipt(events=(REQUESTED, GIVEN), shared=(), granted_in=ELSEWHERE)
RECEIPTS: list[Receipt] = [
    make_receipt(),
    WELSH,
    APPEND,
    make_receipt(events=(REQUESTED,), shared=()),
    ANSWERED,
    make_receipt(events=(GIVEN, WITHDRAWN), version=2, previous="A" * 43),
    make_receipt(events=(GIVEN, Event.of(ConsentEvent.EXPIRED, NOW))),
    make_receipt(events=(REQUESTED, Event.of(ConsentEvent.REFUSED, NOW)), shared=()),
    *(
        make_receipt(bases=(HOLDER, StatedBasis(ConsentParty.RECIPIENT, basis)))
        for basis in LegalBasis
        if basis is not LegalBasis.CHOICE
    ),
    *(make_receipt(retention=promise(rule)) for rule in RetentionRule),
    make_receipt(stored_in=("NZ", "GB")),
    make_receipt(
        bases=(HOLDER, StatedBasis(ConsentParty.RECIPIENT, LegalBasis.NOT_STATED, NOW, Assurance.WORK_EMAIL))
    ),
    *(make_receipt(purpose=purpose) for purpose in Purpose),
    *(make_receipt(controller=Controller(kind=kind, name="Named")) for kind in RecipientKind),
]

# Names of the core vocabulary of DPV 2.3 (w3id.org/dpv); those of other vocabularies are few.
CORE = """
ConsentReceipt ConsentRecord ConsentNotice ConsentRequested ConsentGiven ConsentRefused ConsentWithdrawn
ConsentExpired DataSubject DataController Recipient Organisation HealthcareOrganisation
PublicSectorBody NaturalPerson Process Purpose PersonnelManagement PersonnelHiring ServiceProvision
PersonalData SpecialCategoryPersonalData Disclose Collect Use DataSubjectDataSource LegalBasis
ThirdPartyDataSource DataControllerDataSource Justification hasJustification
ExplicitlyExpressedConsent LegalObligation PublicInterest LegitimateInterestOfController StorageLocation
StorageDuration TemporalDuration UntilEventDuration UntilTimeDuration IndeterminateDuration WithdrawConsent
hasIdentifier hasDataSubject hasEntity hasNotice hasProcess hasPurpose hasPersonalData hasProcessing
hasDataSource hasDataController hasRecipient hasLegalBasis hasStorageCondition hasDuration
hasLocation hasConsentControl hasConsentStatus hasName hasContact hasIndicationMethod
isExercisedAt isIndicatedAtTime isIndicatedBy isAfter
"""
DUBLIN = (
    "conformsTo hasVersion created modified creator language description valid identifier source relation"
)
TERMS = {
    "dpv": set(CORE.split()),
    "pd": {"MedicalHealth"},
    "loc": {"GB", "NZ"},
    "dct": set(DUBLIN.split()),
    "skos": {"broader", "prefLabel", "note"},
    "rdf": {"value"},
    "xsd": {"date", "dateTime", "duration"},
}
KEYWORDS = {"@context", "@id", "@type", "@value", "@language"}


def _terms(value: Any) -> Iterator[str]:
    """Every name that JSON-LD would look up in the context: members, types, and ids with one of its prefixes."""
    if isinstance(value, list):
        for item in value:
            yield from _terms(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in ("@type", "@id"):
                yield from ([item] if isinstance(item, str) else item)
            elif name != "@context":
                yield name
                yield from _terms(item)


@pytest.mark.parametrize("receipt", RECEIPTS)
def test_every_term_of_the_json_ld_is_a_term_of_its_vocabulary(receipt: Receipt) -> None:
    document = dpv_json_ld(receipt)
    assert document["@context"] == dict(CONTEXT)
    assert json.loads(json.dumps(document)) == document
    for name in set(_terms(document)) - KEYWORDS:
        prefix, _, term = name.partition(":")
        assert prefix in CONTEXT or prefix in {"urn", "ni", "https"}, name
        assert prefix not in CONTEXT or term in TERMS[prefix], name


def test_the_json_ld_has_the_recipients_basis_and_the_holders_choice_apart_and_names_the_parties_by_role() -> (
    None
):
    document = dpv_json_ld(make_receipt())
    process, choice = document["dpv:hasProcess"]
    (theirs,) = process["dpv:hasLegalBasis"]
    assert theirs["@type"] == "dpv:LegalObligation"
    assert "dpv:hasLegalBasis" not in choice
    (own,) = choice["dpv:hasJustification"]
    assert own["@type"] == "dpv:Justification"
    assert own["skos:prefLabel"]["@value"] == "their own choice to share, which they can stop"
    assert own["dpv:isIndicatedBy"] == {"@id": document["dpv:hasDataSubject"]["@id"]}
    assert theirs["dpv:isIndicatedBy"] == process["dpv:hasDataController"][0]
    assert process["dpv:hasConsentControl"][0]["dpv:isExercisedAt"] == {
        "@id": "https://passport.example/sharing"
    }
    assert "dpv:hasName" not in document["dpv:hasDataSubject"]


def test_a_statement_says_when_it_was_made_by_whom_and_how_long_they_keep_it() -> None:
    said = StatedBasis(ConsentParty.RECIPIENT, LegalBasis.EMPLOYMENT_LAW, NOW, Assurance.WORK_EMAIL)
    receipt = make_receipt(bases=(HOLDER, said), retention=promise(RetentionRule.UNTIL_DATE))
    process, _choice = dpv_json_ld(receipt)["dpv:hasProcess"]
    (theirs,) = process["dpv:hasLegalBasis"]
    assert theirs["dpv:isIndicatedAtTime"]["@value"] == "2026-11-21T12:00:00Z"
    assert "work email" in theirs["dpv:hasIndicationMethod"]["@value"]
    assert process["dpv:hasStorageCondition"][-1]["dpv:hasDuration"]["rdf:value"] == {
        "@value": "2027-05-01",
        "@type": "xsd:date",
    }
    consent = fhir_consent(signed(receipt))
    assert any(one["uri"].endswith("/2018/12/schedule/1/part/1/paragraph/1") for one in consent["policy"])


def test_the_fhir_consent_has_an_obligation_for_the_promise_to_delete_it_at_the_end() -> None:
    codes = {
        rule: [
            one["code"]
            for one in fhir_consent(signed(make_receipt(retention=promise(rule))))["provision"][
                "securityLabel"
            ]
        ]
        for rule in RetentionRule
    }
    assert {rule for rule, found in codes.items() if "DELAU" in found} == {RetentionRule.UNTIL_END}


def test_the_json_ld_marks_health_data_and_tells_entries_by_their_hash() -> None:
    about, changes = dpv_json_ld(make_receipt())["dpv:hasProcess"][0]["dpv:hasPersonalData"]
    assert (about["@type"], changes["@type"]) == ("dpv:PersonalData", "dpv:SpecialCategoryPersonalData")
    assert changes["dct:identifier"]["@id"].startswith("ni:///sha-256;")


def test_the_json_ld_says_who_each_entry_comes_from() -> None:
    told = SharedEntry.of(GrantItem(Section.PLAN, "e4", ("goals/0",)), "presentation-4~", AuthorKind.HOLDER)
    scores = SharedEntry.of(GrantItem(Section.SCORES, "e5", ("current",)), "presentation-5~")
    signed_plan = replace(told, by=AuthorKind.PRACTITIONER)
    gp = Controller(kind=RecipientKind.GP, name="Dr Lee")

    def sources(receipt: Receipt) -> list[list[str]]:
        data = dpv_json_ld(receipt)["dpv:hasProcess"][0]["dpv:hasPersonalData"]
        return [[source["@id"] for source in one["dpv:hasDataSource"]] for one in data]

    assert sources(make_receipt(controller=gp, shared=(told, signed_plan, scores))) == [
        ["dpv:DataSubjectDataSource"],
        ["dpv:ThirdPartyDataSource"],
        ["dpv:ThirdPartyDataSource"],  # of receipts that do not say: whoever may write the section
    ]
    assert sources(APPEND) == [["dpv:DataControllerDataSource"]]


def test_what_each_party_states_is_in_every_form() -> None:
    for export in three_exports(make_receipt()):
        said = json.dumps(export)
        assert '"choice"' in said or "their own choice to share, which they can stop" in said
        assert '"employment-law"' in said or "duties under employment law" in said
    div = fhir_consent(signed(make_receipt(notice=Notice.of("<b>", Language.WELSH))))["text"]["div"]
    assert "Perchennog y pasbort: eu dewis eu hunain i rannu" in div


def test_of_a_granted_request_the_exports_name_the_receipt_of_the_answer_alone() -> None:
    _claims, json_ld, consent = three_exports(ANSWERED)
    assert json_ld["dpv:hasProcess"][0]["dct:relation"] == {"@id": ELSEWHERE}
    assert json_ld["dpv:hasProcess"][0]["dpv:hasPersonalData"] == []
    (rule,) = consent["provision"]["provision"]
    assert rule["data"][0]["reference"]["identifier"]["value"] == ELSEWHERE


def three_exports(receipt: Receipt) -> tuple[Any, Any, Any]:
    """What the signed file says, the JSON-LD, and the FHIR Consent without the signed file in it."""
    issued = signed(receipt)
    consent = fhir_consent(issued)
    consent.pop("sourceAttachment")
    return parse_jws(issued.token, typ=RECEIPT_TYPE).verify(KEY), dpv_json_ld(receipt), consent


def test_a_receipt_says_where_things_are_stored_as_it_was_told_and_nothing_where_nobody_said() -> None:
    claims, json_ld, consent = three_exports(make_receipt(stored_in=("NZ", "GB")))
    assert claims["stored_in"] == ["NZ", "GB"]
    stored, also, _promise = json_ld["dpv:hasProcess"][0]["dpv:hasStorageCondition"]
    assert [one["dpv:hasLocation"]["@id"] for one in (stored, also)] == ["loc:NZ", "loc:GB"]
    assert '"NZ"' not in json.dumps(consent)  # R4 has no place for it; the signed file in it says it
    for export in three_exports(make_receipt()):
        for word in ("stored_in", "jurisdiction", "hasJurisdiction", "StorageLocation", "loc:", '"GB"'):
            assert word not in json.dumps({**export, "@context": None})


def test_every_export_calls_service_and_recipient_controllers_and_nobody_a_processor() -> None:
    operator = ServiceController(
        service="Passport", operator="Made-up Trust", url=ISSUER, contact=f"{ISSUER}/privacy"
    )
    claims, json_ld, consent = three_exports(make_receipt(service_controller=operator))
    assert "rocessor" not in json.dumps((claims, json_ld, consent))
    assert claims["service_controller"]["operator"] == "Made-up Trust"
    assert claims["service_controller"]["contact"] == f"{ISSUER}/privacy"
    recipient, service = json_ld["dpv:hasEntity"]
    for entity in (recipient, service):
        assert "dpv:DataController" in entity["@type"]
    assert (service["dpv:hasName"], service["dpv:hasContact"]) == ("Made-up Trust", f"{ISSUER}/privacy")
    assert json_ld["dpv:hasProcess"][0]["dpv:hasDataController"] == [
        {"@id": recipient["@id"]},
        {"@id": service["@id"]},
    ]
    actors = consent["provision"]["actor"]
    assert [one["reference"]["display"] for one in actors] == ["Harbour Kitchens", "Made-up Trust"]
    assert all(one["role"]["coding"][1]["code"] == "DataController" for one in actors)


def test_a_basis_that_nobody_stated_is_not_consent_in_any_export() -> None:
    not_stated = StatedBasis(ConsentParty.RECIPIENT, LegalBasis.NOT_STATED)
    for export in three_exports(make_receipt(bases=(HOLDER, not_stated))):
        said = json.dumps(export)
        assert "6/1/a" not in said
        assert "9/2/a" not in said
        assert "ExpressedConsent" not in said
    assert "policy" not in export
    stated = StatedBasis(ConsentParty.RECIPIENT, LegalBasis.EXPLICIT_CONSENT)
    _claims, json_ld, consent = three_exports(make_receipt(bases=(HOLDER, stated)))
    assert "6/1/a" in json.dumps(json_ld)
    assert "6/1/a" in json.dumps(consent)


def test_every_export_says_how_many_lines_of_a_list_were_shared() -> None:
    claims, json_ld, consent = three_exports(make_receipt())
    assert [entry.get("lines") for entry in claims["shared"]] == [None, 2]
    notes = [entry["skos:note"] for entry in json_ld["dpv:hasProcess"][0]["dpv:hasPersonalData"]]
    assert notes[1][-1] == {"@value": "2 lines", "@language": "en"}
    rules = consent["provision"]["provision"]
    displays = [one["reference"]["display"] for rule in rules for one in rule["data"]]
    assert displays == ["About me", "Changes that help me at work (2 lines)"]


def test_what_was_taken_back_says_when_and_what_was_never_said_does_not() -> None:
    stated = StatedBasis(ConsentParty.RECIPIENT, LegalBasis.NOT_STATED, NOW, Assurance.WORK_EMAIL)
    for rule in (RetentionRule.NOT_PROMISED, RetentionRule.UNTIL_END):
        receipt = make_receipt(bases=(HOLDER, stated), retention=promise(rule))
        (basis,) = dpv_json_ld(receipt)["dpv:hasProcess"][0]["dpv:hasLegalBasis"]
        assert ("dpv:isIndicatedAtTime" in basis) == receipt.took_back
        assert (basis["skos:prefLabel"]["@value"] == "they took back what they said") == receipt.took_back


def test_each_event_is_a_status_of_consent_with_its_time_and_who() -> None:
    receipt = make_receipt(events=(REQUESTED, GIVEN, WITHDRAWN))
    statuses = dpv_json_ld(receipt)["dpv:hasProcess"][0]["dpv:hasConsentStatus"]
    assert [one["@type"] for one in statuses] == [
        "dpv:ConsentRequested",
        "dpv:ConsentGiven",
        "dpv:ConsentWithdrawn",
    ]
    assert statuses[0]["dpv:isIndicatedAtTime"]["@value"] == "2026-11-20T12:00:00Z"
    assert statuses[0]["dpv:hasIndicationMethod"]["@language"] == "en"


# FHIR R4: required bindings of what we fill.
STATES = {"draft", "proposed", "active", "rejected", "inactive", "entered-in-error"}
MEANINGS = {"instance", "related", "dependents", "authoredby"}


@pytest.mark.parametrize("receipt", RECEIPTS)
def test_every_receipt_is_a_valid_fhir_consent(receipt: Receipt) -> None:
    consent = fhir_consent(signed(receipt, now=NOW + 10 * (WITHDRAWN.at - NOW)))
    Consent.model_validate(consent)
    assert consent["status"] in STATES
    assert (
        "type" not in consent["provision"]
    )  # R4 Consent.provision.type: not in the root rule, in all nested ones
    rules = consent["provision"]["provision"]
    assert {rule["type"] for rule in rules} == {"permit" if receipt.state is ConsentEvent.GIVEN else "deny"}
    assert all(one["meaning"] in MEANINGS for rule in rules for one in rule.get("data", []))
    sections = [one["coding"][0]["code"] for rule in rules for one in rule.get("code", [])]
    assert sections == [section.value for section in receipt.sections]
    assert consent["patient"]  # invariant ppc-2
    assert consent.get("policy") or consent["policyRule"]  # invariant ppc-1
    assert len(consent["id"]) <= 64
    assert set(consent["id"]) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")


def test_the_fhir_consent_carries_the_token_that_proves_it() -> None:
    issued = signed()
    attachment = fhir_consent(issued)["sourceAttachment"]
    assert attachment["contentType"] == "application/consent-receipt+jwt"
    assert read(base64.b64decode(attachment["data"]).decode("ascii")) == issued


@pytest.mark.parametrize(
    ("events", "status", "provision"),
    [
        ((REQUESTED,), "proposed", "deny"),
        ((GIVEN,), "active", "permit"),
        ((REQUESTED, Event.of(ConsentEvent.REFUSED, NOW)), "rejected", "deny"),
        ((GIVEN, WITHDRAWN), "inactive", "deny"),
        ((GIVEN, Event.of(ConsentEvent.EXPIRED, NOW)), "inactive", "deny"),
    ],
)
def test_what_happened_last_decides_the_state_of_the_fhir_consent(
    events: tuple[Event, ...], status: str, provision: str
) -> None:
    consent = fhir_consent(signed(make_receipt(events=events), now=WITHDRAWN.at))
    assert (consent["status"], consent["provision"]["provision"][0]["type"]) == (status, provision)


def test_the_fhir_consent_says_purpose_period_actors_and_law() -> None:
    consent = fhir_consent(signed(WELSH))
    provision = consent["provision"]
    assert consent["language"] == "cy-GB"
    assert [one["code"] for one in provision["purpose"]] == ["health-care", "TREAT"]
    assert provision["period"] == {"start": "2026-11-21T12:00:00Z", "end": "2027-03-01T12:00:00Z"}
    assert provision["actor"][0]["reference"]["display"] == "Meddygfa’r Wern"
    assert any(one["uri"].endswith("/2016/679/article/9/2/b") for one in consent["policy"])
    assert consent["patient"]["display"] == "Sam Example"
