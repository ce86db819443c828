"""The closed lists that only the database knows; those that documents share are in schemas.vocabulary."""

from enum import StrEnum


class AccountKind(StrEnum):
    """Who signs in with an account."""

    HOLDER = "holder"
    PRACTITIONER = "practitioner"


class EntryState(StrEnum):
    """Where an entry stands with its holder. Only accepted entries can be shared."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    TAKEN_BACK = "taken-back"  # by who signed it, before its holder had decided


class LocatorKind(StrEnum):
    """By what a recipient finds a share."""

    LINK = "link"
    CODE = "code"


class StatusKind(StrEnum):
    """What a status index stands for."""

    ENTRY = "entry"
    SHARE = "share"
    DECOY = "decoy"  # of nothing: so that nobody can count what is withdrawn (passport.decoys)


class AccessKind(StrEnum):
    """What an event in a holder's access log says."""

    OPENED = "opened"  # a person pressed Open, by link
    FETCHED = "fetched"  # a SMART Health Links viewer took the manifest
    REFUSED = "refused"  # expired, revoked or used up
    WRONG_PASSCODE = "wrong-passcode"
    LOCKED = "locked"  # the last attempt was used
    EXPOSED = "exposed"  # the secret arrived in a path: something rewrote the link
    SHARED = "shared"
    STOPPED = "stopped"
    NOT_ME = "not-me"  # the holder said that an event was not whom they meant; the share was stopped
    EXTENDED = "extended"
    REARMED = "rearmed"  # a locked share got its attempts back
    CODE_ON = "code-on"  # a typed code was made, in the place of another if there was one
    CODE_OFF = "code-off"
    PASSCODE_CHANGED = "passcode-changed"
    UPDATED = "updated"  # the holder sent a change to the recipient of a live share
    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    TOLD = "told"  # the holder told or changed a section
    LOOKED = "looked"  # a practitioner read the plan, to write in it
    APPENDED = "appended"  # a practitioner signed an entry
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPORTED = "exported"
    ENTRY_SUSPENDED = "entry-suspended"
    ENTRY_REINSTATED = "entry-reinstated"
    ENTRY_REVOKED = "entry-revoked"  # taken back: by who signed it, or what was told by the holder
    ENTRY_CORRECTED = "entry-corrected"  # taken back in favour of a later entry
    ACKNOWLEDGED = "acknowledged"  # a recipient says that they have read it, and what they use it for
    TERMS_STATED = "terms-stated"  # a recipient says what they rely on, and how long they keep it
    COPY_SAVED = "copy-saved"
    COPY_DELETED = "copy-deleted"  # as its recipient says
    EMAIL_CONFIRMED = "email-confirmed"  # a recipient showed control of a work e-mail address
    RECIPIENT_KNOWN = "recipient-known"  # a recipient is of an organisation on the trust list
    REPLY_EXPOSED = "reply-exposed"  # a reply token arrived in a path, and was ended
    ASKED_FOR_MORE = "asked-for-more"
    ASKED_FOR_MANAGER = "asked-for-manager"  # that a named line manager may read it too
    REQUEST_ACCEPTED = "request-accepted"
    REQUEST_REFUSED = "request-refused"
    COUNTERSIGNED = "countersigned"  # a recipient said what becomes of a change at work
    MESSAGE_SENT = "message-sent"  # the detail says which kind
    MESSAGE_NOT_SENT = "message-not-sent"  # refused for good, or given up
    ADDRESS_GIVEN = "address-given"  # the holder's own, confirmed
    ADDRESS_REMOVED = "address-removed"
    ERASURE_REFUSED = "erasure-refused"  # somebody signed in as the holder could not say their sign-in code
    ERASED = "erased"  # the last event there is; nobody can read it


class MessageKind(StrEnum):
    """What a message says. Each has its text in passport/messages/texts, in every language."""

    OPENED = "opened"  # someone opened a share
    FETCHED = "fetched"  # a program took what a share carries
    LOCKED = "locked"
    EXPOSED = "exposed"  # something on the way saw the link
    EMAIL_CODE = "email-code"  # shows who can read an e-mail address
    ASKED_FOR_MORE = "asked-for-more"
    ACKNOWLEDGED = "acknowledged"
    COUNTERSIGNED = "countersigned"
    DELETION_REQUEST = "deletion-request"
    RETENTION_REMINDER = "retention-reminder"
    REVIEW_REMINDER = "review-reminder"
    SHARE_ENDING = "share-ending"
    CHANGED = "changed"
    PASSPORT_DELETED = "passport-deleted"  # the last word to a recipient; it outlives the holder's key
