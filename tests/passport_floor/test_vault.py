"""What the vault opens: only what was sealed for exactly this holder, table, row and field, under a key in custody."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passport.custody import FileCustody, KekCustody, Wrapped, context
from passport.storage_errors import CustodyError, HolderErasedError, SealError
from passport.vault import SCHEMA, HolderVault, ServiceVault, Vault

PLACE = {"table": "entries", "row": "e1", "field": "sealed_credential"}
PLAINTEXT = "Rwy'n defnyddio BSL: ŵ ŷ".encode()
NAMES = st.text(max_size=12)


def sams(custody: KekCustody, holder_id: str = "sam") -> HolderVault:
    vault = Vault(custody)
    wrapped = vault.new_data_key(holder_id)
    return vault.of(holder_id, wrapped.data, wrapped.version)


@pytest.fixture
def custody(tmp_path: Path) -> FileCustody:
    return FileCustody.open_or_create(tmp_path / "keys")


@given(plaintext=st.binary(max_size=2000), table=NAMES, row=NAMES, field=NAMES)
def test_what_is_sealed_opens_in_its_place(plaintext: bytes, table: str, row: str, field: str) -> None:
    vault = HolderVault("sam", bytes(32))
    sealed = vault.seal(plaintext, table=table, row=row, field=field)
    assert vault.open(sealed, table=table, row=row, field=field) == plaintext
    assert len(sealed) == len(plaintext) + 1 + 12 + 16


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"row": "e2"},
        {"field": "sealed_terms"},
        {"table": "grants"},
        {"row": ""},
        {"table": "e1", "row": "entries"},
    ],
    ids=["another row", "another field", "another table", "no row", "table and row swapped"],
)
def test_a_value_moved_within_a_holder_is_refused(custody: FileCustody, elsewhere: dict[str, str]) -> None:
    vault = sams(custody)
    sealed = vault.seal(PLAINTEXT, **PLACE)
    with pytest.raises(SealError, match="altered, or sealed for another place"):
        vault.open(sealed, **{**PLACE, **elsewhere})


def test_a_value_moved_to_another_holder_is_refused(custody: FileCustody) -> None:
    sealed = sams(custody).seal(PLAINTEXT, **PLACE)
    with pytest.raises(SealError):
        sams(custody, "alex").open(sealed, **PLACE)


def test_a_value_is_bound_to_its_holder_even_under_the_same_key() -> None:
    sealed = HolderVault("sam", bytes(32)).seal(PLAINTEXT, **PLACE)
    with pytest.raises(SealError):
        HolderVault("alex", bytes(32)).open(sealed, **PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [{"row": "p2"}, {"field": "sealed_name"}, {"table": "organisations"}],
    ids=["row", "field", "table"],
)
def test_a_value_of_the_service_moved_elsewhere_is_refused(elsewhere: dict[str, str]) -> None:
    vault = ServiceVault(bytes(32))
    place = {"table": "practitioners", "row": "p1", "field": "sealed_person"}
    sealed = vault.seal(PLAINTEXT, **place)
    assert vault.open(sealed, **place) == PLAINTEXT
    with pytest.raises(SealError):
        vault.open(sealed, **{**place, **elsewhere})


def test_a_value_of_the_service_is_no_holders_even_under_the_same_key() -> None:
    sealed = ServiceVault(bytes(32)).seal(PLAINTEXT, **PLACE)
    for holder_id in ("", "sam"):
        with pytest.raises(SealError):
            HolderVault(holder_id, bytes(32)).open(sealed, **PLACE)


def test_a_data_key_moved_to_another_holder_is_refused(custody: FileCustody) -> None:
    vault = Vault(custody)
    wrapped = vault.new_data_key("sam")
    with pytest.raises(SealError):
        vault.of("alex", wrapped.data, wrapped.version)


def test_every_flipped_bit_is_refused(custody: FileCustody) -> None:
    vault = sams(custody)
    sealed = vault.seal(b"short", **PLACE)
    for place in range(len(sealed) * 8):
        altered = bytearray(sealed)
        altered[place // 8] ^= 1 << place % 8
        with pytest.raises(SealError):
            vault.open(bytes(altered), **PLACE)


def test_every_truncation_is_refused(custody: FileCustody) -> None:
    vault = sams(custody)
    sealed = vault.seal(b"short", **PLACE)
    for length in range(len(sealed)):
        with pytest.raises(SealError):
            vault.open(sealed[:length], **PLACE)


def test_an_unknown_schema_is_refused(custody: FileCustody) -> None:
    vault = sams(custody)
    sealed = vault.seal(PLAINTEXT, **PLACE)
    with pytest.raises(SealError, match=f"schema {SCHEMA}"):
        vault.open(bytes([SCHEMA + 1]) + sealed[1:], **PLACE)


def test_the_same_text_never_seals_alike(custody: FileCustody) -> None:
    vault = sams(custody)
    assert len({vault.seal(PLAINTEXT, **PLACE) for _ in range(100)}) == 100


def test_no_error_says_what_was_sealed(custody: FileCustody) -> None:
    vault = sams(custody)
    sealed = vault.seal(PLAINTEXT, **PLACE)
    with pytest.raises(SealError) as refused:
        vault.open(sealed, **{**PLACE, "row": "a secret row"})
    assert "BSL" not in str(refused.value)
    assert "secret" not in str(refused.value)


def test_an_erased_holder_cannot_be_opened(custody: FileCustody) -> None:
    with pytest.raises(HolderErasedError):
        Vault(custody).of("sam", None, 1)


@given(one=st.lists(NAMES, max_size=5), other=st.lists(NAMES, max_size=5))
def test_no_two_contexts_look_alike(one: list[str], other: list[str]) -> None:
    assert (context(*one) == context(*other)) == (one == other)


def test_rotating_the_kek_keeps_every_field_and_changes_only_the_wrapping(custody: FileCustody) -> None:
    vault = Vault(custody)
    before = vault.new_data_key("sam")
    sealed = vault.of("sam", before.data, before.version).seal(PLAINTEXT, **PLACE)
    assert custody.rotate() == 2
    after = vault.rewrap("sam", before)
    assert (before.version, after.version) == (1, 2)
    for wrapped in (before, after):
        assert vault.of("sam", wrapped.data, wrapped.version).open(sealed, **PLACE) == PLAINTEXT


def test_another_process_learns_of_a_rotation_when_it_needs_the_key(
    custody: FileCustody, tmp_path: Path
) -> None:
    other = FileCustody(tmp_path / "keys")
    custody.rotate()
    wrapped = custody.wrap(b"key", aad=b"place")
    assert other.version == 1
    assert other.unwrap(wrapped, aad=b"place") == b"key"
    assert other.rotate() == 3


def test_a_kek_version_that_is_not_in_custody_is_said_so(custody: FileCustody) -> None:
    with pytest.raises(CustodyError, match="restore it"):
        custody.unwrap(Wrapped(7, bytes(60)), aad=b"")


@pytest.mark.parametrize("data", [b"", bytes(11), bytes(27), bytes(60)])
def test_what_was_never_wrapped_is_refused(custody: FileCustody, data: bytes) -> None:
    with pytest.raises(SealError):
        custody.unwrap(Wrapped(1, data), aad=b"")


def test_custody_is_stable_and_private(tmp_path: Path) -> None:
    first = FileCustody.open_or_create(tmp_path / "keys")
    wrapped = first.wrap(b"key", aad=b"place")
    assert FileCustody.open_or_create(tmp_path / "keys").unwrap(wrapped, aad=b"place") == b"key"
    assert [(path.name, path.stat().st_mode & 0o777) for path in (tmp_path / "keys").iterdir()] == [
        ("kek-0001", 0o600)
    ]
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_a_kek_that_others_can_read_is_refused(tmp_path: Path) -> None:
    FileCustody.open_or_create(tmp_path)
    (tmp_path / "kek-0001").chmod(0o640)
    with pytest.raises(CustodyError, match="chmod 600"):
        FileCustody(tmp_path)


@pytest.mark.parametrize("damage", [b"", bytes(31), bytes(33)])
def test_a_damaged_kek_is_refused(tmp_path: Path, damage: bytes) -> None:
    FileCustody.open_or_create(tmp_path)
    (tmp_path / "kek-0001").write_bytes(damage)
    with pytest.raises(CustodyError, match="expected 32"):
        FileCustody(tmp_path)


def test_an_empty_folder_is_no_custody(tmp_path: Path) -> None:
    with pytest.raises(CustodyError, match="restore kek-0001"):
        FileCustody(tmp_path)


class InMemoryCustody:
    """Another custodian, as a token or a cloud would be: it never gives its key away."""

    version = 1

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[bytes, bytes]] = {}

    def wrap(self, key: bytes, *, aad: bytes) -> Wrapped:
        handle = len(self._kept).to_bytes(4, "big")
        self._kept[handle] = (key, aad)
        return Wrapped(self.version, handle)

    def unwrap(self, wrapped: Wrapped, *, aad: bytes) -> bytes:
        key, bound_to = self._kept[wrapped.data]
        if bound_to != aad:
            raise SealError("bound to another place")
        return key


def test_any_custodian_of_the_protocol_will_do() -> None:
    vault = sams(InMemoryCustody())
    assert vault.open(vault.seal(PLAINTEXT, **PLACE), **PLACE) == PLAINTEXT
