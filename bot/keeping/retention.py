"""Forgetting what is older than RETENTION_DAYS, in the background and never what is still open."""

import logging
from datetime import timedelta

from bot.clock import utc_now
from bot.relay.reconcile import BOOKMARK as LIST_READ
from bot.store import bookmarks
from bot.store.engine import Store
from bot.store.removal import KEPT, remove_some

log = logging.getLogger(__name__)

EVERYTHING = "everything"
BOOKMARK = "retention"
EVERY = timedelta(hours=1)
PAUSE_S = 0.2  # between two batches, so that the relay has the database to itself most of the time
STILL_LISTED = timedelta(days=1)
"""What the message list may bring again: it is read from some minutes before its last good reading."""


class Retention:
    """Works the one lane of what is too old; `days` None keeps everything."""

    def __init__(self, store: Store, days: int | None, *, reads_list: bool) -> None:
        self._store = store
        self._days = days
        self._reads_list = reads_list
        self._walks = _from_the_beginning()
        """Tables that are not done, and after which id to go on."""

    def due(self) -> list[str]:
        """Once an hour."""
        if self._days is None:
            return []
        with self._store.read() as db:
            last = bookmarks.get(db, BOOKMARK)
        return [EVERYTHING] if last is None or utc_now() - last >= EVERY else []

    def work(self, _lane: str) -> float | None:
        """Remove one batch from each table; come back soon until nothing old is left."""
        if not self.due() or self._days is None:
            return None
        before = utc_now() - timedelta(days=self._days)
        with self._store.read() as db:
            list_read = bookmarks.get(db, LIST_READ) if self._reads_list else None
        if list_read is not None:  # else a text would come back from the list as a new one
            before = min(before, list_read - STILL_LISTED)
        removed = 0
        for name, after_id in list(self._walks.items()):
            with self._store.write() as db:
                walk = remove_some(db, name, before=before, after_id=after_id)
            removed += walk.removed
            if walk.after_id is None:
                del self._walks[name]
            else:
                self._walks[name] = walk.after_id
        if removed:
            log.info("old rows were removed", extra={"count": removed})
        if self._walks:
            return PAUSE_S
        self._walks = _from_the_beginning()
        with self._store.write() as db:
            bookmarks.put(db, BOOKMARK, utc_now())
        return None


def _from_the_beginning() -> dict[str, int]:
    return dict.fromkeys(KEPT, 0)
