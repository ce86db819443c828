"""The wording that a holder reads before they let somebody read or write, or are asked to: page and receipt have it.

One source for both, so that a receipt says word for word what was shown. The Welsh is a draft until a named translator
signs it. Leaves out: the receipt (consent.receipt), and the sections and lines that the page shows beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from schemas.catalogue import CATALOGUE
from schemas.labels import Label
from schemas.vocabulary import Language, Purpose, Section
from schemas.words import day_in_words, in_words

_WILL_SEE: Final = Label("What {name} will see", "Yr hyn y bydd {name} yn ei weld")
_FOR: Final = Label("For: {purpose}.", "At y diben hwn: {purpose}.")
_ONE_DAY: Final = Label("For 1 day.", "Am 1 diwrnod.")
_DAYS: Final = Label("For {days} days.", "Am {days} diwrnod.")
_NOTHING_ELSE: Final = Label(
    "They see this and nothing else. They are not told that anything was left out.",
    "Byddant yn gweld hyn a dim byd arall. Ni ddywedir wrthynt fod unrhyw beth wedi’i adael allan.",
)
_CAN_STOP: Final = Label(
    "You can stop sharing at any time. Copies that they made cannot be called back.",
    "Gallwch stopio rhannu ar unrhyw adeg. Ni ellir galw copïau a wnaethant yn ôl.",
)
_ASKED_FIRST: Final = Label(
    "If you change it later, we ask you first if they may see the change. If you say yes, they are told which lines "
    "are new, changed or taken out since they last looked.",
    "Os byddwch yn ei newid yn nes ymlaen, byddwn yn gofyn i chi yn gyntaf a gânt weld y newid. Os dywedwch ie, "
    "dywedir wrthynt pa linellau sy’n newydd, wedi newid neu wedi’u tynnu allan ers iddynt edrych ddiwethaf.",
)
_OLD_LINK_STOPS: Final = Label(
    "The old link stops at once. You give {name} the new one, with a new passcode.",
    "Mae’r hen ddolen yn stopio ar unwaith. Rydych yn rhoi’r un newydd i {name}, gyda chod newydd.",
)
_NO_OFFER_YET: Final = Label(
    "There is no job offer yet, and this tells more than an interview needs: {sections}. They could hold it against "
    "you. The law forbids that, but it is hard to prove.",
    "Nid oes cynnig swydd eto, ac mae hyn yn dweud mwy nag sydd ei angen ar gyfer cyfweliad: {sections}. Gallent ei "
    "ddal yn eich erbyn. Mae’r gyfraith yn gwahardd hynny, ond mae’n anodd ei brofi.",
)
_MAY_ADD: Final = Label(
    "A practitioner can add to your passport only while you let them. You accept or decline each thing they write.",
    "Dim ond tra byddwch yn caniatáu hynny y gall ymarferydd ychwanegu at eich pasbort. Byddwch yn derbyn neu’n "
    "gwrthod pob peth y mae’n ei ysgrifennu.",
)
_MAY_READ_PLAN: Final = Label(
    "Whoever may write your plan can also read it as it stands, to go on from there. You see each time they look.",
    "Mae pwy bynnag sy’n cael ysgrifennu eich cynllun hefyd yn cael ei ddarllen fel y mae, er mwyn mynd ymlaen o’r fan "
    "honno. Gwelwch chi bob tro y byddan nhw’n edrych.",
)
_ASKS_FOR: Final = Label(
    "{name} asks to read more of your passport: {sections}.",
    "Mae {name} yn gofyn am gael darllen mwy o’ch pasbort: {sections}.",
)
_ASKS_TO_SHOW: Final = Label(
    "{name} asks that {manager} may read it too.", "Mae {name} yn gofyn i {manager} gael ei ddarllen hefyd."
)
_YOU_DECIDE: Final = Label(
    "You decide. If you say no, or say nothing until {day}, nothing is shared.",
    "Chi sy’n penderfynu. Os dywedwch na, neu os na ddywedwch ddim tan {day}, ni chaiff dim ei rannu.",
)


_LONGER: Final = Label("Share for longer with {name}", "Rhannu am gyfnod hirach: {name}")
_LAST_DAY: Final = Label("The last day is now {day}.", "Y diwrnod olaf nawr yw {day}.")
_SAME_LINK: Final = Label(
    "They keep the same link, QR code and passcode.",
    "Maent yn cadw’r un ddolen, yr un cod QR a’r un cod mynediad.",
)
_HOW_LONG: Final = Label("For how long?", "Am ba hyd?")
_ONE_DAY_MORE: Final = Label("1 day from today", "1 diwrnod o heddiw")
_DAYS_MORE: Final = Label("{days} days from today", "{days} diwrnod o heddiw")
_SEND_CHANGE: Final = Label("Send this change to {name}?", "Anfon y newid hwn at {name}?")
_TICK_LINES: Final = Label(
    "These lines are new, or you changed them. Tick those that they may see. If you leave a line out, they do not see "
    "it any more, not even as it was.",
    "Mae’r llinellau hyn yn newydd, neu fe’u newidioch. Ticiwch y rhai y cânt eu gweld. Os gadewch linell allan, "
    "ni fyddant yn ei gweld mwyach, ddim hyd yn oed fel yr oedd.",
)
_NOT_SENT_YET: Final = Label(
    "Nothing is sent until you press Send. They keep the same link and passcode.",
    "Ni chaiff dim ei anfon nes i chi wasgu Anfon. Maent yn cadw’r un ddolen a’r un cod.",
)
_TOLD_OF_IT: Final = Label(
    "They are told which lines are new, changed or taken out, but not what those said before.",
    "Dywedir wrthynt pa linellau sy’n newydd, wedi newid neu wedi’u tynnu allan, ond nid beth oeddent yn ei ddweud o’r "
    "blaen.",
)


@dataclass(frozen=True, slots=True)
class ShareNotice:
    """What the preview of a share says around what it shows, in the order of the page."""

    heading: str
    before: tuple[str, ...]
    warning: str | None  # that this is early: there is no job offer yet
    after: str

    @property
    def text(self) -> str:
        """All of it, one text to a line."""
        warning = [self.warning] if self.warning else []
        return "\n".join([self.heading, *self.before, *warning, self.after])


def share_notice(
    name: str,
    *,
    purpose: Purpose,
    days: int,
    live: bool,
    again: bool = False,
    early: Sequence[Section],
    language: Language,
) -> ShareNotice:
    """Return the wording of the preview of a share.

    `again`: it takes the place of one whose link stops; `early`: sections that an interview does not need.
    """
    stops = [_OLD_LINK_STOPS[language].format(name=name)] if again else []
    length = _ONE_DAY[language] if days == 1 else _DAYS[language].format(days=days)
    purpose_line = _FOR[language].format(purpose=in_words(purpose, language))
    asked_first = [_ASKED_FIRST[language]] if live else []
    sections = ", ".join(CATALOGUE[section].label[language] for section in early)
    return ShareNotice(
        heading=_WILL_SEE[language].format(name=name),
        before=(*stops, f"{purpose_line} {length} {_NOTHING_ELSE[language]}", *asked_first),
        warning=_NO_OFFER_YET[language].format(sections=sections) if early else None,
        after=_CAN_STOP[language],
    )


@dataclass(frozen=True, slots=True)
class EndNotice:
    """What the page says that moves the last day of a share; `choice` is the one that was made, or could be."""

    heading: str
    before: str
    question: str
    choice: str

    @property
    def text(self) -> str:
        """All of it, one text to a line."""
        return "\n".join((self.heading, self.before, self.question, self.choice))


def end_notice(name: str, *, last_day: date, days: int, language: Language) -> EndNotice:
    """Return the wording before a share is extended; `last_day`: as it is until then, `days`: from today on."""
    day = _LAST_DAY[language].format(day=day_in_words(last_day, language))
    return EndNotice(
        heading=_LONGER[language].format(name=name),
        before=f"{day} {_SAME_LINK[language]}",
        question=_HOW_LONG[language],
        choice=_ONE_DAY_MORE[language] if days == 1 else _DAYS_MORE[language].format(days=days),
    )


@dataclass(frozen=True, slots=True)
class UpdateNotice:
    """What the pages say that send a change on; `lines`: where some lines are new, which are asked about."""

    heading: str
    lines: str | None
    before: str
    told: str

    @property
    def text(self) -> str:
        """All of it, one text to a line."""
        return "\n".join(filter(None, (self.heading, self.lines, self.before, self.told)))


def update_notice(name: str, *, asked: bool, language: Language) -> UpdateNotice:
    """Return the wording before a change is sent on; `asked`: whether the holder was asked about new lines."""
    return UpdateNotice(
        heading=_SEND_CHANGE[language].format(name=name),
        lines=_TICK_LINES[language] if asked else None,
        before=_NOT_SENT_YET[language],
        told=_TOLD_OF_IT[language],
    )


def writing_notice(language: Language) -> tuple[str, ...]:
    """Return what is said before a holder lets a practitioner write."""
    return _MAY_ADD[language], _MAY_READ_PLAN[language]


def request_notice(
    name: str,
    *,
    purpose: Purpose,
    sections: Sequence[Section],
    manager: str | None,
    until: date,
    language: Language,
) -> tuple[str, ...]:
    """Return what a request says: for further sections, or that a named line manager may read it too.

    The reason that somebody gives for it, in words of their own, is shown beside it and kept in no receipt.
    """
    if manager is None:
        titles = ", ".join(CATALOGUE[section].label[language] for section in sections)
        asked = _ASKS_FOR[language].format(name=name, sections=titles)
    else:
        asked = _ASKS_TO_SHOW[language].format(name=name, manager=manager)
    purpose_line = _FOR[language].format(purpose=in_words(purpose, language))
    return asked, purpose_line, _YOU_DECIDE[language].format(day=day_in_words(until, language))
