"""Certificates in a token's `x5c` header (RFC 7515 section 4.1.6): from there to a key, or a numbered refusal.

A chain counts only if it ends at a certificate that the trust list names for this very issuer; nothing that the token
brings is believed for itself. RFC 5280's path validation is cryptography's; what it leaves open is settled here, and
narrowly. Leaves out: revocation lists of certificates (an issuer is suspended on the trust list) and which issuer may
sign what (`issuers.trust`).
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, SignatureAlgorithmOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from issuers.encoding import encode_base64url
from issuers.keys import COORDINATE_BYTES, VerifyingKey
from schemas.errors import PassportError

MAX_CERTIFICATES: Final = 4  # in a header; the anchor comes on top
MAX_CERTIFICATE_BYTES: Final = 4096  # DER; a P-256 certificate takes 500 to 1,000

_UNDERSTOOD: Final = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    }
)
_PURPOSES: Final = frozenset(
    {ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE, x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")}
)  # any, and documentSigning (RFC 9336 section 3.1)
_UNREADABLE: Final = (ValueError, UnsupportedAlgorithm)
_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


class ChainError(PassportError):
    """The certificates in a token's header give no key to check it with."""

    code = "x5c"


class ChainFormatError(ChainError):
    """`x5c` is no array of 1 to 4 certificates in standard base64."""

    code = "x5c_format"


class ChainAlgorithmError(ChainError):
    """A certificate's key is not on P-256, or it was not signed with ECDSA and SHA-256."""

    code = "x5c_algorithm"


class ChainAnchorSentError(ChainError):
    """The chain brings its own anchor along."""

    code = "x5c_anchor_sent"


class ChainExtensionError(ChainError):
    """A certificate has a critical extension that is not understood here."""

    code = "x5c_critical"


class ChainTimeError(ChainError):
    """A certificate was not yet, or no longer, valid when the token was signed."""

    code = "x5c_time"


class ChainAuthorityError(ChainError):
    """The last certificate is an authority's, or one before it is none's, or has too many below it."""

    code = "x5c_authority"


class ChainUsageError(ChainError):
    """A certificate's key is for something else: signatures below, certificates above."""

    code = "x5c_usage"


class ChainNameError(ChainError):
    """The first certificate was not issued to this issuer."""

    code = "x5c_name"


class ChainAnchorError(ChainError):
    """The chain leads to none of the issuer's anchors."""

    code = "x5c_anchor"


class ChainPathError(ChainError):
    """A certificate was not signed by the next one, or RFC 5280 forbids the path for another reason."""

    code = "x5c_path"


@dataclass(frozen=True, slots=True)
class _Read:
    """What is looked at of one certificate, read at once so that no later step meets a malformed part."""

    certificate: x509.Certificate
    subject: x509.Name
    issuer: x509.Name
    starts: datetime
    ends: datetime
    algorithm: x509.ObjectIdentifier
    key: EllipticCurvePublicKey
    extensions: x509.Extensions
    basic: x509.BasicConstraints | None
    usage: x509.KeyUsage | None
    purposes: x509.ExtendedKeyUsage | None
    names: x509.SubjectAlternativeName | None


def encode_certificate(certificate: x509.Certificate) -> str:
    """Return a certificate as it stands in `x5c` and on the trust list: DER in standard base64, padded."""
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode("ascii")


def decode_anchor(text: str) -> x509.Certificate:
    """Return the certificate of an authority, to be named on a trust list.

    Raises:
        ChainError: it is no certificate of an authority with a P-256 key that may sign certificates.
    """
    read = _read(_parse(_decode(text)))
    _check_critical(read)
    _check_authority(read, below=0)
    return read.certificate


