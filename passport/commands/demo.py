"""`passport demo`: three fictional stories, told, shared, printed and served."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from consent.qr import qr_text
from passport import issuing, migrate
from passport.app import create_app
from passport.commands.parsing import DONE, read_settings
from passport.commands.terminal import say, say_exactly, say_json
from passport.db import open_database
from passport.demo import DemoShare, DemoStory, seed
from passport.deployment import last_day
from passport.readiness import open_ready
from passport.serving import listen, serve
from passport.settings import Settings
from passport.sharing import ShareState
from passport.stories import STORIES, read_stories
from schemas.vocabulary import RecipientKind

FICTIONAL: Final = (
    "DEMO. Everybody in it is made up. Do not put a real person's data in: its codes are on this screen."
)
DESCRIPTION: Final = """\
Make the tables, tell three fictional stories through the real services, print each story's links, passcodes,
typed codes and sign-in codes with one QR code, and serve until Ctrl+C. A second start keeps the data and prints
the same again; a share that has ended is made anew. Refuses a database in which other people sign in.

To open a link on a phone: make run LAN=1."""
_OF_THE_DEMO: Final = {
    "mail_carrier": "console",
    "operator_name": "Harbour Example Trust (made up, as this is a demo)",
    "operator_contact": "nobody@passport.example",
}
_KINDS: Final = {
    RecipientKind.EMPLOYER: "Employer",
    RecipientKind.GP: "GP",
    RecipientKind.WORK_COACH: "Work coach",
    RecipientKind.PRACTITIONER: "Practitioner",
}
_WHITE_ON_BLACK: Final = (
    "\x1b[97;40m",
    "\x1b[0m",
)  # a terminal in light colours would turn the QR code inside out


def describe(parser: argparse.ArgumentParser) -> None:
    """Add what `passport demo` takes."""
    parser.description = DESCRIPTION
    parser.add_argument("--json", action="store_true", help="print it as JSON, for programs")
    parser.add_argument("--no-serve", action="store_true", help="print and exit")
    parser.add_argument(
        "--stories",
        type=Path,
        default=STORIES,
        metavar="FOLDER",
        help="stories to tell instead of examples/stories",
    )


def run(asked: argparse.Namespace) -> int:
    """Seed, print and, unless told not to, serve."""
    settings = shown(read_settings())
    with ExitStack() as stack:
        listener = None if asked.no_serve else stack.enter_context(listen(settings))
        told = _told(settings, asked.stories)
        if asked.json:
            say_json(_document(settings, told))
        else:
            _print(settings, told)
        if listener is not None:
            serve(create_app(settings), listener)
    return DONE


def shown(settings: Settings) -> Settings:
    """Show e-mail on the terminal and name a made-up operator, unless the settings say otherwise."""
    update = {name: value for name, value in _OF_THE_DEMO.items() if name not in settings.model_fields_set}
    return settings.model_copy(update=update)


def _told(settings: Settings, folder: Path) -> Sequence[DemoStory]:
    stories = read_stories(folder)
    with closing(open_database(settings.database)) as database:
        migrate.upgrade(database.write_engine)
    with open_ready(settings) as d:
        issuing.prepare(d)
        return seed(d, stories)


def _document(settings: Settings, told: Sequence[DemoStory]) -> dict[str, Any]:
    return {
        "demo": FICTIONAL,
        "base_url": settings.base_url,
        "stories": [
            {
                "holder": asdict(s.holder),
                "practitioner": asdict(s.practitioner),
                "shares": [*map(_share, s.shares)],
            }
            for s in told
        ],
    }


def _share(share: DemoShare) -> dict[str, Any]:
    ends_at, code_ends_at = share.ends_at, share.typed_code_ends_at
    return {
        **asdict(share),
        "ends_at": ends_at.isoformat(),
        "typed_code_ends_at": code_ends_at.isoformat() if code_ends_at else None,
    }


def _print(settings: Settings, told: Sequence[DemoStory]) -> None:
    say(FICTIONAL, "")
    for story in told:
        say(*_lines(settings, story), "")
    open_ones = [(s.holder, share) for s in told for share in s.shares if share.state is ShareState.OPEN]
    if open_ones:
        holder, share = open_ones[0]
        say(
            f"{_KINDS[share.recipient.kind]}'s link of {holder.name}, to scan; its passcode is {share.passcode}:"
        )
        _print_qr(share.link)
    say(f"Open {settings.base_url} in a browser. Ctrl+C stops; the data stays in {settings.data_dir}.")


def _lines(settings: Settings, story: DemoStory) -> Iterator[str]:
    yield f"{story.holder.name}"
    for account, who in ((story.holder, "owner of the passport"), (story.practitioner, "practitioner")):
        yield f"  sign in at {settings.base_url}/sign-in as {account.username}, code {account.sign_in_code} ({who})"
    for share in story.shares:
        yield from _share_lines(settings, share)


def _share_lines(settings: Settings, share: DemoShare) -> Iterator[str]:
    kind = _KINDS[share.recipient.kind]
    if share.state is not ShareState.OPEN:
        yield f"  {kind}, {share.recipient.name}: {share.state.replace('-', ' ')}"
        return
    yield f"  {kind}, {share.recipient.name}: passcode {share.passcode}, until {_day(share.ends_at)}"
    yield f"    link  {share.link}"
    if share.typed_code and share.typed_code_ends_at:
        yield f"    or type {share.typed_code} at {settings.base_url}/code, until {_day(share.typed_code_ends_at)}"


def _day(ends_at: datetime) -> str:
    return f"{last_day(ends_at):%-d %B %Y}"


def _print_qr(link: str) -> None:
    before, after = _WHITE_ON_BLACK if sys.stdout.isatty() else ("", "")
    say_exactly("".join(f"{before}{line}{after}\n" for line in qr_text(link).splitlines()))
