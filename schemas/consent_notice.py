"""The wording that a holder reads before they let somebody read or write: the page shows it and the receipt keeps it.

One source for both, so that a receipt says word for word what was shown. The Welsh is a draft until a named translator
signs it. Leaves out: the receipt (consent.receipt), and the sections and lines that the page shows beside it.
"""

from typing import Final

from schemas.labels import Label
from schemas.vocabulary import Language, Purpose
from schemas.words import in_words

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
_MAY_ADD: Final = Label(
    "A practitioner can add to your passport only while you let them. You accept or decline each thing they write.",
    "Dim ond tra byddwch yn gadael iddynt y gall ymarferydd ychwanegu at eich pasbort. Chi sy’n derbyn neu’n gwrthod "
    "pob peth y maent yn ei ysgrifennu.",
)
_MAY_READ_PLAN: Final = Label(
    "Whoever may write your plan can also read it as it stands, to go on from there. You see each time they look.",
    "Gall pwy bynnag sy’n cael ysgrifennu eich cynllun hefyd ei ddarllen fel y mae, i fynd ymlaen oddi yno. Rydych yn "
    "gweld bob tro y maent yn edrych.",
)


def share_notice(name: str, *, purpose: Purpose, days: int, language: Language) -> tuple[str, ...]:
    """Return what the preview of a share says around what it shows: its heading first, one text for each part."""
    length = _ONE_DAY[language] if days == 1 else _DAYS[language].format(days=days)
    return (
        _WILL_SEE[language].format(name=name),
        _FOR[language].format(purpose=in_words(purpose, language)),
        length,
        _NOTHING_ELSE[language],
        _CAN_STOP[language],
    )


def writing_notice(language: Language) -> tuple[str, ...]:
    """Return what is said before a holder lets a practitioner write."""
    return _MAY_ADD[language], _MAY_READ_PLAN[language]
