"""Who calls: the service of this application, and the holder, practitioner or recipient behind a cookie or a token.

A recipient's program sends its reply token as a bearer, and the viewing token of what is open now in a header of its
own: neither is ever a part of an address.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Header, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from passport import auth
from passport.auth import Principal
from passport.deployment import Deployment
from passport.statuses import StatusBoard
from passport.web.cookies import Cookies
from schemas.errors import PassportError
from schemas.recipient_wire import TOKEN_LENGTH_MAX


class NotSignedInError(PassportError):
    """Nobody is signed in, or the session has ended."""

    code = "not_signed_in"


class NotAllowedError(PassportError):
    """Signed in as somebody who may not do this."""

    code = "not_allowed"


@dataclass(frozen=True, slots=True)
class Service:
    """What the routes of one application share."""

    deployment: Deployment
    board: StatusBoard
    cookies: Cookies


@dataclass(frozen=True, slots=True)
class Holder:
    """A signed-in holder."""

    holder_id: str


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A signed-in practitioner."""

    practitioner_id: str


def service_of(request: Request) -> Service:
    """Return the service of the application that serves this request."""
    service: Service = request.app.state.service
    return service


TheService = Annotated[Service, Depends(service_of)]
BEARER: Final = HTTPBearer(
    auto_error=False, scheme_name="SessionToken", description="The token of POST /api/v1/session"
)
REPLY_TOKEN: Final = HTTPBearer(
    auto_error=False,
    scheme_name="ReplyToken",
    description="The reply token of POST /api/v1/openings, or what stands behind the # of a reply link",
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(REPLY_TOKEN)]


def bearer_principal(
    service: TheService, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]
) -> Principal:
    """Return who the bearer token belongs to. Programs use no cookies, so no other site can act for them.

    Raises:
        NotSignedInError: there is none, or it is unknown or has expired.
    """
    return _known(service, credentials.credentials if credentials else None)


def cookie_principal(service: TheService, request: Request) -> Principal:
    """Return who the session cookie belongs to.

    Raises:
        NotSignedInError: there is none, or it is unknown or has expired.
    """
    return _known(service, service.cookies.session.read(request))


def _known(service: Service, token: str | None) -> Principal:
    principal = auth.who(service.deployment, token) if token else None
    if principal is None:
        raise NotSignedInError("sign in first")
    return principal


def _holder(principal: Principal) -> Holder:
    if principal.holder_id is None:
        raise NotAllowedError("this is for the owner of a passport; sign in as one")
    return Holder(principal.holder_id)


def _practitioner(principal: Principal) -> Practitioner:
    if principal.practitioner_id is None:
        raise NotAllowedError("this is for practitioners; sign in as one")
    return Practitioner(principal.practitioner_id)


def bearer_holder(principal: Annotated[Principal, Depends(bearer_principal)]) -> Holder:
    """Return the holder who calls the JSON API. Raises what `bearer_principal` raises, and NotAllowedError."""
    return _holder(principal)


def bearer_practitioner(principal: Annotated[Principal, Depends(bearer_principal)]) -> Practitioner:
    """Return the practitioner who calls the JSON API. Raises what `bearer_holder` raises."""
    return _practitioner(principal)


def page_holder(principal: Annotated[Principal, Depends(cookie_principal)]) -> Holder:
    """Return the holder who looks at a page. Raises what `cookie_principal` raises, and NotAllowedError."""
    return _holder(principal)


def page_practitioner(principal: Annotated[Principal, Depends(cookie_principal)]) -> Practitioner:
    """Return the practitioner who looks at a page. Raises what `page_holder` raises."""
    return _practitioner(principal)


ApiHolder = Annotated[Holder, Depends(bearer_holder)]
ApiPractitioner = Annotated[Practitioner, Depends(bearer_practitioner)]
PageHolder = Annotated[Holder, Depends(page_holder)]
PagePractitioner = Annotated[Practitioner, Depends(page_practitioner)]


def reply_token(credentials: Credentials) -> str:
    """Return the reply token that a request carries. The services say whether it is good.

    Raises:
        NotSignedInError: it carries none.
    """
    if credentials is None:
        raise NotSignedInError("send your reply token in the Authorization header")
    return credentials.credentials


ReplyToken = Annotated[str, Depends(reply_token)]
ViewingToken = Annotated[
    str,
    Header(
        alias="Viewing-Token",
        max_length=TOKEN_LENGTH_MAX,
        description="The viewing token of POST /api/v1/openings, for what is open now",
    ),
]
