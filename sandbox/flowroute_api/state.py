"""What the carrier remembers: one account, its numbers, texts and records, and the phones out there."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

Json = dict[str, Any]
CallbackType = Literal["sms_callback", "mms_callback", "sms_dlr_callback", "mms_dlr_callback"]
CALLBACK_TYPES: dict[str, CallbackType] = {
    "sms_callback": "sms_callback",
    "mms_callback": "mms_callback",
    "sms_dlr_callback": "sms_dlr_callback",
    "mms_dlr_callback": "mms_dlr_callback",
    "dlr_callback": "sms_dlr_callback",  # the deprecated name still sets SMS receipts
}
"""Names accepted in a path -> what they set."""


@dataclass(frozen=True)
class Price:
    """A tier: USD once, USD a month, USD a minute inbound."""

    tier: str
    setup: Decimal
    monthly: Decimal
    inbound: Decimal


@dataclass(frozen=True)
class StockNumber:
    """A number as the inventory knows it; `value` is 11 digits."""

    value: str
    number_type: Literal["longcode", "toll-free"]
    rate_center: str
    state: str
    iso_country: Literal["US", "CA"]
    price: Price


@dataclass
class OwnedNumber:
    stock: StockNumber
    alias: str | None = None
    cnam_lookups_enabled: bool = True
    messaging_enabled: bool = False
    primary_route: str | None = "0"
    failover_route: str | None = None
    e911: str | None = None
    cnam: str | None = None
    callbacks: dict[CallbackType, str] = field(default_factory=dict)

    @property
    def value(self) -> str:
        return self.stock.value


@dataclass
class Route:
    id: str
    alias: str
    route_type: str
    value: str | None
    edge_strategy_id: int | None = None


@dataclass
class E911Address:
    """`attributes` as answered: label, names, street, city, state, country, zip and perhaps a unit."""

    id: str
    attributes: dict[str, str]


@dataclass
class Cnam:
    """Pending while neither approved nor rejected; `revision` grows when a pending value changes."""

    id: str
    value: str
    created_at: datetime
    approved_at: datetime | None = None
    rejection_reason: str | None = None
    revision: int = 0

    @property
    def pending(self) -> bool:
        return self.approved_at is None and self.rejection_reason is None


@dataclass(frozen=True)
class Media:
    """A file on its way through the carrier; `id` is also the last part of its link."""

    id: str
    file_name: str
    mime_type: str
    data: bytes
    stored_at: datetime


@dataclass(frozen=True)
class ReceiptRecord:
    level: int
    status: str
    code: int | None
    description: str
    at: datetime


@dataclass
class Message:
    """A message detail record (MDR); numbers are 11 digits, `cost` is USD in total."""

    id: str
    direction: Literal["inbound", "outbound"]
    sender: str
    recipient: str
    body: str | None
    at: datetime
    is_mms: bool
    encoding: Literal[0, 8]
    segments: int
    base_rate: Decimal
    surcharge_rate: Decimal
    message_type: str
    status: str
    version: str
    """The API version it was sent or is announced through, as in paths: v2.1."""
    media: tuple[Media, ...] = ()
    dlr_callback: str | None = None
    receipts: list[ReceiptRecord] = field(default_factory=list)

    @property
    def cost(self) -> Decimal:
        return (self.base_rate + self.surcharge_rate) * self.segments


@dataclass(frozen=True)
class LedgerEntry:
    """Something the account pays for, USD; a release is noted with 0."""

    what: Literal["purchase", "release", "text", "e911"]
    number: str
    amount: Decimal
    at: datetime


@dataclass(frozen=True)
class HandsetMedia:
    file_name: str
    mime_type: str
    data: bytes


@dataclass(frozen=True)
class HandsetMessage:
    """One text as the person's phone shows it.

    `direction` is the phone's: "sent" by the person or "received". `state` is "delivered" or
    "not delivered: <why>". `person` and `number` are 11 digits.
    """

    id: str
    direction: Literal["sent", "received"]
    person: str
    number: str
    body: str
    media: tuple[HandsetMedia, ...]
    at: datetime
    state: str


@dataclass
class ProvisionTask:
    """A job that turns texting on or off for numbers; each moves on from `processing`."""

    id: str
    enable: bool
    processing: list[str]
    successful: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    callback_url: str | None = None

    @property
    def status(self) -> str:
        if self.processing:
            return "processing"
        return "failed" if self.failed else "successful"


@dataclass
class CdrExport:
    id: int
    filters: Json
    callback_url: str | None
    requested_at: datetime
    status: Literal["processing", "completed", "failed"] = "processing"
    created_at: datetime | None = None
    totals: Json = field(default_factory=dict)
    file: bytes = b""
    """The gzip CSV once completed."""


@dataclass
class PortOrder:
    id: str
    group_id: str
    numbers: list[str]
    """With the plus sign, as porting writes them."""
    attributes: Json
    status: str
    created_at: datetime
    status_updated_at: datetime | None = None


@dataclass
class Account:
    """Everything that belongs to the one customer. Guarded by the world's lock."""

    numbers: dict[str, OwnedNumber] = field(default_factory=dict)
    routes: dict[str, Route] = field(default_factory=dict)
    addresses: dict[str, E911Address] = field(default_factory=dict)
    cnams: dict[str, Cnam] = field(default_factory=dict)
    callbacks: dict[CallbackType, str] = field(default_factory=dict)
    callback_versions: dict[CallbackType, str] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    """By id, in the order in which they happened."""
    opt_outs: set[tuple[str, str]] = field(default_factory=set)
    """(person, number) pairs that a STOP has closed."""
    media: dict[str, Media] = field(default_factory=dict)
    provision_tasks: dict[str, ProvisionTask] = field(default_factory=dict)
    exports: dict[int, CdrExport] = field(default_factory=dict)
    port_orders: dict[str, PortOrder] = field(default_factory=dict)
    handset: list[HandsetMessage] = field(default_factory=list)
    ledger: list[LedgerEntry] = field(default_factory=list)
    attempts: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """Sends tried by (endpoint, kind, second)."""
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(98400))

    def next_id(self) -> int:
        return next(self._ids)
