"""What practitioners and holders do to where signed entries stand: over HTTP, as programs of theirs would."""

from typing import Any

from consent.verification import Verification
from tests.service.world import ADVICE, Person, Share, World


def given_advice(sam: Person, jo: Person) -> str:
    """Return the id of an entry that Jo signed and Sam accepted."""
    grant = sam.lets_write(jo, "work-advice")
    entry_id = str(jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"][0])
    sam.accepts(entry_id)
    return entry_id


def given_a_saved_copy(world: World, sam: Person) -> tuple[Share, bytes]:
    share = sam.shares_with("gp", name="Dr Green", passcode=False, sections=["about-me", "work-advice"])
    return share, world.reads(share)


def change(who: Person, entry_id: str, what: str, reason: str) -> Any:
    return who.post(f"/api/v1/signed-entries/{entry_id}/{what}", {"reason": reason})


def withdraw(who: Person, entry_id: str, reason: str = "mistake") -> Any:
    return who.post(f"/api/v1/passport/entries/{entry_id}/withdraw", {"reason": reason})


def refused_as(verification: Verification) -> str | None:
    return verification.failed.code if verification.failed else None
