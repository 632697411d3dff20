"""What stands in the store, counted: what waits, what was said, what was delivered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select

from bot.store.opt_outs import OptOutState
from bot.store.orders import OrderState
from bot.store.posts import OPEN
from bot.store.replies import IN_HAND, ReplyState
from bot.store.schema import conversations, opt_outs, orders, posts, replies, texts
from bot.store.statements import among
from bot.store.texts import Placement


@dataclass(frozen=True)
class Figures:
    """How much waits for the bot, and how much for people."""

    posts_waiting: int
    replies_waiting: int
    oldest_waiting: datetime | None
    """Since when the oldest of these waits."""
    parked: int
    opt_outs: int
    approvals: int


@dataclass(frozen=True)
class Unanswered:
    """Somebody wrote last, and nobody answered since."""

    number: str
    person: str
    channel_id: str
    thread_ts: str
    heard_at: datetime


@dataclass(frozen=True)
class Deliveries:
    """Our texts of one day (UTC, `2026-11-30`) from one number, as far as Flowroute took them."""

    day: str
    number: str
    sent: int
    delivered: int
    failed: int


def figures(db: Connection) -> Figures:
    open_posts = _count_and_oldest(db, posts, among(posts.c.state, OPEN))
    open_replies = _count_and_oldest(db, replies, among(replies.c.state, IN_HAND))
    since = [oldest for _, oldest in (open_posts, open_replies) if oldest is not None]
    return Figures(
        posts_waiting=open_posts[0],
        replies_waiting=open_replies[0],
        oldest_waiting=min(since, default=None),
        parked=_count(db, replies, replies.c.state == ReplyState.PARKED),
        opt_outs=_count(db, opt_outs, opt_outs.c.state == OptOutState.STOPPED),
        approvals=_count(db, orders, orders.c.state == OrderState.APPROVAL),
    )


def unanswered(db: Connection, channel_ids: list[str], limit: int) -> tuple[int, list[Unanswered]]:
    """How many conversations in these channels wait for an answer, and the newest `limit` of them."""
    heard = (
        select(texts.c.received_at)
        .where(texts.c.conversation_id == conversations.c.id, texts.c.placement == Placement.PLACED)
        .order_by(texts.c.id.desc())
        .limit(1)
        .correlate(conversations)
        .scalar_subquery()
    )
    waiting = (
        select(
            conversations.c.number,
            conversations.c.person,
            conversations.c.channel_id,
            conversations.c.thread_ts,
            heard.label("heard_at"),
        )
        .where(
            conversations.c.channel_id.in_(channel_ids),
            conversations.c.thread_ts.is_not(None),
            _unanswered_since(heard),
        )
        .subquery()
    )
    count = db.scalar(select(func.count()).select_from(waiting)) or 0
    rows = db.execute(select(waiting).order_by(waiting.c.heard_at.desc()).limit(limit))
    return count, [Unanswered(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it


def channels_with_threads(db: Connection) -> list[str]:
    return list(
        db.scalars(
            select(conversations.c.channel_id).where(conversations.c.thread_ts.is_not(None)).distinct()
        )
    )


def deliveries(db: Connection, since: datetime) -> list[Deliveries]:
    """Our texts that Flowroute took since then, by day and number."""
    day = func.date(replies.c.created_at)

    def counted(*states: ReplyState) -> Any:  # noqa: ANN401 - a sum over a case has no nameable type
        return func.sum(case((replies.c.state.in_(states), 1), else_=0))

    rows = db.execute(
        select(
            day.label("day"),
            conversations.c.number,
            func.count().label("sent"),
            counted(ReplyState.DELIVERED).label("delivered"),
            counted(ReplyState.FAILED).label("failed"),
        )
        .join(conversations, conversations.c.id == replies.c.conversation_id)
        .where(replies.c.created_at >= since, replies.c.message_id.is_not(None))
        .group_by(day, conversations.c.number)
        .order_by(day, conversations.c.number)
    )
    return [
        Deliveries(str(row.day), row.number, int(row.sent), int(row.delivered), int(row.failed))
        for row in rows
    ]


def _unanswered_since(heard: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's expressions
    answered = (
        select(replies.c.id)
        .where(replies.c.conversation_id == conversations.c.id, replies.c.created_at >= heard)
        .correlate(conversations)
        .exists()
    )
    return heard.is_not(None) & ~answered


def _count(db: Connection, table: Any, condition: Any) -> int:  # noqa: ANN401 - any table and condition
    return db.scalar(select(func.count()).select_from(table).where(condition)) or 0


def _count_and_oldest(db: Connection, table: Any, condition: Any) -> tuple[int, datetime | None]:  # noqa: ANN401
    count, oldest = db.execute(
        select(func.count(), func.min(table.c.created_at)).select_from(table).where(condition)
    ).one()
    return count, oldest
