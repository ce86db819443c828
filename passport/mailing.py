"""Keeps the outbox moving while the service runs: one thread that sends what is due and, once a day, looks ahead.

Several processes may each run one: a message is sent by whoever claims it (passport.delivery). Left out: what one
message takes, and what a day's look finds (passport.reminders).
"""

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Final

from passport.delivery import send_due, what_waits
from passport.deployment import Deployment
from passport.messages import notify
from passport.messages.carrier import Carrier, ConsoleCarrier, NoCarrier
from passport.messages.smtp import SmtpCarrier
from passport.reminders import look_ahead
from passport.settings import Settings
from schemas.errors import PassportError

INTERVAL_SECONDS: Final = 2.0  # between looks into the outbox: one query of an index
LONG: Final = timedelta(hours=1)  # for a message to wait: the operator is told
LOG: Final = logging.getLogger(__name__)


def carrier_of(settings: Settings) -> Carrier:
    """Return who carries e-mail here; when it is off, somebody who takes nothing.

    Raises:
        CarrierSetupError: the carrier needs a library that is not installed.
    """
    if settings.mail_carrier == "console":
        return ConsoleCarrier(sys.stderr)
    if settings.mail_carrier == "smtp":
        return SmtpCarrier(
            host=settings.mail_smtp_host,
            port=settings.mail_smtp_port,
            security=settings.mail_smtp_security,
            sender=settings.mail_from,
            sender_name=settings.mail_from_name,
            user=settings.mail_smtp_user,
            password=settings.mail_smtp_password,
        )
    if settings.mail_carrier == "notify":
        return notify.connect(
            settings.mail_notify_key,
            template_id=settings.mail_notify_template,
            base_url=settings.mail_notify_url,
        )
    return NoCarrier()


class Mailer:
    """A thread that sends until it is stopped. A fault is logged by its name alone, and tried again."""

    def __init__(
        self, d: Deployment, carrier: Carrier, *, interval_seconds: float = INTERVAL_SECONDS
    ) -> None:
        self._d = d
        self._carrier = carrier
        self._interval = interval_seconds
        self._looked_on: date | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="passport-mailer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the message in hand, then stop."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._guarded(self._look)
            self._guarded(self._send)
            self._stopping.wait(self._interval)

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except PassportError as exc:
            LOG.warning("mail waits: %s", exc.code)
        except Exception as exc:  # noqa: BLE001 - whatever one message does, the next ones are sent
            LOG.error("mail waits: %s", type(exc).__name__)  # a traceback may quote an address

    def _look(self) -> None:
        today = self._d.today()
        if self._looked_on != today:
            look_ahead(self._d)
            self._looked_on = today
            self._tell_operator()

    def _tell_operator(self) -> None:
        """Say at each start, and once a day, what should have gone long ago."""
        with self._d.database.reading() as connection:
            waiting = what_waits(connection, due_by=self._d.now() - LONG)
        if waiting is not None:
            LOG.warning("messages wait to be sent: %s", waiting)

    def _send(self) -> None:
        while send_due(self._d, self._carrier, limit=1) and not self._stopping.is_set():
            pass


@contextmanager
def mailing(d: Deployment, carrier: Carrier, *, interval_seconds: float = INTERVAL_SECONDS) -> Iterator[None]:
    """Send what is due, and look at what each day brings, for as long as the block runs."""
    mailer = Mailer(d, carrier, interval_seconds=interval_seconds)
    try:
        yield
    finally:
        mailer.stop()


@contextmanager
def errands(d: Deployment) -> Iterator[None]:
    """Do the same by who carries e-mail here.

    Raises:
        CarrierSetupError: the carrier needs a library that is not installed.
    """
    with mailing(d, carrier_of(d.settings)):
        yield
