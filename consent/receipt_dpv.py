"""A receipt as JSON-LD in the W3C Data Privacy Vocabulary (DPV 2), by its guide to ISO/IEC TS 27560.

The context is inline and short, so that reading it needs no network. There is a process of each party: the recipient's
has the legal basis that they state; the holder's, to share, has their choice as its justification, for that is no
controller's legal basis. `dct:conformsTo` names our own schema: the identifiers under dpv-27560 are for records with an
address of each party, which a holder need not know.
Pure.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from consent.grant import GrantKind
from consent.receipt import Event, Receipt, Retention, SharedEntry, StatedBasis
from consent.receipt_token import SCHEMA
from consent.receipt_words import promise_in_words
from schemas.catalogue import CATALOGUE, claims_of
from schemas.consent_vocabulary import (
    LAW,
    Assurance,
    ConsentEvent,
    ConsentParty,
    LegalBasis,
    RetentionRule,
)
from schemas.consent_words import TOOK_BACK, consent_in_words, lines_in_words
from schemas.labels import Sensitivity
from schemas.vocabulary import AuthorKind, Language, Purpose, RecipientKind, Section
from schemas.words import in_words

JsonLd = dict[str, Any]

CONTEXT: Final[Mapping[str, str]] = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_STATUS: Final[Mapping[ConsentEvent, str]] = {
    ConsentEvent.REQUESTED: "dpv:ConsentRequested",
    ConsentEvent.GIVEN: "dpv:ConsentGiven",
    ConsentEvent.REFUSED: "dpv:ConsentRefused",
    ConsentEvent.WITHDRAWN: "dpv:ConsentWithdrawn",
    ConsentEvent.EXPIRED: "dpv:ConsentExpired",
}
_PURPOSES: Final[Mapping[Purpose, str]] = {
    Purpose.ADJUSTMENTS_AT_WORK: "dpv:PersonnelManagement",
    Purpose.JOB_INTERVIEW: "dpv:PersonnelHiring",
    Purpose.HEALTH_CARE: "dpv:ServiceProvision",
    Purpose.WORK_SUPPORT: "dpv:ServiceProvision",
    Purpose.WORKABILITY_PLAN: "dpv:ServiceProvision",
}
_BASES: Final[Mapping[LegalBasis, str]] = {
    LegalBasis.EXPLICIT_CONSENT: "dpv:ExplicitlyExpressedConsent",
    LegalBasis.EMPLOYMENT_LAW: "dpv:LegalObligation",
    LegalBasis.OCCUPATIONAL_HEALTH: "dpv:LegitimateInterestOfController",
    LegalBasis.HEALTH_CARE: "dpv:PublicInterest",
    LegalBasis.PUBLIC_TASK: "dpv:PublicInterest",
    LegalBasis.LEGITIMATE_INTERESTS: "dpv:LegitimateInterestOfController",
    LegalBasis.NOT_STATED: "dpv:LegalBasis",
}
_RECIPIENTS: Final[Mapping[RecipientKind, str]] = {
    RecipientKind.EMPLOYER: "dpv:Organisation",
    RecipientKind.GP: "dpv:HealthcareOrganisation",
    RecipientKind.WORK_COACH: "dpv:PublicSectorBody",
    RecipientKind.PRACTITIONER: "dpv:NaturalPerson",
}


# Who wrote an entry: the person, or somebody who is no party of this receipt as its author.
_SOURCES: Final[Mapping[AuthorKind, str]] = {
    AuthorKind.HOLDER: "dpv:DataSubjectDataSource",
    AuthorKind.PRACTITIONER: "dpv:ThirdPartyDataSource",
    AuthorKind.EMPLOYER: "dpv:ThirdPartyDataSource",
}
# Who may write is controller of what they write.
_WRITTEN: Final[JsonLd] = {"dpv:hasDataSource": [{"@id": "dpv:DataControllerDataSource"}]}


def dpv_json_ld(receipt: Receipt) -> JsonLd:
    """Return the receipt as one JSON-LD document, in the language of its notice."""
    language = receipt.notice.language
    follows = {"dpv:isAfter": _hash_iri(receipt.previous)} if receipt.previous else {}
    return {
        "@context": dict(CONTEXT),
        "@id": f"{receipt.receipt_id}#{receipt.version}",
        "@type": ["dpv:ConsentReceipt", "dpv:ConsentRecord"],
        "dct:conformsTo": SCHEMA,
        "dpv:hasIdentifier": receipt.receipt_id,
        "dct:hasVersion": str(receipt.version),
        **follows,
        "dct:created": _moment(receipt.events[0].at),
        "dct:modified": _moment(receipt.events[-1].at),
        "dct:creator": _ref(receipt, ConsentParty.SERVICE),
        "dct:language": language.value,
        "dpv:hasDataSubject": _subject(receipt),
        "dpv:hasEntity": [_controller(receipt), _service_controller(receipt)],
        "dpv:hasNotice": [_notice(receipt)],
        "dpv:hasProcess": [_process(receipt, language), _choice(receipt, language)],
    }


def _process(receipt: Receipt, language: Language) -> JsonLd:
    reads = receipt.kind is GrantKind.READ
    answer = {"dct:relation": {"@id": receipt.granted_in}} if receipt.granted_in else {}
    return {
        "@type": "dpv:Process",
        **answer,
        "dpv:hasPurpose": [_purpose(receipt.purpose, language)],
        "dpv:hasPersonalData": [
            *(_shared(entry, language) for entry in receipt.shared),
            *(_section(section, language) | _WRITTEN for section in receipt.may_write),
        ],
        "dpv:hasProcessing": [{"@id": "dpv:Disclose" if reads else "dpv:Collect"}, {"@id": "dpv:Use"}],
        "dpv:hasDataController": [_ref(receipt, ConsentParty.RECIPIENT), _ref(receipt, ConsentParty.SERVICE)],
        "dpv:hasRecipient": [_ref(receipt, ConsentParty.RECIPIENT)],
        "dpv:hasLegalBasis": [_basis(receipt, receipt.recipients_basis, language)],
        "dpv:hasStorageCondition": [*_locations(receipt), _kept(receipt.retention, language)],
        "dpv:hasDuration": _until(receipt.ends_at),
        "dct:valid": f"{_text(receipt.starts_at)}/{_text(receipt.ends_at)}",
        "dpv:hasConsentControl": [
            {"@type": "dpv:WithdrawConsent", "dpv:isExercisedAt": {"@id": receipt.withdraw_at}}
        ],
        "dpv:hasConsentStatus": [_status(receipt, event, language) for event in receipt.events],
    }


def _choice(receipt: Receipt, language: Language) -> JsonLd:
    """Return the holder's own part: that they chose to share, or to let write, which is theirs to state."""
    (stated,) = [one for one in receipt.bases if one.party is ConsentParty.HOLDER]
    holder = _ref(receipt, ConsentParty.HOLDER)
    discloses = {"dpv:hasProcessing": [{"@id": "dpv:Disclose"}]} if receipt.kind is GrantKind.READ else {}
    return {
        "@type": "dpv:Process",
        "dpv:hasPurpose": [_purpose(receipt.purpose, language)],
        "dpv:hasEntity": [holder],
        "dpv:hasRecipient": [_ref(receipt, ConsentParty.RECIPIENT)],
        **discloses,
        "dpv:hasJustification": [
            {
                "@type": "dpv:Justification",
                "skos:prefLabel": _said(consent_in_words(stated.basis, language), language),
                "dpv:isIndicatedBy": holder,
            }
        ],
    }


