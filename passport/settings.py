"""Every setting, read from the environment as PASSPORT_*. Read when Settings() is called, never at import."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The service's settings. The README and `passport --help` list them from here."""

    model_config = SettingsConfigDict(
        env_prefix="PASSPORT_", frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )

    port: int = Field(default=8000, ge=1, le=65535, description="Port to listen on.")
    base_url: str = Field(
        default_factory=lambda others: f"http://localhost:{others['port']}",
        description="Where people reach the service; links and QR codes start with it. No path, no slash at the end.",
    )
    issuer_url: str = Field(
        default="https://passport.example",
        description="What issuer and section-type URLs in signed entries start with. Must never change once entries"
        " are signed, even when BASE_URL does. The default is for trying out only.",
    )
    data_dir: Path = Field(
        default=Path("data"),
        description="Folder of key files and, unless DATABASE_URL says otherwise, of the database. Back up its keys"
        " apart from the database.",
    )
    database_url: str = Field(
        default="",
        repr=False,
        description="sqlite:///file or postgresql://user:password@host/name. Empty: passport.db in DATA_DIR.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 for every network.")
    threads: int = Field(
        default=4,
        ge=1,
        le=64,
        description="Worker threads of ordinary routes, and database connections for them.",
    )
    writer_queue: int = Field(
        default=1024,
        ge=1,
        le=65536,
        description="Writes that may wait for the database before callers are told 503.",
    )
    session_hours: int = Field(default=12, ge=1, le=720, description="How long a sign-in lasts.")
    viewing_minutes: int = Field(
        default=15, ge=1, le=60, description="How long a recipient may reload and print after pressing Open."
    )
    passcode_attempts: int = Field(
        default=10, ge=1, le=100, description="Wrong passcodes in the life of a share before it locks."
    )
    code_misses_per_hour: int = Field(
        default=600, ge=1, description="Wrong typed codes in one hour, over all shares, before codes pause."
    )

    @field_validator("base_url", "issuer_url")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise ValueError("expected a URL such as https://passport.example")
        if parts.query or parts.fragment or parts.path not in ("", "/"):
            raise ValueError("expected no path, query or fragment")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _is_known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("expected sqlite:///file or postgresql://user@host/name")
        return value

    @property
    def database(self) -> str:
        """The URL of the database to open."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'passport.db').resolve()}"
