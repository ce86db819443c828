"""One presentation is verified in numbered steps; whatever is altered is refused with the number and code of a step."""

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import consent
from consent.presentation import ReleasedEntry
from consent.verification import Outcome, Policy, StepNumber, StepResult, does_not_prove
from issuers.credential import Author, outline, vct_of
from issuers.encoding import encode_base64url
from issuers.sd_jwt import SdJwt
from issuers.status_list import StatusList, StatusRef
from schemas.vocabulary import Language, Section
from tests.consent_floor.passports import (
    BASE,
    CREDENTIALS,
    ENTRY_LIST,
    HOLDER_ISSUER,
    NONCE,
    NOW,
    ORGANISATION,
    SHARE_LIST,
    SHARE_STATUS,
    SHARE_URN,
    SIGNERS,
    STATUSES,
    TRUST,
    UNBOUND,
    FixedSigner,
    check,
    everything,
    issued,
    presented,
    snapshot,
)
from tests.consent_floor.tampering import (
    DROP,
    bound_again,
    disclosure_of,
    signed_again,
    with_header,
    with_parts,
    with_payload,
)

RELEASED = ReleasedEntry.of(CREDENTIALS[Section.ADJUSTMENTS], ("changes/0", "changes/2", "told_on"))
(TEXT,) = presented([RELEASED]).entries
SHOWN = SdJwt.parse(TEXT)
INDEX = list(Section).index(Section.ADJUSTMENTS)
STRANGER = FixedSigner("stranger")
EVIL = "https://stranger.example/i/1"


def entry(section: Section = Section.ADJUSTMENTS, **changes: Any) -> str:
    """A presentation of a whole entry that was issued in another way."""
    credential = issued(section, **changes)
    paths = tuple(claim.path for claim in outline(credential))
    return presented([ReleasedEntry.of(credential, paths)]).entries[0]


def signed_differently(**changes: Any) -> str:
    """A presentation whose issuer truly signed another payload."""
    jwt = signed_again(SHOWN.jwt, SIGNERS[HOLDER_ISSUER], **changes)
    return bound_again(with_parts(TEXT, jwt=jwt))


def first_disclosure(text: str) -> str:
    return with_parts(TEXT, disclosures=(text, *SHOWN.disclosures[1:]))


PARSE, ISSUER, SIGNATURE, DISCLOSURES, TIMES, KEY_BINDING, OF_ENTRY, OF_SHARE, _READABLE = StepNumber

