"""The Workability Action Plan: append-only entries, told at appointments, folded into the current plan.

Nothing here judges what a plan says: a fold is arithmetic, and a warning never blocks.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from schemas.errors import SectionError
from schemas.fields import Part, PointsAt, marks_of
from schemas.labels import Label
from schemas.plan_entries import (
    Appointment,
    CanDoTold,
    Correction,
    Discharged,
    DomainExplored,
    FollowUp,
    GoalSet,
    HolderComment,
    ObstacleFound,
    Opened,
    PlanEntry,
    PlanIssued,
    ScoreGiven,
    SolutionFound,
    StepAgreed,
    StepUpdate,
    parse_appointment,
)
from schemas.problems import problem, validated
from schemas.sections.plan import (
    AppointmentHeld,
    CanDo,
    Comment,
    Discharge,
    ExploredNone,
    Goal,
    Obstacle,
    Plan,
    Solution,
    Step,
)
from schemas.sections.work import Measure, Score, Scores
from schemas.vocabulary import Domain

__all__ = [
    "FOLLOW_UP_AFTER",
    "QUESTIONS",
    "USUAL_APPOINTMENTS",
    "Appointment",
    "Plan",
    "PlanError",
    "PlanWarning",
    "fold",
    "fold_scores",
    "follow_up_on",
    "parse_appointment",
    "warnings",
]

USUAL_APPOINTMENTS: Final = 3
FOLLOW_UP_AFTER: Final = timedelta(days=42)  # six weeks after the last appointment

QUESTIONS: Final = {
    Measure.WORKABILITY_NOW: Label(
        "Assume that your ability to work has, at its best, a value of 10 points. "
        "How many points would you give your work ability?",
        "Tybiwch fod gwerth o 10 pwynt i’ch gallu i weithio ar ei orau. "
        "Sawl pwynt fyddech chi’n ei roi i’ch gallu i weithio?",
    ),
    Measure.CONFIDENCE: Label(
        "On a scale of 0 to 10 where 0 is not at all confident and 10 is very confident, "
        "how confident do you feel about getting into work now?",
        "Ar raddfa o 0 i 10 lle mae 0 yn golygu dim hyder o gwbl a 10 yn golygu hyderus iawn, "
        "pa mor hyderus ydych chi’n teimlo nawr ynghylch cael gwaith?",
    ),
    Measure.IMPORTANCE: Label(
        "On a scale of 0 to 10 where 0 is not at all important and 10 is very important, "
        "how important is it for you to get into work now?",
        "Ar raddfa o 0 i 10 lle mae 0 yn golygu ddim yn bwysig o gwbl a 10 yn golygu pwysig iawn, "
        "pa mor bwysig yw hi i chi gael gwaith nawr?",
    ),
}
"""The three questions. The English is word for word the evaluation's: scores are only comparable if asked alike."""


class PlanError(SectionError):
    """An appointment does not continue the plan it is folded into."""

    code = "plan_broken"


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """Something to look at before going on. It blocks nothing."""

    code: str
    message: Label


_MORE_THAN_THREE: Final = PlanWarning(
    "more_than_three_appointments",
    Label(
        "This plan has more than three appointments. Most plans have up to three.",
        "Mae gan y cynllun hwn fwy na thri apwyntiad. Hyd at dri sydd gan y rhan fwyaf o gynlluniau.",
    ),
)


def fold(plan: Plan, appointment: Appointment) -> Plan:
    """Return the plan as it stands after this appointment.

    Raises:
        PlanError: the appointment was held before, is older than the last one, or an entry names a row that the plan
            does not have, or has already.
        SectionError: the plan would outgrow its schema.
    """
    _follows(plan, appointment)
    rows: dict[str, Any] = {name: getattr(plan, name) for name in Plan.model_fields}
    held = AppointmentHeld(number=appointment.number, on=appointment.on, channel=appointment.channel)
    rows["appointments"] = (*plan.appointments, held)
    for position, entry in enumerate(appointment.entries):
        _links_hold(rows, entry, f"entries.{position}")
        rows |= _change(rows, entry, appointment.on, f"entries.{position}")
    return validated(Plan, rows, what="plan section")


def fold_scores(scores: Scores, appointment: Appointment) -> Scores:
    """Return the scores with those given at this appointment added, oldest first.

    Raises:
        SectionError: there would be more scores than the section holds.
    """
    given = tuple(_scores_of(appointment))
    return validated(Scores, {"scores": (*scores.scores, *given)}, what="scores section")


def warnings(plan: Plan, *, coming: int = 0) -> tuple[PlanWarning, ...]:
    """Return what to look at in a plan, with `coming` more appointments about to be added. Nothing here blocks."""
    held = len(plan.appointments) + coming
    return (_MORE_THAN_THREE,) if held > USUAL_APPOINTMENTS else ()


