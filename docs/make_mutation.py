"""Break the core on purpose and see whether a test notices; write docs/mutation.md. Run by `make mutants`.

mutmut makes the mutants and runs the tests of each; what it found is kept in mutants/, so that a second run repeats
only what has changed since. Not counted: mutants of the wording of a message, since its code is what is tested.
"""

import ast
import difflib
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from docs.parts import write_table

ROOT: Final = Path(__file__).parents[1]
KEPT: Final = ROOT / "mutants"
PAGE: Final = ROOT / "docs" / "mutation.md"
SURVIVORS: Final = ROOT / "docs" / "mutation_survivors.toml"
GOAL: Final = 95  # percent
KILLED: Final = frozenset(
    {1, 3, 24, 36, 152, 255, -24}
)  # mutmut's exit codes: a test failed, or ran for too long
WORDING: Final = {
    "Refusal": (1,),
    "not_checked": (2,),
    "not_required": (1,),
    "_add": (3,),
    "_aware": (1,),
}  # positions of texts for people
_NAME: Final = re.compile(r"(?P<function>xǁ?.+)__mutmut_(?P<number>orig|\d+)")


@dataclass(frozen=True)
class Mutant:
    """One change, and whether a test noticed it."""

    file: str
    name: str  # mutmut's
    function: str
    was: str
    became: str
    killed: bool
    of_wording: bool

    @property
    def key(self) -> tuple[str, str, str]:
        """What an explanation names."""
        return (self.function, self.was, self.became)


@dataclass(frozen=True)
class Explanation:
    """Why no test can notice a change. `function` is "*" where it is true of every function."""

    function: str
    was: str
    became: str
    why: str

    def covers(self, mutant: Mutant) -> bool:
        """Return whether this explains the mutant."""
        return self.function in {"*", mutant.function} and (self.was, self.became) == (
            mutant.was,
            mutant.became,
        )


def main() -> int:
    """Run, report and return 0 when the goal is reached and every survivor has its explanation."""
    _run()
    mutants = [mutant for path in _mutated_files() for mutant in read(path)]
    explanations = explained()
    table = table_of(mutants)
    PAGE.write_text(page(mutants, explanations) + sources_mutated(), "utf-8")
    write_table("mutation", table)
    print(table)
    unexplained = [one for one in survivors(mutants) if not any(why.covers(one) for why in explanations)]
    for one in unexplained:
        print(f"Survived without an explanation: {one.function}\n  - {one.was}\n  + {one.became}")
    for why in explanations:
        if not any(why.covers(one) for one in survivors(mutants)):
            print(f"Explained, but no longer there: {why.function}\n  - {why.was}\n  + {why.became}")
    return 0 if not unexplained and _percent(mutants) >= GOAL else 1


def explained() -> list[Explanation]:
    """Return the explanations of docs/mutation_survivors.toml."""
    return [Explanation(**one) for one in tomllib.loads(SURVIVORS.read_text("utf-8"))["survivor"]]


def survivors(mutants: Iterable[Mutant]) -> list[Mutant]:
    """Return the mutants that count and that no test noticed."""
    return [mutant for mutant in mutants if not mutant.killed and not mutant.of_wording]


def read(path: Path) -> Iterator[Mutant]:
    """Yield what mutmut found of one file."""
    results = json.loads(Path(f"{path}.meta").read_text("utf-8"))["exit_code_by_key"]
    file = path.relative_to(KEPT).as_posix()
    module = file.removesuffix(".py").replace("/", ".")
    found = _functions(path.read_text("utf-8"))
    for function, versions in found.items():
        original = versions.pop("orig")
        for number, source in versions.items():
            was, became = _difference(original, source)
            name = f"{module}.{function}__mutmut_{number}"
            yield Mutant(
                file=file,
                name=name,
                function=f"{module}.{_readable(function)}",
                was=was,
                became=became,
                killed=results[name] in KILLED,
                of_wording=without_wording(original) == without_wording(source),
            )


def without_wording(source: str) -> str:
    """Return a function with every text that is only for people taken out."""
    return ast.unparse(_Wordless().visit(ast.parse(source)))


