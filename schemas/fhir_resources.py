"""Disclosed claims as FHIR R4 resources: Patient, Flag, Condition, CarePlan, Goal, Observation and who signed.

The other sections have no resource that would say more than their narrative. Every builder is a pure function of one
entry's claims; ids come from the caller.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from schemas.adjustment_codes import TERMS
from schemas.catalogue import CATALOGUE
from schemas.readable import Provenance
from schemas.sections.health import HealthCondition
from schemas.sections.person import Identifier, IdentifierKind
from schemas.sections.plan import Goal, Step, StepState
from schemas.sections.work import ChangeStatus, Score, WorkplaceChange
from schemas.vocabulary import IssuerKind, Language, Section
from schemas.words import adjustment_term, in_words

Resource = dict[str, Any]
"""One FHIR resource as JSON values."""

_SNOMED: Final = "http://snomed.info/sct"
_BCP_47: Final = "urn:ietf:bcp:47"
_NHS_NUMBER: Final = "https://fhir.nhs.uk/Id/nhs-number"
_TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem/"
# FHIR R4 care-plan-activity-status, a required binding.
_ACTIVITY_STATUS: Final = {
    StepState.NOT_YET: "not-started",
    StepState.SOME: "in-progress",
    StepState.DONE: "completed",
    StepState.NOT_DONE: "stopped",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What the resources of one entry share."""

    language: Language
    subject: Resource  # a Reference to the Patient
    author: Resource  # a Reference to whoever told or signed the entry
    author_is_person: bool
    new: Callable[[str], Resource]  # a resource type -> the start of a resource with an id of its own


def without_nothing(resource: Mapping[str, Any]) -> Resource:
    """Return a resource without its empty elements: FHIR forbids null, empty text and empty lists."""
    return {name: value for name, value in resource.items() if value not in (None, "", [], {})}


def reference(resource: Resource) -> Resource:
    """Return a Reference to a resource of the same Bundle."""
    return {"reference": f"urn:uuid:{resource['id']}"}


def patient(start: Resource, about_me: Any | None) -> Resource:
    """Return the Patient with as much as `about-me` discloses, which may be nothing."""
    if about_me is None:
        return start
    return without_nothing(
        start
        | {
            "identifier": [_identifier(one) for one in about_me.identifiers or ()],
            "name": [{"text": about_me.name}] if about_me.name else [],
            "telecom": _telecom(about_me),
            "birthDate": about_me.date_of_birth.isoformat() if about_me.date_of_birth else None,
            "address": [{"text": about_me.postal_address}] if about_me.postal_address else [],
            "communication": _languages(about_me.language),
        }
    )


def _identifier(one: Identifier) -> Resource:
    if one.kind is IdentifierKind.NHS_NUMBER:
        return {"system": _NHS_NUMBER, "value": one.value}
    return {"type": {"text": in_words(one.kind, Language.ENGLISH)}, "value": one.value}


def _telecom(about_me: Any) -> list[Resource]:
    found = (("phone", about_me.phone), ("email", about_me.contact_email))
    return [{"system": system, "value": value} for system, value in found if value]


def _languages(tag: str | None) -> list[Resource]:
    if tag is None:
        return []
    return [{"language": {"coding": [{"system": _BCP_47, "code": tag}]}, "preferred": True}]


def authors(provenance: Provenance, new: Callable[[str], Resource]) -> list[Resource]:
    """Return the resources that name who signed; the last one is the author. Told by the holder: none."""
    if provenance.kind is IssuerKind.TOLD_BY_HOLDER:
        return []
    organisation = new("Organization") | {"name": provenance.author_organisation or provenance.issuer_name}
    if not (provenance.author_name or provenance.author_role or provenance.author_registration):
        return [organisation]
    person = without_nothing(
        new("Practitioner")
        | {
            "name": [{"text": provenance.author_name}] if provenance.author_name else [],
            "qualification": _qualification(provenance.author_registration),
        }
    )
    role = without_nothing(
        new("PractitionerRole")
        | {
            "practitioner": reference(person),
            "organization": reference(organisation),
            "code": [{"text": provenance.author_role}] if provenance.author_role else [],
        }
    )
    return [organisation, person, role]


def _qualification(registration: str | None) -> list[Resource]:
    return [{"code": {"text": registration}}] if registration else []


def resources_of(section: Section, body: Any, frame: Frame) -> list[Resource]:
    """Return the resources of one entry, without Patient and authors. `body` holds typed claims; absent ones None."""
    builder = _BUILDERS.get(section)
    return list(builder(body, frame)) if builder else []