def follow_up_on(plan: Plan) -> date | None:
    """Return the day to ask again, 42 days after the last appointment; None before the first."""
    return plan.appointments[-1].on + FOLLOW_UP_AFTER if plan.appointments else None


def _scores_of(appointment: Appointment) -> list[Score]:
    scores = []
    for entry in appointment.entries:
        match entry:
            case ScoreGiven():
                scores.append(Score(measure=entry.measure, points=entry.points, on=appointment.on))
            case FollowUp():
                scores.append(Score(measure=Measure.WORKABILITY_NOW, points=entry.points, on=appointment.on))
    return scores


def _broken(path: str, kind: str) -> PlanError:
    return PlanError("the appointment does not continue this plan", [problem(path, kind)])


def _follows(plan: Plan, appointment: Appointment) -> None:
    if any(held.number == appointment.number for held in plan.appointments):
        raise _broken("number", "appointment_held")
    if plan.appointments and appointment.on < plan.appointments[-1].on:
        raise _broken("on", "appointment_too_early")


def _links_hold(rows: dict[str, Any], entry: Part, path: str) -> None:
    for name, field in type(entry).model_fields.items():
        key = getattr(entry, name)
        for mark in marks_of(field):
            if isinstance(mark, PointsAt) and key is not None and _find(rows[mark.claim], key) is None:
                raise _broken(f"{path}.{name}", "unknown_key")


def _find(rows: tuple[Any, ...], key: str) -> Any:
    return next((row for row in rows if row.key == key), None)


_KEYED: Final = ("goals", "can_do", "obstacles", "solutions", "steps")
_ROW_OF: Final[dict[type[Part], tuple[str, type[Part]]]] = {
    GoalSet: ("goals", Goal),
    CanDoTold: ("can_do", CanDo),
    ObstacleFound: ("obstacles", Obstacle),
    SolutionFound: ("solutions", Solution),
    StepAgreed: ("steps", Step),
}
_TEXT_OF: Final = {
    "goals": "goal",
    "can_do": "can_do",
    "obstacles": "obstacle",
    "solutions": "solution",
    "steps": "step",
}


def _change(rows: dict[str, Any], entry: PlanEntry, on: date, path: str) -> dict[str, Any]:
    """Return the claims of the plan that one entry changes."""
    match entry:
        case Opened():
            return {"opened_on": on}
        case PlanIssued():
            return {"issued_on": on}
        case Discharged():
            return {"discharge": Discharge(on=on, reason=entry.reason)}
        case HolderComment():
            comment = Comment(stance=entry.stance, comment=entry.comment, on=on)
            return {"comments": (*rows["comments"], comment)}
        case ScoreGiven() | FollowUp():
            return {}  # scores are a section of their own
        case StepUpdate():
            return _updated(rows, entry)
        case Correction():
            return _corrected(rows, entry, path)
        case DomainExplored():
            return _explored(rows, entry)
    return _added(rows, entry, path)


def _added(rows: dict[str, Any], entry: Any, path: str) -> dict[str, Any]:
    if any(_find(rows[claim], entry.key) for claim in _KEYED):
        raise _broken(f"{path}.key", "key_taken")
    claim, model = _ROW_OF[type(entry)]
    row = model.model_validate(entry.model_dump(exclude={"kind"}))
    changed: dict[str, Any] = {claim: (*rows[claim], row)}
    if isinstance(entry, ObstacleFound):
        changed["explored_none"] = _without(rows["explored_none"], entry.domain)
    return changed


def _without(explored: tuple[ExploredNone, ...], domain: Domain) -> tuple[ExploredNone, ...]:
    return tuple(row for row in explored if row.domain is not domain)


def _explored(rows: dict[str, Any], entry: DomainExplored) -> dict[str, Any]:
    """Mark a domain as explored once. An obstacle found earlier stays: entries are never edited."""
    rest = _without(rows["explored_none"], entry.domain)
    return {"explored_none": (*rest, ExploredNone(domain=entry.domain))}


def _updated(rows: dict[str, Any], entry: StepUpdate) -> dict[str, Any]:
    change = {"state": entry.state, "reason": entry.reason}
    return {"steps": _replaced(rows["steps"], entry.step, change)}


def _corrected(rows: dict[str, Any], entry: Correction, path: str) -> dict[str, Any]:
    claim = next((name for name in _KEYED if _find(rows[name], entry.corrects)), None)
    if claim is None:
        raise _broken(f"{path}.corrects", "unknown_key")
    if entry.becomes is None:
        return {claim: tuple(row for row in rows[claim] if row.key != entry.corrects)}
    return {claim: _replaced(rows[claim], entry.corrects, {_TEXT_OF[claim]: entry.becomes})}


def _replaced(rows: tuple[Any, ...], key: str, change: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(_rewritten(row, change) if row.key == key else row for row in rows)


def _rewritten(row: Part, change: dict[str, Any]) -> Part:
    return validated(type(row), row.model_dump() | change, what="row of the plan")
