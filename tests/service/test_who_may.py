"""One golden table: every route, every kind of caller, one expected status. A route that is not in it fails."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi.routing import iter_route_contexts

from passport import reply_requests
from passport.settings import Settings
from schemas.vocabulary import Section
from tests.service.replying import shares_and_opens
from tests.service.world import ADVICE, STORY, Clock, Person, World, running

CALLERS = ("anonymous", "holder", "other holder", "practitioner", "other practitioner")

# Sam is the holder whom every share, entry and grant in a path belongs to; Jo is the practitioner whom Sam lets write.
# 303 on a page of somebody who is not signed in leads to /sign-in.
GOLDEN = """
method  path                                           anonymous  holder  other holder  practitioner  other practitioner

GET     /                                                    200     303           303           303                 303
GET     /sign-in                                             200     200           200           200                 200
POST    /sign-in                                             422     422           422           422                 422
POST    /sign-out                                            303     303           303           303                 303
GET     /accessibility                                       200     200           200           200                 200
GET     /privacy                                             200     200           200           200                 200
GET     /deleted                                             200     200           200           200                 200
GET     /openapi.json                                        200     200           200           200                 200
GET     /static                                              200     200           200           200                 200

GET     /v                                                   200     200           200           200                 200
GET     /v/open                                              404     404           404           404                 404
POST    /v/open                                              303     303           303           303                 303
GET     /v/changed                                           400     400           400           400                 400
GET     /v/reading                                           404     404           404           404                 404
GET     /v/reading/copy                                      404     404           404           404                 404
GET     /v/reading/receipt                                   404     404           404           404                 404
GET     /v/reading/receipt/{form}                            404     404           404           404                 404
GET     /v/reading/read-receipt                              404     404           404           404                 404
GET     /v/reading/promise                                   404     404           404           404                 404
GET     /r                                                   200     200           200           200                 200
GET     /r/changed                                           400     400           400           400                 400
POST    /r/reply                                             404     404           404           404                 404
GET     /r/reply                                             404     404           404           404                 404
POST    /r/acknowledge                                       404     404           404           404                 404
POST    /r/deleted                                           404     404           404           404                 404
POST    /r/email                                             404     404           404           404                 404
POST    /r/email/code                                        404     404           404           404                 404
POST    /r/organisation                                      404     404           404           404                 404
POST    /r/ask                                               404     404           404           404                 404
POST    /r/manager                                           404     404           404           404                 404
POST    /r/leave                                             303     303           303           303                 303
GET     /r/left                                              200     200           200           200                 200
GET     /r/terms                                             404     404           404           404                 404
POST    /r/terms                                             404     404           404           404                 404
GET     /r/receipt                                           404     404           404           404                 404
GET     /r/receipt/{form}                                    404     404           404           404                 404
GET     /r/requests/{request_id}/receipt                     404     404           404           404                 404
GET     /r/requests/{request_id}/receipt/{form}              404     404           404           404                 404
GET     /r/changes                                           404     404           404           404                 404
POST    /r/changes                                           404     404           404           404                 404
GET     /r/reviews.ics                                       404     404           404           404                 404
GET     /code                                                200     200           200           200                 200
POST    /code                                                401     401           401           401                 401
POST    /m/{token}                                           200     200           200           200                 200
GET     /m/file/{ticket}                                     200     200           200           200                 200

GET     /.well-known/jwt-vc-issuer/issuers/{issuer_id}       200     200           200           200                 200
GET     /vct/{section}/{version}                             200     200           200           200                 200
GET     /schemas/{section}/{version}                         200     200           200           200                 200
GET     /status/aggregation                                  200     200           200           200                 200
GET     /status/{list_id}                                    200     200           200           200                 200
GET     /trust/list                                          200     200           200           200                 200
GET     /trust/bundle                                        200     200           200           200                 200
GET     /trust/statuses                                      200     200           200           200                 200
GET     /log/key                                             200     200           200           200                 200
GET     /log/checkpoint                                      200     200           200           200                 200
GET     /log/checkpoint/{size}                               200     200           200           200                 200
GET     /log/consistency/{older}/{newer}                     200     200           200           200                 200
GET     /log/inclusion/{commitment}                          200     200           200           200                 200

