"""A recipient shows control of a work e-mail address: a code of six digits, good for CODE_LIFE and five attempts.

The code is kept as a keyed hash, and an attempt is spent before it is compared. What is sent, and what comes back
wrong, is counted by the day over all shares: nobody can make this service write to strangers at will, use up what
others need, or guess an address of others through many shares of their own. Personal addresses get no code: see
`consent.work_email`.
"""

from dataclasses import dataclass, replace
from hmac import compare_digest
from typing import Final

from sqlalchemy import Connection

from consent.work_email import AddressProblem, WorkAddress, mailbox, work_address
from passport import outbox, replies, reply_tokens
from passport.day_budgets import DayBudget
from passport.deployment import Deployment
from passport.outbox import CODE_LIFE, Message
from passport.replies import Replier, TooManyRepliesError
from passport.store import recipients
from passport.tables import AccessKind, MessageKind
from schemas.consent_vocabulary import Assurance
from schemas.vocabulary import Language

CODE_ATTEMPTS: Final = 5
# Codes sent in a day. Whoever has no more than the link uses up their own, and not those of everybody it was meant for.
CODES_OF_RECIPIENT: Final = DayBudget("codes of a recipient", 3)
CODES_OF_SHARE: Final = DayBudget("codes of a share", 8)
CODES_OF_HOLDER: Final = DayBudget("codes of a holder", 40)
CODES_TO_MAILBOX: Final = DayBudget("codes to a mailbox", 20)  # a shared one may be asked about many people
CODES_TO_DOMAIN: Final = DayBudget("codes to a domain", 100)
# Wrong codes in a day: a code has a million values.
WRONG_FOR_MAILBOX: Final = DayBudget("wrong codes for a mailbox", 25)
WRONG_OF_HOLDER: Final = DayBudget("wrong codes of a holder", 100)


@dataclass(frozen=True, slots=True)
class WrongCode:
    """The code was wrong, or none runs any more: nobody is told which."""


def send_code(d: Deployment, token: str, *, typed: str, language: Language | None) -> AddressProblem | None:
    """Send a code to a work e-mail address, or return why not. A later code ends the one before.

    `language`: in which they read, as far as we know: they are written to in it from now on.

    Raises:
        ReplyNotFoundError: nobody has this reply token.
        TooManyRepliesError: they, the share, its holder, the address or its domain had as many as there are today.
        MailOffError: no mail is set up here.
    """
    address = work_address(typed)
    if isinstance(address, AddressProblem):
        return address
    with d.database.writing() as connection:
        replier = replies.locked(d, connection, token)
        outbox.check_mail(d)
        if not _may_be_sent(d, connection, replier, address):
            raise TooManyRepliesError("no more codes are sent today; ask again tomorrow, or go on without")
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
        TooManyRepliesError: too many wrong codes came back for this address, or to this holder, today.
    """
    with d.database.writing() as connection:
        replier = replies.locked(d, connection, token)
        row = replier.row
        kept = recipients.spend_attempt(connection, row.holder_id, row.recipient_id, now=d.now())
        if kept is None:
            return WrongCode()
        given = d.lookup.reply_code_hash(row.recipient_id, "".join(typed.split()))
        if not _is_right(d, connection, replier, kept, given):
            return WrongCode()  # the attempt is spent: the transaction commits
        person = replace(replier.person, address=replier.person.pending, pending=None)
        replies.change(connection, replier, code_hash=None, code_expires_at=None, code_attempts_left=0)
        known = replies.raised(d, connection, replace(replier, person=person), Assurance.WORK_EMAIL)
        replies.record(d, connection, known, AccessKind.EMAIL_CONFIRMED)
        return reply_tokens.new_token(d, connection, known)


def _may_be_sent(d: Deployment, connection: Connection, replier: Replier, address: WorkAddress) -> bool:
    """Count a code and return whether it may be sent. Where it may not, the transaction must not commit.

    Mailbox before domain, everywhere: who waits for whom goes one way.
    """
    counted = (
        (CODES_OF_RECIPIENT, replier.row.recipient_id),
        (CODES_OF_SHARE, replier.share.share_id),
        (CODES_OF_HOLDER, replier.row.holder_id),
        (CODES_TO_MAILBOX, mailbox(address.text)),
        (CODES_TO_DOMAIN, address.domain),
    )
    return all(budget.take(d, connection, of) for budget, of in counted)


def _is_right(d: Deployment, connection: Connection, replier: Replier, kept: bytes, given: bytes) -> bool:
    """Compare a code that came back, counted as wrong before it is.

    Raises:
        TooManyRepliesError: there were too many wrong ones today. It is not compared, and no attempt is spent.
    """
    counted = (
        (WRONG_OF_HOLDER, replier.row.holder_id),
        (WRONG_FOR_MAILBOX, mailbox(replier.person.pending or "")),
    )
    if not all(budget.take(d, connection, of) for budget, of in counted):
        raise TooManyRepliesError(
            "too many wrong codes came back today; ask for a new one tomorrow, or go on without"
        )
    right = compare_digest(kept, given)
    for budget, of in counted if right else ():
        budget.give_back(d, connection, of)
    return right


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
