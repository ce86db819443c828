"""What a recipient may do once a share is over: one table, with what may never be in it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.assurance import at_least
from consent.reply_rights import RIGHTS, NotNow, ReplyAct, ShareStanding, refusal, standing_of
from schemas.consent_vocabulary import Assurance

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
OUTLIVING = {  # design: the capability outlives the share
    ReplyAct.ACKNOWLEDGE,
    ReplyAct.ASK,
    ReplyAct.COUNTERSIGN,
    ReplyAct.CONFIRM_DELETION,
    ReplyAct.STATE_TERMS,
}


def test_every_act_has_its_rights_and_the_capability_outlives_the_share() -> None:
    assert set(RIGHTS) == set(ReplyAct)
    ended = {act for act, rights in RIGHTS.items() if ShareStanding.ENDED in rights}
    assert ended == {*OUTLIVING, ReplyAct.OWN_DAYS, ReplyAct.REMINDER}


def test_stopping_lets_nobody_ask_countersign_or_see_more() -> None:
    stopped = {act for act, rights in RIGHTS.items() if ShareStanding.STOPPED in rights}
    assert stopped == {
        ReplyAct.ACKNOWLEDGE,
        ReplyAct.CONFIRM_DELETION,
        ReplyAct.OWN_DAYS,
        ReplyAct.STATE_TERMS,
    }


@given(st.sampled_from(ReplyAct), st.sampled_from(ShareStanding), st.sampled_from(Assurance))
def test_whoever_is_known_better_may_do_no_less(
    act: ReplyAct, standing: ShareStanding, level: Assurance
) -> None:
    if refusal(act, standing=standing, level=level) is None:
        better = [one for one in Assurance if at_least(one, level)]
        assert {refusal(act, standing=standing, level=one) for one in better} == {None}


@pytest.mark.parametrize(
    ("act", "standing", "level", "why"),
    [
        (ReplyAct.CONFIRM_DELETION, ShareStanding.RUNS, Assurance.TRUST_LIST, NotNow.STILL_RUNS),
        (ReplyAct.SHARED_DAYS, ShareStanding.ENDED, Assurance.TRUST_LIST, NotNow.OVER),
        (ReplyAct.COUNTERSIGN, ShareStanding.STOPPED, Assurance.TRUST_LIST, NotNow.STOPPED),
        (ReplyAct.COUNTERSIGN, ShareStanding.ENDED, Assurance.LINK, NotNow.SHOW_MORE),
        (ReplyAct.STATE_TERMS, ShareStanding.STOPPED, Assurance.LINK, NotNow.SHOW_MORE),
    ],
)
def test_a_refusal_says_why(act: ReplyAct, standing: ShareStanding, level: Assurance, why: NotNow) -> None:
    assert refusal(act, standing=standing, level=level) is why


@pytest.mark.parametrize(
    ("ends_in", "stopped", "standing"),
    [
        (HOUR, False, ShareStanding.RUNS),
        (timedelta(0), False, ShareStanding.ENDED),
        (HOUR, True, ShareStanding.STOPPED),
        (-HOUR, True, ShareStanding.STOPPED),
    ],
)
def test_a_share_runs_until_its_end_or_until_it_is_stopped(
    ends_in: timedelta, stopped: bool, standing: ShareStanding
) -> None:
    found = standing_of(ends_at=NOW + ends_in, stopped_at=NOW if stopped else None, now=NOW)
    assert found is standing
