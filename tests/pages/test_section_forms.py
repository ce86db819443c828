"""Every section can be told in a form: what is drawn and sent back says the same, and no input's name can do harm."""

import itertools
import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from passport.appointment_form import AppointmentForm
from passport.form_errors import form_errors
from passport.forms import FormField, begun, form_fields, read_form, reshape, shapes, with_keys
from passport.web.forms import MAX_FIELDS, Form
from schemas.catalogue import CATALOGUE, dump_body, parse_body
from schemas.errors import SectionError
from schemas.fields import MAX_ROWS
from schemas.sections.work import ChangeStatus
from schemas.signed_only import check_told
from schemas.vocabulary import AuthorKind, Language, Section
from tests.pages.filling import sent
from tests.schemas.strategies import bodies

FORMS = sorted(Section)
MODELS: list[type[BaseModel]] = [*(spec.model for spec in CATALOGUE.values()), AppointmentForm]
LANGUAGES = st.sampled_from(Language)
CHANGE = {"barrier": "noise", "change": "a quiet room", "kind": "place", "status": "asked"}
NAMES = ["changes", "changes-0", "changes-0-", "changes--1-change", "changes-٣-change", "changes-1e3-change",
         "changes-9999-change", "changes-0-changes-0-change", "__class__", "changes-0-__class__", "", "-",
         "changes-0-starts-day", "key", "changes-0-key", "add", "remove"]  # fmt: skip


def drawn(section: Section, body: dict[str, Any], language: Language = Language.ENGLISH) -> list[FormField]:
    return list(form_fields(CATALOGUE[section].model, body, language=language, errors={}))


def told(section: Section, body: dict[str, Any]) -> dict[str, Any]:
    """Return a body as its schema keeps it, without keys that point at no row: no form can offer those."""
    model = CATALOGUE[section].model
    return dict(dump_body(model.model_validate(_without_loose_ends(model, body, body))))


def _without_loose_ends(model: type[BaseModel], part: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    kept = {}
    for shape in shapes(model):
        value = part.get(shape.name)
        if shape.kind == "rows" and shape.part is not None:
            value = [_without_loose_ends(shape.part, row, body) for row in value or ()]
        if shape.points_at and value not in [row["key"] for row in body.get(shape.points_at.claim, [])]:
            value = None
        if value not in (None, [], {}):
            kept[shape.name] = value
    return kept


@given(st.data(), st.sampled_from(FORMS), LANGUAGES)
def test_a_form_that_is_sent_back_untouched_says_the_same(
    data: st.DataObject, section: Section, language: Language
) -> None:
    body = data.draw(bodies(section))
    fields = drawn(section, body, language)
    values = Form({name: (value.replace("\r\n", "\n"),) for name, value in sent(fields).items()}).values
    again = read_form(CATALOGUE[section].model, values)
    assert told(section, again) == told(section, body)


@given(st.data(), st.sampled_from(FORMS))
def test_to_add_a_row_and_remove_it_changes_nothing(data: st.DataObject, section: Section) -> None:
    model = CATALOGUE[section].model
    body = read_form(model, sent(drawn(section, data.draw(bodies(section)))))
    for shape in (shape for shape in shapes(model) if shape.kind == "rows"):
        rows = len(body.get(shape.name, []))
        longer = reshape(model, body, add=shape.name, remove=None)
        assert len(longer[shape.name]) == rows + 1
        assert read_form(model, sent(drawn(section, longer))) == body  # a blank row says nothing
        shorter = reshape(model, longer, add=None, remove=f"{shape.name}-{rows}")
        assert {name: value for name, value in shorter.items() if value} == body


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_the_row_whose_button_was_pressed_goes_even_beside_a_blank_one(gone: int) -> None:
    rows = [CHANGE, {}, CHANGE | {"barrier": "stairs"}]
    model = CATALOGUE[Section.ADJUSTMENTS].model
    typed = read_form(model, sent(drawn(Section.ADJUSTMENTS, {"changes": rows})), blank_rows=True)
    assert typed["changes"] == rows
    left = reshape(model, typed, add=None, remove=f"changes-{gone}")["changes"]
    assert left == [row for at, row in enumerate(rows) if at != gone]


def test_no_row_is_added_to_a_full_list() -> None:
    full = {"changes": [CHANGE] * MAX_ROWS}
    assert reshape(CATALOGUE[Section.ADJUSTMENTS].model, full, add="changes", remove=None) == full


@given(st.data(), st.sampled_from(FORMS))
def test_a_list_that_is_all_of_its_section_begins_with_a_blank_row(
    data: st.DataObject, section: Section
) -> None:
    model = CATALOGUE[section].model
    told = read_form(model, sent(drawn(section, data.draw(bodies(section)))))
    assert begun(model, told) == told or not any(told.values())
    blank = begun(model, {})
    assert blank in ({}, {shapes(model)[0].name: [{}]})
    assert read_form(model, sent(drawn(section, blank))) == {}


@pytest.mark.parametrize("button", ["", "changes", "changes-", "changes-x", "changes-99", "name-0", "-", "٣"])
def test_a_button_that_is_not_on_the_page_changes_nothing(button: str) -> None:
    body = {"changes": [CHANGE]}
    model = CATALOGUE[Section.ADJUSTMENTS].model
    assert reshape(model, body, add=None, remove=button) == body
    assert reshape(model, body, add=f"{button}?", remove=None) == body


@given(st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=30)), st.text(max_size=40)))
def test_whatever_inputs_are_called_a_form_is_read_or_refused_as_a_section(form: dict[str, str]) -> None:
    body = read_form(CATALOGUE[Section.ADJUSTMENTS].model, form)
    assert body.keys() <= {"changes"}
    for row in body.get("changes", []):
        assert row.keys() <= {shape.name for shape in shapes(CHANGE_MODEL)}
    with suppress(SectionError):
        parse_body(Section.ADJUSTMENTS, body)


