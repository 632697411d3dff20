"""What all resources share: the account and its lock, time, the webhook sender, the switches."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from .errors import not_found
from .faults import Faults
from .links import SignedLinks
from .schedule import Clock, Schedule
from .state import Account, Json, LedgerEntry, OwnedNumber, StockNumber
from .webhooks import WebhookSender


@dataclass(frozen=True)
class Receipt:
    """One step of a delivery receipt: level 1 is the hand-over to the carrier side, level 2 all else."""

    level: int
    status: str
    code: int | None
    description: str


@dataclass
class Pace:
    """How long things take (seconds) and how many texts a second pass."""

    provisioning_s: float
    cnam_review_s: float
    receipt_delay_s: float
    export_s: float
    porting_step_s: float
    sms_per_s: int
    mms_per_s: int


@dataclass
class World:
    """Hold `lock` to read the account and use `change` to alter it; neither during network I/O."""

    account: Account
    stock: dict[str, StockNumber]
    clock: Clock
    schedule: Schedule
    webhooks: WebhookSender
    faults: Faults
    pace: Pace
    receipt_plan: tuple[Receipt, ...]
    links: SignedLinks
    seed: int
    forwards_stop: bool
    """Whether a STOP is also posted to the callback; not stated for certain in the documentation."""
    webhook_shape: Literal["jsonapi", "flat"] = "jsonapi"
    webhook_ids: Literal["mdr1-", "mdr2-"] = "mdr2-"
    lock: threading.RLock = field(default_factory=threading.RLock)
    subscribers: list[Callable[[], None]] = field(default_factory=list)

    @contextmanager
    def change(self) -> Iterator[Account]:
        """Hold the lock, then, with the lock free again, tell those who watch."""
        with self.lock:
            yield self.account
        for notify in tuple(self.subscribers):
            notify()

    def owned_number(self, number: str) -> OwnedNumber:
        """The account's `number` (11 digits). Raises `ApiError` 404 when it is not on the account."""
        owned = self.account.numbers.get(number)
        if owned is None:
            raise not_found()
        return owned

    def charge(
        self, what: Literal["purchase", "release", "text", "e911"], number: str, amount: Decimal
    ) -> None:
        self.account.ledger.append(LedgerEntry(what, number, amount, self.clock.now()))

    def notify(self, url: str | None, kind: str, attributes: Json) -> None:
        """Tell a job's own callback URL, if it has one, how the job stands.

        The envelope is the documented one of port orders, assumed for the other jobs too.
        """
        if url is None:
            return
        at = iso_utc(self.clock.now())
        event_id = attributes["id"]
        event = {"at": at, "event_type": "status_change", "timestamp": at, "type": "event", "version": "1.0"}
        document = {
            "data": {
                "attributes": {**event, "url_override": url, **attributes},
                "id": event_id,
                "type": kind,
                "timestamp": f"{self.clock.now():%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
            }
        }
        self.webhooks.post(url, document, lane=f"notify {url}")


def iso_utc(at: datetime) -> str:
    """`2019-03-19T22:49:48.060559+00:00`."""
    return at.isoformat(timespec="microseconds")
