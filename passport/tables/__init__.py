"""SQLModel rows and their Core tables, split by noun. No engine, no query.

Every table that a holder owns has holder_id first in its primary key. The tables that find a share without knowing
its holder (locators, tickets, viewing sessions) are keyed by a hash of the secret instead.
"""

from passport.tables.access import ACCESS_EVENTS, ACCESS_HEADS, AccessEventRow, AccessHeadRow
from passport.tables.columns import METADATA, EnumText, Record, UtcDateTime
from passport.tables.kinds import AccessKind, AccountKind, EntryState, LocatorKind, StatusKind
from passport.tables.people import (
    ACCOUNTS,
    HOLDERS,
    ORGANISATIONS,
    PRACTITIONERS,
    SESSIONS,
    AccountRow,
    HolderRow,
    OrganisationRow,
    PractitionerRow,
    SessionRow,
)
from passport.tables.records import ENTRIES, GRANTS, EntryRow, GrantRow
from passport.tables.sharing import (
    CODE_BUDGETS,
    LOCATORS,
    SHARE_FILES,
    SHARES,
    TICKETS,
    VIEWING_SESSIONS,
    CodeBudgetRow,
    LocatorRow,
    ShareFileRow,
    ShareRow,
    TicketRow,
    ViewingSessionRow,
)
from passport.tables.signing import (
    ISSUER_KEYS,
    ISSUERS,
    STATUS_INDICES,
    STATUS_LISTS,
    IssuerKeyRow,
    IssuerRow,
    StatusIndexRow,
    StatusListRow,
)

__all__ = [
    "ACCESS_EVENTS",
    "ACCESS_HEADS",
    "ACCOUNTS",
    "CODE_BUDGETS",
    "ENTRIES",
    "GRANTS",
    "HOLDERS",
    "ISSUERS",
    "ISSUER_KEYS",
    "LOCATORS",
    "METADATA",
    "ORGANISATIONS",
    "PRACTITIONERS",
    "SESSIONS",
    "SHARES",
    "SHARE_FILES",
    "STATUS_INDICES",
    "STATUS_LISTS",
    "TICKETS",
    "VIEWING_SESSIONS",
    "AccessEventRow",
    "AccessHeadRow",
    "AccessKind",
    "AccountKind",
    "AccountRow",
    "CodeBudgetRow",
    "EntryRow",
    "EntryState",
    "EnumText",
    "GrantRow",
    "HolderRow",
    "IssuerKeyRow",
    "IssuerRow",
    "LocatorKind",
    "LocatorRow",
    "OrganisationRow",
    "PractitionerRow",
    "Record",
    "SessionRow",
    "ShareFileRow",
    "ShareRow",
    "StatusIndexRow",
    "StatusKind",
    "StatusListRow",
    "TicketRow",
    "UtcDateTime",
    "ViewingSessionRow",
]
