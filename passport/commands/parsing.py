"""The parser of every command, its exit codes, and the texts of `--help` that come from elsewhere: settings."""

import argparse
import os
import textwrap
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar, Final, NoReturn

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from issuers.times import read_moment
from passport.settings import Settings
from schemas.errors import PassportError

DONE: Final = 0
FAILED: Final = 1
NOT_CHECKED: Final = 2
MISUSE: Final = 64  # EX_USAGE of sysexits.h; argparse's own 2 would read as "not checked"
INTERRUPTED: Final = 130  # as a shell says it of what Ctrl+C ended

HELP_WIDTH: Final = 110
PREFIX: Final = "PASSPORT_"
_TEST_PREFIX: Final = "PASSPORT_TEST_"


class MisuseError(PassportError):
    """The command was not asked in a way it can follow: exit 64."""

    code: ClassVar[str] = "misuse"


class Parser(argparse.ArgumentParser):
    """An argument parser that exits 64 on misuse and keeps the line breaks of its texts."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", _Formatter)
        options.setdefault("allow_abbrev", False)  # an option added later must not change what a script means
        super().__init__(**options)

    def error(self, message: str) -> NoReturn:
        """Say what was wrong and where help is, and exit 64."""
        self.exit(MISUSE, f"{self.prog}: {message}\nTry '{self.prog} --help'.\n")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=HELP_WIDTH)


def moment(text: str) -> datetime:
    """Return the moment that an ISO 8601 text names, in UTC; an argparse type."""
    try:
        return read_moment(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from exc


def read_settings() -> Settings:
    """Return the settings of the environment.

    Raises:
        MisuseError: one does not fit; it is named, and its value is not repeated.
    """
    try:
        return Settings()
    except ValidationError as exc:
        raise MisuseError(
            "; ".join(_said(problem) for problem in exc.errors() if _is_cause(problem))
        ) from exc


def unknown_settings(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return variables that look like settings and are none: misspelt, most likely."""
    known = {setting_name(name) for name in Settings.model_fields}
    named = (name for name in environment if name.startswith(PREFIX) and not name.startswith(_TEST_PREFIX))
    return sorted(name for name in named if name not in known)


def setting_name(field: str) -> str:
    """Return the environment variable of a settings field."""
    return f"{PREFIX}{field.upper()}"


def setting_default(field: FieldInfo) -> str:
    """Return a setting's default as one would write it in the environment; empty for an empty one."""
    value = field.get_default(
        call_default_factory=True, validated_data={"port": Settings.model_fields["port"].default}
    )
    return str(int(value)) if isinstance(value, bool) else str(value)


def settings_help() -> str:
    """Return the list of settings for `--help`."""
    return "settings, read from the environment:\n" + "\n".join(_setting_lines())


def _setting_lines() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        default = setting_default(field)
        text = f"{field.description}" + (f" Default: {default}" if default else "")
        yield f"  {setting_name(name)}"
        yield textwrap.fill(text, HELP_WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)


def _is_cause(problem: Mapping[str, Any]) -> bool:
    return str(problem["type"]) != "default_factory_not_called"  # follows from another one


def _said(problem: Mapping[str, Any]) -> str:
    field = ".".join(str(part) for part in problem["loc"])
    return f"{setting_name(field)}: {problem['msg'].removeprefix('Value error, ')}"