TAMPERING: list[tuple[str, Callable[[], str | bytes], StepNumber, str]] = [
    # (1) parse
    ("nothing", lambda: "", PARSE, "sd_jwt_format"),
    ("not ASCII", lambda: TEXT + "é", PARSE, "sd_jwt_format"),
    ("a lone surrogate", lambda: "\ud800", PARSE, "sd_jwt_format"),
    ("a plain JWT", lambda: SHOWN.jwt, PARSE, "sd_jwt_format"),
    ("an empty part", lambda: TEXT.replace("~", "~~", 1), PARSE, "sd_jwt_format"),
    ("too long a token", lambda: "a" * (257 * 1024) + "~", PARSE, "too_large"),
    ("too long a file", lambda: b" " * (5 << 20), PARSE, "too_large"),
    ("too many disclosures", lambda: "a" + "~a" * 501 + "~", PARSE, "too_many_disclosures"),
    ("alg none", lambda: with_parts(TEXT, jwt=with_header(SHOWN.jwt, alg="none")), PARSE, "token_alg"),
    ("alg HS256", lambda: with_parts(TEXT, jwt=with_header(SHOWN.jwt, alg="HS256")), PARSE, "token_alg"),
    ("another typ", lambda: with_parts(TEXT, jwt=with_header(SHOWN.jwt, typ="JWT")), PARSE, "token_typ"),
    ("crit", lambda: with_parts(TEXT, jwt=with_header(SHOWN.jwt, crit=["b64"])), PARSE, "token_crit"),
    ("another vct", lambda: signed_differently(vct="https://a.example/vct/tarot/1"), PARSE, "credential_type"),
    ("no vct", lambda: signed_differently(vct=DROP), PARSE, "credential_type"),
    ("a newer section", lambda: entry(vct=vct_of(BASE, Section.ADJUSTMENTS, 2)), PARSE, "section_version"),
    ("no cnf", lambda: signed_differently(cnf=DROP), PARSE, "credential_claim"),
    ("no status", lambda: signed_differently(status=DROP), PARSE, "credential_claim"),
    ("no exp", lambda: signed_differently(exp=DROP), PARSE, "credential_claim"),
    ("key binding of another typ", lambda: with_kb_header(typ="JWT"), PARSE, "kb_typ"),
    ("key binding without alg", lambda: with_kb_header(alg=DROP), PARSE, "kb_alg"),
    ("key binding cut short", lambda: TEXT[:-1], PARSE, "kb_format"),
    # (2) issuer
    ("a foreign issuer", lambda: entry(issuer_url=EVIL), ISSUER, "issuer_unknown"),
    ("not its section", lambda: entry(issuer_url=ORGANISATION), ISSUER, "issuer_section"),
    ("not its key", lambda: entry(issuer_url=HOLDER_ISSUER, signer=STRANGER), ISSUER, "issuer_key_unknown"),
    ("before its key", lambda: entry(now=NOW - timedelta(days=401)), ISSUER, "issuer_key_time"),
    # (3) signature
    ("a later end", lambda: with_parts(TEXT, jwt=with_payload(SHOWN.jwt, exp=2**33)), SIGNATURE, "signature_invalid"),
    ("a signature of zeros", lambda: zero_signature(), SIGNATURE, "signature_invalid"),
    ("another's signature", lambda: stolen_kid(), SIGNATURE, "signature_invalid"),
    # (4) disclosures
    (
        "a disclosure of another entry",
        lambda: with_parts(TEXT, disclosures=(*SHOWN.disclosures, disclosure_of(Section.WORK, "jobs/0"))),
        DISCLOSURES,
        "disclosure_unreferenced",
    ),
    ("a disclosure twice", lambda: twice(), DISCLOSURES, "disclosure_repeated"),
    ("an invented disclosure", lambda: first_disclosure(invented()), DISCLOSURES, "disclosure_unreferenced"),
    ("a value that is none", lambda: nonsense_value(), DISCLOSURES, "section_invalid"),
    ("a claim that is none", lambda: signed_differently(nickname="x"), DISCLOSURES, "credential_claim"),
    ("an author of two lines", lambda: entry(author=Author("Dr A\n\x1b[2J")), DISCLOSURES, "author_form"),
    ("an author without end", lambda: entry(author=Author(role="a" * 301)), DISCLOSURES, "author_form"),
    ("an unknown hash", lambda: signed_differently(_sd_alg="md5"), DISCLOSURES, "sd_alg_unknown"),
    # (5) times
    ("expired", lambda: entry(now=NOW - timedelta(days=365)), TIMES, "expired"),
    ("not yet", lambda: signed_differently(nbf=int(NOW.timestamp()) + 61), TIMES, "not_yet_valid"),
    ("from the future", lambda: entry(now=NOW + timedelta(seconds=61)), TIMES, "not_yet_valid"),
    # (6) key binding
    ("no key binding", lambda: SHOWN.without_key_binding(), KEY_BINDING, "kb_missing"),
    ("a row taken out", lambda: with_parts(TEXT, disclosures=SHOWN.disclosures[1:]), KEY_BINDING, "kb_sd_hash"),
    ("rows exchanged", lambda: with_parts(TEXT, disclosures=SHOWN.disclosures[::-1]), KEY_BINDING, "kb_sd_hash"),
    ("another passport's key", lambda: bound_again(TEXT, signer=STRANGER), KEY_BINDING, "kb_kid"),
    ("another's signature over it", lambda: stolen_kb_kid(), KEY_BINDING, "kb_signature"),
    ("no audience", lambda: bound_again(TEXT, aud=DROP), KEY_BINDING, "kb_claims"),
    ("two audiences", lambda: bound_again(TEXT, aud=[SHARE_URN]), KEY_BINDING, "kb_claims"),
    ("an empty nonce", lambda: bound_again(TEXT, nonce=""), KEY_BINDING, "kb_claims"),
    ("no iat", lambda: bound_again(TEXT, iat=DROP), KEY_BINDING, "kb_iat"),
    ("iat a boolean", lambda: bound_again(TEXT, iat=True), KEY_BINDING, "kb_iat"),
    ("bound tomorrow", lambda: bound_again(TEXT, iat=int(NOW.timestamp()) + 61), KEY_BINDING, "kb_time"),
    ("bound before it was signed", lambda: bound_again(TEXT, iat=5), KEY_BINDING, "kb_time"),
    ("no sd_hash", lambda: bound_again(TEXT, sd_hash=DROP), KEY_BINDING, "kb_sd_hash"),
    ("a malformed status", lambda: bound_again(TEXT, status={}), KEY_BINDING, "status_list_invalid"),
    # (7) and (8): status
    ("outside its list", lambda: entry(status=StatusRef(ENTRY_LIST, 64)), OF_ENTRY, "status_index"),
    ("no share status", lambda: bound_again(TEXT, status=DROP), OF_SHARE, "share_status_missing"),
    (
        "share outside its list",
        lambda: bound_again(TEXT, status=StatusRef(SHARE_LIST, 10**9).claim()),
        OF_SHARE,
        "status_index",
    ),
]  # fmt: skip


