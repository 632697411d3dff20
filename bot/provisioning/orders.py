"""Orders as people see them: drafted, reviewed, confirmed, approved, called off, tried again.

Flowroute charges at once and asks nobody, so the guards are here and in the lanes that carry orders out
(`order_work.py`): the price that a person saw is kept and compared, numbers and money are reserved before any
request leaves, and a step that had begun is looked at before it is taken again.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from bot.access.audit import Audit
from bot.access.roles import Access, NotAllowed, Role
from bot.actor import Actor
from bot.clock import utc_now
from bot.errors import BotError
from bot.lanes import Lane, Lanes
from bot.provisioning import plans
from bot.provisioning.budget import Budget, Limits, budget, too_dear
from bot.provisioning.bulk import Row
from bot.provisioning.comparing import Comparing
from bot.provisioning.quotes import NumberTaken, Quote, quotes
from bot.provisioning.release import Release
from bot.store import orders
from bot.store.engine import Store
from bot.store.orders import (
    NOT_BEGUN,
    UNFINISHED,
    Line,
    NewLine,
    NewStep,
    Order,
    OrderKind,
    OrderState,
    Step,
    StepName,
    StepState,
)
from bot.store.set_up import SetUp
from flowroute import Flowroute, PhoneNumber, format_phone_number

MOST_NUMBERS = 20


class OrderGone(BotError):
    """There is no such order, or it cannot be changed any more."""


class OrderRefused(BotError):
    """The order must not be carried out as things stand; nothing was done."""


class Orders:
    """Every method that changes something says who asked; what takes long is left to lanes."""

    def __init__(
        self,
        store: Store,
        flowroute: Flowroute,
        access: Access,
        audit: Audit,
        lanes: Lanes,
        limits: Limits,
        release: Release,
        comparing: Comparing,
    ) -> None:
        self._store = store
        self._flowroute = flowroute
        self._access = access
        self._audit = audit
        self._lanes = lanes
        self._limits = limits
        self._release = release
        self._comparing = comparing

    # Looking

    def quote(self, numbers: Sequence[str]) -> list[Quote]:
        """What `numbers` cost now, in their order.

        Raises:
            NumberTaken: naming all that are not for sale.
            FlowrouteError: Flowroute could not say.
        """
        found = quotes(self._flowroute, numbers)
        gone = [number for number, quote in zip(numbers, found, strict=True) if quote is None]
        if gone:
            raise NumberTaken(gone)
        return [quote for quote in found if quote is not None]

    def budget(self) -> Budget:
        """This calendar month's purchases (UTC) and what they must keep to."""
        return budget(self._store, self._limits)

    def needs_approval(self, order: Order) -> bool:
        """Whether a second person has to agree before it is carried out."""
        return order.kind is OrderKind.PURCHASE and self._limits.needs_approval(order.cost)

    def order(self, order_id: int) -> Order:
        """The order as it stands; raises OrderGone when there is none."""
        with self._store.read() as db:
            return _existing(orders.get(db, order_id))

    def latest(self, limit: int) -> list[Order]:
        """What was confirmed, newest first."""
        with self._store.read() as db:
            return orders.latest(db, limit)

    def open_for(self, user_id: str) -> list[Order]:
        """What somebody confirmed and is not through, newest first."""
        with self._store.read() as db:
            return orders.open_for(db, user_id)

    # Drafts

    def draft(self, actor: Actor, offers: Sequence[Quote], set_up: SetUp | None = None) -> Order:
        """Keep what a person is shown for review; nothing is bought.

        Raises OrderRefused when there are none or too many numbers.
        """
        wanted = set_up or SetUp()
        if not 1 <= len(offers) <= MOST_NUMBERS:
            raise OrderRefused(f"One order holds 1 to {MOST_NUMBERS} numbers, not {len(offers)}.")
        lines = [
            NewLine(
                offer.number, plans.purchase(wanted, offer.number, n), offer.setup_cost, offer.monthly_cost
            )
            for n, offer in enumerate(offers, 1)
        ]
        return self._place(actor, OrderKind.PURCHASE, lines, wanted)

    def bulk(self, actor: Actor, rows: Sequence[Row]) -> Order:
        """Draft what would bring numbers of the account to what a list says; a dry run is just this draft.

        A line without steps is like that already. Nothing is reserved or changed.

        Raises:
            NotAllowed: `actor` is no admin.
            BadList: what is wrong, by line of the list.
            FlowrouteError, SlackError: somebody could not say.
        """
        self._access.require(actor.user_id, Role.ADMIN)
        found = self._comparing.compare(rows)
        set_up = SetUp(messaging=False, names=found.names)
        return self._place(actor, OrderKind.SET_UP, found.lines, set_up)

    def release(self, actor: Actor, number: PhoneNumber) -> Order:
        """Draft taking everything off a number and giving it back.

        Raises:
            NotAllowed: `actor` is no admin.
            NotOurs: there is nothing to do.
            NotChanged: Flowroute does not say.
        """
        self._access.require(actor.user_id, Role.ADMIN)
        line = NewLine(number, [NewStep(name) for name in self._release.steps(number)])
        return self._place(actor, OrderKind.RELEASE, [line], SetUp(messaging=False))

    def plan(self, actor: Actor, order_id: int, set_up: SetUp) -> Order:
        """Set the numbers of a draft up differently; raises OrderGone when it is no draft any more."""
        with self._store.write() as db:
            orders.one_at_a_time(db)
            order = _draft_of(db, actor, order_id)
            if order.kind is OrderKind.PURCHASE:
                _plan(db, order, set_up)
            return _existing(orders.get(db, order_id))

    def drop(self, actor: Actor, order_id: int, number: str) -> Order:
        """Take one number out of a draft; the last one stays, to be cancelled with the order."""
        with self._store.write() as db:
            orders.one_at_a_time(db)
            order = _draft_of(db, actor, order_id)
            line = next((line for line in order.lines if line.number == number), None)
            if line is not None and len(order.lines) > 1:
                orders.drop_line(db, line.id)
                if order.kind is OrderKind.PURCHASE:
                    _plan(db, _existing(orders.get(db, order_id)), order.set_up)
            return _existing(orders.get(db, order_id))

    def reprice(self, order_id: int) -> Order | None:
        """Ask for the prices of a draft again: the order as it stands now when they changed, else None.

        Raises:
            NumberTaken: naming all that are not for sale any more.
            FlowrouteError: Flowroute could not say.
        """
        order = self.order(order_id)
        if order.state is not OrderState.DRAFT or order.kind is not OrderKind.PURCHASE:
            return None
        found = self.quote(order.numbers)
        with self._store.write() as db:
            orders.one_at_a_time(db)
            order = _existing(orders.get(db, order_id))
            if order.state is not OrderState.DRAFT or not note_prices(db, order, found):
                return None
            return _existing(orders.get(db, order_id))

    # Decisions

    def confirm(self, actor: Actor, order_id: int) -> Order:
        """Take a reviewed order in hand, with one local commit; a second time changes nothing.

        Raises:
            OrderGone: it is somebody else's, or was called off.
            OrderRefused: a number is in another order, or the month's limit would be passed.
        """
        order = self.order(order_id)
        if order.user_id != actor.user_id:
            raise OrderGone("That order is somebody else's.")
        with self._store.write() as db:
            orders.one_at_a_time(db)
            order = _existing(orders.get(db, order_id))
            if order.state is OrderState.CANCELLED:
                raise OrderGone(f"Order {order_id} was cancelled. Start again.")
            if order.state is not OrderState.DRAFT:
                return order
            buys = order.kind is OrderKind.PURCHASE
            self._reserve(db, order, [line.id for line in order.lines], order.cost if buys else None)
            waits = buys and self._limits.needs_approval(order.cost)
            orders.move(
                db,
                order_id,
                before=[OrderState.DRAFT],
                after=OrderState.APPROVAL if waits else OrderState.RUNNING,
                now=utc_now(),
            )
            order = _existing(orders.get(db, order_id))
        self._lanes.wake(Lane.ORDERS, str(order_id))
        return order

    def approve(self, actor: Actor, order_id: int) -> bool:
        """Let an order go on that waits for a second person; False when that is decided already.

        Raises:
            NotAllowed: `actor` is no approver, or it is their own order.
        """
        return self._decide(actor, order_id, OrderState.RUNNING, None)

    def decline(self, actor: Actor, order_id: int) -> bool:
        """Like `approve`, but the order ends."""
        return self._decide(actor, order_id, OrderState.REFUSED, f"<@{actor.user_id}> declined it.")

    def cancel(self, actor: Actor, order_id: int) -> bool:
        """Stop what has not happened yet; False when there is nothing of that kind.

        Raises:
            NotAllowed: `actor` is no admin.
            OrderGone: there is no such order.
        """
        self._access.require(actor.user_id, Role.ADMIN)
        now = utc_now()
        with self._store.write() as db:
            orders.one_at_a_time(db)
            order = _existing(orders.get(db, order_id))
            said = None if order.state is OrderState.DRAFT else f"<@{actor.user_id}> cancelled it."
            if not orders.move(
                db,
                order_id,
                before=[OrderState.DRAFT, *UNFINISHED],
                after=OrderState.CANCELLED,
                now=now,
                reason=said,
            ):
                return False
            call_off(db, order, now)
            self._audit.record(db, actor, "order.cancel", subject(order))
        self._told(order)
        return True

    def retry(self, actor: Actor, step_id: int) -> Order:
        """Take a failed step again; one that did not fail stays as it is.

        Raises:
            NotAllowed: `actor` is no admin.
            OrderGone: there is no such step.
            OrderRefused: the number or the money for it is gone meanwhile.
        """
        return self._change_step(actor, step_id, lambda db, order, step: self._again(db, order, [step]))

    def skip(self, actor: Actor, step_id: int) -> Order:
        """Leave out a step that failed or waits for reviewers; what depends on it is left out with it."""

        def leave_out(db: Connection, order: Order, step: Step) -> None:
            now = utc_now()
            orders.change_steps(
                db,
                [step.id],
                before=[StepState.FAILED, StepState.REVIEW],
                after=StepState.SKIPPED,
                note=f"<@{actor.user_id}> skipped it.",
                now=now,
            )
            if step.name is StepName.BUY:
                call_off_line(db, order, step, now)

        return self._change_step(actor, step_id, leave_out)

    def resume(self, actor: Actor, order_id: int) -> Order:
        """Take every failed step of an order again. Raises like `retry`."""
        self._access.require(actor.user_id, Role.ADMIN)
        with self._store.write() as db:
            orders.one_at_a_time(db)
            order = _existing(orders.get(db, order_id))
            self._again(db, order, [step for step in order.all_steps if step.state is StepState.FAILED])
            order = _existing(orders.get(db, order_id))
        self._told(order)
        return order

    def _place(self, actor: Actor, kind: OrderKind, lines: Sequence[NewLine], set_up: SetUp) -> Order:
        with self._store.write() as db:
            return orders.place(
                db,
                kind=kind,
                user_id=actor.user_id,
                channel_id=actor.channel_id,
                set_up=set_up,
                lines=lines,
                steps=plans.for_all(set_up),
                now=utc_now(),
            )

    def _change_step(
        self, actor: Actor, step_id: int, change: Callable[[Connection, Order, Step], None]
    ) -> Order:
        self._access.require(actor.user_id, Role.ADMIN)
        with self._store.write() as db:
            orders.one_at_a_time(db)
            order = _existing(orders.order_of_step(db, step_id))
            step = next(step for step in order.all_steps if step.id == step_id)
            if order.state in (OrderState.RUNNING, OrderState.OPEN):
                change(db, order, step)
                self._go_on(db, order)
            order = _existing(orders.get(db, order.id))
        self._told(order)
        return order

    def _again(self, db: Connection, order: Order, steps: Sequence[Step]) -> None:
        """Have failed steps taken again; a purchase reserves its number and money anew."""
        failed = [step for step in steps if step.state is StepState.FAILED]
        buying = {step.line_id for step in failed if step.name is StepName.BUY}
        lines = [line for line in order.lines if line.id in buying]
        if lines:
            if order.decided_by is None and self._limits.needs_approval(order.cost):
                raise OrderRefused(
                    "At its price now this order needs a second person. Order the number once more."
                )
            self._reserve(db, order, [line.id for line in lines], orders.cost_of(lines))
        now = utc_now()
        orders.change_steps(
            db,
            [step.id for step in failed],
            before=[StepState.FAILED],
            after=StepState.WAITING,
            note=None,
            now=now,
        )
        if failed:
            self._go_on(db, order)

    def _go_on(self, db: Connection, order: Order) -> None:
        orders.move(
            db,
            order.id,
            before=[OrderState.OPEN, OrderState.RUNNING],
            after=OrderState.RUNNING,
            now=utc_now(),
            reason=order.reason,
        )

    def _reserve(self, db: Connection, order: Order, line_ids: Sequence[int], cost: Decimal | None) -> None:
        """Numbers and money of an order, or of some of its lines; nobody else reserves meanwhile."""
        buys = order.kind is OrderKind.PURCHASE
        numbers = [line.number for line in order.lines if line.id in line_ids]
        taken = orders.taken_elsewhere(db, order, numbers)
        if taken:
            shown = ", ".join(format_phone_number(number) for number in taken)
            does = "being bought" if buys else "being changed"
            raise OrderRefused(f"{shown} {'is' if len(taken) == 1 else 'are'} {does} in another order.")
        obstacle = too_dear(db, self._limits, cost) if buys else None
        if obstacle is not None:
            raise OrderRefused(obstacle)
        orders.reserve(db, line_ids, money=buys, now=utc_now())

    def _decide(self, actor: Actor, order_id: int, after: OrderState, reason: str | None) -> bool:
        self._access.require(actor.user_id, Role.APPROVER)
        order = self.order(order_id)
        if order.user_id == actor.user_id:
            raise NotAllowed("Nobody decides about an order of their own. Ask another approver.")
        now = utc_now()
        with self._store.write() as db:
            orders.one_at_a_time(db)
            if not orders.move(
                db,
                order_id,
                before=[OrderState.APPROVAL],
                after=after,
                now=now,
                reason=reason,
                decided_by=actor.user_id,
            ):
                return False
            if reason is not None:
                call_off(db, order, now)
            did = "order.approve" if reason is None else "order.decline"
            self._audit.record(db, actor, did, subject(order))
        self._told(order)
        return True

    def _told(self, order: Order) -> None:
        self._lanes.wake(Lane.ORDERS, str(order.id))
        self._lanes.wake(Lane.PROGRESS, str(order.id))


