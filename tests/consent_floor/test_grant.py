"""What a grant allows, when, and what no grant can ever hold."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.grant import (
    Allowed,
    Grant,
    GrantError,
    GrantItem,
    GrantKind,
    NeverSharedError,
    Recipient,
    RefusalReason,
    Refused,
    decide,
    withdraw,
)
from consent.limits import permitted
from consent.presets import (
    PURPOSES,
    EntryOutline,
    PurposeNotOfferedError,
    check_purpose,
    is_before_offer,
    is_for_interview,
    may_be_on,
    offered,
    preset_items,
)
from schemas.catalogue import AUTHOR_CLAIMS, CATALOGUE, TOLD_ON, claims_of
from schemas.vocabulary import AuthorKind, Preset, Purpose, RecipientKind, Section

START = datetime(2026, 11, 21, 9, tzinfo=UTC)
END = START + timedelta(days=30)
ITEMS = (
    GrantItem(Section.COMMUNICATION, "entry-1", ("channel",)),
    GrantItem(Section.ADJUSTMENTS, "entry-2", ("rows/0", "rows/1")),
)
READ = Grant(
    grant_id="grant-1",
    kind=GrantKind.READ,
    recipient=Recipient(RecipientKind.EMPLOYER, "Bryn Bakery (fictional)"),
    purpose=Purpose.ADJUSTMENTS_AT_WORK,
    starts_at=START,
    ends_at=END,
    nonce="n" * 22,
    items=ITEMS,
)
APPEND = replace(
    READ,
    kind=GrantKind.APPEND,
    recipient=Recipient(RecipientKind.PRACTITIONER, "A practitioner"),
    items=(),
    may_write=frozenset({Section.PLAN, Section.WORK_ADVICE}),
)
NEVER = [
    (kind, section)
    for section, spec in CATALOGUE.items()
    for kind in RecipientKind
    if spec.presets[kind] is Preset.NEVER
]


def outline(section: Section, entry_id: str = "entry") -> EntryOutline:
    """Every disclosure a practitioner's or holder's entry of a section could have, three rows to a list."""
    paths = [
        path
        for claim in claims_of(section)
        for path in ([f"{claim.name}/{row}" for row in range(3)] if claim.is_list else [claim.name])
    ]
    return EntryOutline(entry_id, section, (*paths, *AUTHOR_CLAIMS, TOLD_ON))


@pytest.mark.parametrize("kind", RecipientKind)
@pytest.mark.parametrize("section", Section)
def test_an_employers_answer_names_them_alone_and_only_when_the_holder_says_so(
    kind: RecipientKind, section: Section
) -> None:
    answered = replace(outline(section), by_employer=True)
    offered_here = CATALOGUE[section].presets[kind] is not Preset.NEVER
    chosen = {section} if offered_here else set()
    for named in (False, True):
        items = preset_items(kind, [answered], chosen=chosen, name_employers=named)
        shown = {path for item in items for path in item.paths} & set(AUTHOR_CLAIMS)
        is_named = named and offered_here and section is Section.ADJUSTMENTS
        assert shown == ({"author_organisation"} if is_named else set())


def test_only_of_an_answer_may_an_employer_see_who_gave_it() -> None:
    item = GrantItem(Section.ADJUSTMENTS, "entry", ("changes/0", "author_organisation"))
    with pytest.raises(NeverSharedError):
        replace(READ, items=(item,))
    replace(READ, items=(replace(item, by_employer=True),))
    for other in ("author_name", "author_role", "author_registration"):
        with pytest.raises(NeverSharedError):
            replace(READ, items=(replace(item, paths=("changes/0", other), by_employer=True),))


EVERYTHING = [outline(section, f"entry-{section}") for section in Section]


@given(
    st.datetimes(START.replace(tzinfo=None) - timedelta(days=2), END.replace(tzinfo=None) + timedelta(days=2))
)
def test_a_grant_allows_from_its_start_until_its_end(moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC)
    allowed = isinstance(decide(READ, kind=GrantKind.READ, now=now), Allowed)
    assert allowed == (START <= now < END)


@pytest.mark.parametrize(
    ("grant", "kind", "wanted", "now", "reason"),
    [
        (READ, GrantKind.READ, None, START - timedelta(microseconds=1), RefusalReason.NOT_STARTED),
        (READ, GrantKind.READ, None, END, RefusalReason.ENDED),
        (READ, GrantKind.APPEND, None, START, RefusalReason.OTHER_KIND),
        (APPEND, GrantKind.READ, None, START, RefusalReason.OTHER_KIND),
        (READ, GrantKind.READ, frozenset({Section.WORK}), START, RefusalReason.NOT_GRANTED),
        (
            READ,
            GrantKind.READ,
            frozenset({Section.WORK, Section.ADJUSTMENTS}),
            START,
            RefusalReason.NOT_GRANTED,
        ),
        (APPEND, GrantKind.APPEND, frozenset({Section.SCORES}), START, RefusalReason.NOT_GRANTED),
        (withdraw(READ, now=START), GrantKind.READ, None, START, RefusalReason.REVOKED),
        (withdraw(READ, now=END), GrantKind.READ, None, START, RefusalReason.REVOKED),
    ],
)
def test_a_grant_refuses_with_its_reason(
    grant: Grant, kind: GrantKind, wanted: frozenset[Section] | None, now: datetime, reason: RefusalReason
) -> None:
    refused = decide(grant, kind=kind, wanted=wanted, now=now)
    assert refused == Refused(reason)


@pytest.mark.parametrize("reason", RefusalReason)
def test_every_refusal_has_a_sentence_for_people(reason: RefusalReason) -> None:
    assert Refused(reason).sentence


def test_a_read_grant_lets_out_what_was_asked_for_and_no_more() -> None:
    allowed = decide(READ, kind=GrantKind.READ, wanted=frozenset({Section.ADJUSTMENTS}), now=START)
    assert allowed == Allowed((ITEMS[1],), frozenset())
    assert decide(READ, kind=GrantKind.READ, now=START) == Allowed(ITEMS, frozenset())


def test_an_append_grant_names_the_sections_that_may_be_written() -> None:
    allowed = decide(APPEND, kind=GrantKind.APPEND, wanted=frozenset({Section.PLAN}), now=START)
    assert allowed == Allowed((), frozenset({Section.PLAN}))


def test_the_first_withdrawal_counts() -> None:
    once = withdraw(READ, now=START)
    assert withdraw(once, now=END) == once


@pytest.mark.parametrize(("kind", "section"), NEVER)
def test_a_section_that_is_never_shared_cannot_be_granted(kind: RecipientKind, section: Section) -> None:
    name = claims_of(section)[0].name
    with pytest.raises(NeverSharedError):
        replace(READ, recipient=Recipient(kind, "Somebody"), items=(GrantItem(section, "entry", (name,)),))


@pytest.mark.parametrize(
    ("section", "path"),
    [
        (Section.ABOUT_ME, "contact"),
        (Section.WORK_ADVICE, "outcome"),
        *((Section.WORK_ADVICE, claim) for claim in AUTHOR_CLAIMS),
        *((Section.COMMUNICATION, claim) for claim in AUTHOR_CLAIMS),
    ],
)
def test_a_claim_that_an_employer_never_sees_cannot_be_granted(section: Section, path: str) -> None:
    with pytest.raises(NeverSharedError):
        replace(READ, items=(GrantItem(section, "entry", (path,)),))


def test_a_path_cannot_smuggle_a_claim_in() -> None:
    assert not permitted(RecipientKind.EMPLOYER, Section.ABOUT_ME, "contact/0")
    assert not permitted(RecipientKind.EMPLOYER, Section.ABOUT_ME, "name2")


@pytest.mark.parametrize(
    "change",
    [
        {"items": ()},
        {"items": ITEMS + ITEMS[:1]},
        {"items": (GrantItem(Section.WORK, "e", ()),)},
        {"items": (GrantItem(Section.WORK, "e", ("jobs/0", "jobs/0")),)},
        {"may_write": frozenset({Section.PLAN})},
        {"ends_at": START},
        {"nonce": "short"},
        {"kind": GrantKind.APPEND},
    ],
)
def test_a_grant_that_contradicts_itself_cannot_be_made(change: dict[str, object]) -> None:
    with pytest.raises(GrantError):
        replace(READ, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"may_write": frozenset()},
        {"items": ITEMS},
        {"recipient": READ.recipient},
        *(
            {"may_write": frozenset({section})}
            for section, spec in CATALOGUE.items()
            if AuthorKind.PRACTITIONER not in spec.authors
        ),
    ],
)
def test_an_append_grant_is_for_a_practitioner_and_their_sections(change: dict[str, object]) -> None:
    with pytest.raises(GrantError):
        replace(APPEND, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change", [{"starts_at": START.replace(tzinfo=None)}, {"ends_at": END.replace(tzinfo=None)}]
)
def test_times_without_a_zone_are_the_callers_mistake(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        replace(READ, **change)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="timezone-aware"):
        decide(READ, kind=GrantKind.READ, now=START.replace(tzinfo=None))


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_a_recipient_has_a_name(name: str) -> None:
    with pytest.raises(GrantError):
        Recipient(RecipientKind.GP, name)


@pytest.mark.parametrize("kind", RecipientKind)
def test_what_is_offered_is_the_catalogue_without_what_is_never_shared(kind: RecipientKind) -> None:
    sections = [offer.section for offer in offered(kind)]
    assert sections == [section for section in Section if (kind, section) not in NEVER]


@given(
    st.sampled_from(RecipientKind),
    st.lists(st.sampled_from(EVERYTHING), unique=True),
    st.none() | st.sets(st.sampled_from(Section)),
)
def test_preset_items_always_make_a_grant_or_nothing(
    kind: RecipientKind, outlines: list[EntryOutline], chosen: set[Section] | None
) -> None:
    possible = {offer.section for offer in offered(kind)}
    items = preset_items(kind, outlines, chosen=None if chosen is None else chosen & possible)
    assert all(permitted(kind, item.section, path) for item in items for path in item.paths)
    if items:
        replace(READ, recipient=Recipient(kind, "Somebody"), items=items)


@pytest.mark.parametrize("kind", RecipientKind)
def test_the_preset_takes_the_sections_that_are_on(kind: RecipientKind) -> None:
    sections = {item.section for item in preset_items(kind, EVERYTHING)}
    assert sections == {s for s, spec in CATALOGUE.items() if spec.presets[kind] is Preset.ON}


def test_an_employer_is_given_the_name_and_not_the_authors() -> None:
    items = {item.section: item.paths for item in preset_items(RecipientKind.EMPLOYER, EVERYTHING)}
    assert items[Section.ABOUT_ME] == ("name", "told_on")
    assert not any(path in AUTHOR_CLAIMS for paths in items.values() for path in paths)


def test_a_section_that_is_not_offered_cannot_be_chosen() -> None:
    with pytest.raises(GrantError):
        preset_items(RecipientKind.EMPLOYER, EVERYTHING, chosen={Section.CONDITIONS, Section.WORK})


def test_an_entry_that_would_show_only_its_date_is_left_out() -> None:
    bare = EntryOutline("entry", Section.WORK_ADVICE, ("outcome", TOLD_ON))
    assert preset_items(RecipientKind.EMPLOYER, [bare], chosen={Section.WORK_ADVICE}) == ()


@given(st.sets(st.sampled_from(EVERYTHING)))
def test_what_an_employer_is_given_does_not_depend_on_sections_never_shared(extra: set[EntryOutline]) -> None:
    never = [o for o in EVERYTHING if o in extra and (RecipientKind.EMPLOYER, o.section) in NEVER]
    others = [o for o in EVERYTHING if (RecipientKind.EMPLOYER, o.section) not in NEVER]
    assert preset_items(RecipientKind.EMPLOYER, never + others) == preset_items(
        RecipientKind.EMPLOYER, others
    )


@pytest.mark.parametrize("kind", RecipientKind)
@pytest.mark.parametrize("purpose", Purpose)
def test_a_purpose_is_one_of_the_recipients_kind(kind: RecipientKind, purpose: Purpose) -> None:
    if purpose in PURPOSES[kind]:
        check_purpose(kind, purpose)
        return
    with pytest.raises(PurposeNotOfferedError, match=PURPOSES[kind][0]):
        check_purpose(kind, purpose)


def test_every_purpose_is_somebodys_and_an_employers_are_about_work() -> None:
    assert {purpose for purposes in PURPOSES.values() for purpose in purposes} == set(Purpose)
    assert set(PURPOSES[RecipientKind.EMPLOYER]) == {Purpose.ADJUSTMENTS_AT_WORK, Purpose.JOB_INTERVIEW}


@given(
    st.sampled_from(RecipientKind),
    st.none() | st.sampled_from(Purpose),
    st.sets(st.sampled_from(["changes/0", "changes/1", "changes/2"])),
)
def test_before_a_job_offer_of_the_changes_those_for_the_interview_are_on_and_nothing_else_is_added(
    kind: RecipientKind, purpose: Purpose | None, marked: set[str]
) -> None:
    outlines = [replace(one, at_interview=frozenset(marked)) for one in EVERYTHING]
    items = {item.section: set(item.paths) for item in preset_items(kind, outlines, purpose=purpose)}
    if purpose is None or not is_before_offer(kind, purpose):
        assert items == {item.section: set(item.paths) for item in preset_items(kind, outlines)}
        return
    changes = items.pop(Section.ADJUSTMENTS, set())
    assert changes == ({*marked, TOLD_ON} if marked else set())
    assert items.keys() == {Section.ABOUT_ME, Section.COMMUNICATION}
    assert may_be_on(kind, purpose) == {*items, Section.ADJUSTMENTS}


@pytest.mark.parametrize(
    ("section", "row", "expected"),
    [
        (Section.ADJUSTMENTS, {"kind": "interview"}, True),
        (Section.ADJUSTMENTS, {"kind": "hours"}, False),
        (Section.ADJUSTMENTS, "interview", False),
        (Section.ADJUSTMENTS, None, False),
        (Section.PLAN, {"kind": "interview"}, False),
    ],
)
def test_a_change_of_its_own_kind_is_for_an_interview(section: Section, row: object, expected: bool) -> None:
    assert is_for_interview(section, row) is expected
