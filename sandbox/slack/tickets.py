"""The two things Slack hands out that wear out: trigger ids and response URLs.

Source: docs.slack.dev, "Handling user interaction".
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.slack.wire import SlackError

RESPONSE_URL_USES = 5
RESPONSE_URL_TTL_S = 30 * 60


@dataclass
class Trigger:
    user_id: str
    view_id: str | None
    """The modal it was pressed in; only then may it push."""
    issued_at: float
    used: bool = False


class Triggers:
    """Trigger ids: good once, for three seconds."""

    def __init__(self, clock: Callable[[], float], ttl_s: float) -> None:
        self._clock = clock
        self._ttl_s = ttl_s
        self._issued: dict[str, Trigger] = {}

    def issue(self, user_id: str, view_id: str | None = None) -> str:
        trigger_id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**11)}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = Trigger(user_id, view_id, self._clock())
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Use it up. Raises `SlackError` when it is unknown, used or too old."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock() - trigger.issued_at > self._ttl_s:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass
class ResponseUrl:
    """Where an answer to one interaction may be posted, whether or not the bot is in that channel."""

    user_id: str
    channel_id: str
    issued_at: float
    message_ts: str | None = None
    """The message that was pressed; None for a slash command, where nothing can be replaced."""
    ephemeral: bool = False
    uses: int = 0


class ResponseUrls:
    """Response URLs by the secret at their end: five posts in thirty minutes."""

    def __init__(self, clock: Callable[[], float], base_url: str) -> None:
        self._clock = clock
        self._base_url = base_url
        self._issued: dict[str, ResponseUrl] = {}

    def issue(
        self, user_id: str, channel_id: str, message_ts: str | None = None, *, ephemeral: bool = False
    ) -> str:
        key = secrets.token_hex(12)
        self._issued[key] = ResponseUrl(user_id, channel_id, self._clock(), message_ts, ephemeral)
        return f"{self._base_url}/response/{key}"

    def use(self, key: str) -> ResponseUrl:
        """Count one post. Raises `SlackError`."""
        found = self._issued.get(key)
        if found is None:
            raise SlackError("invalid_url")
        if self._clock() - found.issued_at > RESPONSE_URL_TTL_S:
            raise SlackError("expired_url")
        if found.uses >= RESPONSE_URL_USES:
            raise SlackError("used_url")
        found.uses += 1
        return found
