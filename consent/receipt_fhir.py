"""A receipt as an HL7 FHIR R4 Consent, with the signed token as its source. Pure.

It is a plain resource, so that a record system can keep it. The root provision says who, when and why; each rule in it
permits, or no longer permits, one section (R4 Consent.provision.type: not in the root rule, in all nested ones). Each
law that the recipient names is a `policy`; what each party relies on, and how long the recipient promises to keep it,
is the narrative, for R4 has no other place but one for the promise to delete it when sharing ends, an obligation. Nor
has it one for where things are stored. The token says it all.
"""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any, Final

from consent.grant import GrantKind
from consent.receipt import Receipt, SharedEntry
from consent.receipt_token import RECEIPT_MEDIA_TYPE, SignedReceipt
from consent.receipt_words import bases_in_words, promise_in_words
from schemas.catalogue import CATALOGUE
from schemas.consent_vocabulary import LAW, ConsentEvent, RetentionRule
from schemas.consent_words import lines_in_words
from schemas.labels import LOCALES, Label
from schemas.vocabulary import Language, Purpose, Section
from schemas.words import in_words

Resource = dict[str, Any]

_TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem"
_LAWS_OF: Final = "https://www.legislation.gov.uk"
_URI_SYSTEM: Final = "urn:ietf:rfc:3986"
_PURPOSE_SYSTEM: Final = "urn:passport:purpose"
_SECTION_SYSTEM: Final = "urn:passport:section"
_TITLE: Final = Label("Consent receipt", "Derbynneb caniatâd")
# FHIR R4 consent-state-codes, a required binding.
_STATUS: Final[Mapping[ConsentEvent, str]] = {
    ConsentEvent.REQUESTED: "proposed",
    ConsentEvent.GIVEN: "active",
    ConsentEvent.REFUSED: "rejected",
    ConsentEvent.WITHDRAWN: "inactive",
    ConsentEvent.EXPIRED: "inactive",
}
# R4 consentaction: to see and use it; to see and add to it.
_ACTIONS: Final[Mapping[GrantKind, tuple[str, ...]]] = {
    GrantKind.READ: ("access", "use"),
    GrantKind.APPEND: ("correct",),
}
# v3-ActReason: treatment, else what the patient asked for; v3 has no code for changes at work.
_REASONS: Final[Mapping[Purpose, str]] = {Purpose.HEALTH_CARE: "TREAT"}


def fhir_consent(signed: SignedReceipt) -> Resource:
    """Return the receipt as a Consent in the language of its notice; its source attachment is the token."""
    receipt = signed.receipt
    language = receipt.notice.language
    return {
        "resourceType": "Consent",
        "id": signed.sha256.replace("_", "."),  # an R4 id: letters, digits, hyphen and dot
        "language": LOCALES[language],
        "text": _narrative(receipt, language),
        "identifier": [{"system": _URI_SYSTEM, "value": receipt.receipt_id}],
        "status": _STATUS[receipt.state],
        "scope": _coded("consentscope", "patient-privacy"),
        "category": [
            {"coding": [{"system": "http://loinc.org", "code": "59284-0"}]},
            _coded("v3-ActCode", "IDSCL"),
        ],
        "patient": _patient(receipt),
        "dateTime": _text(receipt.events[-1].at),
        "performer": [_patient(receipt)],
        "organization": [_service_controller(receipt)],
        "sourceAttachment": _attachment(signed, language),
        **_policy(receipt),
        "policyRule": _coded("v3-ActCode", "OPTIN"),
        "provision": _provision(receipt, language),
    }


def _provision(receipt: Receipt, language: Language) -> Resource:
    return {
        "period": {"start": _text(receipt.starts_at), "end": _text(receipt.ends_at)},
        "actor": [
            {"role": _controls("IRCP"), "reference": _recipient(receipt)},
            {"role": _controls("CST"), "reference": _service_controller(receipt)},
        ],
        "action": [_coded("consentaction", code) for code in _ACTIONS[receipt.kind]],
        "securityLabel": [
            {"system": f"{_TERMINOLOGY}/v3-Confidentiality", "code": "R"},
            *_obligations(receipt),
        ],
        "purpose": [
            {
                "system": _PURPOSE_SYSTEM,
                "code": receipt.purpose.value,
                "display": in_words(receipt.purpose, language),
            },
            {
                "system": f"{_TERMINOLOGY}/v3-ActReason",
                "code": _REASONS.get(receipt.purpose, "PATRQT"),
            },
        ],
        "provision": _rules(receipt, language),
    }


