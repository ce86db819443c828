"""Every closed list in plain words, and dates, languages and codes too, in English and Welsh."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.adjustment_codes import TERMS
from schemas.adjustment_terms_cy import TERMS_CY
from schemas.consent_vocabulary import Assurance
from schemas.labels import Label
from schemas.sections.health import FunctionArea
from schemas.sections.person import ContactChannel, IdentifierKind
from schemas.sections.plan import DischargeReason, Stance, StepState
from schemas.sections.work import (
    ChangeKind,
    ChangeStatus,
    FitNoteOption,
    FitNoteOutcome,
    Measure,
    WorkSituation,
)
from schemas.vocabulary import (
    AuthorKind,
    Channel,
    Domain,
    IssuerKind,
    Language,
    Preset,
    Purpose,
    RecipientKind,
    Standing,
    StatusChange,
    StatusReason,
)

_WORDS: Final[tuple[tuple[StrEnum, Label], ...]] = (
    (AuthorKind.HOLDER, Label("The passport’s owner", "Perchennog y pasbort")),
    (AuthorKind.PRACTITIONER, Label("A practitioner", "Ymarferydd")),
    (AuthorKind.EMPLOYER, Label("An employer", "Cyflogwr")),
    (RecipientKind.EMPLOYER, Label("Employer", "Cyflogwr")),
    (RecipientKind.GP, Label("GP surgery", "Meddygfa")),
    (RecipientKind.WORK_COACH, Label("Work coach", "Anogwr gwaith")),
    (RecipientKind.PRACTITIONER, Label("Practitioner", "Ymarferydd")),
    (Preset.ON, Label("Shared", "Wedi’i rannu")),
    (Preset.OFFER, Label("Shared if you choose it", "Wedi’i rannu os byddwch yn ei ddewis")),
    (Preset.OFFER_AFRESH, Label("Asked again each time", "Gofynnir eto bob tro")),
    (Preset.NEVER, Label("Never shared", "Byth yn cael ei rannu")),
    (
        Purpose.ADJUSTMENTS_AT_WORK,
        Label("Changes that help me at work", "Newidiadau sy’n fy helpu yn y gwaith"),
    ),
    (Purpose.JOB_INTERVIEW, Label("A job interview", "Cyfweliad am swydd")),
    (Purpose.HEALTH_CARE, Label("My health care", "Fy ngofal iechyd")),
    (
        Purpose.WORK_SUPPORT,
        Label("Support to find or keep work", "Cymorth i ddod o hyd i waith neu i gadw gwaith"),
    ),
    (
        Purpose.WORKABILITY_PLAN,
        Label("My Workability Action Plan", "Fy Nghynllun Gweithredu Gallu i Weithio"),
    ),
    (Standing.VALID, Label("Stands", "Yn sefyll")),
    (Standing.SUSPENDED, Label("Suspended for now", "Wedi’i atal am y tro")),
    (Standing.REVOKED, Label("Taken back", "Wedi’i dynnu’n ôl")),
    (StatusChange.SUSPEND, Label("Suspend for now", "Atal am y tro")),
    (StatusChange.REINSTATE, Label("Let it stand again", "Gadael iddo sefyll eto")),
    (StatusChange.REVOKE, Label("Take back for good", "Tynnu’n ôl am byth")),
    (StatusChange.SUPERSEDE, Label("Correct it with a later entry", "Ei gywiro â chofnod diweddarach")),
    (StatusReason.MISTAKE, Label("It was a mistake", "Camgymeriad oedd hyn")),
    (StatusReason.OUTDATED, Label("It is out of date", "Mae wedi dyddio")),
    (StatusReason.UNDER_REVIEW, Label("It is being looked at again", "Mae’n cael ei ailystyried")),
    (StatusReason.REVIEWED, Label("It was looked at again", "Cafodd ei ailystyried")),
    (StatusReason.CORRECTED, Label("A later entry corrects it", "Mae cofnod diweddarach yn ei gywiro")),
    (StatusReason.ASKED, Label("The person asked for it", "Gofynnodd y person amdano")),
    (Domain.HEALTH, Label("Health", "Iechyd")),
    (Domain.PERSONAL, Label("Personal", "Personol")),
    (Domain.SOCIAL, Label("Social", "Cymdeithasol")),
    (Domain.WORK, Label("Work", "Gwaith")),
    (Channel.TELEPHONE, Label("By telephone", "Dros y ffôn")),
    (Channel.JOBCENTRE, Label("At the jobcentre", "Yn y ganolfan waith")),
    (Channel.NEUTRAL_PLACE, Label("At a neutral place", "Mewn man niwtral")),
    (Channel.VIDEO, Label("By video", "Drwy fideo")),
    (Language.ENGLISH, Label("English", "Saesneg")),
    (Language.WELSH, Label("Welsh", "Cymraeg")),
    (IssuerKind.TOLD_BY_HOLDER, Label("Told by the person", "Wedi’i ddweud gan y person")),
    (IssuerKind.ORGANISATION, Label("An organisation", "Sefydliad")),
    (IssuerKind.ACKNOWLEDGEMENT, Label("Acknowledged", "Wedi’i gydnabod")),
    (IssuerKind.STATUS, Label("Status lists", "Rhestrau statws")),
    (IdentifierKind.NHS_NUMBER, Label("NHS number", "Rhif GIG")),
    (IdentifierKind.NATIONAL_INSURANCE, Label("National Insurance number", "Rhif Yswiriant Gwladol")),
    (IdentifierKind.OTHER, Label("Other number", "Rhif arall")),
    (ContactChannel.TELEPHONE, Label("Telephone", "Ffôn")),
    (ContactChannel.TEXT_MESSAGE, Label("Text message", "Neges destun")),
    (ContactChannel.EMAIL, Label("Email", "E-bost")),
    (ContactChannel.LETTER, Label("Letter", "Llythyr")),
    (ContactChannel.VIDEO_CALL, Label("Video call", "Galwad fideo")),
    (ContactChannel.TEXT_RELAY, Label("Text relay", "Cyfnewid testun")),
    (
        ContactChannel.VIDEO_RELAY,
        Label(
            "Video relay with a sign language interpreter", "Cyfnewid fideo gyda dehonglydd iaith arwyddion"
        ),
    ),
    (ContactChannel.FACE_TO_FACE, Label("Face to face", "Wyneb yn wyneb")),
    (
        ContactChannel.THROUGH_A_SUPPORTER,
        Label("Through someone who supports me", "Drwy rywun sy’n fy nghefnogi"),
    ),
    (FunctionArea.MOVING_ABOUT, Label("Moving about", "Symud o gwmpas")),
    (FunctionArea.STANDING_AND_SITTING, Label("Standing and sitting", "Sefyll ac eistedd")),
    (FunctionArea.LIFTING_AND_CARRYING, Label("Lifting and carrying", "Codi a chario")),
    (FunctionArea.USING_HANDS, Label("Using my hands", "Defnyddio fy nwylo")),
    (FunctionArea.SEEING, Label("Seeing", "Gweld")),
    (FunctionArea.HEARING, Label("Hearing", "Clywed")),
    (FunctionArea.SPEAKING, Label("Speaking", "Siarad")),
    (FunctionArea.UNDERSTANDING, Label("Understanding", "Deall")),
    (FunctionArea.CONCENTRATING, Label("Concentrating", "Canolbwyntio")),
    (FunctionArea.REMEMBERING, Label("Remembering", "Cofio")),
    (FunctionArea.PLANNING, Label("Planning", "Cynllunio")),
    (FunctionArea.ENERGY, Label("Energy", "Egni")),
    (FunctionArea.PAIN, Label("Pain", "Poen")),
    (FunctionArea.SLEEP, Label("Sleep", "Cwsg")),
    (FunctionArea.BEING_WITH_PEOPLE, Label("Being with people", "Bod gyda phobl")),
    (FunctionArea.COPING_WITH_CHANGE, Label("Coping with change", "Ymdopi â newid")),
    (FunctionArea.TRAVELLING, Label("Travelling", "Teithio")),
    (FunctionArea.LOOKING_AFTER_MYSELF, Label("Looking after myself", "Gofalu amdanaf fy hun")),
    (FunctionArea.OTHER, Label("Something else", "Rhywbeth arall")),
    (ChangeKind.HOURS, Label("Hours", "Oriau")),
    (ChangeKind.DUTIES, Label("Duties", "Dyletswyddau")),
    (ChangeKind.EQUIPMENT, Label("Equipment", "Offer")),
    (ChangeKind.PLACE, Label("Place", "Lle")),
    (ChangeKind.PEOPLE, Label("People", "Pobl")),
    (ChangeKind.INTERVIEW, Label("For a job interview", "Ar gyfer cyfweliad am swydd")),
    (ChangeStatus.ASKED, Label("Asked for", "Wedi gofyn amdano")),
    (ChangeStatus.AGREED, Label("Agreed", "Wedi’i gytuno")),
    (ChangeStatus.IN_PLACE, Label("In place", "Ar waith")),
    (ChangeStatus.REFUSED, Label("Refused", "Wedi’i wrthod")),
    (ChangeStatus.ENDED, Label("Ended", "Wedi dod i ben")),
    (WorkSituation.WORKING, Label("In work", "Mewn gwaith")),
    (WorkSituation.OFF_SICK, Label("Off sick", "I ffwrdd yn sâl")),
    (WorkSituation.RETURNING, Label("Going back to work", "Yn mynd yn ôl i’r gwaith")),
    (WorkSituation.SELF_EMPLOYED, Label("Self-employed", "Hunangyflogedig")),
    (WorkSituation.LOOKING_FOR_WORK, Label("Looking for work", "Yn chwilio am waith")),
    (WorkSituation.NOT_LOOKING_YET, Label("Not looking for work yet", "Ddim yn chwilio am waith eto")),
    (WorkSituation.VOLUNTEERING, Label("Volunteering", "Yn gwirfoddoli")),
    (WorkSituation.LEARNING, Label("Learning or training", "Yn dysgu neu’n hyfforddi")),
    (FitNoteOutcome.NOT_FIT, Label("Not fit for work", "Ddim yn ffit i weithio")),
    (
        FitNoteOutcome.MAY_BE_FIT,
        Label(
            "May be fit for work, with the changes below", "Efallai’n ffit i weithio, gyda’r newidiadau isod"
        ),
    ),
    (FitNoteOption.PHASED_RETURN, Label("A phased return to work", "Dychwelyd i’r gwaith yn raddol")),
    (FitNoteOption.ALTERED_HOURS, Label("Altered hours", "Newid oriau")),
    (FitNoteOption.AMENDED_DUTIES, Label("Amended duties", "Addasu dyletswyddau")),
    (FitNoteOption.WORKPLACE_ADAPTATIONS, Label("Workplace adaptations", "Addasiadau i’r gweithle")),
    (Measure.WORKABILITY_NOW, Label("Ability to work now", "Gallu i weithio nawr")),
    (
        Measure.WORKABILITY_POTENTIAL,
        Label(
            "Ability to work if all the steps were done",
            "Gallu i weithio pe bai’r camau i gyd yn cael eu cymryd",
        ),
    ),
    (Measure.CONFIDENCE, Label("Confidence about getting into work", "Hyder ynghylch cael gwaith")),
    (Measure.IMPORTANCE, Label("How important getting into work is", "Pa mor bwysig yw cael gwaith")),
    (StepState.NOT_YET, Label("Not yet", "Ddim eto")),
    (StepState.SOME, Label("Partly done", "Wedi’i wneud yn rhannol")),
    (StepState.DONE, Label("Done", "Wedi’i wneud")),
    (StepState.NOT_DONE, Label("Not done", "Heb ei wneud")),
    (Stance.ACCEPTS, Label("I accept this plan", "Rwy’n derbyn y cynllun hwn")),
    (Stance.COMMENTS, Label("I have a comment", "Mae gen i sylw")),
    (Stance.DISPUTES, Label("I disagree with part of this plan", "Rwy’n anghytuno â rhan o’r cynllun hwn")),
    (
        Assurance.LINK,
        Label("Someone with the link", "Rhywun â’r ddolen"),
    ),
    (
        Assurance.WORK_EMAIL,
        Label(
            "Someone who showed that they use a work email address",
            "Rhywun a ddangosodd eu bod yn defnyddio cyfeiriad e-bost gwaith",
        ),
    ),
    (
        Assurance.TRUST_LIST,
        Label("An organisation on our list of trusted ones", "Sefydliad ar ein rhestr o rai dibynadwy"),
    ),
    (DischargeReason.COMPLETED, Label("The appointments were completed", "Cwblhawyd yr apwyntiadau")),
    (DischargeReason.HOLDER_STOPPED, Label("The person chose to stop", "Dewisodd y person stopio")),
    (DischargeReason.DID_NOT_ATTEND, Label("The person did not attend", "Ni ddaeth y person")),
    (
        DischargeReason.MOVED_TO_OTHER_SUPPORT,
        Label("The person moved to other support", "Symudodd y person i gymorth arall"),
    ),
)

_LANGUAGES: Final[dict[str, Label]] = {
    "ar": Label("Arabic", "Arabeg"),
    "bfi": Label("British Sign Language", "Iaith Arwyddion Prydain"),
    "bn": Label("Bengali", "Bengaleg"),
    "cy": Label("Welsh", "Cymraeg"),
    "de": Label("German", "Almaeneg"),
    "en": Label("English", "Saesneg"),
    "es": Label("Spanish", "Sbaeneg"),
    "fa": Label("Persian", "Perseg"),
    "fr": Label("French", "Ffrangeg"),
    "ga": Label("Irish", "Gwyddeleg"),
    "gd": Label("Scottish Gaelic", "Gaeleg yr Alban"),
    "gu": Label("Gujarati", "Gwjarati"),
    "hi": Label("Hindi", "Hindi"),
    "isg": Label("Irish Sign Language", "Iaith Arwyddion Iwerddon"),
    "it": Label("Italian", "Eidaleg"),
    "pa": Label("Punjabi", "Pwnjabeg"),
    "pl": Label("Polish", "Pwyleg"),
    "pt": Label("Portuguese", "Portiwgaleg"),
    "ro": Label("Romanian", "Rwmaneg"),
    "so": Label("Somali", "Somalieg"),
    "ta": Label("Tamil", "Tamil"),
    "tr": Label("Turkish", "Tyrceg"),
    "uk": Label("Ukrainian", "Wcreineg"),
    "ur": Label("Urdu", "Wrdw"),
    "zh": Label("Chinese", "Tsieinëeg"),
}

_MONTHS: Final = (
    Label("January", "Ionawr"),
    Label("February", "Chwefror"),
    Label("March", "Mawrth"),
    Label("April", "Ebrill"),
    Label("May", "Mai"),
    Label("June", "Mehefin"),
    Label("July", "Gorffennaf"),
    Label("August", "Awst"),
    Label("September", "Medi"),
    Label("October", "Hydref"),
    Label("November", "Tachwedd"),
    Label("December", "Rhagfyr"),
)

# By list and value: members of two lists that are written alike are equal, and mean different things.
WORDS: Final[Mapping[tuple[type[StrEnum], str], Label]] = MappingProxyType(
    {(type(value), value.value): label for value, label in _WORDS}
)


def in_words(value: StrEnum, language: Language) -> str:
    """Return a value of a closed list in plain words.

    Raises:
        KeyError: no words exist for it.
    """
    return WORDS[type(value), value.value][language]


def day_in_words(day: date, language: Language) -> str:
    """Return a day as people write it: 3 March 2026, 3 Mawrth 2026."""
    return f"{day.day} {_MONTHS[day.month - 1][language]} {day.year}"


def partial_date_in_words(text: str, language: Language) -> str:
    """Return a year, a month or a day as people write it. `text` is a valid `PartialDate`."""
    if len(text) == 4:
        return text
    if len(text) == 7:
        return f"{_MONTHS[int(text[5:]) - 1][language]} {text[:4]}"
    return day_in_words(date.fromisoformat(text), language)


def language_in_words(tag: str, language: Language) -> str:
    """Return the name of a language, or its tag where this table does not have it."""
    name = _LANGUAGES.get(tag) or _LANGUAGES.get(tag.split("-")[0])
    return name[language] if name else tag


def named_languages(language: Language) -> tuple[tuple[str, str], ...]:
    """Return the tag and the name of each language that has a name here, by name."""
    return tuple(
        sorted(((tag, name[language]) for tag, name in _LANGUAGES.items()), key=lambda named: named[1])
    )


def adjustment_term(code: str, language: Language) -> str:
    """Return the term of a reasonable adjustment code; English where the value set has no Welsh.

    Raises:
        KeyError: the code is not in the value set.
    """
    return TERMS_CY.get(code, TERMS[code]) if language is Language.WELSH else TERMS[code]
