"""One line in the thread when a reply did not reach the phone."""

from sqlalchemy import Connection

from bot.clock import utc_now
from bot.store import notices, posts, replies
from bot.store.replies import Reply, ReplyState

TROUBLE = "trouble"
"""The kind of post; its `ref` is the reply."""


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
