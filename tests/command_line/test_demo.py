"""`passport demo`: the stories told through the real services, the same again at every start, on both engines."""

import json
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from passport import append_grants, appending, auth, demo, issuing, migrate, records, sharing
from passport.app import create_app
from passport.commands.demo import shown
from passport.deployment import Deployment, open_deployment
from passport.readiness import check_ready
from passport.records import read_all
from passport.settings import Settings
from passport.sharing import ShareState
from passport.stories import Story, read_stories
from passport.tables import EntryState
from schemas.vocabulary import AuthorKind, RecipientKind, Section
from tests.command_line.conftest import Ran, Run
from tests.serving import served

STORIES = read_stories()
SHARED = {RecipientKind.EMPLOYER, RecipientKind.GP, RecipientKind.WORK_COACH}


@pytest.fixture
def deployment(settings: Settings) -> Iterator[Deployment]:
    """An empty deployment, on both engines."""
    with closing(open_deployment(settings)) as d:
        issuing.prepare(d)
        yield d


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Deployment]:
    """An empty deployment where one engine is enough."""
    with closing(open_deployment(Settings(data_dir=tmp_path / "data"))) as d:
        migrate.upgrade(d.database.write_engine)
        issuing.prepare(d)
        yield d


def holder_of(d: Deployment, story: Story) -> str:
    with d.database.reading() as connection:
        account = auth.account_of(d, connection, story.person.username)
    assert account is not None
    assert account.holder_id is not None
    return account.holder_id


def stored(d: Deployment) -> list[Any]:
    """Return all that the stories' people see, entry by entry and share by share."""
    return [
        (
            [held.row.entry_id for held in read_all(d, holder)[1]],
            [s.row.share_id for s in sharing.shares_of(d, holder)],
        )
        for holder in (holder_of(d, story) for story in STORIES)
    ]


def test_a_second_start_keeps_the_data_and_prints_the_same(deployment: Deployment) -> None:
    first = demo.seed(deployment, STORIES)
    before = stored(deployment)
    assert demo.seed(deployment, STORIES) == first
    assert stored(deployment) == before


def test_every_story_is_told_signed_and_shared_as_it_is_written(sqlite: Deployment) -> None:
    for story, told in zip(STORIES, demo.seed(sqlite, STORIES), strict=True):
        _, held = read_all(sqlite, holder_of(sqlite, story))
        by_author = {
            kind: {entry.row.section: entry for entry in held if entry.row.author_kind is kind}
            for kind in AuthorKind
        }
        assert set(by_author[AuthorKind.HOLDER]) == set(story.sections)
        assert set(by_author[AuthorKind.PRACTITIONER]) == {Section.PLAN, *story.practitioner_sections}
        assert {entry.row.state for entry in held} == {EntryState.ACCEPTED}
        plan = by_author[AuthorKind.PRACTITIONER][Section.PLAN].body
        assert [a["number"] for a in plan["appointments"]] == [a["number"] for a in story.appointments]
        assert {share.recipient.kind for share in told.shares} == SHARED
        assert all(share.passcode and share.typed_code for share in told.shares)


def test_a_narrowed_section_lets_out_only_the_claims_that_the_story_names(sqlite: Deployment) -> None:
    demo.seed(sqlite, STORIES)
    story = next(s for s in STORIES if any(share.sections.get(Section.PLAN) for share in s.shares))
    wanted = next(share for share in story.shares if share.sections.get(Section.PLAN))
    made = next(
        held
        for held in sharing.shares_of(sqlite, holder_of(sqlite, story))
        if held.grant.recipient.kind is wanted.recipient.kind
    )
    paths = next(item.paths for item in made.grant.items if item.section is Section.PLAN)
    claims = {path.partition("/")[0] for path in paths} - {"told_on"}
    assert {name for name in claims if not name.startswith("author_")} <= set(
        wanted.sections[Section.PLAN] or ()
    )
    assert "goals" in claims


class PowerCutError(Exception):
    """The machine stopped."""


def counted(calls: Iterator[int]) -> Callable[[int], bytes]:
    """Return randomness that ends with a power cut at 0: every id, salt and secret asks for some."""

    def random_bytes(size: int) -> bytes:
        if next(calls) == 0:
            raise PowerCutError
        return secrets.token_bytes(size)

    return random_bytes


