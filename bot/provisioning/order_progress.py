"""The one message that follows an order: posted once, then edited as often as Slack allows."""

import logging

from bot.cards import Card
from bot.order_cards import approval, progress, repriced
from bot.provisioning.budget import Limits, budget
from bot.provisioning.order_work import ORDER
from bot.relay.turns import Turns
from bot.slack import Refused, Slack, TooFast, Unsure
from bot.store import orders, posts
from bot.store.engine import Store
from bot.store.orders import Order, OrderState

log = logging.getLogger(__name__)

UNTIL_POSTED_S = 0.2
LATER_S = 5.0


class OrderProgress:
    """Edits one order's message at a time; changes that come meanwhile are shown together.

    `turns` spaces the edits of all orders, as chat.update is limited for the whole workspace. How an order
    ends does not wait for a turn.
    """

    def __init__(self, store: Store, slack: Slack, turns: Turns, limits: Limits) -> None:
        self._store = store
        self._slack = slack
        self._turns = turns
        self._limits = limits

    def due(self) -> list[str]:
        with self._store.read() as db:
            return [str(order_id) for order_id in orders.with_old_cards(db)]

    def work(self, lane: str) -> float | None:
        """Bring the message of an order up to date."""
        order_id = int(lane)
        with self._store.read() as db:
            order = orders.get(db, order_id)
            place = posts.ts_of(db, ORDER, order_id)
            is_coming = posts.is_open(db, ORDER, order_id)
            is_old = orders.card_is_old(db, order_id)
        if order is None or not is_old:
            return None
        if place is None:
            if is_coming:
                return UNTIL_POSTED_S
            self._nowhere(order_id)
            return None
        if order.state is OrderState.RUNNING:
            wait_s = self._turns.wait_s(f"order {order_id}")
            if wait_s:
                return wait_s
        return self._edit(order_id, *place)

    def card(self, order_id: int) -> Card:
        """The message as it is posted for the first time; it counts as old until it was edited once.

        It is also made to look for one that may have been posted a while ago.
        """
        return progress(self._order(order_id))

    def approval_card(self, order_id: int) -> Card:
        return approval(self._order(order_id), budget(self._store, self._limits))

    def repriced_card(self, order_id: int) -> Card:
        return repriced(self._order(order_id))

    def _edit(self, order_id: int, channel_id: str, ts: str) -> float | None:
        card = progress(self._order(order_id))
        try:
            self._slack.call("chat.update", channel=channel_id, ts=ts, text=card.text, blocks=card.blocks)
        except TooFast as error:
            return error.retry_after_s
        except Unsure:
            return LATER_S
        except Refused as error:
            log.warning("an order's message cannot be updated", extra={"order": order_id, "code": error.code})
        return self._shown(order_id, card)

    def _shown(self, order_id: int, card: Card) -> float | None:
        """What changed meanwhile is shown next; after a crash before this, it is shown again."""
        with self._store.write() as db:
            orders.one_at_a_time(db)
            if progress(orders.certain(db, order_id)) != card:
                return 0.0
            orders.card_shown(db, order_id)
        return None

    def _nowhere(self, order_id: int) -> None:
        """Slack took the message nowhere, or nobody confirmed the order."""
        with self._store.write() as db:
            orders.card_shown(db, order_id)

    def _order(self, order_id: int) -> Order:
        with self._store.read() as db:
            return orders.certain(db, order_id)
