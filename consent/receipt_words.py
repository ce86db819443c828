"""A receipt as labelled plain text for a page and for print: who, what, why, how long, how to stop it. Pure.

It reads the same for both sides. Times are shown in the zone that is passed in.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from consent.grant import GrantKind
from consent.receipt import Event, Receipt, Retention, StatedBasis
from schemas import consent_words as words
from schemas.catalogue import CATALOGUE, TOLD_ON, claims_of
from schemas.consent_vocabulary import ConsentEvent, LegalBasis
from schemas.consent_words import (
    HEADINGS,
    ReceiptLine,
    consent_in_words,
    law_in_words,
    lines_in_words,
    retention_in_words,
    stated_in_words,
)
from schemas.readable import Line, Row
from schemas.vocabulary import Language
from schemas.words import day_in_words, in_words


def receipt_lines(receipt: Receipt, language: Language, *, zone: tzinfo) -> tuple[Line, ...]:
    """Return the receipt as lines in reading order; the wording that was shown stays in its own language."""
    found: dict[ReceiptLine, str | tuple[Row, ...]] = {
        ReceiptLine.WHO: _who(receipt, language),
        ReceiptLine.SERVICE: _service(receipt, language),
        ReceiptLine.WHAT: words.ANSWERED[language] if receipt.granted_in else _read(receipt, language),
        ReceiptLine.MAY_ADD: _added(receipt, language),
        ReceiptLine.WHY: in_words(receipt.purpose, language),
        ReceiptLine.UNTIL: _until(receipt, language, zone),
        ReceiptLine.HOW_TO_STOP: _stop(receipt, language),
        ReceiptLine.NOT_RECALLED: words.NOT_RECALLED[language] if _was_given(receipt) else "",
        ReceiptLine.KEPT: promise_in_words(receipt.retention, language),
        ReceiptLine.BASIS: bases_in_words(receipt, language, zone=zone),
        ReceiptLine.WORDING: receipt.notice.text,
        ReceiptLine.EVENTS: _events(receipt, language, zone),
    }
    return tuple(_line(HEADINGS[name][language], content) for name, content in found.items() if content)


def promise_in_words(retention: Retention, language: Language, *, yours: bool = False) -> str:
    """Return how long a recipient promises to keep it, as a sentence; `yours`: said to them, else of them."""
    return retention_in_words(retention.rule, retention.days, retention.until, language, yours=yours)


def bases_in_words(receipt: Receipt, language: Language, *, zone: tzinfo) -> tuple[Row, ...]:
    """Return what each party relies on: a row each, of one pair, the party and the basis."""
    return tuple(_basis(receipt, stated, language, zone) for stated in receipt.bases)


def basis_in_words(basis: LegalBasis, language: Language, *, yours: bool = False) -> str:
    """Return what a party relies on, and where the law is that it names; `yours`: said to them, else of them."""
    said, law = stated_in_words(basis, language, yours=yours), law_in_words(basis, language)
    return words.CITED.format(basis=said, law=law) if law else said


def receipt_text(receipt: Receipt, language: Language, *, zone: tzinfo) -> str:
    """Return the same as plain text: a heading and its lines, with an empty line between."""
    blocks = []
    for line in receipt_lines(receipt, language, zone=zone):
        rows = ["; ".join(f"{label}: {text}" for label, text in row) for row in line.rows]
        blocks.append("\n".join([line.label, *([line.text] if line.text else []), *rows]))
    return "\n\n".join(blocks) + "\n"


def _line(label: str, content: str | tuple[Row, ...]) -> Line:
    return Line(label, text=content) if isinstance(content, str) else Line(label, rows=content)


def _who(receipt: Receipt, language: Language) -> str:
    controller = receipt.controller
    return words.WHO[language].format(
        name=controller.name,
        kind=in_words(controller.kind, language),
        assurance=consent_in_words(controller.assurance, language),
    )


def _service(receipt: Receipt, language: Language) -> str:
    service = receipt.service_controller
    said = words.NO_OPERATOR if service.operator is None else words.OPERATOR
    return said[language].format(name=service.operator, contact=service.contact)


def _read(receipt: Receipt, language: Language) -> tuple[Row, ...]:
    """Return each section once with the claims of it that are shown, and of lists how many lines."""
    rows: dict[str, dict[str, None]] = {}
    lines: Counter[str] = Counter()
    for entry in receipt.shared:
        labels = {claim.name: claim.label[language] for claim in claims_of(entry.section)}
        label = CATALOGUE[entry.section].label[language]
        lines[label] += entry.lines or 0
        rows.setdefault(label, {}).update(
            dict.fromkeys(labels[name] for name in entry.claims if name in labels and name != TOLD_ON)
        )
    for label, count in lines.items():
        rows[label].update({lines_in_words(count, language): None} if count else {})
    return tuple(((words.SECTION[language], _named(label, told)),) for label, told in rows.items())


def _named(section: str, told: Iterable[str]) -> str:
    more = [claim for claim in told if claim != section]
    return f"{section} ({', '.join(more)})" if more else section


def _added(receipt: Receipt, language: Language) -> tuple[Row, ...]:
    return tuple(
        ((words.SECTION[language], CATALOGUE[section].label[language]),) for section in receipt.may_write
    )


def _until(receipt: Receipt, language: Language, zone: tzinfo) -> str:
    """Return from when until when; and where it is over, what ended it."""
    if receipt.state in words.ENDED:
        last = receipt.events[-1].at
        return words.ENDED[receipt.state][language].format(
            day=_day(last, language, zone),
            time=_time(last, zone),
            last_day=_last_day(last, language, zone),
        )
    return words.UNTIL[language].format(
        start_day=_day(receipt.starts_at, language, zone),
        start_time=_time(receipt.starts_at, zone),
        last_day=_last_day(receipt.ends_at, language, zone),
    )


def _stop(receipt: Receipt, language: Language) -> str:
    open_still = receipt.state is ConsentEvent.GIVEN
    return words.HOW_TO_STOP[language].format(address=receipt.withdraw_at) if open_still else ""


def _was_given(receipt: Receipt) -> bool:
    given = any(event.kind is ConsentEvent.GIVEN for event in receipt.events)
    return given and receipt.kind is GrantKind.READ


def _basis(receipt: Receipt, stated: StatedBasis, language: Language, zone: tzinfo) -> Row:
    said = basis_in_words(stated.basis, language)
    if stated.at is not None and stated.assurance is not None:
        wording = words.STATED
        if receipt.took_back:
            said, wording = words.TOOK_BACK[language], words.TOOK_BACK_WHEN
        elif stated.basis is LegalBasis.NOT_STATED:
            wording = words.STATED_KEPT_ALONE
        said = wording[language].format(
            basis=said,
            day=_day(stated.at, language, zone),
            assurance=consent_in_words(stated.assurance, language),
        )
    return ((consent_in_words(stated.party, language), said),)


def _events(receipt: Receipt, language: Language, zone: tzinfo) -> tuple[Row, ...]:
    kinds = [event.kind for event in receipt.events]
    return tuple(
        _event(event, language, zone, again=event.kind is ConsentEvent.GIVEN and event.kind in kinds[:number])
        for number, event in enumerate(receipt.events)
    )


def _event(event: Event, language: Language, zone: tzinfo, *, again: bool) -> Row:
    by = consent_in_words(event.by, language)
    if event.assurance is not None:
        by = f"{by} ({consent_in_words(event.assurance, language)})"
    wording = words.END_OF_DAY if event.kind is ConsentEvent.EXPIRED else words.MOMENT
    at = wording[language].format(
        day=_day(event.at, language, zone),
        time=_time(event.at, zone),
        last_day=_last_day(event.at, language, zone),
    )
    return (
        (words.WHEN[language], at),
        (
            words.WHAT_HAPPENED[language],
            words.AGREED_AGAIN[language] if again else consent_in_words(event.kind, language),
        ),
        (words.BY[language], by),
    )


def _day(moment: datetime, language: Language, zone: tzinfo) -> str:
    return day_in_words(moment.astimezone(zone).date(), language)


def _last_day(end: datetime, language: Language, zone: tzinfo) -> str:
    """Return the last day before an end, which is excluded: the day that pages say "until" of."""
    return _day(end - timedelta(seconds=1), language, zone)


def _time(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%H:%M")