def with_kb_header(**changes: Any) -> str:
    assert SHOWN.kb_jwt is not None
    return str(SHOWN.with_key_binding(with_header(SHOWN.kb_jwt, **changes)))


def zero_signature() -> str:
    return with_parts(TEXT, jwt=SHOWN.jwt.rpartition(".")[0] + "." + encode_base64url(bytes(64)))


def stolen_kid() -> str:
    signer = FixedSigner("stranger")
    signer.kid = SIGNERS[HOLDER_ISSUER].kid
    return entry(signer=signer)


def stolen_kb_kid() -> str:
    signer = FixedSigner("stranger")
    signer.kid = check_key().kid
    return bound_again(TEXT, signer=signer)


def check_key() -> FixedSigner:
    return FixedSigner("passport")


def twice() -> str:
    return with_parts(TEXT, disclosures=(*SHOWN.disclosures, SHOWN.disclosures[0]))


def invented() -> str:
    return encode_base64url(b'["c2FsdA",{"kind":"hours","change":"All day","status":"agreed"}]')


def nonsense_value() -> str:
    return entry(Section.COMMUNICATION, body_as_signed={"channel": "pigeon"})


@pytest.mark.parametrize(
    ("tamper", "step", "code"), [pytest.param(*row[1:], id=f"{row[2]:d} {row[0]}") for row in TAMPERING]
)
def test_what_was_altered_is_refused_with_its_step(
    tamper: Callable[[], str | bytes], step: StepNumber, code: str
) -> None:
    found = check(tamper())
    assert found.outcome is Outcome.REFUSED
    assert found.failed is not None
    assert (found.failed.number, found.failed.code) == (step, code)
    assert found.entries == ()
    assert found.share is None
    assert [s.number for s in found.steps] == list(StepNumber)


def test_a_presentation_as_it_was_made_is_valid() -> None:
    found = check(TEXT)
    assert found.outcome is Outcome.VALID
    assert [step.result for step in found.steps] == [StepResult.PASSED] * 8 + [StepResult.NOT_REQUIRED]
    assert found.as_of == NOW
    (verified,) = found.entries
    assert verified.section is Section.ADJUSTMENTS
    assert verified.issuer == HOLDER_ISSUER
    assert [row["change"] for row in verified.readable.claims["changes"]] == ["Start at 8", "Start at 10"]
    assert found.share is not None
    assert (found.share.audience, found.share.nonce, found.share.released_at) == (SHARE_URN, NONCE, NOW)


@pytest.mark.parametrize("raw", [TEXT.encode(), TEXT + "\r\n", b" \n" + TEXT.encode() + b"\n"])
def test_space_around_a_saved_presentation_does_no_harm(raw: str | bytes) -> None:
    assert check(raw).outcome is Outcome.VALID


def test_one_character_changed_anywhere_is_refused() -> None:
    for position, character in enumerate(TEXT):
        other = "B" if character != "B" else "C"
        edited = TEXT[:position] + other + TEXT[position + 1 :]
        assert check(edited).outcome is Outcome.REFUSED, position


def test_a_presentation_cut_short_anywhere_is_refused() -> None:
    assert all(check(TEXT[:length]).outcome is Outcome.REFUSED for length in range(len(TEXT)))


@given(st.binary() | st.text())
def test_hostile_bytes_are_refused_and_never_raise(raw: bytes | str) -> None:
    assert check(raw).outcome is Outcome.REFUSED


