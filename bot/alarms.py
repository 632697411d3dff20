"""Telling an admin once that something needs a person, and again only after it was well in between."""

import logging
from collections.abc import Callable

from sqlalchemy import Connection

from bot.clock import utc_now
from bot.errors import BotError
from bot.lanes import Lane, Wake
from bot.store import bookmarks, notices
from bot.store.engine import Store

log = logging.getLogger(__name__)


class Alarms:
    """Posts to the direct messages of the first admin; `admin_channel` asks Slack which those are."""

    def __init__(self, store: Store, wake: Wake, admin_channel: Callable[[], str]) -> None:
        self._store = store
        self._wake = wake
        self._admin_channel = admin_channel

    def raise_once(self, about: str, said: str) -> None:
        """Tell an admin `said` (mrkdwn) unless they were told about the same thing already."""
        with self._store.read() as db:
            if bookmarks.get(db, _name(about)) is not None:
                return
        try:
            channel_id = self._admin_channel()
        except BotError:
            log.warning("no admin can be told", extra={"about": about})
            return
        now = utc_now()
        with self._store.write() as db:
            if not bookmarks.add(db, _name(about), now):
                return  # somebody else was quicker
            notices.post(db, said, channel_id=channel_id, conversation_id=None, now=now)
        self._wake(Lane.POSTS, channel_id)

    def clear(self, db: Connection, about: str) -> None:
        """It is well again."""
        bookmarks.remove(db, _name(about))


def _name(about: str) -> str:
    return f"told: {about}"
