"""A live share goes on with what was granted, and with nothing else: rows that are new are asked about each time."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.following import Followed, follow, says_the_same
from consent.grant import GrantError, GrantItem
from issuers.credential import Claim, outline
from schemas.vocabulary import Section
from tests.consent_floor.passports import issued


def adjustments(*changes: str) -> tuple[Claim, ...]:
    """Return the claims of a list of changes at work, told anew each time under other salts."""
    rows = [{"kind": "hours", "change": change, "status": "asked"} for change in changes]
    return outline(issued(Section.ADJUSTMENTS, {"changes": rows}))


def told(section: Section, body: Mapping[str, Any]) -> tuple[Claim, ...]:
    return outline(issued(section, body))


def followed(before: Sequence[Claim], paths: Sequence[str], now: Sequence[Claim]) -> Followed:
    return follow(GrantItem(Section.ADJUSTMENTS, "old", tuple(paths)), before, entry_id="new", claims=now)


def words(claims: Sequence[Claim], paths: Sequence[str]) -> list[str]:
    return [claim.value["change"] for claim in claims if claim.path in paths and claim.row is not None]


def test_a_granted_row_follows_wherever_it_stands_now() -> None:
    before, now = adjustments("one", "two", "three"), adjustments("new", "three", "one")
    found = followed(before, ["changes/0", "changes/2", "told_on"], now)
    assert words(now, found.kept) == ["three", "one"]
    assert words(now, found.asked) == ["new"]
    assert "told_on" in found.kept


def test_a_row_that_was_held_back_stays_so_unasked() -> None:
    before, now = adjustments("shown", "held back"), adjustments("held back", "shown")
    found = followed(before, ["changes/0"], now)
    assert words(now, found.kept) == ["shown"]
    assert found.asked == ()


def test_a_changed_row_is_asked_about_even_when_all_rows_were_granted() -> None:
    before, now = adjustments("one", "two"), adjustments("one", "two, changed")
    found = followed(before, ["changes/0", "changes/1"], now)
    assert words(now, found.kept) == ["one"]
    assert words(now, found.asked) == ["two, changed"]


def test_a_row_said_twice_follows_as_often_as_it_was_granted() -> None:
    before, now = adjustments("same", "other"), adjustments("same", "same")
    found = followed(before, ["changes/0"], now)
    assert words(now, found.kept) == ["same"]
    assert words(now, found.asked) == ["same"]


def test_claims_that_were_not_granted_are_neither_kept_nor_asked_about() -> None:
    before = told(Section.ABOUT_ME, {"name": "Sam", "phone": "01632 960001"})
    now = told(Section.ABOUT_ME, {"name": "Samantha", "phone": "01632 960002", "pronouns": "she/her"})
    item = GrantItem(Section.ABOUT_ME, "old", ("name",))
    found = follow(item, before, entry_id="new", claims=now)
    assert (found.kept, found.asked) == (("name",), ())
    assert not says_the_same(item, before, found, now)


def test_a_list_of_which_no_row_was_granted_is_not_asked_about() -> None:
    before = told(Section.WORK, {"hours": "mornings", "skills": [{"skill": "Bread"}]})
    now = told(Section.WORK, {"hours": "mornings", "skills": [{"skill": "Bread"}, {"skill": "Cakes"}]})
    item = GrantItem(Section.WORK, "old", ("hours",))
    found = follow(item, before, entry_id="new", claims=now)
    assert (found.kept, found.asked) == (("hours",), ())
    assert says_the_same(item, before, found, now)


def test_only_a_row_that_was_asked_about_can_be_added() -> None:
    found = Followed(Section.ADJUSTMENTS, "new", ("changes/0", "told_on"), ("changes/1",))
    assert found.item() == GrantItem(Section.ADJUSTMENTS, "new", ("changes/0", "told_on"))
    assert found.item(["changes/1"]) == GrantItem(
        Section.ADJUSTMENTS, "new", ("changes/0", "told_on", "changes/1")
    )
    for row in ("changes/2", "changes/0", "name"):
        with pytest.raises(GrantError):
            found.item([row])


def test_nothing_is_left_of_an_entry_whose_rows_are_gone() -> None:
    found = followed(adjustments("one"), ["changes/0", "told_on"], adjustments("two"))
    assert found.item() is None
    assert found.item(found.asked) is not None


rows = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6)


@given(rows, rows, st.data())
def test_what_follows_says_nothing_that_was_not_granted(
    old: list[str], new: list[str], data: st.DataObject
) -> None:
    before, now = adjustments(*old), adjustments(*new)
    granted = sorted(
        data.draw(st.sets(st.sampled_from([f"changes/{n}" for n in range(len(old))]), min_size=1))
    )
    found = followed(before, granted, now)
    shown, kept = words(before, granted), words(now, found.kept)
    assert all(kept.count(row) <= shown.count(row) for row in kept)
    assert not set(found.kept) & set(found.asked)
    assert not set(words(now, found.asked)) & (set(old) - set(shown))
    if old == new:
        assert (sorted(kept), found.asked) == (sorted(shown), ())


@given(rows, st.data())
def test_an_entry_that_was_not_told_anew_goes_on_as_granted(old: list[str], data: st.DataObject) -> None:
    claims = adjustments(*old)
    paths = tuple(data.draw(st.sets(st.sampled_from([claim.path for claim in claims]), min_size=1)))
    item = GrantItem(Section.ADJUSTMENTS, "same", paths)
    found = follow(item, claims, entry_id="same", claims=claims)
    assert (found.kept, found.asked) == (paths, ())
    assert says_the_same(item, claims, found, claims)
