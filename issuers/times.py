"""NumericDate (RFC 7519 section 2): whole seconds since 1970, in UTC. No clock."""

from datetime import UTC, datetime
from typing import Final

from schemas.errors import EncodingError

_LAST: Final = 253_402_300_799  # the end of the year 9999


class NumericDateError(EncodingError):
    """A claim is not a time in whole seconds."""

    code = "numeric_date"


def to_numeric_date(moment: datetime) -> int:
    """Return `moment` in whole seconds, rounded down.

    Raises:
        ValueError: `moment` has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("expected a time with a time zone")
    return int(moment.timestamp() // 1)


def from_numeric_date(value: object) -> datetime:
    """Return the UTC time of a NumericDate.

    Raises:
        NumericDateError: no whole number, or outside 1970 to 9999.
    """
    if type(value) is not int or not 0 <= value <= _LAST:  # a bool is an int in Python, never a time
        raise NumericDateError("expected a time in whole seconds since 1970")
    return datetime.fromtimestamp(value, UTC)
