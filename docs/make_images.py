"""Make the README's pictures: what each kind of recipient sees of the first demo story. Run by `make images`.

Starts the demo on a database of its own, opens each link in Chromium as a person would, and writes small PNGs.
"""

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, ViewportSize, sync_playwright

FOLDER: Final = Path(__file__).parent / "images"
PASSPORT: Final = Path(sys.executable).with_name("passport")
WINDOW: Final[ViewportSize] = {"width": 600, "height": 900}
MAX_HEIGHT: Final = 1500  # pixels: what follows is cut off
COLOURS: Final = 64
START_SECONDS: Final = 20


def shares_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every share in what `passport demo --json` prints, in order."""
    if isinstance(value, dict) and {"link", "recipient"} <= value.keys():
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from shares_in(part)


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def demo() -> Iterator[list[dict[str, Any]]]:
    """Yield the demo's shares while the service answers at their links."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "PASSPORT_DATA_DIR": folder,
            "PASSPORT_PORT": str(port),
            "PASSPORT_BASE_URL": f"http://localhost:{port}",
        }
        environment = os.environ | settings
        told = subprocess.run(  # noqa: S603 - our own program
            [PASSPORT, "demo", "--json", "--no-serve"], env=environment, check=True, capture_output=True
        )
        service = subprocess.Popen([PASSPORT, "serve", "--demo"], env=environment)  # noqa: S603
        try:
            wait_for(port)
            yield list(shares_in(json.loads(told.stdout)))
        finally:
            service.terminate()
            service.wait()


def wait_for(port: int) -> None:
    """Return when something listens on `port`.

    Raises:
        TimeoutError: nothing did for START_SECONDS.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the service did not start")


def picture(browser: Browser, share: dict[str, Any]) -> bytes:
    """Return a PNG of what the recipient of `share` reads after pressing Open."""
    context = browser.new_context(viewport=WINDOW, locale="en-GB")
    page = context.new_page()
    page.goto(share["link"])
    if share.get("passcode"):
        page.get_by_label("Passcode").fill(share["passcode"])
    page.get_by_label("Who are you?").fill("Jo Bell, Acme Tiles")
    page.get_by_role("button", name="Open").click()
    page.wait_for_url("**/v/**")
    taken = page.screenshot(full_page=True)
    context.close()
    return taken


def small(png: bytes) -> Image.Image:
    """Return the picture cut to MAX_HEIGHT and reduced to few colours."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    return image.crop((0, 0, image.width, min(image.height, MAX_HEIGHT))).quantize(COLOURS)


def main() -> None:
    """Write one picture a kind of recipient."""
    FOLDER.mkdir(exist_ok=True)
    with demo() as shares, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        first = {share["recipient"]["kind"]: share for share in reversed(shares)}
        for kind, share in sorted(first.items()):
            path = FOLDER / f"{kind}.png"
            small(picture(browser, share)).save(path, optimize=True)
            print(f"{path.relative_to(Path.cwd())}: {path.stat().st_size // 1024} KB")
        browser.close()


if __name__ == "__main__":
    main()
