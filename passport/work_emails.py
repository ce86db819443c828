"""A recipient shows control of a work e-mail address: a code of six digits, good for CODE_LIFE and five attempts.

The code is kept as a keyed hash, an attempt is spent before it is compared, one share has a few codes sent in its life,
and one address gets a few a day, over all shares: nobody can make this service write to strangers at will, or guess an
address of others through many shares of their own. Personal addresses get no code: see `consent.work_email`.
"""

from dataclasses import dataclass, replace
from hmac import compare_digest
from typing import Final

from sqlalchemy import Connection

from consent.work_email import AddressProblem, work_address
from passport import outbox, replies, reply_tokens
from passport.deployment import Deployment
from passport.outbox import CODE_LIFE, Message
from passport.replies import Replier, TooManyRepliesError
from passport.store import code_budget, recipients
from passport.tables import AccessKind, MessageKind
from schemas.consent_vocabulary import Assurance
from schemas.vocabulary import Language

CODE_ATTEMPTS: Final = 5
CODES_MAX: Final = 8  # in the life of a share, over all its recipients
ADDRESS_CODES_MAX: Final = 20  # to one address in a day: a shared mailbox may be asked about many people


@dataclass(frozen=True, slots=True)
class WrongCode:
    """The code was wrong, or none runs any more: nobody is told which."""


def send_code(d: Deployment, token: str, *, typed: str, language: Language | None) -> AddressProblem | None:
    """Send a code to a work e-mail address, or return why not. A later code ends the one before.

    `language`: in which they read, as far as we know: they are written to in it from now on.

    Raises:
        ReplyNotFoundError: nobody has this reply token.
        TooManyRepliesError: recipients of this share, or this address today, have had as many codes as there are.
        MailOffError: no mail is set up here.
    """
    address = work_address(typed)
    if isinstance(address, AddressProblem):
        return address
    with d.database.writing() as connection:
        replier = replies.locked(d, connection, token)
        outbox.check_mail(d)
        sent = recipients.codes_sent(connection, replier.row.holder_id, replier.share.share_id)
        if sent >= CODES_MAX or not _may_be_sent(d, connection, address.text):
            raise TooManyRepliesError("no more codes are sent for this share, or to this address today")
        person = replace(replier.person, pending=address.text, language=language or replier.person.language)
        asking = replace(replier, person=person)
        code = f"{int.from_bytes(d.random_bytes(8)) % 10**6:06}"
        _keep_code(d, connection, asking, code)
        outbox.enqueue(d, connection, _message(asking, address.text, code))
    return None


def confirm(d: Deployment, token: str, *, typed: str) -> WrongCode | str:
    """Take the code back: the recipient uses the address that it was sent to. Return their new reply token.

    Raises:
        ReplyNotFoundError: nobody has this reply token.
    """
    with d.database.writing() as connection:
        replier = replies.locked(d, connection, token)
        row = replier.row
        kept = recipients.spend_attempt(connection, row.holder_id, row.recipient_id, now=d.now())
        given = d.lookup.reply_code_hash(row.recipient_id, "".join(typed.split()))
        if kept is None or not compare_digest(kept, given):
            return WrongCode()  # the attempt is spent: the transaction commits
        person = replace(replier.person, address=replier.person.pending, pending=None)
        replies.change(connection, replier, code_hash=None, code_expires_at=None, code_attempts_left=0)
        known = replies.raised(d, connection, replace(replier, person=person), Assurance.WORK_EMAIL)
        replies.record(d, connection, known, AccessKind.EMAIL_CONFIRMED)
        return reply_tokens.new_token(d, connection, known)


def _may_be_sent(d: Deployment, connection: Connection, address: str) -> bool:
    """Count a code to an address and return whether it may be sent; one that is not sent counts nothing."""
    bucket = f"{d.today().isoformat()}T24 {d.lookup.address_hash(address).hex()}"  # kept for the whole day
    return code_budget.reserve_miss(connection, bucket, limit=ADDRESS_CODES_MAX)


def _keep_code(d: Deployment, connection: Connection, replier: Replier, code: str) -> None:
    replies.change(
        connection,
        replier,
        sealed_person=replies.sealed_person(replier),
        code_hash=d.lookup.reply_code_hash(replier.row.recipient_id, code),
        code_expires_at=d.now() + CODE_LIFE,
        code_attempts_left=CODE_ATTEMPTS,
        codes_sent=replier.row.codes_sent + 1,
    )


def _message(replier: Replier, address: str, code: str) -> Message:
    return Message(
        kind=MessageKind.EMAIL_CODE,
        holder_id=replier.row.holder_id,
        to=address,
        about=replier.share.share_id,
        language=replier.person.language,
        fields={"code": code},
        key=f"code-{replier.row.recipient_id}-{replier.row.codes_sent + 1}",
    )
