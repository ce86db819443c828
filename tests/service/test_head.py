"""HEAD is answered as GET is, without a body, and never changes anything; where a GET counts, HEAD is refused."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from fastapi.routing import iter_route_contexts

from passport import reply_requests
from passport.app import COUNTING, ROUTES
from passport.settings import Settings
from passport.tables import METADATA
from schemas.vocabulary import Section
from tests.service.conftest import MAIL
from tests.service.replying import Reader, opens
from tests.service.world import ADVICE, STORY, Clock, Person, World, running

# What the sequencer's thread writes, in its own time.
SEQUENCED: Final = {"log_pending", "log_leaves", "log_nodes", "log_checkpoints"}
PATHS: Final = sorted(
    str(route.path)
    for module in ROUTES
    for route in iter_route_contexts(module.router.routes)
    if "GET" in (route.methods or ())
)


@dataclass(frozen=True)
class Caller:
    """Somebody for whom the routes under some prefixes are there."""

    prefixes: tuple[str, ...]
    headers: Mapping[str, str]
    section: str = "about-me"


@dataclass(frozen=True)
class Stage:
    """A world in which every GET route has something to show, and who may see it."""

    world: World
    callers: tuple[Caller, ...]
    made: Mapping[str, str]

    def asks(self, method: str, path: str) -> Any:
        caller = next(one for one in self.callers if path.startswith(one.prefixes))
        for name, value in {**self.made, "section": caller.section}.items():
            path = path.replace(f"{{{name}}}", value)
        assert "{" not in path
        self.world.client.cookies.clear()
        return self.world.client.request(method, path, headers=caller.headers, follow_redirects=False)

    def rows(self) -> Mapping[str, Any]:
        """Return every row of every table, but for what the sequencer's thread writes in its own time."""
        with self.world.d.database.reading() as connection:
            return {
                name: connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1, 2").all()
                for name in METADATA.tables.keys() - SEQUENCED
            }


def holds(person: Person) -> Mapping[str, str]:
    return {"cookie": f"session={person.token}", "authorization": f"Bearer {person.token}"}


def reads(reader: Reader) -> Mapping[str, str]:
    cookies = "; ".join(f"{name}={value}" for name, value in reader.cookies.items())
    token = {"authorization": f"Bearer {reader.token}", "viewing-token": reader.cookies["viewing"]}
    return {**token, "cookie": cookies, "accept": "text/html"}


def staged(world: World) -> Stage:
    sam, jo = world.holder(), world.practitioner()
    sam.tells(STORY)
    grant = sam.lets_write(jo, "plan", "scores", "work-advice")
    entry = str(jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"][0])
    share = sam.shares_with(passcode=False, live=True)
    reader, program = opens(world, share), opens(world, share, who="A program")
    asked = [
        reply_requests.ask_for_more(world.d, one.token, sections=[Section.WORK], reason="The rota")
        for one in (reader, program)
    ]
    (file,) = world.opens(share, embeddedLengthMax=0).json()["files"]
    sam.tells({"about-me": {"name": "Samantha"}})
    made = {
        "share_id": share.share_id,
        "grant_id": grant,
        "entry_id": entry,
        "ticket": urlsplit(file["location"]).path.rpartition("/")[2],
        "commitment": str(sam.get("/api/v1/log/export").json()["events"][-1]["commitment"]),
        **dict.fromkeys(("version", "list_id"), "1"),
        **dict.fromkeys(("size", "older", "newer"), "0"),
        "issuer_id": "told",
        "form": "jwt",
        "kind": "employer",
    }
    callers = (
        Caller(("/practice", "/api/v1/signed-entries"), holds(jo), section="work-advice"),
        Caller(("/api/v1/reply/", "/api/v1/reply"), reads(program)),
        Caller(("/passport", "/api/v1"), holds(sam)),
        Caller(("/v/", "/r"), reads(reader)),
        Caller(("/",), {"accept": "text/html"}),
    )
    return Stage(world, callers, {**made, "request_id": asked[0]})


@pytest.fixture(scope="module")
def stage(started_on_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One stage for the whole table."""
    folder, clock = tmp_path_factory.mktemp("head") / "data", Clock()
    settings = Settings(data_dir=shutil.copytree(started_on_sqlite, folder), mail_carrier=MAIL)
    with running(settings, clock) as (app, client):
        yield staged(World(app, client, clock))


@pytest.mark.parametrize("path", PATHS)
def test_head_changes_nothing_and_says_what_get_says_or_is_refused_where_get_counts(
    stage: Stage, path: str
) -> None:
    grant_id = stage.made["grant_id"]  # what a practitioner looks at is logged once an hour
    stage.world.alter("UPDATE grants SET looked = NULL WHERE grant_id = :grant_id", grant_id=grant_id)
    before = stage.rows()
    head = stage.asks("HEAD", path)
    assert head.content == b""
    assert stage.rows() == before
    get = stage.asks("GET", path)
    counts = stage.rows() != before
    assert counts == (path in COUNTING)
    if counts:
        assert (get.status_code, head.status_code, head.headers["allow"]) == (200, 405, "GET")
    else:
        assert head.status_code == get.status_code
        assert head.headers["content-type"] == get.headers["content-type"]
