"""JSON bodies, read strictly: what FastAPI would repair, answer with 500 or read twice is refused as malformed."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from issuers.encoding import decode_json

MAX_BODY_BYTES: Final = 512 * 1024


class _StrictRequest(Request):
    """A request whose JSON body was parsed already, strictly."""

    def __init__(self, request: Request, *, body: bytes, value: Any) -> None:
        super().__init__(request.scope, request.receive)
        self._body = body  # read once from the connection; a route that wants the very bytes finds them here
        self._value = value

    async def json(self) -> Any:
        """Return the strictly parsed body."""
        return self._value


def _is_json(request: Request) -> bool:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


class StrictJsonRoute(APIRoute):
    """A route that takes strict JSON: `APIRouter(route_class=StrictJsonRoute)`.

    Duplicate members, NaN, lone surrogates, a BOM or more than 20 levels raise EncodingError, which the problem
    handlers answer with 400. Give numbers and booleans StrictInt and StrictBool: `false` passes for an int.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler that parses the body before FastAPI sees it."""
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            body = await request.body()
            if body and _is_json(request):
                value = decode_json(body, max_bytes=MAX_BODY_BYTES)
                request = _StrictRequest(request, body=body, value=value)
            return await handle(request)

        return handle_strictly
