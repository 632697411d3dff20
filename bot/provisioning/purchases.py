"""Buying a number: quoted, reviewed, confirmed, bought once and announced.

Flowroute charges at once and asks nobody, so the guards are here: the price a person saw is kept with the
order and compared before the purchase, a confirmed number is in one pair of hands only, and after an unknown
outcome the number itself tells whether it is ours.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import Connection

from bot import cards
from bot.access.audit import Audit
from bot.access.roles import Access, NotAllowed, Role
from bot.actor import Actor
from bot.cards import Card
from bot.clock import beginning_of_month, utc_now
from bot.errors import BotError
from bot.lanes import Lane, Lanes
from bot.store import orders, posts
from bot.store.engine import Store
from bot.store.orders import Order, OrderState
from flowroute import Flowroute, FlowrouteError, NotFound, PhoneNumber, RateLimited, format_phone_number

log = logging.getLogger(__name__)

ORDER = "order"
"""The kind of post that says in the channel what became of an order."""

APPROVAL = "approval"
"""The kind of post that asks a second person."""
APPROVALS_LIVE = timedelta(days=1)
LOOK_AGAIN_S = 3.0
GIVE_UP_LOOKING = timedelta(seconds=30)
PATIENCE_S = 20.0


class NumberTaken(BotError):
    """The number is no longer for sale."""

    def __init__(self, number: PhoneNumber) -> None:
        super().__init__(f"{format_phone_number(number)} is not for sale any more.")


class OrderGone(BotError):
    """The order cannot be confirmed any more."""


@dataclass(frozen=True)
class Quote:
    """What a number costs now, in USD; None where Flowroute does not say."""

    number: PhoneNumber
    setup_cost: Decimal | None
    monthly_cost: Decimal | None
    rate_center: str | None
    state: str | None
    number_type: str | None


@dataclass(frozen=True)
class Limits:
    """What a purchase must keep to, in USD for setup and first month; None means no limit.

    Above `approval_over` a second person decides, asked in `approvals_channel` or, without one, in direct
    messages. `spend_limit` is for a calendar month (UTC).
    """

    approval_over: Decimal | None = None
    spend_limit: Decimal | None = None
    approvals_channel: str | None = None


class Purchases:
    """Orders of numbers; every method that changes something says who asked."""

    def __init__(
        self,
        store: Store,
        flowroute: Flowroute,
        access: Access,
        audit: Audit,
        lanes: Lanes,
        limits: Limits,
    ) -> None:
        self._limits = limits
        self._store = store
        self._flowroute = flowroute
        self._access = access
        self._audit = audit
        self._lanes = lanes

    def quote(self, number: PhoneNumber) -> Quote:
        """What `number` costs now.

        Raises:
            NumberTaken: it is not for sale.
            FlowrouteError: Flowroute could not say.
        """
        offer = self._flowroute.numbers.price(number)
        if offer is None:
            raise NumberTaken(number)
        return Quote(
            number=number,
            setup_cost=offer.setup_cost,
            monthly_cost=offer.monthly_cost,
            rate_center=offer.rate_center,
            state=offer.state,
            number_type=offer.number_type,
        )

    def place(self, actor: Actor, quote: Quote) -> Order:
        """Keep what a person is shown for review; nothing is bought."""
        with self._store.write() as db:
            return orders.place(
                db,
                number=quote.number,
                setup_cost=quote.setup_cost,
                monthly_cost=quote.monthly_cost,
                user_id=actor.user_id,
                channel_id=actor.channel_id,
                now=utc_now(),
            )

    def order(self, order_id: int) -> Order:
        """The order as it stands; raises OrderGone when there is none."""
        with self._store.read() as db:
            found = orders.get(db, order_id)
        if found is None:
            raise OrderGone("That order does not exist any more. Start again with `/flowroute numbers buy`.")
        return found

    def latest(self, limit: int) -> list[Order]:
        """What was confirmed, newest first."""
        with self._store.read() as db:
            return orders.latest(db, limit)

    def confirm(self, actor: Actor, order_id: int) -> None:
        """Take a reviewed order in hand, with one local commit; a second time changes nothing.

        Raises:
            OrderGone: it is somebody else's, or the number is being bought in another order.
        """
        order = self.order(order_id)
        if order.user_id != actor.user_id:
            raise OrderGone("That order is somebody else's.")
        if order.state is not OrderState.REVIEWED:
            return
        with self._store.write() as db:
            confirmed = orders.confirm(db, order, utc_now())
        if not confirmed and self.order(order_id).state is OrderState.REVIEWED:
            raise OrderGone(f"{format_phone_number(order.number)} is being bought in another order.")

    def carry_out(self, order_id: int) -> Order:
        """Wait until a confirmed order is through, or as far as it gets for now, and answer how it stands."""
        self._lanes.finish(Lane.ORDERS, str(order_id), timeout_s=PATIENCE_S)
        return self.order(order_id)

    def approve(self, actor: Actor, order_id: int) -> bool:
        """Let an order go on that waits for a second person; False when that is decided already.

        Raises:
            NotAllowed: `actor` is no approver, or it is their own order.
        """
        return self._decide(actor, order_id, OrderState.CONFIRMED, None)

    def decline(self, actor: Actor, order_id: int) -> bool:
        """Like `approve`, but the order ends."""
        return self._decide(actor, order_id, OrderState.REFUSED, f"<@{actor.user_id}> declined it.")

    def cancel(self, actor: Actor, order_id: int) -> bool:
        """End an order that waits for approval; False when it does not wait.

        Raises:
            NotAllowed: `actor` is no admin.
            OrderGone: there is no such order.
        """
        self._access.require(actor.user_id, Role.ADMIN)
        order = self.order(order_id)
        return self._settle(actor, order, OrderState.REFUSED, f"<@{actor.user_id}> cancelled it.", "cancel")

    def due(self) -> Iterable[str]:
        with self._store.read() as db:
            return [str(order_id) for order_id in orders.due(db, utc_now() - APPROVALS_LIVE)]

    def work(self, lane: str) -> float | None:
        """Bring one order in flight to its end; running it again changes nothing more."""
        order = self.order(int(lane))
        match order.state:
            case OrderState.CONFIRMED:
                return self._begin(order)
            case OrderState.BUYING | OrderState.UNKNOWN:
                return self._look_up(order)
            case OrderState.APPROVAL if utc_now() - order.changed_at > APPROVALS_LIVE:
                self._finish(order, OrderState.REFUSED, "Nobody approved it within a day.")
        return None

    def approval_card(self, order_id: int) -> Card:
        return cards.approval(self.order(order_id))

    def outcome_card(self, order_id: int) -> Card:
        return cards.order_outcome(self.order(order_id))

    def _begin(self, order: Order) -> float | None:
        obstacle = self._obstacle(order)
        if obstacle is None and self._needs_approval(order):
            obstacle = self._ask_for_approval(order)
            if obstacle is None:
                return None
        if obstacle is None:
            obstacle = self._commit_money(order)
        if obstacle is not None:
            self._finish(order, OrderState.REFUSED, obstacle)
            return None
        return self._buy(order)

    def _obstacle(self, order: Order) -> str | None:
        """Why the order must not be bought, as things stand at this moment."""
        number = PhoneNumber(order.number)
        try:
            self._access.require(order.user_id, Role.ADMIN)
            if self._flowroute.numbers.find(number) is not None:
                return "It is already on this account."
            now = self.quote(number)
        except (NotAllowed, NumberTaken) as error:
            return error.user_message
        except FlowrouteError as error:
            return f"{error.user_message} Nothing was bought."
        if (now.setup_cost, now.monthly_cost) != (order.setup_cost, order.monthly_cost):
            return "Its price changed since the review. Nothing was bought."
        return None

    def _needs_approval(self, order: Order) -> bool:
        limit = self._limits.approval_over
        if limit is None or order.decided_by is not None:
            return False
        return order.cost is None or order.cost > limit

    def _ask_for_approval(self, order: Order) -> str | None:
        """Ask a second person, or say why nobody can be asked."""
        others = [user_id for user_id in self._access.approvers() if user_id != order.user_id]
        if not others:
            return "It needs a second person's approval, and nobody else is in APPROVERS."
        channel_id = self._limits.approvals_channel or others[0]
        now = utc_now()
        with self._store.write() as db:
            posts.hold_order(db, channel_id)
            orders.move(db, order.id, OrderState.APPROVAL, now)
            posts.add(db, kind=APPROVAL, ref=order.id, channel_id=channel_id, conversation_id=None, now=now)
        self._lanes.wake(Lane.POSTS, channel_id)
        return None

    def _commit_money(self, order: Order) -> str | None:
        """Count the money as spent before the request leaves, or say why it must not be."""
        now = utc_now()
        limit = self._limits.spend_limit
        with self._store.write() as db:
            if limit is not None:
                if order.cost is None:
                    return "Flowroute does not state its price, so it cannot be held against SPEND_LIMIT."
                spent = orders.committed(db, beginning_of_month(now))
                if spent + order.cost > limit:
                    return (
                        f"This month's purchases would come to {cards.usd(spent + order.cost)}, and "
                        f"SPEND_LIMIT is {cards.usd(limit)}. Nothing was bought."
                    )
            orders.move(db, order.id, OrderState.BUYING, now)
        return None

    def _decide(self, actor: Actor, order_id: int, after: OrderState, reason: str | None) -> bool:
        self._access.require(actor.user_id, Role.APPROVER)
        order = self.order(order_id)
        if order.user_id == actor.user_id:
            raise NotAllowed("Nobody decides about an order of their own. Ask another approver.")
        did = "approve" if reason is None else "decline"
        return self._settle(actor, order, after, reason, did)

    def _settle(self, actor: Actor, order: Order, after: OrderState, reason: str | None, did: str) -> bool:
        """Move an order on that waits for a decision; False when it does not wait any more."""
        with self._store.write() as db:
            if not orders.decide(db, order.id, after=after, by=actor.user_id, reason=reason, now=utc_now()):
                return False
            self._audit.record(db, actor, f"number.{did}", order.number)
            if reason is not None:
                self._tell(db, order)
        self._lanes.wake(Lane.ORDERS, str(order.id))
        if order.channel_id is not None:
            self._lanes.wake(Lane.POSTS, order.channel_id)
        return True

    def _buy(self, order: Order) -> float | None:
        number = PhoneNumber(order.number)
        try:
            self._flowroute.numbers.buy(number, messaging_enabled=True)
        except NotFound:
            self._finish(order, OrderState.REFUSED, NumberTaken(number).user_message)
        except RateLimited as error:
            self._move(order, OrderState.CONFIRMED)
            return error.retry_after_s or 1.0
        except FlowrouteError as error:
            if error.may_have_happened:
                self._move(order, OrderState.UNKNOWN)
                return 1.0
            self._finish(order, OrderState.REFUSED, f"{error.user_message} Nothing was bought.")
        else:
            self._finish(order, OrderState.BOUGHT, None)
        return None

    def _look_up(self, order: Order) -> float | None:
        """After an unknown outcome: a number that is ours now was bought by this order."""
        try:
            owned = self._flowroute.numbers.find(PhoneNumber(order.number))
        except FlowrouteError:
            return LOOK_AGAIN_S
        if owned is not None:
            self._finish(order, OrderState.BOUGHT, None)
            return None
        if utc_now() - order.changed_at < GIVE_UP_LOOKING:
            return LOOK_AGAIN_S
        self._finish(
            order,
            OrderState.REFUSED,
            "Flowroute gave no answer, and the number is not on the account: it was not bought.",
        )
        return None

    def _move(self, order: Order, state: OrderState) -> None:
        with self._store.write() as db:
            orders.move(db, order.id, state, utc_now())

    def _finish(self, order: Order, state: OrderState, reason: str | None) -> None:
        now = utc_now()
        with self._store.write() as db:
            orders.move(db, order.id, state, now, reason)
            self._audit.record(
                db,
                Actor(order.user_id, order.channel_id),
                "number.buy",
                order.number,
                after={"setup_usd": str(order.setup_cost), "monthly_usd": str(order.monthly_cost)}
                if state is OrderState.BOUGHT
                else None,
                result=state if reason is None else f"{state}: {reason}",
            )
            nobody_waits = order.state is not OrderState.CONFIRMED or order.decided_by is not None
            if state is OrderState.BOUGHT or nobody_waits:
                self._tell(db, order)
        if order.channel_id is not None:
            self._lanes.wake(Lane.POSTS, order.channel_id)

    def _tell(self, db: Connection, order: Order) -> None:
        """Say in the channel what became of an order."""
        if order.channel_id is not None:
            posts.hold_order(db, order.channel_id)
            posts.add(
                db,
                kind=ORDER,
                ref=order.id,
                channel_id=order.channel_id,
                conversation_id=None,
                now=utc_now(),
            )