def _ref(receipt: Receipt, party: ConsentParty) -> JsonLd:
    """Return a reference to a party of this receipt."""
    match party:
        case ConsentParty.HOLDER:
            return {"@id": receipt.principal_id}
        case ConsentParty.RECIPIENT:
            return {"@id": f"{receipt.receipt_id}#recipient"}
        case ConsentParty.SERVICE:
            return {"@id": receipt.service_controller.url}


def _subject(receipt: Receipt) -> JsonLd:
    name = {"dpv:hasName": receipt.principal_name} if receipt.principal_name else {}
    return {
        **_ref(receipt, ConsentParty.HOLDER),
        "@type": "dpv:DataSubject",
        "dpv:hasIdentifier": receipt.principal_id,
        **name,
    }


def _controller(receipt: Receipt) -> JsonLd:
    controller = receipt.controller
    contact = {"dpv:hasContact": controller.contact} if controller.contact else {}
    return {
        **_ref(receipt, ConsentParty.RECIPIENT),
        "@type": ["dpv:DataController", "dpv:Recipient", _RECIPIENTS[controller.kind]],
        "dpv:hasName": controller.name,
        **contact,
    }


def _service_controller(receipt: Receipt) -> JsonLd:
    return {
        **_ref(receipt, ConsentParty.SERVICE),
        "@type": ["dpv:DataController", "dpv:Organisation"],
        "dpv:hasName": receipt.service_controller.name,
        "dpv:hasContact": receipt.service_controller.contact,
    }


def _notice(receipt: Receipt) -> JsonLd:
    notice = receipt.notice
    return {
        "@id": _hash_iri(notice.sha256)["@id"],
        "@type": "dpv:ConsentNotice",
        "dpv:hasIdentifier": notice.sha256,
        "dct:language": notice.language.value,
        "dct:description": {"@value": notice.text, "@language": notice.language.value},
    }


