"""Telling whoever asked for a caller name how Flowroute's reviewers decided."""

import logging
from collections.abc import Callable, Iterable

from sqlalchemy import Connection

from bot.cards import escape
from bot.clock import utc_now
from bot.errors import BotError
from bot.lanes import Lane, Wake
from bot.store import cnam_reviews, notices, orders
from bot.store.cnam_reviews import Review
from bot.store.engine import Store
from flowroute import Flowroute, FlowrouteError, NotFound
from flowroute.cnam import Cnam, CnamStatus

log = logging.getLogger(__name__)

OnDecided = Callable[[Connection, str, Cnam | None], list[int]]

SOONEST_S = 1.0
LATEST_S = 900.0
PATIENCE = 10
"""A record is looked at again after a tenth of the time that it has waited: reviews take up to two days."""


class CnamReviews:
    """Works one record at a time; announces it once, in the channel where it was asked for."""

    def __init__(
        self,
        store: Store,
        flowroute: Flowroute,
        wake: Wake,
        admin_channel: Callable[[], str],
        decided: OnDecided,
    ) -> None:
        """`decided` is told of a record in the transaction that ends waiting for it, None for a deleted one.

        It answers which orders go on because of it.
        """
        self._store = store
        self._flowroute = flowroute
        self._wake = wake
        self._admin_channel = admin_channel
        self._decided = decided

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
            self._end(review, None)
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
        self._end(review, record, channel_id)
        self._wake(Lane.POSTS, channel_id)
        return None

    def _end(self, review: Review, record: Cnam | None, channel_id: str | None = None) -> None:
        """Nobody waits any more; orders that did go on, and their own messages tell it."""
        with self._store.write() as db:
            orders.one_at_a_time(db)
            if not cnam_reviews.remove(db, review.cnam_id):
                return
            order_ids = self._decided(db, review.cnam_id, record)
            if record is not None and channel_id is not None and not order_ids:
                notices.post(
                    db, decided(review, record), channel_id=channel_id, conversation_id=None, now=utc_now()
                )
        for order_id in order_ids:
            self._wake(Lane.ORDERS, str(order_id))


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
