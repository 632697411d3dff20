"""Orders, their lines (one a number) and their steps: what was agreed, and how far each got."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, insert, select, update

from bot.store.schema import order_lines, order_steps, orders
from bot.store.set_up import SetUp
from bot.store.statements import among, hold


class OrderKind(StrEnum):
    PURCHASE = "purchase"
    """Buy numbers and set them up."""
    SET_UP = "set_up"
    """Bring numbers of the account to what a list says."""
    RELEASE = "release"
    """Take everything off a number and give it back."""


class OrderState(StrEnum):
    DRAFT = "draft"
    """Shown for review; nothing is promised and nothing happens."""
    APPROVAL = "approval"
    """Confirmed, and dear enough that a second person decides. Numbers and money are reserved."""
    RUNNING = "running"
    OPEN = "open"
    """All that could be done is done; a failed step, or one that waits for reviewers, is left."""
    DONE = "done"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    """Nothing was done; the reason says why."""


class StepState(StrEnum):
    WAITING = "waiting"
    DOING = "doing"
    """The request to Flowroute may have left."""
    REVIEW = "review"
    """Waits until Flowroute's reviewers approve a caller name."""
    FAILED = "failed"
    DONE = "done"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class StepName(StrEnum):
    """In the order in which the steps of an order, then those of a line are taken."""

    NEW_ADDRESS = "new_address"
    NEW_CNAM = "new_cnam"
    BUY = "buy"
    ALIAS = "alias"
    MESSAGING = "messaging"
    LOOKUPS = "lookups"
    ROUTE = "route"
    FAILOVER = "failover"
    E911 = "e911"
    CNAM = "cnam"
    RELAY = "relay"
    UNLINK = "unlink"
    E911_OFF = "e911_off"
    CNAM_OFF = "cnam_off"
    RELEASE = "release"


UNFINISHED = (OrderState.APPROVAL, OrderState.RUNNING, OrderState.OPEN)
"""Orders that somebody confirmed and that can still go on."""
TO_DO = (StepState.WAITING, StepState.DOING)
"""Steps that a lane works on."""
NOT_BEGUN = (StepState.WAITING, StepState.REVIEW, StepState.FAILED)
"""Steps that can still be called off."""


@dataclass(frozen=True)
class Step:
    """`wanted` is what it is to come to, such as an id; None where its name says all."""

    id: int
    line_id: int | None
    name: StepName
    wanted: str | None
    state: StepState
    note: str | None
    """Plain words for a person (mrkdwn), such as why it failed."""
    attempts: int


@dataclass(frozen=True)
class Line:
    """One number; costs in USD as shown for review, None where Flowroute did not state them."""

    id: int
    number: str
    setup_cost: Decimal | None
    monthly_cost: Decimal | None
    steps: tuple[Step, ...]

    @property
    def cost(self) -> Decimal | None:
        """USD for setup and the first month; None when Flowroute does not state both."""
        return _sum([self.setup_cost, self.monthly_cost])

    @property
    def is_bought(self) -> bool:
        return any(step.name is StepName.BUY and step.state is StepState.DONE for step in self.steps)


@dataclass(frozen=True)
class Order:
    """What one person asked for. Money is in USD; a sum is None as soon as one of its parts is not stated."""

    id: int
    kind: OrderKind
    state: OrderState
    reason: str | None
    """Why it ended early, in our own words (mrkdwn)."""
    user_id: str
    channel_id: str | None
    decided_by: str | None
    """Who approved or declined it."""
    set_up: SetUp
    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    """Those of the order as a whole, taken before any line's."""
    started_at: datetime | None
    """When its prices were last found to be as agreed and its lines began."""
    created_at: datetime
    changed_at: datetime

    @property
    def setup_cost(self) -> Decimal | None:
        return _sum([line.setup_cost for line in self.lines])

    @property
    def monthly_cost(self) -> Decimal | None:
        return _sum([line.monthly_cost for line in self.lines])

    @property
    def cost(self) -> Decimal | None:
        """For setup and the first month of all numbers."""
        return cost_of(self.lines)

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(line.number for line in self.lines)

    @property
    def all_steps(self) -> tuple[Step, ...]:
        return (*self.steps, *(step for line in self.lines for step in line.steps))


def cost_of(lines: Iterable[Line]) -> Decimal | None:
    """USD for setup and the first month of these; None when Flowroute does not state all of it."""
    return _sum([line.cost for line in lines])


