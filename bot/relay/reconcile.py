"""Reading Flowroute's message list for what the webhooks missed; with no public address it is the way in.

Each reading begins before the last good one ended, so that a record which shows late is still seen; what is
known already is recognised by its id, or as a twin under the other family of ids.
"""

import logging
from datetime import timedelta

from bot.clock import utc_now
from bot.relay.inbound import Inbound
from bot.relay.receipts import Receipts
from bot.relay.sending import Sending
from bot.store import bookmarks, replies, texts
from bot.store.engine import Store
from bot.store.texts import Via
from flowroute import Flowroute, FlowrouteError
from flowroute.messages import MessageRecord
from flowroute.webhooks import DeliveryReceipt, InboundMessage, Media

log = logging.getLogger(__name__)

BOOKMARK = "message list"
ACCOUNT = "account"
OVERLAP = timedelta(minutes=5)


class Reconciler:
    """Reads the list every `every_s` seconds, from the time of the last reading that went well."""

    def __init__(
        self,
        store: Store,
        flowroute: Flowroute,
        inbound: Inbound,
        sending: Sending,
        receipts: Receipts,
        every_s: float,
    ) -> None:
        self._store = store
        self._flowroute = flowroute
        self._inbound = inbound
        self._sending = sending
        self._receipts = receipts
        self._every = timedelta(seconds=every_s)

    def due(self) -> list[str]:
        """The one account, when its time has come."""
        if not self._every:
            return []
        with self._store.read() as db:
            read_until = bookmarks.get(db, BOOKMARK)
        return [ACCOUNT] if read_until is None or utc_now() - read_until >= self._every else []

    def work(self, _lane: str) -> float | None:
        """Read once, oldest first. What was there before the bot was is none of its business."""
        if not self.due():
            return None
        began = utc_now()
        with self._store.read() as db:
            read_until = bookmarks.get(db, BOOKMARK)
        if read_until is not None:
            try:
                records = list(self._flowroute.messages.list(start=read_until - OVERLAP))
            except FlowrouteError as error:
                log.warning("the message list cannot be read", extra={"reason": type(error).__name__})
                return self._every.total_seconds()
            with self._store.read() as db:
                known = texts.known(db, [record.id for record in records])
            for record in sorted(records, key=lambda record: (record.timestamp or began, record.id)):
                if record.id not in known:
                    self._take(record)
        with self._store.write() as db:
            bookmarks.put(db, BOOKMARK, began)
        return None

    def _take(self, record: MessageRecord) -> None:
        if record.direction == "inbound":
            if self._inbound.receive(_as_message(record), Via.LIST):
                log.info("a text was found in the message list", extra={"message_id": record.id})
            return
        with self._store.read() as db:
            ours = bool(replies.message_ids_known(db, [record.id]))
        if not ours and not self._sending.found(record):
            return
        for receipt in record.delivery_receipts or ():
            self._receipts.receive(
                DeliveryReceipt(
                    id=record.id,
                    level=receipt.level,
                    status=receipt.status or "",
                    status_code=receipt.status_code,
                    description=receipt.status_code_description or "",
                    timestamp=receipt.timestamp,
                )
            )


def _as_message(record: MessageRecord) -> InboundMessage:
    return InboundMessage(
        id=record.id,
        to=record.to,
        from_=record.from_,
        body=record.body or "",
        timestamp=record.timestamp,
        is_mms=bool(record.is_mms),
        media=tuple(
            Media(part.url, part.file_name or "", part.mime_type or "", part.file_size)
            for part in record.media
            if part.url
        ),
    )
