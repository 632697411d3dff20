"""What receipts do to a reply, in whatever order, number and form they come."""

from hypothesis import given
from hypothesis import strategies as st
from slack_sdk import WebClient
from sqlalchemy import delete

from bot.access.audit import Audit
from bot.access.roles import Access
from bot.clock import utc_now
from bot.relay.opt_outs import OptOuts
from bot.relay.receipts import Receipts
from bot.slack import Slack
from bot.store import conversations, receipts, replies
from bot.store.engine import Store
from bot.store.replies import ReplyState
from bot.store.schema import receipts as receipts_table
from bot.store.schema import replies as replies_table
from flowroute.webhooks import DeliveryReceipt
from tests.bot.test_store import NUMBER, PERSON, keep_reply

MESSAGE_ID = "mdr2-1"
SAYS_NOTHING = [("queued", 1001), ("", None), ("default", 1000), ("something new", 4711)]
SAYS_SENT = [("smsc submit", None), ("sent", 1002), ("message buffered", 1003), ("MESSAGE BUFFERED", None)]
SAYS_DELIVERED = [("delivered", 1004), ("delivered", None), ("delivery success", None), ("?", 1004)]
SAYS_FAILED = [
    ("delivery failure", None),
    ("smsc reject", 1005),
    ("expired", 1006),
    ("delivered", 1007),  # the code has the last word
    ("message rejected", 1110),
    ("", 1116),
    ("undelivered", None),
]
"""Status and code, sorted by what Flowroute's documentation says of them."""


def told_by(news: list[DeliveryReceipt]) -> ReplyState:
    """What a person should see: delivered if anything said so, else failed if anything did."""
    said = {(receipt.status, receipt.status_code) for receipt in news}
    if said & set(SAYS_DELIVERED):
        return ReplyState.DELIVERED
    return ReplyState.FAILED if said & set(SAYS_FAILED) else ReplyState.SENT


@st.composite
def one_receipt(draw: st.DrawFn) -> DeliveryReceipt:
    """A receipt of any level, for one message."""
    status, code = draw(
        st.sampled_from([*SAYS_NOTHING, *SAYS_SENT, *SAYS_DELIVERED, *SAYS_FAILED]), label="status and code"
    )
    level = draw(st.sampled_from([1, 2, 3, None]))
    return DeliveryReceipt(
        id=MESSAGE_ID, level=level, status=status, status_code=code, description="", timestamp=None
    )


@given(early=st.lists(one_receipt(), max_size=4), late=st.lists(one_receipt(), max_size=8))
def test_no_order_of_receipts_moves_a_reply_backwards(
    store_for_properties: Store, early: list[DeliveryReceipt], late: list[DeliveryReceipt]
) -> None:
    """Late, twice, out of order, or before Flowroute's answer to the request: the furthest is shown."""
    # given: a reply whose request has left
    store = store_for_properties
    taking = _receipts(store)
    with store.write() as db:
        db.execute(delete(receipts_table))
        db.execute(delete(replies_table))
        conversation, _ = conversations.ensure(db, NUMBER, PERSON, "C1", utc_now())
        keep_reply(db, conversation.id)
        reply = replies.oldest_in_hand(db, conversation.id)
        assert reply is not None
        replies.begin(db, reply.id, utc_now())

    # when: some receipts are quicker than the answer, which names the message
    for receipt in early:
        taking.receive(receipt)
    with store.write() as db:
        replies.advance(db, reply.id, ReplyState.SENT, message_id=MESSAGE_ID)
        for kept in receipts.of(db, MESSAGE_ID):
            taking.apply(db, reply, kept)

    # then: after each of the others it stands where the best news so far put it
    heard = list(early)
    assert _state(store, reply.id) is told_by(heard)
    for receipt in late:
        is_new = receipt not in heard
        assert taking.receive(receipt) == is_new
        heard.append(receipt)
        assert _state(store, reply.id) is told_by(heard)


def _state(store: Store, reply_id: int) -> ReplyState:
    with store.read() as db:
        return replies.get(db, reply_id).state


def _receipts(store: Store) -> Receipts:
    """As the bot wires it, beside a Slack that nobody asks."""
    access = Access(Slack(WebClient()), (), ())
    audit = Audit(store, _nobody, None)
    return Receipts(store, OptOuts(store, access, audit, _nobody, ""), _nobody)


def _nobody(_kind: str, _lane: str) -> None:
    """There is no lane to wake."""
