"""The database fills up, stops or comes back: 503 as a problem or a page, nothing half-written, a clean next start."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url

from consent.verification import Outcome
from passport import records
from passport.settings import Settings
from passport.storage_errors import DatabaseUnavailableError
from schemas.vocabulary import Section
from tests.service.world import STORY, Clock, Person, Share, World, running

LONG_STORY = {**STORY, "what-matters": {"good_day": "A walk by the sea. " * 50}}
COUNTED = ("entries", "status_indices", "access_events", "grants", "shares", "share_files", "locators")


def then_it_answers_503(reply: Any) -> None:
    assert reply.status_code == 503, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["code"] == "database_unavailable"
    assert reply.headers["retry-after"].isdecimal()
    assert set(reply.json()) <= {"type", "title", "status", "code", "detail"}


def counts(world: World) -> dict[str, int]:
    return {table: world.one(f"SELECT count(*) FROM {table}") for table in COUNTED}


@contextmanager
def full_disk(world: World) -> Iterator[None]:
    """No page more fits into the SQLite file."""
    engine = world.d.database.write_engine
    with engine.connect() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={used}")
    yield
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1073741823")


def fill(person: Person) -> list[int]:
    """Tell stories until pages that were free inside the file are used up too; return the answers."""
    answers: list[int] = []
    while len(answers) < 60 and (not answers or answers[-1] == 200):
        answers.append(person.put("/api/v1/passport", {"sections": LONG_STORY}).status_code)
    return answers


def test_a_full_disk_keeps_what_was_told_and_takes_nothing_by_halves(sqlite_world: World) -> None:
    world, sam = sqlite_world, sqlite_world.holder()
    sam.tells(STORY)
    share = sam.shares_with(passcode=False)
    with full_disk(world):
        assert fill(sam)[-1] == 503
        before = counts(world)
        then_it_answers_503(sam.put("/api/v1/passport", {"sections": LONG_STORY}))
        then_it_answers_503(sam.asks_to_share(passcode=False))
        assert counts(world) == before
        assert len(sam.entries("about-me")) == 1  # reading goes on
        reply = world.opens(share)
        assert reply.status_code in (200, 503)  # an event is small: it may still fit
    sam.tells(LONG_STORY)
    assert world.verifies(world.reads(share)).outcome is Outcome.VALID
    assert world.one("PRAGMA integrity_check") == "ok"
    assert [event["sequence"] for event in sam.log()] == list(range(1, len(sam.log()) + 1))


def test_an_opening_that_cannot_be_logged_for_want_of_space_is_not_read(sqlite_world: World) -> None:
    world, sam = sqlite_world, sqlite_world.holder()
    sam.tells(STORY)
    share = sam.shares_with(passcode=False)
    with full_disk(world):
        refused = 0
        for _ in range(300):  # the log grows by an event each until no page is left for one
            reply = world.opens(share)
            assert reply.status_code in (200, 503)
            refused += reply.status_code == 503
            if refused == 3:
                break
        assert refused == 3
        then_it_answers_503(reply)
        views = sam.share_now(share)["views"]
    assert views == len(sam.said(share))
    world.reads(share)
    assert sam.share_now(share)["views"] == views + 1


def test_after_a_full_disk_the_next_start_is_clean(sqlite_url: str, tmp_path: Path, clock: Clock) -> None:
    settings = Settings(database_url=sqlite_url, data_dir=tmp_path / "data")
    with running(settings, clock) as (app, client):
        world = World(app, client, clock)
        sam = world.holder()
        sam.tells(STORY)
        share = sam.shares_with(passcode=False)
        with full_disk(world):
            assert fill(sam)[-1] == 503
            told = sam.entries()
    with running(settings, clock) as (app, client):
        world = World(app, client, clock)
        again = Person(client, sam.token, sam.holder_id)
        assert again.entries() == told
        assert world.verifies(world.reads(share)).outcome is Outcome.VALID
        again.tells(LONG_STORY)


class Server:
    """A PostgreSQL server that can be closed to one database."""

    def __init__(self, engine: Engine, url: str) -> None:
        self.engine, self.name = engine, make_url(url).database

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Take no connection to the database, and cut those that there are."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {self.name} ALLOW_CONNECTIONS false")
            connection.exec_driver_sql(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.name}'"
            )
        try:
            yield
        finally:
            with self.engine.connect() as connection:
                connection.exec_driver_sql(f"ALTER DATABASE {self.name} ALLOW_CONNECTIONS true")


@pytest.fixture
def postgresql_world(postgresql_url: str, tmp_path: Path, clock: Clock) -> Iterator[World]:
    """A running service on PostgreSQL."""
    settings = Settings(database_url=postgresql_url, data_dir=tmp_path / "data")
    with running(settings, clock) as (app, client):
        yield World(app, client, clock)


def given_a_share(world: World) -> tuple[Person, Share]:
    sam = world.holder()
    sam.tells(STORY)
    return sam, sam.shares_with(passcode=False)


def test_while_the_database_is_gone_everything_that_needs_it_answers_503(
    postgresql_world: World, postgresql_server: Engine, postgresql_url: str
) -> None:
    world = postgresql_world
    sam, share = given_a_share(world)
    (file,) = world.opens(share, embeddedLengthMax=0).json()["files"]
    before = counts(world)
    with Server(postgresql_server, postgresql_url).closed():
        for path in ("/api/v1/passport", "/api/v1/shares", "/status/1", "/trust/bundle"):
            then_it_answers_503(sam.get(path))
        then_it_answers_503(sam.put("/api/v1/passport", {"sections": LONG_STORY}))
        then_it_answers_503(sam.asks_to_share())
        then_it_answers_503(world.opens(share))
        then_it_answers_503(world.fetches(file["location"]))
        then_it_answers_503(world.client.post("/api/v1/session", json={"username": "sam", "code": sam.code}))
        page = world.client.get(
            "/passport", headers={"accept": "text/html", "cookie": f"session={sam.token}"}
        )
        assert page.status_code == 503
        assert page.headers["content-type"].startswith("text/html")
        for path in ("/v", "/code", "/vct/plan/1", "/accessibility"):  # these need none
            assert world.client.get(path).status_code == 200
    assert counts(world) == before
    world.reads(share)  # as soon as it is back, without a restart
    assert world.fetches(file["location"]).status_code == 200
    sam.tells(LONG_STORY)


def test_a_database_that_goes_away_in_the_middle_of_a_change_keeps_nothing_of_it(
    postgresql_world: World, postgresql_server: Engine, postgresql_url: str
) -> None:
    world = postgresql_world
    sam, _share = given_a_share(world)
    before = counts(world)
    server = Server(postgresql_server, postgresql_url)
    random_bytes = world.d.random_bytes
    cut: list[bool] = []

    def cut_the_connection(count: int) -> bytes:  # salts are drawn in the middle of the transaction
        if not cut:
            cut.append(True)
            with server.closed():
                pass
        return random_bytes(count)

    with pytest.raises(DatabaseUnavailableError):
        records.tell(
            replace(world.d, random_bytes=cut_the_connection),
            sam.holder_id,
            {Section(name): body for name, body in LONG_STORY.items()},
        )
    assert cut
    assert counts(world) == before
    sam.tells(LONG_STORY)


def test_without_its_database_the_service_does_not_start(
    postgresql_server: Engine, postgresql_url: str, tmp_path: Path, clock: Clock
) -> None:
    settings = Settings(database_url=postgresql_url, data_dir=tmp_path / "data")
    with (
        Server(postgresql_server, postgresql_url).closed(),
        pytest.raises(DatabaseUnavailableError),
        running(settings, clock),
    ):
        pass
    with running(settings, clock) as (_app, client):
        assert client.get("/status/1").status_code == 200
