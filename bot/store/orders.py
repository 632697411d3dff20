"""Purchases of numbers: what was agreed, and how far each got."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, exists, insert, select, update

from bot.store.schema import orders


class OrderState(StrEnum):
    """An order moves down this list."""

    REVIEWED = "reviewed"
    """A person saw the price; nothing is promised."""
    CONFIRMED = "confirmed"
    BUYING = "buying"
    """The request to Flowroute may have left."""
    UNKNOWN = "unknown"
    """The request left, nobody said what became of it, and it is being looked up."""
    BOUGHT = "bought"
    REFUSED = "refused"


IN_FLIGHT = (OrderState.CONFIRMED, OrderState.BUYING, OrderState.UNKNOWN)


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
    channel_id: str | None
    changed_at: datetime


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


def in_flight(db: Connection) -> list[int]:
    return list(db.scalars(select(orders.c.id).where(orders.c.state.in_(IN_FLIGHT)).order_by(orders.c.id)))


def _order(row: Row[Any]) -> Order:
    return Order(
        id=row.id,
        number=row.number,
        setup_cost=row.setup_cost,
        monthly_cost=row.monthly_cost,
        state=OrderState(row.state),
        reason=row.reason,
        user_id=row.user_id,
        channel_id=row.channel_id,
        changed_at=row.changed_at,
    )
