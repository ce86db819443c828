"""Serve one application: one worker, no access log, no server header. Left out: what is served."""

import errno
import gc
import socket
from typing import ClassVar, Final

import uvicorn
from starlette.types import ASGIApp

from passport.settings import Settings
from schemas.errors import PassportError

BACKLOG: Final = 1024
STOP_SECONDS: Final = 10  # for requests in flight


class PortTakenError(PassportError):
    """The address cannot be listened on."""

    code: ClassVar[str] = "port_taken"


class NotStartedError(PassportError):
    """The service stopped before it could answer; the log above says why."""

    code: ClassVar[str] = "not_started"


def listen(settings: Settings) -> socket.socket:
    """Return a socket that listens where the settings say.

    Raises:
        PortTakenError: another program listens there, or this machine has no such address.
    """
    where = f"{settings.host} port {settings.port}"
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as exc:
        raise PortTakenError(f"cannot listen on {where}: {_why(exc)}") from exc
    # Accepted connections take it over; asyncio sets it only on sockets that name their protocol. Without it, a
    # second reply on one connection waits 40 ms for the first one's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _why(exc: OSError) -> str:
    if exc.errno == errno.EADDRINUSE:
        return "another program does; stop it, or set PASSPORT_PORT"
    if exc.errno == errno.EACCES:
        return "this user may not; set PASSPORT_PORT to 1024 or more"
    return "this machine has no such address; set PASSPORT_HOST"


def serve(app: ASGIApp, listener: socket.socket) -> None:
    """Answer until the process is told to stop (Ctrl+C, SIGTERM).

    Raises:
        NotStartedError: the application did not start.
    """
    config = uvicorn.Config(
        app,
        access_log=False,  # a link that a mail gateway rewrote carries its secret in the path
        server_header=False,
        proxy_headers=False,
        ws="none",
        log_level="warning",
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = uvicorn.Server(config)
    gc.collect()
    gc.freeze()  # what was imported is never garbage: no collection looks through it again, which takes 50 ms each time
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:  # how uvicorn hands on Ctrl+C once it has stopped
        return
    if not server.started:
        raise NotStartedError("the service did not start")
