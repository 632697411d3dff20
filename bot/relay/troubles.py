"""One line in the thread when a reply did not reach the phone."""

from sqlalchemy import Connection

from bot.clock import utc_now
from bot.store import posts
from bot.store.replies import Reply

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
