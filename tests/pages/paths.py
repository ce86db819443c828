"""The addresses of the pages that a browser can ask for, by who reads them. tests/pages/furnishing.py fills in the ids.

A page that is in none of these lists fails tests/pages/test_every_page.py, on the day that its route is written.
"""

from schemas.catalogue import CATALOGUE
from schemas.vocabulary import AuthorKind, RecipientKind

PUBLIC = (
    "/",
    "/sign-in",
    "/sign-in?next=/passport/log",
    "/v",
    "/v/open",
    "/v/changed",
    "/v/reading",
    "/code",
    "/r",
    "/r/changed",
    "/r/left",
    "/r/reply",
    "/accessibility",
    "/privacy",
    "/deleted",
    "/nothing-here",
)
RECIPIENTS = (
    "/v/reading",
    "/v/reading/receipt",
    "/r",
    "/r/reply",
    "/r/changes",
    "/r/receipt",
    "/r/terms",
    "/r/requests/{request_id}/receipt",
)
HOLDERS = (
    "/passport",
    "/passport/shares",
    "/passport/replies",
    "/passport/replies/{request_id}/receipt",
    "/passport/writers",
    "/passport/writers/{grant_id}/receipt",
    "/passport/log",
    "/passport/messages",
    "/passport/delete",
    *(f"/passport/shares/new/{kind}" for kind in RecipientKind),
    "/passport/shares/new/employer?purpose=job-interview",
    *(f"/passport/shares/{{{share}}}" for share in ("share_id", "stopped_id", "locked_id")),
    *(
        f"/passport/shares/{{share_id}}/{page}"
        for page in ("as-recipient", "receipt", "extend", "code", "again", "not-me", "update")
    ),
    *(
        f"/passport/sections/{s}"
        for s in ("about-me", "communication", "what-matters", "plan", "work-advice")
    ),
)
FORMS = tuple(f"/passport/sections/{s}/edit" for s in CATALOGUE if AuthorKind.HOLDER in CATALOGUE[s].authors)
PRACTITIONERS = (
    "/practice",
    "/practice?done=1",
    "/practice/{grant_id}",
    "/practice/{grant_id}/sections/work-advice",
    "/practice/{grant_id}/terms",
    "/practice/{grant_id}/receipt",
    "/practice/{grant_id}/appointment",
)
EVERY = (*PUBLIC, *RECIPIENTS, *HOLDERS, *FORMS, *PRACTITIONERS)
# Pages' routes that give a file.
FILES = {
    "/v/reading/copy",
    "/v/reading/read-receipt",
    "/v/reading/receipt/{form}",
    "/r/reviews.ics",
    "/r/receipt/{form}",
    "/r/requests/{request_id}/receipt/{form}",
    "/passport/reviews.ics",
    "/passport/replies/{request_id}/receipt/{form}",
    "/passport/shares/{share_id}/read-receipts",
    "/passport/shares/{share_id}/receipt/{form}",
    "/passport/writers/{grant_id}/receipt/{form}",
    "/practice/{grant_id}/receipt/{form}",
}