CHANGE_MODEL = next(s.part for s in shapes(CATALOGUE[Section.ADJUSTMENTS].model) if s.part)


def test_numbers_that_are_none_of_ours_are_no_rows() -> None:
    form = {f"changes-{at}-change": "x" for at in ("-1", "٣", "1e3", "9999", "", " 2", "0x1")}
    assert read_form(CATALOGUE[Section.ADJUSTMENTS].model, form) == {}


def test_rows_with_gaps_between_their_numbers_keep_their_order() -> None:
    form = {f"changes-{at}-change": f"change {at}" for at in (7, 500, 0)}
    rows = read_form(CATALOGUE[Section.ADJUSTMENTS].model, form)["changes"]
    assert [row["change"] for row in rows] == ["change 0", "change 7", "change 500"]


def test_one_row_too_many_is_noticed_and_the_rest_is_not_read() -> None:
    form = {f"changes-{at}-{name}": text for at in range(900) for name, text in CHANGE.items()}
    model = CATALOGUE[Section.ADJUSTMENTS].model
    body = read_form(model, form)
    assert len(body["changes"]) == MAX_ROWS + 1
    with pytest.raises(SectionError) as refused:
        parse_body(Section.ADJUSTMENTS, body)
    assert list(form_errors(model, refused.value, Language.ENGLISH)) == ["changes"]


def test_an_error_names_its_input_and_says_what_to_do() -> None:
    model = CATALOGUE[Section.ADJUSTMENTS].model
    wrong = {"changes": [CHANGE | {"starts": "2026-02-30", "barrier": "x" * 5000}, {"barrier": "noise"}]}
    with pytest.raises(SectionError) as refused:
        parse_body(Section.ADJUSTMENTS, wrong)
    english = form_errors(model, refused.value, Language.ENGLISH)
    assert english["changes-0-starts"] == "Starts: enter a real date, such as 27 3 2026"
    assert english["changes-1-change"] == "Fill in: The change"
    assert re.fullmatch(
        r"What gets in the way: must be \d+ characters or fewer", english["changes-0-barrier"]
    )
    welsh = form_errors(model, refused.value, Language.WELSH)
    assert welsh["changes-1-change"] == "Llenwch: Y newid"


@pytest.mark.parametrize("status", ChangeStatus)
def test_a_refusal_alone_is_told_with_its_reason(status: ChangeStatus) -> None:
    model, bare = CATALOGUE[Section.ADJUSTMENTS].model, CHANGE | {"status": status}
    fit, unfit = bare, bare | {"reason": "Cost"}
    if status is ChangeStatus.REFUSED:
        fit, unfit = unfit, fit
    check_told(parse_body(Section.ADJUSTMENTS, {"changes": [fit]}))
    with pytest.raises(SectionError) as wrong:
        check_told(parse_body(Section.ADJUSTMENTS, {"changes": [CHANGE, unfit]}))
    for language, label in (
        (Language.ENGLISH, "The reason given: "),
        (Language.WELSH, "Y rheswm a roddwyd: "),
    ):
        ((name, message),) = form_errors(model, wrong.value, language).items()
        assert (name, message.startswith(label)) == ("changes-1-reason", True)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_longest_form_can_be_sent(model: type[BaseModel]) -> None:
    full: dict[str, Any] = {shape.name: [{}] * MAX_ROWS for shape in shapes(model) if shape.kind == "rows"}
    fields = form_fields(model, full, language=Language.ENGLISH, errors={})
    assert len(sent(fields)) + MAX_ROWS * 5 < MAX_FIELDS  # and a key for each row


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("language", Language)
def test_every_input_has_a_label_and_a_name_of_its_own(model: type[BaseModel], language: Language) -> None:
    body: dict[str, Any] = {shape.name: [{}, {}] for shape in shapes(model) if shape.kind == "rows"}
    fields = list(_all(form_fields(model, body, language=language, errors={})))
    assert [field.name for field in fields if field.kind != "key" and not field.label] == []
    names = [field.name for field in fields]
    assert len(set(names)) == len(names)


