"""Certificates in a header: a key is taken from a chain to the issuer's own anchor on the trust list, or not at all."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from issuers.keys import VerifyingKey
from issuers.trust import (
    EarlierEntries,
    IssuerDistrustedError,
    IssuerSuspendedError,
    KeyNotInForceError,
    OtherKeyNamedError,
    SectionNotAllowedError,
    Suspension,
    TrustedIssuer,
    TrustedKey,
    TrustList,
    TrustListError,
    UnknownIssuerError,
    UntrustedIssuerError,
)
from issuers.trust_wire import read_trust_list, sign_trust_list
from issuers.x509 import ChainError, ChainFormatError, decode_anchor, verify_chain
from schemas.errors import PassportError
from schemas.vocabulary import IssuerKind, Section
from tests.issuers.certifying import DAY, ISS, Certified, authority, certify, leaf, usage, x5c
from tests.issuers.making import ISSUER, NOW

ROOT = authority("Example Root", path_length=2)
BETWEEN = authority("Example Issuing", by=ROOT, path_length=0)
LEAF = leaf(BETWEEN)
DIRECT = leaf(ROOT)
STRANGER = authority("Example Stranger")
ANCHORS = [ROOT.certificate]
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")


def verified(chain: object, *, iss: str = ISS, at: datetime = NOW, anchors: Any = ANCHORS) -> VerifyingKey:
    return verify_chain(chain, anchors=anchors, iss=iss, at=at)


def _three_below() -> list[str]:
    top = authority("A", by=ROOT, path_length=1)
    middle = authority("B", by=top, path_length=0)
    return x5c(leaf(middle), middle, top)


GOOD: dict[str, Callable[[], list[str]]] = {
    "straight below the anchor": lambda: x5c(DIRECT),
    "one authority between": lambda: x5c(LEAF, BETWEEN),
    "two authorities between": _three_below,
    "the host as name": lambda: x5c(leaf(ROOT, names=[x509.DNSName("issuers.example")])),
    "the host in capitals": lambda: x5c(leaf(ROOT, names=[x509.DNSName("Issuers.EXAMPLE")])),
    "several names": lambda: x5c(
        leaf(ROOT, names=[x509.DNSName("other.example"), x509.UniformResourceIdentifier(ISS)])
    ),
    "for any purpose": lambda: x5c(leaf(ROOT, purposes=[ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE])),
    "for signing documents": lambda: x5c(leaf(ROOT, purposes=[x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")])),
    "no basic constraints at the leaf": lambda: x5c(leaf(ROOT, basic=None)),
    "an unknown extension that is not critical": lambda: x5c(leaf(ROOT, extra=[(UNKNOWN, False)])),
    "key identifiers": lambda: x5c(
        leaf(
            ROOT,
            extra=[(x509.AuthorityKeyIdentifier.from_issuer_public_key(ROOT.key.public_key()), False)],
        )
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_chain_to_the_issuers_anchor_gives_the_key_of_its_first_certificate(name: str) -> None:
    chain = GOOD[name]()
    found = verified(chain)
    certificate = x509.load_der_x509_certificate(base64.b64decode(chain[0]))
    numbers = certificate.public_key()
    assert isinstance(numbers, ec.EllipticCurvePublicKey)
    assert int.from_bytes(base64.urlsafe_b64decode(found.jwk["x"] + "="), "big") == numbers.public_numbers().x


def _signed_by_another_key_of_that_name() -> list[str]:
    return x5c(leaf(authority("Example Root")))


def _between_of_another_key() -> list[str]:
    return x5c(LEAF, authority("Example Issuing", by=ROOT, path_length=0))


def _too_deep() -> list[str]:
    below = authority("C", by=BETWEEN)
    return x5c(leaf(below), below, BETWEEN)


def _too_deep_for_the_anchor() -> list[str]:
    chain = [ROOT]
    for name in "ABC":
        chain.append(authority(name, by=chain[-1]))
    return x5c(leaf(chain[-1]), *reversed(chain[1:]))


def _leaf_of_a_leaf() -> list[str]:
    return x5c(leaf(DIRECT), DIRECT)


def _with_usage(**allowed: bool) -> list[str]:
    return x5c(leaf(ROOT, key_usage=usage(**allowed)))


def _between(**more: Any) -> list[str]:
    above = authority("Example Other", by=ROOT, **more)
    return x5c(leaf(above), above)


def _below_nought() -> str:
    """A certificate whose serial number has its sign changed: cryptography warns of it, which is an error in tests."""
    der = base64.b64decode(DIRECT.text)
    serial = x509.load_der_x509_certificate(der).serial_number
    written = serial.to_bytes(serial.bit_length() // 8 + 1, "big")
    return base64.b64encode(der.replace(written, bytes([written[0] | 0x80]) + written[1:], 1)).decode()


def _respelt(text: str) -> str:
    """The same bytes in a second spelling: other bits where padding hides them."""
    bare = text.rstrip("=")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    assert text != bare
    return bare[:-1] + letters[letters.index(bare[-1]) + 1] + text[len(bare) :]


def _padded() -> Certified:
    """A leaf whose base64 ends in padding."""
    while True:
        found = leaf(ROOT)
        if found.text.endswith("="):
            return found


CONSTRAINED = x509.NameConstraints([x509.DNSName("other.example")], None)
REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "no array": (lambda: LEAF.text, "x5c_format"),
    "nothing": (list, "x5c_format"),
    "null": (lambda: None, "x5c_format"),
    "an object": (dict, "x5c_format"),
    "numbers": (lambda: [5], "x5c_format"),
    "five certificates": (lambda: x5c(LEAF, BETWEEN, BETWEEN, BETWEEN, BETWEEN), "x5c_format"),
    "an empty text": (lambda: [""], "x5c_format"),
    "a line break": (lambda: [DIRECT.text[:64] + "\n" + DIRECT.text[64:]], "x5c_format"),
    "base64url": (lambda: [DIRECT.text.replace("+", "-").replace("/", "_") + "-_"], "x5c_format"),
    "no padding": (lambda: [_padded().text.rstrip("=")], "x5c_format"),
    "a second spelling": (lambda: [_respelt(_padded().text)], "x5c_format"),
    "not ASCII": (lambda: ["é" * 8], "x5c_format"),
    "PEM": (lambda: ["-----BEGIN CERTIFICATE-----" + DIRECT.text], "x5c_format"),
    "too large": (lambda: ["A" * 8192], "x5c_format"),
    "a good one that is too large": (
        lambda: x5c(
            leaf(
                ROOT,
                names=[
                    x509.UniformResourceIdentifier(ISS),
                    *(x509.DNSName(f"{n}.example") for n in range(400)),
                ],
            )
        ),
        "x5c_format",
    ),
    "no DER": (lambda: ["AAAA"], "x5c_format"),
    "more behind the certificate": (
        lambda: [base64.b64encode(base64.b64decode(DIRECT.text) + b"\0").decode()],
        "x5c_format",
    ),
    "P-384": (lambda: x5c(leaf(ROOT, key=ec.generate_private_key(ec.SECP384R1()))), "x5c_algorithm"),
    "RSA": (lambda: x5c(leaf(ROOT, key=rsa.generate_private_key(65537, 2048))), "x5c_algorithm"),
    "Ed25519": (lambda: x5c(leaf(ROOT, key=ed25519.Ed25519PrivateKey.generate())), "x5c_algorithm"),
    "SHA-384": (lambda: x5c(leaf(ROOT, signed_with=SHA384())), "x5c_algorithm"),
    "SHA-384 above": (lambda: _between(signed_with=SHA384()), "x5c_algorithm"),
    "the anchor sent along": (lambda: x5c(DIRECT, ROOT), "x5c_anchor_sent"),
    "the anchor alone": (lambda: x5c(ROOT), "x5c_anchor_sent"),
    "a critical extension nobody knows": (lambda: x5c(leaf(ROOT, extra=[(UNKNOWN, True)])), "x5c_critical"),
    "one above": (lambda: _between(extra=[(UNKNOWN, True)]), "x5c_critical"),
    "name constraints": (lambda: _between(extra=[(CONSTRAINED, True)]), "x5c_critical"),
    "name constraints that are not critical": (
        lambda: _between(extra=[(CONSTRAINED, False)]),
        "x5c_critical",
    ),
    "a serial number below nought": (lambda: [_below_nought()], "x5c_format"),
    "an authority for web servers": (
        lambda: _between(purposes=[ExtendedKeyUsageOID.SERVER_AUTH]),
        "x5c_usage",
    ),
    "not yet": (lambda: x5c(leaf(ROOT, starts=NOW + DAY)), "x5c_time"),
    "over": (lambda: x5c(leaf(ROOT, starts=NOW - 2 * DAY, ends=NOW - DAY)), "x5c_time"),
    "over above": (lambda: _between(starts=NOW - 2 * DAY, ends=NOW - DAY), "x5c_time"),
    "an authority as leaf": (lambda: x5c(BETWEEN), "x5c_authority"),
    "a leaf that certifies": (_leaf_of_a_leaf, "x5c_authority"),
    "an authority without basic constraints": (lambda: _between(basic=None), "x5c_authority"),
    "an authority too many": (_too_deep, "x5c_authority"),
    "an authority too many for the anchor": (_too_deep_for_the_anchor, "x5c_authority"),
    "no key usage": (lambda: x5c(leaf(ROOT, key_usage=None)), "x5c_usage"),
    "a key for encryption": (lambda: _with_usage(key_encipherment=True), "x5c_usage"),
    "a key for non-repudiation alone": (lambda: _with_usage(content_commitment=True), "x5c_usage"),
    "an authority for lists alone": (lambda: _between(key_usage=usage(crl_sign=True)), "x5c_usage"),
    "an authority of unknown use": (lambda: _between(key_usage=None), "x5c_usage"),
    "a web server's": (lambda: x5c(leaf(ROOT, purposes=[ExtendedKeyUsageOID.SERVER_AUTH])), "x5c_usage"),
    "no name": (lambda: x5c(leaf(ROOT, names=())), "x5c_name"),
    "another issuer's": (
        lambda: x5c(leaf(ROOT, names=[x509.UniformResourceIdentifier(ISS + "2")])),
        "x5c_name",
    ),
    "another host's": (lambda: x5c(leaf(ROOT, names=[x509.DNSName("example")])), "x5c_name"),
    "a wildcard": (lambda: x5c(leaf(ROOT, names=[x509.DNSName("*.example")])), "x5c_name"),
    "the URL as host": (lambda: x5c(leaf(ROOT, names=[x509.DNSName(ISS)])), "x5c_name"),
    "by a stranger": (lambda: x5c(leaf(STRANGER)), "x5c_anchor"),
    "self-signed": (lambda: x5c(_self_signed()), "x5c_anchor"),
    "an authority left out": (lambda: x5c(LEAF), "x5c_anchor"),
    "by another key of the anchor's name": (_signed_by_another_key_of_that_name, "x5c_path"),
    "by another key of the authority's name": (_between_of_another_key, "x5c_path"),
    "in the wrong order": (lambda: x5c(_three_leaf(), *_three_above()), "x5c_authority"),
    "an authority that is not needed": (lambda: x5c(DIRECT, BETWEEN), "x5c_path"),
    "one certificate twice": (lambda: x5c(LEAF, BETWEEN, BETWEEN), "x5c_authority"),
}
_TOP = authority("A", by=ROOT, path_length=1)
_MIDDLE = authority("B", by=_TOP, path_length=0)


def _three_leaf() -> Certified:
    return leaf(_MIDDLE)


def _three_above() -> list[Certified]:
    return [_TOP, _MIDDLE]


def _self_signed() -> Certified:
    return certify(
        "Signer of entries",
        by=None,
        basic=None,
        key_usage=usage(digital_signature=True),
        names=[x509.UniformResourceIdentifier(ISS)],
    )


@pytest.mark.parametrize("name", REFUSED)
def test_every_other_chain_is_refused_with_its_code(name: str) -> None:
    make, code = REFUSED[name]
    with pytest.raises(ChainError) as refused:
        verified(make())
    assert refused.value.code == code


def test_every_code_of_a_chain_has_a_case() -> None:
    assert {code for _, code in REFUSED.values()} == {kind.code for kind in ChainError.__subclasses__()}


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (NOW - DAY - timedelta(seconds=1), "x5c_time"),
        (NOW - DAY, None),
        (NOW + 365 * DAY, None),
        (NOW + 365 * DAY + timedelta(seconds=1), "x5c_time"),
    ],
)
def test_certificates_count_from_their_first_second_to_their_last(at: datetime, code: str | None) -> None:
    if code is None:
        assert verified(x5c(DIRECT), at=at).kid == DIRECT.signer.kid
        return
    with pytest.raises(ChainError) as refused:
        verified(x5c(DIRECT), at=at)
    assert refused.value.code == code


def test_an_anchor_that_has_ended_certifies_nothing() -> None:
    ended = authority("Example Ended", starts=NOW - 9 * DAY, ends=NOW - DAY)
    with pytest.raises(ChainError) as refused:
        verified(x5c(leaf(ended)), anchors=[ended.certificate])
    assert refused.value.code == "x5c_time"


@pytest.mark.parametrize("iss", ["http://issuers.example/i/1", "issuers.example", "https://[", "", "urn:x"])
def test_a_host_names_only_an_issuer_with_a_secure_address(iss: str) -> None:
    with pytest.raises(ChainError) as refused:
        verified(x5c(leaf(ROOT, names=[x509.DNSName("issuers.example")])), iss=iss)
    assert refused.value.code == "x5c_name"


@given(position=st.integers(0, 10**4), byte=st.integers(0, 255), cut=st.booleans())
@settings(max_examples=200, deadline=None)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_an_altered_certificate_raises_one_of_our_errors_and_nothing_else(
    position: int, byte: int, cut: bool
) -> None:
    der = bytearray(base64.b64decode(LEAF.text))
    at = position % len(der)
    if cut:
        del der[at:]
    elif der[at] == byte:
        return
    else:
        der[at] = byte
    with pytest.raises(ChainError):
        verified([base64.b64encode(der).decode(), BETWEEN.text])


# On the trust list


def trusting(**changed: Any) -> TrustList:
    issuer: dict[str, Any] = {
        "iss": ISS,
        "name": "Example Health Service",
        "kind": IssuerKind.ORGANISATION,
        "sections": frozenset({Section.PLAN}),
        "keys": (TrustedKey(VerifyingKey.from_jwk(ISSUER.public_jwk), NOW - DAY),),
        "certificates": (ROOT.certificate,),
        **changed,
    }
    return TrustList(1, NOW, NOW + DAY, (TrustedIssuer(**issuer), OTHER))


OTHER = TrustedIssuer(
    "https://other.example/i/1",
    "Another",
    IssuerKind.ORGANISATION,
    frozenset(Section),
    (),
    certificates=(STRANGER.certificate,),
)
HEADER = {"x5c": x5c(LEAF, BETWEEN)}


def key_for(
    trust: TrustList, header: dict[str, Any], *, section: Section = Section.PLAN, iss: str = ISS
) -> str:
    return trust.key_for(header, iss=iss, section=section, at=NOW).kid


def test_the_trust_list_takes_a_listed_key_by_its_id_and_a_certified_one_by_its_chain() -> None:
    trust = read_trust_list(
        sign_trust_list(trusting(), ISSUER), anchors=[VerifyingKey.from_jwk(ISSUER.public_jwk)], now=NOW
    )
    assert trust.issuer(ISS).certificates == (ROOT.certificate,)
    assert key_for(trust, {"kid": ISSUER.kid}) == ISSUER.kid
    assert key_for(trust, HEADER) == LEAF.signer.kid
    assert key_for(trust, {**HEADER, "kid": LEAF.signer.kid}) == LEAF.signer.kid


def _listed(**window: Any) -> TrustList:
    """A list on which the certified key stands as well, with a window of its own."""
    return trusting(keys=(TrustedKey(VerifyingKey.from_jwk(LEAF.signer.public_jwk), **window),))


@pytest.mark.parametrize(
    ("trust", "header", "error"),
    [
        (trusting(), {**HEADER, "kid": ISSUER.kid}, OtherKeyNamedError),
        (trusting(), {**HEADER, "kid": "another"}, OtherKeyNamedError),
        (trusting(), {"kid": ISSUER.kid, "x5c": None}, ChainError),
        (trusting(), {"kid": ISSUER.kid, "x5c": []}, ChainError),
        (trusting(), {"kid": LEAF.signer.kid}, UntrustedIssuerError),
        (trusting(certificates=()), HEADER, ChainError),
        (trusting(certificates=()), {**HEADER, "kid": ISSUER.kid}, ChainError),
        (trusting(certificates=(authority("Example Root").certificate,)), HEADER, ChainError),
        (trusting(suspension=Suspension(NOW)), HEADER, IssuerSuspendedError),
        (trusting(suspension=Suspension(NOW + DAY, EarlierEntries.FALL)), HEADER, IssuerDistrustedError),
        (_listed(not_before=NOW - DAY, not_after=NOW - DAY), HEADER, KeyNotInForceError),
        (
            _listed(not_before=NOW - DAY, not_after=NOW),
            {**HEADER, "kid": LEAF.signer.kid},
            KeyNotInForceError,
        ),
    ],
    ids=[
        "beside a listed key's id",
        "beside an unknown id",
        "null",
        "empty",
        "by its id alone",
        "no anchors",
        "no anchors beside a listed key's id",
        "another anchor of that name",
        "suspended",
        "distrusted",
        "a key that leaked",
        "a key that was ended",
    ],
)
def test_the_trust_list_takes_no_key_from_the_token_alone(
    trust: TrustList, header: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        key_for(trust, header)


def test_a_certificate_gives_no_right_to_another_section_or_issuer() -> None:
    with pytest.raises(SectionNotAllowedError):
        key_for(trusting(), HEADER, section=Section.CONDITIONS)
    with pytest.raises(UnknownIssuerError):
        key_for(trusting(), HEADER, iss="https://nobody.example")
    forged = x5c(leaf(STRANGER))  # an authority of the list, certifying in another issuer's name
    with pytest.raises(ChainError) as refused:
        key_for(trusting(), {"x5c": forged})
    assert refused.value.code == "x5c_anchor"
    with pytest.raises(ChainError) as refused:
        key_for(trusting(), {"x5c": forged}, iss=OTHER.iss)
    assert refused.value.code == "x5c_name"


def test_one_authority_stands_for_two_issuers_only_where_their_hosts_differ() -> None:
    same_host = TrustedIssuer(
        ISS + "2", "B", IssuerKind.ORGANISATION, frozenset(), (), certificates=(ROOT.certificate,)
    )
    with pytest.raises(TrustListError):
        TrustList(1, NOW, NOW + DAY, (*trusting().issuers, same_host))
    elsewhere = TrustedIssuer(
        "https://c.example", "C", IssuerKind.ORGANISATION, frozenset(), (), certificates=(ROOT.certificate,)
    )
    TrustList(1, NOW, NOW + DAY, (*trusting().issuers, elsewhere))


@pytest.mark.parametrize(
    "certificate",
    [
        DIRECT,
        authority("A", key_usage=usage(crl_sign=True)),
        authority("A", key_usage=None),
        authority("A", basic=None),
        authority("A", extra=[(UNKNOWN, True)]),
        authority("A", key=ec.generate_private_key(ec.SECP384R1())),
    ],
    ids=["a leaf", "for lists alone", "no key usage", "no constraints", "critical extension", "P-384"],
)
def test_the_trust_list_names_only_authorities(certificate: Certified) -> None:
    with pytest.raises(PassportError):
        decode_anchor(certificate.text)


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_a_serial_number_below_nought_is_refused_where_warnings_are_no_errors() -> None:
    with pytest.raises(ChainFormatError, match="positive"):
        verified([_below_nought()])