GET     /passport                                            303     200           200           403                 403
GET     /passport/sections/{section}                         303     200           200           403                 403
GET     /passport/sections/{section}/edit                    303     200           200           403                 403
POST    /passport/sections/{section}/edit                    303     303           303           403                 403
POST    /passport/entries/{entry_id}/{decision}              303     303           404           403                 403
GET     /passport/log                                        303     200           200           403                 403
GET     /passport/log/export                                 303     200           200           403                 403
GET     /passport/messages                                   303     200           200           403                 403
POST    /passport/messages/address                           303     303           303           403                 403
POST    /passport/messages/code                              303     422           422           403                 403
POST    /passport/messages/alerts                            303     303           303           403                 403
POST    /passport/messages/remove                            303     303           303           403                 403
POST    /passport/export                                     303     200           200           403                 403
GET     /passport/delete                                     303     200           200           403                 403
POST    /passport/delete                                     303     422           422           403                 403
GET     /passport/shares                                     303     200           200           403                 403
GET     /passport/shares/new/{kind}                          303     200           200           403                 403
POST    /passport/shares/new/{kind}                          303     303           303           403                 403
GET     /passport/shares/{share_id}                          303     200           404           403                 403
GET     /passport/shares/{share_id}/as-recipient             303     200           404           403                 403
GET     /passport/shares/{share_id}/receipt                  303     200           404           403                 403
GET     /passport/shares/{share_id}/receipt/{form}           303     200           404           403                 403
GET     /passport/shares/{share_id}/read-receipts            303     200           404           403                 403
POST    /passport/shares/{share_id}/stop                     303     303           404           403                 403
GET     /passport/shares/{share_id}/extend                   303     200           404           403                 403
POST    /passport/shares/{share_id}/extend                   303     303           404           403                 403
POST    /passport/shares/{share_id}/rearm                    303     303           404           403                 403
GET     /passport/shares/{share_id}/code                     303     200           404           403                 403
POST    /passport/shares/{share_id}/code                     303     303           404           403                 403
POST    /passport/shares/{share_id}/code/off                 303     303           404           403                 403
POST    /passport/shares/{share_id}/passcode                 303     303           404           403                 403
GET     /passport/shares/{share_id}/not-me                   303     200           404           403                 403
POST    /passport/shares/{opened}/not-me                     303     303           404           403                 403
GET     /passport/shares/{share_id}/again                    303     200           404           403                 403
POST    /passport/shares/{share_id}/again                    303     303           404           403                 403
GET     /passport/shares/{changed}/update                    303     200           404           403                 403
POST    /passport/shares/{changed}/update                    303     303           404           403                 403
POST    /passport/shares/{changed}/update/not-now            303     303           404           403                 403
GET     /passport/replies                                    303     200           200           403                 403
GET     /passport/replies/{request_id}/receipt               303     200           404           403                 403
GET     /passport/replies/{request_id}/receipt/{form}        303     200           404           403                 403
POST    /passport/replies/{request_id}/refuse                303     303           404           403                 403
GET     /passport/reviews.ics                                303     404           404           403                 403
GET     /passport/writers                                    303     200           200           403                 403
POST    /passport/writers                                    303     303           303           403                 403
POST    /passport/writers/{grant_id}/stop                    303     303           404           403                 403
GET     /passport/writers/{grant_id}/receipt                 303     200           404           403                 403
GET     /passport/writers/{grant_id}/receipt/{form}          303     200           404           403                 403

GET     /practice                                            303     403           403           200                 200
GET     /practice/{grant_id}                                 303     403           403           200                 404
GET     /practice/{grant_id}/terms                           303     403           403           200                 404
POST    /practice/{grant_id}/terms                           303     403           403           303                 404
GET     /practice/{grant_id}/receipt                         303     403           403           200                 404
GET     /practice/{grant_id}/receipt/{form}                  303     403           403           200                 404
GET     /practice/{grant_id}/appointment                     303     403           403           200                 404
POST    /practice/{grant_id}/appointment                     303     403           403           422                 404
GET     /practice/{grant_id}/sections/{writable}             303     403           403           200                 404
POST    /practice/{grant_id}/sections/{writable}             303     403           403           422                 404

