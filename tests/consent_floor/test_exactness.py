"""Boundaries and what is recorded, to the letter: each was a change that no other test noticed (make mutants)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consent.bundle import BUNDLE_BYTES_MAX
from consent.grant import (
    NAME_LENGTH_MAX,
    NONCE_LENGTH_MIN,
    Allowed,
    GrantError,
    GrantKind,
    Recipient,
    RefusalReason,
    Refused,
    decide,
    withdraw,
)
from consent.key_binding import KeyBinding, check_one_release
from consent.steps import passes
from consent.verification import Outcome, Refusal, Step, StepLog, StepNumber, StepResult, Verification
from issuers.sd_jwt import SdJwt
from schemas.errors import PassportError
from schemas.vocabulary import RecipientKind, Section
from tests.consent_floor.passports import (
    ENTRY_LIST,
    HOLDER_ISSUER,
    NONCE,
    NOW,
    SHARE_LIST,
    SHARE_STATUS,
    SHARE_URN,
    STATUSES,
    TRUST,
    UNBOUND,
    check,
    everything,
    presented,
)
from tests.consent_floor.test_grant import END, ITEMS, READ, START


def test_a_withdrawal_has_the_moment_it_was_made_and_ends_the_grant() -> None:
    withdrawn = withdraw(READ, now=END)
    assert withdrawn == replace(READ, revoked_at=END)
    assert decide(withdrawn, kind=GrantKind.READ, now=START) == Refused(RefusalReason.REVOKED)


def test_all_sections_of_a_grant_may_be_asked_for_by_name() -> None:
    wanted = frozenset({Section.COMMUNICATION, Section.ADJUSTMENTS})
    assert decide(READ, kind=GrantKind.READ, now=START, wanted=wanted) == Allowed(ITEMS, frozenset())
    beyond = decide(READ, kind=GrantKind.READ, now=START, wanted=wanted | {Section.WORK})
    assert beyond == Refused(RefusalReason.NOT_GRANTED)


@pytest.mark.parametrize(("name", "nonce"), [(NAME_LENGTH_MAX, NONCE_LENGTH_MIN), (1, NONCE_LENGTH_MIN + 1)])
def test_the_longest_name_and_the_shortest_nonce_are_allowed(name: int, nonce: int) -> None:
    recipient = Recipient(RecipientKind.EMPLOYER, "x" * name)
    assert len(replace(READ, recipient=recipient, nonce="n" * nonce).nonce) == nonce
    with pytest.raises(GrantError):
        Recipient(RecipientKind.EMPLOYER, "x" * (NAME_LENGTH_MAX + 1))
    with pytest.raises(GrantError):
        replace(READ, nonce="n" * (NONCE_LENGTH_MIN - 1))


def named(step: Step) -> tuple[StepNumber, StepResult, str]:
    """Return what is stable of a step, its wording aside."""
    assert step.message
    return (step.number, step.result, step.code)


def test_steps_are_recorded_in_order_with_their_results_and_codes() -> None:
    log = StepLog()
    with log.step(StepNumber.PARSE):
        pass
    with log.step(StepNumber.ISSUER):
        log.not_checked(StepNumber.ISSUER, "trust_list_stale", "it is out of date")
    with log.step(StepNumber.SIGNATURE):
        log.not_required(StepNumber.SIGNATURE, "nobody asks")
    with pytest.raises(Refusal) as caught, log.step(StepNumber.DISCLOSURES):
        raise Refusal("a_code", "why")
    assert (caught.value.code, str(caught.value)) == ("a_code", "why")
    steps = log.finish()
    assert list(map(named, steps)) == [
        (StepNumber.PARSE, StepResult.PASSED, "parse"),
        (StepNumber.ISSUER, StepResult.NOT_CHECKED, "trust_list_stale"),
        (StepNumber.SIGNATURE, StepResult.NOT_REQUIRED, "not_required"),
        (StepNumber.DISCLOSURES, StepResult.FAILED, "a_code"),
        *((number, StepResult.NOT_CHECKED, "not_reached") for number in list(StepNumber)[4:]),
    ]
    assert steps[3].message == "why"
    assert log.outcome is Outcome.REFUSED


def test_a_step_that_passes_is_recorded_under_its_name_with_its_words() -> None:
    words = {StepNumber.PARSE: "well formed", StepNumber.KEY_BINDING: "released under this share"}
    assert passes(words) == {
        StepNumber.PARSE: Step(StepNumber.PARSE, StepResult.PASSED, "parse", "well formed"),
        StepNumber.KEY_BINDING: Step(
            StepNumber.KEY_BINDING, StepResult.PASSED, "key_binding", "released under this share"
        ),
    }


def test_a_failure_replaces_what_could_not_be_checked_in_the_same_step() -> None:
    log = StepLog()
    log.not_checked(StepNumber.PARSE, "stale", "it is out of date")
    with pytest.raises(Refusal), log.step(StepNumber.PARSE):
        raise Refusal("a_code", "why")
    assert list(map(named, log.steps)) == [(StepNumber.PARSE, StepResult.FAILED, "a_code")]


def test_any_error_of_ours_becomes_a_refusal_with_its_code_and_cause() -> None:
    log = StepLog()
    error = PassportError("what was wrong")
    with pytest.raises(Refusal) as caught, log.step(StepNumber.TIMES):
        raise error
    assert (caught.value.code, str(caught.value), caught.value.__cause__) == (error.code, str(error), error)
    assert named(log.steps[0]) == (StepNumber.TIMES, StepResult.FAILED, error.code)


def test_another_error_is_a_fault_and_no_step() -> None:
    log = StepLog()
    with pytest.raises(ZeroDivisionError), log.step(StepNumber.TIMES):
        raise ZeroDivisionError
    assert log.steps == []


BINDING = KeyBinding(SHARE_URN, NONCE, NOW, SHARE_STATUS, (0, 1), "kid")


def test_one_entry_alone_is_one_release() -> None:
    assert check_one_release([BINDING]) is BINDING


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([(1, 1)], "kb_parts"),
        ([(0, 2)], "kb_parts"),
        ([None], "kb_parts"),
        ([(0, 2), (0, 2)], "kb_parts"),
        ([(1, 2), (0, 2)], "kb_parts"),
    ],
)
def test_an_entry_taken_out_or_moved_is_refused(parts: list[tuple[int, int] | None], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_one_release([replace(BINDING, part=part) for part in parts])
    assert caught.value.code == code


def test_two_entries_in_order_are_one_release_and_the_first_speaks_for_both() -> None:
    first, second = replace(BINDING, part=(0, 2)), replace(BINDING, part=(1, 2))
    assert check_one_release([first, second]) is first
    with pytest.raises(Refusal) as caught:
        check_one_release([first, replace(second, nonce="another nonce of theirs")])
    assert caught.value.code == "kb_mixed"


# The whole verification.

TEXT = presented([everything(Section.WORK)]).entries[0]


def results(found: Verification) -> dict[StepNumber, tuple[StepResult, str]]:
    """Return each step's result and code."""
    assert [step.number for step in found.steps] == list(StepNumber)
    return {step.number: (step.result, step.code) for step in found.steps}


