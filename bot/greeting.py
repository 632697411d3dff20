"""The first words of a new installation: what to try, once, in the direct messages of the first admin."""

import logging
from collections.abc import Callable

from bot.clock import utc_now
from bot.errors import BotError
from bot.lanes import Lane, Wake
from bot.store import bookmarks, links, notices
from bot.store.engine import Store

log = logging.getLogger(__name__)

FIRST_ADMIN = "first admin"
BOOKMARK = "greeted"
AGAIN_S = 60.0
CHECKLIST = """\
:wave: I am installed and running. What is left to do, in a quarter of an hour:
:one: `/flowroute doctor` looks at every part and says how to mend what is wrong.
:two: `/flowroute relay link &lt;number&gt; #channel` brings a number's texts into a channel; `/flowroute \
numbers list` shows the numbers.
:three: Text that number from your own phone, and answer in the thread that appears.
:four: `/flowroute e911 gaps` lists numbers without an emergency address.
:five: If several of you buy numbers: `APPROVERS`, `APPROVAL_OVER` and `SPEND_LIMIT` set who decides and how \
much may be spent, `AUDIT_CHANNEL` shows every change.
`/flowroute` alone opens a menu, `/flowroute help` lists all commands."""


class Greeting:
    """Works the one lane of the greeting; `admin_channel` asks Slack where the first admin reads."""

    def __init__(self, store: Store, wake: Wake, admin_channel: Callable[[], str]) -> None:
        self._store = store
        self._wake = wake
        self._admin_channel = admin_channel
        self._is_done = False

    def due(self) -> list[str]:
        if not self._is_done:
            with self._store.read() as db:
                self._is_done = bookmarks.get(db, BOOKMARK) is not None
        return [] if self._is_done else [FIRST_ADMIN]

    def work(self, _lane: str) -> float | None:
        """Queue the greeting and write down that it was, in one commit; an installation in use needs none."""
        if not self.due():
            return None
        with self._store.read() as db:
            is_new = not links.every(db)
        if not is_new:
            with self._store.write() as db:
                bookmarks.put(db, BOOKMARK, utc_now())
            return None
        try:
            channel_id = self._admin_channel()
        except BotError:
            log.warning("no admin can be greeted yet")
            return AGAIN_S
        now = utc_now()
        with self._store.write() as db:
            bookmarks.put(db, BOOKMARK, now)
            notices.post(db, CHECKLIST, channel_id=channel_id, conversation_id=None, now=now)
        self._wake(Lane.POSTS, channel_id)
        return None
