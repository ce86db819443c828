"""A small fictional world for tests of the services: one deployment, people in it, and a clock that they share.

Everybody acts over HTTP, as a program of theirs would; `world.d` is the deployment beneath, for what no route shows.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx2
from sqlalchemy import text
from starlette.testclient import TestClient

from consent.offline import read_status_file, read_trust_file
from consent.sealed_file import open_file
from consent.share import Shlink, decode_shlink, encode_shlink
from consent.verification import Verification
from consent.verify import verify
from passport import auth, holders, organisations
from passport.app import PassportApp, create_app
from passport.deployment import Deployment
from passport.lookup import PasscodeCost
from passport.settings import Settings
from schemas.vocabulary import Language

MORNING = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
CHEAP = PasscodeCost(memory_kib=32, passes=1)  # a passcode costs a tenth of a millisecond instead of 20
BASE_URL = "http://localhost:8000"

NAME = "Sam Example"
ADJUSTMENT = {"kind": "hours", "barrier": "tired in the morning", "change": "start at ten", "status": "asked"}
OTHER_ADJUSTMENT = {"kind": "place", "barrier": "noise", "change": "a quiet room", "status": "asked"}
CONDITION = "Chronic fatigue"
STORY: dict[str, Any] = {
    "about-me": {"name": NAME},
    "adjustments": {"changes": [ADJUSTMENT, OTHER_ADJUSTMENT]},
    "conditions": {"conditions": [{"name": CONDITION}]},
    "diary": {"diary": [{"on": "2026-11-20", "text": "A private thought."}]},
}
GOAL = {"kind": "goal", "key": "walk01", "goal": "Walk to the shop each day"}
SCORE = {"kind": "score", "measure": "workability-now", "points": 4}
ADVICE = {
    "outcome": "may-be-fit",
    "options": [{"option": "altered-hours", "how": "Short days at first"}],
    "comments": "Tires after two hours.",
}


@dataclass
class Clock:
    """A clock that stands until somebody moves it."""

    at: datetime = MORNING

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass(frozen=True)
class Share:
    """A share as its recipient was given it."""

    share_id: str
    shlink: Shlink
    passcode: str | None
    typed_code: str | None
    body: Mapping[str, Any] = field(repr=False)

    @property
    def path(self) -> str:
        return urlsplit(self.shlink.url).path

    @property
    def url_token(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def wrong(self) -> str:
        """A passcode of the right form that is not this share's."""
        assert self.passcode is not None
        return ("1" if self.passcode[0] == "0" else "0") + self.passcode[1:]


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    client: httpx2.Client
    token: str
    holder_id: str = ""
    practitioner_id: str = ""
    username: str = ""
    code: str = ""

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=self._headers)

    def post(self, path: str, body: object = None) -> Any:
        return self.client.post(path, headers=self._headers, json=body)

    def put(self, path: str, body: object) -> Any:
        return self.client.put(path, headers=self._headers, json=body)

    @property
    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    # What a holder does

    def tells(self, sections: Mapping[str, Any]) -> list[str]:
        """Tell these sections and return the new entries' ids."""
        reply = self.put("/api/v1/passport", {"sections": sections})
        assert reply.status_code == 200, reply.text
        return list(reply.json()["entry_ids"])

    def entries(self, section: str | None = None) -> list[dict[str, Any]]:
        found = self.get("/api/v1/passport").json()["entries"]
        return [entry for entry in found if section in (None, entry["section"])]

    def asks_to_share(self, kind: str = "employer", name: str = "Acme Tiles", **wishes: Any) -> Any:
        purpose = {"employer": "adjustments-at-work", "gp": "health-care"}.get(kind, "work-support")
        body = {"recipient": {"kind": kind, "name": name}, "purpose": purpose, **wishes}
        return self.post("/api/v1/shares", body)

    def shares_with(self, kind: str = "employer", name: str = "Acme Tiles", **wishes: Any) -> Share:
        reply = self.asks_to_share(kind, name, **wishes)
        assert reply.status_code == 201, reply.text
        return self.share_of(reply.json())

    def share_of(self, made: Mapping[str, Any]) -> Share:
        """Return the share that a reply of the service tells of."""
        share, secrets = made["share"], made["secrets"]
        shlink = decode_shlink(secrets["link"])
        return Share(share["share_id"], shlink, secrets["passcode"], secrets["typed_code"], share)

    def share_now(self, share: Share) -> dict[str, Any]:
        reply = self.get(f"/api/v1/shares/{share.share_id}")
        assert reply.status_code == 200
        return dict(reply.json())

    def stops(self, share: Share) -> None:
        assert self.post(f"/api/v1/shares/{share.share_id}/stop").status_code == 204

    def log(self, share: Share | None = None) -> list[dict[str, Any]]:
        events = self.get("/api/v1/log").json()
        return [event for event in events if share is None or event["share_id"] == share.share_id]

    def said(self, share: Share) -> list[str]:
        """What kinds of events a share has had since it was made."""
        return [event["kind"] for event in self.log(share)][1:]

    def lets_write(self, practitioner: "Person", *sections: str, days: int = 90) -> str:
        body = {"practitioner": practitioner.username, "sections": sections, "days": days}
        reply = self.post("/api/v1/append-grants", body)
        assert reply.status_code == 201, reply.text
        return str(reply.json()["grant_id"])

    def accepts(self, *entry_ids: str) -> None:
        for entry_id in entry_ids:
            assert self.post(f"/api/v1/passport/entries/{entry_id}/accept").status_code == 204

    # What a practitioner does

    def appends(self, grant_id: str, section: str, body: Mapping[str, Any]) -> Any:
        return self.post(f"/api/v1/append-grants/{grant_id}/entries", {"section": section, "body": body})

    def holds_appointment(self, grant_id: str, number: int, *entries: Mapping[str, Any]) -> Any:
        appointment = {"number": number, "on": "2026-11-20", "channel": "telephone", "entries": entries}
        body = {"section": "plan", "appointment": appointment}
        return self.post(f"/api/v1/append-grants/{grant_id}/entries", body)


