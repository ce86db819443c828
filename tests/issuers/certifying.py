"""Certificates that tests make: authorities and leaves for x5c, right unless a test says otherwise. All fictional."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.x509.oid import NameOID

from issuers.keys import SoftwareSigner
from issuers.x509 import encode_certificate
from tests.issuers.making import NOW

ISS: Final = "https://issuers.example/i/7Q2MZK"
DAY: Final = timedelta(days=1)


def usage(**allowed: bool) -> x509.KeyUsage:
    """Return a key usage of these alone."""
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment"
        " key_agreement key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names.split()})


@dataclass(frozen=True)
class Certified:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Any  # of a P-256 one, unless a test asks for another kind

    @property
    def text(self) -> str:
        return encode_certificate(self.certificate)

    @property
    def signer(self) -> SoftwareSigner:
        return SoftwareSigner(self.key)


def authority(
    name: str, *, by: "Certified | None" = None, path_length: int | None = None, **more: Any
) -> Certified:
    """Return an authority, its own anchor unless another one certifies it."""
    basic = x509.BasicConstraints(ca=True, path_length=path_length)
    settings = {"basic": basic, "key_usage": usage(key_cert_sign=True, crl_sign=True), **more}
    return certify(name, by=by, **settings)


def leaf(by: Certified, **more: Any) -> Certified:
    """Return the certificate of an issuer's key for signatures."""
    settings: dict[str, Any] = {
        "basic": x509.BasicConstraints(ca=False, path_length=None),
        "key_usage": usage(digital_signature=True),
        "names": (x509.UniformResourceIdentifier(ISS),),
        **more,
    }
    return certify("Signer of entries", by=by, **settings)


def certify(
    name: str,
    *,
    by: Certified | None,
    basic: x509.BasicConstraints | None,
    key_usage: x509.KeyUsage | None,
    names: Sequence[x509.GeneralName] = (),
    purposes: Sequence[x509.ObjectIdentifier] = (),
    extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
    key: Any = None,
    starts: datetime = NOW - DAY,
    ends: datetime = NOW + 365 * DAY,
    signed_with: SHA256 | SHA384 | None = None,
) -> Certified:
    """Return a certificate with these extensions."""
    key = key or generate_private_key(SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(ends)
    )
    found: list[tuple[x509.ExtensionType | None, bool]] = [(basic, True), (key_usage, True)]
    found += [(x509.SubjectAlternativeName(names) if names else None, False)]
    found += [(x509.ExtendedKeyUsage(purposes) if purposes else None, False), *extra]
    for extension, critical in found:
        if extension is not None:
            builder = builder.add_extension(extension, critical)
    private: EllipticCurvePrivateKey = by.key if by else key
    return Certified(builder.sign(private, signed_with or SHA256()), key)


def x5c(*chain: Certified) -> list[str]:
    """Return the header's array."""
    return [certified.text for certified in chain]
