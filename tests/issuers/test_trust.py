"""The trust list: which issuer may sign which section, with which key, and when."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuers.jws import SignatureError, TokenHeaderError, UnknownKeyError, parse_jws, sign_jws
from issuers.keys import SoftwareSigner, VerifyingKey
from issuers.status_list import StatusList, StatusListError, read_status_list, sign_status_list
from issuers.trust import (
    EarlierEntries,
    IssuerDistrustedError,
    IssuerSuspendedError,
    KeyNotInForceError,
    SectionNotAllowedError,
    Suspension,
    TrustedIssuer,
    TrustedKey,
    TrustList,
    TrustListError,
    UnknownIssuerError,
    UnknownIssuerKeyError,
    UntrustedIssuerError,
)
from issuers.trust_wire import (
    TRUST_LIST_TYPE,
    TrustListTimeError,
    TrustListVersionError,
    read_trust_list,
    sign_trust_list,
)
from schemas.errors import PassportError
from schemas.vocabulary import IssuerKind, Section
from tests.issuers.making import NOW

DAY = timedelta(days=1)
ANCHOR, TOLD, CLINIC, CLINIC_NEXT, STATUS = (SoftwareSigner.generate() for _ in range(5))
TOLD_URL, CLINIC_URL = "https://issuers.example/i/A1", "https://issuers.example/i/B2"
LIST_URL = "https://passport.example/status/1"


def public(signer: SoftwareSigner) -> VerifyingKey:
    return VerifyingKey.from_jwk(signer.public_jwk)


TOLD_ISSUER = TrustedIssuer(
    iss=TOLD_URL,
    name="Passport service",
    kind=IssuerKind.TOLD_BY_HOLDER,
    sections=frozenset(Section) - {Section.SCORES, Section.WORK_ADVICE},
    keys=(TrustedKey(public(TOLD), NOW - 10 * DAY),),
)
CLINIC_ISSUER = TrustedIssuer(
    iss=CLINIC_URL,
    name="Example Health Service",
    kind=IssuerKind.ORGANISATION,
    sections=frozenset({Section.PLAN, Section.SCORES}),
    keys=(
        TrustedKey(public(CLINIC), NOW - 10 * DAY, NOW + DAY),
        TrustedKey(public(CLINIC_NEXT), NOW, None),  # the overlap of a rotation
    ),
)
STATUS_ISSUER = TrustedIssuer(
    iss="https://issuers.example/i/C3",
    name="Status",
    kind=IssuerKind.STATUS,
    sections=frozenset(),
    keys=(TrustedKey(public(STATUS), NOW - DAY),),
    status_lists=frozenset({LIST_URL}),
)
TRUST = TrustList(7, NOW, NOW + 30 * DAY, (TOLD_ISSUER, CLINIC_ISSUER, STATUS_ISSUER))
TOKEN = sign_trust_list(TRUST, ANCHOR)


def read(token: str, *, now: datetime = NOW) -> TrustList:
    return read_trust_list(token, anchors=[public(ANCHOR)], now=now)


def test_a_signed_list_comes_back_as_it_was_written() -> None:
    found = read(TOKEN)
    assert sign_trust_list(found, ANCHOR).rsplit(".", 1)[0] == TOKEN.rsplit(".", 1)[0]
    assert found.version == 7
    assert found.issuer(CLINIC_URL).name == "Example Health Service"
    assert found.issuer(TOLD_URL).kind is IssuerKind.TOLD_BY_HOLDER


@pytest.mark.parametrize(
    ("iss", "signer", "section", "at"),
    [
        (TOLD_URL, TOLD, Section.ABOUT_ME, NOW),
        (CLINIC_URL, CLINIC, Section.PLAN, NOW - 10 * DAY),
        (CLINIC_URL, CLINIC, Section.PLAN, NOW + DAY - timedelta(seconds=1)),
        (CLINIC_URL, CLINIC_NEXT, Section.SCORES, NOW),
        (CLINIC_URL, CLINIC_NEXT, Section.SCORES, NOW + 1000 * DAY),
    ],
)
def test_an_issuer_signs_its_sections_with_its_keys_while_they_are_in_force(
    iss: str, signer: SoftwareSigner, section: Section, at: datetime
) -> None:
    assert read(TOKEN).key(iss, signer.kid, section, at).kid == signer.kid


@pytest.mark.parametrize(
    ("iss", "signer", "section", "at", "error"),
    [
        ("https://issuers.example/i/A2", TOLD, Section.ABOUT_ME, NOW, UnknownIssuerError),
        (TOLD_URL + "/", TOLD, Section.ABOUT_ME, NOW, UnknownIssuerError),
        (TOLD_URL, TOLD, Section.SCORES, NOW, SectionNotAllowedError),
        (CLINIC_URL, CLINIC, Section.CONDITIONS, NOW, SectionNotAllowedError),
        (STATUS_ISSUER.iss, STATUS, Section.PLAN, NOW, SectionNotAllowedError),
        (CLINIC_URL, TOLD, Section.PLAN, NOW, UnknownIssuerKeyError),
        (CLINIC_URL, CLINIC, Section.PLAN, NOW - 11 * DAY, KeyNotInForceError),
        (CLINIC_URL, CLINIC, Section.PLAN, NOW + DAY, KeyNotInForceError),
        (CLINIC_URL, CLINIC_NEXT, Section.PLAN, NOW - timedelta(seconds=1), KeyNotInForceError),
    ],
)
def test_an_issuer_signs_nothing_else(
    iss: str, signer: SoftwareSigner, section: Section, at: datetime, error: type[Exception]
) -> None:
    with pytest.raises(error):
        read(TOKEN).key(iss, signer.kid, section, at)


def test_a_token_without_a_kid_finds_no_key() -> None:
    with pytest.raises(UnknownIssuerKeyError):
        TRUST.key(CLINIC_URL, None, Section.PLAN, NOW)


def test_what_a_suspended_issuer_signed_before_still_counts() -> None:
    trust = replace(TRUST, issuers=(replace(CLINIC_ISSUER, suspension=Suspension(NOW)),))
    again = read(sign_trust_list(trust, ANCHOR))
    assert again.key(CLINIC_URL, CLINIC.kid, Section.PLAN, NOW - timedelta(seconds=1)).kid == CLINIC.kid
    with pytest.raises(IssuerSuspendedError):
        again.key(CLINIC_URL, CLINIC.kid, Section.PLAN, NOW)


def test_only_the_issuer_that_names_a_status_list_signs_it() -> None:
    token = sign_status_list(
        StatusList.empty(8), uri=LIST_URL, signer=STATUS, now=NOW, ttl=timedelta(minutes=5), valid_for=DAY
    )
    key, uris = TRUST.status_key(STATUS.kid, NOW)
    assert read_status_list(token, key_for=lambda _: key, uris=uris, now=NOW).is_fresh(NOW)
    forged = sign_status_list(
        StatusList.empty(8), uri=LIST_URL, signer=CLINIC, now=NOW, ttl=timedelta(minutes=5), valid_for=DAY
    )
    key, uris = TRUST.status_key(CLINIC.kid, NOW)
    with pytest.raises(StatusListError):
        read_status_list(forged, key_for=lambda _: key, uris=uris, now=NOW)


@pytest.mark.parametrize(
    ("kid", "at"),
    [("another", NOW), (None, NOW), (STATUS.kid, NOW - 2 * DAY)],
    ids=["another key", "no key named", "before the key"],
)
def test_a_list_has_no_other_key(kid: str | None, at: datetime) -> None:
    assert TRUST.status_key(kid, at) == (None, frozenset())


def test_a_key_signs_the_lists_of_its_issuer_and_no_others() -> None:
    assert TRUST.status_key(STATUS.kid, NOW) == (public(STATUS), frozenset({LIST_URL}))
    assert TRUST.status_key(CLINIC.kid, NOW)[1] == frozenset()


def test_a_list_is_read_for_a_moment_with_room_for_a_leeway() -> None:
    with pytest.raises(ValueError, match="1970 to 8999"):
        read_trust_list("", anchors=[], now=datetime.max.replace(tzinfo=UTC))


@pytest.mark.parametrize("now", [NOW - timedelta(minutes=2), NOW + 30 * DAY, NOW + 300 * DAY])
def test_a_list_from_the_future_or_past_its_end_is_refused(now: datetime) -> None:
    with pytest.raises(TrustListTimeError):
        read(TOKEN, now=now)


def test_a_clock_a_little_behind_is_forgiven() -> None:
    assert read(TOKEN, now=NOW - timedelta(seconds=30)).version == 7


def test_an_anchor_can_be_replaced_while_both_are_known() -> None:
    new_anchor = SoftwareSigner.generate()
    anchors = [public(ANCHOR), public(new_anchor)]
    for token in (TOKEN, sign_trust_list(TRUST, new_anchor)):
        assert read_trust_list(token, anchors=anchors, now=NOW).version == 7


def _by_a_stranger() -> str:
    return sign_trust_list(TRUST, SoftwareSigner.generate())


def _by_an_issuer_on_the_list() -> str:
    return sign_trust_list(TRUST, TOLD)


def _of_another_type() -> str:
    return sign_jws(payload(), ANCHOR, typ="JWT")


def _with_another_signature() -> str:
    return TOKEN.rsplit(".", 1)[0] + "." + sign_trust_list(TRUST, TOLD).rsplit(".", 1)[1]


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (_by_a_stranger, UnknownKeyError),
        (_by_an_issuer_on_the_list, UnknownKeyError),
        (_of_another_type, TokenHeaderError),
        (_with_another_signature, SignatureError),
    ],
)
def test_a_list_that_no_anchor_signed_is_refused(make: Callable[[], str], error: type[Exception]) -> None:
    with pytest.raises(error):
        read(make())


def payload() -> dict[str, Any]:
    return parse_jws(TOKEN, typ=TRUST_LIST_TYPE).unverified_payload


def _set(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda found: found.__setitem__(name, value)


def _set_issuer(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda found: found["issuers"][0].__setitem__(name, value)


def _set_key(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda found: found["issuers"][0]["keys"][0].__setitem__(name, value)


def _repeat_issuer(found: dict[str, Any]) -> None:
    found["issuers"].append(found["issuers"][0])


def _share_a_key(found: dict[str, Any]) -> None:
    found["issuers"][0]["keys"] = found["issuers"][1]["keys"]


def _share_a_status_list(found: dict[str, Any]) -> None:
    found["issuers"][0]["status_lists"] = [LIST_URL]


@pytest.mark.parametrize(
    "tamper",
    [
        _set("format", 2),
        _set("format", True),
        _set("version", 0),
        _set("version", "7"),
        _set("iat", "now"),
        _set("exp", -1),
        _set("exp", True),
        _set("issuers", {}),
        _set("more", 1),
        _set_issuer("kind", "doctor"),
        _set_issuer("sections", ["diagnosis"]),
        _set_issuer("iss", ""),
        _set_issuer("iss", 5),
        _set_issuer("more", 1),
        _set_issuer("suspended_at", 1),
        _set_issuer("suspension", {}),
        _set_issuer("suspension", {"at": 1}),
        _set_issuer("suspension", {"earlier_entries": "fall"}),
        _set_issuer("suspension", {"at": "never", "earlier_entries": "fall"}),
        _set_issuer("suspension", {"at": 1, "earlier_entries": "perhaps"}),
        _set_issuer("suspension", {"at": 1, "earlier_entries": "fall", "more": 1}),
        _set_issuer("sections", ["plan", "plan"]),
        _set_issuer("status_lists", ["https://passport.example/status/8"] * 2),
        _set_issuer("certificates", ["AAAA"]),
        _set_issuer("certificates", "AAAA"),
        _set_issuer("certificates", [5]),
        _set("anchors", [{"kty": "oct", "k": "AAAA"}]),
        _set("anchors", [TOLD.private_jwk()]),
        _set("anchors", "none"),
        _set_key("jwk", {"kty": "oct", "k": "AAAA"}),
        _set_key("jwk", TOLD.private_jwk()),
        _set_key("not_before", 10**18),
        _set_key("not_after", False),
        _repeat_issuer,
        _share_a_key,
        _share_a_status_list,
    ],
)
def test_a_list_that_is_malformed_or_contradicts_itself_is_refused(
    tamper: Callable[[dict[str, Any]], None],
) -> None:
    found = payload()
    tamper(found)
    with pytest.raises(TrustListError):
        read(sign_jws(found, ANCHOR, typ=TRUST_LIST_TYPE))


def test_times_come_back_in_utc() -> None:
    assert read(TOKEN).issued_at == datetime(2026, 11, 21, 12, tzinfo=UTC)


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("earlier", EarlierEntries)
@pytest.mark.parametrize("after", [-10 * DAY, -SECOND, timedelta(), SECOND, 1000 * DAY])
@pytest.mark.parametrize("signer", [CLINIC, CLINIC_NEXT])
def test_a_suspension_says_what_becomes_of_what_was_signed_before_it(
    earlier: EarlierEntries, after: timedelta, signer: SoftwareSigner
) -> None:
    always = tuple(TrustedKey(public(key), NOW - 30 * DAY) for key in (CLINIC, CLINIC_NEXT))
    suspended = replace(CLINIC_ISSUER, keys=always, suspension=Suspension(NOW, earlier))
    trust = read(sign_trust_list(replace(TRUST, issuers=(TOLD_ISSUER, suspended)), ANCHOR))
    assert trust.issuer(CLINIC_URL).suspension == Suspension(NOW, earlier)
    if earlier is EarlierEntries.STAND and after < timedelta():
        assert trust.key(CLINIC_URL, signer.kid, Section.PLAN, NOW + after).kid == signer.kid
        return
    with pytest.raises(UntrustedIssuerError) as refused:
        trust.key(CLINIC_URL, signer.kid, Section.PLAN, NOW + after)
    falls = earlier is EarlierEntries.FALL
    assert type(refused.value) is (IssuerDistrustedError if falls else IssuerSuspendedError)
    assert trust.key(TOLD_URL, TOLD.kid, Section.ABOUT_ME, NOW).kid == TOLD.kid  # nobody else is


def test_a_suspended_signer_of_status_lists_speaks_for_none() -> None:
    trust = replace(TRUST, issuers=(replace(STATUS_ISSUER, suspension=Suspension(NOW)),))
    assert trust.status_key(STATUS.kid, NOW - SECOND)[1] == {LIST_URL}
    assert trust.status_key(STATUS.kid, NOW) == (None, frozenset())


@given(
    windows=st.lists(
        st.tuples(st.integers(-50, 50), st.none() | st.integers(-50, 50)), min_size=1, max_size=4
    ),
    at=st.integers(-60, 60),
)
@settings(max_examples=60, deadline=None)
def test_each_key_counts_from_its_first_second_until_before_its_last(
    windows: list[tuple[int, int | None]], at: int
) -> None:
    """Overlapping, adjacent, empty and backward windows: each key is judged by its own, boundaries included."""
    keys = tuple(
        TrustedKey(public(signer), NOW + start * SECOND, None if end is None else NOW + end * SECOND)
        for signer, (start, end) in zip((TOLD, CLINIC, CLINIC_NEXT, STATUS), windows, strict=False)
    )
    trust = TrustList(1, NOW, NOW + DAY, (replace(CLINIC_ISSUER, keys=keys),))
    for trusted, (start, end) in zip(keys, windows, strict=True):
        if start <= at and (end is None or at < end):
            assert trust.key(CLINIC_URL, trusted.key.kid, Section.PLAN, NOW + at * SECOND) is trusted.key
        else:
            with pytest.raises(KeyNotInForceError):
                trust.key(CLINIC_URL, trusted.key.kid, Section.PLAN, NOW + at * SECOND)


def test_a_key_that_leaked_never_counted_however_its_signature_is_dated() -> None:
    """Its window ends where it begins: what is signed with it can be dated into any other."""
    leaked = TrustedKey(public(CLINIC), NOW, NOW)
    trust = read(sign_trust_list(replace(TRUST, issuers=(replace(CLINIC_ISSUER, keys=(leaked,)),)), ANCHOR))
    for at in (NOW - DAY, NOW - SECOND, NOW, NOW + SECOND):
        with pytest.raises(KeyNotInForceError):
            trust.key(CLINIC_URL, CLINIC.kid, Section.PLAN, at)


@given(sections=st.sets(st.sampled_from(Section)))
@settings(max_examples=30, deadline=None)
def test_a_limited_issuer_signs_its_sections_and_no_other(sections: set[Section]) -> None:
    limited = replace(CLINIC_ISSUER, sections=frozenset(sections))
    trust = read(sign_trust_list(replace(TRUST, issuers=(limited,)), ANCHOR))
    for section in Section:
        if section in sections:
            assert trust.key(CLINIC_URL, CLINIC.kid, section, NOW).kid == CLINIC.kid
        else:
            with pytest.raises(SectionNotAllowedError):
                trust.key(CLINIC_URL, CLINIC.kid, section, NOW)


@pytest.mark.parametrize("version", [1, 6, 7, 8, 2**40])
def test_who_holds_a_list_takes_no_older_one(version: int) -> None:
    token = sign_trust_list(replace(TRUST, version=version), ANCHOR)
    if version >= TRUST.version:  # the same one is signed again each time it is fetched
        found = read_trust_list(token, anchors=[public(ANCHOR)], now=NOW, min_version=TRUST.version)
        assert found.version == version
        return
    with pytest.raises(TrustListVersionError) as refused:
        read_trust_list(token, anchors=[public(ANCHOR)], now=NOW, min_version=TRUST.version)
    assert refused.value.code == "trust_list_older"


def test_who_keeps_the_anchors_of_the_last_list_follows_the_anchor_when_it_is_replaced() -> None:
    """The old anchor names the next one while it still signs; afterwards the next one alone does."""
    following = SoftwareSigner.generate()
    named = read(sign_trust_list(replace(TRUST, anchors=(public(ANCHOR), public(following))), ANCHOR))
    assert [anchor.kid for anchor in named.anchors] == [ANCHOR.kid, following.kid]
    next_list = sign_trust_list(replace(TRUST, version=8, anchors=(public(following),)), following)
    with pytest.raises(UnknownKeyError):
        read(next_list)
    found = read_trust_list(next_list, anchors=named.anchors, now=NOW, min_version=named.version)
    by_the_old_one = sign_trust_list(replace(TRUST, version=9), ANCHOR)
    with pytest.raises(UnknownKeyError):
        read_trust_list(by_the_old_one, anchors=found.anchors, now=NOW, min_version=found.version)


@given(position=st.integers(0, 10**6), bit=st.integers(0, 7))
@settings(max_examples=150, deadline=None)
def test_one_flipped_bit_anywhere_and_the_list_is_refused(position: int, bit: int) -> None:
    raw = bytearray(TOKEN.encode("ascii"))
    raw[position % len(raw)] ^= 1 << bit
    with pytest.raises(PassportError):
        read(raw.decode("latin-1"))
