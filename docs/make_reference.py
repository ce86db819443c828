"""Write what the README and docs/commands.md say of commands and settings, from the code. Run by `make reference`.

In the README it replaces what stands between a comment `<!-- name -->` and the next `<!-- end -->`.
"""

import argparse
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from passport.cli import COMMANDS, make_parser
from passport.commands.parsing import setting_default, setting_name
from passport.settings import Settings

ROOT: Final = Path(__file__).parents[1]
README: Final = ROOT / "README.md"
COMMANDS_PAGE: Final = ROOT / "docs" / "commands.md"
_PART: Final = re.compile(r"(<!-- (commands|settings|verify) -->\n).*?(<!-- end -->)", re.DOTALL)


def readme(text: str) -> str:
    """Return the README's text with its generated parts as the code has them now."""
    parts = {"commands": commands_table(), "settings": settings_table(), "verify": helps()["passport verify"]}
    return _PART.sub(lambda found: f"{found[1]}{_written(found[2], parts)}{found[3]}", text)


def commands_page() -> str:
    """Return docs/commands.md: what every --help says."""
    texts = [f"## {name}\n\n```text\n{text}```\n" for name, text in helps().items()]
    return "\n".join(["# Every command\n\nWritten by `make reference` from what `--help` says.\n", *texts])


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
    """Write both files."""
    README.write_text(readme(README.read_text("utf-8")), "utf-8")
    COMMANDS_PAGE.write_text(commands_page(), "utf-8")


if __name__ == "__main__":
    main()
