"""NumericDate (RFC 7519 section 2): seconds since 1970, in UTC. No clock."""

from datetime import UTC, datetime
from typing import Final

from schemas.errors import EncodingError

_LAST: Final = 253_402_300_799  # the end of the year 9999


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
