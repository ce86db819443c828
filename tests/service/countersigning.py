"""Answers to changes at work, for tests of the services: how an employer gives them, and what became of them."""

import base64
import json
from typing import Any

from consent.bundle import parse_bundle
from tests.service.replying import Reader, abouts, confirms, shares_and_opens
from tests.service.world import ADJUSTMENT, Person, Share, World

AGREED = {"status": "agreed"}
REVIEW = {"review-day": "1", "review-month": "12", "review-year": "2026"}


def answers(reader: Reader, at: int | str = 0, **form: str) -> Any:
    """Answer one of the changes that a reader has before them."""
    about = abouts(reader.page("/r/changes"))[int(at)]
    return reader.posts("/r/changes", **{"about": about, **AGREED, **form})


def said_of(sam: Person) -> list[dict[str, Any]]:
    """Return Sam's entries that an employer said."""
    return [one for one in sam.entries("adjustments") if one["author"] == "employer"]


def row_of(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the one change that an entry says something about."""
    (row,) = [claim["value"] for claim in entry["claims"] if claim["path"].startswith("changes/")]
    return dict(row)


def surely_answered(world: World, sam: Person, **form: str) -> tuple[Share, Reader]:
    share, reader = shares_and_opens(world, sam)
    confirms(world, reader, sam.holder_id)
    assert answers(reader, **form).status_code == 303
    return share, reader


def changes_shown(world: World, share: Share) -> list[dict[str, Any]]:
    """Return every row of changes that a recipient gets, answers among them."""
    rows = []
    for text in parse_bundle(world.reads(share)).presentations:
        for part in text.split("~")[1:-1]:
            disclosed = json.loads(base64.urlsafe_b64decode(part + "=="))
            rows += [disclosed[-1]] if isinstance(disclosed[-1], dict) and "change" in disclosed[-1] else []
    return rows


def teller(world: World, username: str = "sam") -> Person:
    person = world.holder(username)
    person.tells({"adjustments": {"changes": [ADJUSTMENT]}})
    return person
