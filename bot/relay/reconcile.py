"""Reading Flowroute's message list for what the webhooks missed; with no public address it is the way in.

Each reading begins before the last good one ended, so that a record which shows late is still seen; what is
known already is recognised by its id, or as a twin under the other family of ids. How far it got is kept by
Flowroute's clock, which the records are stamped by: ours may be wrong.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.alarms import Alarms
from bot.clock import utc_now
from bot.relay.inbound import Inbound
from bot.relay.receipts import Receipts
from bot.relay.sending import Sending
from bot.store import bookmarks, replies, texts
from bot.store.engine import Store
from bot.store.texts import Via
from flowroute import Flowroute, FlowrouteError, NotAMessage
from flowroute.messages import MessageRecord
from flowroute.webhooks import InboundMessage, Media

log = logging.getLogger(__name__)

BOOKMARK = "message list"
"""When it was last read, by our clock."""
READ_UNTIL = "message list until"
"""Until when it was read then, by Flowroute's."""
ACCOUNT = "account"
OVERLAP = timedelta(minutes=5)
ODD = "odd records"
ODD_SAID = (
    ":warning: Flowroute's message list holds something that I cannot read, so a text may be missing in its "
    "channel. All others go on. The log says more; Flowroute's portal shows every text."
)
DATABASE_AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeout)
"""Faults that are none of a record's own: all of them are tried again later."""


class Reconciler:
    """Reads the list every `every_s` seconds, from the time of the last reading that went well."""

    def __init__(
        self,
        store: Store,
        flowroute: Flowroute,
        inbound: Inbound,
        sending: Sending,
        receipts: Receipts,
        alarms: Alarms,
        every_s: float,
    ) -> None:
        self._store = store
        self._flowroute = flowroute
        self._inbound = inbound
        self._sending = sending
        self._receipts = receipts
        self._alarms = alarms
        self._every = timedelta(seconds=every_s)

    def due(self) -> list[str]:
        """The one account, when its time has come."""
        if not self._every:
            return []
        with self._store.read() as db:
            read_at = bookmarks.get(db, BOOKMARK)
        # A clock that was set back must not stop it until then.
        waits = read_at is not None and timedelta(0) <= utc_now() - read_at < self._every
        return [] if waits else [ACCOUNT]

    def work(self, _lane: str) -> float | None:
        """Read once, oldest first. What was there before the bot was is none of its business."""
        if not self.due():
            return None
        began = utc_now()
        with self._store.read() as db:
            read_until = bookmarks.get(db, READ_UNTIL) or bookmarks.get(db, BOOKMARK)
        odd = 0

        def left_out() -> None:
            nonlocal odd
            odd += 1

        try:
            if read_until is None:  # only to hear what time it is there
                list(self._flowroute.messages.list(start=began, limit=1))
                records = []
            else:
                start = read_until - OVERLAP
                records = list(self._flowroute.messages.list(start=start, on_left_out=left_out))
        except FlowrouteError as error:
            log.warning("the message list cannot be read", extra={"reason": type(error).__name__})
            return self._every.total_seconds()
        odd += self._take_all(records, began)
        with self._store.write() as db:
            bookmarks.put(db, BOOKMARK, began)
            bookmarks.put(db, READ_UNTIL, began + self._flowroute.clock_ahead)
            if not odd:
                self._alarms.clear(db, ODD)
        if odd:
            self._alarms.raise_once(ODD, ODD_SAID)
        return None

    def _take_all(self, records: list[MessageRecord], began: datetime) -> int:
        """How many of them could not be taken: one odd record holds up no other."""
        with self._store.read() as db:
            known = texts.known(db, [record.id for record in records])
        odd = 0
        oldest_first = reversed(records)  # and so within a second: some timestamps have no fraction
        for record in sorted(oldest_first, key=lambda record: record.timestamp or began):
            try:
                self._take(record, is_known=record.id in known)
            except DATABASE_AWAY:
                raise
            except Exception:
                log.exception("a record of the message list was left out", extra={"message_id": record.id})
                odd += 1
        return odd

    def _take(self, record: MessageRecord, *, is_known: bool) -> None:
        """Raises `NotAMessage` for one that does not say what it is."""
        direction = (record.direction or "").casefold()
        if is_known or direction == "inbound":
            self._take_inbound(record, is_known=is_known)
            return
        if direction != "outbound":
            raise NotAMessage("it does not say whether it came or went")
        with self._store.read() as db:
            ours = bool(replies.message_ids_known(db, [record.id]))
        if ours or self._sending.found(record):
            self._receipts.read(record)

    def _take_inbound(self, record: MessageRecord, *, is_known: bool) -> None:
        is_picture = bool(record.is_mms or record.media_references)
        if is_known and not (is_picture and self._inbound.lacks_files(record.id)):
            return
        message = _as_message(self._with_files(record) if is_picture else record)
        if not is_known and self._inbound.receive(message, Via.LIST):
            log.info("a text was found in the message list", extra={"message_id": record.id})
        elif is_picture:
            self._inbound.complete(message)

    def _with_files(self, record: MessageRecord) -> MessageRecord:
        """The list may only name the files, or not even that; a record on its own holds their addresses."""
        if record.media:
            return record
        try:
            return self._flowroute.messages.get(record.id)
        except FlowrouteError as error:  # its words are shown; the next readings ask for the files again
            log.warning("a record cannot be read", extra={"reason": type(error).__name__})
            return record


def _as_message(record: MessageRecord) -> InboundMessage:
    if not record.to or not record.from_:
        raise NotAMessage("it does not say from whom and to whom")
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
