"""Carrying orders out, in lanes: one for an order as a whole, one for each of its lines.

A step is marked before its request leaves and again when its outcome is known. Whatever dies in between, the
step is found as begun, looks first and goes on.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from sqlalchemy import Connection

from bot.access.audit import Audit
from bot.access.roles import Access, NotAllowed, Role
from bot.actor import Actor
from bot.cards import escape
from bot.clock import utc_now
from bot.lanes import Lane, Lanes
from bot.provisioning.budget import Limits
from bot.provisioning.orders import call_off, call_off_line, note_prices, subject
from bot.provisioning.quotes import not_for_sale, quotes
from bot.provisioning.steps import Outcome, Steps, rejected
from bot.slack import SlackError
from bot.store import cnam_reviews, orders, posts
from bot.store.cnam_reviews import Review
from bot.store.engine import Store
from bot.store.orders import TO_DO, Line, Order, OrderKind, OrderState, Step, StepName, StepState
from flowroute import Flowroute, FlowrouteError, format_phone_number
from flowroute.cnam import Cnam, CnamStatus

log = logging.getLogger(__name__)

ORDER = "order"
"""The kind of post that shows how far an order is."""
APPROVAL = "approval"
"""The kind of post that asks a second person."""
REPRICED = "repriced"
"""The kind of post that asks the requester to review an order again."""

APPROVALS_LIVE = timedelta(days=1)
PRICE_HOLDS = timedelta(minutes=5)
PRICE_CHANGED = "Its price changed. *Retry* buys it for what is shown now."
LOOK_AGAIN_S = 3.0
GIVE_UP_PRICES = timedelta(minutes=2)


class OrderWork:
    """Works on orders that somebody confirmed; running it again changes nothing more."""

    def __init__(
        self,
        store: Store,
        flowroute: Flowroute,
        access: Access,
        audit: Audit,
        lanes: Lanes,
        steps: Steps,
        limits: Limits,
        messages_of: Callable[[str], str],
    ) -> None:
        """`messages_of` is how to find the direct messages of a person; it may raise SlackError."""
        self._store = store
        self._flowroute = flowroute
        self._access = access
        self._audit = audit
        self._lanes = lanes
        self._steps = steps
        self._limits = limits
        self._messages_of = messages_of

    # An order as a whole

    def due(self) -> Iterable[str]:
        with self._store.read() as db:
            return [str(order_id) for order_id in orders.due(db)]

    def work(self, lane: str) -> float | None:
        """Bring one order to where its lines can go on by themselves, or to its end."""
        order = self._order(int(lane))
        if order is None:
            return None
        if order.state is OrderState.APPROVAL:
            return self._see_to_approval(order)
        if order.state is not OrderState.RUNNING:
            return None
        if not self._shows_progress(order):
            return LOOK_AGAIN_S
        if order.started_at is None:
            wait_s = self._prepare(order)
            if wait_s is not None:
                return wait_s
        self._go_on(order.id)
        return None

    def _see_to_approval(self, order: Order) -> float | None:
        if utc_now() - order.changed_at > APPROVALS_LIVE:
            self._refuse(order, "Nobody approved it within a day.")
            return None
        if not self._shows_progress(order):
            return LOOK_AGAIN_S
        with self._store.read() as db:
            if posts.is_known(db, APPROVAL, order.id):
                return None
        try:
            others = [user_id for user_id in self._access.approvers() if user_id != order.user_id]
        except SlackError:
            return LOOK_AGAIN_S
        if not others:
            self._refuse(order, "It needs a second person's approval, and nobody else is in APPROVERS.")
            return None
        self._post(APPROVAL, order.id, self._limits.approvals_channel or others[0])
        return None

    def _prepare(self, order: Order) -> float | None:
        """What comes before the lines: rights, the records that they need, and the prices once more."""
        try:
            self._access.require(order.user_id, Role.ADMIN)
        except NotAllowed as error:
            self._refuse(order, error.user_message)
            return None
        wait_s = self._make_records(order)
        if wait_s is not None:
            return wait_s
        fresh = self._order(order.id)
        if fresh is None or any(step.state not in DECIDED for step in fresh.steps):
            return None  # a person decides whether to go on without the record
        if order.kind is OrderKind.PURCHASE:
            return self._check_prices(fresh)
        with self._store.write() as db:
            orders.set_started(db, order.id, utc_now())
        return None

    def _make_records(self, order: Order) -> float | None:
        for step in order.steps:
            if step.state in TO_DO:
                wait_s = self._take(order, None, step)
                if wait_s is not None:
                    return wait_s
        return None

    def _check_prices(self, order: Order) -> float | None:
        """Only what costs what the requester saw is bought; what is sold meanwhile is left out."""
        to_buy = [line for line in order.lines if _purchase(line).state is StepState.WAITING]
        try:
            found = quotes(self._flowroute, [line.number for line in to_buy])
            ours = {
                line.number
                for line, quote in zip(to_buy, found, strict=True)
                if quote is None and self._flowroute.numbers.find(line.number) is not None
            }
        except FlowrouteError as error:
            if utc_now() - order.changed_at < GIVE_UP_PRICES:
                log.info("prices could not be read", extra={"order": order.id})
                return LOOK_AGAIN_S
            self._refuse(order, f"{escape(error.user_message)} Nothing was bought.")
            return None
        sold = {
            line.id: f"{format_phone_number(line.number)} is already on this account."
            if line.number in ours
            else not_for_sale([line.number])
            for line, quote in zip(to_buy, found, strict=True)
            if quote is None
        }
        now = utc_now()
        with self._store.write() as db:
            orders.one_at_a_time(db)
            changed = note_prices(db, order, [quote for quote in found if quote is not None])
            if changed and len(to_buy) == len(order.lines):
                self._back_to_review(db, order, sold)
            else:
                for line in to_buy:
                    if line.id in sold:
                        orders.end_step(db, _purchase(line), StepState.SKIPPED, sold[line.id], now)
                        call_off_line(db, order, _purchase(line), now)
                for line in changed:
                    orders.end_step(db, _purchase(line), StepState.FAILED, PRICE_CHANGED, now)
                    orders.let_go(db, [line.id], money=True)
                orders.set_started(db, order.id, now)
                orders.card_changed(db, order.id)
        self._lanes.wake(Lane.POSTS, order.user_id)
        self._show(order.id)
        return None

    def _back_to_review(self, db: Connection, order: Order, sold: Mapping[int, str]) -> None:
        """Nothing is reserved any more; the requester sees the new prices, of what is left, and decides."""
        orders.let_go(db, [line.id for line in order.lines], money=True)
        for line_id in sold:
            orders.drop_line(db, line_id)
        orders.move(
            db,
            order.id,
            before=[OrderState.RUNNING],
            after=OrderState.DRAFT,
            now=utc_now(),
            reason=" ".join(["Its price changed since the review. Nothing was bought.", *sold.values()]),
        )
        orders.forget_decision(db, order.id)
        posts.remove(db, REPRICED, order.id)
        posts.remove(db, APPROVAL, order.id)
        posts.hold_order(db, order.user_id)
        posts.add(
            db,
            kind=REPRICED,
            ref=order.id,
            channel_id=order.user_id,
            conversation_id=None,
            now=utc_now(),
        )

    def _go_on(self, order_id: int) -> None:
        """Wake the lines with something to do; with none left, the order rests."""
        with self._store.write() as db:
            orders.one_at_a_time(db)
            order = orders.get(db, order_id)
            if order is None or order.state is not OrderState.RUNNING:
                return
            lines = [line for line in order.lines if order.started_at and next_step(order, line)]
            if not lines:
                self._rest(db, order)
        if not lines:
            self._show(order_id, at_rest=True)
        for line in lines:
            self._lanes.wake(Lane.LINES, str(line.id))

    def _rest(self, db: Connection, order: Order) -> None:
        states = {step.state for step in order.all_steps}
        reason = None
        after = OrderState.DONE
        if states & {StepState.FAILED, StepState.REVIEW}:
            after = OrderState.OPEN
        elif order.kind is OrderKind.PURCHASE and not any(line.is_bought for line in order.lines):
            after = OrderState.REFUSED
            reason = " ".join(_purchase(line).note or "" for line in order.lines).strip() or None
        to_buy = [line.id for line in order.lines if order.kind is OrderKind.PURCHASE and _is_to_buy(line)]
        orders.let_go(db, [line.id for line in order.lines if line.id not in to_buy], money=False)
        orders.move(db, order.id, before=[OrderState.RUNNING], after=after, now=utc_now(), reason=reason)

    def _refuse(self, order: Order, reason: str) -> None:
        now = utc_now()
        with self._store.write() as db:
            orders.one_at_a_time(db)
            if orders.move(
                db,
                order.id,
                before=[OrderState.APPROVAL, OrderState.RUNNING],
                after=OrderState.REFUSED,
                now=now,
                reason=reason,
            ):
                call_off(db, order, now)
                self._audit.record(
                    db,
                    Actor(order.user_id, order.channel_id),
                    f"order.{order.kind}",
                    subject(order),
                    result=f"refused: {reason}",
                )
        self._show(order.id, at_rest=True)

    def _shows_progress(self, order: Order) -> bool:
        """Queue the one message that shows how the order goes; False when Slack does not say where."""
        channel_id = order.channel_id
        if channel_id is None:
            try:
                channel_id = self._messages_of(order.user_id)
            except SlackError:
                return False
            with self._store.write() as db:
                orders.set_channel(db, order.id, channel_id)
        self._post(ORDER, order.id, channel_id)
        return True

    def _post(self, kind: str, order_id: int, channel_id: str) -> None:
        with self._store.read() as db:
            if posts.is_known(db, kind, order_id):
                return
        with self._store.write() as db:
            posts.hold_order(db, channel_id)
            posts.add(db, kind=kind, ref=order_id, channel_id=channel_id, conversation_id=None, now=utc_now())
        self._lanes.wake(Lane.POSTS, channel_id)

    def requesters_messages(self, order_id: int) -> str | None:
        """Where an order's message goes when its channel takes none; None when Slack does not say."""
        with self._store.read() as db:
            order = orders.certain(db, order_id)
        try:
            return self._messages_of(order.user_id)
        except SlackError:
            return None

    # One line of an order

    def due_lines(self) -> Iterable[str]:
        with self._store.read() as db:
            return [str(line_id) for line_id in orders.due_lines(db)]

    def work_line(self, lane: str) -> float | None:
        """Take the next step of one number."""
        with self._store.read() as db:
            order = orders.order_of_line(db, int(lane))
        if order is None:
            return None
        line = next(line for line in order.lines if line.id == int(lane))
        step = next_step(order, line)
        if step is None or order.started_at is None:
            self._lanes.wake(Lane.ORDERS, str(order.id))
            return None
        wait_s = self._take(order, line, step)
        self._lanes.wake(Lane.LINES, lane)  # for the step after it
        return wait_s

    def _take(self, order: Order, line: Line | None, step: Step) -> float | None:
        if self._is_old_price(order, step):
            with self._store.write() as db:
                orders.set_started(db, order.id, None)
            self._lanes.wake(Lane.ORDERS, str(order.id))
            return LOOK_AGAIN_S
        with self._store.write() as db:
            if not orders.begin_step(db, step, utc_now()):
                return None
        if order.state is OrderState.CANCELLED and line is not None and step.name is StepName.BUY:
            outcome = self._steps.was_bought(line, step)
        else:
            outcome = self._steps.take(order, line, step)
        with self._store.write() as db:
            orders.one_at_a_time(db)
            self._write_down(db, order, line, step, outcome)
        self._show(order.id)
        return outcome.again_s

    def _is_old_price(self, order: Order, step: Step) -> bool:
        return (
            step.name is StepName.BUY
            and step.state is StepState.WAITING
            and order.started_at is not None
            and utc_now() - order.started_at > PRICE_HOLDS
        )

    def _write_down(
        self, db: Connection, order: Order, line: Line | None, step: Step, outcome: Outcome
    ) -> None:
        now = utc_now()
        orders.end_step(db, step, outcome.state, outcome.note, now)
        orders.card_changed(db, order.id)
        if outcome.made is not None:
            name = StepName.E911 if step.name is StepName.NEW_ADDRESS else StepName.CNAM
            orders.now_known(db, order.id, name, outcome.made)
        if outcome.state is StepState.REVIEW and step.wanted and cnam_reviews.get(db, step.wanted) is None:
            cnam_reviews.put(db, Review(step.wanted, order.user_id, order.channel_id, asked_at=now))
        if step.name is not StepName.BUY or line is None or outcome.again_s is not None:
            return
        if outcome.state is StepState.DONE:
            after = {"setup_usd": str(line.setup_cost), "monthly_usd": str(line.monthly_cost)}
            self._audit.record(
                db, Actor(order.user_id, order.channel_id), "number.buy", line.number, after=after
            )
            if orders.certain(db, order.id).state is OrderState.CANCELLED:  # while it was being bought
                orders.let_go(db, [line.id], money=False)
            return
        self._audit.record(
            db,
            Actor(order.user_id, order.channel_id),
            "number.buy",
            line.number,
            result=f"refused: {outcome.note}",
        )
        if outcome.state is StepState.FAILED:
            orders.let_go(db, [line.id], money=True)
        else:
            call_off_line(db, order, step, now)

    # A caller name under review

    def name_decided(self, db: Connection, cnam_id: str, record: Cnam | None) -> list[int]:
        """Let the steps go on that waited for a caller name, or fail; the ids of their orders.

        `record` is None when somebody deleted it.
        """
        waiting = orders.under_review(db, cnam_id)
        is_approved = record is not None and record.status is CnamStatus.APPROVED
        note = None
        if not is_approved:
            note = "The caller name was deleted." if record is None else rejected(record.rejection_reason)
        orders.change_steps(
            db,
            [step_id for _, step_id in waiting],
            before=[StepState.REVIEW],
            after=StepState.WAITING if is_approved else StepState.FAILED,
            note=note,
            now=utc_now(),
        )
        order_ids = sorted({order_id for order_id, _ in waiting})
        for order_id in order_ids:
            orders.move(db, order_id, before=[OrderState.OPEN], after=OrderState.RUNNING, now=utc_now())
        return order_ids

    def _show(self, order_id: int, *, at_rest: bool = False) -> None:
        """Have the message brought up to date; it does not wait for its turn once the order rests."""
        self._lanes.wake(Lane.PROGRESS, str(order_id), early=at_rest)

    def _order(self, order_id: int) -> Order | None:
        with self._store.read() as db:
            return orders.get(db, order_id)


DECIDED = (StepState.DONE, StepState.SKIPPED)


def next_step(order: Order, line: Line) -> Step | None:
    """What is to be taken next for a number; without a purchase nothing, and a release stops at a failure."""
    if order.state is OrderState.CANCELLED:
        return next((step for step in line.steps if step.state is StepState.DOING), None)
    if order.state is not OrderState.RUNNING:
        return None
    for step in line.steps:
        if step.state in TO_DO:
            return step
        stops = step.name is StepName.BUY or order.kind is OrderKind.RELEASE
        if stops and step.state not in DECIDED:
            return None
    return None


def _purchase(line: Line) -> Step:
    return next(step for step in line.steps if step.name is StepName.BUY)


def _is_to_buy(line: Line) -> bool:
    return _purchase(line).state is StepState.WAITING
