"""Purchases of numbers: what was agreed, and how far each got."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, exists, insert, select, text, update

from bot.store.schema import orders

ONE_SUM_AT_A_TIME = 7_203_002  # an arbitrary PostgreSQL advisory lock, the same in every process


class OrderState(StrEnum):
    """An order moves down this list."""

    REVIEWED = "reviewed"
    """A person saw the price; nothing is promised."""
    APPROVAL = "approval"
    """Confirmed, and dear enough that a second person decides."""
    CONFIRMED = "confirmed"
    BUYING = "buying"
    """The request to Flowroute may have left."""
    UNKNOWN = "unknown"
    """The request left, nobody said what became of it, and it is being looked up."""
    BOUGHT = "bought"
    REFUSED = "refused"


IN_FLIGHT = (OrderState.APPROVAL, OrderState.CONFIRMED, OrderState.BUYING, OrderState.UNKNOWN)
"""Orders whose number is in their hands."""
COMMITTED = (OrderState.BUYING, OrderState.UNKNOWN, OrderState.BOUGHT)
"""Orders whose money is spent or may be."""


@dataclass(frozen=True)
class Order:
    """One number for one person; costs in USD as shown when it was reviewed, None when not stated."""

    id: int
    number: str
    setup_cost: Decimal | None
    monthly_cost: Decimal | None
    state: OrderState
    reason: str | None
    user_id: str
    decided_by: str | None
    """Who approved or declined it."""
    channel_id: str | None
    changed_at: datetime

    @property
    def cost(self) -> Decimal | None:
        """USD for setup and the first month; None when Flowroute does not state both."""
        if self.setup_cost is None or self.monthly_cost is None:
            return None
        return self.setup_cost + self.monthly_cost


def place(
    db: Connection,
    *,
    number: str,
    setup_cost: Decimal | None,
    monthly_cost: Decimal | None,
    user_id: str,
    channel_id: str | None,
    now: datetime,
) -> Order:
    row = db.execute(
        insert(orders)
        .values(
            number=number,
            setup_cost=setup_cost,
            monthly_cost=monthly_cost,
            state=OrderState.REVIEWED,
            user_id=user_id,
            channel_id=channel_id,
            created_at=now,
            changed_at=now,
        )
        .returning(orders)
    ).one()
    return _order(row)


def get(db: Connection, order_id: int) -> Order | None:
    row = db.execute(select(orders).where(orders.c.id == order_id)).first()
    return None if row is None else _order(row)


def latest(db: Connection, limit: int) -> list[Order]:
    """Those that somebody confirmed, newest first."""
    confirmed = orders.c.state != OrderState.REVIEWED
    rows = db.execute(select(orders).where(confirmed).order_by(orders.c.id.desc()).limit(limit))
    return [_order(row) for row in rows]


def confirm(db: Connection, order: Order, now: datetime) -> bool:
    """Take a reviewed order in hand; False when it is not open any more or its number is in other hands."""
    others = orders.alias()
    taken = exists().where(others.c.number == order.number, others.c.state.in_(IN_FLIGHT))
    moved = db.execute(
        update(orders)
        .where(orders.c.id == order.id, orders.c.state == OrderState.REVIEWED, ~taken)
        .values(state=OrderState.CONFIRMED, changed_at=now)
    )
    return moved.rowcount > 0


def move(db: Connection, order_id: int, state: OrderState, now: datetime, reason: str | None = None) -> None:
    db.execute(
        update(orders).where(orders.c.id == order_id).values(state=state, reason=reason, changed_at=now)
    )


def decide(
    db: Connection, order_id: int, *, after: OrderState, by: str, reason: str | None, now: datetime
) -> bool:
    """A second person's decision; False when it is made already."""
    moved = db.execute(
        update(orders)
        .where(orders.c.id == order_id, orders.c.state == OrderState.APPROVAL)
        .values(state=after, decided_by=by, reason=reason, changed_at=now)
    )
    return moved.rowcount > 0


def due(db: Connection, approvals_before: datetime) -> list[int]:
    """Orders to be worked on: those under way, and those whose approval was asked for too long ago."""
    under_way = orders.c.state.in_([state for state in IN_FLIGHT if state is not OrderState.APPROVAL])
    forgotten = (orders.c.state == OrderState.APPROVAL) & (orders.c.changed_at < approvals_before)
    return list(db.scalars(select(orders.c.id).where(under_way | forgotten).order_by(orders.c.id)))


def committed(db: Connection, since: datetime) -> Decimal:
    """USD for setup and first months of everything bought, or perhaps bought, since then.

    On PostgreSQL the sum is this transaction's until it ends: two orders cannot both find room for one.
    """
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_SUM_AT_A_TIME})
    return spent(db, since)


def spent(db: Connection, since: datetime) -> Decimal:
    """Like `committed`, only to be looked at: an order under way may add to it at once."""
    rows = db.execute(
        select(orders.c.setup_cost, orders.c.monthly_cost).where(
            orders.c.state.in_(COMMITTED), orders.c.changed_at >= since
        )
    )
    costs = [cost for row in rows for cost in (row.setup_cost, row.monthly_cost) if cost is not None]
    return sum(costs, Decimal(0))


def _order(row: Row[Any]) -> Order:
    return Order(
        id=row.id,
        number=row.number,
        setup_cost=row.setup_cost,
        monthly_cost=row.monthly_cost,
        state=OrderState(row.state),
        reason=row.reason,
        user_id=row.user_id,
        decided_by=row.decided_by,
        channel_id=row.channel_id,
        changed_at=row.changed_at,
    )
