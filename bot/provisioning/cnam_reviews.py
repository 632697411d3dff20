"""Telling whoever asked for a caller name how Flowroute's reviewers decided."""

import logging
from collections.abc import Callable, Iterable

from bot.cards import escape
from bot.clock import utc_now
from bot.errors import BotError
from bot.lanes import Lane, Wake
from bot.store import cnam_reviews, notices
from bot.store.cnam_reviews import Review
from bot.store.engine import Store
from flowroute import Flowroute, FlowrouteError, NotFound
from flowroute.cnam import Cnam, CnamStatus

log = logging.getLogger(__name__)

SOONEST_S = 1.0
LATEST_S = 900.0
PATIENCE = 10
"""A record is looked at again after a tenth of the time that it has waited: reviews take up to two days."""


class CnamReviews:
    """Works one record at a time; announces it once, in the channel where it was asked for."""

    def __init__(
        self, store: Store, flowroute: Flowroute, wake: Wake, admin_channel: Callable[[], str]
    ) -> None:
        self._store = store
        self._flowroute = flowroute
        self._wake = wake
        self._admin_channel = admin_channel

    def due(self) -> Iterable[str]:
        with self._store.read() as db:
            return cnam_reviews.waiting(db)

    def work(self, cnam_id: str) -> float | None:
        """Look once; the seconds until the next look, None when it is decided."""
        with self._store.read() as db:
            review = cnam_reviews.get(db, cnam_id)
        if review is None:
            return None
        try:
            record = self._flowroute.cnam.get(cnam_id)
        except NotFound:  # somebody deleted it: nobody waits for it any more
            with self._store.write() as db:
                cnam_reviews.remove(db, cnam_id)
            return None
        except FlowrouteError:
            log.info("a caller name could not be looked at", extra={"cnam": cnam_id})
            return _wait_s(review)
        if record.status is CnamStatus.PENDING:
            return _wait_s(review)
        return self._announce(review, record)

    def _announce(self, review: Review, record: Cnam) -> float | None:
        try:
            channel_id = review.channel_id or self._admin_channel()
        except BotError:
            return LATEST_S
        with self._store.write() as db:
            if cnam_reviews.remove(db, review.cnam_id):
                said = decided(review, record)
                notices.post(db, said, channel_id=channel_id, conversation_id=None, now=utc_now())
        self._wake(Lane.POSTS, channel_id)
        return None


def decided(review: Review, record: Cnam) -> str:
    """How it was decided, and what can be done now, for whoever asked."""
    name = f"The caller name *{escape(record.value or record.id)}*"
    if record.status is CnamStatus.APPROVED:
        return (
            f":white_check_mark: <@{review.user_id}> {name} is approved. "
            f"`/flowroute cnam assign {escape(record.id)} &lt;number&gt;` shows it when that number calls."
        )
    reason = escape(record.rejection_reason or "no reason given")
    return (
        f":x: <@{review.user_id}> {name} was rejected: {reason}. "
        "`/flowroute cnam create` asks for another one."
    )


def _wait_s(review: Review) -> float:
    waited_s = (utc_now() - review.asked_at).total_seconds()
    return min(LATEST_S, max(SOONEST_S, waited_s / PATIENCE))
