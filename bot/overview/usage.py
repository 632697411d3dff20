"""Texts and what they cost, by day and number: costs from Flowroute's message list, delivery from our store.

Days are UTC's; money is in USD.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice

from bot.clock import utc_now
from bot.store import figures
from bot.store.engine import Store
from bot.store.figures import Deliveries
from flowroute import Flowroute, FlowrouteError
from flowroute.messages import MessageRecord

log = logging.getLogger(__name__)

MOST_RECORDS = 200_000
"""Read at most; a list of more is said to be cut."""
KEPT = timedelta(minutes=10)
"""How long a report is kept, so that what is shared is what was seen."""


@dataclass(frozen=True)
class Usage:
    """Texts of one number on one day, or of several summed up. Sums with `+`.

    `texts_in`, `texts_out`, `cost` and `unpriced` (texts without a price) are Flowroute's; `sent`,
    `delivered` and `failed` are of what was sent from Slack.
    """

    texts_in: int = 0
    texts_out: int = 0
    cost: Decimal = Decimal(0)
    unpriced: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            texts_in=self.texts_in + other.texts_in,
            texts_out=self.texts_out + other.texts_out,
            cost=self.cost + other.cost,
            unpriced=self.unpriced + other.unpriced,
            sent=self.sent + other.sent,
            delivered=self.delivered + other.delivered,
            failed=self.failed + other.failed,
        )

    @property
    def delivery_rate(self) -> Decimal | None:
        """Percent of what was sent from Slack, None when nothing was."""
        return Decimal(100 * self.delivered) / self.sent if self.sent else None


def total(usages: Iterable[Usage]) -> Usage:
    return sum(usages, Usage())


@dataclass(frozen=True)
class Report:
    """Usage by (day, number) from `first_day` to `last_day`, both included."""

    first_day: date
    last_day: date
    made_at: datetime
    by_day_and_number: dict[tuple[date, str], Usage]
    read_back_to: datetime | None
    """Texts before then are missing, as the list could not be read whole; None when it was."""

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    def total(self) -> Usage:
        return total(self.by_day_and_number.values())

    def by_number(self) -> list[tuple[str, Usage]]:
        """The dearest number first."""
        sums: dict[str, Usage] = defaultdict(Usage)
        for (_, number), usage in self.by_day_and_number.items():
            sums[number] += usage
        return sorted(sums.items(), key=lambda pair: (-pair[1].cost, pair[0]))

    def over_time(self, most: int) -> list[tuple[date, Usage]]:
        """At most `most` periods of equal length, each by its first day; the oldest may be shorter."""
        length = -(-self.days // most)
        sums: dict[date, Usage] = {self._period(day, length): Usage() for day in self._every_day()}
        for (day, _), usage in self.by_day_and_number.items():
            sums[self._period(day, length)] += usage
        return sorted(sums.items())

    def _period(self, day: date, length: int) -> date:
        """The first day of the period that `day` is in, as periods of `length` days end on the last day."""
        last = self.last_day - timedelta(days=(self.last_day - day).days // length * length)
        return max(self.first_day, last - timedelta(days=length - 1))

    def _every_day(self) -> Iterator[date]:
        return (self.first_day + timedelta(days=offset) for offset in range(self.days))


class UsageReports:
    """Makes reports, and keeps each for a while."""

    def __init__(self, store: Store, flowroute: Flowroute) -> None:
        self._store = store
        self._flowroute = flowroute
        self._kept: dict[int, Report] = {}

    def of(self, days: int) -> Report:
        """The last `days` days, today included.

        Raises:
            FlowrouteError: nothing of the message list could be read.
        """
        now = utc_now()
        kept = self._kept.get(days)
        if kept is not None and now - kept.made_at < KEPT:
            return kept
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        report = self._read(midnight - timedelta(days=days - 1), now)
        fresh = {d: other for d, other in self._kept.items() if now - other.made_at < KEPT}
        self._kept = {**fresh, days: report}
        return report

    def _read(self, start: datetime, now: datetime) -> Report:
        sums: dict[tuple[date, str], Usage] = defaultdict(Usage)
        oldest = now
        count = 0
        is_whole = True
        try:
            for record in islice(self._flowroute.messages.list(start, now), MOST_RECORDS):
                at = record.timestamp or now
                oldest = min(oldest, at)
                count += 1
                number, usage = used(record)
                sums[at.date(), number] += usage
        except FlowrouteError as error:
            if not count:
                raise
            log.warning("the message list broke off", extra={"reason": type(error).__name__, "read": count})
            is_whole = False
        with self._store.read() as db:
            delivered = figures.deliveries(db, start)
        for one in delivered:
            sums[date.fromisoformat(one.day), one.number] += _delivered(one)
        return Report(
            first_day=start.date(),
            last_day=now.date(),
            made_at=now,
            by_day_and_number=dict(sums),
            read_back_to=None if is_whole and count < MOST_RECORDS else oldest,
        )


def used(record: MessageRecord) -> tuple[str, Usage]:
    """Which number of ours a text was for, and what it adds up to."""
    is_inbound = record.direction == "inbound"
    number = (record.to if is_inbound else record.from_).removeprefix("+")
    return number or "unknown", Usage(
        texts_in=int(is_inbound),
        texts_out=int(not is_inbound),
        cost=record.cost or Decimal(0),
        unpriced=int(record.cost is None),
    )


def _delivered(of: Deliveries) -> Usage:
    return Usage(sent=of.sent, delivered=of.delivered, failed=of.failed)
