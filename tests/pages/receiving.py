"""Opening a link, for stories of recipients."""

from tests.pages.walking import Walker

OPEN = {"en": "Open", "cy": "Agor"}
WHO = {"en": "Who are you?", "cy": "Pwy ydych chi?"}
PASSCODE = {"en": "Passcode", "cy": "Cod mynediad"}
# What each came for: the first heading of their page, and something under it.
CAME_FOR = {
    "employer": ("Changes that help me at work", "A qualified BSL interpreter at team meetings"),
    "gp": ("My health conditions", "Talking therapy in BSL"),
    "work-coach": ("My plan", "Send two applications a week."),
}


def presses_open(walker: Walker, *, who: str = "Jo Bell, Acme Tiles", language: str = "en") -> None:
    """Say who they are and press Open."""
    walker.main.get_by_label(WHO[language], exact=True).fill(who)
    walker.presses(OPEN[language])


def opens(walker: Walker, link: str, passcode: str | None = None, *, language: str = "en") -> None:
    """Go to a link, type the passcode if there is one, and press Open; `taps` counts from the page on."""
    walker.goes_to(link)
    walker.taps = 0
    if passcode:
        walker.types(PASSCODE[language], passcode)
    presses_open(walker, language=language)
