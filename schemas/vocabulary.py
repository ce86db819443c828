"""The closed lists that code, tables, URLs and pages share."""

from enum import StrEnum


class Section(StrEnum):
    """The kinds of content, in catalogue order."""

    ABOUT_ME = "about-me"
    COMMUNICATION = "communication"
    WHAT_MATTERS = "what-matters"
    DAILY_IMPACT = "daily-impact"
    ADJUSTMENTS = "adjustments"
    IF_UNWELL = "if-unwell"
    CONDITIONS = "conditions"
    WORK = "work"
    PLAN = "plan"
    SCORES = "scores"
    WORK_ADVICE = "work-advice"
    HOME_LIFE = "home-life"
    SUPPORTERS = "supporters"
    DIARY = "diary"


class AuthorKind(StrEnum):
    """Who may put an entry in a section."""

    HOLDER = "holder"
    PRACTITIONER = "practitioner"
    EMPLOYER = "employer"


class RecipientKind(StrEnum):
    """The kinds of named recipient; each has a preset."""

    EMPLOYER = "employer"
    GP = "gp"
    WORK_COACH = "work-coach"
    PRACTITIONER = "practitioner"


class Preset(StrEnum):
    """Whether a preset puts a section in a share."""

    ON = "on"
    OFFER = "offer"  # off until the holder chooses it
    OFFER_AFRESH = "offer-afresh"  # asked again for each share, with what it may be used for
    NEVER = "never"  # cannot be added


class Purpose(StrEnum):
    """Why a share is made."""

    ADJUSTMENTS_AT_WORK = "adjustments-at-work"
    JOB_INTERVIEW = "job-interview"
    HEALTH_CARE = "health-care"
    WORK_SUPPORT = "work-support"
    WORKABILITY_PLAN = "workability-plan"


class Domain(StrEnum):
    """The four domains of the Workability Action Plan (biopsychosocial model plus work)."""

    HEALTH = "health"
    PERSONAL = "personal"
    SOCIAL = "social"
    WORK = "work"


class Channel(StrEnum):
    """How an appointment is held."""

    TELEPHONE = "telephone"
    JOBCENTRE = "jobcentre"
    NEUTRAL_PLACE = "neutral-place"
    VIDEO = "video"


class Language(StrEnum):
    """The languages of pages and labels."""

    ENGLISH = "en"
    WELSH = "cy"


class IssuerKind(StrEnum):
    """What kind of signing identity an issuer on the trust list is."""

    TOLD_BY_HOLDER = "told-by-holder"
    ORGANISATION = "organisation"
    ACKNOWLEDGEMENT = "acknowledgement"
    STATUS = "status"  # signs status lists only


class Standing(StrEnum):
    """Where a signed entry stands."""

    VALID = "valid"
    SUSPENDED = "suspended"  # for now
    REVOKED = "revoked"  # for good


class StatusChange(StrEnum):
    """What can be done to where an entry stands."""

    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"
    SUPERSEDE = "supersede"  # a later entry corrects it


class StatusReason(StrEnum):
    """Why an entry's standing changed: codes alone, so that the reason tells no health fact."""

    MISTAKE = "mistake"
    OUTDATED = "outdated"
    UNDER_REVIEW = "under-review"
    REVIEWED = "reviewed"
    CORRECTED = "corrected"
    ASKED = "asked"  # by the person it is about
