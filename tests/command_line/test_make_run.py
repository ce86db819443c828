"""`make run LAN=1`: a phone on the same network opens the links that it prints."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
START_SECONDS = 60


def address_on_the_network() -> str:
    """Return this machine's address as others on its network see it; skip where there is no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1 (RFC 5737); no packet is sent
        except OSError:
            pytest.skip("NOT TESTED: this machine has no network, so make run LAN=1 has no address")
        return str(probe.getsockname()[0])


def page_at(url: str, running: subprocess.Popen[str]) -> str:
    """Return the page at an address, once it answers."""
    ends = time.monotonic() + START_SECONDS
    while True:
        try:
            with urlopen(url, timeout=START_SECONDS) as answer:
                return str(answer.read().decode())
        except URLError:
            assert running.poll() is None, running.communicate()
            assert time.monotonic() < ends
            time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("make") is None, reason="NOT TESTED: there is no make")
def test_the_recipients_page_is_answered_at_the_address_that_the_links_name(
    told_data: Path, tmp_path: Path
) -> None:
    address = address_on_the_network()
    with socket.create_server((address, 0)) as listener:
        base_url = f"http://{address}:{listener.getsockname()[1]}"
    data = shutil.copytree(told_data, tmp_path / "data")
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / ".installed").touch()  # newer than what it is made from: nothing is installed
    places = [f"VENV={tmp_path / 'venv'}", f"BIN={Path(sys.executable).parent}"]
    command = ["make", "--silent", "run", "LAN=1", f"PORT={base_url.rpartition(':')[2]}", *places]
    environment = {"PATH": os.environ["PATH"], "PASSPORT_DATA_DIR": str(data)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(  # type: ignore[call-overload]
        command, cwd=ROOT, env=environment, text=True, start_new_session=True, **pipes
    ) as running:
        try:
            page = page_at(f"{base_url}/v", running)
        finally:
            os.killpg(running.pid, signal.SIGINT)
        said, _ = running.communicate(timeout=START_SECONDS)
    assert 'name="who"' in page
    assert said.startswith(f"Anyone on this network can reach {base_url}: use it for a demonstration only.")
    assert len(re.findall(rf"^    link  {re.escape(base_url)}/v#shlink:/\S+$", said, re.MULTILINE)) == 9
    assert "localhost" not in said
