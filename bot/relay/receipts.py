"""Delivery receipts: kept once, in whatever order they come, and shown on the reply they belong to."""

import logging

from sqlalchemy import Connection

from bot.clock import utc_now
from bot.lanes import Lane, Wake
from bot.logs import REPLY, about
from bot.relay import failure_words
from bot.relay.opt_outs import OptOuts
from bot.relay.troubles import overtake, tell
from bot.store import conversations, posts, receipts, replies
from bot.store.engine import Store
from bot.store.receipts import Receipt
from bot.store.replies import Reply, ReplyState
from flowroute.messages import MessageRecord, ReceiptOnRecord
from flowroute.receipts import OPTED_OUT, Fate, fate_of
from flowroute.webhooks import DeliveryReceipt

log = logging.getLogger(__name__)

STATES = {
    Fate.SENT: ReplyState.SENT,
    Fate.DELIVERED: ReplyState.DELIVERED,
    Fate.FAILED: ReplyState.FAILED,
    Fate.EXPIRED: ReplyState.FAILED,
}


class Receipts:
    """Takes receipts from the webhook; one for an unknown message is kept until the message is known."""

    def __init__(self, store: Store, opt_outs: OptOuts, wake: Wake) -> None:
        self._store = store
        self._opt_outs = opt_outs
        self._wake = wake

    def receive(self, given: DeliveryReceipt) -> bool:
        """Keep a receipt and move its reply on, in one commit; False for a repeat."""
        receipt = Receipt(
            message_id=given.id,
            level=given.level,
            status=given.status,
            status_code=given.status_code,
            description=given.description,
        )
        with self._store.write() as db:
            receipts.hold_message(db, receipt.message_id)
            if not receipts.remember(db, receipt, sent_at=given.timestamp, now=utc_now()):
                return False
            reply = replies.by_message_id(db, receipt.message_id)
            if reply is not None:
                self.apply(db, reply, receipt)
        if reply is not None:
            self._wake(Lane.MARKS, reply.channel_id)
            self._wake(Lane.POSTS, reply.channel_id)
            self._wake(Lane.CARDS, str(reply.conversation_id))
        return True

    def read(self, record: MessageRecord) -> None:
        """Take what a message record says of receipts, which may never have come by themselves.

        Picture messages have none on record, but the words of the last one.
        """
        words = (
            [] if record.delivery_receipts or not record.status else [ReceiptOnRecord(status=record.status)]
        )
        for receipt in record.delivery_receipts or words:
            self.receive(
                DeliveryReceipt(
                    id=record.id,
                    level=receipt.level,
                    status=receipt.status or "",
                    status_code=receipt.status_code,
                    description=receipt.status_code_description or "",
                    timestamp=receipt.timestamp,
                )
            )

    def apply(self, db: Connection, reply: Reply, receipt: Receipt) -> None:
        """Move a reply to where the receipt says it is, never backwards; a failure is told in its thread."""
        state = STATES.get(fate_of(receipt.status_code, receipt.status, receipt.description))
        if state is None:
            return
        problem = None
        if state is ReplyState.FAILED:
            problem = failure_words.explain(receipt.status_code, receipt.description or receipt.status)
            posts.hold_order(db, reply.channel_id)
        if not replies.advance(db, reply.id, state, problem=problem):
            return
        with about(REPLY, reply.id):
            log.info("a receipt came", extra={"state": state, "message_id": receipt.message_id})
        overtake(db, reply)
        conversations.card_changed(db, reply.conversation_id)
        if problem is not None:
            tell(db, reply)
        if receipt.status_code == OPTED_OUT:
            self._opt_outs.learned(db, conversations.get(db, reply.conversation_id))
