"""Let every judge of tests/outside judge many drafts of each case; write docs/judges.md. Run by `make judges`."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Final

from docs.parts import write_table
from tests.outside import npm
from tests.outside.all_cases import CASES
from tests.outside.cases import Case
from tests.outside.judges import JUDGES, ours

PAGE: Final = Path(__file__).parent / "judges.md"
DRAFTS: Final = 20  # of each case
OURS: Final = "this one"
PACKAGES: Final[Mapping[str, str]] = {
    OURS: "`issuers.verification`",
    **{name: judge.package for name, judge in JUDGES.items()},
    npm.NAME: npm.PACKAGE,
}

Accepted = Mapping[
    str, Mapping[str, bool]
]  # case -> judge -> whether it accepted; False where it did so but once


def main() -> int:
    """Judge, report, and return 0 where our own verifier gets none wrong."""
    accepted = judged()
    table = table_of(accepted)
    PAGE.write_text(page(accepted), "utf-8")
    write_table("judges", table)
    sys.stdout.write(table)
    return 0 if not any(case.accepted is not accepted[name][OURS] for name, case in CASES.items()) else 1


def judged() -> Accepted:
    """Return what each judge says of each case. One that answers now so, now otherwise, is wrong where it can be."""
    wrong: dict[str, Counter[str]] = {name: Counter() for name in CASES}
    drawn = list(_drawn())
    npm_answers = npm.judged([(text, case.bound) for case, text in drawn])
    for (case, text), npm_answer in zip(drawn, npm_answers, strict=True):
        answers = {
            OURS: ours(text, bound=case.bound),
            **{name: judge.judge(text, case.bound) for name, judge in JUDGES.items()},
            npm.NAME: npm_answer,
        }
        for name, answer in answers.items():
            wrong[case.name][name] += (answer is not None) is not case.accepted
    return {
        name: {judge: case.accepted is not (wrong[name][judge] > 0) for judge in PACKAGES}
        for name, case in CASES.items()
    }


def _drawn() -> Iterator[tuple[Case, str]]:
    for case in CASES.values():
        for number in range(DRAFTS):
            yield case, case.text(Random(f"{case.name} {number}"))  # noqa: S311 - drafts, not secrets


def table_of(accepted: Accepted) -> str:
    """Return a row for each judge: what it gets wrong of what all must get right, and where it differs lawfully."""
    must = [case for case in CASES.values() if case.must]
    may = [case for case in CASES.values() if not case.must]
    rows = [
        f"| {package} | {_wrong(accepted, must, judge)} | {_wrong(accepted, may, judge)} |\n"
        for judge, package in PACKAGES.items()
    ]
    return "".join(
        [f"| verifier | wrong of {len(must)} | laxer or stricter in, of {len(may)} |\n|---|---|---|\n", *rows]
    )


def page(accepted: Accepted) -> str:
    """Return docs/judges.md."""
    head = (
        "| case | clause | answer | "
        + " | ".join(PACKAGES[judge] for judge in PACKAGES if judge != OURS)
        + " |\n"
    )
    lines = [_line(case, accepted[case.name]) for case in CASES.values()]
    return "\n".join(
        [
            "# What other verifiers answer\n",
            f"Written by `make judges`: {len(CASES)} changes to a valid SD-JWT+KB, {DRAFTS} random drafts of each, the"
            " same tokens for all.\n",
            table_of(accepted),
            "A case that every verifier has to answer so is marked *must*: another answer there is wrong. In the others"
            " the clause\nallows both; ours is the stricter answer, or the one that knows more. `x` is where a verifier"
            " differs from us. Each is\ncalled as its documentation shows; what a caller could check on top is not done"
            " for it.\n",
            f"{head}|{'---|' * (len(PACKAGES) + 2)}\n{''.join(lines)}",
        ]
    )


def _line(case: Case, accepted: Mapping[str, bool]) -> str:
    answer = f"{'must' if case.must else 'may'} {'accept' if case.accepted else 'refuse'}"
    marks = ["x" if accepted[judge] is not case.accepted else "" for judge in PACKAGES if judge != OURS]
    return f"| {case.name.replace('_', ' ')} | {case.clause} | {answer} | {' | '.join(marks)} |\n"


def _wrong(accepted: Accepted, cases: list[Case], judge: str) -> int:
    return sum(accepted[case.name][judge] is not case.accepted for case in cases)


if __name__ == "__main__":
    sys.exit(main())
