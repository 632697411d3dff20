"""Replies written in Slack threads, on their way to a phone; unique by channel and ts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from bot.store.schema import conversations, replies
from bot.store.statements import insert_new


class ReplyState(StrEnum):
    """Where a reply is. It only moves further down this list, in whatever order news comes in."""

    STORED = "stored"
    SENDING = "sending"
    """The request to Flowroute may have left."""
    UNKNOWN = "unknown"
    """The request left and nobody said what became of it."""
    PARKED = "parked"
    """Not in Flowroute's records either: a person decides."""
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"


RANK = {state: rank for rank, state in enumerate(ReplyState)}
IN_HAND = (ReplyState.STORED, ReplyState.SENDING, ReplyState.UNKNOWN)
"""States in which the sending lane still has something to do."""

MARKS = {
    ReplyState.STORED: "hourglass_flowing_sand",
    ReplyState.SENDING: "hourglass_flowing_sand",
    ReplyState.UNKNOWN: "hourglass_flowing_sand",
    ReplyState.PARKED: "grey_question",
    ReplyState.SENT: "outbox_tray",
    ReplyState.FAILED: "x",
    ReplyState.DELIVERED: "white_check_mark",
}
"""The one reaction that a person sees on their own message."""


@dataclass(frozen=True)
class Reply:
    """A reply by `user_id`; `message_id` is Flowroute's once it took the text."""

    id: int
    channel_id: str
    ts: str
    conversation_id: int
    number: str
    person: str
    user_id: str
    team_id: str
    body: str
    file_ids: tuple[str, ...]
    state: ReplyState
    problem: str | None
    attempted_at: datetime | None
    message_id: str | None
    mark: str | None
    mark_wanted: str | None
    created_at: datetime


def accept(
    db: Connection,
    *,
    channel_id: str,
    ts: str,
    conversation_id: int,
    user_id: str,
    team_id: str,
    body: str,
    file_ids: tuple[str, ...],
    now: datetime,
) -> bool:
    """Keep a reply; False when it is kept already."""
    row = insert_new(
        db,
        replies,
        channel_id=channel_id,
        ts=ts,
        conversation_id=conversation_id,
        user_id=user_id,
        team_id=team_id,
        body=body,
        file_ids=list(file_ids),
        state=ReplyState.STORED,
        mark_wanted=MARKS[ReplyState.STORED],
        created_at=now,
    )
    return row is not None


def get(db: Connection, reply_id: int) -> Reply:
    return _reply(db.execute(_whole().where(replies.c.id == reply_id)).one())


def by_message_id(db: Connection, message_id: str) -> Reply | None:
    row = db.execute(_whole().where(replies.c.message_id == message_id)).first()
    return None if row is None else _reply(row)


def oldest_in_hand(db: Connection, conversation_id: int) -> Reply | None:
    row = db.execute(
        _whole()
        .where(replies.c.conversation_id == conversation_id, replies.c.state.in_(IN_HAND))
        .order_by(replies.c.id)
        .limit(1)
    ).first()
    return None if row is None else _reply(row)


def conversations_in_hand(db: Connection) -> list[int]:
    return list(db.scalars(select(replies.c.conversation_id).where(replies.c.state.in_(IN_HAND)).distinct()))


def count_in_hand(db: Connection) -> int:
    return db.scalar(select(func.count()).where(replies.c.state.in_(IN_HAND))) or 0


def begin(db: Connection, reply_id: int, now: datetime) -> None:
    """Say that the request is about to leave."""
    db.execute(
        update(replies).where(replies.c.id == reply_id).values(state=ReplyState.SENDING, attempted_at=now)
    )


def take_back(db: Connection, reply_id: int) -> None:
    """Flowroute certainly did not take it: it may be tried again. The one way back up the list."""
    db.execute(update(replies).where(replies.c.id == reply_id).values(state=ReplyState.STORED))


def advance(
    db: Connection,
    reply_id: int,
    state: ReplyState,
    *,
    message_id: str | None = None,
    problem: str | None = None,
) -> bool:
    """Move a reply down its states; False, with nothing changed, when it is there or further already."""
    values: dict[str, Any] = {"state": state, "mark_wanted": MARKS[state], "problem": problem}
    if message_id is not None:
        values["message_id"] = message_id
    below = [earlier for earlier, rank in RANK.items() if rank < RANK[state]]
    moved = db.execute(
        update(replies).where(replies.c.id == reply_id, replies.c.state.in_(below)).values(values)
    )
    return moved.rowcount > 0


def oldest_unmarked(db: Connection, channel_id: str) -> Reply | None:
    """The oldest reply of a channel whose reaction does not show its state yet."""
    row = db.execute(
        _whole()
        .where(replies.c.channel_id == channel_id, replies.c.mark_wanted.is_not(None))
        .order_by(replies.c.id)
        .limit(1)
    ).first()
    return None if row is None else _reply(row)


def channels_unmarked(db: Connection) -> list[str]:
    return list(db.scalars(select(replies.c.channel_id).where(replies.c.mark_wanted.is_not(None)).distinct()))


def marked(db: Connection, reply_id: int, mark: str) -> None:
    """Say which reaction stands on the message now; a newer wish stays open."""
    db.execute(update(replies).where(replies.c.id == reply_id).values(mark=mark))
    db.execute(
        update(replies)
        .where(replies.c.id == reply_id, replies.c.mark_wanted == mark)
        .values(mark_wanted=None)
    )


def message_ids_known(db: Connection, message_ids: list[str]) -> set[str]:
    """Those of `message_ids` that belong to replies of ours."""
    return set(db.scalars(select(replies.c.message_id).where(replies.c.message_id.in_(message_ids))))


def _whole() -> Any:  # noqa: ANN401 - a Select over two tables has no nameable type
    return select(replies, conversations.c.number, conversations.c.person).join(
        conversations, conversations.c.id == replies.c.conversation_id
    )


def _reply(row: Row[Any]) -> Reply:
    return Reply(
        id=row.id,
        channel_id=row.channel_id,
        ts=row.ts,
        conversation_id=row.conversation_id,
        number=row.number,
        person=row.person,
        user_id=row.user_id,
        team_id=row.team_id,
        body=row.body,
        file_ids=tuple(row.file_ids),
        state=ReplyState(row.state),
        problem=row.problem,
        attempted_at=row.attempted_at,
        message_id=row.message_id,
        mark=row.mark,
        mark_wanted=row.mark_wanted,
        created_at=row.created_at,
    )