def _purpose(purpose: Purpose, language: Language) -> JsonLd:
    return {
        "@type": "dpv:Purpose",
        "skos:broader": {"@id": _PURPOSES[purpose]},
        "skos:prefLabel": _said(in_words(purpose, language), language),
    }


def _shared(entry: SharedEntry, language: Language) -> JsonLd:
    """Return one entry: told by its hash, never by its content."""
    labels = {claim.name: claim.label[language] for claim in claims_of(entry.section)}
    authors = CATALOGUE[entry.section].authors if entry.by is None else {entry.by}
    sources = sorted({_SOURCES[author] for author in authors})
    return _section(entry.section, language) | {
        "dpv:hasDataSource": [{"@id": source} for source in sources],
        "dct:hasVersion": str(entry.version),
        "dct:identifier": _hash_iri(entry.sha256),
        "skos:note": [
            *(_said(labels[name], language) for name in entry.claims if name in labels),
            *([_said(lines_in_words(entry.lines, language), language)] if entry.lines else []),
        ],
    }


def _section(section: Section, language: Language) -> JsonLd:
    health = any(claim.sensitivity is Sensitivity.HEALTH for claim in claims_of(section))
    broader = {"skos:broader": {"@id": "pd:MedicalHealth"}} if health else {}
    return {
        "@type": "dpv:SpecialCategoryPersonalData" if health else "dpv:PersonalData",
        **broader,
        "skos:prefLabel": _said(CATALOGUE[section].label[language], language),
    }


def _basis(receipt: Receipt, stated: StatedBasis, language: Language) -> JsonLd:
    law = LAW[stated.basis]
    source = {"dct:source": [{"@id": uri} for uri in law]} if law else {}
    label = TOOK_BACK[language] if receipt.took_back else consent_in_words(stated.basis, language)
    return {
        "@type": _BASES[stated.basis],
        "skos:prefLabel": _said(label, language),
        "dpv:isIndicatedBy": _ref(receipt, stated.party),
        **_when_stated(receipt, stated, language),
        **source,
    }


def _when_stated(receipt: Receipt, stated: StatedBasis, language: Language) -> JsonLd:
    """Return when a basis was stated or taken back, and how sure we were; nothing where none was."""
    if stated.at is None or (stated.basis is LegalBasis.NOT_STATED and not receipt.took_back):
        return {}
    return {"dpv:isIndicatedAtTime": _moment(stated.at), **_how(stated.assurance, language)}


def _how(assurance: Assurance | None, language: Language) -> JsonLd:
    """Return how sure we were of a recipient who did or stated something."""
    if assurance is None:
        return {}
    return {"dpv:hasIndicationMethod": _said(consent_in_words(assurance, language), language)}


def _locations(receipt: Receipt) -> list[JsonLd]:
    return [
        {"@type": "dpv:StorageLocation", "dpv:hasLocation": {"@id": f"loc:{code}"}}
        for code in receipt.stored_in or ()
    ]


def _kept(retention: Retention, language: Language) -> JsonLd:
    """Return the recipient's promise: so many days after the end, until a day, or until something happens."""
    duration: JsonLd = {"@type": "dpv:UntilEventDuration"}
    if retention.rule is RetentionRule.DAYS_AFTER_END:
        duration = {"@type": "dpv:TemporalDuration", "rdf:value": _typed(f"P{retention.days}D", "duration")}
    elif retention.until is not None:
        duration = {
            "@type": "dpv:UntilTimeDuration",
            "rdf:value": _typed(retention.until.isoformat(), "date"),
        }
    elif retention.rule is RetentionRule.NOT_PROMISED:
        duration = {"@type": "dpv:IndeterminateDuration"}
    said = _said(promise_in_words(retention, language), language)
    return {"@type": "dpv:StorageDuration", "dpv:hasDuration": duration | {"skos:prefLabel": said}}


def _until(moment: datetime) -> JsonLd:
    return {"@type": "dpv:UntilTimeDuration", "rdf:value": _moment(moment)}


def _status(receipt: Receipt, event: Event, language: Language) -> JsonLd:
    return {
        "@type": _STATUS[event.kind],
        "dpv:isIndicatedAtTime": _moment(event.at),
        "dpv:isIndicatedBy": _ref(receipt, event.by),
        **_how(event.assurance, language),
    }


def _said(text: str, language: Language) -> JsonLd:
    return {"@value": text, "@language": language.value}


def _typed(text: str, kind: str) -> JsonLd:
    return {"@value": text, "@type": f"xsd:{kind}"}


def _moment(moment: datetime) -> JsonLd:
    return _typed(_text(moment), "dateTime")


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _hash_iri(digest: str) -> JsonLd:
    return {"@id": f"ni:///sha-256;{digest}"}  # RFC 6920 section 3
