"""A route, a request to it that fits, and the values that take the place of what fits."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

from tests.service.raw_requests import Sent
from tests.service.test_hostile_input import MARK

MARKUP = f"<i>{MARK}"  # comes back in no page as it is
OTHER_HOST = "evil.example"
HUGE = 600_000  # bytes; the cap is 512 KiB

# In the place of any one member of a body, any field of a form, any parameter of a path or of a query.
VALUES: Sequence[Any] = (
    None, True, False, -1, 0, 0.5, 2**31, 2**63, 2**70, 1e308, "", " ", MARK, MARKUP, f"{MARK}\0", f"{MARK}\u202e",
    f"{MARK}\r\nX: 1", "x" * 5000, "ŵ" * 300, [], [MARK], [[MARK]] * 9, {}, {"x": MARK}, {MARK: 1}, {MARK: [MARK]},
    "1" * 400, "shlink:/" + "A" * 3000, "A" * 43, f"{{{{7*7}}}}{MARK}", f"' OR 1=1 --{MARK}",
    "a" + "\u0301" * 40 + "\u0316" * 40, "a" + "\u0301" * 3000 + "\u0316" * 3000, "\U000e0041\u200f",
)  # fmt: skip
# In the place of a time: none, naive, impossible, a leap second, before every calendar of ours and long after it.
TIMES: Sequence[Any] = (
    "", "0000-00-00", "0001-01-01", "1899-12-31", "1969-12-31T23:59:59Z", "9999-12-31", "9999-12-31T23:59:59.999999Z",
    "10000-01-01", "-0001-01-01", "+292278994-08-17", "2016-12-31T23:59:60Z", "2026-02-30", "2026-02-30T25:61:61Z",
    "2026-11-21T09:30:00", "2026-11-21T09:30:00+99:99", "2026-W47-6", "20261121", "\uff12026-11-21", "2026-11-21\n",
    f"2026-11-21{MARK}", 0, -1, 253402300800, -62135596801, 1e308, True, ["2026-11-21"],
)  # fmt: skip
DAYS: Sequence[tuple[str, str, str]] = (  # as a form has them: day, month, year
    ("31", "2", "2026"), ("29", "2", "2100"), ("1", "1", "0000"), ("1", "1", "9999"), ("1", "1", "10000"),
    ("-1", "1", "2026"), ("1", "13", "2026"), ("", "", "2026"), ("1.5", "1", "2026"), ("\uff11", "1", "2026"),
    ("9" * 400, "1", "2026"), (MARK, MARK, MARK), ("1", "1", "1e3"), ("0x1", "1", "2026"), ("1\0", "1", "2026"),
)  # fmt: skip
ODD = (  # in an address, percent-encoded
    "%00", "a%00b", "%FF%FE", "%ED%A0%80", "..%2f..%2fetc", "%0d%0aX:1", "9" * 400, "-1", "'", "%F0%9F%98%80", "",
    MARK, quote(MARKUP), "2147483648", "9223372036854775808", "1e3", "%EF%BC%91", "x" * 9000, "%2e%2e", "%",
    "-3A%252541" + "%CC%81" * 700 + "%CC%96" * 700,
)  # fmt: skip
HEADERS: Sequence[Mapping[bytes, bytes]] = (
    {b"authorization": b"Bearer " + b"a" * 5000},
    {b"authorization": b"Basic \xff\xfe"},
    {b"authorization": b"Bearer"},
    {b"cookie": b"session=\xff; reply=" + b"a" * 5000 + b"; viewing=%00; language=../../etc"},
    {b"cookie": b"session=; reply=\"; viewing=" + MARK.encode() + b"; language=<i>; =; ;;"},
    {b"viewing-token": b"\xff" * 43},
    {b"viewing-token": b"A" * 9000},
    {b"accept": b"text/html;q=nan, */*;q=\xff" + b", a/b" * 500},
    {b"accept-language": b"*;q=nan, \xff, " + b"cy," * 500},
    {b"content-type": b"application/json; charset=\xff"},
    {b"if-none-match": b"\xff", b"if-modified-since": b"never", b"range": b"bytes=9-1"},
    {b"host": OTHER_HOST.encode(), b"x-forwarded-host": OTHER_HOST.encode(), b"forwarded": b"host=evil.example"},
    {b"origin": b"https://[", b"sec-fetch-site": b"same-origin"},
    {b"origin": b"http://evil.example"},
    {b"sec-fetch-site": b"cross-site"},
    {b"x-http-method-override": b"DELETE", b"x-" + MARK.encode(): MARK.encode()},
    {b"content-length": b"-1"},
    {b"content-encoding": b"gzip", b"expect": b"100-continue"},
)  # fmt: skip
METHODS = ("PATCH", "BREW", "TRACE", "get", "DELETE", "PUT", "POST", "GET", "HEAD")

JSON_TYPE: Mapping[bytes, bytes] = {b"content-type": b"application/json"}
FORM_TYPE: Mapping[bytes, bytes] = {b"content-type": b"application/x-www-form-urlencoded"}
OTHER_TYPES = (
    b"", b"text/plain", b"application/xml", b"image/png", b"multipart/form-data; boundary=x", b"\xff", b";", b"json",
    b"application/" + MARK.encode(), b"application/x-www-form-urlencoded", b"application/json",
    b"application/json; charset=utf-16",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """One route, and a request of somebody who may call it that fits."""

    method: str
    template: str  # of its path
    known: Mapping[str, str]  # what stands for each parameter of a path
    headers: Mapping[bytes, bytes]
    queries: Sequence[str] = ()
    taken: frozenset[str] = frozenset()  # the methods that its path takes
    json: Any = None  # a body that fits; None where the route takes none
    members: Sequence[str] = ()  # that the body may have
    form: Mapping[str, str] | None = None  # fields that fit; None where the route takes no form
    fields: Sequence[str] = field(default=(), repr=False)  # of any form

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.template)

    def path(self, **odd: str) -> str:
        known = {**self.known, **odd}
        return re.sub(r"{(\w+)}", lambda found: known[found[1]], self.template)

    def sends(self, what: str, **more: Any) -> Sent:
        """Return the request that fits, changed."""
        fits: dict[str, Any] = {"path": self.path(), "method": self.method, "headers": {}}
        if self.json is not None and self.method != "GET":
            fits |= {"body": (encoded(self.json),), "headers": JSON_TYPE}
        if self.form is not None:
            fits |= {"body": (urlencode(self.form).encode(),), "headers": FORM_TYPE}
        fits |= more
        fits["headers"] = {**self.headers, **fits["headers"]}
        return Sent(what, **fits)


Requests: TypeAlias = Iterator[Sent]
Class: TypeAlias = Callable[[Target], Requests]


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
