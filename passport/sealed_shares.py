"""What the rows of a share hold sealed: the secrets to hand over, the Bundle. Its grant: passport.sealed_grants."""

from dataclasses import dataclass
from typing import Final

from consent.grant import Grant
from consent.share import ShareSecret, new_share_secret
from consent.share_code import new_passcode, new_share_code
from issuers.encoding import decode_base64url, decode_json_object, encode_base64url, encode_json
from passport.deployment import Deployment
from passport.holders import OpenHolder
from passport.share_request import ShareRequest
from passport.statuses import StatusPlace
from passport.tables import ShareFileRow, ShareRow
from schemas.fhir import RENDERING

SECRETS_FIELD: Final = {"table": "shares", "field": "sealed_secrets"}
BUNDLE_FIELD: Final = {"table": "share_files", "field": "sealed_bundle"}
SEEN_FIELD: Final = {"table": "share_files", "field": "sealed_seen"}
PUT_OFF_FIELD: Final = {"table": "shares", "field": "sealed_put_off"}
CODE_DAYS: Final = 7  # of a typed code, unless the holder says otherwise: it is shorter than a link


@dataclass(frozen=True, slots=True)
class ShareSecrets:
    """What the holder hands over: never the passcode by the same way as link or code."""

    secret: ShareSecret
    passcode: str | None
    typed_code: str | None


def new_secrets(d: Deployment, *, passcode: bool, typed_code: bool) -> ShareSecrets:
    """Return fresh secrets. A typed code is never without a passcode."""
    spoken = new_passcode(d.random_bytes) if passcode or typed_code else None
    code = new_share_code(d.random_bytes) if typed_code else None
    return ShareSecrets(new_share_secret(d.random_bytes), spoken, code)


def seal_secrets(holder: OpenHolder, share_id: str, secrets: ShareSecrets) -> bytes:
    """Return a share's secrets as they are stored."""
    plain = {
        "url_token": secrets.secret.url_token,
        "key": encode_base64url(secrets.secret.key),
        "passcode": secrets.passcode,
        "typed_code": secrets.typed_code,
    }
    return holder.vault.seal(encode_json(plain), row=share_id, **SECRETS_FIELD)


def open_secrets(holder: OpenHolder, row: ShareRow) -> ShareSecrets:
    """Return a share's secrets from its row."""
    plain = decode_json_object(holder.vault.open(row.sealed_secrets, row=row.share_id, **SECRETS_FIELD))
    secret = ShareSecret(plain["url_token"], decode_base64url(plain["key"]))
    return ShareSecrets(secret, plain["passcode"], plain["typed_code"])


def open_bundle(holder: OpenHolder, file: ShareFileRow) -> bytes:
    """Return the Bundle that a share carries.

    Raises:
        SealError: it was altered where it is stored.
    """
    return holder.vault.open(file.sealed_bundle, row=file.share_id, **BUNDLE_FIELD)


def share_row(
    d: Deployment,
    holder: OpenHolder,
    grant: Grant,
    request: ShareRequest,
    *,
    share_id: str,
    place: StatusPlace,
    secrets: ShareSecrets,
    phc: str | None,
) -> ShareRow:
    """Return a share as it is stored. `phc`: the passcode as argon2id, where there is one."""
    return ShareRow(
        holder_id=holder.holder_id,
        share_id=share_id,
        grant_id=grant.grant_id,
        status_list_id=place.list_id,
        status_index=place.ref.index,
        created_at=grant.starts_at,
        expires_at=grant.ends_at,
        max_views=request.max_views,
        live=request.live,
        attempts_left=d.settings.passcode_attempts,
        passcode_phc=phc,
        sealed_secrets=seal_secrets(holder, share_id, secrets),
        code_expires_at=min(grant.ends_at, d.end_of_day(CODE_DAYS)) if secrets.typed_code else None,
    )


def file_row(holder: OpenHolder, share_id: str, bundle: bytes) -> ShareFileRow:
    """Return what a share carries as it is stored."""
    sealed = holder.vault.seal(bundle, row=share_id, **BUNDLE_FIELD)
    return ShareFileRow(
        holder_id=holder.holder_id, share_id=share_id, sealed_bundle=sealed, rendering=RENDERING
    )
