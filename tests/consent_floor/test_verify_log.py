"""An exported access log is verified in numbered steps; whatever is altered is refused with its step and code."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.access_event import commitment
from consent.access_log import verify_export
from consent.checkpoint import Checkpoint, verify_checkpoint
from consent.log_export import ExportedEvent, ExportFormatError, LogExport, Opening, Place, decode_export
from consent.log_verification import ChainHead, LogStepNumber, LogVerification, log_does_not_prove
from consent.merkle import leaf_hash
from consent.signed_note import sign_note
from consent.verification import Outcome, StepResult
from issuers.encoding import decode_json_object, encode_json
from schemas.vocabulary import Language
from tests.consent_floor.logging_passport import (
    ENTRIES,
    NEIGHBOUR,
    ORIGIN,
    OURS,
    PASSPORT,
    SIGNER,
    STRANGER,
    THEIRS,
    Recorded,
    checkpoint_of,
    exported,
    note_of,
    recorded,
)

EXPORT = exported()
RAW = EXPORT.encode()
PARSE, CHECKPOINTS, GROWTH, KNOWN, CHAIN, HEAD, CONTENT, PLACE = LogStepNumber
ANOTHER = leaf_hash(b"never in the tree")


def check(export: LogExport | bytes, **known: Any) -> LogVerification:
    raw = export if isinstance(export, bytes) else export.encode()
    return verify_export(raw, SIGNER.key, **known)


def with_event(index: int, **changes: Any) -> LogExport:
    events = list(EXPORT.events)
    events[index] = replace(events[index], **changes)
    return replace(EXPORT, events=tuple(events))


def opening(index: int) -> Opening:
    found = EXPORT.events[index].opening
    assert found is not None
    return found


def place(index: int) -> Place:
    found = EXPORT.events[index].place
    assert found is not None
    return found


def members(**changes: Any) -> bytes:
    return encode_json({**decode_json_object(RAW), **changes})


def event_members(**changes: Any) -> bytes:
    events = decode_json_object(RAW)["events"]
    first = {name: value for name, value in {**events[0], **changes}.items() if value is not ...}
    return members(events=[first, *events[1:]])


# What stands


def test_a_whole_log_verifies_and_says_what_happened() -> None:
    answer = check(EXPORT)
    assert answer.outcome is Outcome.VALID
    assert [event.event for event in answer.events] == [each.event for each in OURS]
    assert [event.position for event in answer.events] == [0, 2, 4, 6, 8, 10]
    assert (answer.passport, answer.unreadable, answer.failed) == (PASSPORT, 0, None)
    assert answer.checkpoint == checkpoint_of(ENTRIES)
    assert answer.head == ChainHead(6, OURS[-1].head)


def test_the_steps_that_nobody_asked_for_say_so() -> None:
    results = {step.number: step.result for step in check(EXPORT).steps}
    assert results.pop(KNOWN) is StepResult.NOT_REQUIRED
    assert results.pop(HEAD) is StepResult.NOT_REQUIRED
    assert set(results.values()) == {StepResult.PASSED}
    assert len(results) == 6


def test_a_file_comes_back_as_it_was_written() -> None:
    assert decode_export(RAW) == EXPORT


@given(st.integers(0, 6), st.lists(st.integers(0, 12), min_size=1, max_size=4))
def test_whatever_the_log_held_when_it_was_exported_it_stands(count: int, sizes: list[int]) -> None:
    answer = check(exported(chain=OURS[:count], sizes=tuple(sorted(sizes))))
    pending = count * 2 - 1 > max(sizes)
    assert answer.outcome is (Outcome.NOT_CHECKED if pending else Outcome.VALID)
    assert len(answer.events) == count


def test_events_that_are_not_in_the_tree_yet_leave_it_open() -> None:
    answer = check(exported(sizes=(4, 7)))
    assert answer.outcome is Outcome.NOT_CHECKED
    assert answer.steps[-1].code == "event_pending"
    assert [event.position for event in answer.events] == [0, 2, 4, 6, None, None]


def test_an_erased_log_stands_and_nobody_can_read_it() -> None:
    answer = check(exported(erased=range(1, 7)))
    assert answer.outcome is Outcome.VALID
    assert answer.unreadable == len(answer.events) == 6
    assert [event.position for event in answer.events] == [0, 2, 4, 6, 8, 10]
    assert answer.steps[CONTENT - 1].code == "events_erased"


def test_content_left_out_for_some_events_is_not_taken_for_erasure() -> None:
    answer = check(exported(erased=[2]))
    assert answer.outcome is Outcome.NOT_CHECKED
    assert answer.steps[CONTENT - 1].code == "event_unreadable"
    assert answer.events[1].event is None


# What the holder kept


@pytest.mark.parametrize("size", [0, 4, 7, 12])
def test_a_log_that_grew_from_what_was_kept_stands(size: int) -> None:
    known = checkpoint_of(ENTRIES[:size])
    head = ChainHead(2, OURS[1].head)
    assert check(EXPORT, known_checkpoint=known, known_head=head).outcome is Outcome.VALID


def test_the_answer_of_one_export_is_what_the_next_is_held_to() -> None:
    before = check(exported(chain=OURS[:3], sizes=(7,)))
    after = check(EXPORT, known_checkpoint=before.checkpoint, known_head=before.head)
    assert after.outcome is Outcome.VALID
    assert {step.result for step in after.steps} == {StepResult.PASSED}


def test_a_kept_checkpoint_that_nothing_leads_on_from_leaves_it_open() -> None:
    answer = check(EXPORT, known_checkpoint=checkpoint_of(ENTRIES[:5]))
    assert answer.outcome is Outcome.NOT_CHECKED
    assert answer.steps[KNOWN - 1].code == "checkpoint_unproven"
    assert answer.events


FORKED = [*ENTRIES[:3], ANOTHER, *ENTRIES[4:]]


@pytest.mark.parametrize(
    ("known", "code"),
    [
        (Checkpoint("other.example/log", 4, checkpoint_of(ENTRIES[:4]).root), "checkpoint_origin"),
        (checkpoint_of([*ENTRIES, ANOTHER]), "checkpoint_smaller"),
        (checkpoint_of(FORKED[:4]), "checkpoint_fork"),
        (checkpoint_of(FORKED), "checkpoint_fork"),
    ],
)
def test_a_log_that_is_not_the_one_that_was_kept_is_refused(known: Checkpoint, code: str) -> None:
    failed = check(EXPORT, known_checkpoint=known).failed
    assert failed is not None
    assert (failed.number, failed.code) == (KNOWN, code)


@pytest.mark.parametrize(
    ("known", "code"),
    [
        (ChainHead(7, ANOTHER), "chain_cut"),
        (ChainHead(6, ANOTHER), "chain_rewritten"),
        (ChainHead(3, THEIRS[2].head), "chain_rewritten"),
        (ChainHead(0, ANOTHER), "chain_rewritten"),
    ],
)
def test_a_chain_that_does_not_go_on_from_where_it_was_is_refused(known: ChainHead, code: str) -> None:
    failed = check(EXPORT, known_head=known).failed
    assert failed is not None
    assert (failed.number, failed.code) == (HEAD, code)


# What is altered


def told_differently() -> LogExport:
    event = replace(OURS[2].event, kind="told")
    return with_event(2, opening=Opening(event.encode(), OURS[2].salt))


def recorded_again_from_the_third() -> list[Recorded]:
    """A service that rewrites the third event, and with it the chain after it."""
    chain = list(OURS[:2])
    for each in OURS[2:]:
        changed = replace(each.event, previous=chain[-1].head, detail={"who": "nobody"})
        chain.append(Recorded(changed, each.salt))
    return chain


def of_another_spelling() -> LogExport:
    """The service itself committed to a spelling that is not canonical."""
    raw = OURS[5].encoded.replace(b'{"at"', b'{ "at"')
    return with_event(5, opening=Opening(raw, OURS[5].salt), commitment=commitment(raw, OURS[5].salt))


def of_another_passport() -> LogExport:
    """The neighbour's first event, shown as the holder's own."""
    theirs = THEIRS[0]
    shown = ExportedEvent(
        sequence=1,
        previous=theirs.event.previous,
        commitment=theirs.commitment,
        opening=Opening(theirs.encoded, theirs.salt),
        place=Place(1, place(0).proof),
    )
    return replace(EXPORT, events=(shown,))


def reordered() -> LogExport:
    """A log that took up the second event before the first."""
    entries = [OURS[1].commitment, OURS[0].commitment, *(each.commitment for each in OURS[2:])]
    return exported(entries=entries, sizes=(6,))


def two_on_one_leaf() -> LogExport:
    """Erased events need no content: one leaf might be shown for two of them."""
    first = replace(EXPORT.events[0], opening=None)
    return replace(EXPORT, events=(first, replace(first, sequence=2, previous=OURS[0].head)))


def skipped() -> LogExport:
    return with_event(2, place=None)


TAMPERING: list[tuple[str, Callable[[], LogExport | bytes], LogStepNumber, str]] = [
    # (1) parse
    ("nothing", lambda: b"", PARSE, "log_export_format"),
    ("not UTF-8", lambda: b"\xff", PARSE, "log_export_format"),
    ("an array", lambda: b"[]", PARSE, "log_export_format"),
    (
        "one member twice",
        lambda: RAW.replace(b'{"format"', b'{"passport":"x","format"'),
        PARSE,
        "log_export_format",
    ),
    ("a newer format", lambda: members(format="access-log-export/2"), PARSE, "log_export_format"),
    ("a member more", lambda: members(more=1), PARSE, "log_export_format"),
    ("a passport without a name", lambda: members(passport=""), PARSE, "log_export_format"),
    ("a passport that is a number", lambda: members(passport=7), PARSE, "log_export_format"),
    ("events that are text", lambda: members(events="x"), PARSE, "log_export_format"),
    ("an event that is a number", lambda: members(events=[7]), PARSE, "log_export_format"),
    ("no checkpoint", lambda: members(checkpoints=[], growth=[]), PARSE, "log_export_format"),
    (
        "a checkpoint that is a number",
        lambda: members(checkpoints=[7], growth=[]),
        PARSE,
        "log_export_format",
    ),
    ("too many checkpoints", lambda: members(checkpoints=[""] * 1001), PARSE, "log_export_format"),
    ("a proof too few", lambda: members(growth=[]), PARSE, "log_export_format"),
    ("a proof that is text", lambda: members(growth=["x", "x"]), PARSE, "log_export_format"),
    ("a hash that is short", lambda: members(growth=[["AA"], []]), PARSE, "log_export_format"),
    ("a hash that is a number", lambda: members(growth=[[7], []]), PARSE, "log_export_format"),
    ("an event without salt", lambda: event_members(salt=...), PARSE, "log_export_format"),
    ("an event without proof", lambda: event_members(proof=...), PARSE, "log_export_format"),
    ("an event without commitment", lambda: event_members(commitment=...), PARSE, "log_export_format"),
    ("an event with a member more", lambda: event_members(more=1), PARSE, "log_export_format"),
    ("an event that is an object", lambda: event_members(event={}), PARSE, "log_export_format"),
    ("a sequence that is true", lambda: event_members(sequence=True), PARSE, "log_export_format"),
    ("a position that is text", lambda: event_members(position="0"), PARSE, "log_export_format"),
    # (2) checkpoints
    (
        "another's checkpoint",
        lambda: replace(EXPORT, checkpoints=(*EXPORT.checkpoints[:2], note_of(ENTRIES, STRANGER))),
        CHECKPOINTS,
        "note_unsigned",
    ),
    (
        "a size that was not signed",
        lambda: replace(
            EXPORT, checkpoints=(*EXPORT.checkpoints[:2], EXPORT.checkpoints[2].replace("12", "13", 1))
        ),
        CHECKPOINTS,
        "note_signature",
    ),
    ("no note", lambda: replace(EXPORT, checkpoints=("", "", "")), CHECKPOINTS, "note_format"),
    (
        "a signed note that is no checkpoint",
        lambda: replace(EXPORT, checkpoints=(*EXPORT.checkpoints[:2], sign_note("hello\n", [SIGNER]))),
        CHECKPOINTS,
        "checkpoint_format",
    ),
    (
        "a checkpoint of another log",
        lambda: replace(
            EXPORT, checkpoints=(*EXPORT.checkpoints[:2], sign_note(f"b\n{'1'}\n{'A' * 43}=\n", [SIGNER]))
        ),
        CHECKPOINTS,
        "checkpoint_origin",
    ),
    # (3) growth
    (
        "checkpoints in another order",
        lambda: replace(EXPORT, checkpoints=EXPORT.checkpoints[::-1]),
        GROWTH,
        "checkpoint_smaller",
    ),
    (
        "a fork on one size",
        lambda: replace(exported(sizes=(12, 12)), checkpoints=(note_of(FORKED), note_of(ENTRIES))),
        GROWTH,
        "checkpoint_fork",
    ),
    (
        "a fork on the way",
        lambda: replace(
            EXPORT, checkpoints=(EXPORT.checkpoints[0], note_of(FORKED[:7]), EXPORT.checkpoints[2])
        ),
        GROWTH,
        "merkle_newer_root",
    ),
    (
        "a proof cut short",
        lambda: replace(EXPORT, growth=(EXPORT.growth[0][:-1], EXPORT.growth[1])),
        GROWTH,
        "merkle_proof_short",
    ),
    # (5) chain
    ("the first event gone", lambda: replace(EXPORT, events=EXPORT.events[1:]), CHAIN, "chain_gap"),
    (
        "an event gone",
        lambda: replace(EXPORT, events=EXPORT.events[:2] + EXPORT.events[3:]),
        CHAIN,
        "chain_gap",
    ),
    (
        "an event twice",
        lambda: replace(EXPORT, events=EXPORT.events[:2] + EXPORT.events[1:]),
        CHAIN,
        "chain_gap",
    ),
    ("events in another order", lambda: replace(EXPORT, events=EXPORT.events[::-1]), CHAIN, "chain_gap"),
    (
        "a sequence past all",
        lambda: RAW.replace(b'"sequence":1,', b'"sequence":%d,' % (2**70), 1),
        CHAIN,
        "chain_gap",
    ),
    ("another history", lambda: with_event(3, previous=ANOTHER), CHAIN, "chain_broken"),
    ("another commitment", lambda: with_event(2, commitment=ANOTHER), CHAIN, "chain_broken"),
    ("another passport's name", lambda: replace(EXPORT, passport=NEIGHBOUR), CHAIN, "chain_broken"),
    # (7) content
    ("an event told differently", told_differently, CONTENT, "event_altered"),
    (
        "another salt",
        lambda: with_event(5, opening=Opening(OURS[5].encoded, ANOTHER)),
        CONTENT,
        "event_altered",
    ),
    ("another event's content", lambda: with_event(5, opening=opening(4)), CONTENT, "event_altered"),
    ("another spelling", of_another_spelling, CONTENT, "event_format"),
    ("an event of another passport", of_another_passport, CONTENT, "event_elsewhere"),
    # (8) place
    ("another's leaf", lambda: with_event(2, place=Place(5, place(2).proof)), PLACE, "merkle_root"),
    (
        "a leaf past the end",
        lambda: with_event(2, place=Place(12, place(2).proof)),
        PLACE,
        "merkle_leaf_index",
    ),
    (
        "a leaf before the start",
        lambda: with_event(2, place=Place(-1, place(2).proof)),
        PLACE,
        "merkle_leaf_index",
    ),
    ("no proof", lambda: with_event(2, place=Place(4, ())), PLACE, "merkle_proof_short"),
    (
        "a longer proof",
        lambda: with_event(2, place=Place(4, (*place(2).proof, ANOTHER))),
        PLACE,
        "merkle_proof_long",
    ),
    (
        "a rewritten history that the log never took up",
        lambda: replace(
            exported(chain=recorded_again_from_the_third()),
            events=tuple(
                replace(new, place=old.place)
                for new, old in zip(
                    exported(chain=recorded_again_from_the_third()).events, EXPORT.events, strict=True
                )
            ),
        ),
        PLACE,
        "merkle_root",
    ),
    ("an event left out of the tree", skipped, PLACE, "event_skipped"),
    ("one leaf for two events", two_on_one_leaf, PLACE, "position_order"),
    ("a log in another order", reordered, PLACE, "position_order"),
]


@pytest.mark.parametrize(
    ("tamper", "step", "code"), [pytest.param(*case, id=name) for name, *case in TAMPERING]
)
def test_whatever_is_altered_is_refused_with_its_step_and_code(
    tamper: Callable[[], LogExport | bytes], step: LogStepNumber, code: str
) -> None:
    answer = check(tamper())
    assert answer.outcome is Outcome.REFUSED
    assert answer.failed is not None
    assert (answer.failed.number, answer.failed.code) == (step, code)
    assert (answer.events, answer.checkpoint, answer.head, answer.passport) == ((), None, None, None)
    after = answer.steps[answer.failed.number :]
    assert {each.code for each in after} <= {"not_reached"}
    assert len(answer.steps) == len(LogStepNumber)


def test_a_rewritten_history_that_the_log_did_take_up_is_found_by_what_was_kept() -> None:
    chain = recorded_again_from_the_third()
    forged = exported(chain=chain, entries=[each.commitment for each in chain], sizes=(6,))
    assert check(forged).outcome is Outcome.VALID, "a service that invents a whole log is beyond one export"
    known = check(exported(chain=OURS[:4], sizes=(7,)))
    assert check(forged, known_head=known.head).outcome is Outcome.REFUSED
    assert check(forged, known_checkpoint=known.checkpoint).outcome is Outcome.REFUSED


def test_no_refusal_tells_what_an_event_says() -> None:
    for _, tamper, _, _ in TAMPERING:
        failed = check(tamper()).failed
        assert failed is not None
        assert "Acme" not in failed.message
        assert PASSPORT not in failed.message


@given(st.data())
def test_no_altered_byte_goes_unseen_or_breaks_the_verifier(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(RAW) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != RAW[at]))
    answer = check(RAW[:at] + bytes([byte]) + RAW[at + 1 :])
    assert answer.outcome is Outcome.REFUSED or answer.events == check(RAW).events


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    with pytest.raises(ExportFormatError):
        decode_export(raw)


def test_an_empty_log_of_an_empty_tree_stands() -> None:
    answer = check(exported(chain=[], entries=[], sizes=(0,)))
    assert answer.outcome is Outcome.VALID
    assert answer.events == ()


def test_events_of_a_long_log_are_each_proven() -> None:
    chain = recorded(200)
    answer = check(exported(chain=chain, entries=[each.commitment for each in chain], sizes=(1, 129, 200)))
    assert answer.outcome is Outcome.VALID


def test_the_published_checkpoint_is_what_the_export_leads_to() -> None:
    assert verify_checkpoint(EXPORT.checkpoints[-1].encode(), SIGNER.key).origin == ORIGIN


@pytest.mark.parametrize("language", list(Language))
def test_the_limits_of_a_verified_log_are_said_in_both_languages(language: Language) -> None:
    assert len(log_does_not_prove(language)) == 3