@dataclass(frozen=True)
class NewStep:
    """A step as it is planned; `note` (mrkdwn) is what a person should know of it before it is taken."""

    name: StepName
    wanted: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class NewLine:
    number: str
    steps: Sequence[NewStep]
    setup_cost: Decimal | None = None
    monthly_cost: Decimal | None = None


def place(
    db: Connection,
    *,
    kind: OrderKind,
    user_id: str,
    channel_id: str | None,
    set_up: SetUp,
    lines: Sequence[NewLine],
    steps: Sequence[NewStep] = (),
    now: datetime,
) -> Order:
    """Keep a draft."""
    order_id = db.execute(
        insert(orders)
        .values(
            kind=kind,
            state=OrderState.DRAFT,
            user_id=user_id,
            channel_id=channel_id,
            set_up=set_up.model_dump(mode="json"),
            card_is_old=False,
            created_at=now,
            changed_at=now,
        )
        .returning(orders.c.id)
    ).scalar_one()
    _add_steps(db, order_id, None, steps, now)
    for line_place, line in enumerate(lines):
        line_id = db.execute(
            insert(order_lines)
            .values(
                order_id=order_id,
                place=line_place,
                number=line.number,
                setup_cost=line.setup_cost,
                monthly_cost=line.monthly_cost,
                in_hand=False,
            )
            .returning(order_lines.c.id)
        ).scalar_one()
        _add_steps(db, order_id, line_id, line.steps, now)
    return certain(db, order_id)


def plan(
    db: Connection,
    order: Order,
    set_up: SetUp,
    *,
    steps: Sequence[NewStep],
    of_lines: Sequence[Sequence[NewStep]],
    now: datetime,
) -> None:
    """Put other steps in place of those of a draft; `of_lines` in the order of its lines."""
    db.execute(delete(order_steps).where(order_steps.c.order_id == order.id))
    _add_steps(db, order.id, None, steps, now)
    for line, wanted in zip(order.lines, of_lines, strict=True):
        _add_steps(db, order.id, line.id, wanted, now)
    db.execute(
        update(orders)
        .where(orders.c.id == order.id)
        .values(set_up=set_up.model_dump(mode="json"), changed_at=now)
    )


def drop_line(db: Connection, line_id: int) -> None:
    db.execute(delete(order_steps).where(order_steps.c.line_id == line_id))
    db.execute(delete(order_lines).where(order_lines.c.id == line_id))


def set_price(db: Connection, line_id: int, setup_cost: Decimal | None, monthly_cost: Decimal | None) -> None:
    db.execute(
        update(order_lines)
        .where(order_lines.c.id == line_id)
        .values(setup_cost=setup_cost, monthly_cost=monthly_cost)
    )


def get(db: Connection, order_id: int) -> Order | None:
    row = db.execute(select(orders).where(orders.c.id == order_id)).first()
    return None if row is None else _orders(db, [row])[0]


def certain(db: Connection, order_id: int) -> Order:
    """Like `get`, for an id that is known to be one."""
    return _orders(db, [db.execute(select(orders).where(orders.c.id == order_id)).one()])[0]


def order_of_line(db: Connection, line_id: int) -> Order | None:
    order_id = db.scalar(select(order_lines.c.order_id).where(order_lines.c.id == line_id))
    return None if order_id is None else get(db, order_id)


def order_of_step(db: Connection, step_id: int) -> Order | None:
    order_id = db.scalar(select(order_steps.c.order_id).where(order_steps.c.id == step_id))
    return None if order_id is None else get(db, order_id)


def latest(db: Connection, limit: int) -> list[Order]:
    """Those that somebody confirmed, newest first."""
    confirmed = orders.c.state != OrderState.DRAFT
    rows = db.execute(select(orders).where(confirmed).order_by(orders.c.id.desc()).limit(limit)).all()
    return _orders(db, rows)


def open_for(db: Connection, user_id: str) -> list[Order]:
    """What somebody confirmed and is not through, newest first."""
    of_theirs = orders.c.state.in_(UNFINISHED) & (orders.c.user_id == user_id)
    rows = db.execute(select(orders).where(of_theirs).order_by(orders.c.id.desc())).all()
    return _orders(db, rows)


# Numbers and money


def one_at_a_time(db: Connection) -> None:
    """Until the transaction ends nobody else plans, confirms or reserves.

    Two orders cannot both find room for one, and what somebody decides about is not changed meanwhile.
    """
    hold(db, "orders")


