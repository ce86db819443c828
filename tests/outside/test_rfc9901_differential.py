"""Differential fuzz: random valid and broken SD-JWTs, judged by us and by others. Any disagreement is listed, or fails.

`make judges` draws more of them and writes docs/judges.md.
"""

from random import Random
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.outside import npm
from tests.outside.all_cases import CASES
from tests.outside.cases import Case
from tests.outside.disagreements import LISTED
from tests.outside.drafts import HASHES, draft
from tests.outside.judges import JUDGES, ours

# Of each case: 4 at the desk, 40 in the thorough profile (HYPOTHESIS_PROFILE=thorough).
EXAMPLES: Final = max(3, settings().max_examples // 25)
SEEDS: Final = range(2)  # of each case, for judges that take a batch

randoms = st.randoms(use_true_random=False)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
@settings(max_examples=EXAMPLES)
@given(rng=randoms)
def test_rfc9901_we_answer_as_the_clause_demands_and_whoever_does_not_is_listed(
    case: Case, rng: Random
) -> None:
    text = case.text(rng)
    mine = ours(text, bound=case.bound)
    assert (mine is not None) is case.accepted, case.clause
    for name, judge in JUDGES.items():
        theirs = judge.judge(text, case.bound)
        agrees = (theirs is None) is (mine is None)
        assert agrees is (case.name not in LISTED[name]), f"{name}, {case.name}: {case.clause}"
        if mine is not None and theirs is not None:
            assert theirs == mine, name


@settings(max_examples=10 * EXAMPLES)
@given(rng=randoms, hash_name=st.sampled_from(sorted(HASHES)))
def test_rfc9901_whatever_was_hidden_and_shown_all_judges_read_what_was_told(
    rng: Random, hash_name: str
) -> None:
    drafted = draft(rng, hash_name)
    text = drafted.text()
    assert ours(text, bound=True) == drafted.claims
    for name, judge in JUDGES.items():
        if hash_name in judge.hashes:
            assert judge.judge(text, True) == drafted.claims, name


@pytest.mark.node
def test_rfc9901_the_npm_judge_agrees_or_its_disagreement_is_listed() -> None:
    drawn = [(case, case.text(Random(f"{case.name} {seed}"))) for case in CASES.values() for seed in SEEDS]
    answers = npm.judged([(text, case.bound) for case, text in drawn])
    for (case, text), theirs in zip(drawn, answers, strict=True):
        mine = ours(text, bound=case.bound)
        agrees = (theirs is None) is (mine is None)
        assert agrees is (case.name not in LISTED[npm.NAME]), f"{case.name}: {case.clause}"
        assert theirs is None or mine is None or theirs == mine, case.name


def test_rfc9901_every_listed_disagreement_is_of_a_case() -> None:
    assert LISTED.keys() == {*JUDGES, npm.NAME}
    assert frozenset().union(*LISTED.values()) <= CASES.keys()


def test_rfc9901_the_same_seed_gives_the_same_draft() -> None:
    one, other = draft(Random(7)), draft(Random(7))
    assert (one.payload, one.disclosures, one.claims) == (other.payload, other.disclosures, other.claims)