@given(st.integers(0, len(TEXT) - 1), st.text(max_size=5), st.integers(0, 5))
def test_hostile_edits_are_refused_and_never_raise(position: int, insert: str, removed: int) -> None:
    edited = TEXT[:position] + insert + TEXT[position + removed :]
    assert (check(edited).outcome is Outcome.VALID) == (edited.strip(" \t\r\n") == TEXT)


@pytest.mark.parametrize("section", Section)
def test_every_section_can_be_presented_whole(section: Section) -> None:
    (text,) = presented([everything(section)]).entries
    assert check(text).outcome is Outcome.VALID


# Policy


@pytest.mark.parametrize(
    ("policy", "code"),
    [(Policy(audience="urn:uuid:another"), "kb_audience"), (Policy(nonce="another"), "kb_nonce")],
)
def test_step_6_asks_for_the_verifiers_own_audience_and_nonce(policy: Policy, code: str) -> None:
    failed = check(TEXT, policy=policy).failed
    assert failed is not None
    assert (failed.number, failed.code) == (StepNumber.KEY_BINDING, code)
    assert check(TEXT, policy=Policy(audience=SHARE_URN, nonce=NONCE)).outcome is Outcome.VALID


def test_key_binding_that_is_not_asked_for_may_be_missing_and_is_said_to_be() -> None:
    found = check(SHOWN.without_key_binding(), policy=UNBOUND)
    assert found.outcome is Outcome.VALID
    assert [found.steps[number - 1].result for number in (6, 8)] == [StepResult.NOT_REQUIRED] * 2
    assert found.share is None


def test_key_binding_that_is_there_is_checked_even_when_it_is_not_asked_for() -> None:
    assert check(bound_again(TEXT, sd_hash="x"), policy=UNBOUND).outcome is Outcome.REFUSED


def test_expecting_an_audience_asks_for_key_binding() -> None:
    policy = replace(UNBOUND, audience=SHARE_URN)
    assert check(SHOWN.without_key_binding(), policy=policy).outcome is Outcome.REFUSED


# Times


@pytest.mark.parametrize(
    ("later", "outcome"),
    [(timedelta(days=364) - timedelta(seconds=1), Outcome.VALID), (timedelta(days=364), Outcome.REFUSED)],
)
def test_step_5_an_entry_ends_at_its_end(later: timedelta, outcome: Outcome) -> None:
    statuses = {uri: replace(list_, expires_at=None) for uri, list_ in STATUSES.items()}
    assert check(TEXT, now=NOW + later, statuses=statuses).outcome is outcome


@pytest.mark.parametrize(("ahead", "outcome"), [(60, Outcome.VALID), (61, Outcome.REFUSED)])
def test_a_minute_of_another_machines_clock_is_borne(ahead: int, outcome: Outcome) -> None:
    assert check(bound_again(TEXT, iat=int(NOW.timestamp()) + ahead)).outcome is outcome


