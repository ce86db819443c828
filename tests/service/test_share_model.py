"""A share in any order of what can happen to it: no read without a running grant and an event, budgets exact.

Its holder may be erased, too, and begin anew as somebody else: then nothing of before is read, and the log stands.

The model below knows what a share may do at each moment; the service is asked in process, on both engines.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from consent.access_log import verify_export
from consent.grant import Recipient
from consent.rewritten_link import RewrittenLink
from consent.verification import Outcome
from issuers.encoding import encode_base64url
from passport import (
    access,
    entry_status,
    erasure,
    exposure,
    holders,
    log_exporting,
    log_tree,
    records,
    share_life,
    sharing,
)
from passport.admission import Closed, PasscodeAsked, PasscodeWrong, Visitor
from passport.deployment import Deployment, open_deployment
from passport.opening import Opened, Opening, open_by_code, open_by_link
from passport.settings import Settings
from passport.share_life import NotExtendableError
from passport.share_request import ShareRequest
from passport.sharing import ShareEndedError, latest_end
from passport.storage_errors import HolderErasedError
from passport.tables import AccessKind
from schemas.vocabulary import Language, Purpose, RecipientKind, Section, StatusReason
from tests.service.world import CHEAP, STORY, Clock

PERSON = Visitor(said="Jo at Acme Tiles", kind=AccessKind.OPENED, stays=True)
PROGRAM = Visitor(said="Acme Tiles", kind=AccessKind.FETCHED, stays=False)
MOVES = frozenset(
    {
        AccessKind.OPENED, AccessKind.WRONG_PASSCODE, AccessKind.LOCKED, AccessKind.SHARED, AccessKind.STOPPED,
        AccessKind.EXTENDED, AccessKind.REARMED, AccessKind.CODE_ON, AccessKind.CODE_OFF, AccessKind.PASSCODE_CHANGED,
        AccessKind.FETCHED, AccessKind.EXPOSED, AccessKind.NOT_ME,
    }
)  # fmt: skip


@dataclass
class Known:
    """What the model knows of one share."""

    share_id: str
    url_token: str
    key: bytes
    passcode: str | None
    code: str | None
    ends_at: datetime
    furthest: datetime
    max_views: int | None
    attempts: int
    code_ends_at: datetime | None
    views: int = 0
    stopped: bool = False
    exposed: bool = False
    events: Counter[AccessKind] = field(default_factory=lambda: Counter({AccessKind.SHARED: 1}))

    @property
    def bare(self) -> bool:
        return self.exposed and self.passcode is None

    @property
    def spent(self) -> bool:
        used_up = self.max_views is not None and self.views >= self.max_views
        return used_up or (self.passcode is not None and self.attempts == 0)


class ShareLife(RuleBasedStateMachine):
    """Opens, guesses and changes one share, and another that takes its place, in any order."""

    d: Deployment
    clock: Clock

    @initialize(passcode=st.booleans(), code=st.booleans(), max_views=st.none() | st.integers(1, 4))
    def share(self, passcode: bool, code: bool, max_views: int | None) -> None:
        self.clock.at = Clock().at
        self.erased: list[str] = []
        self.past: list[Known] = []
        self.wishes = (passcode, code, max_views)
        self.begin()

    def begin(self) -> None:
        passcode, code, max_views = self.wishes
        with self.d.database.writing() as connection:
            self.holder_id = holders.create(self.d, connection, name="Sam Example", language=Language.ENGLISH)
        records.tell(
            self.d, self.holder_id, {Section(name): STORY[name] for name in ("about-me", "adjustments")}
        )
        request = ShareRequest(
            recipient=Recipient(RecipientKind.EMPLOYER, "Acme Tiles"),
            purpose=Purpose.ADJUSTMENTS_AT_WORK,
            days=7,
            passcode=passcode,
            typed_code=code,
            max_views=max_views,
        )
        self.withdrawn = False
        self.mine = len(self.past)
        self.now = self.learn(sharing.share(self.d, self.holder_id, request))

    def learn(self, share_id: str) -> Known:
        row = sharing.find(self.d, self.holder_id, share_id).row
        secrets = sharing.secrets_of(self.d, self.holder_id, share_id)
        return Known(
            share_id,
            secrets.secret.url_token,
            secrets.secret.key,
            secrets.passcode,
            secrets.typed_code,
            row.expires_at,
            latest_end(row),
            row.max_views,
            row.attempts_left,
            row.code_expires_at,
        )

    @property
    def runs(self) -> bool:
        return not self.now.stopped and self.clock.at < self.now.ends_at

    def learn_secrets(self) -> None:
        secrets = sharing.secrets_of(self.d, self.holder_id, self.now.share_id)
        self.now.passcode, self.now.code = secrets.passcode, secrets.typed_code

    # Opening and guessing

    @rule(guess=st.sampled_from(["right", "wrong", "none"]), visitor=st.sampled_from([PERSON, PROGRAM]))
    def opens_by_link(self, guess: str, visitor: Visitor) -> None:
        known = self.now
        expected: type[object]
        if not self.runs or known.spent or known.bare:
            expected = Closed
        elif known.passcode is None or guess == "right":
            expected = Opened
        else:
            expected = PasscodeAsked if guess == "none" else PasscodeWrong
        got = self.open_link(known, guess, visitor)
        assert isinstance(got, expected), (got, expected)
        self.count(got, expected, visitor.kind)

    @rule(right=st.booleans() | st.none())
    def opens_by_code(self, right: bool | None) -> None:
        known = self.now
        code = known.code or "0000-0000-0000"
        if right is None:
            missing = open_by_code(self.d, code, passcode=" ", visitor=PERSON)
            assert isinstance(asyncio.run(missing), Closed)
            return
        typed = self.typed("right" if right else "wrong") or "00000-00000"
        got = asyncio.run(open_by_code(self.d, code, passcode=typed, visitor=PERSON))
        code_runs = known.code is not None and self.clock.at < (known.code_ends_at or self.clock.at)
        if not self.runs or known.spent or not code_runs:
            assert isinstance(got, Closed)
        else:
            expected = Opened if right else PasscodeWrong
            assert isinstance(got, Opened) == right
            self.count(got, expected)

    @precondition(lambda self: self.past)
    @rule(data=st.data())
    def a_link_of_before_stays_closed(self, data: st.DataObject) -> None:
        assert isinstance(self.open_link(data.draw(st.sampled_from(self.past)), "right"), Closed)

    def open_link(self, known: Known, guess: str, visitor: Visitor = PERSON) -> Opening:
        if visitor is PERSON:  # programs open with the link's key what they were sent, and show it to nobody
            visitor = replace(visitor, key=known.key)
        typed = self.typed(guess, known)
        return asyncio.run(open_by_link(self.d, known.url_token, passcode=typed, visitor=visitor))

    def typed(self, guess: str, known: Known | None = None) -> str | None:
        right = (known or self.now).passcode
        if guess == "none" or right is None:
            return None
        return right if guess == "right" else ("1" if right[0] == "0" else "0") + right[1:]

    def count(self, got: Opening, expected: type[object], kind: AccessKind = AccessKind.OPENED) -> None:
        known = self.now
        if isinstance(got, Opened):
            known.views += 1
            known.events[kind] += 1
        elif expected is PasscodeWrong:
            known.attempts -= 1
            known.events[AccessKind.WRONG_PASSCODE] += 1
            known.events[AccessKind.LOCKED] += known.attempts == 0
            assert not isinstance(got, PasscodeWrong) or got.attempts_left == known.attempts

    @precondition(lambda self: self.runs)
    @rule()
    def the_link_is_seen_on_its_way(self) -> None:
        asyncio.run(
            exposure.expose(self.d, RewrittenLink(self.now.url_token, encode_base64url(self.now.key)))
        )
        self.now.events[AccessKind.EXPOSED] += not self.now.exposed
        self.now.exposed = True

    # What the holder does

    @rule()
    def says_that_it_was_not_them(self) -> None:
        opened = [
            e.sequence for e in self.log() if (e.share_id, e.kind) == (self.now.share_id, AccessKind.OPENED)
        ]
        if opened:
            share_life.not_me(self.d, self.holder_id, self.now.share_id, event=opened[-1])
            self.now.events[AccessKind.NOT_ME] += 1
            self.now.events[AccessKind.STOPPED] += not self.now.stopped
            self.now.stopped = True

    @rule()
    def rearms(self) -> None:
        if self.done(lambda: share_life.rearm(self.d, self.holder_id, self.now.share_id), AccessKind.REARMED):
            self.now.attempts = self.d.settings.passcode_attempts

    @rule(days=st.sampled_from([1, 30, 366]))
    def extends(self, days: int) -> None:
        ends_at = self.d.end_of_day(days)
        if self.runs and not self.now.ends_at < ends_at <= self.now.furthest:
            with pytest.raises(NotExtendableError):
                share_life.extend(self.d, self.holder_id, self.now.share_id, days=days)
        elif self.done(
            lambda: share_life.extend(self.d, self.holder_id, self.now.share_id, days=days),
            AccessKind.EXTENDED,
        ):
            self.now.ends_at = ends_at

    @rule(days=st.sampled_from([1, 7, 30]))
    def switches_a_code_on(self, days: int) -> None:
        had_passcode = self.now.passcode is not None
        if self.done(
            lambda: share_life.make_code(self.d, self.holder_id, self.now.share_id, days=days),
            AccessKind.CODE_ON,
        ):
            self.now.code_ends_at = min(self.now.ends_at, self.d.end_of_day(days))
            self.now.attempts = self.now.attempts if had_passcode else self.d.settings.passcode_attempts
            self.learn_secrets()

    @rule()
    def switches_the_code_off(self) -> None:
        had_code = self.now.code is not None
        if self.done(
            lambda: share_life.drop_code(self.d, self.holder_id, self.now.share_id), AccessKind.CODE_OFF
        ):
            self.now.events[AccessKind.CODE_OFF] -= not had_code
            self.now.code = self.now.code_ends_at = None

    @rule()
    def makes_a_new_passcode(self) -> None:
        if self.done(
            lambda: share_life.renew_passcode(self.d, self.holder_id, self.now.share_id),
            AccessKind.PASSCODE_CHANGED,
        ):
            self.now.attempts = self.d.settings.passcode_attempts
            self.learn_secrets()

    @rule()
    def stops(self) -> None:
        sharing.stop(self.d, self.holder_id, self.now.share_id)
        self.now.events[AccessKind.STOPPED] += not self.now.stopped
        self.now.stopped = True

    @rule()
    def shares_again(self) -> None:
        new_id = share_life.share_again(self.d, self.holder_id, self.now.share_id)
        self.now.events[AccessKind.STOPPED] += not self.now.stopped
        self.now.stopped = True
        self.past.append(self.now)
        self.now = self.learn(new_id)

    @precondition(lambda self: not self.withdrawn)
    @rule()
    def withdraws_an_entry(self) -> None:
        _holder, held = records.read_all(self.d, self.holder_id)
        (entry,) = [e for e in held if e.row.section is Section.ADJUSTMENTS]
        entry_status.withdraw_told(self.d, self.holder_id, entry.row.entry_id, reason=StatusReason.MISTAKE)
        self.withdrawn = True

    @rule()
    def erases_everything_and_begins_anew(self) -> None:
        erasure.erase(self.d, self.holder_id)
        with pytest.raises(HolderErasedError):
            sharing.shares_of(self.d, self.holder_id)
        self.erased.append(self.holder_id)
        self.past.append(self.now)
        self.begin()

    @rule(hours=st.sampled_from([1, 20, 24 * 8, 24 * 40]))
    def time_passes(self, hours: int) -> None:
        self.clock.advance(hours=hours)

    def done(self, act: Callable[[], object], kind: AccessKind) -> bool:
        """Do something to the share; return whether it ran, or check that nothing of it can be changed any more."""
        if not self.runs:
            with pytest.raises(ShareEndedError):
                act()
            return False
        act()
        self.now.events[kind] += 1
        return True

    # What always holds

    @invariant()
    def budgets_are_exact_and_each_reading_has_its_event(self) -> None:
        row = sharing.find(self.d, self.holder_id, self.now.share_id).row
        assert (row.views, row.attempts_left) == (self.now.views, self.now.attempts)
        found = self.log()
        for known in (*self.past[self.mine :], self.now):
            said = Counter(e.kind for e in found if e.share_id == known.share_id and e.kind in MOVES)
            assert said == +known.events
            assert said[AccessKind.OPENED] + said[AccessKind.FETCHED] == known.views

    def log(self) -> Sequence[access.LoggedEvent]:
        with self.d.database.reading() as connection:
            vault = holders.open_holder(self.d, connection, self.holder_id).vault
            return access.events(connection, vault, self.holder_id)

    @rule()
    def the_log_stands_and_nobody_reads_the_erased_in_it(self) -> None:
        log_tree.add_all_pending(self.d)
        key = self.d.log_signer.key
        own = verify_export(log_exporting.export_log(self.d, self.holder_id).encode(), key)
        assert (own.outcome, own.unreadable) == (Outcome.VALID, 0)
        for holder_id in self.erased[-1:]:  # the others were looked at before
            with self.d.database.reading() as connection:
                gone = log_exporting.exported(self.d, connection, holder_id, None)
            found = verify_export(gone.encode(), key)
            assert (found.outcome, found.unreadable) == (Outcome.VALID, len(found.events))


def test_in_any_order_nothing_is_read_without_a_running_grant_and_an_event(settings: Settings) -> None:
    clock = Clock()
    with closing(open_deployment(settings, now=clock, passcode_cost=CHEAP)) as d:
        ShareLife.d, ShareLife.clock = d, clock
        examples = 12 if d.database.write_engine.dialect.name == "sqlite" else 4
        few = hypothesis_settings(max_examples=examples, stateful_step_count=25, deadline=None)
        run_state_machine_as_test(ShareLife, settings=few)