class _Wordless(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if _NAME.fullmatch(node.name):
            node.name = "_"
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name.endswith("Error"):
            node.args, node.keywords = [], []
        elif name in WORDING:
            node.args = [arg for number, arg in enumerate(node.args) if number not in WORDING[name]]
        return self.generic_visit(node)


def table_of(mutants: Sequence[Mutant]) -> str:
    """Return the table, file by file."""
    files = sorted({mutant.file for mutant in mutants})
    rows = [_row(f"`{file}`", [mutant for mutant in mutants if mutant.file == file]) for file in files]
    head = "| file | mutants | killed | survived | killed |\n|---|---|---|---|---|\n"
    return "".join([head, *rows, _row("all", mutants)])


def page(mutants: Sequence[Mutant], explanations: Sequence[Explanation]) -> str:
    """Return docs/mutation.md."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for mutant in survivors(mutants):
        why = next((one.why for one in explanations if one.covers(mutant)), "not explained yet")
        counts[(*mutant.key, why)] += 1
    listed = [
        f"- `{function}`{f' ({count} times)' if count > 1 else ''}: {why}\n\n"
        f"  ```diff\n{_indented('-', was)}{_indented('+', became)}  ```\n"
        for (function, was, became, why), count in sorted(counts.items())
    ]
    wording = sum(mutant.of_wording for mutant in mutants)
    return "\n".join(
        [
            "# Mutation testing\n",
            "Written by `make mutants`: mutmut breaks one place of the core at a time and runs the tests of it.\n",
            table_of(mutants),
            f"Not counted: {wording} mutants of the wording of messages (tests ask for codes), and what mutmut leaves"
            "\nalone: constants of modules, properties, and functions under other decorators than classmethod.\n",
            "## Survivors\n",
            *(listed or ["None.\n"]),
        ]
    )


def sources_mutated() -> str:
    """Return the end of docs/mutation.md: which sources were mutated, so that a test sees when they have changed."""
    listed = [
        f"- `{path.relative_to(KEPT)}`: `{sha256((ROOT / path.relative_to(KEPT)).read_bytes()).hexdigest()}`\n"
        for path in _mutated_files()
    ]
    return "".join(["\n## Sources\n\nThe SHA-256 of each file as it was mutated.\n\n", *listed])


def _run() -> None:
    KEPT.mkdir(exist_ok=True)
    for path in _mutated_files():
        _try_survivors_again(path)
    (KEPT / "mutmut-stats.json").unlink(missing_ok=True)  # which tests run what: functions move between files
    with (KEPT / "run.log").open("w") as log:
        subprocess.run(  # noqa: S603 - a fixed command
            [sys.executable, "-m", "mutmut", "run", "--max-children", os.environ.get("MUTANTS_AT_ONCE", "2")],
            cwd=ROOT,
            env={**os.environ, "HYPOTHESIS_PROFILE": "mutants"},
            stdout=log,
            stderr=subprocess.STDOUT,
            check=True,
        )


def _try_survivors_again(path: Path) -> None:
    """Forget who survived the last run, since a test may have come for them; who was killed stays so."""
    kept = Path(f"{path}.meta")
    if kept.exists():
        found = json.loads(kept.read_text("utf-8"))
        found["exit_code_by_key"] |= {mutant.name: None for mutant in survivors(read(path))}
        kept.write_text(json.dumps(found), "utf-8")


def _mutated_files() -> list[Path]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    return [KEPT / name for name in settings["only_mutate"]]


def _functions(text: str) -> dict[str, dict[str, str]]:
    """Return each mutated function's versions by number, "orig" among them."""
    found: dict[str, dict[str, str]] = {}
    lines = text.splitlines(keepends=True)
    for node in ast.walk(ast.parse(text)):
        match = _NAME.fullmatch(node.name) if isinstance(node, ast.FunctionDef) else None
        if match is not None and isinstance(node, ast.FunctionDef):
            source = "".join(lines[node.lineno - 1 : node.end_lineno])
            indent = " " * node.col_offset
            body = "".join(line.removeprefix(indent) for line in source.splitlines(keepends=True))
            found.setdefault(match["function"], {})[match["number"]] = body
    return found


def _readable(function: str) -> str:
    """Return Class.method or function, as the source has it."""
    return function.removeprefix("xǁ").replace("ǁ", ".") if "ǁ" in function else function.removeprefix("x_")


def _difference(original: str, mutant: str) -> tuple[str, str]:
    """Return the lines that differ, before and after, without their indentation."""
    one, other = (text.splitlines()[1:] for text in (original, mutant))
    lines = [line for line in difflib.ndiff(one, other) if line[:2] in {"- ", "+ "}]
    parts = {sign: "\n".join(line[2:].strip() for line in lines if line[0] == sign) for sign in "-+"}
    return parts["-"], parts["+"]


def _row(name: str, mutants: Sequence[Mutant]) -> str:
    counted = [mutant for mutant in mutants if not mutant.of_wording]
    alive = len(survivors(mutants))
    return f"| {name} | {len(counted)} | {len(counted) - alive} | {alive} | {_percent(mutants):.1f} % |\n"


def _percent(mutants: Sequence[Mutant]) -> float:
    counted = sum(not mutant.of_wording for mutant in mutants)
    return 100 * (1 - len(survivors(mutants)) / counted) if counted else 0.0


def _indented(sign: str, text: str) -> str:
    return "".join(f"  {sign} {line}\n" for line in text.splitlines())


if __name__ == "__main__":
    sys.exit(main())
