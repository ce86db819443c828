"""What a recipient receives does not change when only a section they may never see changes.

Pairs of passports are generated from the catalogue, so that a new section is covered on its first day. Salts are the
same for the sections both have, and signatures are deterministic: then the very bytes must be the same.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.verification import Outcome
from issuers.credential import Author
from issuers.status_list import StatusRef
from schemas.catalogue import CATALOGUE
from schemas.vocabulary import Language, Preset, RecipientKind, Section
from tests.consent_floor.passports import BODIES, CREDENTIALS, ENTRY_LIST, NOW, Passport, check, issued, salts

words = st.text(st.characters(codec="utf-8", categories=["L", "Nd"]), min_size=1, max_size=30)


def never(kind: RecipientKind) -> list[Section]:
    return [section for section, spec in CATALOGUE.items() if spec.presets[kind] is Preset.NEVER]


def rewritten(value: Any, word: str) -> Any:
    """Return a body whose free texts say something else."""
    if isinstance(value, dict):
        fixed = {"key", "domain", "measure", "on", "by", "since", "points", "phone"}
        return {name: one if name in fixed else rewritten(one, word) for name, one in value.items()}
    if isinstance(value, list):
        return [rewritten(one, word) for one in value]
    return word if isinstance(value, str) else value


@st.composite
def credential_of(draw: st.DrawFn, section: Section) -> str:
    """An entry of a section with other words, rows, author, day, index, salts and moment."""
    body = rewritten(BODIES[section], draw(words))
    for name, rows in body.items():
        if isinstance(rows, list):
            body[name] = rows * draw(st.integers(1, 4))
    return issued(
        section,
        body_as_signed=body,
        author=Author(draw(words), draw(words)) if draw(st.booleans()) else None,
        told_on=date(2026, 11, draw(st.integers(1, 20))),
        status=StatusRef(ENTRY_LIST, draw(st.integers(0, 63))),
        new_salt=salts(draw(words)),
        now=NOW - timedelta(days=draw(st.integers(1, 300))),
    )


@st.composite
def neighbours(draw: st.DrawFn, kind: RecipientKind) -> Passport:
    """The test passport with its never sections taken out or rewritten, and all entries in another order."""
    credentials = {section: text for section, text in CREDENTIALS.items() if section not in never(kind)}
    for section in draw(st.sets(st.sampled_from(never(kind)))):
        credentials[section] = draw(credential_of(section))
    order = draw(st.permutations(sorted(credentials)))
    return Passport({section: credentials[section] for section in order})


@pytest.mark.parametrize("kind", RecipientKind)
@given(st.data())
def test_not_one_byte_changes_when_only_a_never_section_changes(
    kind: RecipientKind, data: st.DataObject
) -> None:
    passport = data.draw(neighbours(kind))
    language = data.draw(st.sampled_from(Language))
    assert passport.bundle(kind, language=language) == Passport().bundle(kind, language=language)


@given(st.data(), st.sets(st.sampled_from(Section)))
def test_not_one_byte_changes_whatever_else_the_employer_is_given(
    data: st.DataObject, chosen: set[Section]
) -> None:
    kind = RecipientKind.EMPLOYER
    wanted = (chosen | {Section.ADJUSTMENTS}) - set(never(kind))
    passport = data.draw(neighbours(kind))
    assert passport.bundle(kind, wanted) == Passport().bundle(kind, wanted)


@given(st.integers(1, 8), st.integers(1, 8))
def test_the_size_of_the_signed_part_does_not_tell_how_many_rows_are_withheld(
    first: int, second: int
) -> None:
    def size(rows: int) -> int:
        body = {"changes": [{"kind": "hours", "change": str(row), "status": "asked"} for row in range(rows)]}
        return len(issued(Section.ADJUSTMENTS, body).partition("~")[0])

    assert size(first) == size(second)


def test_an_employer_receives_no_word_of_author_organisation_or_diagnosis() -> None:
    raw = Passport().bundle(
        RecipientKind.EMPLOYER, [Section.ADJUSTMENTS, Section.WORK_ADVICE, Section.ABOUT_ME]
    )
    assert check(raw).outcome is Outcome.VALID
    text = raw.decode()
    for telling in ("Stroke", "Jo Example", "therapist", "OT00000", "clinic", "Epilepsy", "01632"):
        assert telling not in text


def test_a_change_that_the_employer_may_see_does_change_the_bytes() -> None:
    credentials = {**CREDENTIALS, Section.ADJUSTMENTS: issued(Section.ADJUSTMENTS, {"changes": [
        {"kind": "hours", "change": "Another", "status": "asked"}]})}  # fmt: skip
    kind = RecipientKind.EMPLOYER
    assert Passport(credentials).bundle(kind) != Passport().bundle(kind)
