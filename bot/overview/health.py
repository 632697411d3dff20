"""How the bot is doing, in the figures that the Home tab and `status` share."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.clock import beginning_of_month, utc_now
from bot.relay.reconcile import BOOKMARK
from bot.slack import Slack, SlackError
from bot.store import bookmarks, figures, links, orders
from bot.store.engine import Store
from bot.store.figures import Figures
from flowroute import Flowroute, FlowrouteError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Vitals:
    """What the store says. Money is in USD, for this calendar month (UTC)."""

    figures: Figures
    links: int
    """Numbers that are linked to a channel."""
    list_read_at: datetime | None
    """When Flowroute's message list was last read, None for never."""
    reads_list: bool
    spent: Decimal
    spend_limit: Decimal | None


@dataclass(frozen=True)
class Reach:
    """Whether somebody outside answers: in how many seconds, or why not, in words for people."""

    took_s: float
    problem: str | None = None


class Health:
    """Reads the store for `vitals`; only `slack` and `flowroute` ask anybody outside."""

    def __init__(
        self,
        store: Store,
        slack: Slack,
        flowroute: Flowroute,
        *,
        reads_list: bool,
        spend_limit: Decimal | None,
    ) -> None:
        self._store = store
        self._slack = slack
        self._flowroute = flowroute
        self._reads_list = reads_list
        self._spend_limit = spend_limit

    def vitals(self) -> Vitals:
        with self._store.read() as db:
            return Vitals(
                figures=figures.figures(db),
                links=len(links.every(db)),
                list_read_at=bookmarks.get(db, BOOKMARK),
                reads_list=self._reads_list,
                spent=orders.spent(db, beginning_of_month(utc_now())),
                spend_limit=self._spend_limit,
            )

    def slack(self) -> Reach:
        return _timed(lambda: self._slack.call("auth.test"))

    def flowroute(self) -> Reach:
        return _timed(lambda: next(self._flowroute.numbers.list(limit=1), None))


def _timed(ask: Callable[[], object]) -> Reach:
    began = time.monotonic()
    problem = None
    try:
        ask()
    except (SlackError, FlowrouteError) as error:
        log.warning("somebody outside is out of reach", extra={"reason": type(error).__name__})
        problem = error.user_message
    return Reach(time.monotonic() - began, problem)
