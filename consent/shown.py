"""One entry as a recipient is shown it: from the text of a presentation to claims that can be read.

Making a share and verifying one both go through `disclose` and `readable_entry`, so that they cannot differ.
Left out: whether any of it is to be believed (consent.verify).
"""

from dataclasses import dataclass
from typing import Final

from consent.verification import Refusal
from issuers.credential import Author, DisclosedEntry, VisibleClaims, read, read_visible
from issuers.disclosure import process
from issuers.encoding import JsonObject
from issuers.jws import UnverifiedJws
from issuers.sd_jwt import CREDENTIAL_TYPE
from issuers.trust import TrustedIssuer
from issuers.verification import UnverifiedSdJwt, parse_sd_jwt
from schemas.catalogue import CATALOGUE, parse_disclosed
from schemas.readable import Provenance, ReadableEntry

AUTHOR_LENGTH_MAX: Final = 300  # characters
_WITHHELD: Final = Author()


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One SD-JWT, with or without key binding, taken apart; nothing in it is verified."""

    unverified: UnverifiedSdJwt
    unverified_visible: VisibleClaims

    @property
    def jws(self) -> UnverifiedJws:
        """What the issuer signed."""
        return self.unverified.jws


def parse_shown(text: str) -> ShownEntry:
    """Return the parts of one presentation.

    Raises:
        PassportError: it is no SD-JWT of type dc+sd-jwt, or no entry of a passport, or its key binding is none.
        Refusal: its section has another version than this code can read.
    """
    unverified = parse_sd_jwt(text, typ=CREDENTIAL_TYPE)
    visible = read_visible(unverified.jws.unverified_payload)
    if visible.version != CATALOGUE[visible.section].version:
        raise Refusal(
            "section_version", f"{visible.section} version {visible.version} is not known here; update"
        )
    return ShownEntry(unverified, visible)


def disclose(shown: ShownEntry, payload: JsonObject) -> DisclosedEntry:
    """Return what the disclosures say; as trustworthy as `payload`, which is that of `shown`.

    Raises:
        SdJwtError: a rule of RFC 9901 section 7.1 is broken.
        CredentialClaimError, SectionError: a claim is not the section's, or not of its form.
    """
    return read(process(payload, shown.unverified.sd_jwt.disclosures), shown.unverified_visible)


def readable_entry(disclosed: DisclosedEntry, issuer: TrustedIssuer) -> ReadableEntry:
    """Return the entry for readers, under the neutral public name of its issuer.

    Raises:
        SectionError: a claim is not of its form.
        Refusal: an author claim is not one line of printable text.
    """
    author = disclosed.author or _WITHHELD
    if not all(text.isprintable() and len(text) <= AUTHOR_LENGTH_MAX for text in author.claims().values()):
        raise Refusal(
            "author_form",
            f"expected an author's name to be one line of at most {AUTHOR_LENGTH_MAX} characters",
        )
    provenance = Provenance(
        kind=issuer.kind,
        issuer_name=issuer.name,
        author_name=author.name,
        author_role=author.role,
        author_registration=author.registration,
        author_organisation=author.organisation,
        told_on=disclosed.told_on,
    )
    claims = parse_disclosed(disclosed.section, disclosed.claims)
    return ReadableEntry(disclosed.section, claims, provenance)
