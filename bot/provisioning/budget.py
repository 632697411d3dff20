"""What purchases must keep to: a sum above which a second person decides, and one that stops them."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection

from bot import cards
from bot.clock import beginning_of_month, utc_now
from bot.store import orders
from bot.store.engine import Store


@dataclass(frozen=True)
class Limits:
    """USD for setup and first month; None means no limit.

    Above `approval_over` a second person decides, asked in `approvals_channel` or, without one, in direct
    messages. `spend_limit` is for a calendar month (UTC).
    """

    approval_over: Decimal | None = None
    spend_limit: Decimal | None = None
    approvals_channel: str | None = None

    def needs_approval(self, cost: Decimal | None) -> bool:
        """Also when the cost is not known."""
        return self.approval_over is not None and (cost is None or cost > self.approval_over)


@dataclass(frozen=True)
class Budget:
    """How this calendar month (UTC) stands, in USD; what is reserved counts as spent."""

    spent: Decimal
    limit: Decimal | None
    approval_over: Decimal | None


def budget(store: Store, limits: Limits) -> Budget:
    with store.read() as db:
        return Budget(
            orders.spent(db, beginning_of_month(utc_now())), limits.spend_limit, limits.approval_over
        )


def too_dear(db: Connection, limits: Limits, cost: Decimal | None) -> str | None:
    """Why `cost` must not be spent this month, None when it may; nobody else may reserve meanwhile."""
    limit = limits.spend_limit
    if limit is None:
        return None
    if cost is None:
        return "Flowroute does not state its price, so it cannot be held against SPEND_LIMIT."
    total = orders.spent(db, beginning_of_month(utc_now())) + cost
    if total <= limit:
        return None
    return (
        f"This month's purchases would come to {cards.usd(total)}, and SPEND_LIMIT is {cards.usd(limit)}. "
        "Nothing was bought."
    )
