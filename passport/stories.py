"""Stories: whole fictional passports as JSON files, with who signs, the appointments held and what is shared.

Section bodies and appointments stay as they are read: the services check them as they check anybody's.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError

from issuers.encoding import decode_json_object
from schemas.errors import EncodingError, PassportError
from schemas.vocabulary import Language, Purpose, RecipientKind, Section

STORIES: Final = Path(__file__).parents[1] / "examples" / "stories"
STORY_BYTES_MAX: Final = 1024 * 1024

Name = Annotated[str, Field(min_length=1, max_length=120)]


class StoryError(PassportError):
    """A story file cannot be read, or is none."""

    code: ClassVar[str] = "story_invalid"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Person(_Part):
    """Whose passport it is."""

    name: Name
    language: Language
    username: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]


class StoryPractitioner(_Part):
    """Who signs."""

    name: Name
    role: Name
    registration: Name


class StoryOrganisation(_Part):
    """For whom they sign. `public_name` is neutral: `name` may tell a condition."""

    name: Name
    public_name: Name


class StoryRecipient(_Part):
    """With whom something is shared."""

    kind: RecipientKind
    name: Name


class StoryShare(_Part):
    """One share. `sections` adds to what the preset switches on; a list of claims narrows a section to them."""

    recipient: StoryRecipient
    purpose: Purpose
    days: Annotated[StrictInt, Field(ge=1, le=366)]
    sections: Mapping[Section, tuple[str, ...] | None] = {}


class Story(_Part):
    """One person's story."""

    fictional: Annotated[str, Field(min_length=1, max_length=500)]  # says that everybody in it is made up
    person: Person
    sections: Mapping[Section, dict[str, Any]]
    practitioner: StoryPractitioner
    organisation: StoryOrganisation
    appointments: tuple[dict[str, Any], ...]
    practitioner_sections: Mapping[Section, dict[str, Any]]
    shares: tuple[StoryShare, ...]


def read_stories(folder: Path = STORIES) -> Sequence[Story]:
    """Return the stories in a folder, by file name.

    Raises:
        StoryError: there is none, or one is not of the form above.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise StoryError(
            f"no story in {folder}: run this in a clone of the repository, or name another folder"
        )
    return [_read(file) for file in files]


def _read(file: Path) -> Story:
    try:
        return Story.model_validate(decode_json_object(file.read_bytes(), max_bytes=STORY_BYTES_MAX))
    except (OSError, EncodingError, ValidationError) as exc:
        raise StoryError(f"{file} is no story: {exc}") from exc
