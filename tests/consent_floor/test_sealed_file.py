"""The files of a share: sealed and opened again, and refused whenever one bit differs."""

import zlib

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from consent.sealed_file import FHIR_JSON, OpenedFile, SealedFileError, open_file, seal_file
from issuers.encoding import decode_base64url, encode_base64url, encode_json

KEY = bytes(range(32))
IV = bytes(range(12))
JWE = seal_file(b'{"resourceType":"Bundle"}', KEY, content_type=FHIR_JSON, iv=IV)


def sealed_with(header: dict[str, object], content: bytes = b"{}") -> str:
    protected = encode_base64url(encode_json(header))
    sealed = AESGCM(KEY).encrypt(IV, content, protected.encode())
    return ".".join((protected, "", *map(encode_base64url, (IV, sealed[:-16], sealed[-16:]))))


HEADER: dict[str, object] = {"alg": "dir", "enc": "A256GCM", "cty": FHIR_JSON}


@given(st.binary(max_size=500), st.binary(min_size=32, max_size=32), st.binary(min_size=12, max_size=12))
def test_a_file_is_opened_as_it_was_sealed(content: bytes, key: bytes, iv: bytes) -> None:
    opened = open_file(seal_file(content, key, content_type=FHIR_JSON, iv=iv), key)
    assert opened == OpenedFile(content, FHIR_JSON)


@pytest.mark.parametrize("position", [place for place, character in enumerate(JWE) if character != "."])
def test_a_file_with_one_character_changed_is_refused(position: int) -> None:
    other = "A" if JWE[position] != "A" else "B"
    with pytest.raises(SealedFileError):
        open_file(JWE[:position] + other + JWE[position + 1 :], KEY)


@pytest.mark.parametrize("length", range(len(JWE)))
def test_a_file_cut_short_is_refused(length: int) -> None:
    with pytest.raises(SealedFileError):
        open_file(JWE[:length], KEY)


@pytest.mark.parametrize(
    "jwe",
    [
        pytest.param(sealed_with({**HEADER, "alg": "A256KW"}), id="another alg"),
        pytest.param(sealed_with({**HEADER, "enc": "A128GCM"}), id="another enc"),
        pytest.param(sealed_with({"alg": "dir", "enc": "A256GCM"}), id="no cty"),
        pytest.param(sealed_with({**HEADER, "crit": ["exp"]}), id="crit"),
        pytest.param(sealed_with({**HEADER, "zip": "GZ"}), id="another zip"),
        pytest.param(sealed_with({**HEADER, "zip": "DEF"}, b"not deflated"), id="not compressed"),
        pytest.param(
            sealed_with({**HEADER, "zip": "DEF"}, zlib.compress(b"{}")[2:-6]), id="compressed and cut"
        ),
        pytest.param(
            sealed_with({**HEADER, "zip": "DEF"}, zlib.compress(bytes(17 << 20), 9)[2:-4]), id="a bomb"
        ),
        pytest.param(JWE.replace("..", ".AAAA."), id="an encrypted key"),
        pytest.param(JWE + ".AAAA", id="six parts"),
        pytest.param("A" * (9 << 20), id="too long"),
    ],
)
def test_a_jwe_of_another_form_is_refused(jwe: str) -> None:
    with pytest.raises(SealedFileError):
        open_file(jwe, KEY)


def test_a_compressed_file_is_opened() -> None:
    raw = zlib.compress(b'{"a":1}')[2:-4]
    assert open_file(sealed_with({**HEADER, "zip": "DEF"}, raw), KEY).content == b'{"a":1}'


def test_another_key_does_not_open_a_file() -> None:
    with pytest.raises(SealedFileError):
        open_file(JWE, bytes(32))
    with pytest.raises(SealedFileError):
        open_file(JWE, KEY[:16])


def test_sealing_asks_for_the_right_lengths() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal_file(b"", KEY[:16], content_type=FHIR_JSON, iv=IV)


def test_the_example_of_the_guide_has_this_form() -> None:
    # IG, "Example Encryption": its header, with another content type, is ours member for member and in order.
    assert (
        decode_base64url(JWE.split(".")[0]) == b'{"alg":"dir","enc":"A256GCM","cty":"application/fhir+json"}'
    )
