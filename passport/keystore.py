"""Issuers' signing keys and the deployment's secrets, as files encrypted under the KEK. No database.

A file is JSON {"kek_version", "wrapped"}; what it holds is bound to its issuer and kid (or its name), so a moved file
does not open. Left out: which key signs when (passport.store.issuers) and holders' keys (passport.vault).
"""

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from issuers.encoding import decode_base64url, decode_json_object, encode_base64url, encode_json
from issuers.keys import SoftwareSigner
from passport.custody import KekCustody, Wrapped, context
from passport.private_files import create_private, private_directory, read_private, replace_private
from passport.storage_errors import CustodyError
from schemas.errors import EncodingError

SECRET_BYTES: Final = 32
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
_SUFFIX: Final = ".json"


class KeyStore:
    """A folder with one folder of keys per issuer, and one of named secrets."""

    def __init__(self, directory: Path, custody: KekCustody) -> None:
        self._issuers = private_directory(directory) / "issuers"
        self._secrets = directory / "secrets"
        self._custody = custody

    def create(self, issuer_id: str) -> SoftwareSigner:
        """Return a new signing key of an issuer, stored durably before it is returned."""
        signer = SoftwareSigner.generate()
        place = self._key_file(issuer_id, signer.kid)
        private_directory(place.parent)
        create_private(place, self._wrap(encode_json(signer.private_jwk()), _key_aad(issuer_id, signer.kid)))
        return signer

    def signer(self, issuer_id: str, kid: str) -> SoftwareSigner:
        """Return one signing key of an issuer.

        Raises:
            CustodyError: the file is missing, readable by others or damaged, or its KEK version is missing.
            SealError: the file was altered, or belongs to another issuer or kid.
        """
        place = self._key_file(issuer_id, kid)
        plain = self._unwrap(place, _key_aad(issuer_id, kid))
        signer = SoftwareSigner.from_jwk(decode_json_object(plain))
        if signer.kid != kid:
            raise CustodyError(f"{place} holds another key than its name says: restore it")
        return signer

    def kids(self, issuer_id: str) -> Sequence[str]:
        """Return the kids of an issuer's keys, sorted."""
        folder = self._issuers / _checked(issuer_id)
        return sorted(path.name.removesuffix(_SUFFIX) for path in folder.glob(f"[!.]*{_SUFFIX}"))

    def secret(self, name: str) -> bytes:
        """Return the deployment's secret of this name (32 bytes), made at the first call and the same ever after.

        Raises:
            CustodyError: the file is readable by others or damaged, or its KEK version is missing.
            SealError: the file was altered, or belongs to another name.
        """
        place = self._secrets / f"{_checked(name)}{_SUFFIX}"
        if not place.exists():
            private_directory(place.parent)
            with suppress(FileExistsError):  # another process of this service was quicker
                create_private(place, self._wrap(os.urandom(SECRET_BYTES), _secret_aad(name)))
        return self._unwrap(place, _secret_aad(name))

    def has_secret(self, name: str) -> bool:
        """Return whether the secret of this name was ever made."""
        return (self._secrets / f"{_checked(name)}{_SUFFIX}").exists()

    def rewrap(self) -> int:
        """Wrap every file anew under the current KEK; return how many. Safe to run again after a crash."""
        places = [
            *(
                (path, _key_aad(path.parent.name, _stem(path)))
                for path in self._issuers.glob(f"*/[!.]*{_SUFFIX}")
            ),
            *((path, _secret_aad(_stem(path))) for path in self._secrets.glob(f"[!.]*{_SUFFIX}")),
        ]
        for path, aad in places:
            replace_private(path, self._wrap(self._unwrap(path, aad), aad))
        return len(places)

    def _key_file(self, issuer_id: str, kid: str) -> Path:
        return self._issuers / _checked(issuer_id) / f"{_checked(kid)}{_SUFFIX}"

    def _wrap(self, plain: bytes, aad: bytes) -> bytes:
        wrapped = self._custody.wrap(plain, aad=aad)
        return encode_json({"kek_version": wrapped.version, "wrapped": encode_base64url(wrapped.data)})

    def _unwrap(self, place: Path, aad: bytes) -> bytes:
        return self._custody.unwrap(_read_wrapped(place), aad=aad)


def _read_wrapped(place: Path) -> Wrapped:
    try:
        stored = decode_json_object(read_private(place))
        version, text = stored.get("kek_version"), stored.get("wrapped")
        if type(version) is int and isinstance(text, str):
            return Wrapped(version, decode_base64url(text))
    except EncodingError as exc:
        raise CustodyError(f"{place} is damaged: restore it from the backup of keys") from exc
    raise CustodyError(f"{place} is damaged: restore it from the backup of keys")


def _checked(name: str) -> str:
    """Return a name that is safe as a file's.

    Raises:
        ValueError: it is not 1 to 128 letters, digits, hyphens and underscores.
    """
    if not _NAME.fullmatch(name):
        raise ValueError("expected a name of 1 to 128 letters, digits, hyphens and underscores")
    return name


def _stem(path: Path) -> str:
    return path.name.removesuffix(_SUFFIX)


def _key_aad(issuer_id: str, kid: str) -> bytes:
    return context("issuer-key", issuer_id, kid)


def _secret_aad(name: str) -> bytes:
    return context("secret", name)
