"""Key files: private, whole, bound to their place, and wrapped anew when the KEK rotates."""

import json
import os
import shutil
from pathlib import Path

import pytest

from passport.custody import FileCustody
from passport.db import Database
from passport.keystore import SECRET_BYTES, KeyStore
from passport.private_files import create_private, read_private, replace_private
from passport.rotation import rewrap
from passport.storage_errors import CustodyError, SealError
from passport.store import holders
from passport.vault import Vault
from tests.passport_floor.rows import NOW, holder_row


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def custody(keys: Path) -> FileCustody:
    return FileCustody.open_or_create(keys)


@pytest.fixture
def keystore(keys: Path, custody: FileCustody) -> KeyStore:
    return KeyStore(keys, custody)


def key_file(keys: Path, issuer_id: str, kid: str) -> Path:
    return keys / "issuers" / issuer_id / f"{kid}.json"


def test_a_key_is_the_same_after_a_restart(keys: Path, keystore: KeyStore) -> None:
    created = [keystore.create("i1").kid for _ in range(3)]
    restarted = KeyStore(keys, FileCustody(keys))
    assert restarted.kids("i1") == sorted(created)
    for kid in created:
        signer = restarted.signer("i1", kid)
        assert signer.kid == kid
        assert signer.public_jwk == keystore.signer("i1", kid).public_jwk


def test_an_unknown_issuer_has_no_keys(keystore: KeyStore) -> None:
    assert keystore.kids("nobody") == []
    with pytest.raises(CustodyError, match="is missing"):
        keystore.signer("nobody", "x")


def test_every_file_and_folder_is_nobody_elses(keys: Path, keystore: KeyStore) -> None:
    keystore.create("i1")
    keystore.secret("lookup")
    for path in [keys, *keys.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_no_file_shows_a_private_key(keys: Path, keystore: KeyStore) -> None:
    signer = keystore.create("i1")
    stored = key_file(keys, "i1", signer.kid).read_text()
    assert json.loads(stored).keys() == {"kek_version", "wrapped"}
    assert signer.private_jwk()["d"] not in stored


def test_a_key_moved_to_another_issuer_or_kid_is_refused(keys: Path, keystore: KeyStore) -> None:
    mine, other = keystore.create("i1").kid, keystore.create("i2").kid
    shutil.copy(key_file(keys, "i1", mine), key_file(keys, "i2", mine))
    shutil.copy(key_file(keys, "i1", mine), key_file(keys, "i1", other))
    for issuer_id, kid in (("i2", mine), ("i1", other)):
        with pytest.raises(SealError):
            keystore.signer(issuer_id, kid)


def test_a_secret_moved_to_another_name_is_refused(keys: Path, keystore: KeyStore) -> None:
    keystore.secret("lookup")
    shutil.copy(keys / "secrets" / "lookup.json", keys / "secrets" / "pepper.json")
    with pytest.raises(SealError):
        keystore.secret("pepper")


@pytest.mark.parametrize(
    "damage",
    [b"", b"{}", b"[]", b"\xff", b'{"kek_version":"1","wrapped":"AAAA"}', b'{"kek_version":1,"wrapped":1}',
     b'{"kek_version":true,"wrapped":"AAAA"}', b'{"kek_version":1,"wrapped":"A=="}'],
)  # fmt: skip
def test_a_damaged_file_is_said_to_be(keys: Path, keystore: KeyStore, damage: bytes) -> None:
    signer = keystore.create("i1")
    key_file(keys, "i1", signer.kid).write_bytes(damage)
    with pytest.raises(CustodyError, match="restore it"):
        keystore.signer("i1", signer.kid)


def test_a_file_that_others_can_read_is_refused(keys: Path, keystore: KeyStore) -> None:
    signer = keystore.create("i1")
    key_file(keys, "i1", signer.kid).chmod(0o644)
    with pytest.raises(CustodyError, match="chmod 600"):
        keystore.signer("i1", signer.kid)


@pytest.mark.parametrize("name", ["", "..", "a/b", "a.b", "a" * 129, "é", "a\0", "\n"])
def test_a_name_that_is_no_file_name_is_a_callers_mistake(keystore: KeyStore, name: str) -> None:
    for call in (keystore.create, keystore.kids, keystore.secret):
        with pytest.raises(ValueError, match="expected a name"):
            call(name)


def test_a_secret_is_made_once_and_stays(keys: Path, keystore: KeyStore) -> None:
    secret = keystore.secret("lookup")
    assert len(secret) == SECRET_BYTES
    assert KeyStore(keys, FileCustody(keys)).secret("lookup") == secret
    assert keystore.secret("pepper") != secret


def test_rotating_rewraps_every_key_and_changes_none(
    database: Database, keys: Path, custody: FileCustody, keystore: KeyStore
) -> None:
    vault = Vault(custody)
    sealed = {}
    with database.writing() as connection:
        for holder_id in ("h1", "h2", "h3"):
            wrapped = vault.new_data_key(holder_id)
            opened = vault.of(holder_id, wrapped.data, wrapped.version)
            sealed[holder_id] = opened.seal(b"Sam", table="holders", row=holder_id, field="sealed_name")
            holders.create(connection, holder_row(holder_id, wrapped_data_key=wrapped.data))
        holders.destroy_data_key(connection, "h3", now=NOW)
    signer, secret = keystore.create("i1"), keystore.secret("lookup")

    assert custody.rotate() == 2
    done = rewrap(database, vault, keystore)
    assert (done.kek_version, done.holders, done.files) == (2, 2, 2)
    assert rewrap(database, vault, keystore).holders == 0

    (keys / "kek-0001").unlink()  # nothing needs the old key any more
    fresh = FileCustody(keys)
    assert KeyStore(keys, fresh).signer("i1", signer.kid).private_jwk() == signer.private_jwk()
    assert KeyStore(keys, fresh).secret("lookup") == secret
    with database.reading() as connection:
        for holder_id in ("h1", "h2"):
            row = holders.get(connection, holder_id)
            assert row is not None
            opened = Vault(fresh).of(holder_id, row.wrapped_data_key, row.kek_version)
            name = opened.open(sealed[holder_id], table="holders", row=holder_id, field="sealed_name")
            assert name == b"Sam"


def test_a_private_file_is_never_overwritten_by_creating_it(tmp_path: Path) -> None:
    create_private(tmp_path / "key", b"first")
    with pytest.raises(FileExistsError):
        create_private(tmp_path / "key", b"second")
    assert read_private(tmp_path / "key") == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_replaced_file_stays_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        create_private(tmp_path / "key", b"first")
        replace_private(tmp_path / "key", b"second")
    finally:
        os.umask(before)
    assert read_private(tmp_path / "key") == b"second"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
