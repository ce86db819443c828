"""Without a network: entries signed with a certified key, suspended issuers, and one file with all that is needed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509

from consent.evidence_file import encode_evidence_file, is_evidence_file, read_evidence_file
from consent.offline import OfflineFileError, encode_trust_file
from consent.presentation import ReleasedEntry
from consent.verification import Outcome, StepNumber, Verification
from issuers.credential import outline
from issuers.jws import parse_jws, sign_jws
from issuers.sd_jwt import CREDENTIAL_TYPE, SdJwt
from issuers.status_list import StatusList, StatusSnapshot, sign_status_list
from issuers.trust import EarlierEntries, Suspension, TrustList
from issuers.trust_wire import TrustListTimeError, sign_trust_list
from schemas.errors import PassportError
from schemas.vocabulary import RecipientKind, Section
from tests.consent_floor.logging_passport import SIGNER as SIGNER_OF_THE_LOG
from tests.consent_floor.passports import (
    ENTRY_LIST,
    NOW,
    ORGANISATION,
    SHARE_LIST,
    SHARE_STATUS,
    SIGNERS,
    STATUS_ISSUER,
    TRUST,
    FixedSigner,
    Passport,
    check,
    issued,
    presented,
)
from tests.issuers.certifying import Certified, authority, leaf, x5c

DAY = timedelta(days=1)
NAMED = [x509.UniformResourceIdentifier(ORGANISATION)]
LONG_AGO: dict[str, Any] = {"starts": NOW - 400 * DAY}
ROOT = authority("Example Root", **LONG_AGO)
BETWEEN = authority("Example Issuing", by=ROOT, **LONG_AGO)
SIGNER = leaf(BETWEEN, names=NAMED, **LONG_AGO)


def with_issuer(**changes: Any) -> TrustList:
    """The trust list of these tests with the organisation changed."""
    issuers = tuple(
        replace(issuer, **changes) if issuer.iss == ORGANISATION else issuer for issuer in TRUST.issuers
    )
    return replace(TRUST, issuers=issuers)


def certified(chain: list[str], signer: Certified = SIGNER, **changes: Any) -> str:
    """A presentation of work advice whose issuer names its key by certificates alone."""
    plain = SdJwt.parse(issued(Section.WORK_ADVICE, **changes))
    payload = parse_jws(plain.jwt, typ=CREDENTIAL_TYPE).unverified_payload
    jwt = sign_jws(payload, signer.signer, typ=CREDENTIAL_TYPE, header={"x5c": chain})
    credential = "~".join([jwt, *plain.disclosures, ""])
    released = ReleasedEntry.of(credential, tuple(claim.path for claim in outline(credential)))
    return str(presented([released]).entries[0])


def step_of(found: Verification) -> tuple[StepNumber, str] | None:
    return (found.failed.number, found.failed.code) if found.failed else None


def test_an_entry_signed_with_a_certified_key_verifies_from_the_anchor_on_the_trust_list() -> None:
    found = check(certified(x5c(SIGNER, BETWEEN)), trust=with_issuer(certificates=(ROOT.certificate,)))
    assert found.outcome is Outcome.VALID
    assert [entry.issuer for entry in found.entries] == [ORGANISATION]


STRANGER = authority("Example Root", **LONG_AGO)
SHORT = leaf(ROOT, names=NAMED, starts=NOW - DAY / 2)
REFUSED: dict[str, tuple[Callable[[], str], Mapping[str, Any], str]] = {
    "by nobody on the list": (lambda: certified(x5c(SIGNER, BETWEEN)), {"certificates": ()}, "x5c_anchor"),
    "by a stranger of that name": (
        lambda: certified(x5c(*[leaf(STRANGER, names=NAMED, **LONG_AGO)])),
        {},
        "x5c_path",
    ),
    "with the anchor sent": (lambda: certified(x5c(SIGNER, BETWEEN, ROOT)), {}, "x5c_anchor_sent"),
    "signed before the certificate": (lambda: certified(x5c(SHORT), SHORT), {}, "x5c_time"),
    "in another's name": (
        lambda: certified(x5c(leaf(ROOT, **LONG_AGO))),  # of the issuer of other tests
        {},
        "x5c_name",
    ),
    "for another section": (
        lambda: certified(x5c(SIGNER, BETWEEN)),
        {"sections": frozenset({Section.SCORES})},
        "issuer_section",
    ),
    "by a suspended issuer": (
        lambda: certified(x5c(SIGNER, BETWEEN)),
        {"suspension": Suspension(NOW - 2 * DAY)},
        "issuer_suspended",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_certified_entry_is_refused_at_the_issuers_step(name: str) -> None:
    make, changes, code = REFUSED[name]
    found = check(make(), trust=with_issuer(**{"certificates": (ROOT.certificate,), **changes}))
    assert (step_of(found), found.entries) == ((StepNumber.ISSUER, code), ())


def test_a_chain_of_one_key_does_not_carry_the_signature_of_another() -> None:
    found = check(
        certified(x5c(SIGNER, BETWEEN), signer=leaf(ROOT)),
        trust=with_issuer(certificates=(ROOT.certificate,)),
    )
    # The header also names the signing key by its id: which of the two counts is not for a token to say.
    assert step_of(found) == (StepNumber.ISSUER, "issuer_key_other")


@pytest.mark.parametrize(
    ("suspension", "code"),
    [
        (Suspension(NOW), None),  # the entries of these tests are a day old
        (Suspension(NOW - DAY + timedelta(seconds=1)), None),
        (Suspension(NOW - DAY), "issuer_suspended"),
        (Suspension(NOW - 30 * DAY), "issuer_suspended"),
        (Suspension(NOW, EarlierEntries.FALL), "issuer_distrusted"),
        (Suspension(NOW - 30 * DAY, EarlierEntries.FALL), "issuer_distrusted"),
    ],
)
def test_a_share_with_an_entry_of_a_suspended_issuer_stands_or_falls_as_the_trust_list_says(
    suspension: Suspension, code: str | None
) -> None:
    found = check(Passport().bundle(RecipientKind.GP), trust=with_issuer(suspension=suspension))
    assert found.outcome is (Outcome.VALID if code is None else Outcome.REFUSED)
    assert step_of(found) == (None if code is None else (StepNumber.ISSUER, code))


# One file

ANCHOR = FixedSigner("anchor")
LOG_KEY = SIGNER_OF_THE_LOG.key
WEEK = replace(TRUST, expires_at=NOW + 7 * DAY)
TYPES = {"https://passport.example/vct/plan/1": b'{"vct":"https://passport.example/vct/plan/1"}'}


def status_token(uri: str, *, revoked: int | None = None) -> str:
    statuses = StatusList.empty(64) if revoked is None else StatusList.empty(64).with_set(revoked, 1)
    return sign_status_list(
        statuses, uri=uri, signer=SIGNERS[STATUS_ISSUER], now=NOW, ttl=timedelta(minutes=5), valid_for=DAY
    )


def exported(trust: TrustList = WEEK, **revoked: int) -> bytes:
    return encode_evidence_file(
        anchor=ANCHOR.public_jwk,
        trust_list=sign_trust_list(trust, ANCHOR),
        status_lists=[
            status_token(ENTRY_LIST, revoked=revoked.get("entry")),
            status_token(SHARE_LIST, revoked=revoked.get("share")),
        ],
        type_metadata=TYPES,
        log_key=LOG_KEY,
    )


def on_a_plane(raw: bytes, *, file: bytes, now: datetime) -> Verification:
    found = read_evidence_file(file, now=now, ended_too=True)
    return check(raw, trust=found.trust.trust, statuses=found.statuses, now=now)


def test_the_exported_file_comes_back_as_it_was_written() -> None:
    found = read_evidence_file(exported(), now=NOW)
    assert found.trust.anchor.kid == ANCHOR.kid
    assert found.trust.trust.version == WEEK.version
    assert set(found.statuses) == {ENTRY_LIST, SHARE_LIST}
    assert all(isinstance(snapshot, StatusSnapshot) for snapshot in found.statuses.values())
    assert found.type_metadata == TYPES
    assert found.log_key == LOG_KEY
    assert is_evidence_file(exported())
    assert not is_evidence_file(encode_trust_file(ANCHOR.public_jwk, sign_trust_list(WEEK, ANCHOR)))
    assert not is_evidence_file(b"no JSON")


@pytest.mark.parametrize(
    ("file", "after", "outcome", "code"),
    [
        (exported(), timedelta(), Outcome.VALID, None),
        (exported(), DAY - timedelta(seconds=1), Outcome.VALID, None),
        (exported(), DAY, Outcome.NOT_CHECKED, "status_stale"),
        (exported(), 8 * DAY, Outcome.NOT_CHECKED, "trust_list_stale"),
        (exported(share=SHARE_STATUS.index), timedelta(), Outcome.REFUSED, "share_withdrawn"),
        (exported(share=SHARE_STATUS.index), 8 * DAY, Outcome.REFUSED, "share_withdrawn"),
        (
            exported(replace(WEEK, issuers=with_issuer(sections=frozenset()).issuers)),
            timedelta(),
            Outcome.REFUSED,
            "issuer_section",
        ),
    ],
    ids=[
        "now",
        "within a day",
        "after a day",
        "after a week",
        "withdrawn",
        "withdrawn, after a week",
        "limited",
    ],
)
def test_on_a_plane_the_answer_is_valid_as_of_a_time_or_refused_or_not_checked(
    file: bytes, after: timedelta, outcome: Outcome, code: str | None
) -> None:
    found = on_a_plane(Passport().bundle(RecipientKind.GP), file=file, now=NOW + after)
    assert found.outcome is outcome
    if outcome is Outcome.VALID:
        assert found.as_of == NOW  # of the lists, not of the moment that somebody asks
    else:
        assert code in {step.code for step in found.steps}


def test_a_file_from_the_future_is_no_evidence() -> None:
    with pytest.raises(TrustListTimeError):
        read_evidence_file(exported(), now=NOW - DAY, ended_too=True)


def _changed(**members: Any) -> bytes:
    found = {**json.loads(exported()), **members}
    return json.dumps({name: value for name, value in found.items() if value is not None}).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        exported()[:-1],
        _changed(format=2),
        _changed(format=True),
        _changed(format=None),
        _changed(more=1),
        _changed(anchor=None),
        _changed(anchor=FixedSigner("another").public_jwk),
        _changed(trust_list="a.b.c"),
        _changed(status_lists=None),
        _changed(status_lists={}),
        _changed(status_lists=[5]),
        _changed(status_lists=[status_token(ENTRY_LIST)] * 2),
        _changed(status_lists=[sign_trust_list(WEEK, ANCHOR)]),
        _changed(type_metadata=None),
        _changed(type_metadata=[]),
        _changed(type_metadata={"a": {}}),
        _changed(log_key=None),
        _changed(log_key=[]),
        _changed(log_key="passport.example/log+00000000+AAAA"),
    ],
)
def test_what_is_no_such_file_is_refused(raw: bytes) -> None:
    with pytest.raises(PassportError):
        read_evidence_file(raw, now=NOW)


def test_a_trust_file_alone_is_no_such_file() -> None:
    with pytest.raises(OfflineFileError):
        read_evidence_file(encode_trust_file(ANCHOR.public_jwk, sign_trust_list(WEEK, ANCHOR)), now=NOW)
