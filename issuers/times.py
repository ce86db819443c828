"""NumericDate (RFC 7519 section 2): seconds since 1970, in UTC; and the moments that one can verify for. No clock."""

from datetime import UTC, datetime
from typing import Final

from schemas.errors import EncodingError

_LAST: Final = 253_402_300_799  # the end of the year 9999
# To verify for: a clock that was never set is borne, and a leeway more is a time still.
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


class NumericDateError(EncodingError):
    """A claim is not a time in seconds."""

    code = "numeric_date"


def to_numeric_date(moment: datetime) -> int:
    """Return `moment` in whole seconds, rounded down.

    Raises:
        ValueError: `moment` has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("expected a time with a time zone")
    return int(moment.timestamp() // 1)


def from_numeric_date(value: object, *, fraction: bool = False) -> datetime:
    """Return the UTC time of a NumericDate: whole seconds, as we sign them, or with a `fraction` as others may.

    Raises:
        NumericDateError: no such number, or outside 1970 to 9999.
    """
    if type(value) is int or (fraction and type(value) is float):  # a bool is an int in Python, never a time
        seconds: int | float = value
        if 0 <= seconds <= _LAST:  # NaN and infinity are outside every range
            return datetime.fromtimestamp(seconds, UTC)
    raise NumericDateError("expected a time in seconds since 1970")


def check_now(now: datetime) -> None:
    """Refuse what is no moment to verify for.

    Raises:
        ValueError: `now` is not timezone-aware, or not of the years 1970 to 8999.
    """
    if now.tzinfo is None:
        raise ValueError("now must be timezone-aware")
    if not _EARLIEST <= now < _LATEST:
        raise ValueError("now must be of the years 1970 to 8999")


def read_moment(text: str) -> datetime:
    """Return the moment to verify for that an ISO 8601 text names, in UTC.

    Raises:
        ValueError: no such text, without a time zone, or not of the years 1970 to 8999; the message says which.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as exc:
        raise ValueError("expected a time such as 2026-11-21T12:00:00Z") from exc
    if found.tzinfo is None:
        raise ValueError("expected a time zone as well, such as the Z of 2026-11-21T12:00:00Z")
    if not _EARLIEST <= found < _LATEST:
        raise ValueError("expected a year from 1970 to 8999")
    return found.astimezone(UTC)
