"""Everything hostile that a route can be sent, by class: one of each class goes to each route in every run.

A class makes its requests from one that fits, so that only what it is about is wrong. What these mean to single routes
is in test_hostile_input.
"""

import random
from itertools import cycle
from urllib.parse import quote

from tests.service.hostile_bodies import form_classes, json_classes
from tests.service.raw_requests import Sent
from tests.service.targets import (
    FORM_TYPE,
    HEADERS,
    HUGE,
    JSON_TYPE,
    METHODS,
    ODD,
    OTHER_TYPES,
    TIMES,
    VALUES,
    Class,
    Requests,
    Target,
    as_text,
)
from tests.service.test_hostile_input import MARK


def other_methods(target: Target) -> Requests:
    for method in METHODS:
        if method not in target.taken:
            yield target.sends(f"method {method}", method=method)


def around_what_is_read(target: Target) -> Requests:
    """Odd headers, a query that nobody reads, and with a GET a body that nobody reads, all at once."""
    fits = target.sends("")
    queries = [f"lang={odd}&{MARK}={odd}&".encode() for odd in ODD]
    queries.append(b"x=" + MARK.encode() + b"&a=b" * 5000)
    bodies = cycle([(MARK.encode(),), (b"x" * HUGE,), ()] if target.method == "GET" else [fits.body])
    for query, odd, body in zip(queries, cycle(HEADERS), bodies, strict=False):
        headers = {**fits.headers, **odd}
        yield target.sends(f"{odd} ?{query[:20]!r}", headers=headers, query=query, body=body)


def too_large(target: Target) -> Requests:
    filling = MARK.encode() * (HUGE // len(MARK))
    for kind in (JSON_TYPE, FORM_TYPE):
        yield target.sends("huge", headers=kind, body=(b'{"x": "' + filling + b'"}',))
        yield target.sends("huge in pieces", headers=kind, body=[filling[:50_000]] * 12)
        yield target.sends("spaces alone", headers=kind, body=(b" " * HUGE,))


def other_content_types(target: Target) -> Requests:
    fits = target.sends("")
    own = fits.headers.get(b"content-type")
    for kind in OTHER_TYPES:
        if kind != own:
            headers = {**fits.headers, b"content-type": kind}
            yield target.sends(f"content type {kind!r}", headers=headers, body=fits.body or (MARK.encode(),))
    bare = {name: value for name, value in fits.headers.items() if name != b"content-type"}
    yield Sent(
        "no content type", target.method, target.path(), headers=bare, body=fits.body or (MARK.encode(),)
    )


def pieces_without_length(target: Target) -> Requests:
    fits = target.sends("")
    body = b"".join(fits.body) or b"{}"
    for size in (1, 7, 1000):
        pieces = [body[at : at + size] for at in range(0, len(body), size)]
        yield target.sends(f"in pieces of {size}", body=[b"", *pieces, b""])


def cut_off(target: Target) -> Requests:
    body = b"".join(target.sends("").body) or b"{}"
    for kept in (0, 1, len(body)):
        yield target.sends(f"gone after {kept} bytes", body=(body[:kept],), ends=False)


def no_body(target: Target) -> Requests:
    for body in ((), (b"",), (b" \r\n",)):
        yield target.sends("no body", body=body)


def in_path(name: str) -> Class:
    def changed(target: Target) -> Requests:
        for odd in ODD:
            yield target.sends(f"{name} = {odd[:20]}", path=target.path(**{name: odd}))

    return changed


def in_query(name: str) -> Class:
    def changed(target: Target) -> Requests:
        for odd in (*ODD, *(quote(as_text(value)[:600]) for value in (*VALUES, *TIMES))):
            yield target.sends(f"?{name}={odd[:20]}", query=f"{name}={odd}".encode())
        yield target.sends(f"?{name} twice", query=f"{name}=1&{name}={MARK}".encode())

    return changed


def classes_of(target: Target) -> dict[str, Class]:
    """Return every class of hostile requests that there is for a route."""
    found: dict[str, Class] = {"header, query": around_what_is_read, "method": other_methods}
    found |= {f"path {name}": in_path(name) for name in target.parameters}
    found |= {f"query {name}": in_query(name) for name in target.queries}
    if target.method == "GET":
        return found
    found |= {
        "size": too_large,
        "content type": other_content_types,
        "chunked": pieces_without_length,
        "cut off": cut_off,
        "empty": no_body,
    }
    return found | dict(json_classes(target) if target.form is None else form_classes(target))


def drawn(target: Target, *, seed: int, half: int) -> list[Sent]:
    """Return one request of each class that a run with this seed sends to one of the two engines.

    Each class goes to one engine or the other, and to the other with another seed.
    """
    chosen = []
    for name, kind in classes_of(target).items():
        choose = random.Random(f"{seed} {target.method} {target.template} {name}")
        if choose.randrange(2) == half:
            chosen.append(choose.choice(list(kind(target))))
    return chosen


def everything(target: Target) -> list[Sent]:
    return [sent for kind in classes_of(target).values() for sent in kind(target)]
