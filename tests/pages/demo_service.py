"""The demo's three fictional stories as a running service whose clock a test can move."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from consent.grant import Recipient
from consent.presets import PURPOSES
from passport import auth, demo, issuing, migrate, sharing
from passport.app import PassportApp, create_app
from passport.db import open_database
from passport.demo import DemoShare, DemoStory
from passport.deployment import Deployment, open_deployment
from passport.settings import Settings
from passport.share_request import ShareRequest
from passport.stories import read_stories
from schemas.vocabulary import RecipientKind, Section
from tests.service.world import CHEAP, nothing_else
from tests.serving import served

MORNING = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands until somebody moves it."""

    at: datetime = MORNING

    def __call__(self) -> datetime:
        """Return the time it is."""
        return self.at

    @contextmanager
    def later(self, **by: float) -> Iterator[None]:
        """Let it be later for a while: `minutes=16`."""
        before, self.at = self.at, self.at + timedelta(**by)
        try:
            yield
        finally:
            self.at = before


@dataclass(frozen=True)
class DemoService:
    """A running demo. What a test does to one story's shares, it does through the services beneath."""

    base_url: str
    app: PassportApp
    clock: Clock
    stories: Mapping[str, DemoStory]  # by the holder's username
    requests: list[str] = field(
        default_factory=list
    )  # every request's target and headers, as the server got them

    @property
    def d(self) -> Deployment:
        """The deployment beneath the pages."""
        deployment: Deployment = self.app.state.service.deployment
        return deployment

    def holder_id(self, username: str = "amara") -> str:
        """Return the id of a story's holder."""
        with self.d.database.reading() as connection:
            account = auth.account_of(self.d, connection, username)
        assert account is not None
        assert account.holder_id is not None
        return account.holder_id

    def share_with(self, kind: str, username: str = "amara") -> DemoShare:
        """Return the story's own share with this kind of recipient."""
        return next(s for s in self.stories[username].shares if s.recipient.kind == kind)

    def new_share(self, username: str = "amara", *, kind: str = "employer", **wishes: Any) -> "NewShare":
        """Share by the preset with somebody new, so that no other test meets this share."""
        recipient = Recipient(RecipientKind(kind), "Acme Tiles")
        wishes = {"purpose": PURPOSES[recipient.kind][0], "days": 30, "passcode": False, **wishes}
        holder_id = self.holder_id(username)
        share_id = sharing.share(self.d, holder_id, ShareRequest(recipient=recipient, **wishes))
        held = sharing.find(self.d, holder_id, share_id)
        secrets = sharing.secrets_of(self.d, holder_id, share_id)
        link = sharing.share_link(self.d, held, secrets.secret)
        return NewShare(self, holder_id, share_id, link, secrets.passcode, secrets.typed_code)

    def alter(self, statement: str, **values: Any) -> None:
        """Change one row behind the service's back, past the triggers, as somebody with the file could."""
        with self.d.database.write_engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER IF EXISTS entries_no_edit")
            assert connection.execute(text(statement), values).rowcount == 1

    def one(self, query: str, **values: Any) -> Any:
        """Return the one value that a query gives."""
        with self.d.database.reading() as connection:
            return connection.execute(text(query), values).scalar_one()


@dataclass(frozen=True)
class NewShare:
    """A share that a test made for itself."""

    service: DemoService = field(repr=False)
    holder_id: str
    share_id: str
    link: str
    passcode: str | None
    typed_code: str | None

    @property
    def views(self) -> int:
        """How often it was opened."""
        return sharing.find(self.service.d, self.holder_id, self.share_id).row.views

    def stop(self) -> None:
        """Stop it, as its holder does."""
        sharing.stop(self.service.d, self.holder_id, self.share_id)


def told_once(folder: Path) -> Sequence[DemoStory]:
    """Migrate a database in `folder` and tell the stories in it; return them."""
    settings, clock = Settings(data_dir=folder), Clock()
    opened = open_database(settings.database)
    migrate.upgrade(opened.write_engine)
    opened.close()
    return _seed(settings, clock)


def _seed(settings: Settings, clock: Clock) -> Sequence[DemoStory]:
    """Tell what is not told yet and return the stories, their links at the settings' base URL."""
    d = open_deployment(settings, now=clock, passcode_cost=CHEAP)
    try:
        issuing.prepare(d)
        return demo.seed(d, read_stories())
    finally:
        d.close()


@contextmanager
def running(folder: Path) -> Iterator[DemoService]:
    """Serve the stories of `folder` on a free port until the block ends."""
    clock, requests, made = Clock(), list[str](), dict[str, Any]()

    def make(base_url: str) -> Any:
        settings = Settings(data_dir=folder, base_url=base_url, mail_carrier="console")
        made["stories"] = {story.holder.username: story for story in _seed(settings, clock)}
        made["app"] = create_app(settings, now=clock, passcode_cost=CHEAP, errands=nothing_else)
        return _noting(made["app"], requests)

    with served(make) as base_url:
        yield DemoService(base_url, made["app"], clock, made["stories"], requests)


def _noting(app: PassportApp, requests: list[str]) -> Any:
    async def noted(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            target = scope["raw_path"] + b"?" + scope["query_string"]
            lines = [b"%s: %s" % header for header in scope["headers"]]
            requests.append(b"\n".join([target, *lines]).decode("latin-1"))
        await app(scope, receive, send)

    return noted


def sections(*names: str) -> frozenset[Section]:
    """Return these sections, as a share asks for them."""
    return frozenset(map(Section, names))
