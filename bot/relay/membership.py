"""Staying in the channels where people answer texts: Slack tells the bot nothing of a channel it is not in.

A text that comes in brings the bot back into a public channel, but until one does, replies to earlier ones
would reach nobody, and nobody would be told.
"""

import logging
from datetime import timedelta

from bot.alarms import Alarms
from bot.clock import utc_now
from bot.slack import Refused, Slack, SlackError, TooFast
from bot.store import bookmarks, links
from bot.store.engine import Store

log = logging.getLogger(__name__)

CHANNELS = "channels"
BOOKMARK = "membership"
EVERY = timedelta(minutes=1)
NEEDS_AN_INVITATION = ("channel_not_found", "method_not_supported_for_channel_type")


class Membership:
    """Works the one lane of it; `default_channel` is DEFAULT_CHANNEL, None where it is not set."""

    def __init__(self, store: Store, slack: Slack, alarms: Alarms, default_channel: str | None) -> None:
        self._store = store
        self._slack = slack
        self._alarms = alarms
        self._default_channel = default_channel

    def due(self) -> list[str]:
        """Once a minute."""
        with self._store.read() as db:
            last = bookmarks.get(db, BOOKMARK)
        return [CHANNELS] if last is None or utc_now() - last >= EVERY else []

    def work(self, _lane: str) -> float | None:
        """Join what the bot was removed from; an admin is told of a private channel, once."""
        if not self.due():
            return None
        wanted = self._wanted()
        try:
            mine = self._mine() if wanted else frozenset()
            for channel_id in wanted:
                if channel_id not in mine and self._join(channel_id):
                    mine |= {channel_id}
        except TooFast as error:
            return error.retry_after_s
        except SlackError as error:
            log.warning("Slack does not say which channels the bot is in", extra={"reason": str(error)})
            return EVERY.total_seconds()
        with self._store.write() as db:
            for channel_id in mine.intersection(wanted):
                self._alarms.clear(db, _away(channel_id))
            bookmarks.put(db, BOOKMARK, utc_now())
        return None

    def _wanted(self) -> list[str]:
        with self._store.read() as db:
            wanted = {link.channel_id for link in links.every(db)}
        if self._default_channel is not None:
            wanted.add(self._default_channel)
        return sorted(channel_id for channel_id in wanted if channel_id.startswith(("C", "G")))

    def _mine(self) -> frozenset[str]:
        channels = self._slack.each("users.conversations", "channels", types="public_channel,private_channel")
        return frozenset(str(channel["id"]) for channel in channels)

    def _join(self, channel_id: str) -> bool:
        try:
            self._slack.call("conversations.join", channel=channel_id)
        except TooFast:
            raise
        except Refused as error:
            log.warning("a channel cannot be joined", extra={"channel": channel_id, "code": error.code})
            if error.code in NEEDS_AN_INVITATION:
                self._alarms.raise_once(
                    _away(channel_id),
                    f":warning: I am not in <#{channel_id}> any more: replies to texts there reach nobody. "
                    "Type `/invite` there and choose me, or link its numbers to another channel.",
                )
            return False
        log.info("joined a channel where texts are answered", extra={"channel": channel_id})
        return True


def _away(channel_id: str) -> str:
    return f"away {channel_id}"
