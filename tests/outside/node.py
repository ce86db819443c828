"""Run a script of this folder under Node, with the packages that package-lock.json pins by hash.

Where Node or the packages cannot be had, the test is skipped with a line that says how to get them.
"""

import fcntl
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent
INSTALLED = FOLDER / "node_modules" / ".package-lock.json"  # npm writes it last
INSTALL_SECONDS = 240
RUN_SECONDS = 60


def run(script: str, input_value: Any) -> Any:
    """Return what `script` answers to `input_value`, both as JSON."""
    node = _installed_node()
    done = subprocess.run(
        [node, str(FOLDER / script)],
        input=json.dumps(input_value),
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        cwd=FOLDER,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def _installed_node() -> str:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("NO NODE: the npm judges did not run. Install Node 20 and npm (apt install nodejs npm).")
    with (FOLDER / "package.json").open() as lock:  # two test runs must not install over each other
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_current():
            _install(npm)
    return node


def _is_current() -> bool:
    return INSTALLED.exists() and INSTALLED.stat().st_mtime >= (FOLDER / "package-lock.json").stat().st_mtime


def _install(npm: str) -> None:
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        subprocess.run(command, cwd=FOLDER, capture_output=True, timeout=INSTALL_SECONDS, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        pytest.skip("NO NPM PACKAGES: the npm judges did not run. Connect, and run npm ci in tests/outside.")
