"""One line in the thread when a reply did not reach the phone, put right when it did after all."""

from sqlalchemy import Connection

from bot.clock import utc_now
from bot.store import conversations, notices, posts, replies
from bot.store.posts import PostState
from bot.store.replies import Reply, ReplyState

TROUBLE = "trouble"
"""The kind of post; its `ref` is the reply."""

OVERTAKEN = "overtaken"
"""What a posted one becomes when it is not so any more, until the lane of cards has corrected it."""


def tell(db: Connection, reply: Reply) -> None:
    """Queue the line; said once however often the same reply fails."""
    posts.hold_order(db, reply.channel_id)
    posts.add(
        db,
        kind=TROUBLE,
        ref=reply.id,
        channel_id=reply.channel_id,
        conversation_id=reply.conversation_id,
        now=utc_now(),
    )


def keep(db: Connection, reply: Reply, elsewhere: str) -> None:
    """Leave a reply in Slack because its number's texts are `elsewhere` (mrkdwn).

    Each writer is told once in a thread, and again only when the number moves on: colleagues may talk there.
    """
    posts.hold_order(db, reply.channel_id)
    replies.advance(db, reply.id, ReplyState.KEPT)
    said = f"<@{reply.user_id}>: This was not sent and stays in Slack. {elsewhere}"
    if not notices.is_said(db, said, conversation_id=reply.conversation_id):
        notices.post(
            db,
            said,
            channel_id=reply.channel_id,
            conversation_id=reply.conversation_id,
            now=utc_now(),
        )


def overtake(db: Connection, reply: Reply) -> None:
    """Take back what is said, or waits to be said, of a reply: more is known now.

    The caller marks the conversation's card as old, which brings the lane that corrects it. What is being
    posted at this moment is taken back by `told`.
    """
    posts.remove(db, TROUBLE, reply.id, PostState.WAITING)
    posts.rename(db, TROUBLE, reply.id, OVERTAKEN)


def told(db: Connection, reply_id: int, _ts: str) -> None:
    """It stands in the thread; perhaps the reply moved on while it was on its way there."""
    reply = replies.find(db, reply_id)
    if reply is not None and reply.state in (ReplyState.SENT, ReplyState.DELIVERED):
        overtake(db, reply)
        conversations.card_changed(db, reply.conversation_id)
