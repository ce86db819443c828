"""The files of passport/static, kept in memory and served under one name that changes with their content.

The version in the address is a hash over every file, so a reply may be kept for ever, and scripts may import each
other by relative address. Leaves out: making the files (hatch_build.py).
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

FOLDER: Final = Path(__file__).parent.parent / "static"
MOUNT: Final = "/static"
FOR_EVER: Final = "public, max-age=31536000, immutable"
MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
REQUIRED: Final = ("govuk/govuk-frontend.min.css", "govuk/govuk-frontend.min.js")


class MissingAssetError(Exception):
    """A file that the pages need is not there."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, as it is and compressed."""

    plain: bytes
    zipped: bytes
    media_type: str


def read_assets(folder: Path = FOLDER) -> dict[str, Asset]:
    """Return every file of a known type under `folder` by its name relative to it.

    Raises:
        MissingAssetError: govuk-frontend was not brought.
    """
    assets: dict[str, Asset] = {}
    for path in sorted(folder.rglob("*")):
        if media_type := MEDIA_TYPES.get(path.suffix):
            plain = path.read_bytes()
            assets[path.relative_to(folder).as_posix()] = Asset(
                plain, gzip.compress(plain, mtime=0), media_type
            )
    for name in REQUIRED:
        if name not in assets:
            raise MissingAssetError(
                f"{name} is missing: run 'make run' once, or 'pip install -e .', to bring it"
            )
    return assets


class Assets:
    """The ASGI application under MOUNT."""

    def __init__(self, files: dict[str, Asset]) -> None:
        self.files = files
        digest = hashlib.sha256()
        for name, asset in files.items():
            digest.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(asset.plain).digest())
        self.version = digest.hexdigest()[:16]

    def address(self, name: str) -> str:
        """Return where the browser finds a file.

        Raises:
            MissingAssetError: there is no such file.
        """
        if name not in self.files:
            raise MissingAssetError(f"no file {name} in passport/static")
        return f"{MOUNT}/{self.version}/{name}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the file, or raise the 404 that the problem handlers answer."""
        await self._reply(scope)(scope, receive, send)

    def _reply(self, scope: Scope) -> Response:
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        _, _, rest = scope["path"].partition(f"{MOUNT}/{self.version}/")
        if (asset := self.files.get(rest)) is None:
            raise HTTPException(404)
        headers = {"cache-control": FOR_EVER, "vary": "accept-encoding"}
        if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(asset.zipped, media_type=asset.media_type, headers=headers)
        return Response(asset.plain, media_type=asset.media_type, headers=headers)