def test_a_verified_entry_says_when_it_was_issued_and_when_it_ends() -> None:
    (entry,) = check(TEXT).entries
    assert (entry.issued_at, entry.expires_at) == (NOW - timedelta(days=1), NOW + timedelta(days=364))
    assert (entry.section, entry.issuer) == (Section.WORK, HOLDER_ISSUER)


@pytest.mark.parametrize(
    ("missing", "number"), [(ENTRY_LIST, StepNumber.ENTRY_STATUS), (SHARE_LIST, StepNumber.SHARE_STATUS)]
)
def test_a_status_that_is_not_checked_is_said_at_its_own_step_and_the_others_pass(
    missing: str, number: StepNumber
) -> None:
    found = check(TEXT, statuses={uri: one for uri, one in STATUSES.items() if uri != missing})
    assert results(found)[number][0] is StepResult.NOT_CHECKED
    others = {
        one: result for one, result in results(found).items() if one not in {number, StepNumber.READABLE}
    }
    assert {result for result, _ in others.values()} == {StepResult.PASSED}


def test_without_key_binding_the_steps_of_the_share_are_not_required() -> None:
    found = check(SdJwt.parse(TEXT).without_key_binding(), policy=UNBOUND)
    not_required = {
        number for number, (result, _) in results(found).items() if result is StepResult.NOT_REQUIRED
    }
    assert not_required == {StepNumber.KEY_BINDING, StepNumber.SHARE_STATUS, StepNumber.READABLE}
    assert found.share is None
    assert found.outcome is Outcome.VALID


def test_a_trust_list_that_is_stale_is_said_at_the_step_of_the_issuer() -> None:
    found = check(TEXT, trust=replace(TRUST, expires_at=NOW))
    assert results(found)[StepNumber.ISSUER] == (StepResult.NOT_CHECKED, "trust_list_stale")
    assert results(check(TEXT))[StepNumber.ISSUER] == (StepResult.PASSED, "issuer")


def test_what_could_not_be_checked_is_said_of_now_and_not_of_a_list() -> None:
    later = NOW + timedelta(minutes=10)
    assert check(TEXT, now=later).as_of == NOW
    found = check(TEXT, now=later, statuses={ENTRY_LIST: STATUSES[ENTRY_LIST]})
    assert (found.outcome, found.as_of) == (Outcome.NOT_CHECKED, later)


def test_a_file_may_be_as_large_as_the_cap_and_end_in_white_space() -> None:
    assert check(TEXT.ljust(BUNDLE_BYTES_MAX)).outcome is Outcome.VALID
    assert code_of(check(TEXT.ljust(BUNDLE_BYTES_MAX + 1))) == "too_large"


@pytest.mark.parametrize("around", ["\x0b", "\x0c", "\x00", "X", "\u00a0"])
def test_no_other_character_stands_before_or_after(around: str) -> None:
    for text in (around + TEXT, TEXT + around):
        assert check(text).outcome is Outcome.REFUSED


def code_of(found: Verification) -> str:
    """Return the code of the step that refused."""
    assert found.failed is not None
    return found.failed.code
