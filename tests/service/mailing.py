"""What tests of messages share: carriers that keep or refuse what they are given, and people with addresses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from issuers.encoding import encode_json
from passport import contacts, delivery, outbox
from passport.contacts import Answer
from passport.holders import open_holder
from passport.messages.carrier import Carrier, CarrierBusyError, Letter, MessageRefusedError
from passport.outbox import Message
from passport.store import messages, recipients
from passport.tables import MessageKind, MessageRow, RecipientRow, ReplyTokenRow
from schemas.consent_vocabulary import Assurance
from schemas.vocabulary import Language
from tests.service.world import Person, Share, World

ADDRESS = "sam@mail.example"
EMPLOYER_ADDRESS = "jo@acme.example"


@dataclass
class Pigeon:
    """A carrier that keeps what it is given, after whatever a test wants to happen first."""

    sent: list[Letter] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None

    def send(self, letter: Letter) -> None:
        self.before()
        self.sent.append(letter)
        self.after()


def letter(**said: object) -> Letter:
    """Return a letter about nothing in particular."""
    given: dict[str, object] = {
        "address": ADDRESS,
        "subject": "Someone opened what you shared",
        "text": "On 21 November 2026.",
        "message_id": f"<{'ab' * 32}@passport.example>",
        "written_at": datetime(2026, 11, 21, 10, 30, tzinfo=UTC),
        "languages": (Language.ENGLISH,),
    }
    return Letter(**{**given, **said})  # type: ignore[arg-type]


def busy() -> None:
    raise CarrierBusyError("not now")


def refuse() -> None:
    raise MessageRefusedError("no such mailbox")


def sends(world: World, carrier: Carrier, jitter: float = 0.0) -> int:
    """Send what is due and return how many messages were tried."""
    return delivery.send_due(world.d, carrier, jitter=lambda: jitter)


def reachable(world: World, sam: Person, address: str = ADDRESS, pigeon: Pigeon | None = None) -> None:
    """Let Sam give an address and type the code that came there."""
    pigeon = pigeon or Pigeon()
    contacts.give_address(world.d, sam.holder_id, address, language=Language.ENGLISH)
    sends(world, pigeon)
    assert contacts.confirm(world.d, sam.holder_id, code_in(pigeon.sent[-1])) is Answer.CONFIRMED


def code_in(sent: Letter) -> str:
    """Return the code that a message says."""
    return next(word for word in sent.text.replace(".", " ").split() if word.isdecimal() and len(word) == 6)


def enqueue(world: World, sam: Person, **said: object) -> None:
    """Write one message to the outbox, to Sam's employer unless something else is said."""
    with world.d.database.writing() as connection:
        outbox.enqueue(world.d, connection, message(sam, **said))


def message(sam: Person, **said: object) -> Message:
    """Return a message about nothing in particular."""
    fields: Mapping[str, str] = {"day": "2026-11-21"}
    given: dict[str, object] = {
        "kind": MessageKind.CHANGED,
        "holder_id": sam.holder_id,
        "to": EMPLOYER_ADDRESS,
        "about": None,
        "language": Language.ENGLISH,
        "fields": fields,
        "key": "one",
    }
    return Message(**{**given, **said})  # type: ignore[arg-type]


def rows(world: World, sam: Person) -> list[MessageRow]:
    """Return what Sam's outbox holds."""
    with world.d.database.reading() as connection:
        return list(messages.list_of(connection, sam.holder_id))


def has_recipient(
    world: World,
    sam: Person,
    share: Share,
    address: str = EMPLOYER_ADDRESS,
    *,
    checked: bool = True,
    language: Language | None = Language.ENGLISH,
) -> None:
    """Let somebody have opened a share who gave a work e-mail address, checked or not."""
    recipient_id = world.d.new_id()
    with world.d.database.writing() as connection:
        holder = open_holder(world.d, connection, sam.holder_id)
        person = encode_json({"name": "Jo", "address": address, "language": language})
        sealed = holder.vault.seal(person, table="recipients", row=recipient_id, field="sealed_person")
        row = RecipientRow(
            holder_id=sam.holder_id,
            recipient_id=recipient_id,
            share_id=share.share_id,
            assurance=Assurance.WORK_EMAIL if checked else Assurance.LINK,
            sealed_person=sealed,
            created_at=world.clock(),
            looked_at=world.clock(),
            confirmed_at=world.clock() if checked else None,
        )
        token = ReplyTokenRow(
            token_hash=world.d.random_bytes(32),
            holder_id=sam.holder_id,
            recipient_id=recipient_id,
            expires_at=world.clock(),
        )
        recipients.add(connection, row, token)


def subjects(world: World) -> list[str]:
    """Send what is due and return what it was about."""
    pigeon = Pigeon()
    sends(world, pigeon)
    return [sent.subject for sent in pigeon.sent]


def gives(world: World, sam: Person, address: str = ADDRESS) -> str:
    """Give an address and return the code that came."""
    pigeon = Pigeon()
    contacts.give_address(world.d, sam.holder_id, address, language=Language.ENGLISH)
    sends(world, pigeon)
    assert [sent.address for sent in pigeon.sent] == [address]
    return code_in(pigeon.sent[0])


def told(sam: Person) -> list[str]:
    """The events about messages in Sam's log."""
    return [event["kind"] for event in sam.log() if event["kind"].startswith("message")]
