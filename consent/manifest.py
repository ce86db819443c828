"""What a SMART Health Links client asks for and gets: manifest request and manifest.

HL7 SMART Health Cards and Links IG 1.0.0, "SMART Health Link Manifest Request" and "Manifest File". Pure: tickets for
locations are made by the function that is passed in, and only for the files that need one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StrictStr

from consent.sealed_file import FHIR_JSON
from schemas.fields import Line

RECIPIENT_LENGTH_MAX: Final = 200
FHIR_VERSION: Final = "4.0.1"
# Of the whole manifest in 1.0.0 as published; of each file in its continuous build. A link that is no longer valid is a
# 404 here, so no manifest ever says so.
ManifestStatus = Literal["finalized", "can-change"]


def _integral(value: Any) -> Any:
    """Return 1.0 and 1e10 as integers: they are the same numbers (JSON Schema 2020-12 validation, section 6.1.1)."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class ManifestRequest(BaseModel):
    """The body of a manifest POST. Parameters that are not known are ignored, as the IG demands."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    recipient: Annotated[Line, Field(max_length=RECIPIENT_LENGTH_MAX)]
    # IG, "SMART Health Link Manifest Request": what is not the passcode is answered by 401, however long it is.
    passcode: StrictStr | None = None
    embedded_length_max: Annotated[StrictInt, Field(ge=0), BeforeValidator(_integral)] | None = Field(
        None, alias="embeddedLengthMax"
    )


class ManifestFile(BaseModel):
    """One file of a manifest: embedded, or to be fetched from a short-lived location."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    content_type: str = Field(FHIR_JSON, serialization_alias="contentType")
    embedded: str | None = None
    location: str | None = None
    last_updated: str = Field(serialization_alias="lastUpdated")
    status: ManifestStatus
    fhir_version: str = Field(FHIR_VERSION, serialization_alias="fhirVersion")


class Manifest(BaseModel):
    """The answer to a manifest request."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: ManifestStatus
    files: tuple[ManifestFile, ...]

    def body(self) -> dict[str, Any]:
        """Return the JSON body."""
        return self.model_dump(by_alias=True, exclude_none=True)


class PasscodeRefusal(BaseModel):
    """The body of a 401: how many wrong passcodes are left in the share's lifetime."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    remaining_attempts: int = Field(ge=0, serialization_alias="remainingAttempts")


@dataclass(frozen=True, slots=True)
class SealedFile:
    """One sealed file of a share, as it is at this moment."""

    jwe: str
    last_updated: datetime


def manifest(
    files: Sequence[SealedFile],
    *,
    embedded_length_max: int | None,
    locate: Callable[[SealedFile], str],
    live: bool = False,
) -> Manifest:
    """Return the manifest. A file longer than the client's maximum gets the location that `locate` makes for it."""
    status: ManifestStatus = "can-change" if live else "finalized"
    listed = tuple(_file(file, embedded_length_max, locate, status) for file in files)
    return Manifest(status=status, files=listed)


def _file(
    file: SealedFile,
    embedded_length_max: int | None,
    locate: Callable[[SealedFile], str],
    status: ManifestStatus,
) -> ManifestFile:
    # IG, ".files.embedded content": never longer than the client-designated maximum.
    embed = embedded_length_max is None or len(file.jwe) <= embedded_length_max
    return ManifestFile(
        embedded=file.jwe if embed else None,
        location=None if embed else locate(file),
        last_updated=file.last_updated.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        status=status,
    )
