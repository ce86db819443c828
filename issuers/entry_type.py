"""The type of an entry: `vct`, which names section and version, and `vct#integrity`, the hash of what the type says.

The hash makes an issuer's signature cover what each claim is called and which can be held back. A reader may keep a
type's document for good instead of asking for it, which would tell its publisher of each reading (ADR 15).
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from issuers.integrity import IntegrityError, integrity_of, strongest
from issuers.outline import CredentialClaimError, CredentialTypeError
from schemas.catalogue import CATALOGUE
from schemas.metadata import type_document
from schemas.vocabulary import Section

_SECTIONS: Final[Mapping[str, Section]] = {section.value: section for section in Section}
# SD-JWT VC section 2.2.2.1: a collision-resistant name. Ours are addresses, whose domain only its owner gives names in.
_VCT: Final = re.compile(r"https?://[!-~]{1,200}/vct/([a-z]+(?:-[a-z]+)*)/([1-9][0-9]{0,3})")


def vct_of(base_url: str, section: Section, version: int) -> str:
    """Return the type of an entry: the address of its Type Metadata."""
    return f"{base_url}/vct/{section}/{version}"


def parse_vct(vct: object) -> tuple[Section, int]:
    """Return section and version from the end of a `vct`. Its base gives nobody a right to sign: the trust list does.

    Raises:
        CredentialTypeError: it ends in no section and version.
    """
    if not isinstance(vct, str):
        raise CredentialTypeError("expected vct to be text")
    return _parse(vct)


@lru_cache(maxsize=4 * len(Section))  # entries of a section share one
def _parse(vct: str) -> tuple[Section, int]:
    match = _VCT.fullmatch(vct)
    section = _SECTIONS.get(match[1]) if match is not None else None
    if match is None or section is None:
        raise CredentialTypeError("expected a vct that ends in /vct/, a section and its version")
    return section, int(match[2])


@lru_cache(maxsize=4 * len(Section))
def vct_integrity(vct: str) -> str | None:
    """Return the hash of the document that is published at a type, or None for a version that is not published here.

    Raises:
        CredentialTypeError: it names no section.
    """
    section, version = parse_vct(vct)
    return integrity_of(type_document(section, vct)) if version == CATALOGUE[section].version else None


def check_vct_integrity(integrity: object) -> None:
    """Refuse a `vct#integrity` that is none. Whether a document is the one it speaks of is for those who fetch one.

    Raises:
        CredentialClaimError: it is no integrity metadata.
    """
    if not isinstance(integrity, str) or not _is_integrity(integrity):
        raise CredentialClaimError("expected vct#integrity to be integrity metadata")


@lru_cache(maxsize=64)  # entries of a section share one
def _is_integrity(integrity: str) -> bool:
    try:
        return bool(strongest(integrity))
    except IntegrityError:
        return False
