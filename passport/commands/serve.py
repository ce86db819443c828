"""`passport serve`: run the service."""

import argparse
from typing import Final

from passport.app import create_app
from passport.commands.parsing import DONE, read_settings, settings_help
from passport.commands.terminal import complain, say
from passport.readiness import check_ready
from passport.serving import listen, serve
from passport.settings import Settings

DESCRIPTION: Final = """\
Run the service until Ctrl+C or SIGTERM. One process, no access log: links must not end up in logs.

Settings come from the environment: among them say who runs the service and how to reach them. Run 'passport
db upgrade' first. It refuses to start, and exits 1 with the reason, when the port is taken, the tables are not
this version's, a key file is missing, damaged or readable by others, or 'passport demo' told its stories here:
whoever saw its screen can sign in. Put a proxy with TLS before it: over plain http a link is as safe as the
network that it crosses."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add what `passport serve` takes."""
    parser.description = DESCRIPTION
    parser.epilog = settings_help()
    parser.add_argument("--demo", action="store_true", help="serve the made-up people of 'passport demo' too")


def run(asked: argparse.Namespace) -> int:
    """Serve until told to stop."""
    settings = read_settings()
    with listen(settings) as listener:
        check_ready(settings, demo_too=asked.demo)
        if (warning := nobody_said(settings)) is not None:
            complain(warning)
        app = create_app(settings)
        say(f"Serving {settings.base_url}. Ctrl+C stops.")
        serve(app, listener)
    return DONE


def nobody_said(settings: Settings) -> str | None:
    """Return a warning where the settings do not say who runs the service, or not how to reach them."""
    if settings.operator_name and settings.operator_contact:
        return None
    return (
        "pages and receipts cannot say who runs this service and how to reach them: set PASSPORT_OPERATOR_NAME and"
        " PASSPORT_OPERATOR_CONTACT"
    )