@dataclass(frozen=True)
class World:
    """One running service and its clock."""

    app: PassportApp
    client: httpx2.Client
    clock: Clock

    @property
    def d(self) -> Deployment:
        deployment: Deployment = self.app.state.service.deployment
        return deployment

    def holder(self, username: str = "sam", *, name: str = NAME) -> Person:
        """Return a new holder, signed in."""
        with self.d.database.writing() as connection:
            holder_id = holders.create(self.d, connection, name=name, language=Language.ENGLISH)
            code = self._account(connection, username, holder_id=holder_id)
        token = self._sign_in(username, code)
        return Person(self.client, token, holder_id=holder_id, username=username, code=code)

    def practitioner(
        self, username: str = "jo", *, name: str = "Jo Example", organisation: str = "Mental Health Team"
    ) -> Person:
        """Return a new practitioner of a new organisation, signed in."""
        with self.d.database.writing() as connection:
            organisation_id = organisations.create_organisation(
                self.d, connection, name=organisation, public_name=f"House of {username}"
            )
            practitioner_id = organisations.create_practitioner(
                self.d,
                connection,
                organisation_id=organisation_id,
                name=name,
                role="Occupational therapist",
                registration="HCPC OT0 (fictional)",
            )
            code = self._account(connection, username, practitioner_id=practitioner_id)
        token = self._sign_in(username, code)
        return Person(self.client, token, practitioner_id=practitioner_id, username=username, code=code)

    def signs_in_again(self, person: Person) -> str:
        """Return the token of a new session of somebody."""
        return self._sign_in(person.username, person.code)

    def opens(self, share: Share, **said: Any) -> Any:
        """Ask for the manifest as a SMART Health Links viewer does, with the right passcode unless one is given."""
        body = {"recipient": "Sam's manager", "passcode": share.passcode, **said}
        return self.client.post(share.path, json={k: v for k, v in body.items() if v is not None})

    def presses_open(self, share: Share, *, who: str = "Jo at Acme Tiles", **said: str | None) -> Any:
        """Send the form of the page behind a link, as a person's browser does; the reply is not followed."""
        form = {"shlink": encode_shlink(share.shlink), "who": who, "passcode": share.passcode, **said}
        return self.sends_form("/v/open", form)

    def types_code(self, share: Share, *, who: str = "Jo at Acme Tiles", **said: str | None) -> Any:
        """Send the form for a typed code."""
        form = {"code": share.typed_code, "who": who, "passcode": share.passcode, **said}
        return self.sends_form("/code", form)

    def sends_form(self, path: str, form: Mapping[str, str | None]) -> Any:
        """Send a form and return the reply, not following it. Cookies go with it and none are kept."""
        data = {name: text for name, text in form.items() if text is not None}
        reply = self.client.post(path, data=data, headers={"accept": "text/html"}, follow_redirects=False)
        self.client.cookies.clear()
        return reply

    def reads(self, share: Share, **said: Any) -> bytes:
        """Return the Bundle that a viewer gets."""
        reply = self.opens(share, **said)
        assert reply.status_code == 200, reply.text
        (file,) = reply.json()["files"]
        sealed = file.get("embedded") or self.fetches(file["location"]).text
        return open_file(sealed, share.shlink.key).content

    def fetches(self, location: str) -> Any:
        return self.client.get(urlsplit(location).path)

    def verifies(self, bundle: bytes) -> Verification:
        """Verify as somebody would who has only what this service publishes."""
        now = self.clock()
        trust = read_trust_file(self.client.get("/trust/bundle").content, now=now).trust
        statuses = read_status_file(self.client.get("/trust/statuses").content, trust=trust, now=now)
        return verify(bundle, trust=trust, statuses=statuses, now=now)

    def alter(self, statement: str, **values: Any) -> None:
        """Change the database behind the service's back, past the triggers, as somebody with the file could."""
        with self.d.database.write_engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("DROP TRIGGER IF EXISTS entries_no_edit")
            else:
                connection.exec_driver_sql("ALTER TABLE entries DISABLE TRIGGER USER")
            assert connection.execute(text(statement), values).rowcount == 1

    def one(self, query: str, **values: Any) -> Any:
        """Return the one value that a query gives."""
        with self.d.database.reading() as connection:
            return connection.execute(text(query), values).scalar_one()

    def _account(self, connection: Any, username: str, **owner: str) -> str:
        code = auth.new_sign_in_code(self.d)
        auth.create_account(self.d, connection, username=username, code=code, **owner)
        return code

    def _sign_in(self, username: str, code: str) -> str:
        reply = self.client.post("/api/v1/session", json={"username": username, "code": code})
        assert reply.status_code == 201, reply.text
        return str(reply.json()["token"])


_IDLE: dict[str, list[PassportApp]] = {}  # applications that earlier tests have done with, by base URL


def nothing_else(_d: Deployment) -> AbstractContextManager[None]:
    """Send nothing and look at no day while the service runs: a test does it when it is about that."""
    return nullcontext()


@contextmanager
def application(settings: Settings, clock: Callable[[], datetime]) -> Iterator[PassportApp]:
    """Give an application for these settings. Its start reads them; making one anew each time would take longer."""
    idle = _IDLE.setdefault(settings.base_url, [])
    app = idle.pop() if idle else create_app(settings, now=clock, passcode_cost=CHEAP, errands=nothing_else)
    app.settings = app.state.settings = settings
    app.state.now = clock
    yield app
    idle.append(app)


@contextmanager
def running(settings: Settings, clock: Callable[[], datetime]) -> Iterator[tuple[PassportApp, TestClient]]:
    """Run the application; server errors become replies, as they do for everybody else."""
    with (
        application(settings, clock) as app,
        TestClient(app, base_url=settings.base_url, raise_server_exceptions=False) as client,
    ):
        yield app, client
