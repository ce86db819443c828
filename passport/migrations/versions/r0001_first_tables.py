"""The first tables.

Steps only go forward: to go back, restore a backup.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ENTRY_COLUMNS = (
    "holder_id",
    "entry_id",
    "sequence",
    "section",
    "author_kind",
    "issuer_id",
    "state",
    "supersedes",
    "status_list_id",
    "status_index",
    "issued_at",
    "expires_at",
    "sealed_credential",
)
_LOG_TABLES = ("log_leaves", "log_nodes", "log_checkpoints")
_NEVER_EMPTIED = (
    "access_events",
    "access_heads",
    "entries",
    "receipts",
    "status_indices",
    "log_pending",
    *_LOG_TABLES,
)
# No event can be left out of the log, whoever adds it.
_ENQUEUE = (
    "INSERT INTO log_pending (holder_id, sequence, commitment)"
    " VALUES (NEW.holder_id, NEW.sequence, NEW.commitment)"
)
# What waits for the tree stops waiting only once it has its place there.
_IN_TREE = "EXISTS (SELECT 1 FROM log_leaves WHERE commitment = OLD.commitment)"
# A chain's end moves on by one event at a time.
_TURNS_BACK = "NEW.holder_id <> OLD.holder_id OR NEW.next_sequence <> OLD.next_sequence + 1"


def upgrade() -> None:
    op.create_table(
        "code_budgets",
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.CheckConstraint("misses >= 0", name="ck_code_budgets_misses"),
        sa.PrimaryKeyConstraint("bucket", name="pk_code_budgets"),
    )
    op.create_table(
        "holders",
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("wrapped_data_key", sa.LargeBinary(), nullable=True),
        sa.Column("kek_version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("sealed_passport_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=True),
        sa.Column("next_entry_sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("holder_id", name="pk_holders"),
    )
    op.create_table(
        "issuers",
        sa.Column("issuer_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("earlier_entries", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(suspended_at IS NULL) = (earlier_entries IS NULL)", name="ck_issuers_suspension"
        ),
        sa.PrimaryKeyConstraint("issuer_id", name="pk_issuers"),
    )
    op.create_table(
        "anchors",
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("public_jwk", sa.JSON(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kid", name="pk_anchors"),
    )
    op.create_table(
        "status_lists",
        sa.Column("list_id", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("bits", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("size > 0", name="ck_status_lists_size"),
        sa.CheckConstraint("bits IN (2, 4, 8)", name="ck_status_lists_bits"),
        sa.PrimaryKeyConstraint("list_id", name="pk_status_lists"),
    )
    op.create_table(
        "access_events",
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("share_id", sa.String(), nullable=True),
        sa.Column("sealed_event", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.holder_id"], name="fk_access_events_holder_id"),
        sa.PrimaryKeyConstraint("holder_id", "sequence", name="pk_access_events"),
        sa.UniqueConstraint("holder_id", "event_id", name="uq_access_events_holder_id_event_id"),
    )
    op.create_index("ix_access_events_share", "access_events", ["holder_id", "share_id", "kind", "sequence"])
    op.create_table(
        "access_heads",
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("next_sequence", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.holder_id"], name="fk_access_heads_holder_id"),
        sa.PrimaryKeyConstraint("holder_id", name="pk_access_heads"),
    )
    op.create_table(
        "log_pending",
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("holder_id", "sequence", name="pk_log_pending"),
    )
    op.create_table(
        "log_leaves",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_log_leaves"),
        sa.UniqueConstraint("commitment", name="uq_log_leaves_commitment"),
    )
    op.create_table(
        "log_nodes",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name="pk_log_nodes"),
    )
    op.create_table(
        "log_checkpoints",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_log_checkpoints"),
    )
    op.create_table(
        "issuer_keys",
        sa.Column("issuer_id", sa.String(), nullable=False),
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("public_jwk", sa.JSON(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.issuer_id"], name="fk_issuer_keys_issuer_id"),
        sa.PrimaryKeyConstraint("issuer_id", "kid", name="pk_issuer_keys"),
    )
    op.create_table(
        "organisations",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("public_name", sa.String(), nullable=False),
        sa.Column("issuer_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.issuer_id"], name="fk_organisations_issuer_id"),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_organisations"),
    )
    op.create_index("ix_organisations_issuer_id", "organisations", ["issuer_id"])

    op.create_table(
        "status_indices",
        sa.Column("list_id", sa.String(), nullable=False),
        sa.Column("idx", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("changed_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("idx >= 0", name="ck_status_indices_idx"),
        sa.CheckConstraint("status IN (0, 1, 2)", name="ck_status_indices_status"),
        sa.ForeignKeyConstraint(["list_id"], ["status_lists.list_id"], name="fk_status_indices_list_id"),
        sa.PrimaryKeyConstraint("list_id", "idx", name="pk_status_indices"),
    )
    op.create_index(
        "ix_status_indices_list_id_changed_version", "status_indices", ["list_id", "changed_version"]
    )
    op.create_index(
        "ix_status_indices_decoys",
        "status_indices",
        ["list_id", "status"],
        sqlite_where=sa.text("kind = 'decoy'"),
        postgresql_where=sa.text("kind = 'decoy'"),
    )
    op.create_table(
        "practitioners",
        sa.Column("practitioner_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("sealed_person", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.organisation_id"], name="fk_practitioners_organisation_id"
        ),
        sa.PrimaryKeyConstraint("practitioner_id", name="pk_practitioners"),
    )
    op.create_index("ix_practitioners_organisation_id", "practitioners", ["organisation_id"])

    op.create_table(
        "accounts",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("holder_id", sa.String(), nullable=True),
        sa.Column("practitioner_id", sa.String(), nullable=True),
        sa.Column("username_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sign_in_code_hash", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'holder' AND holder_id IS NOT NULL AND practitioner_id IS NULL)"
            " OR (kind = 'practitioner' AND practitioner_id IS NOT NULL AND holder_id IS NULL)",
            name="ck_accounts_one_owner",
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.holder_id"], name="fk_accounts_holder_id"),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioners.practitioner_id"], name="fk_accounts_practitioner_id"
        ),
        sa.PrimaryKeyConstraint("account_id", name="pk_accounts"),
        sa.UniqueConstraint("sign_in_code_hash", name="uq_accounts_sign_in_code_hash"),
        sa.UniqueConstraint("username_hash", name="uq_accounts_username_hash"),
    )
    op.create_index("ix_accounts_holder_id", "accounts", ["holder_id"])
    op.create_index("ix_accounts_practitioner_id", "accounts", ["practitioner_id"])

    op.create_table(
        "entries",
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("author_kind", sa.String(), nullable=False),
        sa.Column("issuer_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("supersedes", sa.String(), nullable=True),
        sa.Column("status_list_id", sa.String(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_credential", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["holder_id", "supersedes"],
            ["entries.holder_id", "entries.entry_id"],
            name="fk_entries_holder_id_supersedes",
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.holder_id"], name="fk_entries_holder_id"),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.issuer_id"], name="fk_entries_issuer_id"),
        sa.ForeignKeyConstraint(
            ["status_list_id", "status_index"],
            ["status_indices.list_id", "status_indices.idx"],
            name="fk_entries_status_list_id_status_index",
        ),
        sa.PrimaryKeyConstraint("holder_id", "entry_id", name="pk_entries"),
        sa.UniqueConstraint("holder_id", "sequence", name="uq_entries_holder_id_sequence"),
    )
    op.create_index("ix_entries_holder_id_state", "entries", ["holder_id", "state"])
    op.create_index("ix_entries_entry_id", "entries", ["entry_id"])

    op.create_table(
        "grants",
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recipient_kind", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_terms", sa.LargeBinary(), nullable=False),
        sa.Column("practitioner_id", sa.String(), nullable=True),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("looked", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.holder_id"], name="fk_grants_holder_id"),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioners.practitioner_id"], name="fk_grants_practitioner_id"
        ),
        sa.PrimaryKeyConstraint("holder_id", "grant_id", name="pk_grants"),
    )
    op.create_index("ix_grants_practitioner_id", "grants", ["practitioner_id"])

    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_sessions_account_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])

    op.create_table(
        "shares",
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("share_id", sa.String(), nullable=False),
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("status_list_id", sa.String(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("max_views", sa.Integer(), nullable=True),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("program_views", sa.Integer(), nullable=False),
        sa.Column("attempts_left", sa.Integer(), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("checks_end_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passcode_phc", sa.String(), nullable=True),
        sa.Column("sealed_secrets", sa.LargeBinary(), nullable=False),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("fetched_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetches", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_view_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_put_off", sa.LargeBinary(), nullable=True),
        sa.Column("kept", sa.String(), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=True),
        sa.CheckConstraint("attempts_left >= 0", name="ck_shares_attempts"),
        sa.CheckConstraint("max_views IS NULL OR views <= max_views", name="ck_shares_views"),
        sa.ForeignKeyConstraint(
            ["holder_id", "grant_id"],
            ["grants.holder_id", "grants.grant_id"],
            name="fk_shares_holder_id_grant_id",
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.holder_id"], name="fk_shares_holder_id"),
        sa.ForeignKeyConstraint(
            ["status_list_id", "status_index"],
            ["status_indices.list_id", "status_indices.idx"],
            name="fk_shares_status_list_id_status_index",
        ),
        sa.PrimaryKeyConstraint("holder_id", "share_id", name="pk_shares"),
    )
    op.create_index("ix_shares_holder_id_grant_id", "shares", ["holder_id", "grant_id"])
    op.create_index("ix_shares_expires_at", "shares", ["expires_at"])
    op.create_index("ix_shares_kept_until", "shares", ["kept_until"])
    op.create_table(
        "share_files",
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("share_id", sa.String(), nullable=False),
        sa.Column("sealed_bundle", sa.LargeBinary(), nullable=False),
        sa.Column("rendering", sa.Integer(), nullable=False),
        sa.Column("sealed_seen", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["holder_id", "share_id"],
            ["shares.holder_id", "shares.share_id"],
            name="fk_share_files_holder_id_share_id",
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.holder_id"], name="fk_share_files_holder_id"),
        sa.PrimaryKeyConstraint("holder_id", "share_id", name="pk_share_files"),
    )
    op.create_table(
        "locators",
        sa.Column("locator_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("share_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["holder_id", "share_id"],
            ["shares.holder_id", "shares.share_id"],
            name="fk_locators_holder_id_share_id",
        ),
        sa.PrimaryKeyConstraint("locator_hash", name="pk_locators"),
        sa.UniqueConstraint("holder_id", "share_id", "kind", name="uq_locators_holder_id_share_id_kind"),
    )
    op.create_table(
        "tickets",
        sa.Column("ticket_hash", sa.LargeBinary(), nullable=False),
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("share_id", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["holder_id", "share_id"],
            ["shares.holder_id", "shares.share_id"],
            name="fk_tickets_holder_id_share_id",
        ),
        sa.PrimaryKeyConstraint("ticket_hash", name="pk_tickets"),
    )
    op.create_index("ix_tickets_expires_at", "tickets", ["expires_at"])
    op.create_index("ix_tickets_holder_id_share_id", "tickets", ["holder_id", "share_id"])

    op.create_table(
        "viewing_sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("share_id", sa.String(), nullable=False),
        sa.Column("sealed_viewer", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["holder_id", "share_id"],
            ["shares.holder_id", "shares.share_id"],
            name="fk_viewing_sessions_holder_id_share_id",
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_viewing_sessions"),
    )
    op.create_index("ix_viewing_sessions_expires_at", "viewing_sessions", ["expires_at"])
    op.create_index("ix_viewing_sessions_holder_id_share_id", "viewing_sessions", ["holder_id", "share_id"])
    op.create_table(
        "messages",
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("share_id", sa.String(), nullable=True),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("to_holder", sa.Boolean(), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("attempts >= 0", name="ck_messages_attempts"),
        sa.CheckConstraint(
            "next_attempt_at IS NULL OR (delivered_at IS NULL AND given_up_at IS NULL)",
            name="ck_messages_ended",
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.holder_id"], name="fk_messages_holder_id"),
        sa.PrimaryKeyConstraint("holder_id", "message_id", name="pk_messages"),
        sa.UniqueConstraint("holder_id", "key_hash", name="uq_messages_holder_id_key_hash"),
    )
    op.create_index(
        "ix_messages_next_attempt_at",
        "messages",
        ["next_attempt_at"],
        sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
    )
    op.create_table(
        "contacts",
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=True),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("sealed_pending", sa.LargeBinary(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("code_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.CheckConstraint("tries_left >= 0", name="ck_contacts_tries"),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.holder_id"], name="fk_contacts_holder_id"),
        sa.PrimaryKeyConstraint("holder_id", name="pk_contacts"),
    )
    op.create_table(
        "recipients",
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("recipient_id", sa.String(), nullable=False),
        sa.Column("share_id", sa.String(), nullable=False),
        sa.Column("assurance", sa.String(), nullable=False),
        sa.Column("sealed_person", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_attempts_left", sa.Integer(), nullable=False),
        sa.Column("codes_sent", sa.Integer(), nullable=False),
        sa.CheckConstraint("code_attempts_left >= 0", name="ck_recipients_code_attempts"),
        sa.ForeignKeyConstraint(
            ["holder_id", "share_id"],
            ["shares.holder_id", "shares.share_id"],
            name="fk_recipients_holder_id_share_id",
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.holder_id"], name="fk_recipients_holder_id"),
        sa.PrimaryKeyConstraint("holder_id", "recipient_id", name="pk_recipients"),
    )
    op.create_index("ix_recipients_holder_id_share_id", "recipients", ["holder_id", "share_id"])
    op.create_table(
        "reply_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("holder_id", sa.String(), nullable=True),
        sa.Column("recipient_id", sa.String(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["holder_id", "recipient_id"],
            ["recipients.holder_id", "recipients.recipient_id"],
            name="fk_reply_tokens_holder_id_recipient_id",
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_reply_tokens"),
    )
    op.create_index("ix_reply_tokens_expires_at", "reply_tokens", ["expires_at"])
    op.create_index("ix_reply_tokens_holder_id_recipient_id", "reply_tokens", ["holder_id", "recipient_id"])
    op.create_table(
        "reply_requests",
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("recipient_id", sa.String(), nullable=False),
        sa.Column("share_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sealed_wish", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("new_share_id", sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="ck_reply_requests_answered"),
        sa.CheckConstraint("(state = 'refused') = (answer IS NOT NULL)", name="ck_reply_requests_polite"),
        sa.ForeignKeyConstraint(
            ["holder_id", "recipient_id"],
            ["recipients.holder_id", "recipients.recipient_id"],
            name="fk_reply_requests_holder_id_recipient_id",
        ),
        sa.ForeignKeyConstraint(
            ["holder_id", "share_id"],
            ["shares.holder_id", "shares.share_id"],
            name="fk_reply_requests_holder_id_share_id",
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.holder_id"], name="fk_reply_requests_holder_id"),
        sa.PrimaryKeyConstraint("holder_id", "request_id", name="pk_reply_requests"),
    )
    op.create_index("ix_reply_requests_holder_id_share_id", "reply_requests", ["holder_id", "share_id"])
    op.create_table(
        "countersignatures",
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("recipient_id", sa.String(), nullable=False),
        sa.Column("share_id", sa.String(), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["holder_id", "entry_id"],
            ["entries.holder_id", "entries.entry_id"],
            name="fk_countersignatures_holder_id_entry_id",
        ),
        sa.ForeignKeyConstraint(
            ["holder_id", "recipient_id"],
            ["recipients.holder_id", "recipients.recipient_id"],
            name="fk_countersignatures_holder_id_recipient_id",
        ),
        sa.ForeignKeyConstraint(
            ["holder_id", "share_id"],
            ["shares.holder_id", "shares.share_id"],
            name="fk_countersignatures_holder_id_share_id",
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.holder_id"], name="fk_countersignatures_holder_id"),
        sa.PrimaryKeyConstraint("holder_id", "entry_id", name="pk_countersignatures"),
    )
    op.create_index(
        "ix_countersignatures_share",
        "countersignatures",
        ["holder_id", "share_id", "about", "sequence"],
        unique=True,
    )
    op.create_table(
        "receipts",
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("receipt_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after_event", sa.Integer(), nullable=False),
        sa.Column("sealed_token", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.holder_id"], name="fk_receipts_holder_id"),
        sa.PrimaryKeyConstraint("holder_id", "receipt_id", "version", name="pk_receipts"),
        sa.UniqueConstraint(
            "holder_id", "subject_id", "version", name="uq_receipts_holder_id_subject_id_version"
        ),
    )
    op.create_index("ix_receipts_ends_at", "receipts", ["ends_at"])
    _create_triggers()


def _create_triggers() -> None:
    """Refuse what must never happen to a row, whoever asks. A batch rebuild of these tables must do this again."""
    kept = (column for column in _ENTRY_COLUMNS if column != "state")
    triggers = [
        ("access_events_no_update", "UPDATE", "access_events"),
        ("access_events_no_delete", "DELETE", "access_events"),
        ("access_heads_no_delete", "DELETE", "access_heads"),
        ("log_pending_no_update", "UPDATE", "log_pending"),
        ("entries_no_edit", f"UPDATE OF {', '.join(kept)}", "entries"),
        ("entries_no_delete", "DELETE", "entries"),
        ("receipts_no_update", "UPDATE", "receipts"),
        ("receipts_no_delete", "DELETE", "receipts"),
        ("status_indices_no_delete", "DELETE", "status_indices"),
        *((f"{table}_no_update", "UPDATE", table) for table in _LOG_TABLES),
        *((f"{table}_no_delete", "DELETE", table) for table in _LOG_TABLES),
    ]
    if op.get_bind().dialect.name == "sqlite":
        for name, event, table in triggers:
            refusal = f"SELECT RAISE(ABORT, '{table}: {name}')"
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN {refusal}; END")
        op.execute(
            f"CREATE TRIGGER access_events_pending AFTER INSERT ON access_events BEGIN {_ENQUEUE}; END"
        )
        op.execute(
            f"CREATE TRIGGER access_heads_no_turning_back BEFORE UPDATE ON access_heads WHEN {_TURNS_BACK}"
            " BEGIN SELECT RAISE(ABORT, 'access_heads: access_heads_no_turning_back'); END"
        )
        op.execute(
            f"CREATE TRIGGER log_pending_no_loss BEFORE DELETE ON log_pending WHEN NOT {_IN_TREE}"
            " BEGIN SELECT RAISE(ABORT, 'log_pending: log_pending_no_loss'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION passport_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_NAME; END $$"
    )
    for name, event, table in triggers:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION passport_refuse()"
        )
    op.execute(
        "CREATE FUNCTION passport_enqueue() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {_ENQUEUE}; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER access_events_pending AFTER INSERT ON access_events"
        " FOR EACH ROW EXECUTE FUNCTION passport_enqueue()"
    )
    op.execute(
        "CREATE TRIGGER access_heads_no_turning_back BEFORE UPDATE ON access_heads FOR EACH ROW"
        f" WHEN ({_TURNS_BACK}) EXECUTE FUNCTION passport_refuse()"
    )
    op.execute(  # a trigger's WHEN holds no query here
        "CREATE FUNCTION passport_keep_waiting() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {_IN_TREE} THEN RETURN OLD; END IF;"
        " RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_NAME; END $$"
    )
    op.execute(
        "CREATE TRIGGER log_pending_no_loss BEFORE DELETE ON log_pending"
        " FOR EACH ROW EXECUTE FUNCTION passport_keep_waiting()"
    )
    # Only PostgreSQL has TRUNCATE, past row triggers.
    for table in _NEVER_EMPTIED:
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION passport_refuse()"
        )