def note_prices(db: Connection, order: Order, offers: Sequence[Quote]) -> list[Line]:
    """Write down what an order's numbers cost now; the lines whose price is not what it was."""
    now_cost = {str(offer.number): (offer.setup_cost, offer.monthly_cost) for offer in offers}
    changed = [
        line
        for line in order.lines
        if line.number in now_cost and now_cost[line.number] != (line.setup_cost, line.monthly_cost)
    ]
    for line in changed:
        orders.set_price(db, line.id, *now_cost[line.number])
    return changed


def call_off(db: Connection, order: Order, now: datetime) -> None:
    """No step that has not begun is taken any more; numbers and money that it was for are free."""
    unbought = [line.id for line in order.lines if not line.is_bought and not _has_begun(line.steps)]
    orders.change_steps(
        db,
        [step.id for step in order.all_steps],
        before=NOT_BEGUN,
        after=StepState.CANCELLED,
        note=None,
        now=now,
    )
    orders.let_go(db, unbought, money=True)
    orders.let_go(db, [line.id for line in order.lines if line.is_bought], money=False)


def call_off_line(db: Connection, order: Order, purchase: Step, now: datetime) -> None:
    """A number that is not bought needs no set-up, is free for others and costs nothing."""
    line = next(line for line in order.lines if line.id == purchase.line_id)
    rest = [step.id for step in line.steps if step.id != purchase.id]
    orders.change_steps(db, rest, before=NOT_BEGUN, after=StepState.CANCELLED, note=None, now=now)
    orders.let_go(db, [line.id], money=True)


def _has_begun(steps: Sequence[Step]) -> bool:
    return any(step.state is StepState.DOING for step in steps)


def _plan(db: Connection, order: Order, set_up: SetUp) -> None:
    orders.plan(
        db,
        order,
        set_up,
        steps=plans.for_all(set_up),
        of_lines=[plans.purchase(set_up, line.number, n) for n, line in enumerate(order.lines, 1)],
        now=utc_now(),
    )


def _draft_of(db: Connection, actor: Actor, order_id: int) -> Order:
    order = _existing(orders.get(db, order_id))
    if order.user_id != actor.user_id:
        raise OrderGone("That order is somebody else's.")
    if order.state is not OrderState.DRAFT:
        raise OrderGone(f"Order {order_id} is confirmed already and cannot be changed.")
    return order


def _existing(order: Order | None) -> Order:
    if order is None:
        raise OrderGone("That order does not exist any more. Start again with `/flowroute numbers buy`.")
    return order


def subject(order: Order) -> str:
    return order.lines[0].number if len(order.lines) == 1 else f"order {order.id}"