def spent(db: Connection, since: datetime) -> Decimal:
    """USD for setup and first months of everything bought or reserved since then."""
    rows = db.execute(
        select(order_lines.c.setup_cost, order_lines.c.monthly_cost).where(order_lines.c.counted_at >= since)
    )
    costs = [cost for row in rows for cost in (row.setup_cost, row.monthly_cost) if cost is not None]
    return sum(costs, Decimal(0))


def taken_elsewhere(db: Connection, order: Order, numbers: Sequence[str]) -> list[str]:
    """Those of `numbers` that another order has in hand."""
    return list(
        db.scalars(
            select(order_lines.c.number).where(
                order_lines.c.number.in_(numbers), order_lines.c.in_hand, order_lines.c.order_id != order.id
            )
        )
    )


def reserve(db: Connection, line_ids: Sequence[int], *, money: bool, now: datetime) -> None:
    """Take the numbers of lines in hand and, with `money`, count their cost as spent."""
    db.execute(
        update(order_lines)
        .where(order_lines.c.id.in_(line_ids))
        .values(in_hand=True, **({"counted_at": now} if money else {}))
    )


def let_go(db: Connection, line_ids: Sequence[int], *, money: bool) -> None:
    """Numbers out of hand; with `money`, what they would have cost is not spent."""
    db.execute(
        update(order_lines)
        .where(order_lines.c.id.in_(line_ids))
        .values(in_hand=False, **({"counted_at": None} if money else {}))
    )


# How far an order is


def move(
    db: Connection,
    order_id: int,
    *,
    before: Sequence[OrderState],
    after: OrderState,
    now: datetime,
    reason: str | None = None,
    decided_by: str | None = None,
) -> bool:
    """Change the state of an order; False when it is in none of the states `before`."""
    moved = db.execute(
        update(orders)
        .where(orders.c.id == order_id, orders.c.state.in_(before))
        .values(
            state=after,
            reason=reason,
            changed_at=now,
            card_is_old=True,
            decided_by=func.coalesce(decided_by, orders.c.decided_by),
        )
    )
    return moved.rowcount > 0


def forget_decision(db: Connection, order_id: int) -> None:
    """What was approved is not what would be bought: it is to be decided anew."""
    db.execute(update(orders).where(orders.c.id == order_id).values(decided_by=None, started_at=None))


def set_channel(db: Connection, order_id: int, channel_id: str) -> None:
    db.execute(update(orders).where(orders.c.id == order_id).values(channel_id=channel_id))


def set_started(db: Connection, order_id: int, now: datetime | None) -> None:
    """Its prices are as agreed, so that its lines may begin; None has them looked at again."""
    db.execute(update(orders).where(orders.c.id == order_id).values(started_at=now))


def begin_step(db: Connection, step: Step, now: datetime) -> bool:
    """Say that a request is about to leave; False when the step was called off meanwhile."""
    begun = db.execute(
        update(order_steps)
        .where(order_steps.c.id == step.id, order_steps.c.state.in_(TO_DO))
        .values(state=StepState.DOING, attempts=order_steps.c.attempts + 1, changed_at=now)
    )
    return begun.rowcount > 0


def end_step(db: Connection, step: Step, state: StepState, note: str | None, now: datetime) -> None:
    """What became of a step that was taken; a fresh start is counted from none."""
    attempts = {} if state in TO_DO else {"attempts": 0}
    db.execute(
        update(order_steps)
        .where(order_steps.c.id == step.id)
        .values(state=state, note=note, changed_at=now, **attempts)
    )


def change_steps(
    db: Connection,
    step_ids: Sequence[int],
    *,
    before: Sequence[StepState],
    after: StepState,
    note: str | None,
    now: datetime,
) -> None:
    """Decide about those of the steps that are in a state `before`, which nobody is taking at the moment."""
    db.execute(
        update(order_steps)
        .where(order_steps.c.id.in_(step_ids), order_steps.c.state.in_(before))
        .values(state=after, note=note, changed_at=now)
    )


def now_known(db: Connection, order_id: int, name: StepName, wanted: str) -> None:
    """The record that an order was to make has its id: the lines' steps want that."""
    db.execute(
        update(order_steps)
        .where(order_steps.c.order_id == order_id, order_steps.c.name == name)
        .values(wanted=wanted)
    )


