"""Asking what became of texts whose last receipt did not come: it was lost, or nothing can be posted to us.

One text after another, at growing intervals for some days: a phone may be switched off for long, and some
carriers never tell.
"""

import logging

from bot.clock import utc_now
from bot.logs import REPLY, about
from bot.relay.receipts import Receipts
from bot.relay.sending import LookUp
from bot.relay.turns import Turns
from bot.store import replies
from bot.store.engine import Store
from bot.store.replies import Reply
from flowroute import Flowroute, FlowrouteError

log = logging.getLogger(__name__)

ACCOUNT = "account"
PER_S = 1.0
"""Questions; Flowroute publishes no limit for them, and nobody waits for an answer."""


class Asking:
    """Works the one lane of texts that were sent and not heard of since."""

    def __init__(self, store: Store, flowroute: Flowroute, receipts: Receipts, look_up: LookUp) -> None:
        self._store = store
        self._flowroute = flowroute
        self._receipts = receipts
        self._look_up = look_up
        self._turns = Turns(PER_S)

    def due(self) -> list[str]:
        return [] if self._next() is None else [ACCOUNT]

    def work(self, _lane: str) -> float | None:
        """Ask for one text; come back until none is due."""
        reply = self._next()
        if reply is None:
            return None
        wait_s = self._turns.wait_s(ACCOUNT)
        if wait_s > 0:
            return wait_s
        with about(REPLY, reply.id):
            self._ask(reply)
        return 0.0

    def _next(self) -> Reply | None:
        with self._store.read() as db:
            return replies.next_to_ask(db, utc_now())

    def _ask(self, reply: Reply) -> None:
        try:
            self._receipts.read(self._flowroute.messages.get(reply.message_id or ""))
        except FlowrouteError as error:  # the next question may be answered
            log.warning("a record cannot be read", extra={"reason": type(error).__name__})
        after = self._look_up.next_fate(reply.attempted_at or reply.created_at, utc_now())
        with self._store.write() as db:
            replies.ask_after(db, reply.id, after)
