"""Erasing a person at their request: `python -m bot erase`."""

from bot.access.audit import MAX_SUBJECT
from bot.cards import shorten
from bot.clock import utc_now
from bot.errors import BotError
from bot.keeping.retention import STILL_LISTED
from bot.relay.reconcile import BOOKMARK as LIST_READ
from bot.store import audit, bookmarks, erasure
from bot.store.engine import Store
from bot.store.erasure import Erased


class StillUnderWay(BotError):
    """Something of theirs is between the bot and Slack or Flowroute at this moment."""


def erase(store: Store, person: str, *, by: str) -> Erased:
    """Forget `person` (E.164 digits, a short code or a sender's name) in one commit.

    A bot may run meanwhile. `by` is the Slack user id of whoever asked for it: the audit keeps that, the time
    and a masked number.

    Raises:
        StillUnderWay: try again in a minute.
    """
    now = utc_now()
    with store.write() as db:
        if store.is_sqlite:
            db.exec_driver_sql("PRAGMA secure_delete = ON")  # else the words stay in free pages of the file
        if erasure.is_under_way(db, person):
            raise StillUnderWay(
                "A text to or from them is on its way, and nothing was erased. Try again in a minute."
            )
        list_read = bookmarks.get(db, LIST_READ)
        erased = erasure.erase(db, person, listed_since=min(now, list_read or now) - STILL_LISTED)
        audit.add(
            db,
            at=now,
            user_id=by,
            channel_id=None,
            action="person.erase",
            subject=shorten(erasure.masked(person), MAX_SUBJECT),
            before={"texts": erased.texts, "replies": erased.replies},
            after=None,
            result="done",
        )
    return erased
