"""What people read is exactly what was disclosed: nothing withheld leaves a trace."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.catalogue import claims_of, dump_body, parse_body
from schemas.errors import SectionError
from schemas.readable import Line, Provenance, notice, readable, signed_by
from schemas.vocabulary import IssuerKind, Language, Section
from tests.schemas.strategies import bodies

any_body = st.sampled_from(Section).flatmap(
    lambda section: st.tuples(st.just(section), bodies(section).filter(lambda body: any(body.values())))
)
languages = st.sampled_from(Language)


def texts(value: Any) -> set[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        return set().union(*map(texts, value.values()))
    if isinstance(value, list):
        return set().union(*map(texts, value))
    return {value} if isinstance(value, str) else set()


def shown(lines: tuple[Line, ...]) -> str:
    return "\n".join(
        [*(line.text or "" for line in lines), *(t for line in lines for row in line.rows for _, t in row)]
    )


@given(any_body, languages, st.data())
def test_withheld_claims_leave_no_trace(
    made: tuple[Section, dict[str, Any]], language: Language, data: st.DataObject
) -> None:
    section, body = made
    body = dump_body(parse_body(section, body))
    chosen = data.draw(st.sets(st.sampled_from(sorted(body))))
    some = {name: value for name, value in body.items() if name in chosen}
    labels = {claim.label[language] for claim in claims_of(section) if some.get(claim.name)}
    assert {line.label for line in readable(section, some, language)} == labels


@given(any_body, languages, st.data())
def test_withheld_rows_leave_no_trace(
    made: tuple[Section, dict[str, Any]], language: Language, data: st.DataObject
) -> None:
    section, body = made
    body = dump_body(parse_body(section, body))
    name = data.draw(st.sampled_from(sorted(body)))
    if not isinstance(body[name], list):
        return
    kept = [row for row in body[name] if data.draw(st.booleans())]
    alone = readable(section, {name: kept}, language)
    assert [len(line.rows) for line in alone] == ([len(kept)] if kept else [])
    # Which rows stood between them changes nothing: rows read alike one by one (links to other rows of the list aside).
    one_by_one = [
        row for one in kept for line in readable(section, {name: [one]}, language) for row in line.rows
    ]
    assert [row for line in alone for row in line.rows] == one_by_one


@given(any_body, languages)
def test_every_text_that_was_disclosed_is_shown(
    made: tuple[Section, dict[str, Any]], language: Language
) -> None:
    section, body = made
    if section is Section.PLAN:
        return  # keys are not for reading; test_plan_links has the plan
    told = {
        text for text in texts(dump_body(parse_body(section, body))) if " " in text and not text[0].isdigit()
    }
    everything = shown(readable(section, body, language))
    assert [text for text in told if text not in everything] == []


def test_lines_come_in_catalogue_order_whatever_order_claims_came_in() -> None:
    claims = {"language": "cy", "name": "Siân", "date_of_birth": "1984-03-01"}
    lines = readable(Section.ABOUT_ME, claims, Language.ENGLISH)
    assert lines == (
        Line("Name I use", "Siân"),
        Line("Date of birth", "1 March 1984"),
        Line("Language I prefer", "Welsh"),
    )
    assert readable(Section.ABOUT_ME, dict(reversed(claims.items())), Language.ENGLISH) == lines


def test_values_of_closed_lists_dates_and_codes_are_put_in_words_in_welsh() -> None:
    change = {"kind": "hours", "change": "Dechrau am ddeg", "status": "in-place", "starts": "2026-10-05"}
    (line,) = readable(Section.ADJUSTMENTS, {"changes": [change]}, Language.WELSH)
    assert line.rows == (
        (
            ("Y newid", "Dechrau am ddeg"),
            ("Y sefyllfa", "Ar waith"),
            ("Yn dechrau", "5 Hydref 2026"),
            ("Math o newid", "Oriau"),
        ),
    )


def test_an_object_is_read_as_one_row() -> None:
    (line,) = readable(Section.COMMUNICATION, {"interpreter": {"code": "204331000000107"}}, Language.ENGLISH)
    assert line == Line(
        "Interpreter", None, ((("Interpreter", "British Sign Language interpreter needed"),),)
    )


OBSTACLE = {"key": "aaaaaa", "domain": "health", "obstacle": "A sore knee"}
SOLUTION = {"key": "bbbbbb", "solution": "A stool", "obstacle": "aaaaaa", "goal": "cccccc"}


def test_a_link_shows_the_row_it_points_at_and_never_a_key() -> None:
    lines = readable(Section.PLAN, {"obstacles": [OBSTACLE], "solutions": [SOLUTION]}, Language.ENGLISH)
    assert lines[1].rows == ((("Solution", "A stool"), ("For this obstacle", "A sore knee")),)
    assert "aaaaaa" not in shown(lines)


def test_a_link_to_a_row_that_was_withheld_reads_as_if_there_were_none() -> None:
    unlinked = {name: value for name, value in SOLUTION.items() if name in ("key", "solution")}
    assert readable(Section.PLAN, {"solutions": [SOLUTION]}, Language.ENGLISH) == readable(
        Section.PLAN, {"solutions": [unlinked], "obstacles": []}, Language.ENGLISH
    )


@pytest.mark.parametrize(
    "claims", [{"changes": None}, {"changes": [{}]}, {"nonsense": "x"}, {"changes": "text"}]
)
def test_claims_that_are_not_of_the_section_are_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(SectionError):
        readable(Section.ADJUSTMENTS, claims, Language.ENGLISH)


ALDER = Provenance(
    IssuerKind.ORGANISATION,
    "Alder House",
    author_name="Bethan Cole",
    author_role="Occupational therapist",
    author_registration="HCPC OT00001",
    author_organisation="Taff Valley Service",
    told_on=date(2026, 11, 3),
)
HELD = Provenance(IssuerKind.TOLD_BY_HOLDER, "Health and work passport")


@pytest.mark.parametrize(
    ("provenance", "name", "english", "welsh"),
    [
        (HELD, "Sam", "told by Sam, recorded by this service", "dywedwyd gan Sam, cofnodwyd gan y gwasanaeth hwn"),
        (
            HELD, None, "told by the person, recorded by this service",
            "dywedwyd gan y person, cofnodwyd gan y gwasanaeth hwn",
        ),
        (
            ALDER, "Sam", "signed by Bethan Cole, Occupational therapist (HCPC OT00001), Taff Valley Service",
            "llofnodwyd gan Bethan Cole, Occupational therapist (HCPC OT00001), Taff Valley Service",
        ),
        (
            Provenance(IssuerKind.ORGANISATION, "Alder House"), "Sam", "signed by Alder House",
            "llofnodwyd gan Alder House",
        ),
        (
            Provenance(IssuerKind.ORGANISATION, "Alder House", author_registration="HCPC OT00001"), None,
            "signed by (HCPC OT00001), Alder House", "llofnodwyd gan (HCPC OT00001), Alder House",
        ),
        (
            Provenance(IssuerKind.ACKNOWLEDGEMENT, "This service"), None,
            "said by an employer who is not named here, recorded by this service",
            "dywedwyd gan gyflogwr nad yw’n cael ei enwi yma, cofnodwyd gan y gwasanaeth hwn",
        ),
        (
            Provenance(IssuerKind.ACKNOWLEDGEMENT, "Workplace", author_name="Jo, Acme", author_organisation="Acme"),
            None, "said by Jo, Acme, recorded by this service",
            "dywedwyd gan Jo, Acme, cofnodwyd gan y gwasanaeth hwn",
        ),
    ],
)  # fmt: skip
def test_who_stands_behind_an_entry_is_named_as_far_as_it_was_disclosed(
    provenance: Provenance, name: str | None, english: str, welsh: str
) -> None:
    assert signed_by(provenance, name, Language.ENGLISH) == english
    assert signed_by(provenance, name, Language.WELSH) == welsh


def test_a_plan_and_its_scores_say_what_they_are_not_for() -> None:
    with_notice = {section for section in Section if notice(section, Language.ENGLISH)}
    assert with_notice == {Section.PLAN, Section.SCORES}
    assert (
        notice(Section.PLAN, Language.ENGLISH)
        == "This is not for conditionality or the Work Capability Assessment."
    )
