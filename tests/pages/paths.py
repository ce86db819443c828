"""The addresses of the pages that a browser can ask for."""

from schemas.catalogue import CATALOGUE
from schemas.vocabulary import AuthorKind, RecipientKind

PUBLIC = (
    "/",
    "/sign-in",
    "/v",
    "/v/open",
    "/v/changed",
    "/v/reading",
    "/code",
    "/r",
    "/r/changed",
    "/r/reply",
    "/accessibility",
    "/deleted",
    "/nothing-here",
)
HOLDERS = (
    "/passport",
    "/passport/shares",
    "/passport/replies",
    "/passport/writers",
    "/passport/log",
    "/passport/messages",
    "/passport/delete",
    *(f"/passport/shares/new/{kind}" for kind in RecipientKind),
    *(f"/passport/sections/{section}" for section in ("about-me", "communication", "plan", "work-advice")),
)
FORMS = tuple(f"/passport/sections/{s}/edit" for s in CATALOGUE if AuthorKind.HOLDER in CATALOGUE[s].authors)
