"""Every setting, read from the environment as PASSPORT_*. Read when Settings() is called, never at import."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from consent.share import TOKEN_CHARACTERS, URL_LENGTH_MAX, manifest_url
from passport.messages.address import AddressError, read_address
from schemas.consent_vocabulary import is_country

BASE_URL_LENGTH_MAX: Final = URL_LENGTH_MAX - len(manifest_url("", "")) - TOKEN_CHARACTERS
THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs the service, and how to reach them; empty: nobody has said."""

    name: str
    contact: str

    @property
    def link(self) -> str:
        """Where a link to them leads."""
        return self.contact if self.contact.startswith("https://") else f"mailto:{self.contact}"


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
    operator_name: str = Field(
        default="",
        pattern=r"^(|[^\x00-\x20\x7f\"\\<>][^\x00-\x1f\x7f\"\\<>]{0,119})$",
        description="Who runs the service and answers for it (the controller), as people know them. Pages and receipts"
        " say it; empty: they say that nobody has said who runs it.",
    )
    operator_contact: str = Field(
        default="",
        description="Their e-mail address, or the https address of a page that says how to reach them.",
    )
    stored_in: str = Field(
        default="",
        description="Countries in which the data and its backups are stored, as ISO 3166-1 codes with commas between:"
        " GB,IE. Receipts say it; empty: they say nothing of it.",
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
    manifests_per_hour: int = Field(
        default=60,
        ge=1,
        description="How often programs may fetch one share in an hour before they have to wait.",
    )

    mail_carrier: Literal["off", "console", "smtp", "notify"] = Field(
        default="off",
        description="Who carries e-mail: off (no message is written), console (shows it, codes included: for trying"
        " out only), smtp, or notify (GOV.UK Notify).",
    )
    mail_from: str = Field(default="no-reply@passport.example", description="Address that e-mail comes from.")
    mail_from_name: str = Field(
        default="Passport service",
        pattern=r"^[^\x00-\x1f\x7f\"\\<>]{1,64}$",
        description="Name that e-mail comes from. Anyone can see it: choose one that tells nothing of health.",
    )
    mail_smtp_host: str = Field(default="localhost", description="Mail server.")
    mail_smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server.")
    mail_smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="starttls, tls, or none, which is allowed for a mail server on this machine only.",
    )
    mail_smtp_user: str = Field(
        default="", description="Name to sign in with at the mail server, if it asks."
    )
    mail_smtp_password: str = Field(default="", repr=False, description="Password at the mail server.")
    mail_notify_key: str = Field(default="", repr=False, description="API key of GOV.UK Notify.")
    mail_notify_template: str = Field(
        default="",
        description="Id of the template there: ((subject)) as subject, ((body)) as message, no more.",
    )
    mail_notify_url: str = Field(
        default="https://api.notifications.service.gov.uk", description="Where GOV.UK Notify is reached."
    )

    @field_validator("operator_contact")
    @classmethod
    def _reaches_somebody(cls, value: str) -> str:
        parts = urlsplit(value)
        if not value or (parts.scheme == "https" and parts.hostname and parts.username is None):
            return value
        try:
            return read_address(value)
        except AddressError:
            raise ValueError("expected an e-mail address, or an address that starts with https://") from None

    @field_validator("stored_in")
    @classmethod
    def _are_countries(cls, value: str) -> str:
        codes = [code.strip() for code in value.split(",")] if value.strip() else []
        if not all(map(is_country, codes)) or len(set(codes)) != len(codes):
            raise ValueError("expected ISO 3166-1 codes with commas between, such as GB,IE (GB, not UK)")
        return ",".join(codes)

    @field_validator("mail_from")
    @classmethod
    def _is_address(cls, value: str) -> str:
        try:
            return read_address(value)
        except AddressError as exc:
            raise ValueError(str(exc)) from None

    @model_validator(mode="after")
    def _can_carry(self) -> Self:
        if self.mail_smtp_security == "none" and self.mail_smtp_host not in THIS_MACHINE:
            raise ValueError(
                "mail_smtp_security: none is for a mail server on this machine; use starttls or tls"
            )
        if self.mail_carrier == "notify":
            if not (self.mail_notify_key and self.mail_notify_template):
                raise ValueError("mail_carrier: notify needs mail_notify_key and mail_notify_template")
            if not self.mail_notify_url.startswith("https://") and (
                urlsplit(self.mail_notify_url).hostname not in THIS_MACHINE
            ):
                raise ValueError("mail_notify_url: expected an https URL")
        return self

    @field_validator("base_url", "issuer_url")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise ValueError("expected a URL such as https://passport.example")
        if parts.query or parts.fragment or parts.path not in ("", "/"):
            raise ValueError("expected no path, query or fragment")
        return value.rstrip("/")

    @field_validator("base_url")
    @classmethod
    def _leaves_room_for_a_share(cls, value: str) -> str:
        if len(value) > BASE_URL_LENGTH_MAX:
            raise ValueError(
                f"expected at most {BASE_URL_LENGTH_MAX} characters, because a SMART Health Link's address has"
                f" {URL_LENGTH_MAX} at most: use a shorter host name"
            )
        return value

    @field_validator("database_url")
    @classmethod
    def _is_known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("expected sqlite:///file or postgresql://user@host/name")
        return value

    @property
    def countries(self) -> tuple[str, ...] | None:
        """Where the data is stored, as ISO 3166-1 codes; None: nobody has said."""
        return tuple(self.stored_in.split(",")) if self.stored_in else None

    @property
    def operator(self) -> Operator:
        """Who runs the service."""
        return Operator(self.operator_name, self.operator_contact)

    @property
    def database(self) -> str:
        """The URL of the database to open."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'passport.db').resolve()}"
