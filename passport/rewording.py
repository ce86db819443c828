"""Shares from before an upgrade get the wording of this version: verifiers compare the readable part word by word."""

from sqlalchemy import Connection

from consent.presentation import KeptBundleError, reword
from issuers.trust import TrustList
from passport.deployment import Deployment
from passport.holders import open_holder
from passport.issuing import trust_list
from passport.sealed_shares import BUNDLE_FIELD, open_bundle
from passport.storage_errors import StorageError
from passport.store import share_files
from passport.tables import ShareFileRow
from schemas.fhir import RENDERING


def word_shares_anew(d: Deployment) -> None:
    """Give every kept share the wording of this version, a hundred in a transaction; at other starts do nothing."""
    worded = True
    while worded:
        with d.database.writing() as connection:
            worded = _word_some(d, connection) > 0


def _word_some(d: Deployment, connection: Connection) -> int:
    files = share_files.worded_otherwise(connection, RENDERING)
    trust = trust_list(d, connection)
    for file in files:
        sealed = _worded_anew(d, connection, file, trust)
        share_files.replace(
            connection, file.holder_id, file.share_id, sealed_bundle=sealed, rendering=RENDERING
        )
    return len(files)


def _worded_anew(d: Deployment, connection: Connection, file: ShareFileRow, trust: TrustList) -> bytes:
    """Return a share's Bundle sealed again; one that does not open stays as it is, and opens for nobody."""
    try:
        holder = open_holder(d, connection, file.holder_id)
        bundle = reword(open_bundle(holder, file), trust=trust)
    except (StorageError, KeptBundleError):
        return file.sealed_bundle
    return holder.vault.seal(bundle, row=file.share_id, **BUNDLE_FIELD)
