"""Practitioners write in the plan: they read what is there, which the holder's log says first, and add an appointment.

A plan is never sent whole: an appointment's entries are folded into what the holder accepted, and the plan that
results is signed, together with the scores that were given. Left out: who may write at all (passport.appending).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import Connection

from consent.grant import Refused
from passport import records
from passport.append_grants import AppendGrant, AppendGrantNotFoundError, check_trusted, decide_now
from passport.appending import AppendError, Bodies, append, latest, record, waiting
from passport.deployment import Deployment
from passport.holders import OpenHolder, lock_holder
from passport.records import ONE_CHAIN, HeldEntry
from passport.store import grants
from passport.tables import AccessKind, EntryState
from schemas.catalogue import dump_body
from schemas.errors import SectionError
from schemas.plan import fold, fold_scores, parse_appointment
from schemas.plan_entries import Appointment, HolderComment
from schemas.problems import problem
from schemas.sections.plan import Plan
from schemas.sections.work import Scores
from schemas.vocabulary import Section


class PlanWaitingError(AppendError):
    """What another organisation wrote waits for the holder: two plans made apart could not both be kept."""

    code: ClassVar[str] = "plan_waiting"


class PlanUnreadableError(AppendError):
    """The plan so far was altered where it is stored: continued without it, it would be lost."""

    code: ClassVar[str] = "plan_unreadable"


@dataclass(frozen=True, slots=True)
class PlanSoFar:
    """What the next appointment continues."""

    plan: Plan  # as the holder accepted it, with what the same organisation wrote since
    others_wait: (
        bool  # whether something of another organisation waits: until it is decided, nothing can be added
    )
    waits: bool = False  # whether it has what the same organisation wrote and the holder has not decided on


def look(d: Deployment, given: AppendGrant) -> PlanSoFar:
    """Return the plan that the next appointment continues. No log, no read: the holder's log says it first.

    Of looks at the same plan in one clock hour it says the first. Whoever may not add to it is not shown it: theirs
    is empty.

    Raises:
        AppendGrantNotFoundError: the grant has ended, or was withdrawn.
        IssuerMayNotSignError: their organisation is suspended.
    """
    if Section.PLAN not in given.grant.sections:
        return PlanSoFar(Plan(), others_wait=False)
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, given.row.holder_id)
        if isinstance(decide_now(d, connection, holder, given, {Section.PLAN}), Refused):
            raise AppendGrantNotFoundError("you have no such permission now; ask the person for a new one")
        check_trusted(d, connection, given)
        others_wait = _others_wait(connection, holder, given, ONE_CHAIN & given.grant.sections)
        entry = latest(connection, holder, Section.PLAN, given.writer.organisation.issuer_id)
        shown = f"{entry.row.entry_id if entry else None} {others_wait}"
        if grants.note_look(
            connection, holder.holder_id, given.row.grant_id, f"{d.now():%Y-%m-%dT%H} {shown}"
        ):
            record(d, connection, holder, given, AccessKind.LOOKED, {Section.PLAN})
        waits = entry is not None and entry.row.state is EntryState.PENDING
        return PlanSoFar(_plan_of(entry), others_wait, waits)


def append_appointment(d: Deployment, given: AppendGrant, appointment: object) -> Sequence[str] | Refused:
    """Fold an appointment into the plan, sign the result and the scores given, and return the new entries' ids.

    Raises:
        SectionError: the appointment does not fit its schema, speaks for the holder, or does not continue the plan.
        PlanWaitingError: what another organisation wrote waits for the holder.
        AppendError: nothing can be appended now.
    """
    parsed = parse_appointment(appointment)
    _refuse_the_holders_words(parsed)
    sections = {Section.PLAN} if fold_scores(Scores(), parsed) == Scores() else {Section.PLAN, Section.SCORES}

    def fold_in(connection: Connection, holder: OpenHolder) -> Bodies:
        _refuse_beside_others(connection, holder, given, sections)
        folded = {
            Section.PLAN: dump_body(fold(_plan(connection, holder, given), parsed)),
            Section.SCORES: dump_body(fold_scores(_scores(connection, holder, given), parsed)),
        }
        return {section: folded[section] for section in sorted(sections)}

    return append(d, given, sections, fold_in)


def _refuse_the_holders_words(appointment: Appointment) -> None:
    """Refuse a comment of the holder's: whoever signs the appointment cannot speak for them."""
    spoken = [
        problem(f"entries.{position}.kind", "holders_own_words")
        for position, entry in enumerate(appointment.entries)
        if isinstance(entry, HolderComment)
    ]
    if spoken:
        raise SectionError(
            "an appointment holds what the practitioner signs: correct the named fields", spoken
        )


def _refuse_beside_others(
    connection: Connection, holder: OpenHolder, given: AppendGrant, sections: Collection[Section]
) -> None:
    if _others_wait(connection, holder, given, sections):
        raise PlanWaitingError(
            "what another organisation wrote in this plan waits for the holder;"
            " ask them to accept or decline it first"
        )
    if any(row.section in sections for row in records.broken_of(connection, holder)):
        raise PlanUnreadableError(
            "the plan so far could not be verified; tell the people who run this service"
        )


def _others_wait(
    connection: Connection, holder: OpenHolder, given: AppendGrant, sections: Collection[Section]
) -> bool:
    ours = given.writer.organisation.issuer_id
    return any(row.section in sections and row.issuer_id != ours for row in waiting(connection, holder))


def _plan(connection: Connection, holder: OpenHolder, given: AppendGrant) -> Plan:
    return _plan_of(latest(connection, holder, Section.PLAN, given.writer.organisation.issuer_id))


def _plan_of(entry: HeldEntry | None) -> Plan:
    return Plan.model_validate(entry.body) if entry else Plan()


def _scores(connection: Connection, holder: OpenHolder, given: AppendGrant) -> Scores:
    entry = latest(connection, holder, Section.SCORES, given.writer.organisation.issuer_id)
    return Scores.model_validate(entry.body) if entry else Scores()