def under_review(db: Connection, cnam_id: str) -> list[tuple[int, int]]:
    """(order id, step id) of the steps that wait until a caller name is decided upon."""
    rows = db.execute(
        select(order_steps.c.order_id, order_steps.c.id).where(
            order_steps.c.name == StepName.CNAM,
            order_steps.c.wanted == cnam_id,
            among(order_steps.c.state, (StepState.REVIEW,)),
        )
    )
    return [(row.order_id, row.id) for row in rows]


def card_changed(db: Connection, order_id: int) -> None:
    db.execute(update(orders).where(orders.c.id == order_id).values(card_is_old=True))


def card_is_old(db: Connection, order_id: int) -> bool:
    return bool(db.scalar(select(orders.c.card_is_old).where(orders.c.id == order_id)))


def card_shown(db: Connection, order_id: int) -> None:
    """The message shows how the order stands now."""
    db.execute(update(orders).where(orders.c.id == order_id).values(card_is_old=False))


# What lanes look for


def with_old_cards(db: Connection) -> list[int]:
    return list(db.scalars(select(orders.c.id).where(orders.c.card_is_old)))


def due(db: Connection) -> list[int]:
    """Orders that are under way or wait for a second person."""
    under_way = among(orders.c.state, (OrderState.APPROVAL, OrderState.RUNNING))
    return list(db.scalars(select(orders.c.id).where(under_way).order_by(orders.c.id)))


def due_lines(db: Connection) -> list[int]:
    """Lines with something to do; in a cancelled order only what had begun."""
    to_do = exists().where(order_steps.c.line_id == order_lines.c.id, among(order_steps.c.state, TO_DO))
    doing = exists().where(
        order_steps.c.line_id == order_lines.c.id, among(order_steps.c.state, (StepState.DOING,))
    )
    runs = (orders.c.state == OrderState.RUNNING) & orders.c.started_at.is_not(None) & to_do
    stops = (orders.c.state == OrderState.CANCELLED) & doing
    return list(
        db.scalars(
            select(order_lines.c.id)
            .join(orders, orders.c.id == order_lines.c.order_id)
            .where(runs | stops)
            .order_by(order_lines.c.id)
        )
    )


def _add_steps(
    db: Connection, order_id: int, line_id: int | None, steps: Sequence[NewStep], now: datetime
) -> None:
    for step_place, step in enumerate(steps):
        db.execute(
            insert(order_steps).values(
                order_id=order_id,
                line_id=line_id,
                place=step_place,
                name=step.name,
                wanted=step.wanted,
                state=StepState.WAITING,
                note=step.note,
                attempts=0,
                changed_at=now,
            )
        )


def _orders(db: Connection, rows: Sequence[Row[Any]]) -> list[Order]:
    """Whole orders, with two questions however many they are."""
    ids = [row.id for row in rows]
    steps = db.execute(
        select(order_steps)
        .where(order_steps.c.order_id.in_(ids))
        .order_by(order_steps.c.place, order_steps.c.id)
    ).all()
    lines = db.execute(
        select(order_lines).where(order_lines.c.order_id.in_(ids)).order_by(order_lines.c.place)
    ).all()
    return [
        Order(
            id=row.id,
            kind=OrderKind(row.kind),
            state=OrderState(row.state),
            reason=row.reason,
            user_id=row.user_id,
            channel_id=row.channel_id,
            decided_by=row.decided_by,
            set_up=SetUp.model_validate(row.set_up),
            lines=tuple(
                Line(
                    id=line.id,
                    number=line.number,
                    setup_cost=line.setup_cost,
                    monthly_cost=line.monthly_cost,
                    steps=tuple(_step(step) for step in steps if step.line_id == line.id),
                )
                for line in lines
                if line.order_id == row.id
            ),
            steps=tuple(_step(step) for step in steps if step.order_id == row.id and step.line_id is None),
            started_at=row.started_at,
            created_at=row.created_at,
            changed_at=row.changed_at,
        )
        for row in rows
    ]


def _step(row: Row[Any]) -> Step:
    return Step(
        id=row.id,
        line_id=row.line_id,
        name=StepName(row.name),
        wanted=row.wanted,
        state=StepState(row.state),
        note=row.note,
        attempts=row.attempts,
    )


def _sum(parts: Sequence[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for part in parts:
        if part is None:
            return None
        total += part
    return total
