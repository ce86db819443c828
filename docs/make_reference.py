"""Write what README, docs/commands.md and docs/problems.md say of the code, from the code. Run by `make reference`.

In the README it replaces what stands between a comment `<!-- name -->` and the next `<!-- end -->`.
"""

import argparse
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Final

import consent
import issuers
import passport
import schemas
from passport.app import STATUS
from passport.cli import COMMANDS, make_parser
from passport.commands.parsing import setting_default, setting_name
from passport.settings import Settings
from passport.web.problems import SAID_BY_ROUTES, TITLES
from schemas.errors import PassportError

ROOT: Final = Path(__file__).parents[1]
README: Final = ROOT / "README.md"
COMMANDS_PAGE: Final = ROOT / "docs" / "commands.md"
PROBLEMS_PAGE: Final = ROOT / "docs" / "problems.md"
MODULES: Final = frozenset(
    module.name
    for floor in (schemas, issuers, consent, passport)
    for module in walk_packages(floor.__path__, f"{floor.__name__}.")
    if not module.name.startswith("passport.migrations")
)
_PART: Final = re.compile(r"(<!-- (commands|settings|verify) -->\n).*?(<!-- end -->)", re.DOTALL)


def readme(text: str) -> str:
    """Return the README's text with its generated parts as the code has them now."""
    parts = {"commands": commands_table(), "settings": settings_table(), "verify": helps()["passport verify"]}
    return _PART.sub(lambda found: f"{found[1]}{_written(found[2], parts)}{found[3]}", text)


def commands_page() -> str:
    """Return docs/commands.md: what every --help says."""
    texts = [f"## {name}\n\n```text\n{text}```\n" for name, text in helps().items()]
    return "\n".join(["# Every command\n\nWritten by `make reference` from what `--help` says.\n", *texts])


def problems_page() -> str:
    """Return docs/problems.md: every code that a problem of the service may have."""
    intro = (
        "# Every code of a problem\n\n"
        "Written by `make reference`. Errors are problem details (RFC 9457); programs match on `code`, which stays.\n\n"
        "| code | status | when |\n|---|---|---|\n"
    )
    for name in MODULES:
        import_module(name)  # an error is known when its module is
    rows = {code: (status, title + ".") for status, (code, title) in TITLES.items()}
    rows |= {
        error.code: (status, _summary(error)) for error, status in _errors(PassportError)
    } | SAID_BY_ROUTES
    return intro + "".join(
        f"| `{code}` | {status} | {when} |\n" for code, (status, when) in sorted(rows.items())
    )


def _errors(kind: type[PassportError]) -> Iterator[tuple[type[PassportError], int]]:
    """Yield the errors that the service answers with, and the status of each: its own, or its nearest parent's."""
    for error in (one for one in kind.__subclasses__() if one.__module__ in MODULES):
        codes = [getattr(one, "code", "") for one in error.__mro__]
        known = [code for code in codes if code in STATUS]
        if (
            known[0] != PassportError.code
        ):  # others are for commands, and for programs that embed the lower floors
            yield error, STATUS[known[0]]
        yield from _errors(error)


def _summary(error: type[PassportError]) -> str:
    return (error.__doc__ or "").partition("\n\n")[0].replace("\n    ", " ").replace("|", "\\|")


def commands_table() -> str:
    """Return the table of commands."""
    rows = [f"| `passport {name}` | {purpose} |\n" for name, purpose in COMMANDS.items()]
    return "".join(["| command | what it does |\n|---|---|\n", *rows])


def settings_table() -> str:
    """Return the table of settings."""
    rows = [
        f"| `{setting_name(name)}` | {_code(setting_default(field))} | {field.description} |\n"
        for name, field in Settings.model_fields.items()
    ]
    return "".join(["| setting | default | what it is for |\n|---|---|---|\n", *rows])


def helps() -> Mapping[str, str]:
    """Return what --help says of the command, and of every command below it."""
    return dict(_helps(make_parser(*COMMANDS)))


def _helps(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    yield parser.prog, parser.format_help()
    for action in parser._actions:  # argparse has no public way to its subparsers
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _helps(command)


def _written(name: str, parts: Mapping[str, str]) -> str:
    text = parts[name]
    return f"```text\n{text}```\n" if name == "verify" else text


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def main() -> None:
    """Write the files."""
    PROBLEMS_PAGE.write_text(problems_page(), "utf-8")
    README.write_text(readme(README.read_text("utf-8")), "utf-8")
    COMMANDS_PAGE.write_text(commands_page(), "utf-8")


if __name__ == "__main__":
    main()
