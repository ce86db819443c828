"""Turn pydantic's errors into plain English and Welsh that name the field and never repeat what was given."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from schemas.errors import Problem, SectionError
from schemas.labels import Label

M = TypeVar("M", bound=BaseModel)
_UNKNOWN: Final = "(unknown field)"

_MESSAGES: Final[dict[str, tuple[str, str, str]]] = {
    # pydantic's type or ours: (our stable code, English, Welsh); {limit} comes from the schema, never from the input
    "missing": ("missing", "is missing", "ar goll"),
    "extra_forbidden": ("unknown_field", "is not a field of this section", "nid yw’n faes yn yr adran hon"),
    "string_type": ("not_text", "must be text", "rhaid iddo fod yn destun"),
    "string_unicode": ("lone_surrogate", "must be Unicode text", "rhaid iddo fod yn destun Unicode"),
    "string_too_long": (
        "too_long",
        "must be {limit} characters or fewer",
        "rhaid iddo fod yn {limit} nod neu lai",
    ),
    "too_long": ("too_many_rows", "must have {limit} rows or fewer", "ni chaiff fod â mwy na {limit} rhes"),
    "tuple_type": ("not_a_list", "must be a list", "rhaid iddo fod yn rhestr"),
    "list_type": ("not_a_list", "must be a list", "rhaid iddo fod yn rhestr"),
    "int_type": ("not_a_number", "must be a whole number", "rhaid iddo fod yn rhif cyfan"),
    "greater_than_equal": ("too_small", "must be {limit} or more", "rhaid iddo fod yn {limit} neu fwy"),
    "less_than_equal": ("too_large", "must be {limit} or less", "rhaid iddo fod yn {limit} neu lai"),
    "enum": ("not_a_choice", "must be one of: {limit}", "rhaid iddo fod yn un o’r rhain: {limit}"),
    "literal_error": ("not_a_choice", "must be one of: {limit}", "rhaid iddo fod yn un o’r rhain: {limit}"),
    "union_tag_invalid": (
        "not_a_choice",
        "must be one of: {limit}",
        "rhaid iddo fod yn un o’r rhain: {limit}",
    ),
    "union_tag_not_found": ("missing", "must say its kind", "rhaid iddo ddweud ei fath"),
    "model_type": (
        "not_an_object",
        "must be an object with named fields",
        "rhaid iddo fod yn wrthrych â meysydd wedi’u henwi",
    ),
    "model_attributes_type": (
        "not_an_object",
        "must be an object with named fields",
        "rhaid iddo fod yn wrthrych â meysydd wedi’u henwi",
    ),
    "blank": ("blank", "must not be blank", "ni chaiff fod yn wag"),
    "lone_surrogate": ("lone_surrogate", "must be Unicode text", "rhaid iddo fod yn destun Unicode"),
    "control_character": (
        "control_character",
        "must be plain text, without control or hidden characters: type it again",
        "rhaid iddo fod yn destun plaen, heb nodau rheoli na nodau cudd: teipiwch ef eto",
    ),
    "too_many_marks": (
        "too_many_marks",
        "must not have so many accents or marks on one letter: type it again",
        "ni chaiff fod â chymaint o acenion neu farciau ar un llythyren: teipiwch ef eto",
    ),
    "not_a_date": (
        "not_a_date",
        "must be a real date, written like 2026-03-27",
        "rhaid iddo fod yn ddyddiad go iawn, wedi’i ysgrifennu fel 2026-03-27",
    ),
    "date_out_of_range": (
        "date_out_of_range",
        "must be a date between 1900 and 2199",
        "rhaid iddo fod yn ddyddiad rhwng 1900 a 2199",
    ),
    "partial_date": (
        "partial_date",
        "must be a year, a month or a day, written like 2026, 2026-03 or 2026-03-27",
        "rhaid iddo fod yn flwyddyn, yn fis neu’n ddiwrnod, wedi’i ysgrifennu fel 2026, 2026-03 neu 2026-03-27",
    ),
    "dates_reversed": (
        "dates_reversed",
        "must end on or after the day it starts",
        "rhaid iddo orffen ar y diwrnod y mae’n dechrau neu wedyn",
    ),
    "reason_missing": (
        "reason_missing",
        "must say why it was refused, or that nobody said why",
        "rhaid iddo ddweud pam y’i gwrthodwyd, neu na ddywedodd neb pam",
    ),
    "reason_unfit": (
        "reason_unfit",
        "is only for a change that was refused: clear it, or say that it was refused",
        "dim ond ar gyfer newid a wrthodwyd: cliriwch ef, neu dywedwch iddo gael ei wrthod",
    ),
    "phone": (
        "phone",
        "must be a phone number, like 01632 960001",
        "rhaid iddo fod yn rhif ffôn, fel 01632 960001",
    ),
    "email": (
        "email",
        "must be an email address, like name@example.com",
        "rhaid iddo fod yn gyfeiriad e-bost, fel enw@example.com",
    ),
    "language_tag": (
        "language_tag",
        "must be a language tag, like en, cy or bfi",
        "rhaid iddo fod yn dag iaith, fel en, cy neu bfi",
    ),
    "key": (
        "key",
        "must be 6 to 16 small letters and digits, drawn at random",
        "rhaid iddo fod yn 6 i 16 o lythrennau bach a digidau, wedi’u dewis ar hap",
    ),
    "snomed_code": (
        "snomed_code",
        "must be a SNOMED CT concept code; check its digits",
        "rhaid iddo fod yn god cysyniad SNOMED CT; gwiriwch ei ddigidau",
    ),
    "adjustment_code": (
        "adjustment_code",
        "must be a code from the reasonable adjustment list",
        "rhaid iddo fod yn god o’r rhestr addasiadau rhesymol",
    ),
    "interpreter_code": (
        "interpreter_code",
        "must be an interpreter code from the reasonable adjustment list",
        "rhaid iddo fod yn god cyfieithydd o’r rhestr addasiadau rhesymol",
    ),
    "nhs_number": (
        "nhs_number",
        "must be an NHS number of 10 digits; check its digits",
        "rhaid iddo fod yn rhif GIG o 10 digid; gwiriwch ei ddigidau",
    ),
    "ni_number": (
        "ni_number",
        "must be a National Insurance number without spaces",
        "rhaid iddo fod yn rhif Yswiriant Gwladol heb fylchau",
    ),
    "appointment_held": (
        "appointment_held",
        "is the number of an appointment that was held already",
        "yw rhif apwyntiad sydd eisoes wedi’i gynnal",
    ),
    "appointment_too_early": (
        "appointment_too_early",
        "must be on or after the last appointment",
        "rhaid iddo fod ar ddiwrnod yr apwyntiad diwethaf neu wedyn",
    ),
    "unknown_key": (
        "unknown_key",
        "must be the key of a row in this plan",
        "rhaid iddo fod yn allwedd rhes yn y cynllun hwn",
    ),
    "key_taken": (
        "key_taken",
        "must be a new key: a row has it already",
        "rhaid iddo fod yn allwedd newydd: mae gan res hi eisoes",
    ),
    "key_repeated": (
        "key_repeated",
        "must give each row a key of its own",
        "rhaid rhoi allwedd wahanol i bob rhes",
    ),
    "section_too_long": (
        "section_too_long",
        "is too long as a whole: shorten it",
        "yn rhy hir at ei gilydd: byrhewch ef",
    ),
    "needs_appointment": (
        "needs_appointment",
        "grows by appointments: send an appointment instead of a whole body",
        "yn tyfu drwy apwyntiadau: anfonwch apwyntiad yn lle corff cyfan",
    ),
    "holders_own_words": (
        "holders_own_words",
        "must not be the person’s own comment: only they can make it",
        "ni chaiff fod yn sylw’r person ei hun: dim ond nhw all ei wneud",
    ),
    "nothing_told": ("nothing_told", "must say at least one thing", "rhaid iddo ddweud o leiaf un peth"),
}
_MOST: Final = 100  # problems told at once
_OTHERWISE: Final = ("invalid", "is not as expected", "nid yw fel y disgwylid")
_LIMITS: Final = ("max_length", "ge", "le", "expected", "expected_tags")


def _limit(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    return next((str(context[name]) for name in _LIMITS if name in context), "")


def problem(path: str, kind: str, limit: str = "") -> Problem:
    """Return the problem of a kind this module has words for; any other kind is "invalid"."""
    code, en, cy = _MESSAGES.get(kind, _OTHERWISE)
    in_welsh = limit.replace(" or ", " neu ")  # pydantic lists choices in English
    return Problem(path, code, Label(en.format(limit=limit), cy.format(limit=in_welsh)))


def kind_of(error: Mapping[str, Any]) -> str:
    """Return the type of pydantic's error; a narrowed type of text is `too_long` to pydantic, as a list is."""
    kind: str = error["type"]
    of_text = error.get("ctx", {}).get("field_type") == "Value"  # else it is a Tuple, a List, a Dictionary
    return f"string_{kind}" if of_text and kind in {"too_short", "too_long"} else kind


def validated(model: type[M], data: object, *, what: str, tagged: frozenset[str] = frozenset()) -> M:
    """Return data as a model.

    `tagged` names the lists whose rows are a union: pydantic puts the kind of the row in the path, we leave it out.

    Raises:
        SectionError: pydantic refused the data; one problem per field.
    """
    try:
        return model.model_validate(data)
    except ValidationError as exc:
        error = _section_error(exc, what, tagged)
    raise error  # outside of the handler: pydantic's error holds the input, and must not follow as a context


def _section_error(error: ValidationError, what: str, tagged: frozenset[str]) -> SectionError:
    details = error.errors(include_url=False, include_input=False)
    problems = [problem(_path(one, tagged), kind_of(one), _limit(one)) for one in details[:_MOST]]
    return SectionError(f"the {what} does not fit its schema: correct the named fields", problems)


def _path(error: ErrorDetails, tagged: frozenset[str]) -> str:
    loc = error["loc"]
    if error["type"] == "extra_forbidden":  # the name of what is not known was given too
        loc = (*loc[:-1], _UNKNOWN)
    if len(loc) > 3 and loc[0] in tagged:
        loc = (*loc[:2], *loc[3:])
    return ".".join(map(str, loc))
