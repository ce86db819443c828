"""However a name is typed, broken, joined or misspelt by one slip, it is found; what only looks like one is not."""

import re
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consent.telling import tellings_in
from consent.telling_misspelt import meant
from consent.telling_terms import listed_terms
from schemas.telling_conditions import CONDITIONS
from schemas.telling_medicines import MEDICINES
from schemas.telling_words import NOT_MISSPELT

ROOT = Path(__file__).parents[2]


def found(text: str) -> list[str]:
    return [text[one.start : one.end] for one in tellings_in(text)]


def styled(text: str, a: int) -> str:
    """Return small letters as the 26 from code point `a` on; the rest as it is."""
    return "".join(chr(ord(one) - ord("a") + a) if "a" <= one <= "z" else one for one in text)


WRITTEN = [
    ("I have multiple\nsclerosis now", "multiple\nsclerosis"),
    ("I have multiple\r\nsclerosis now", "multiple\r\nsclerosis"),
    ("my motor neurone\n disease", "motor neurone\n disease"),
    ("my depres-\nsion", "depres-\nsion"),
    ("my depres-\r\n  sion", "depres-\r\n  sion"),
    ("I self-\nharm", "self-\nharm"),
    ("epilepsy-\nrelated", "epilepsy"),
    ("de\u00adpres\u00adsion", "de\u00adpres\u00adsion"),
    ("dep\u200bres\u200dsion\u2060", "dep\u200bres\u200dsion"),
    ("multiple\u200bsclerosis", "multiple\u200bsclerosis"),
    ("sertraline\u200bhelps", "sertraline"),
    ("multiple\u00a0\u200bsclerosis", "multiple\u00a0\u200bsclerosis"),
    (styled("depression", 0xFF41), styled("depression", 0xFF41)),  # full width
    (styled("depression", 0x1D41A), styled("depression", 0x1D41A)),  # mathematical bold
    ("\uff2d\uff33", "\uff2d\uff33"),  # full width MS
    ("depre\u0301ssion", "depre\u0301ssion"),
    ("Œdema and fœtal alcohol", "fœtal alcohol"),
    ("I have M.S. and rest", "M.S."),
    ("I have M.E. and rest", "M.E."),
    ("I had T.B. once", "T.B."),
    ("M.E.", "M.E."),
    ("my p.t.s.d", "p.t.s.d"),
    ("sertraline50mg", "sertraline"),
    ("50mgsertraline, 50sertraline", "sertraline"),
    ("type2 diabetes", "type2 diabetes"),
    ("Prozac™ 20", "Prozac"),
    ("#LongCovid", "LongCovid"),
    ("cerebralpalsy", "cerebralpalsy"),
    *((f"my Crohn{mark}s", f"Crohn{mark}s") for mark in "'’‘´`′ʼʹ‛＇"),  # noqa: RUF001
]


@pytest.mark.parametrize(("text", "words"), WRITTEN, ids=ascii)
def test_a_name_is_found_however_it_is_written(text: str, words: str) -> None:
    assert found(text) == [words]


NOT_WRITTEN = """
Ms Jones and ms Smith, at ME14 1AA and in 2 MS forms
2TB and 16 TB and a TB drive
I.e. this, e.g. that, at 9 a.m. in the U.K., by J.S. Smith
It is a pain. Clinic letters help
""".strip().splitlines()


@pytest.mark.parametrize("text", [*NOT_WRITTEN, "It is a pain\n\nClinic letters help"])
def test_what_only_looks_like_a_name_is_not_found(text: str) -> None:
    assert found(text) == []


def _words(terms: str) -> list[str]:
    return [" ".join(term.split()) for term in terms.split(",") if term.strip()]


