"""What receipts say in plain words, in English and Welsh: closed lists, and the sentences around them.

The Welsh is a draft until a named translator signs it. Leaves out: which sentence a receipt needs
(consent.receipt_words).
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.consent_vocabulary import Assurance, ConsentEvent, ConsentParty, LegalBasis, RetentionRule
from schemas.labels import Label
from schemas.vocabulary import Language
from schemas.words import day_in_words

_WORDS: Final[tuple[tuple[StrEnum, Label], ...]] = (
    (ConsentEvent.REQUESTED, Label("Asked for", "Gofynnwyd amdano")),
    (ConsentEvent.GIVEN, Label("Agreed", "Cytunwyd")),
    (ConsentEvent.REFUSED, Label("Refused", "Gwrthodwyd")),
    (ConsentEvent.WITHDRAWN, Label("Stopped", "Stopiwyd")),
    (ConsentEvent.EXPIRED, Label("Came to its end", "Daeth i ben")),
    (ConsentParty.HOLDER, Label("The passport’s owner", "Perchennog y pasbort")),
    (ConsentParty.RECIPIENT, Label("The recipient", "Y derbynnydd")),
    (ConsentParty.SERVICE, Label("This service", "Y gwasanaeth hwn")),
    (Assurance.LINK, Label("someone with the link", "rhywun â’r ddolen")),
    (
        Assurance.WORK_EMAIL,
        Label("someone who uses this work email address", "rhywun sy’n defnyddio’r cyfeiriad e-bost gwaith hwn"),
    ),
    (
        Assurance.TRUST_LIST,
        Label("an organisation on our list of trusted ones", "sefydliad ar ein rhestr o rai dibynadwy"),
    ),
    (
        LegalBasis.CHOICE,
        Label("their own choice to share, which they can stop", "eu dewis eu hunain i rannu, y gallant ei stopio"),
    ),
    (LegalBasis.EXPLICIT_CONSENT, Label("the person’s clear consent", "caniatâd clir y person")),
    (
        LegalBasis.EMPLOYMENT_LAW,
        Label(
            "duties under employment law, such as to make reasonable changes",
            "dyletswyddau o dan gyfraith cyflogaeth, fel gwneud newidiadau rhesymol",
        ),
    ),
    (
        LegalBasis.OCCUPATIONAL_HEALTH,
        Label(
            "occupational health: to see what work someone can do, told in confidence",
            "iechyd galwedigaethol: gweld pa waith y gall rhywun ei wneud, yn gyfrinachol",
        ),
    ),
    (LegalBasis.HEALTH_CARE, Label("giving health or social care", "rhoi gofal iechyd neu ofal cymdeithasol")),
    (LegalBasis.PUBLIC_TASK, Label("a public task set by law", "tasg gyhoeddus a osodir gan y gyfraith")),
    (
        LegalBasis.LEGITIMATE_INTERESTS,
        Label(
            "a fair interest of their own, with duties under employment law",
            "budd teg eu hunain, gyda dyletswyddau o dan gyfraith cyflogaeth",
        ),
    ),
    (LegalBasis.NOT_STATED, Label("they have not said", "nid ydynt wedi dweud")),
    (RetentionRule.NOT_PROMISED, Label("They have made no promise.", "Nid ydynt wedi addo dim.")),
    (
        RetentionRule.UNTIL_END,
        Label(
            "They promise to delete it when sharing ends.",
            "Maent yn addo ei ddileu pan ddaw’r rhannu i ben.",
        ),
    ),
    (
        RetentionRule.DAYS_AFTER_END,
        Label(
            "They promise to delete it within {days} days after sharing ends.",
            "Maent yn addo ei ddileu o fewn {days} diwrnod ar ôl i’r rhannu ddod i ben.",
        ),
    ),
    (
        RetentionRule.UNTIL_DATE,
        Label("They promise to delete it by {until}.", "Maent yn addo ei ddileu erbyn {until}."),
    ),
    (
        RetentionRule.WHILE_WORKING_THERE,
        Label(
            "They promise to delete it when the person no longer works there.",
            "Maent yn addo ei ddileu pan na fydd y person yn gweithio yno mwyach.",
        ),
    ),
    (
        RetentionRule.RECORDS_RULES,
        Label(
            "They keep it as long as the rules on their records say.",
            "Maent yn ei gadw cyhyd ag y mae’r rheolau ar eu cofnodion yn ei ddweud.",
        ),
    ),
)  # fmt: skip

_OFFERED: Final[Mapping[StrEnum, Label]] = MappingProxyType(
    {
        LegalBasis.NOT_STATED: Label("We do not say yet", "Nid ydym yn dweud eto"),
        LegalBasis.LEGITIMATE_INTERESTS: Label(
            "a fair interest of our own, with duties under employment law",
            "budd teg ein hunain, gyda dyletswyddau o dan gyfraith cyflogaeth",
        ),
        RetentionRule.NOT_PROMISED: Label("We make no promise", "Nid ydym yn addo dim"),
        RetentionRule.UNTIL_END: Label(
            "We delete it when sharing ends", "Byddwn yn ei ddileu pan ddaw’r rhannu i ben"
        ),
        RetentionRule.DAYS_AFTER_END: Label(
            "We delete it within {days} days after sharing ends",
            "Byddwn yn ei ddileu o fewn {days} diwrnod ar ôl i’r rhannu ddod i ben",
        ),
        RetentionRule.UNTIL_DATE: Label("We delete it by this day", "Byddwn yn ei ddileu erbyn y diwrnod hwn"),
        RetentionRule.WHILE_WORKING_THERE: Label(
            "We delete it when the person no longer works for us",
            "Byddwn yn ei ddileu pan na fydd y person yn gweithio i ni mwyach",
        ),
        RetentionRule.RECORDS_RULES: Label(
            "We keep it as long as the rules on our records say",
            "Byddwn yn ei gadw cyhyd ag y mae’r rheolau ar ein cofnodion yn ei ddweud",
        ),
    }
)  # fmt: skip

_YOURS: Final[Mapping[StrEnum, Label]] = MappingProxyType(
    {
        LegalBasis.LEGITIMATE_INTERESTS: Label(
            "a fair interest of your own, with duties under employment law",
            "budd teg eich hunain, gyda dyletswyddau o dan gyfraith cyflogaeth",
        ),
        RetentionRule.UNTIL_END: Label(
            "You promise to delete it when sharing ends.", "Rydych yn addo ei ddileu pan ddaw’r rhannu i ben."
        ),
        RetentionRule.DAYS_AFTER_END: Label(
            "You promise to delete it within {days} days after sharing ends.",
            "Rydych yn addo ei ddileu o fewn {days} diwrnod ar ôl i’r rhannu ddod i ben.",
        ),
        RetentionRule.UNTIL_DATE: Label(
            "You promise to delete it by {until}.", "Rydych yn addo ei ddileu erbyn {until}."
        ),
        RetentionRule.WHILE_WORKING_THERE: Label(
            "You promise to delete it when the person no longer works there.",
            "Rydych yn addo ei ddileu pan na fydd y person yn gweithio yno mwyach.",
        ),
        RetentionRule.RECORDS_RULES: Label(
            "You keep it as long as the rules on your records say.",
            "Rydych yn ei gadw cyhyd ag y mae’r rheolau ar eich cofnodion yn ei ddweud.",
        ),
    }
)  # fmt: skip

_CITED: Final[Mapping[LegalBasis, Label]] = MappingProxyType(
    {
        LegalBasis.EXPLICIT_CONSENT: Label(
            "UK GDPR articles 6(1)(a) and 9(2)(a)", "GDPR y DU, erthyglau 6(1)(a) a 9(2)(a)"
        ),
        LegalBasis.EMPLOYMENT_LAW: Label(
            "UK GDPR articles 6(1)(c) and 9(2)(b); Data Protection Act 2018, schedule 1, paragraph 1",
            "GDPR y DU, erthyglau 6(1)(c) a 9(2)(b); Deddf Diogelu Data 2018, atodlen 1, paragraff 1",
        ),
        LegalBasis.OCCUPATIONAL_HEALTH: Label(
            "UK GDPR articles 6(1)(f) and 9(2)(h); Data Protection Act 2018, schedule 1, paragraph 2",
            "GDPR y DU, erthyglau 6(1)(f) a 9(2)(h); Deddf Diogelu Data 2018, atodlen 1, paragraff 2",
        ),
        LegalBasis.HEALTH_CARE: Label(
            "UK GDPR articles 6(1)(e) and 9(2)(h); Data Protection Act 2018, schedule 1, paragraph 2",
            "GDPR y DU, erthyglau 6(1)(e) a 9(2)(h); Deddf Diogelu Data 2018, atodlen 1, paragraff 2",
        ),
        LegalBasis.PUBLIC_TASK: Label(
            "UK GDPR articles 6(1)(e) and 9(2)(b); Data Protection Act 2018, schedule 1, paragraph 1",
            "GDPR y DU, erthyglau 6(1)(e) a 9(2)(b); Deddf Diogelu Data 2018, atodlen 1, paragraff 1",
        ),
        LegalBasis.LEGITIMATE_INTERESTS: Label(
            "UK GDPR articles 6(1)(f) and 9(2)(b); Data Protection Act 2018, schedule 1, paragraph 1",
            "GDPR y DU, erthyglau 6(1)(f) a 9(2)(b); Deddf Diogelu Data 2018, atodlen 1, paragraff 1",
        ),
    }
)  # fmt: skip

_NOT_OPENED: Final = Label("nobody has opened it yet", "nid oes neb wedi’i agor eto")
_USES: Final = Label(
    "someone who uses the work email address {address}",
    "rhywun sy’n defnyddio’r cyfeiriad e-bost gwaith {address}",
)
_ONE_LINE: Final = Label("1 line", "1 llinell")
_LINES: Final = Label("{count} lines", "{count} o linellau")
_LABELS: Final[Mapping[tuple[type[StrEnum], str], Label]] = MappingProxyType(
    {(type(value), value.value): label for value, label in _WORDS}
)


def consent_in_words(value: StrEnum, language: Language) -> str:
    """Return a value of a closed list of receipts in plain words.

    Raises:
        KeyError: no words exist for it.
    """
    return _LABELS[type(value), value.value][language]


def level_in_words(level: Assurance | None, language: Language, address: str | None = None) -> str:
    """Return how sure we are of who a share's recipient is; None while nobody has opened it.

    `address`: the work e-mail address that was checked, for the holder to see.
    """
    if level is Assurance.WORK_EMAIL and address:
        return _USES[language].format(address=address)
    return _NOT_OPENED[language] if level is None else consent_in_words(level, language)


def stated_in_words(stated: LegalBasis | RetentionRule, language: Language, *, yours: bool) -> str:
    """Return what a recipient stated; `yours`: as it is said to them, else of them."""
    return _YOURS[stated][language] if yours and stated in _YOURS else consent_in_words(stated, language)


def retention_in_words(
    rule: RetentionRule, days: int | None, until: date | None, language: Language, *, yours: bool = False
) -> str:
    """Return a promise as a sentence; `days` belong to DAYS_AFTER_END alone, `until` to UNTIL_DATE."""
    day = None if until is None else day_in_words(until, language)
    return stated_in_words(rule, language, yours=yours).format(days=days, until=day)


def offered_in_words(choice: LegalBasis | RetentionRule, language: Language) -> str:
    """Return what a recipient can state, in the words of their form."""
    words = _OFFERED[choice][language] if choice in _OFFERED else consent_in_words(choice, language)
    return words[0].upper() + words[1:]


def law_in_words(basis: LegalBasis, language: Language) -> str:
    """Return where the law is that a basis names, as it is cited; empty where none is named."""
    return _CITED[basis][language] if basis in _CITED else ""


def lines_in_words(count: int, language: Language) -> str:
    """Return how many lines of a list were shared."""
    return (_ONE_LINE if count == 1 else _LINES)[language].format(count=count)


class ReceiptLine(StrEnum):
    """The lines of a receipt, in the order people read them."""

    WHO = "who"
    SERVICE = "service"
    WHAT = "what"
    MAY_ADD = "may-add"
    WHY = "why"
    UNTIL = "until"
    HOW_TO_STOP = "how-to-stop"
    NOT_RECALLED = "not-recalled"
    KEPT = "kept"
    BASIS = "basis"
    WORDING = "wording"
    EVENTS = "events"


HEADINGS: Final[Mapping[ReceiptLine, Label]] = MappingProxyType(
    {
        ReceiptLine.WHO: Label("Who it is shared with", "Gyda phwy mae’n cael ei rannu"),
        ReceiptLine.SERVICE: Label("Who keeps the passport", "Pwy sy’n cadw’r pasbort"),
        ReceiptLine.WHAT: Label("What they can read", "Beth y gallant ei ddarllen"),
        ReceiptLine.MAY_ADD: Label("What they can add to", "Beth y gallant ychwanegu ato"),
        ReceiptLine.WHY: Label("What it is for", "Ar gyfer beth mae hyn"),
        ReceiptLine.UNTIL: Label("How long", "Am ba hyd"),
        ReceiptLine.HOW_TO_STOP: Label("How to stop it", "Sut i’w stopio"),
        ReceiptLine.NOT_RECALLED: Label("What cannot be taken back", "Beth na ellir ei dynnu’n ôl"),
        ReceiptLine.KEPT: Label("How long they keep it", "Am ba hyd y maent yn ei gadw"),
        ReceiptLine.BASIS: Label("The legal reasons", "Y rhesymau cyfreithiol"),
        ReceiptLine.WORDING: Label("What was said before the decision", "Beth a ddywedwyd cyn y penderfyniad"),
        ReceiptLine.EVENTS: Label("What happened", "Beth ddigwyddodd"),
    }
)  # fmt: skip

WHO: Final = Label(
    "{name} ({kind}). We know them as {assurance}.", "{name} ({kind}). I ni, {assurance} ydynt."
)
OPERATOR: Final = Label(
    "{name} answers for keeping it. How to reach them: {contact}",
    "{name} sy’n atebol am ei gadw. Sut i gysylltu â nhw: {contact}",
)
NO_OPERATOR: Final = Label(
    "Whoever runs this service has not said who they are. See {contact}",
    "Nid yw pwy bynnag sy’n rhedeg y gwasanaeth hwn wedi dweud pwy ydynt. Gweler {contact}",
)
SECTION: Final = Label("Section", "Adran")
ANSWERED: Final = Label(
    "The passport’s owner said yes. What they share in answer is not part of this: it has a receipt of its own.",
    "Dywedodd perchennog y pasbort ie. Nid yw’r hyn y maent yn ei rannu mewn ateb yn rhan o hyn: mae ganddo ei "
    "dderbynneb ei hun.",
)
UNTIL: Final = Label(
    "From {start_day} at {start_time} until {last_day}.",
    "O {start_day} am {start_time} tan {last_day}.",
)
ENDED: Final[Mapping[ConsentEvent, Label]] = MappingProxyType(
    {
        ConsentEvent.REQUESTED: Label(
            "Nothing is shared: it was only asked for.", "Does dim yn cael ei rannu: dim ond gofyn a wnaed."
        ),
        ConsentEvent.REFUSED: Label(
            "Nothing is shared: it was refused.", "Does dim yn cael ei rannu: fe’i gwrthodwyd."
        ),
        ConsentEvent.WITHDRAWN: Label(
            "It was stopped on {day} at {time}.", "Cafodd ei stopio ar {day} am {time}."
        ),
        ConsentEvent.EXPIRED: Label("It ran until {last_day}.", "Parhaodd tan {last_day}."),
    }
)  # fmt: skip
HOW_TO_STOP: Final = Label(
    "The passport’s owner can stop this at any time, without a reason: open {address} and stop it there. It works from "
    "the next opening on.",
    "Gall perchennog y pasbort stopio hyn ar unrhyw adeg, heb roi rheswm: agorwch {address} a’i stopio yno. Mae’n "
    "gweithio o’r agoriad nesaf ymlaen.",
)
NOT_RECALLED: Final = Label(
    "Stopping cannot bring back what was already read, printed, copied or told to others. This service can ask someone "
    "to delete their copies only if it sends email and has checked their address. A saved copy that is checked will "
    "then say that it was withdrawn.",
    "Ni all stopio ddod â’r hyn a ddarllenwyd, a argraffwyd, a gopïwyd neu a ddywedwyd wrth eraill yn ôl. Dim ond os "
    "yw’n anfon e-bost ac wedi gwirio eu cyfeiriad y gall y gwasanaeth hwn ofyn i rywun ddileu eu copïau. Bydd copi a "
    "gadwyd, o’i wirio, wedyn yn dweud ei fod wedi’i dynnu’n ôl.",
)
WHEN: Final = Label("When", "Pryd")
AGREED_AGAIN: Final = Label(
    "Agreed again: for longer, or to a change", "Cytunwyd eto: am gyfnod hirach, neu i newid"
)
WHAT_HAPPENED: Final = Label("What happened", "Beth ddigwyddodd")
BY: Final = Label("By", "Gan")
STATED: Final = Label("{basis}, said on {day} by {assurance}", "{basis}, dywedwyd ar {day} gan {assurance}")
STATED_KEPT_ALONE: Final = Label(
    "{basis}. How long they keep it was said on {day} by {assurance}",
    "{basis}. Dywedwyd am ba hyd y maent yn ei gadw ar {day} gan {assurance}",
)
TOOK_BACK: Final = Label("they took back what they said", "maent wedi tynnu’n ôl yr hyn a ddywedasant")
TOOK_BACK_WHEN: Final = Label("{basis}, on {day}, as {assurance}", "{basis}, ar {day}, fel {assurance}")
CITED: Final = "{basis} ({law})"
END_OF_DAY: Final = Label("the end of {last_day}", "diwedd {last_day}")
MOMENT: Final = Label("{day} at {time}", "{day} am {time}")
