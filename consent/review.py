"""Which changes at work are looked at again: what was told, and what recipients answered to it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from consent.countersign import says_the_same
from schemas.sections.work import ChangeStatus

ALIVE: Final = frozenset({ChangeStatus.ASKED, ChangeStatus.AGREED, ChangeStatus.IN_PLACE})
OVER: Final = frozenset(ChangeStatus) - ALIVE

Row = Mapping[str, Any]  # one change at work, as JSON values


def reviewed(shown: Sequence[Row], answered: Sequence[Row], *, told: Sequence[Row]) -> list[Row]:
    """Return the rows that have a review day and stand, answers first.

    `shown`: the changes as whoever asks reads them. `answered`: the newest answer to each. `told`: the changes as their
    holder tells them now, who may have said that one is over. Where an answer continues a change its day counts, or
    that it has none.
    """
    over = [row for row in told if row["status"] in OVER]
    answers = [row for row in answered if _has_day(row) and not _is_among(row, over)]
    others = [row for row in shown if _has_day(row) and not _is_among(row, [*over, *answered])]
    return [*answers, *others]


def _has_day(row: Row) -> bool:
    return row["status"] in ALIVE and row.get("review") is not None


def _is_among(row: Row, rows: Iterable[Row]) -> bool:
    return any(says_the_same(row, other) for other in rows)
