"""Show a page: its language, its template, its cookies. One Jinja environment a language, made at start.

Leaves out: what a page is about. A route takes `page: Page` and returns `page.show("name.html", key=value)`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse

from passport.i18n import Speech, choose_language, speech_of
from passport.settings import Operator
from passport.web.assets import Assets
from passport.web.cookies import Cookies
from passport.web.cross_site import OWN_PAGE
from passport.web.problems import Problem
from schemas.vocabulary import Language

# A page of its own says what to do next; any other status takes the nearest general one.
ERROR_PAGES: Final = {
    400: "400",
    401: "403",
    403: "403",
    404: "404",
    405: "404",
    410: "410",
    422: "422",
    503: "503",
}


def make_environment(speech: Speech, *, assets: Assets, operator: Operator) -> Environment:
    """Return the templates in one language."""
    environment = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("passport"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        auto_reload=False,
    )
    environment.install_gettext_translations(speech.translations, newstyle=True)  # type: ignore[attr-defined]
    environment.globals |= {
        "asset": assets.address,
        "language": speech.language.value,
        "draft": speech.is_draft,
        "operator": operator,
    }
    environment.filters |= {"day": speech.day, "day_and_time": speech.day_and_time, "clock": speech.clock}
    return environment


@dataclass(frozen=True, slots=True)
class Pages:
    """The templates in every language."""

    speeches: Mapping[Language, Speech]
    environments: Mapping[Language, Environment]
    cookies: Cookies

    def language_of(self, request: Request) -> Language:
        """Return the language a request is answered in."""
        return choose_language(
            asked=request.query_params.get("lang"),
            kept=self.cookies.language.read(request),
            accepted=request.headers.get("accept-language"),
        )


def make_pages(*, assets: Assets, cookies: Cookies, operator: Operator) -> Pages:
    """Return the templates in every language; reads the catalogues."""
    speeches = {language: speech_of(language) for language in Language}
    return Pages(
        speeches=speeches,
        environments={
            name: make_environment(speech, assets=assets, operator=operator)
            for name, speech in speeches.items()
        },
        cookies=cookies,
    )


@dataclass(frozen=True, slots=True)
class PageOfRequest:
    """The page that answers one request, in its language."""

    pages: Pages
    request: Request
    language: Language

    @property
    def speech(self) -> Speech:
        """Words and dates in the page's language."""
        return self.pages.speeches[self.language]

    def gettext(self, message: str) -> str:
        """Return a message in the page's language. Call it with the English text itself, so that it is found."""
        return self.speech.gettext(message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return the form of a message that fits a count (Welsh has six)."""
        return self.speech.ngettext(one, many, count)

    def text_of(self, template: str, **context: Any) -> str:
        """Return a template's text."""
        environment = self.pages.environments[self.language]
        return environment.get_template(template).render(**context)

    def show(self, template: str, /, status: int = 200, **context: Any) -> HTMLResponse:
        """Return a page. `errors` in the context (field -> message) gives it an error summary."""
        reply = HTMLResponse(self.text_of(template, **context), status_code=status)
        cookies = self.pages.cookies
        if self.request.query_params.get("lang") == self.language:
            cookies.language.set(reply, self.language.value)
        if cookies.own_page.read(self.request) != OWN_PAGE:
            cookies.own_page.set(reply, OWN_PAGE)
        return reply

    def show_problem(self, found: Problem) -> HTMLResponse:
        """Return the page of an error."""
        name = ERROR_PAGES.get(found.status, "400" if found.status < 500 else "500")
        return self.show(f"errors/{name}.html", found.status, problem=found)


async def page_of(request: Request) -> PageOfRequest:
    """Return the page of a request; no work for a thread."""
    pages: Pages = request.app.state.pages
    return PageOfRequest(pages=pages, request=request, language=pages.language_of(request))


Page = Annotated[PageOfRequest, Depends(page_of)]