def _rules(receipt: Receipt, language: Language) -> list[Resource]:
    """Return a rule for each section; of a request one that names nothing, or the receipt of what was given instead."""
    permits = {"type": "permit" if receipt.state is ConsentEvent.GIVEN else "deny"}
    if receipt.granted_in is not None:
        answer = {
            "identifier": {"system": _URI_SYSTEM, "value": receipt.granted_in},
            "display": _TITLE[language],
        }
        return [permits | {"data": [{"meaning": "related", "reference": answer}]}]
    rules = [permits | _rule(receipt, section, language) for section in receipt.sections]
    return rules or [permits]


def _rule(receipt: Receipt, section: Section, language: Language) -> Resource:
    """Return what names a section: by its code, and what was shared of it."""
    coding = {"system": _SECTION_SYSTEM, "code": section.value}
    code = {"coding": [coding], "text": CATALOGUE[section].label[language]}
    data = [_data(entry, language) for entry in receipt.shared if entry.section is section]
    return {"code": [code], **({"data": data} if data else {})}


def _narrative(receipt: Receipt, language: Language) -> Resource:
    """Return what each party states, in words: the holder's choice to share, the recipient's basis and promise."""
    stated = [f"{party}: {basis}" for ((party, basis),) in bases_in_words(receipt, language, zone=UTC)]
    said = [*stated, promise_in_words(receipt.retention, language)]
    lines = "".join(f"<p>{escape(line)}</p>" for line in said)
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{lines}</div>'}


def _obligations(receipt: Receipt) -> list[Resource]:
    """Return the one promise that v3-ActCode has an obligation for: to delete it when it is no longer used."""
    promised = receipt.retention.rule is RetentionRule.UNTIL_END
    return [{"system": f"{_TERMINOLOGY}/v3-ActCode", "code": "DELAU"}] if promised else []


def _policy(receipt: Receipt) -> Resource:
    """Return each law that the recipient names; invariant ppc-1 is met by the policy rule where they name none."""
    laws = LAW[receipt.recipients_basis.basis]
    return {"policy": [{"authority": _LAWS_OF, "uri": uri} for uri in laws]} if laws else {}


def _patient(receipt: Receipt) -> Resource:
    name = {"display": receipt.principal_name} if receipt.principal_name else {}
    return {"type": "Patient", "identifier": {"system": _URI_SYSTEM, "value": receipt.principal_id}, **name}


def _recipient(receipt: Receipt) -> Resource:
    return {"display": receipt.controller.name}


def _service_controller(receipt: Receipt) -> Resource:
    service = receipt.service_controller
    identifier = {"system": _URI_SYSTEM, "value": service.url}
    return {"type": "Organization", "identifier": identifier, "display": service.name}


def _controls(code: str) -> Resource:
    """Return a role and that it is a controller's, each on its own; HL7 has no code for that, DPV has."""
    role = _coded("v3-ParticipationType", code)
    return {"coding": [*role["coding"], {"system": "https://w3id.org/dpv", "code": "DataController"}]}


def _data(entry: SharedEntry, language: Language) -> Resource:
    """Return one shared entry: told by its hash (RFC 6920), never by its content."""
    identifier = {"system": _URI_SYSTEM, "value": f"ni:///sha-256;{entry.sha256}"}
    lines = f" ({lines_in_words(entry.lines, language)})" if entry.lines else ""
    label = f"{CATALOGUE[entry.section].label[language]}{lines}"
    return {"meaning": "instance", "reference": {"identifier": identifier, "display": label}}


def _attachment(signed: SignedReceipt, language: Language) -> Resource:
    return {
        "contentType": RECEIPT_MEDIA_TYPE,
        "language": LOCALES[language],
        "data": base64.b64encode(signed.token.encode("ascii")).decode("ascii"),
        "title": _TITLE[language],
        "creation": _text(signed.issued_at),
    }


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{_TERMINOLOGY}/{system}", "code": code}]}


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
