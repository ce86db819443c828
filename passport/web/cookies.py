"""The cookies of the service: how they are named, read, set and cleared. What they hold is the services' matter."""

from dataclasses import dataclass
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from passport.settings import Settings

YEAR_SECONDS: Final = 365 * 24 * 60 * 60
REPLY_SECONDS: Final = 90 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie of this host alone.

    Over https it carries the `__Host-` prefix (RFC 6265bis section 4.1.3.2), which needs Secure; on plain
    http (localhost, a demo on the local network) browsers refuse that prefix, so the plain name is used.
    """

    plain_name: str
    max_age_seconds: int
    same_site: Literal["lax", "strict"]
    secure: bool

    @property
    def name(self) -> str:
        """The name on the wire."""
        return f"__Host-{self.plain_name}" if self.secure else self.plain_name

    def read(self, request: Request) -> str | None:
        """Return what the browser sent, or None."""
        return request.cookies.get(self.name)

    def set(self, response: Response, value: str) -> None:
        """Tell the browser to keep `value` (ASCII without spaces, such as a token)."""
        response.set_cookie(
            self.name,
            value,
            max_age=self.max_age_seconds,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite=self.same_site,
        )

    def clear(self, response: Response) -> None:
        """Tell the browser to forget the cookie."""
        response.delete_cookie(
            self.name, path="/", secure=self.secure, httponly=True, samesite=self.same_site
        )


@dataclass(frozen=True, slots=True)
class Cookies:
    """Every cookie that the service sets."""

    session: Cookie  # who is signed in
    viewing: Cookie  # one opened share, so that reload, print and language cost no view
    reply: Cookie  # what a recipient may answer to a share; shows nothing of it
    language: Cookie
    own_page: Cookie  # shows the cross-site guard that a form comes from one of our pages


def cookies_of(settings: Settings) -> Cookies:
    """Return the cookies of a service with these settings."""
    secure = settings.base_url.startswith("https://")
    return Cookies(
        session=Cookie("session", settings.session_hours * 3600, "lax", secure),
        viewing=Cookie("viewing", settings.viewing_minutes * 60, "lax", secure),
        reply=Cookie("reply", REPLY_SECONDS, "lax", secure),
        language=Cookie("language", YEAR_SECONDS, "lax", secure),
        own_page=Cookie("own-page", YEAR_SECONDS, "strict", secure),
    )