@pytest.fixture(scope="module")
def calls_of_a_start(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How often the first start with one story asks for randomness."""
    folder, calls = tmp_path_factory.mktemp("whole") / "data", count(1)
    with closing(open_deployment(Settings(data_dir=folder))) as d:
        migrate.upgrade(d.database.write_engine)
        issuing.prepare(d)
        demo.seed(replace(d, random_bytes=counted(calls)), STORIES[:1])
    return next(calls) - 1


@pytest.mark.parametrize("percent", [0, 2, 10, 25, 40, 55, 70, 80, 90, 99])
def test_a_start_that_was_interrupted_anywhere_is_finished_by_the_next(
    sqlite: Deployment, calls_of_a_start: int, percent: int
) -> None:
    story = STORIES[0]
    before = calls_of_a_start * percent // 100
    with pytest.raises(PowerCutError):
        demo.seed(replace(sqlite, random_bytes=counted(count(before, -1))), [story])
    (told,) = demo.seed(sqlite, [story])
    _, held = read_all(sqlite, holder_of(sqlite, story))
    sections = [(entry.row.section, entry.row.author_kind) for entry in held]
    assert len(sections) == len(set(sections)) == len(story.sections) + 1 + len(story.practitioner_sections)
    plan = next(entry for entry in held if entry.row.section is Section.PLAN)
    assert len(plan.body["appointments"]) == len(story.appointments)
    assert len(told.shares) == len(sharing.shares_of(sqlite, holder_of(sqlite, story))) == 3


def test_what_the_demos_visitors_did_stays(sqlite: Deployment) -> None:
    story = STORIES[0]
    (first,) = demo.seed(sqlite, [story])
    holder = holder_of(sqlite, story)
    records.tell(sqlite, holder, {Section.WHAT_MATTERS: {"important": "Something else now"}})
    given = append_grants.given_by(sqlite, holder)[0]
    waiting = appending.append_section(sqlite, given, Section.WORK_ADVICE, {"outcome": "not-fit"})
    stopped = sharing.shares_of(sqlite, holder)[0]
    sharing.stop(sqlite, holder, stopped.row.share_id)
    (second,) = demo.seed(sqlite, [story])
    _, held = read_all(sqlite, holder)
    assert next(e for e in held if e.row.section is Section.WHAT_MATTERS).body == {
        "important": "Something else now"
    }
    assert [e.row.entry_id for e in held if e.row.state is EntryState.PENDING] == waiting
    changed = [(a.state, b.state) for a, b in zip(first.shares, second.shares, strict=True) if a != b]
    assert changed == [(ShareState.OPEN, ShareState.STOPPED)]


@pytest.mark.parametrize("days", [8, 40])
def test_when_codes_or_shares_have_run_out_the_next_start_makes_new_ones(
    sqlite: Deployment, days: int
) -> None:
    (first,) = demo.seed(sqlite, STORIES[:1])
    later = replace(sqlite, now=lambda: datetime.now(UTC) + timedelta(days=days))
    (second,) = demo.seed(later, STORIES[:1])
    assert {share.state for share in second.shares} == {ShareState.OPEN}
    assert {share.link for share in first.shares}.isdisjoint(share.link for share in second.shares)
    assert second.holder == first.holder


def test_the_database_of_a_real_service_is_refused_and_is_no_demo_by_that(run: Run, tmp_path: Path) -> None:
    assert run("db", "upgrade").code == 0
    options = [
        "--organisation",
        "Stroke team",
        "--public-name",
        "Oak House",
        "--practitioner",
        "Jo",
        "--role",
        "Nurse",
    ]
    assert run("issuer", "create", *options, "--username", "jo").code == 0
    ran = run("demo", "--no-serve")
    assert ran.code == 1
    assert "PASSPORT_DATA_DIR" in ran.err
    assert ran.out == ""
    check_ready(Settings(data_dir=tmp_path / "data"))


def test_from_an_empty_folder_everything_is_printed_and_nothing_twice(run: Run) -> None:
    first = run("demo", "--no-serve")
    assert first.code == 0, first.err
    assert first.out.startswith("DEMO. Everybody in it is made up.")
    assert len(re.findall(r"^    link  http://localhost:8000/v#shlink:/\S+$", first.out, re.MULTILINE)) == 9
    assert len(re.findall(r"or type [0-9A-Z]{4}(-[0-9A-Z]{4}){2} at ", first.out)) == 9
    assert len(re.findall(r"sign in at \S+ as \S+, code [0-9A-Z]{4}(-[0-9A-Z]{4}){3} ", first.out)) == 6
    assert first.out.count("▄▄▄▄▄ ███") >= 1
    assert run("demo", "--no-serve").out == first.out


def test_json_says_the_same_as_the_lines(told: Run) -> None:
    lines = told("demo", "--no-serve").out
    document = json.loads(told("demo", "--no-serve", "--json").out)
    for story in document["stories"]:
        assert story["holder"]["sign_in_code"] in lines
        assert story["practitioner"]["sign_in_code"] in lines
        for share in story["shares"]:
            assert all(share[name] in lines for name in ("link", "passcode", "typed_code"))


def test_links_carry_the_address_that_a_phone_can_reach(told: Run) -> None:
    ran = told("demo", "--no-serve", PASSPORT_BASE_URL="http://192.0.2.7:8000")
    assert ran.out.count("http://192.0.2.7:8000/v#shlink:/") == 9
    assert "localhost" not in ran.out


def test_stories_that_are_none_are_refused_by_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "stories").mkdir()
    assert run("demo", "--no-serve", "--stories", "stories").code == 1
    (tmp_path / "stories" / "one.json").write_text('{"person": {}}')
    ran = run("demo", "--no-serve", "--stories", "stories")
    assert ran.code == 1
    assert "stories/one.json is no story" in ran.err


def test_who_runs_the_demo_is_made_up_and_says_so() -> None:
    made_up = shown(Settings())
    assert "made up" in made_up.operator.name
    assert made_up.operator.contact.endswith(".example")
    named = Settings(operator_name="Named", operator_contact="a@b.example")
    assert shown(named).operator == named.operator


def test_a_link_of_the_running_demo_verifies_until_it_is_stopped(told: Run, tmp_path: Path) -> None:
    def verify(base_url: str) -> Ran:
        demo = json.loads(told("demo", "--no-serve", "--json", PASSPORT_BASE_URL=base_url).out)
        share = demo["stories"][0]["shares"][0]
        (tmp_path / "passcode").write_text(share["passcode"])
        return told("verify", share["link"], "--recipient", "Workshop", "--passcode-file", "passcode")

    with served(lambda base_url: create_app(Settings(base_url=base_url))) as base_url:
        assert verify(base_url).code == 0
        with closing(open_deployment(Settings())) as d:
            holder = holder_of(d, STORIES[0])
            for held in sharing.shares_of(d, holder):
                sharing.stop(d, holder, held.row.share_id)
        ran = verify(base_url)
        assert (ran.code, "[link_closed]" in ran.out) == (2, True)
