"""Posting: one message a second in each channel, with a short burst.

Source: docs.slack.dev, "Rate limits".
"""

import math
from collections.abc import Callable

from sandbox.slack.wire import SlackError

BURST = 5


class PostingRate:
    """A token bucket for each channel; a rate of 0 lets everything through."""

    def __init__(self, clock: Callable[[], float], per_second: float) -> None:
        self._clock = clock
        self._per_second = per_second
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, channel_id: str) -> None:
        """Count one post. Raises `SlackError` `ratelimited` with `retry_after` in whole seconds."""
        if not self._per_second:
            return
        now = self._clock()
        tokens, since = self._buckets.get(channel_id, (float(BURST), now))
        tokens = min(float(BURST), tokens + (now - since) * self._per_second)
        if tokens < 1:
            self._buckets[channel_id] = (tokens, now)
            raise SlackError("ratelimited", retry_after=max(1, math.ceil((1 - tokens) / self._per_second)))
        self._buckets[channel_id] = (tokens - 1, now)
