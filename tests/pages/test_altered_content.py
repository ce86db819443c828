"""What was altered where it is stored could not be verified, and nothing of it is shown."""

import base64
import json
from typing import Any

import pytest

from issuers.encoding import decode_json_object, encode_json
from passport.holders import open_holder
from passport.sealed_shares import BUNDLE_FIELD, open_bundle
from passport.store import share_files
from tests.pages.demo_service import DemoService, NewShare, sections
from tests.pages.receiving import CAME_FOR, opens
from tests.pages.walking import Walker

pytestmark = pytest.mark.browser


def then_it_could_not_be_verified(walker: Walker) -> None:
    walker.sees("This passport could not be verified", "We show nothing of it")
    walker.sees_nothing_of("Amara", "BSL", "Told by")


@pytest.fixture
def opened_share(demo: DemoService, recipient: Walker) -> NewShare:
    """A share that its recipient has just read, and can reload."""
    share = demo.new_share(sections=sections("about-me", "communication", "adjustments", "work-advice"))
    opens(recipient, share.link)
    recipient.sees(CAME_FOR["employer"][1])
    return share


def test_one_flipped_bit_in_the_stored_bundle_shows_nothing_of_it(
    demo: DemoService, recipient: Walker, opened_share: NewShare
) -> None:
    where = {"id": opened_share.share_id}
    sealed = bytearray(demo.one("SELECT sealed_bundle FROM share_files WHERE share_id = :id", **where))
    sealed[len(sealed) // 2] ^= 1
    demo.alter("UPDATE share_files SET sealed_bundle = :b WHERE share_id = :id", b=bytes(sealed), **where)
    recipient.reloads()
    then_it_could_not_be_verified(recipient)
    opens(recipient, opened_share.link)
    then_it_could_not_be_verified(recipient)


def flip_a_bit_of_an_entry(bundle: dict[str, Any]) -> None:
    """Alter one bit of the first entry's signed content, its form kept."""
    binary = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Binary")
    presentation = base64.b64decode(binary["data"]).decode("ascii")
    header, payload, rest = presentation.split(".", 2)
    plain = bytearray(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    digit = next(at for at, byte in enumerate(plain) if chr(byte).isdigit())
    plain[digit] ^= 1
    flipped = base64.urlsafe_b64encode(bytes(plain)).decode().rstrip("=")
    binary["data"] = base64.b64encode(f"{header}.{flipped}.{rest}".encode()).decode()


def soften_the_readable_text(bundle: dict[str, Any]) -> None:
    """Alter what is read, and leave what was signed as it is."""
    composition = bundle["entry"][0]["resource"]
    section = next(s for s in composition["section"] if "A qualified BSL interpreter" in s["text"]["div"])
    section["text"]["div"] = section["text"]["div"].replace("A qualified BSL interpreter", "A notepad")


def add_a_line(bundle: dict[str, Any]) -> None:
    """Add readable text that nobody signed."""
    composition = bundle["entry"][0]["resource"]
    composition["section"][0]["text"]["div"] = composition["section"][0]["text"]["div"].replace(
        "</div>", "<p>Fit for all duties</p></div>"
    )


def leave_an_entry_out(bundle: dict[str, Any]) -> None:
    """Drop the last signed entry, so that something readable has nobody behind it."""
    last = max(at for at, e in enumerate(bundle["entry"]) if e["resource"]["resourceType"] == "Binary")
    del bundle["entry"][last]


@pytest.mark.parametrize(
    "alteration", [flip_a_bit_of_an_entry, soften_the_readable_text, add_a_line, leave_an_entry_out]
)
def test_an_altered_bundle_shows_nothing_of_it_even_when_it_was_sealed_again(
    demo: DemoService, recipient: Walker, opened_share: NewShare, alteration: Any
) -> None:
    given_the_stored_bundle_is_altered(demo, opened_share, alteration)
    recipient.reloads()
    then_it_could_not_be_verified(recipient)
    recipient.sees("Step ")
    opens(recipient, opened_share.link)
    then_it_could_not_be_verified(recipient)


def given_the_stored_bundle_is_altered(demo: DemoService, share: NewShare, alteration: Any) -> None:
    """Alter a Bundle as somebody could who holds every key of the vault."""
    with demo.d.database.reading() as connection:
        holder = open_holder(demo.d, connection, share.holder_id)
        file = share_files.get(connection, share.holder_id, share.share_id)
    assert file is not None
    bundle = decode_json_object(open_bundle(holder, file), max_bytes=1_000_000)
    before = json.dumps(bundle)
    alteration(bundle)
    assert json.dumps(bundle) != before
    sealed = holder.vault.seal(encode_json(bundle), row=share.share_id, **BUNDLE_FIELD)
    demo.alter("UPDATE share_files SET sealed_bundle = :b WHERE share_id = :id", b=sealed, id=share.share_id)