def _all(fields: Any) -> Any:
    for field in fields:
        yield field
        yield from _all(itertools.chain(field.parts, *field.rows))


@pytest.mark.parametrize(
    ("typed", "read", "shown_again"),
    [
        (("5", "3", "2026"), "2026-03-05", ("5", "3", "2026")),
        (("05", "03", "2026"), "2026-03-05", ("5", "3", "2026")),
        (("", "3", "2026"), "2026-03", ("", "3", "2026")),
        (("", "", "2026"), "2026", ("", "", "2026")),
        (("5", "", ""), "--05", ("5", "", "")),
        (("5", "", "2026"), "2026--05", ("5", "", "2026")),
        (("31", "2", "2026"), "2026-02-31", ("31", "2", "2026")),
        (("5", "March", "2026"), "2026-March-05", ("5", "March", "2026")),
        (("5-6", "3", "2026"), "2026-03-5-6", ("5-6", "3", "2026")),
        (("", "", ""), None, ("", "", "")),
    ],
)
def test_a_date_is_read_as_far_as_it_was_typed_and_shown_again_as_it_was(
    typed: tuple[str, ...], read: str | None, shown_again: tuple[str, ...]
) -> None:
    form = dict(zip(("diary-0-on-day", "diary-0-on-month", "diary-0-on-year"), typed, strict=True))
    body = read_form(CATALOGUE[Section.DIARY].model, form | {"diary-0-text": "x"})
    assert body["diary"][0].get("on") == read
    on = next(field for field in drawn(Section.DIARY, body)[0].rows[0] if field.kind == "date")
    assert tuple(on.date_parts.values()) == shown_again


def test_a_line_feed_in_a_text_of_one_line_is_a_space() -> None:
    form = {"skills-0-skill": "Reading\ndrawings", "hoped_for": "First line\nsecond line"}
    body = read_form(CATALOGUE[Section.WORK].model, form)
    assert body == {"skills": [{"skill": "Reading drawings"}], "hoped_for": "First line\nsecond line"}


def test_a_browser_may_fill_in_what_is_about_the_person_who_types_and_nothing_else() -> None:
    def purposes(section: Section) -> set[str]:
        body: dict[str, Any] = {s.name: [{}] for s in shapes(CATALOGUE[section].model) if s.kind == "rows"}
        return {field.autocomplete for field in _all(drawn(section, body)) if field.autocomplete}

    assert purposes(Section.ABOUT_ME) == {"name", "bday", "tel", "email", "street-address", "language"}
    assert not any(purposes(section) for section in Section if section is not Section.ABOUT_ME)


def test_keys_are_drawn_for_rows_that_have_none_and_kept_where_they_are() -> None:
    model = CATALOGUE[Section.PLAN].model
    body = {
        "goals": [{"goal": "walk"}, {"key": "abc123", "goal": "read"}],
        "explored_none": [{"domain": "work"}],
    }
    keyed = with_keys(model, body, new_key=lambda: "new456")
    assert [row["key"] for row in keyed["goals"]] == ["new456", "abc123"]
    assert keyed["explored_none"] == body["explored_none"]


def test_a_row_can_point_only_at_rows_that_say_something() -> None:
    body = {"obstacles": [{"key": "aaaaaa", "obstacle": "stairs"}, {"key": "bbbbbb"}], "solutions": [{}]}
    solutions = next(field for field in drawn(Section.PLAN, body) if field.name == "solutions")
    obstacle = next(field for field in solutions.rows[0] if field.name == "solutions-0-obstacle")
    assert [(choice.value, choice.text) for choice in obstacle.choices] == [("aaaaaa", "stairs")]


@pytest.mark.parametrize("section", [s for s in Section if AuthorKind.HOLDER in CATALOGUE[s].authors])
def test_an_error_stands_at_an_input_that_is_on_the_page(section: Section) -> None:
    model = CATALOGUE[section].model
    blank: dict[str, Any] = {"rows": [{}], "group": {}}
    wrong = {shape.name: blank.get(shape.kind, "\x00") for shape in shapes(model)}
    with pytest.raises(SectionError) as refused:
        parse_body(section, wrong)
    names = {field.name for field in _all(drawn(section, wrong))} | _rows_of(wrong)
    errors = form_errors(model, refused.value, Language.ENGLISH)
    assert set(errors) <= names
    assert all(
        ": " in text for name, text in errors.items() if not name.endswith("-key")
    )  # no one types keys


def _rows_of(body: dict[str, Any]) -> set[str]:
    return {f"{name}-0" for name, value in body.items() if isinstance(value, list)}
