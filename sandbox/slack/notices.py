"""What Slack's own client tells one person: a command that failed, a form that could not be sent."""

from collections import deque
from collections.abc import Callable
from typing import Literal

from sandbox.slack.wire import JSON

Level = Literal["info", "warning", "error"]
KEPT = 20


class Notices:
    """The last notices of each person, newest last; the caller holds the workspace's lock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[str, deque[JSON]] = {}

    def add(self, user_id: str, text: str, level: Level = "error") -> None:
        entry = {"at": self._clock(), "text": text, "level": level}
        self._kept.setdefault(user_id, deque(maxlen=KEPT)).append(entry)

    def of(self, user_id: str) -> list[JSON]:
        return list(self._kept.get(user_id, []))
