"""Integrity metadata: SD-JWT VC section 6, W3C SRI section 3."""

from base64 import b64encode, urlsafe_b64encode
from hashlib import md5, sha256, sha384, sha512

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.integrity import (
    IntegrityError,
    IntegrityFormatError,
    IntegrityMismatchError,
    IntegrityUnsupportedError,
    check_integrity,
    integrity_of,
)

DATA = b'{"vct":"https://types.example/a"}'
HASHES = {"sha256": sha256, "sha384": sha384, "sha512": sha512}


def token(name: str, data: bytes = DATA) -> str:
    return f"{name}-{b64encode(HASHES[name](data).digest()).decode()}"


TRUE_256, TRUE_384, TRUE_512 = (token(name) for name in HASHES)
FALSE_256, FALSE_384, FALSE_512 = (token(name, b"other") for name in HASHES)


def test_sd_jwt_vc_6_a_known_digest() -> None:
    # W3C SRI section 3.1, which hashes this line of script with SHA-384.
    script = b"alert('Hello, world.');"
    check_integrity(script, "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO")


@pytest.mark.parametrize(
    "metadata",
    [
        integrity_of(DATA),
        TRUE_256,
        TRUE_384,
        TRUE_512,
        f"{TRUE_256} {FALSE_256}",
        f"  {FALSE_512}\n\t{TRUE_512} ",
        f"{FALSE_256} {TRUE_384}",  # the strongest decides
        f"{FALSE_256} {FALSE_384} {TRUE_512}",
        f"sha3-512-AAAA {TRUE_256}",  # a hash of tomorrow says nothing today
        f"{TRUE_256}?ct=application/json",  # options are ignored
    ],
)
def test_sd_jwt_vc_6_the_document_it_speaks_of_passes(metadata: str) -> None:
    check_integrity(DATA, metadata)


@pytest.mark.parametrize(
    "metadata",
    [
        FALSE_256,
        FALSE_384,
        FALSE_512,
        f"{TRUE_256} {FALSE_512}",
        f"{TRUE_384} {FALSE_512}",
        f"{TRUE_256} {FALSE_384}",
    ],
)
def test_sd_jwt_vc_6_another_document_is_refused_by_the_strongest_hash(metadata: str) -> None:
    with pytest.raises(IntegrityMismatchError):
        check_integrity(DATA, metadata)


@pytest.mark.parametrize(
    "metadata", ["sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "md5-AAAA", "sha3-512-AAAA md5-AAAA"]
)
def test_sd_jwt_vc_6_metadata_without_a_hash_that_is_understood_is_refused(metadata: str) -> None:
    with pytest.raises(IntegrityUnsupportedError):  # a browser would load it (SRI section 3.3.5)
        check_integrity(DATA, metadata)


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        5,
        [TRUE_256],
        "",
        " ",
        "sha256",
        "sha256-",
        "sha256:" + TRUE_256[7:],
        TRUE_256.upper(),
        TRUE_256.rstrip("="),
        TRUE_256[:-4],
        f"sha512-{TRUE_256[7:]}",
        f"sha256-{b64encode(md5(DATA).digest()).decode()}",
        f"sha256-{urlsafe_b64encode(bytes([251] * 32)).decode()}",
        f"sha256-{'A' * 42}B=",  # the last character has bits that no byte uses
        f"{TRUE_256},{TRUE_256}",
        f"{TRUE_256} sha256",
        f"{TRUE_256}\u00a0",
        f"{TRUE_256} " * 100,
    ],
)
def test_sd_jwt_vc_6_what_is_no_integrity_metadata_is_refused(metadata: object) -> None:
    with pytest.raises(IntegrityFormatError):
        check_integrity(DATA, metadata)


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_sd_jwt_vc_6_a_document_passes_its_own_metadata_and_no_others(one: bytes, other: bytes) -> None:
    check_integrity(one, integrity_of(one))
    if one != other:
        with pytest.raises(IntegrityMismatchError):
            check_integrity(other, integrity_of(one))


@given(st.text(alphabet="sha256384512-+/=? AB\n", max_size=120))
def test_sd_jwt_vc_6_hostile_metadata_raises_our_errors_alone(metadata: str) -> None:
    with pytest.raises(IntegrityError):
        check_integrity(DATA, metadata)
