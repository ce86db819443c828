"""The house itself: locks that name no host, pins that agree, and targets that say what they do."""

import os
import re
import tomllib
from pathlib import Path

import pytest

import hatch_build

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock", "requirements-mutation.lock"]


def _pins(lock: str) -> dict[str, str]:
    return dict(
        re.findall(r"^([A-Za-z0-9_.\[\]-]+)==([^ ;\\]+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE)
    )


def _normal(need: str) -> str:
    """Return the name of a package as the packaging rules compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9_.-]", need)[0]).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_name_no_index_and_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    assert "index-url" not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_pin_every_package_by_hash(lock: str) -> None:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / lock).read_text("utf-8").strip())
    for block in blocks:
        if not block.startswith("#"):
            assert "--hash=sha256:" in block, block.splitlines()[0]


def test_the_locks_agree() -> None:
    run, dev, mutation = map(
        _pins, ("requirements.lock", "requirements-dev.lock", "requirements-mutation.lock")
    )
    assert run.items() <= dev.items()
    assert {name: dev[name] for name in mutation.keys() & dev} == {
        name: mutation[name] for name in mutation.keys() & dev
    }


def test_the_locks_hold_every_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    needs = project["project"]["dependencies"] + groups["build"] + groups["dev"]
    assert {_normal(need) for need in needs} <= {_normal(name) for name in _pins("requirements-dev.lock")}


def test_the_node_wheel_is_the_one_the_build_hook_asks_for() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    assert groups["node"] == [hatch_build.NODE_WHEEL]
    assert [f"{name}=={version}" for name, version in _pins("requirements-node.lock").items()] == groups[
        "node"
    ]


@pytest.mark.parametrize(
    "target", ["run", "test", "thorough", "check", "bench", "judges", "mutants", "images", "messages", "lock"]
)
def test_make_has_the_target_and_says_what_it_does(target: str) -> None:
    assert re.search(rf"^{target}:.*  ## \w+", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_ci_runs_what_the_desk_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text("utf-8").rstrip().endswith("make check\nmake test")


def test_the_licence_is_there_in_full() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("floor", ["schemas", "issuers", "consent", "passport"])
def test_the_first_page_of_a_floor_names_each_of_its_rooms_once(floor: str) -> None:
    rooms = [
        path.stem
        for path in (ROOT / floor).iterdir()
        if path.stem != "__init__" and (path.suffix == ".py" or (path.is_dir() and path.name[0] not in "._"))
    ]
    plan = (ROOT / floor / "__init__.py").read_text("utf-8").split("\n\n", 2)[2]
    named = [room for line in plan.splitlines() for room in re.split(r"\s{2,}", line.strip())[-1].split()]
    assert sorted(named) == sorted([*rooms, '"""'])


def test_decisions_are_numbered_one_by_one_and_each_named_number_is_there() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    titles = [int(page.read_text("utf-8").split(".", 1)[0].removeprefix("# ")) for page in pages]
    assert titles == [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    texts = [
        path.read_text("utf-8")
        for folder in ("passport", "consent", "issuers", "schemas", "docs")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".md", ".html"}
    ]
    named = {int(number) for text in texts for number in re.findall(r"(?:\bADR |docs/adr/)0*(\d+)", text)}
    assert named <= set(titles)