def verify_chain(x5c: object, *, anchors: Iterable[x509.Certificate], iss: str, at: datetime) -> VerifyingKey:
    """Return the key of the first certificate, if the chain leads from `iss` to one of its own `anchors` at `at`.

    Raises:
        ChainError: it does not; the subclass says why.
    """
    trusted = list(anchors)
    # (1) form: leaf first, each next one certifies the one before (RFC 7515 section 4.1.6)
    chain = [_read(_parse(_decode(text))) for text in _texts(x5c)]
    # (2) HAIP 1.0 section 6.1.1: the anchor is known already, or it is none
    if any(read.certificate in trusted for read in chain):
        raise ChainAnchorSentError("expected the certificates below the anchor, without it")
    for read in chain:  # (3) algorithms, (4) critical extensions, (5) dates
        _check_algorithm(read)
        _check_critical(read)
        _check_dates(read, at)
    leaf, *authorities = chain
    _check_leaf(leaf)  # (6) a key for signatures
    for below, authority in enumerate(authorities):  # (7) keys for certificates, and path lengths
        _check_authority(authority, below=below)
    _check_name(leaf, iss)  # (8) whose it is
    above = _anchors_above(chain[-1], trusted)  # (9) this issuer's anchor
    for anchor in above:
        _check_dates(anchor, at)
        _check_authority(anchor, below=len(authorities))
    _check_path(chain, above, at)  # (10) names and signatures
    return _verifying_key(leaf.key)


def _texts(x5c: object) -> Sequence[str]:
    if not isinstance(x5c, list) or not all(isinstance(text, str) for text in x5c):
        raise ChainFormatError("expected x5c to be an array of texts")
    if not 1 <= len(x5c) <= MAX_CERTIFICATES:
        raise ChainFormatError(f"expected 1 to {MAX_CERTIFICATES} certificates, got {len(x5c)}")
    return x5c


