"""Logs as JSON lines on stderr: a fixed sentence and ids; no secrets, no texts, no whole phone numbers.

All lines about one text carry the same `trace`, from the webhook to the post in Slack (`text:17`) and from
the reply in Slack to the receipt (`reply:5`), whichever process and thread writes them.
"""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}

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
    """One JSON object a line: at, level, logger, message, what was given as `extra`, and the traceback."""

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
        return json.dumps(line, default=str, ensure_ascii=False)


def start(level: str) -> None:
    """Send every log line of this process to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)  # else libraries warn in plain text between the lines of JSON
    # Below WARNING these write down requests and frames: other people's words and numbers.
    for talkative in ("urllib3", "alembic", "PIL", "slack_sdk", "slack_bolt", "websockets"):
        logging.getLogger(talkative).setLevel(max(logging.getLevelNamesMapping()[level], logging.WARNING))