def _communication(body: Any, frame: Frame) -> Iterable[Resource]:
    needs = [*((body.interpreter,) if body.interpreter else ()), *(body.needs or ())]
    for need in needs:
        yield _flag(
            frame, category=("contact", "Subject Contact"), code=_adjustment(need.code, frame.language)
        )


def _adjustments(body: Any, frame: Frame) -> Iterable[Resource]:
    return [_change(change, frame) for change in body.changes or ()]


def _change(change: WorkplaceChange, frame: Frame) -> Resource:
    code = {"text": change.change}
    gone = change.status in (ChangeStatus.REFUSED, ChangeStatus.ENDED)
    flag = _flag(
        frame, category=("admin", "Administrative"), code=code, status="inactive" if gone else "active"
    )
    return flag | ({"period": {"start": change.starts.isoformat()}} if change.starts else {})


def _adjustment(code: str, language: Language) -> Resource:
    coding = {"system": _SNOMED, "code": code, "display": TERMS[code]}
    return {"coding": [coding], "text": adjustment_term(code, language)}


def _flag(frame: Frame, *, category: tuple[str, str], code: Resource, status: str = "active") -> Resource:
    code_of_category, display = category
    coding = {"system": _TERMINOLOGY + "flag-category", "code": code_of_category, "display": display}
    return frame.new("Flag") | {
        "status": status,
        "category": [{"coding": [coding]}],
        "code": code,
        "subject": frame.subject,
        "author": frame.author,
    }


def _conditions(body: Any, frame: Frame) -> Iterable[Resource]:
    return [_condition(condition, frame) for condition in body.conditions or ()]


def _condition(condition: HealthCondition, frame: Frame) -> Resource:
    coding = [{"system": _SNOMED, "code": condition.code}] if condition.code else []
    notes = [{"text": text} for text in (condition.treatment, condition.more) if text]
    return without_nothing(
        frame.new("Condition")
        | {
            "code": without_nothing({"coding": coding, "text": condition.name}),
            "subject": frame.subject,
            "onsetDateTime": condition.since,
            "asserter": frame.author if frame.author_is_person else None,
            "note": notes,
        }
    )


def _plan(body: Any, frame: Frame) -> Iterable[Resource]:
    goals = [_goal(goal, frame) for goal in body.goals or ()]
    yield from goals
    yield without_nothing(
        frame.new("CarePlan")
        | {
            "status": "completed" if body.discharge else "active",
            "intent": "plan",
            "title": CATALOGUE[Section.PLAN].label[frame.language],
            "subject": frame.subject,
            "created": body.opened_on.isoformat() if body.opened_on else None,
            "author": frame.author,
            "goal": [reference(goal) for goal in goals],
            "activity": [{"detail": _activity(step)} for step in body.steps or ()],
        }
    )


def _goal(goal: Goal, frame: Frame) -> Resource:
    return without_nothing(
        frame.new("Goal")
        | {
            "lifecycleStatus": "active",
            "description": {"text": goal.goal},
            "subject": frame.subject,
            "target": [{"dueDate": goal.by.isoformat()}] if goal.by else [],
            "note": [{"text": goal.action}] if goal.action else [],
        }
    )


def _activity(step: Step) -> Resource:
    return without_nothing(
        {
            "status": _ACTIVITY_STATUS[step.state],
            "statusReason": {"text": step.reason} if step.reason else None,
            "scheduledPeriod": {"end": step.by.isoformat()} if step.by else None,
            "description": step.step,
        }
    )


def _scores(body: Any, frame: Frame) -> Iterable[Resource]:
    return [_score(score, frame) for score in body.scores or ()]


def _score(score: Score, frame: Frame) -> Resource:
    category = {"system": _TERMINOLOGY + "observation-category", "code": "survey", "display": "Survey"}
    return frame.new("Observation") | {
        "status": "final",
        "category": [{"coding": [category]}],
        "code": {"text": in_words(score.measure, frame.language)},
        "subject": frame.subject,
        "effectiveDateTime": score.on.isoformat(),
        "performer": [frame.subject],  # the person's own answer
        "valueInteger": score.points,
    }


_BUILDERS: Final[dict[Section, Callable[[Any, Frame], Iterable[Resource]]]] = {
    Section.COMMUNICATION: _communication,
    Section.ADJUSTMENTS: _adjustments,
    Section.CONDITIONS: _conditions,
    Section.PLAN: _plan,
    Section.SCORES: _scores,
}
