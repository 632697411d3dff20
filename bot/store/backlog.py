"""What waits to be done, lane by lane: how much, and since when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, FromClause, Select, func, null, select

from bot.store import media as store_media
from bot.store import posts as store_posts
from bot.store import replies as store_replies
from bot.store.exports import ExportState
from bot.store.orders import OrderState
from bot.store.schema import conversations, exports, media, orders, posts, replies, texts
from bot.store.statements import among
from bot.store.texts import Placement


@dataclass(frozen=True)
class Waiting:
    """How many rows a kind of lane still has to work on, and since when (UTC) the oldest waits.

    `oldest` is None when nothing waits, or when nobody writes down since when.
    """

    lane: str
    depth: int
    oldest: datetime | None


def _counted(rows: FromClause, condition: Any, since: Any = None) -> Select[Any]:  # noqa: ANN401 - SQLAlchemy's
    oldest = null() if since is None else func.min(since)
    return select(func.count().label("depth"), oldest.label("oldest")).select_from(rows).where(condition)


BY_LANE = {
    "posts": _counted(posts, among(posts.c.state, store_posts.OPEN), posts.c.created_at),
    "placing": _counted(texts, texts.c.placement == Placement.WAITING, texts.c.received_at),
    "replies": _counted(replies, among(replies.c.state, store_replies.IN_HAND), replies.c.created_at),
    "media": _counted(
        media.join(texts, texts.c.id == media.c.text_id),
        among(media.c.state, store_media.OPEN),
        texts.c.received_at,
    ),
    "marks": _counted(replies, replies.c.mark_wanted.is_not(None) & replies.c.ts.is_not(None)),
    "cards": _counted(conversations, conversations.c.card_is_old),
    "orders": _counted(orders, among(orders.c.state, [OrderState.RUNNING]), orders.c.changed_at),
    "exports": _counted(exports, among(exports.c.state, [ExportState.FOLLOWING]), exports.c.followed_since),
}
"""Every lane that has a queue; an order that waits for approval waits for a person, not for the bot."""
WITHOUT_SINCE = frozenset({"marks", "cards"})
"""Of these nobody writes down since when they wait."""


def backlog(db: Connection) -> list[Waiting]:
    """What waits in every kind of lane that has a queue, also where nothing does."""
    return [Waiting(lane, *db.execute(question).one()) for lane, question in BY_LANE.items()]