POST    /api/v1/session                                      401     401           401           401                 401
DELETE  /api/v1/session                                      401     204           204           204                 204
GET     /api/v1/passport                                     401     200           200           403                 403
PUT     /api/v1/passport                                     401     200           200           403                 403
PUT     /api/v1/passport/sections/{section}                  401     200           200           403                 403
POST    /api/v1/passport/entries/{entry_id}/{decision}       401     204           404           403                 403
POST    /api/v1/passport/entries/{told}/withdraw             401     200           404           403                 403
GET     /api/v1/passport/export                              401     200           200           403                 403
POST    /api/v1/passport/delete                              401     403           403           403                 403
GET     /api/v1/log                                          401     200           200           403                 403
GET     /api/v1/log/export                                   401     200           200           403                 403
GET     /api/v1/shares                                       401     200           200           403                 403
POST    /api/v1/shares                                       401     201           201           403                 403
POST    /api/v1/shares/preview                               401     200           200           403                 403
GET     /api/v1/shares/{share_id}                            401     200           404           403                 403
GET     /api/v1/shares/{share_id}/secrets                    401     200           404           403                 403
GET     /api/v1/shares/{share_id}/receipt                    401     200           404           403                 403
POST    /api/v1/shares/{share_id}/stop                       401     204           404           403                 403
POST    /api/v1/shares/{share_id}/extend                     401     200           404           403                 403
POST    /api/v1/shares/{share_id}/rearm                      401     200           404           403                 403
PUT     /api/v1/shares/{share_id}/code                       401     200           404           403                 403
DELETE  /api/v1/shares/{share_id}/code                       401     204           404           403                 403
POST    /api/v1/shares/{share_id}/passcode                   401     200           404           403                 403
POST    /api/v1/shares/{opened}/not-me                       401     204           404           403                 403
POST    /api/v1/shares/{share_id}/again                      401     201           404           403                 403
POST    /api/v1/shares/{share_id}/again/preview              401     200           404           403                 403
GET     /api/v1/shares/{changed}/update                      401     200           404           403                 403
POST    /api/v1/shares/{changed}/update                      401     204           404           403                 403
POST    /api/v1/shares/{changed}/update/preview              401     200           404           403                 403
POST    /api/v1/shares/{changed}/update/not-now              401     204           404           403                 403
POST    /api/v1/openings                                     201     201           201           201                 201
GET     /api/v1/reply                                        401     404           404           404                 404
POST    /api/v1/reply/acknowledge                            401     404           404           404                 404
POST    /api/v1/reply/deleted                                401     404           404           404                 404
POST    /api/v1/reply/email                                  401     404           404           404                 404
POST    /api/v1/reply/email/code                             401     404           404           404                 404
POST    /api/v1/reply/organisation                           401     403           403           403                 403
PUT     /api/v1/reply/terms                                  401     404           404           404                 404
POST    /api/v1/reply/requests                               401     404           404           404                 404
GET     /api/v1/reply/requests/{request_id}/receipt          401     404           404           404                 404
GET     /api/v1/reply/receipt                                401     404           404           404                 404
GET     /api/v1/reply/changes                                401     404           404           404                 404
POST    /api/v1/reply/changes                                401     404           404           404                 404
GET     /api/v1/reply/reviews                                401     404           404           404                 404
GET     /api/v1/reply/copy                                   401     404           404           404                 404
GET     /api/v1/reply/promise                                401     404           404           404                 404
GET     /api/v1/replies                                      401     200           200           403                 403
POST    /api/v1/requests/{request_id}/refuse                 401     204           404           403                 403
GET     /api/v1/requests/{request_id}/receipt                401     200           404           403                 403
GET     /api/v1/signed-entries/{entry_id}                    401     403           403           200                 404
POST    /api/v1/signed-entries/{entry_id}/{change}           401     403           403           200                 404
GET     /api/v1/append-grants                                401     200           200           200                 200
POST    /api/v1/append-grants                                401     201           201           403                 403
POST    /api/v1/append-grants/{grant_id}/stop                401     204           404           403                 403
GET     /api/v1/append-grants/{grant_id}/receipt             401     200           404           200                 404
POST    /api/v1/append-grants/{grant_id}/entries             401     403           403           201                 404
"""


# Placeholders that are made in a way of their own, and the parameter that each stands for.
MADE_OTHERWISE = {
    "{writable}": "{section}",
    "{told}": "{entry_id}",
    "{opened}": "{share_id}",
    "{changed}": "{share_id}",
}


class Row(NamedTuple):
    """One route of the table."""

    method: str
    path: str
    expected: Mapping[str, int]

    @property
    def route(self) -> str:
        """Method and path as the application knows them."""
        path = self.path
        for made, parameter in MADE_OTHERWISE.items():
            path = path.replace(made, parameter)
        return f"{self.method} {path}"

    @property
    def is_page(self) -> bool:
        return (
            self.path.startswith(("/passport", "/practice", "/sign", "/v", "/r", "/code")) or self.path == "/"
        )


def rows() -> list[Row]:
    lines = [line.split() for line in GOLDEN.splitlines()[2:] if line]
    return [Row(line[0], line[1], dict(zip(CALLERS, map(int, line[2:]), strict=True))) for line in lines]


ROWS = rows()


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for the whole table: whatever a request uses up is made for that request."""
    folder = tmp_path_factory.mktemp("golden")
    shutil.copyfile(sqlite_template, folder / "passport.db")
    (folder / "passport.db").chmod(0o600)
    clock = Clock()
    with running(Settings(data_dir=folder, mail_carrier="console"), clock) as (app, client):
        yield World(app, client, clock)


