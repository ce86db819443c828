"""Serve an application on a free port of this machine, in a thread, for tests that need a real browser or client."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

START_SECONDS = 20


@contextmanager
def served(make_app: Callable[[str], ASGIApp]) -> Iterator[str]:
    """Yield the base URL at which `make_app(base_url)` answers, lifespan and all; stop it afterwards."""
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:  # else asyncio leaves Nagle on: 40 ms a reply
        listener.bind(("127.0.0.1", 0))
        base_url = f"http://localhost:{listener.getsockname()[1]}"
        config = uvicorn.Config(make_app(base_url), log_level="warning", access_log=False, ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            _wait_until_started(server, thread)
            yield base_url
        finally:
            server.should_exit = True
            thread.join()


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        assert thread.is_alive(), "the service stopped while starting"
        assert time.monotonic() < deadline, "the service did not start"
        time.sleep(0.01)
