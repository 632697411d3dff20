"""Logs as JSON lines on stderr: a fixed sentence and ids; no secrets, no texts, no whole phone numbers.

All lines about one text carry the same `trace`, from the webhook to the post in Slack (`text:17`) and from
the reply in Slack to the receipt (`reply:5`), whichever process and thread writes them.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}
TELEPHONE = re.compile(
    r"(?<![\w.])\+?(?:1?[ (.-]{0,2}[2-9]\d{2}[ ).-]{0,2}[2-9]\d{2}[ .-]?|(?<=\+)\d{4,11})(?=\d{4}(?!\w))"
)
"""A number of North America, or one of any country behind a plus, up to its last four digits."""
INPUT = re.compile(r"input_value=.*(?=, input_type=)")
"""How pydantic's errors quote what they could not read."""
TALKATIVE = ("urllib3", "alembic", "PIL", "slack_sdk", "slack_bolt", "websockets")
"""Libraries that write down requests and frames below WARNING: other people's words and numbers."""

REPLY = "reply"
"""What whatever goes to a phone is called here; a text from one is called what its post is."""

_trace: ContextVar[str | None] = ContextVar("trace", default=None)


@contextmanager
def about(kind: str, row_id: int) -> Iterator[None]:
    """Lines that this thread writes meanwhile are about that text or reply."""
    before = _trace.set(f"{kind}:{row_id}")
    try:
        yield
    finally:
        _trace.reset(before)


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, what was given as `extra`, and the traceback.

    Nothing should be logged that has to be hidden. Errors of libraries name addresses, though, and there
    tokens and telephone numbers stand: `secrets` are taken out, of numbers the last four digits stay.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        longest_first = sorted(filter(None, secrets), key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        trace = _trace.get()
        if trace is not None:
            line["trace"] = trace
        line |= {key: value for key, value in record.__dict__.items() if key not in PLAIN}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        shown = {key: self._hidden(value) for key, value in line.items()}
        return json.dumps(shown, default=str, ensure_ascii=False)

    def _hidden(self, value: Any) -> Any:  # noqa: ANN401 - whatever was logged
        if isinstance(value, int | float | None):
            return value
        discreet = INPUT.sub("input_value=…", self._secrets.sub("…", str(value)))
        return TELEPHONE.sub("…", discreet)


def start(level: str, secrets: Iterable[str] = ()) -> None:
    """Send every log line of this process to stderr; see `JsonLines` about `secrets`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(secrets))
    handler.addFilter(_is_discreet)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)  # else libraries warn in plain text between the lines of JSON


def _is_discreet(record: logging.LogRecord) -> bool:
    # A filter, because Bolt sets the levels of its loggers itself.
    return record.levelno >= logging.WARNING or not record.name.startswith(TALKATIVE)