def test_a_moment_without_a_zone_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        check(TEXT, now=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("now", [NOW.replace(year=1), NOW.replace(year=9999)])
def test_a_moment_that_leaves_no_room_for_a_leeway_is_the_callers_mistake(now: datetime) -> None:
    with pytest.raises(ValueError, match="1970 to 8999"):
        check(TEXT, now=now)


# Status


@pytest.mark.parametrize(
    ("uri", "index", "status", "step", "code"),
    [
        (ENTRY_LIST, INDEX, 1, StepNumber.ENTRY_STATUS, "entry_revoked"),
        (ENTRY_LIST, INDEX, 2, StepNumber.ENTRY_STATUS, "entry_suspended"),
        (ENTRY_LIST, INDEX, 3, StepNumber.ENTRY_STATUS, "status_unknown"),
        (SHARE_LIST, SHARE_STATUS.index, 1, StepNumber.SHARE_STATUS, "share_withdrawn"),
        (SHARE_LIST, SHARE_STATUS.index, 2, StepNumber.SHARE_STATUS, "share_suspended"),
        (SHARE_LIST, SHARE_STATUS.index, 3, StepNumber.SHARE_STATUS, "status_unknown"),
    ],
)
def test_steps_7_and_8_refuse_what_is_withdrawn(
    uri: str, index: int, status: int, step: StepNumber, code: str
) -> None:
    found = check(TEXT, statuses={**STATUSES, uri: snapshot(uri, set_to={index: status})})
    assert found.outcome is Outcome.REFUSED
    assert found.failed is not None
    assert (found.failed.number, found.failed.code) == (step, code)
    assert found.entries == ()


@given(st.sets(st.integers(0, 63)))
def test_the_status_of_others_does_not_matter(revoked: set[int]) -> None:
    entries = snapshot(ENTRY_LIST, set_to=dict.fromkeys(revoked - {INDEX}, 1))
    assert check(TEXT, statuses={**STATUSES, ENTRY_LIST: entries}).outcome is Outcome.VALID


@pytest.mark.parametrize(
    ("missing", "step"), [(ENTRY_LIST, StepNumber.ENTRY_STATUS), (SHARE_LIST, StepNumber.SHARE_STATUS)]
)
def test_a_status_list_that_is_missing_is_not_checked(missing: str, step: StepNumber) -> None:
    found = check(TEXT, statuses={uri: list_ for uri, list_ in STATUSES.items() if uri != missing})
    assert found.outcome is Outcome.NOT_CHECKED
    assert (found.steps[step - 1].result, found.steps[step - 1].code) == (
        StepResult.NOT_CHECKED,
        "status_missing",
    )
    assert len(found.entries) == 1


@pytest.mark.parametrize("uri", [ENTRY_LIST, SHARE_LIST])
def test_a_status_list_that_is_stale_is_not_checked(uri: str) -> None:
    statuses = {**STATUSES, uri: replace(STATUSES[uri], expires_at=NOW)}
    found = check(TEXT, statuses=statuses)
    assert found.outcome is Outcome.NOT_CHECKED
    assert "status_stale" in {step.code for step in found.steps}


def test_what_was_revoked_for_good_stays_refused_by_a_stale_list() -> None:
    stale = replace(snapshot(ENTRY_LIST, set_to={INDEX: 1}), expires_at=NOW - timedelta(days=9))
    assert check(TEXT, statuses={**STATUSES, ENTRY_LIST: stale}).outcome is Outcome.REFUSED


def test_what_was_suspended_once_is_not_checked_by_a_stale_list() -> None:
    stale = replace(snapshot(ENTRY_LIST, set_to={INDEX: 2}), expires_at=NOW)
    assert check(TEXT, statuses={**STATUSES, ENTRY_LIST: stale}).outcome is Outcome.NOT_CHECKED


def test_the_answer_holds_for_the_oldest_list_relied_on() -> None:
    older = replace(STATUSES[SHARE_LIST], issued_at=NOW - timedelta(hours=5))
    assert check(TEXT, statuses={**STATUSES, SHARE_LIST: older}).as_of == NOW - timedelta(hours=5)


def test_one_bit_lists_are_read_as_well() -> None:
    one_bit = {uri: replace(list_, list=StatusList.empty(64, bits=1)) for uri, list_ in STATUSES.items()}
    assert check(TEXT, statuses=one_bit).outcome is Outcome.VALID


def test_a_trust_list_that_is_stale_is_not_checked() -> None:
    found = check(TEXT, trust=replace(TRUST, expires_at=NOW))
    assert found.outcome is Outcome.NOT_CHECKED
    assert found.steps[StepNumber.ISSUER - 1].code == "trust_list_stale"


def test_a_stale_trust_list_still_refuses_a_stranger() -> None:
    found = check(entry(issuer_url=EVIL), trust=replace(TRUST, expires_at=NOW))
    assert found.outcome is Outcome.REFUSED


# Words


@pytest.mark.parametrize("language", Language)
def test_three_sentences_say_what_a_tick_does_not_prove(language: Language) -> None:
    assert len(set(does_not_prove(language))) == 3


def test_no_message_carries_what_was_disclosed() -> None:
    for _name, tamper, _step, _code in TAMPERING:
        said = " ".join(step.message for step in check(tamper()).steps)
        assert "Start at" not in said
        assert NONCE not in said


def _codes_refused_in_consent() -> set[str]:
    found = set()
    for path in Path(consent.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal":
                found |= {str(arg.value) for arg in node.args[:1] if isinstance(arg, ast.Constant)}
    return found


def test_every_code_of_a_refusal_has_a_test() -> None:
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_verify*.py"))
    assert [code for code in sorted(_codes_refused_in_consent()) if f'"{code}"' not in tests] == []