NAMES = [name for name in _words(f"{CONDITIONS}, {MEDICINES}") if re.search("[a-z]{2}", name)]
WITHIN = ["\u00ad", "\u200b", "\u200d", "\u2060", "-\n", "-\r\n ", "\u200b\u00ad"]  # between two letters
BETWEEN = ["\n", "\r\n", "  ", "\u00a0", "-", "\u2011", " \u200b", "/", "_", "\t"]  # instead of a space
STYLES: list[Callable[[str], str]] = [
    str,
    str.upper,
    lambda text: styled(text, 0xFF41),
    lambda text: re.sub("'", "\u00b4", text),
]


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(NAMES), st.sampled_from(STYLES), st.sampled_from(["", "50", "5mg"]))
def test_no_noise_in_any_listed_name_hides_it(
    data: st.DataObject, name: str, style: Callable[[str], str], number: str
) -> None:
    places = [place for place in range(1, len(name)) if name[place - 1 : place + 1].isalpha()]
    place = data.draw(st.sampled_from(places))
    gap, noise = data.draw(st.sampled_from(BETWEEN)), data.draw(st.sampled_from(WITHIN))
    noisy = name[:place].replace(" ", gap) + noise + name[place:].replace(" ", gap)
    assert found(f"so {style(noisy)}{number}, yes")


PLAIN = (
    "I lose the thread when several people talk at once, so please send questions the day before. A desk in a quiet"
    " room, away from the kitchen and the printer. Stairs are hard for me. Mae angen desg dawel arnaf cyn y cyfarfod."
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(1, len(PLAIN) - 1), st.sampled_from([*WITHIN, *BETWEEN])), max_size=6))
def test_noise_makes_no_name_of_other_words(noise: list[tuple[int, str]]) -> None:
    text = PLAIN
    for place, mark in sorted(noise, reverse=True):
        text = text[:place] + mark + text[place:]
    assert found(text) == []


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("ms. -\n\u200b'a\u00e9\u20192\u0301deafness"), max_size=60))
@example("deaf-\nness ms")
def test_places_are_in_order_however_a_text_is_read(text: str) -> None:
    places = [place for one in tellings_in(text) for place in (one.start, one.end)]
    assert places == sorted(places)


SLIPS = """
diabeties, epilepsey, depresssion, diabets, epilespy, depresion, fibromyalgja, schizophenia, endometriosos, arthrits,
sertaline, venlaflaxine, amitriptilin, gabapentn, levothyroxin, methotrexat, citaloprams, claustrophobic, diabetus
"""


def test_one_slip_in_a_long_name_is_found_and_two_or_one_in_a_short_name_are_not() -> None:
    assert [slip for slip in _words(SLIPS) if found(f"my {slip} then") != [slip]] == []
    assert [slip for slip in ("dyibates", "gaut", "strike", "asthme", "dpresin") if found(slip)] == []


def test_each_word_that_is_no_slip_is_left_alone_and_would_be_taken_for_one() -> None:
    ordinary = _words(NOT_MISSPELT)
    assert [word for word in ordinary if found(f"the {word} and")] == []
    assert [word for word in ordinary if meant(word, listed_terms().long_names) is None] == []


# Health words that stand in these texts, one slip away from a listed name.
MEANT = {"swmatriptan"}


def _ordinary_words() -> Iterator[str]:
    """Yield the long words of what people read of this product, in both languages."""
    texts = (
        ROOT.glob("*.md"),
        ROOT.glob("docs/**/*.md"),
        ROOT.glob("passport/templates/**/*.html"),
        ROOT.glob("passport/locale/cy/*.po"),
        ROOT.glob("examples/**/*.json"),
    )
    for path in chain(*texts):
        yield from re.findall(r"[a-zâêîôûŵŷ]{7,}", path.read_text(encoding="utf-8").lower())


def test_no_ordinary_word_of_our_texts_is_taken_for_a_slip() -> None:
    known = listed_terms().first
    words = {word for word in _ordinary_words() if word not in known}
    assert len(words) > 1000
    assert {word for word in words if found(word)} <= MEANT


HOSTILE = [
    "x",
    "a'",
    "m.",
    "a-\n",
    "de\u00adpres-\n",
    "\u200b",
    "have ",
    "\n \n",
    "i have fits and ",
    "depresssioon ",
]


@pytest.mark.parametrize("part", HOSTILE, ids=ascii)
def test_a_long_text_of_any_kind_is_read_in_milliseconds(part: str) -> None:
    text = (part * 20_000)[:20_000]
    tellings_in("x")  # the words are prepared once
    started = time.process_time()
    tellings_in(text)
    assert time.process_time() - started < 0.15  # a tenth of it on an idle machine
