"""Members of JSON objects, read one by one and strictly: what Type Metadata is made of (SD-JWT VC draft-24 section 5).

Each reader takes a value and the name to complain of. Leaves out: which members a document has (`type_metadata`,
`type_rendering`).
"""

import re
from collections.abc import Callable
from typing import Final, TypeVar

from issuers.encoding import JsonObject
from issuers.integrity import IntegrityError, strongest
from issuers.vc_claims import is_type_name
from schemas.errors import PassportError

_T = TypeVar("_T")

_LOCALE: Final = re.compile("[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")  # RFC 5646 section 2.1, without its registry
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")


class TypeMetadataError(PassportError):
    """Type Metadata cannot be used."""

    code = "type_metadata_invalid"


class TypeMetadataFormatError(TypeMetadataError):
    """A Type Metadata document is no strict JSON object, or a property of it has not the form the draft gives it."""

    code = "type_metadata_format"


def required(source: JsonObject, name: str, read: Callable[[object, str], _T]) -> _T:
    """Return a member that has to be there.

    Raises:
        TypeMetadataFormatError: it is missing, or not of its form.
    """
    if name not in source:
        raise TypeMetadataFormatError(f"expected {name}")
    return read(source[name], name)


def optional(source: JsonObject, name: str, read: Callable[[object, str], _T]) -> _T | None:
    """Return a member, or None where it is not there. Null is a value like any other, and of no member's form.

    Raises:
        TypeMetadataFormatError: it is not of its form.
    """
    return read(source[name], name) if name in source else None


def as_text(value: object, name: str) -> str:
    """Return text that says something.

    Raises:
        TypeMetadataFormatError: it is none.
    """
    if not isinstance(value, str) or not value:
        raise TypeMetadataFormatError(f"expected {name} to be text")
    return value


def as_object(value: object, name: str) -> JsonObject:
    """Return an object.

    Raises:
        TypeMetadataFormatError: it is none.
    """
    if not isinstance(value, dict):
        raise TypeMetadataFormatError(f"expected {name} to be an object")
    return value


def as_objects(value: object, name: str) -> list[JsonObject]:
    """Return an array of objects.

    Raises:
        TypeMetadataFormatError: it is none.
    """
    if not isinstance(value, list):
        raise TypeMetadataFormatError(f"expected {name} to be an array of objects")
    return [as_object(one, f"each of {name}") for one in value]


def as_type_name(value: object, name: str) -> str:
    """Return the name of a type.

    Raises:
        TypeMetadataFormatError: it is none, or could be another type's as well.
    """
    if not isinstance(value, str) or not is_type_name(value):
        raise TypeMetadataFormatError(f"expected {name} to name a type")
    return value


def as_uri(value: object, name: str) -> str:
    """Return an absolute URI.

    Raises:
        TypeMetadataFormatError: it is none.
    """
    return as_matching(value, name, _URI)


def as_locale(value: object, name: str) -> str:
    """Return a language tag.

    Raises:
        TypeMetadataFormatError: it is none.
    """
    return as_matching(value, name, _LOCALE)


def as_matching(value: object, name: str, form: re.Pattern[str]) -> str:
    """Return text of this form.

    Raises:
        TypeMetadataFormatError: it is of another.
    """
    text = as_text(value, name)
    if form.fullmatch(text) is None:
        raise TypeMetadataFormatError(f"expected {name} in its usual form")
    return text


def as_integrity(value: object, name: str) -> str:
    """Return integrity metadata.

    Raises:
        TypeMetadataFormatError: it is none.
    """
    try:
        strongest(value)
    except IntegrityError as exc:
        raise TypeMetadataFormatError(f"expected {name} to be integrity metadata") from exc
    return str(value)


def check_locales(locales: list[str]) -> None:
    """Refuse a language that is there twice: which of the two a person reads would be left to chance.

    Raises:
        TypeMetadataFormatError: one is.
    """
    if len({locale.lower() for locale in locales}) != len(locales):
        raise TypeMetadataFormatError("expected each locale once in display")
