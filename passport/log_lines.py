"""Which events of the access log one line tells together. Pure: events in, groups out.

What can be repeated at will is told once a day: a program that looks every hour, or whoever is refused again and again,
must not bury the person who looked once; nor must the messages that were sent. Other events are told together where
they follow each other and say the same. Nothing is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from passport.access import LoggedEvent
from passport.deployment import LONDON
from passport.tables import AccessKind

_ONCE_A_DAY: Final = frozenset(
    {
        AccessKind.FETCHED,
        AccessKind.REFUSED,
        AccessKind.LOOKED,
        AccessKind.MESSAGE_SENT,
        AccessKind.ENTRY_SUSPENDED,
        AccessKind.ENTRY_REINSTATED,
        AccessKind.ERASURE_REFUSED,
    }
)
_COUNTS: Final = frozenset({"times"})  # what grows from event to event and says nothing else


@dataclass(frozen=True, slots=True)
class LogLine:
    """Events that say the same, newest first; at least one."""

    events: tuple[LoggedEvent, ...]

    @property
    def newest(self) -> LoggedEvent:
        """The event at which the line stands."""
        return self.events[0]

    @property
    def oldest(self) -> LoggedEvent:
        """The first of them."""
        return self.events[-1]


def log_lines(found: Sequence[LoggedEvent]) -> list[LogLine]:
    """Return the lines that tell these events, which come newest first; each event is in exactly one of them."""
    groups: list[tuple[tuple[Any, ...], list[LoggedEvent]]] = []
    days: dict[tuple[Any, ...], list[LoggedEvent]] = {}
    for event in found:
        same = _says(event)
        if event.kind in _ONCE_A_DAY:
            told = days.setdefault((*same, event.occurred_at.astimezone(LONDON).date()), [])
            if not told:
                groups.append(((), told))
            told.append(event)
        elif groups and groups[-1][0] == same:
            groups[-1][1].append(event)
        else:
            groups.append((same, [event]))
    return [LogLine(tuple(events)) for _same, events in groups]


def _says(event: LoggedEvent) -> tuple[Any, ...]:
    if event.kind is AccessKind.MESSAGE_SENT:  # to whom; the page lists what each is about
        to_holder = event.detail.get("to") == "holder"
        return event.kind, to_holder, None if to_holder else event.share_id
    told = tuple(sorted((name, repr(value)) for name, value in event.detail.items() if name not in _COUNTS))
    return (event.kind, event.share_id, told)
