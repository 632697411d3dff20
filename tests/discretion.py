"""What every bot of the suite writes into its log is read: no secret, nobody's words, no whole number."""

import logging
import re
from collections.abc import Iterable
from pathlib import Path

from bot.logs import JsonLines
from sandbox import address

WATCHED = ("bot", "flowroute", "handlers", "gunicorn", "slack_bolt", "slack_sdk", "urllib3", "websockets")
"""Loggers of the bot and of the libraries that see what people write."""
SECRETS = (
    address.SECRET_KEY,
    address.BOT_TOKEN,
    address.APP_TOKEN,
    address.SIGNING_SECRET,
    address.WEBHOOK_TOKEN,
)
SECRET_SHAPES = re.compile(r"\bxox[a-z]-[\w-]{6,}|\bxapp-[\w-]{6,}|Bearer [\w-]{4,}|Basic [\w+/=]{8,}")
NUMBER = re.compile(
    r"(?<![\w.])(?:\+?1?[ (.-]{0,2}[2-9]\d{2}[ ).-]{0,2}[2-9]\d{2}[ .-]?\d{4}|\+\d{8,15})(?!\w)"
)
SHORTEST_BODY = 8
"""Shorter texts ("hi") are also parts of ordinary words."""


class Listener(logging.Handler):
    """Keeps what is logged: each line as an operator would read it, and what the code itself gave."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(JsonLines(SECRETS))
        self.lines: list[str] = []
        self.given: list[str] = []
        self.words: set[str] = set()
        """What people texted meanwhile."""

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))
        extra = {key: value for key, value in record.__dict__.items() if key not in _USUAL}
        self.given.append(f"{record.name}: {record.getMessage()} {extra or ''}")

    def read(self, log: Path) -> None:
        """Take in what a process of the bot wrote."""
        if log.exists():
            self.lines += log.read_text("utf-8", errors="replace").splitlines()

    def heard(self, bodies: Iterable[str]) -> None:
        """Remember texts that must not be in the log."""
        self.words.update(body for body in bodies if len(body) >= SHORTEST_BODY)

    def forget(self) -> None:
        for kept in (self.lines, self.given, self.words):
            kept.clear()

    def indiscretions(self) -> list[str]:
        """The lines that say too much, each with what is wrong with it."""
        bodies = [(body, body.encode("unicode_escape").decode()) for body in self.words]
        found = []
        for line in {*self.lines, *self.given}:
            if NUMBER.search(line):
                found.append(f"a whole number: {line}")
            if any(secret in line for secret in SECRETS) or SECRET_SHAPES.search(line):
                found.append(f"a secret: {line}")
            if any(body in line or escaped in line for body, escaped in bodies):
                found.append(f"somebody's words: {line}")
        return found


_USUAL = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}

listener = Listener()
"""There is one, as there is one log in a process."""


def listen() -> None:
    """Hear everything from now on."""
    for name in WATCHED:
        logger = logging.getLogger(name)
        logger.addHandler(listener)
        logger.setLevel(logging.INFO)
