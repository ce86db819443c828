"""A recipient at the reply pages, for tests of the services: a browser that holds only their two cookies."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from consent.share import encode_shlink
from passport import outbox
from passport.admission import READERS_MAX
from passport.deployment import Deployment
from passport.holders import open_holder
from passport.store import viewing_sessions
from passport.tables import MESSAGES, MessageKind, MessageRow, ViewingSessionRow
from passport.tables.columns import record
from tests.service.world import Person, Share, World

HTML = {"accept": "text/html"}


@dataclass
class Reader:
    """Somebody who opened a share on the pages. `cookies` are those that the service set."""

    world: World
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Any:
        return self._send("GET", path)

    def posts(self, path: str, **form: Any) -> Any:
        return self._send("POST", path, data=form)

    def page(self, path: str = "/r/reply") -> str:
        reply = self.get(path)
        assert reply.status_code == 200, reply.text
        return str(reply.text)

    @property
    def token(self) -> str:
        return self.cookies["reply"]

    def _send(self, method: str, path: str, **more: Any) -> Any:
        self.world.client.cookies.clear()
        sent = {**HTML, "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        reply = self.world.client.request(method, path, headers=sent, follow_redirects=False, **more)
        self.cookies |= {name: value for name, value in reply.cookies.items() if name in ("reply", "viewing")}
        return reply


def opens(world: World, share: Share, *, who: str = "Pat Example", reader: Reader | None = None) -> Reader:
    """Return a reader who pressed Open."""
    reader = reader or Reader(world)
    form = {"shlink": encode_shlink(share.shlink), "who": who, "passcode": share.passcode or ""}
    reply = reader.posts("/v/open", **form)
    assert reply.status_code == 303, reply.text
    assert reply.headers["location"] == "/v/reading"
    return reader


def shares_and_opens(world: World, sam: Person, **wishes: Any) -> tuple[Share, Reader]:
    """Return a share of Sam's with an employer, and its reader."""
    share = sam.shares_with(passcode=False, **wishes)
    return share, opens(world, share)


def code_sent(world: World, holder_id: str) -> str:
    """Return the newest code that waits in the outbox: what its addressee would read."""
    with world.d.database.reading() as connection:
        vault = open_holder(world.d, connection, holder_id).vault
        rows = connection.execute(select(MESSAGES).order_by(MESSAGES.c.created_at)).mappings().all()
        kept = [record(MessageRow, row) for row in rows]
        codes = [one for one in kept if one.kind is MessageKind.EMAIL_CODE and one.sealed_content]
        return str(outbox.open_content(vault, codes[-1]).fields["code"])


def confirms(
    world: World, reader: Reader, holder_id: str, address: str = "pat@acme.example", *, language: str = "en"
) -> None:
    """Let a reader show control of a work e-mail address, on pages in a language."""
    assert reader.posts(f"/r/email?lang={language}", address=address).status_code == 303
    assert reader.posts("/r/email/code", code=code_sent(world, holder_id)).status_code == 303


def crowds(d: Deployment, holder_id: str, share_id: str, *, readers: int = READERS_MAX) -> None:
    """Let so many read a share at once; unless told otherwise, as many as may."""
    with d.database.writing() as connection:
        for _ in range(readers):
            row = ViewingSessionRow(
                token_hash=d.random_bytes(32),
                holder_id=holder_id,
                share_id=share_id,
                sealed_viewer=b"",
                expires_at=d.now() + timedelta(minutes=15),
            )
            viewing_sessions.add(connection, row)


def abouts(page: str) -> list[str]:
    """Return which changes a page lets somebody answer."""
    return list(dict.fromkeys(re.findall(r'name="about" value="([^"]+)"', page)))
