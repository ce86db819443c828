"""Hostile bodies, made from one that fits: no JSON or form any more, or something else in each place of it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode

from tests.service.targets import DAYS, JSON_TYPE, TIMES, VALUES, Class, Requests, Target, as_text, encoded
from tests.service.test_hostile_input import MARK

# JSON

MANY_MEMBERS = encoded({f"{MARK}{number}": number for number in range(5000)})[1:-1]


def breaking(make: Callable[[bytes], Sequence[bytes]]) -> Class:
    """Return the class of bodies that are no strict JSON any more; `make` gets one that fits."""

    def broken(target: Target) -> Requests:
        for body in make(encoded(target.json if isinstance(target.json, dict) else {})):
            yield target.sends(f"{make.__name__} {body[:40]!r}", headers=JSON_TYPE, body=(body,))

    return broken


def with_member(fits: bytes, member: bytes) -> bytes:
    """Return an object with one more member in front."""
    return b"{" + member + (b"" if fits == b"{}" else b", ") + fits[1:]


def duplicate_keys(fits: bytes) -> Sequence[bytes]:
    mark = MARK.encode()
    first = re.match(rb'{("[^"]*": )', fits)
    name = first[1] if first else b'"x": '
    return (
        with_member(fits, name + b'"' + mark + b'"'),
        b'{"x": {"%s": 1, "%s": 2}}' % (mark, mark),
        b'{"%s": 1, "\\u0064%s": 2}' % (mark, mark[1:]),
    )


def not_finite(fits: bytes) -> Sequence[bytes]:
    return [
        with_member(fits, b'"days": ' + number)
        for number in (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e400")
    ]


def lone_surrogate(fits: bytes) -> Sequence[bytes]:
    mark = MARK.encode()
    return [
        with_member(fits, member)
        for member in (
            b'"x": "%s\\ud800"' % mark,
            b'"x": "\\udc00\\ud800%s"' % mark,
            b'"%s\\udfff": 1' % mark,
            b'"x": "%s\xed\xa0\x80"' % mark,
        )
    ]


def byte_order_mark(fits: bytes) -> Sequence[bytes]:
    return b"\xef\xbb\xbf" + fits, fits.decode().encode("utf-16"), fits.decode().encode("utf-32-be")


def not_utf_8(fits: bytes) -> Sequence[bytes]:
    mark = MARK.encode()
    return [
        with_member(fits, b'"x": "%s%s"' % (mark, odd)) for odd in (b"\xff", b"\xc0\x80", b"\xf5\x80\x80\x80")
    ]


def not_json(fits: bytes) -> Sequence[bytes]:
    mark = MARK.encode()
    return (
        fits[:-1], fits + b"{}", fits + b"\0", b"{" + mark + b": 1}", b"{'x': '%s'}" % mark, b'{"x": "%s}' % mark,
        b'{"x": "%s\n"}' % mark, b'{"x": 01}', b'{"x": 1,}', b"/**/" + fits, b'{"x": "\\x41%s"}' % mark, mark,
    )  # fmt: skip


def too_deep(fits: bytes) -> Sequence[bytes]:
    return [
        with_member(fits, b'"x": ' + opening * depth + b"1" + closing * depth)
        for depth in (21, 60, 20_000)
        for opening, closing in ((b"[", b"]"), (b'{"x":', b"}"))
    ]


def bombastic(fits: bytes) -> Sequence[bytes]:
    return (
        with_member(fits, b'"x": 1' + b"0" * 5000),
        with_member(fits, b'"x": [' + b"1," * 100_000 + b"1]"),
        with_member(fits, b'"x": -0.' + b"0" * 5000 + b"1"),
    )


def wrong_types(target: Target) -> Requests:
    for value in (None, True, 7, MARK, [], [MARK], [target.json], {}, {MARK: 1}):
        yield target.sends(f"as a whole: {str(value)[:40]}", headers=JSON_TYPE, body=(encoded(value),))


def unknown_members(target: Target) -> Requests:
    fits = target.json if isinstance(target.json, dict) else {}
    yield target.sends("an unknown member", headers=JSON_TYPE, body=(encoded({**fits, MARK: MARK}),))
    yield target.sends("unknown members", headers=JSON_TYPE, body=(with_member(encoded(fits), MANY_MEMBERS),))
    for name, value in fits.items():
        if isinstance(value, dict):
            inner = {**fits, name: {**value, MARK: MARK}}
            yield target.sends(f"an unknown member of {name}", headers=JSON_TYPE, body=(encoded(inner),))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each part of a body, however deep."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield (*path, name)
        yield from places(part, (*path, name))


def with_part(value: Any, path: Sequence[Any], part: Any) -> Any:
    if not path:
        return part
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = with_part(value[path[0]] if len(path) > 1 else None, path[1:], part)
    return copy


def a_part(path: tuple[Any, ...], values: Sequence[Any]) -> Class:
    """Return the class of bodies in which something hostile stands in one place."""

    def changed(target: Target) -> Requests:
        for value in values:
            what = f"{'.'.join(map(str, path))} = {str(value)[:40]!r}"
            body = with_part(target.json, path, value)
            yield target.sends(what, headers=JSON_TYPE, body=(encoded(body),))

    return changed


def json_classes(target: Target) -> Iterator[tuple[str, Class]]:
    for make in (
        duplicate_keys, not_finite, lone_surrogate, byte_order_mark, not_utf_8, not_json, too_deep, bombastic,
    ):  # fmt: skip
        yield make.__name__, breaking(make)
    yield "wrong types", wrong_types
    yield "unknown members", unknown_members
    if not isinstance(target.json, dict):
        return
    ways = dict.fromkeys([*places(target.json), *((name,) for name in target.members)])
    for path in ways:
        yield f"member {'.'.join(map(str, path))}", a_part(path, VALUES)
    for path in ways:
        if re.search(r"(^|_)(on|at|until|date|from|day|days|birth)(_|$)", str(path[-1])):
            yield f"time {'.'.join(map(str, path))}", a_part(path, TIMES)


# Forms


@cache
def every(fields: tuple[str, ...]) -> Sequence[bytes]:
    """Return a form for each value, in which every field has it."""
    return [posted(dict.fromkeys(fields, as_text(value)[:600])) for value in VALUES]


def every_field(target: Target) -> Requests:
    for value, form in zip(VALUES, every(tuple(target.fields)), strict=True):
        own = posted(dict.fromkeys(target.form or {}, as_text(value)[:600]))
        yield target.sends(f"every field = {as_text(value)[:40]!r}", body=(form + b"&" + own,))


def one_field(name: str) -> Class:
    def changed(target: Target) -> Requests:
        for value in VALUES:
            form = {**(target.form or {}), name: as_text(value)}
            yield target.sends(f"{name} = {as_text(value)[:40]!r}", body=(posted(form),))

    return changed


def days(target: Target) -> Requests:
    """Every day that a form may ask for: pages draw them as three fields."""
    names = {name.removesuffix("-day") for name in (target.form or {}) if name.endswith("-day")}
    for day, month, year in DAYS:
        parts = {"day": day, "month": month, "year": year}
        odd = {f"{name}-{part}": text for name in names for part, text in parts.items()}
        yield target.sends(
            f"{sorted(names)} = {day[:20]}.{month}.{year}", body=(posted({**(target.form or {}), **odd}),)
        )


def not_a_form(target: Target) -> Requests:
    fits, mark = urlencode(target.form or {}).encode(), MARK.encode()
    for what, body in {
        "fields twice": fits + b"&" + fits + b"&who=" + mark,
        "not UTF-8": fits + b"&who=" + mark + b"%FF",
        "not ASCII": fits + b"&who=" + mark + b"\xff",
        "a lone surrogate": fits + b"&who=" + mark + b"%ED%A0%80",
        "too many fields": fits + b"&" + mark + b"=b" * 1 + b"&a=b" * 3000,
        "names that mean something": b"__proto__=x&constructor=x&step="
        + mark
        + b"&lang=x&=x&a[]=1&a[b][c]=2",
        "no equals sign": mark + b"&&&&" + mark,
        "percent signs": b"who=%&code=%4&shlink=%zz" + mark,
    }.items():
        yield target.sends(what, body=(body,))


def posted(form: Mapping[str, str]) -> bytes:
    return urlencode(form).encode()


def form_classes(target: Target) -> Iterator[tuple[str, Class]]:
    yield "every field", every_field
    yield "not a form", not_a_form
    for name in target.form or {}:
        yield f"field {name}", one_field(name)
    if any(name.endswith("-day") for name in target.form or {}):
        yield "days", days
