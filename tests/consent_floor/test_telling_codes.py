"""Of every reasonable adjustment code it is decided whether it tells a condition, by the rule of docs/adr/0013."""

from itertools import chain
from typing import get_args

from pydantic.fields import FieldInfo

from consent.limits import permitted
from consent.telling import Telling, tellings, tellings_in
from schemas.adjustment_codes import LANGUAGE_INTERPRETERS, TERMS
from schemas.fields import WrittenAs, marks_of
from schemas.sections.person import Communication
from schemas.telling_codes import TELLING_CODES
from schemas.telling_words import TellingKind
from schemas.vocabulary import RecipientKind, Section

# What to arrange, and at most that hearing, sight, speech, reading or understanding needs it. A code that is neither
# here nor in the table is not decided, and this test fails.
SAYS_WHAT_TO_ARRANGE = """
441092009 719369003 520471000000105 520491000000109 1082691000000101 1082681000000103 225834007 225833001 288595009
761541000000100 716524009 415803005 445129003 445121000 1077121000000101 1082531000000103 198061000000105 719363002
445143008 719364008 445076009 719370002 288583009 1082541000000107 720462004 837341000000108 719393008 719373000
404903008 445123002 719754002 288601001 716537007 762361000000101 225835008 945911000000109 945891000000106 719563003
966401000000100 945931000000101 936741000000100 936721000000107 936701000000103 795661000000104 796081000000106
719561001 945971000000104 945951000000108 719758004 936581000000101 936661000000109 796161000000101 936601000000105
945751000000106 936621000000101 936681000000100 795801000000104 795731000000104 795691000000105 945691000000105
367741000000102 985021000000106 957331000000109 957351000000102 957371000000106 307089001 311540003 311543001
1108141000000108 1108121000000101 737350008 1108131000000104 1325421000000100 1108151000000106 955771000000100
954871000000106 315594003 1325861000000105 314434008 314435009 1108171000000102 1325341000000101 1325351000000103
1325371000000107 1325361000000100 1325841000000109 1108161000000109 246622003 247994001 1325381000000109
1325391000000106 1108191000000103 1108111000000107
"""
TELLING_INTERPRETERS = {"945731000000104", "945711000000107", "204341000000103"}


def test_every_code_is_decided_once() -> None:
    arranging = set(SAYS_WHAT_TO_ARRANGE.split())
    assert arranging | set(TELLING_CODES) | LANGUAGE_INTERPRETERS == set(TERMS)
    assert not arranging & set(TELLING_CODES)
    assert LANGUAGE_INTERPRETERS & set(TELLING_CODES) == TELLING_INTERPRETERS


def test_a_code_whose_term_names_a_condition_tells_it() -> None:
    named = {code for code, term in TERMS.items() if tellings_in(term)}
    assert sorted(named - set(TELLING_CODES)) == []


def test_a_code_is_found_where_it_stands() -> None:
    claims = {"interpreter": {"code": "204341000000103", "note": "for interviews"}}
    assert tellings(claims) == (Telling("interpreter/code", 0, 15, TellingKind.CONDITION),)
    assert tellings({"interpreter": {"code": "204331000000107"}}) == ()


def test_an_employer_gets_the_interpreter_and_no_other_code() -> None:
    codes = [name for name in ("interpreter", "needs") if has_code(Communication.model_fields[name])]
    assert codes == ["interpreter", "needs"]
    assert [name for name in codes if permitted(RecipientKind.EMPLOYER, Section.COMMUNICATION, name)] == [
        "interpreter"
    ]


def has_code(field: FieldInfo) -> bool:
    part = next(
        one for one in chain(get_args(field.annotation), [field.annotation]) if hasattr(one, "model_fields")
    )
    return WrittenAs.ADJUSTMENT in marks_of(part.model_fields["code"])