def _decode(text: str) -> bytes:
    """Return the DER in standard base64 (RFC 4648 section 4): padded, one spelling only, nothing foreign in it."""
    if len(text) > 4 * -(-MAX_CERTIFICATE_BYTES // 3):
        raise ChainFormatError(f"expected certificates of at most {MAX_CERTIFICATE_BYTES} bytes")
    try:
        der = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise ChainFormatError("expected certificates in standard base64") from exc
    if base64.b64encode(der).decode("ascii") != text:
        raise ChainFormatError("expected certificates in canonical base64")
    return der


def _parse(der: bytes) -> x509.Certificate:
    try:
        found = x509.load_der_x509_certificate(der)
        positive = found.serial_number > 0
    except (*_UNREADABLE, x509.InvalidVersion, CryptographyDeprecationWarning) as exc:
        raise ChainFormatError("expected an X.509 certificate in DER") from exc
    if not positive:  # RFC 5280 section 4.1.2.2; the library only warns, which some have turned into an error
        raise ChainFormatError("expected certificates with positive serial numbers")
    return found


def _read(certificate: x509.Certificate) -> _Read:
    try:
        names = certificate.subject, certificate.issuer
        dates = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        algorithm = certificate.signature_algorithm_oid
        key, extensions = certificate.public_key(), certificate.extensions
    except (*_UNREADABLE, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as exc:
        raise ChainFormatError("expected an X.509 certificate in DER") from exc
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise ChainAlgorithmError("expected certificates of P-256 keys")
    return _Read(
        certificate,
        *names,
        *dates,
        algorithm,
        key,
        extensions,
        _extension(extensions, x509.BasicConstraints),
        _extension(extensions, x509.KeyUsage),
        _extension(extensions, x509.ExtendedKeyUsage),
        _extension(extensions, x509.SubjectAlternativeName),
    )


def _extension(extensions: x509.Extensions, kind: type[_Extension]) -> _Extension | None:
    return next((found.value for found in extensions if isinstance(found.value, kind)), None)


def _check_algorithm(read: _Read) -> None:
    if read.algorithm != SignatureAlgorithmOID.ECDSA_WITH_SHA256:
        raise ChainAlgorithmError("expected certificates signed with ECDSA and SHA-256")


def _check_critical(read: _Read) -> None:
    """Refuse what RFC 5280 section 4.2 says must be understood; name constraints are critical by section 4.2.1.10."""
    for found in read.extensions:
        must = found.critical or found.oid == ExtensionOID.NAME_CONSTRAINTS
        if must and found.oid not in _UNDERSTOOD:
            raise ChainExtensionError(f"the critical extension {found.oid.dotted_string} is not understood")


def _check_dates(read: _Read, at: datetime) -> None:
    if not read.starts <= at <= read.ends:  # RFC 5280 section 4.1.2.5: both ends count
        raise ChainTimeError("a certificate was not valid when this was signed")


def _check_leaf(read: _Read) -> None:
    if read.basic is not None and read.basic.ca:
        raise ChainAuthorityError("expected the first certificate to be none of an authority")
    if read.usage is None or not read.usage.digital_signature:
        raise ChainUsageError("expected the first certificate to be for digital signatures")
    _check_purposes(read)


def _check_authority(read: _Read, *, below: int) -> None:
    """Refuse a certificate above the first one that may not have `below` authorities under it."""
    if read.basic is None or not read.basic.ca:
        raise ChainAuthorityError("expected authorities above the first certificate")
    if read.basic.path_length is not None and below > read.basic.path_length:  # RFC 5280 section 4.2.1.9
        raise ChainAuthorityError("an authority allows fewer authorities below it")
    if read.usage is None or not read.usage.key_cert_sign:
        raise ChainUsageError("expected authorities that may sign certificates")
    _check_purposes(read)


def _check_purposes(read: _Read) -> None:
    """Refuse a web server's certificate, and an authority's for those alone (RFC 5280 section 4.2.1.12)."""
    if read.purposes is not None and not _PURPOSES & set(read.purposes):
        raise ChainUsageError("expected certificates for signing documents")


def _check_name(leaf: _Read, iss: str) -> None:
    """Refuse a certificate of somebody else than `iss`.

    SD-JWT VC draft-24 section 2.5 says that the issuer is the certificate's subject; how a name says so is from its
    draft-08 section 3.5: `iss` itself, or the host in it. A common name says nothing, and a wildcard names nobody.
    """
    found = leaf.names
    if found is not None and iss in found.get_values_for_type(x509.UniformResourceIdentifier):
        return
    host = host_of(iss)
    named = found.get_values_for_type(x509.DNSName) if found is not None else []
    if host is None or host not in (name.lower() for name in named):
        raise ChainNameError("the certificate was issued to somebody else")


def host_of(iss: str) -> str | None:
    """Return the host in an issuer's https URL, in lower case; None where there is none."""
    try:
        parts = urlsplit(iss)
        return parts.hostname if parts.scheme == "https" else None
    except ValueError:
        return None


def _anchors_above(last: _Read, anchors: Sequence[x509.Certificate]) -> list[_Read]:
    above = [_read(anchor) for anchor in anchors if anchor.subject == last.issuer]
    if not above:
        raise ChainAnchorError("the certificates lead to none of the issuer's anchors")
    return above


def _check_path(chain: Sequence[_Read], anchors: Sequence[_Read], at: datetime) -> None:
    leaf, *between = (read.certificate for read in chain)
    builder = PolicyBuilder().store(Store([anchor.certificate for anchor in anchors]))
    builder = builder.time(at).max_chain_depth(MAX_CERTIFICATES)
    builder = builder.extension_policies(ca_policy=_AUTHORITY, ee_policy=_LEAF)
    try:
        path = builder.build_client_verifier().verify(leaf, between).chain
    except (VerificationError, ValueError) as exc:
        raise ChainPathError("the certificates do not certify each other up to an anchor") from exc
    # RFC 7515 section 4.1.6: each certifies the one before; none is beside the path
    if path[:-1] != [leaf, *between]:
        raise ChainPathError("expected each certificate to be followed by its issuer's, and no other")


# What these two demand is checked above with a code of its own; without a purpose of TLS (`clientAuth`), on purpose.
_AUTHORITY: Final = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)
    .require_present(x509.KeyUsage, Criticality.AGNOSTIC, None)
)
_LEAF: Final = (
    ExtensionPolicy.permit_all()
    .require_present(x509.SubjectAlternativeName, Criticality.AGNOSTIC, None)
    .require_present(x509.KeyUsage, Criticality.AGNOSTIC, None)
)


def _verifying_key(key: EllipticCurvePublicKey) -> VerifyingKey:
    numbers = key.public_numbers()
    x, y = (encode_base64url(n.to_bytes(COORDINATE_BYTES, "big")) for n in (numbers.x, numbers.y))
    return VerifyingKey.from_jwk({"kty": "EC", "crv": "P-256", "x": x, "y": y})