@pytest.fixture(scope="module")
def people(world: World) -> Mapping[str, Person]:
    """Who calls, by kind."""
    sam, robin = world.holder("sam"), world.holder("robin", name="Robin")
    for holder in (sam, robin):
        holder.tells(STORY)
    jo, kit = world.practitioner("jo"), world.practitioner("kit")
    nobody = Person(world.client, "")
    return dict(zip(CALLERS, (nobody, sam, robin, jo, kit), strict=True))


def made_for(name: str, world: World, people: Mapping[str, Person]) -> str:
    """Return what stands for a parameter of a path: Sam's, new, and good for this request."""
    sam, jo = people["holder"], people["practitioner"]
    match name:
        case "share_id" | "request_id":
            return of_a_new_share(name, world, sam)
        case "opened":
            share = sam.shares_with(passcode=False)
            world.opens(share)
            return share.share_id
        case "changed":
            share = sam.shares_with(passcode=False, live=True)
            sam.tells({"about-me": {"name": f"Sam {share.share_id}"}})
            return share.share_id
        case "token":
            return sam.shares_with(passcode=False).url_token
        case "ticket":
            (file,) = world.opens(sam.shares_with(passcode=False), embeddedLengthMax=0).json()["files"]
            return str(file["location"].rpartition("/")[2])
        case "grant_id":
            return sam.lets_write(jo, "plan", "scores", "work-advice")
        case "entry_id":
            grant = sam.lets_write(jo, "work-advice")
            return str(jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"][0])
        case "commitment":
            return str(sam.get("/api/v1/log/export").json()["events"][-1]["commitment"])
        case "told":
            return sam.tells({"what-matters": {"important": "My garden"}})[0]
    fixed = {
        "issuer_id": "told",
        "section": "about-me",
        "form": "jwt",
        "writable": "work-advice",
        "version": "1",
        "size": "0",
        "older": "0",
    }
    return {
        **fixed,
        "newer": "0",
        "list_id": "1",
        "kind": "employer",
        "decision": "accept",
        "change": "suspend",
    }[name]


def of_a_new_share(name: str, world: World, sam: Person) -> str:
    if name == "share_id":
        return sam.shares_with(passcode=False).share_id
    _share, reader = shares_and_opens(world, sam)
    return reply_requests.ask_for_more(world.d, reader.token, sections=[Section.WORK], reason="The rota")


def json_of(row: Row, people: Mapping[str, Person]) -> Any:
    if row.path.endswith("/not-me"):
        return {"event": last_event(people["holder"])}
    if row.path == "/api/v1/openings":
        return {"shlink": link_of(people["holder"]), "who": "Jo"}
    bodies = {
        "POST /m/{token}": {"recipient": "Somebody"},
        "POST /api/v1/session": {"username": "sam", "code": "0000-0000-0000-0000"},
        "PUT /api/v1/passport": {"sections": {"about-me": {"name": "Sam"}}},
        "PUT /api/v1/passport/sections/{section}": {"body": {"name": "Sam"}},
        "POST /api/v1/shares": {
            "recipient": {"kind": "gp", "name": "Dr Green"},
            "purpose": "health-care",
            "passcode": False,
        },
        "POST /api/v1/shares/preview": {
            "recipient": {"kind": "gp", "name": "Dr Green"},
            "purpose": "health-care",
        },
        "POST /api/v1/passport/entries/{entry_id}/withdraw": {"reason": "mistake"},
        "POST /api/v1/signed-entries/{entry_id}/{change}": {"reason": "under-review"},
        "POST /api/v1/requests/{request_id}/refuse": {"answer": "not-now"},
        "POST /api/v1/reply/email": {"address": "pat@acme.example"},
        "POST /api/v1/reply/email/code": {"code": "000000"},
        "POST /api/v1/reply/organisation": {"session": "none"},
        "PUT /api/v1/reply/terms": {"basis": "not-stated", "kept": "until-end"},
        "POST /api/v1/reply/requests": {"sections": ["work"], "reason": "To plan the rota"},
        "POST /api/v1/reply/changes": {"about": "none", "status": "agreed"},
        "POST /api/v1/passport/delete": {"username": "nobody", "code": "0000-0000-0000-0000"},
        "POST /api/v1/append-grants": {"practitioner": "jo", "sections": ["work-advice"]},
        "POST /api/v1/shares/{share_id}/extend": {"days": 90},
        "PUT /api/v1/shares/{share_id}/code": {"days": 1},
        "POST /api/v1/shares/{share_id}/again": {},
        "POST /api/v1/shares/{share_id}/again/preview": {},
        "POST /api/v1/shares/{share_id}/update": {},
        "POST /api/v1/shares/{share_id}/update/preview": {},
        "POST /api/v1/append-grants/{grant_id}/entries": {"section": "work-advice", "body": ADVICE},
    }
    return bodies.get(row.route)


def form_of(row: Row, caller: Person, people: Mapping[str, Person]) -> Mapping[str, str] | None:
    forms: dict[str, Callable[[], Mapping[str, str]]] = {
        "POST /v/open": lambda: {"shlink": link_of(people["holder"]), "who": "Jo"},
        "POST /r/email": lambda: {"address": "pat@acme.example"},
        "POST /r/ask": lambda: {"sections": "work", "reason": "To plan the rota"},
        "POST /r/manager": lambda: {"manager": "Kim", "manager_reason": "To plan the rota"},
        "POST /r/changes": lambda: {"status": "agreed"},
        "POST /practice/{grant_id}/terms": lambda: {"basis": "health-care", "kept": "records-rules"},
        "POST /r/terms": lambda: {"basis": "employment-law", "kept": "until-end"},
        "POST /code": lambda: {"code": "ABCD-EFGH-JKMN", "who": "Jo", "passcode": "00000-00000"},
        "POST /passport/sections/{section}/edit": lambda: {"name": "Sam"},
        "POST /passport/shares/new/{kind}": lambda: {
            "recipient": "Acme",
            "purpose": "adjustments-at-work",
            "sections": "about-me",
            "keep": f"{caller.entries('about-me')[0]['entry_id']}:name" if caller.holder_id else "",
            "days": "30",
            "step": "share",
        },
        "POST /passport/shares/{share_id}/extend": lambda: {"days": "90"},
        "POST /passport/shares/{share_id}/code": lambda: {"days": "7"},
        "POST /passport/shares/{share_id}/not-me": lambda: {"event": str(last_event(people["holder"]))},
        "POST /passport/shares/{share_id}/update": lambda: {"step": "send"},
        "POST /passport/messages/address": lambda: {"address": "sam@mail.example"},
        "POST /passport/writers": lambda: {"username": "jo", "sections": "work-advice", "days": "90"},
    }
    if row.method == "POST" and row.is_page:
        return forms.get(row.route, dict)()
    return None


def last_event(sam: Person) -> int:
    return int(sam.log()[-1]["sequence"])


def link_of(sam: Person) -> str:
    share = sam.shares_with(passcode=False)
    return str(sam.get(f"/api/v1/shares/{share.share_id}/secrets").json()["link"].partition("#")[2])


def stylesheet(world: World) -> str:
    found = re.search(r'href="(/static/[^"]+/passport\.css)"', world.client.get("/").text)
    assert found is not None
    return found[1]


def status_of(row: Row, caller: Person, world: World, people: Mapping[str, Person]) -> int:
    path = row.path if row.path != "/static" else stylesheet(world)
    for name in (
        "share_id",
        "opened",
        "changed",
        "token",
        "ticket",
        "grant_id",
        "entry_id",
        "told",
        "request_id",
        "issuer_id",
        "section",
        "writable",
        "commitment",
    ):
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", made_for(name, world, people))
    for name in ("form", "version", "list_id", "kind", "decision", "change", "size", "older", "newer"):
        path = path.replace(f"{{{name}}}", made_for(name, world, people))
    token = world.signs_in_again(caller) if caller.token else ""  # some requests end a session
    headers = {"accept": "text/html" if row.is_page else "application/json"}
    if token:
        headers |= {"cookie": f"session={token}"} if row.is_page else {"authorization": f"Bearer {token}"}
    world.client.cookies.clear()
    return int(
        world.client.request(
            row.method,
            path,
            headers=headers,
            json=json_of(row, people),
            data=form_of(row, caller, people),
            follow_redirects=False,
        ).status_code
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
def test_every_caller_gets_what_the_table_says(row: Row, world: World, people: Mapping[str, Person]) -> None:
    got = {kind: status_of(row, caller, world, people) for kind, caller in people.items()}
    assert got == row.expected


def test_the_table_has_every_route_and_no_other(world: World) -> None:
    routes = {
        f"{method} {route.path}"
        for route in iter_route_contexts(world.app.routes)
        for method in (getattr(route, "methods", None) or {"GET"}) - {"HEAD"}
    }
    assert {row.route for row in ROWS} == routes


def test_no_route_is_in_the_table_twice() -> None:
    assert len({row.route for row in ROWS}) == len(ROWS)
