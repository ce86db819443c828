"""What a recipient states of how they use what was shared: on what legal basis, and how long they promise to keep it.

It becomes a version of the receipt that both sides hold, and the promise decides when they are reminded of their copies
(passport.reminders). Nobody checks what they state; it is theirs, as the choice to share is the holder's.
"""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from consent.assurance import at_least
from consent.receipt import Receipt, ReceiptError, Retention
from consent.reply_rights import ReplyAct
from passport import access, held_receipts, kept_receipts, receipts, replies
from passport.append_grants import AppendGrant
from passport.deployment import Deployment
from passport.holders import OpenHolder, lock_holder
from passport.issuer_standing import IssuerMayNotSignError, is_trusted
from passport.replies import Replier, ReplyNotNowError, TooManyRepliesError
from passport.store import shares
from passport.tables import AccessKind, MessageKind
from schemas.consent_vocabulary import Assurance, LegalBasis, RetentionRule
from schemas.recipient_terms import BASES, DAYS_AFTER_END, PROMISE_DAYS_MAX, PROMISES

STATEMENTS_MAX: Final = 10  # of one grant, so that nobody fills a receipt


def terms_of(d: Deployment, replier: Replier) -> Receipt:
    """Return the newest receipt of what a recipient was given: it holds what was stated last.

    Raises:
        ReceiptNotFoundError, PassportError: there is none, or it was altered.
    """
    return held_receipts.of_replier(d, replier).newest.receipt


def promise(d: Deployment, rule: RetentionRule, until: date | None) -> Retention:
    """Return a promise; `until` is the day of UNTIL_DATE and nothing else.

    Raises:
        ReceiptError: a day is missing, has passed or is more than ten years away, or it comes with another promise.
    """
    if rule is not RetentionRule.UNTIL_DATE:
        if until is not None:
            raise ReceiptError(f"leave the day out, or promise {RetentionRule.UNTIL_DATE}: {rule} has no day")
        return Retention(rule, DAYS_AFTER_END if rule is RetentionRule.DAYS_AFTER_END else None)
    if until is None or not d.today() <= until <= d.today() + timedelta(days=PROMISE_DAYS_MAX):
        raise ReceiptError("expected a day from today on, within ten years")
    return Retention(rule, until=until)


def state_terms(d: Deployment, token: str, *, basis: LegalBasis, retention: Retention) -> None:
    """Sign and keep what a recipient states. The same again changes nothing.

    Raises:
        ReplyNotFoundError: nobody has this reply token.
        ReceiptError: it is none of what this kind of recipient can state.
        ReplyNotNowError: somebody of whom we are surer has stated another, or the share is over and they only had
            its link.
        TooManyRepliesError: it was stated too often.
    """
    with d.database.writing() as connection:
        replier = replies.locked(d, connection, token)
        replies.check_now(d, replier, ReplyAct.STATE_TERMS)
        holder, grant_id, level = replier.holder, replier.grant.grant_id, replier.row.assurance
        if not _stated(d, connection, holder, grant_id, basis=basis, retention=retention, level=level):
            return
        shares.promise(
            connection,
            replier.row.holder_id,
            replier.share.share_id,
            kept=retention.rule,
            kept_until=retention.until,
        )
        replies.record(
            d, connection, replier, AccessKind.TERMS_STATED, basis=basis.value, kept=retention.rule.value
        )
        day = d.today().isoformat()
        replies.tell_holder(d, connection, replier, MessageKind.ACKNOWLEDGED, key=f"terms-{day}")


def state_writer_terms(d: Deployment, given: AppendGrant, *, basis: LegalBasis, retention: Retention) -> None:
    """Sign and keep what a practitioner states of a permission to write; they are of an organisation on the trust list.

    Raises:
        IssuerMayNotSignError: their organisation is suspended: nobody knows them as of the trust list now.
        ReceiptError: it is none of what a practitioner can state.
        TooManyRepliesError: it was stated too often.
    """
    level, writer = Assurance.TRUST_LIST, given.writer
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, given.row.holder_id)
        if not is_trusted(d, connection, writer.organisation.issuer_id):
            raise IssuerMayNotSignError("your organisation is suspended: what you state would not count now")
        grant_id = given.row.grant_id
        if _stated(d, connection, holder, grant_id, basis=basis, retention=retention, level=level):
            access.record(
                d,
                connection,
                holder.vault,
                holder.holder_id,
                AccessKind.TERMS_STATED,
                who=writer.practitioner.name,
                assurance=level.value,
                organisation=writer.organisation.public_name,
                basis=basis.value,
                kept=retention.rule.value,
            )


def _stated(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    grant_id: str,
    *,
    basis: LegalBasis,
    retention: Retention,
    level: Assurance,
) -> bool:
    """Put a statement into the receipt of a grant, and return whether it says something new.

    That they do not say and promise nothing is new only where it takes back what was said.
    """
    newest = kept_receipts.versions(d, connection, holder, grant_id)[-1].receipt
    _check(newest, basis, retention, level)
    said = newest.recipients_basis
    nothing = (basis, retention.rule) == (LegalBasis.NOT_STATED, RetentionRule.NOT_PROMISED)
    if nothing and newest.says_nothing:
        return False
    if (said.basis, said.assurance, newest.retention) == (basis, level, retention):
        return False
    receipts.on_stated(d, connection, holder, grant_id, basis=basis, retention=retention, level=level)
    return True


def _check(newest: Receipt, basis: LegalBasis, retention: Retention, level: Assurance) -> None:
    kind = newest.controller.kind
    if basis not in BASES[kind] or retention.rule not in PROMISES[kind]:
        raise ReceiptError("choose what you rely on, and how long you keep it, from the lists")
    before = newest.recipients_basis.assurance
    if before is not None and not at_least(level, before):
        raise ReplyNotNowError(
            "somebody showed more of who they are and has said this; show as much, then change it"
        )
    if newest.version - len(newest.events) >= STATEMENTS_MAX:  # a version is an event or a statement
        raise TooManyRepliesError("this was changed too often")
