"""Forty at once: budgets and views are exact on both engines, also over two processes of one service."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest

from passport import sharing
from passport.admission import Closed, PasscodeWrong, TooOften, Visitor
from passport.deployment import Deployment, open_deployment
from passport.hashing import HashingBusyError
from passport.opening import Opened, Opening, open_by_code, open_by_link
from passport.settings import Settings
from passport.tables import AccessKind
from tests.service.world import Person, Share, World

AT_ONCE = 40
MANAGER = Visitor(said="Sam's manager", kind=AccessKind.OPENED, stays=True)


@pytest.fixture
def processes(world: World, settings: Settings) -> Iterator[tuple[Deployment, Deployment]]:
    """The service, and a second process of it on the same database and keys."""
    second = open_deployment(settings, now=world.clock)
    yield world.d, second
    second.close()


def openings(
    processes: tuple[Deployment, Deployment], share: Share, passcodes: list[str | None]
) -> list[Opening]:
    async def all_at_once() -> list[Opening]:
        return await asyncio.gather(
            *(
                open_by_link(processes[n % 2], share.url_token, passcode=passcode, visitor=MANAGER)
                for n, passcode in enumerate(passcodes)
            )
        )

    return asyncio.run(all_at_once())


@pytest.mark.shl("request/4")
def test_forty_guesses_at_once_have_ten_attempts(
    sam: Person, processes: tuple[Deployment, Deployment]
) -> None:
    share = sam.shares_with()
    answers = openings(processes, share, [share.wrong] * AT_ONCE)
    left = sorted(answer.attempts_left for answer in answers if isinstance(answer, PasscodeWrong))
    assert left == list(range(10))
    assert sum(isinstance(answer, Closed) for answer in answers) == AT_ONCE - 10
    assert sam.share_now(share)["state"] == "locked"
    assert Counter(sam.said(share)) == {"wrong-passcode": 10, "locked": 1, "refused": AT_ONCE - 10}


def test_forty_openings_at_once_have_as_many_views_as_the_holder_gave(
    sam: Person, processes: tuple[Deployment, Deployment]
) -> None:
    share = sam.shares_with(passcode=False, max_views=7)
    answers = openings(processes, share, [None] * AT_ONCE)
    opened = [answer for answer in answers if isinstance(answer, Opened)]
    assert len(opened) == 7 == sam.share_now(share)["views"]
    assert Counter(sam.said(share)) == {"opened": 7, "refused": AT_ONCE - 7}
    assert len({answer.viewing_token for answer in opened}) == 7


@pytest.mark.parametrize("wrong", [0, 9], ids=["all attempts left", "the last attempt"])
def test_forty_right_passcodes_at_once_all_open_however_many_attempts_are_left(
    sam: Person, processes: tuple[Deployment, Deployment], wrong: int
) -> None:
    share = sam.shares_with(max_views=25)
    openings(processes, share, [share.wrong] * wrong)
    answers = openings(processes, share, [share.passcode] * AT_ONCE)
    now, said = sam.share_now(share), Counter(sam.said(share))
    assert sum(isinstance(answer, Opened) for answer in answers) == 25 == now["views"] == said["opened"]
    assert now["attempts_left"] == 10 - wrong
    assert said["locked"] == 0


def test_an_attempt_that_is_being_checked_is_not_yet_lost(
    world: World, sam: Person, processes: tuple[Deployment, Deployment]
) -> None:
    share = sam.shares_with()
    openings(processes, share, [share.wrong] * 9)
    passcodes = [share.wrong, None, share.passcode] * 8
    answers = openings(processes, share, list(passcodes))
    assert sum(isinstance(answer, PasscodeWrong) for answer in answers) == 1  # the tenth, in whatever order
    assert sam.said(share).count("locked") == 1
    assert sam.share_now(share)["state"] == "locked"


def test_right_and_wrong_passcodes_at_once_spend_what_they_must(
    sam: Person, processes: tuple[Deployment, Deployment]
) -> None:
    share = sam.shares_with(max_views=2)
    answers = openings(processes, share, [share.passcode, share.wrong, share.passcode, share.wrong] * 2)
    assert sum(isinstance(answer, Opened) for answer in answers) == 2
    wrong = sum(isinstance(answer, PasscodeWrong) for answer in answers)
    now = sam.share_now(share)
    # A wrong guess that came after the last view is told that the link is closed, and still spends its attempt.
    assert (now["views"], now["attempts_left"]) == (2, 10 - Counter(sam.said(share))["wrong-passcode"])
    assert wrong <= 4


def test_forty_typed_codes_at_once_have_ten_attempts(
    sam: Person, processes: tuple[Deployment, Deployment]
) -> None:
    share = sam.shares_with(typed_code=True)
    code = share.typed_code or ""

    async def all_at_once() -> list[Opened | Closed | TooOften | BaseException]:
        return await asyncio.gather(
            *(
                open_by_code(processes[n % 2], code, passcode=share.wrong, visitor=MANAGER)
                for n in range(AT_ONCE)
            ),
            return_exceptions=True,
        )

    answers = asyncio.run(all_at_once())
    checked = [answer for answer in answers if not isinstance(answer, HashingBusyError)]
    assert checked == [Closed()] * len(checked)
    assert sam.share_now(share)["attempts_left"] == max(0, 10 - len(checked))  # a full room spends nothing
    assert Counter(sam.said(share))["wrong-passcode"] == min(10, len(checked)) > 1


def test_a_share_that_is_opened_and_stopped_at_once_is_never_read_after_it_was_stopped(
    world: World, sam: Person, processes: tuple[Deployment, Deployment]
) -> None:
    share = sam.shares_with(passcode=False)

    async def open_while_stopping() -> list[Opening]:
        stopping = asyncio.create_task(
            asyncio.to_thread(sharing.stop, processes[1], sam.holder_id, share.share_id)
        )
        answers = await asyncio.gather(
            *(
                open_by_link(processes[n % 2], share.url_token, passcode=None, visitor=MANAGER)
                for n in range(AT_ONCE)
            )
        )
        await stopping
        return answers

    answers = asyncio.run(open_while_stopping())
    said = sam.said(share)
    assert said.count("opened") == sum(isinstance(answer, Opened) for answer in answers)
    assert "opened" not in said[said.index("stopped") :]
    assert world.one("SELECT count(*) FROM viewing_sessions") == 0
