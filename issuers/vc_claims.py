"""The claims that SD-JWT VC itself defines, for a credential of any type (draft-24 section 2.2.2).

The rules are numbered; each has an error of its own. `credential.read_visible` and `credential.read` hold entries of a
passport to all of them and to more, without a call of this module: an entry must have iss, nbf, iat, exp, cnf and
status, may have no sub and no second type, and never hides iat, which says whether a key counted when it signed. Leaves
out: `typ` (`issuers.jws` takes dc+sd-jwt alone: the years in which vc+sd-jwt was to be taken too are over since draft
19, and W3C's format has that name now), signatures, and times against a clock.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from issuers.disclosure import Processed
from issuers.integrity import IntegrityError, strongest
from issuers.keys import JwkError, VerifyingKey
from issuers.outline import NEVER_DISCLOSED
from issuers.status_list import StatusListError, StatusRef
from schemas.errors import PassportError

MAX_TYPE_CHARACTERS: Final = 2048
_NUMERIC_DATES: Final = ("nbf", "exp", "iat")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_DOMAIN_OR_OID: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*)(?:\.[A-Za-z0-9-]+)+(?:/[!-~]*)?")
_UUID: Final = re.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
# RFC 7800 sections 3.3 to 3.5: an encrypted key, a name of a key and an address of keys. SD-JWT VC section 8.3: a key
# that has to be fetched tells whoever serves it when the credential is used.
_OTHER_CONFIRMATIONS: Final = frozenset({"jwe", "kid", "jku"})
_FETCHED: Final = frozenset({"x5u", "jku"})


class VcClaimError(PassportError):
    """A claim breaks a rule of SD-JWT VC section 2.2.2."""

    code = "vc_claim"


class VctError(VcClaimError):
    """Section 2.2.2.1: `vct` is missing, no text, or a name that somebody else may give to another type."""

    code = "vc_vct"


class AkaVctsError(VcClaimError):
    """Section 2.2.2.2: `aka_vcts` is not a list of further types, at least one and none of them `vct`."""

    code = "vc_aka_vcts"


class HiddenClaimError(VcClaimError):
    """Section 2.2.2.3: a claim, or a part of one, is a disclosure though it may not be."""

    code = "vc_claim_disclosed"


class VctIntegrityError(VcClaimError):
    """Section 2.2.2.3: `vct#integrity` is not integrity metadata."""

    code = "vc_vct_integrity"


class ConfirmationError(VcClaimError):
    """Section 2.2.2.3: `cnf` is not one public key given by value."""

    code = "vc_cnf"


class StatusClaimError(VcClaimError):
    """Section 2.2.2.3: `status` is not an object of status mechanisms, or its status list is malformed."""

    code = "vc_status"


class TextClaimError(VcClaimError):
    """RFC 7519 sections 4.1.1 and 4.1.2: `iss` or `sub` is no text, or has a colon and is no URI."""

    code = "vc_text"


class NumericDateClaimError(VcClaimError):
    """RFC 7519 sections 4.1.4 to 4.1.6: `nbf`, `exp` or `iat` is no number of seconds."""

    code = "vc_numeric_date"


def check_vc_claims(processed: Processed) -> None:
    """Refuse a processed credential whose own claims break SD-JWT VC, whatever its type.

    Raises:
        VcClaimError: a rule is broken; the subclass says which.
    """
    claims = processed.claims
    _check_vct(claims.get("vct"))  # (1)
    if "aka_vcts" in claims:  # (2)
        _check_aka_vcts(claims["aka_vcts"], claims["vct"])
    _check_visible(processed)  # (3)
    if "vct#integrity" in claims:  # (4)
        _check_vct_integrity(claims["vct#integrity"])
    if "cnf" in claims:  # (5)
        _check_cnf(claims["cnf"])
    if "status" in claims:  # (6)
        _check_status(claims["status"])
    _check_registered(claims)  # (7), (8)


def is_type_name(name: object) -> bool:
    """Return whether a text can be a type: a collision-resistant name (RFC 7515 section 2).

    That is a URI, a domain name, an object identifier or a UUID. A plain word is anybody's.
    """
    return (
        isinstance(name, str)
        and len(name) <= MAX_TYPE_CHARACTERS
        and any(form.fullmatch(name) is not None for form in (_URI, _DOMAIN_OR_OID, _UUID))
    )


def _check_vct(vct: object) -> None:
    if not is_type_name(vct):
        raise VctError("expected vct to be a URI, or another name that nobody else gives")


def _check_aka_vcts(types: object, vct: object) -> None:
    if not isinstance(types, list) or not types or not all(map(is_type_name, types)):
        raise AkaVctsError("expected aka_vcts to be a list of types")
    if vct in types:
        raise AkaVctsError("expected aka_vcts to name other types than vct")


def _check_visible(processed: Processed) -> None:
    for _, path, _ in processed.disclosed:
        if (
            path[0] in NEVER_DISCLOSED
        ):  # a part of such a claim is hidden with its name in the open: no less forbidden
            raise HiddenClaimError(
                "expected iss, nbf, exp, cnf, vct, status and their like to be always visible"
            )


def _check_vct_integrity(metadata: object) -> None:
    try:
        strongest(metadata)
    except IntegrityError as exc:
        raise VctIntegrityError("expected vct#integrity to be integrity metadata") from exc


def _check_cnf(cnf: object) -> None:
    if not isinstance(cnf, dict) or not isinstance(cnf.get("jwk"), dict) or _OTHER_CONFIRMATIONS & cnf.keys():
        raise ConfirmationError("expected cnf to hold one jwk and no other way to a key")
    if _FETCHED & cnf["jwk"].keys():
        raise ConfirmationError("expected a key by value, not an address to fetch one from")
    try:
        VerifyingKey.from_jwk(cnf["jwk"])
    except JwkError as exc:
        raise ConfirmationError("expected cnf.jwk to be a public P-256 key") from exc


def _check_status(status: object) -> None:
    if not isinstance(status, dict) or not status:
        raise StatusClaimError("expected status to be an object that says where the status stands")
    if "status_list" in status:
        try:
            StatusRef.from_claim({"status_list": status["status_list"]})
        except StatusListError as exc:
            raise StatusClaimError("expected status_list to hold idx and uri") from exc


def _check_registered(claims: Mapping[str, Any]) -> None:
    for name in ("iss", "sub"):  # (7)
        if name in claims and not _is_string_or_uri(claims[name]):
            raise TextClaimError(f"expected {name} to be text, and a URI where it has a colon")
    for name in _NUMERIC_DATES:  # (8)
        if name in claims and (isinstance(claims[name], bool) or not isinstance(claims[name], int | float)):
            raise NumericDateClaimError(f"expected {name} to be a number of seconds")


def _is_string_or_uri(value: object) -> bool:
    """Return whether a value is a StringOrURI (RFC 7519 section 2)."""
    if not isinstance(value, str) or not value:
        return False
    return ":" not in value or _URI.fullmatch(value) is not None
