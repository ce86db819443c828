"""Settings: read from PASSPORT_* when asked, refused with a plain word, never repeated."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from consent.share import TOKEN_CHARACTERS, URL_LENGTH_MAX, manifest_url
from passport.settings import BASE_URL_LENGTH_MAX, Operator, Settings


def test_without_any_setting_the_service_runs_on_this_machine_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings()
    assert settings.database == f"sqlite:///{tmp_path}/data/passport.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert not (tmp_path / "data").exists()


def test_settings_come_from_the_environment_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSPORT_BASE_URL", "https://passport.example/")
    monkeypatch.setenv("PASSPORT_DATABASE_URL", "postgresql://u:hunter2@h/x")
    monkeypatch.setenv("PASSPORT_THREADS", "8")
    settings = Settings()
    assert (settings.base_url, settings.threads) == ("https://passport.example", 8)
    assert settings.database == "postgresql://u:hunter2@h/x"
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "passport.example"},
        {"base_url": "ftp://passport.example"},
        {"base_url": "https://u:hunter2@passport.example"},
        {"base_url": "https://passport.example/path"},
        {"base_url": "https://passport.example/?hunter2"},
        {"base_url": "https://" + "hunter2." * 10 + "example"},
        {"issuer_url": "https://"},
        {"database_url": "mysql://u:hunter2@h/x"},
        {"operator_name": " "},
        {"operator_name": "<b>hunter2</b>"},
        {"operator_contact": "http://hunter2.example"},
        {"operator_contact": "https://"},
        {"operator_contact": "https://hunter2@passport.example"},
        {"operator_contact": "javascript:hunter2"},
        {"operator_contact": "hunter2"},
        {"stored_in": "United Kingdom"},
        {"stored_in": "UK"},
        {"stored_in": "GB,,IE"},
        {"stored_in": "GB,GB"},
        {"port": 0},
        {"port": 65536},
        {"threads": 0},
        {"passcode_attempts": 0},
        {"nonsense": 1},
    ],
    ids=str,
)
def test_a_wrong_setting_is_refused_by_name_and_not_repeated(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate(wrong)
    assert next(iter(wrong)) in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_who_runs_the_service_and_where_it_stores_is_said_only_when_set() -> None:
    unset = Settings()
    assert (unset.operator, unset.countries) == (Operator("", ""), None)
    told = Settings(
        operator_name="Ymddiriedolaeth A’r B", operator_contact=" a@b.Example", stored_in="GB, IE"
    )
    assert (told.operator.link, told.countries) == ("mailto:a@b.example", ("GB", "IE"))
    page = "https://trust.example/contact?topic=passport"
    assert Settings(operator_contact=page).operator.link == page


def test_every_setting_says_what_it_is_for() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


def test_every_base_url_that_is_taken_leaves_room_for_the_address_of_a_share() -> None:
    longest = "https://" + "a" * (BASE_URL_LENGTH_MAX - 8)
    url = manifest_url(Settings(base_url=longest + "/").base_url, "t" * TOKEN_CHARACTERS)
    assert len(url) == URL_LENGTH_MAX
    with pytest.raises(ValidationError, match="use a shorter host name"):
        Settings(base_url=longest + "a")
