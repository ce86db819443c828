"""Worlds for tests of the services: `world` runs a test on both engines, `sqlite_world` where one is enough."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from passport.settings import Settings
from tests.service.world import STORY, Clock, Person, World, running

SIGNED_IN_FOR = 720  # hours: so that a clock may move for days within a test


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still on a Saturday morning."""
    return Clock()


@pytest.fixture
def world(settings: Settings, clock: Clock) -> Iterator[World]:
    """A running service without people; the test runs once per engine."""
    with running(settings.model_copy(update={"session_hours": SIGNED_IN_FOR}), clock) as (app, client):
        yield World(app, client, clock)


@pytest.fixture
def sqlite_world(sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[World]:
    """As `world`, on SQLite only."""
    settings = Settings(database_url=sqlite_url, data_dir=tmp_path / "data", session_hours=SIGNED_IN_FOR)
    with running(settings, clock) as (app, client):
        yield World(app, client, clock)


@pytest.fixture
def sam(world: World) -> Person:
    """A holder who has told a story."""
    person = world.holder()
    person.tells(STORY)
    return person
