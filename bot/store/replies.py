"""What people in Slack send to phones: replies in threads, commands, modals. Unique by what caused them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from bot.store.schema import conversations, replies
from bot.store.statements import among, insert_new


class ReplyState(StrEnum):
    """Where a reply is. It only moves further down this list, in whatever order news comes in."""

    STORED = "stored"
    ASKED = "asked"
    """It looks like a slip, so a person is asked first."""
    SENDING = "sending"
    """The request to Flowroute may have left."""
    UNKNOWN = "unknown"
    """The request left and nobody said what became of it."""
    PARKED = "parked"
    """Not in Flowroute's records either: a person decides."""
    KEPT = "kept"
    """A person decided not to send it (again)."""
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"


RANK = {state: rank for rank, state in enumerate(ReplyState)}
IN_HAND = (ReplyState.STORED, ReplyState.SENDING, ReplyState.UNKNOWN)
"""States in which the sending lane still has something to do."""
SETTLED = (ReplyState.FAILED, ReplyState.DELIVERED)
"""Nothing more is to be heard of it."""
DOUBTFUL = (ReplyState.SENDING, ReplyState.UNKNOWN)
GIVEN_UP = (ReplyState.PARKED, ReplyState.KEPT)

MARKS = {
    ReplyState.STORED: "hourglass_flowing_sand",
    ReplyState.SENDING: "hourglass_flowing_sand",
    ReplyState.UNKNOWN: "hourglass_flowing_sand",
    ReplyState.ASKED: "raised_hand",
    ReplyState.PARKED: "grey_question",
    ReplyState.KEPT: "no_entry_sign",
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
    ts: str | None
    """The message that shows it in Slack; None until a command's text is posted there."""
    conversation_id: int
    number: str
    person: str
    user_id: str
    team_id: str
    body: str
    mentioned: tuple[str, ...]
    """User ids that still stand in the body, as `@U…`, where the names of colleagues belong."""
    file_ids: tuple[str, ...]
    state: ReplyState
    problem: str | None
    worries: list[str] | None
    decided_by: str | None
    not_before: datetime | None
    attempted_at: datetime | None
    message_id: str | None
    marks: tuple[str, ...]
    """The reactions of ours that may stand on that message; after a crash more than one."""
    mark_wanted: str | None
    created_at: datetime


def accept(
    db: Connection,
    *,
    key: str,
    channel_id: str,
    ts: str | None,
    conversation_id: int,
    user_id: str,
    team_id: str,
    body: str,
    file_ids: tuple[str, ...],
    now: datetime,
    mentioned: tuple[str, ...] = (),
    worries: list[str] | None = None,
    not_before: datetime | None = None,
) -> int | None:
    """Keep a reply and answer its id; None when its `key` is kept already.

    `key` names what caused it: a message's channel and ts, a command's trigger. With `worries` it is not
    sent before a person decides; with `not_before` (UTC) it can be cancelled until then.
    """
    state = ReplyState.ASKED if worries else ReplyState.STORED
    row = insert_new(
        db,
        replies,
        key=key,
        channel_id=channel_id,
        ts=ts,
        conversation_id=conversation_id,
        user_id=user_id,
        team_id=team_id,
        body=body,
        mentioned=list(mentioned),
        file_ids=list(file_ids),
        state=state,
        worries=worries,
        not_before=not_before,
        marks=[],
        mark_wanted=None if ts is None else MARKS[state],
        created_at=now,
    )
    return None if row is None else int(row.id)


def get(db: Connection, reply_id: int) -> Reply:
    return _reply(db.execute(_whole().where(replies.c.id == reply_id)).one())


def find(db: Connection, reply_id: int) -> Reply | None:
    """Like `get`, for an id that somebody kept: None when the reply was removed."""
    row = db.execute(_whole().where(replies.c.id == reply_id)).first()
    return None if row is None else _reply(row)


def by_message_id(db: Connection, message_id: str) -> Reply | None:
    row = db.execute(_whole().where(replies.c.message_id == message_id)).first()
    return None if row is None else _reply(row)


def oldest_in_hand(db: Connection, conversation_id: int) -> Reply | None:
    row = db.execute(
        _whole()
        .where(replies.c.conversation_id == conversation_id, among(replies.c.state, IN_HAND))
        .order_by(replies.c.id)
        .limit(1)
    ).first()
    return None if row is None else _reply(row)


def conversations_in_hand(db: Connection) -> list[int]:
    return list(
        db.scalars(select(replies.c.conversation_id).where(among(replies.c.state, IN_HAND)).distinct())
    )


def count_parked(db: Connection) -> int:
    return db.scalar(select(func.count()).where(among(replies.c.state, [ReplyState.PARKED]))) or 0


def begin(db: Connection, reply_id: int, now: datetime) -> bool:
    """Say that the request is about to leave; False when it was cancelled meanwhile."""
    begun = db.execute(
        update(replies)
        .where(replies.c.id == reply_id, replies.c.state == ReplyState.STORED)
        .values(state=ReplyState.SENDING, attempted_at=now)
    )
    return begun.rowcount > 0


def decide(db: Connection, reply_id: int, *, before: ReplyState, after: ReplyState, by: str) -> bool:
    """A person moves a reply from `before` to `after`; False when it is not there any more."""
    moved = db.execute(
        update(replies)
        .where(replies.c.id == reply_id, replies.c.state == before)
        .values(state=after, decided_by=by, mark_wanted=MARKS[after])
    )
    return moved.rowcount > 0


def doubt_stored(db: Connection) -> None:
    """Whatever waits may have been sent by a bot whose memory of it is lost: look before sending."""
    db.execute(
        update(replies)
        .where(among(replies.c.state, [ReplyState.STORED]))
        .values(state=ReplyState.UNKNOWN, attempted_at=replies.c.created_at)
    )


def name_mentioned(db: Connection, reply_id: int, body: str) -> None:
    """Put a body with names in place of the one with ids, before it leaves."""
    db.execute(update(replies).where(replies.c.id == reply_id).values(body=body, mentioned=[]))


def set_ts(db: Connection, reply_id: int, ts: str) -> None:
    """Say which message shows a reply, so that it can carry the reaction."""
    reply = get(db, reply_id)
    db.execute(update(replies).where(replies.c.id == reply_id).values(ts=ts, mark_wanted=MARKS[reply.state]))


def parked(db: Connection, limit: int = 100) -> list[Reply]:
    """Replies that wait for a person's decision, oldest first."""
    rows = db.execute(
        _whole().where(replies.c.state == ReplyState.PARKED).order_by(replies.c.id).limit(limit)
    )
    return [_reply(row) for row in rows]


def doubtful(db: Connection, number: str, person: str, body: str, *, since: datetime) -> list[Reply]:
    """Equal texts tried since then (UTC) of which it is not known whether they went out, oldest first."""
    rows = db.execute(
        _whole()
        .where(
            conversations.c.number == number,
            conversations.c.person == person,
            replies.c.body == body,
            replies.c.attempted_at >= since,
            replies.c.message_id.is_(None),
            replies.c.state.in_((*DOUBTFUL, *GIVEN_UP)),
        )
        .order_by(replies.c.id)
    )
    return [_reply(row) for row in rows]


def in_message(db: Connection, channel_id: str, ts: str) -> Reply | None:
    """The reply that a message in Slack is."""
    row = db.execute(_whole().where(replies.c.channel_id == channel_id, replies.c.ts == ts)).first()
    return None if row is None else _reply(row)


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
    if state in SETTLED:
        values["ask_after"] = None
    below = [earlier for earlier, rank in RANK.items() if rank < RANK[state]]
    moved = db.execute(
        update(replies).where(replies.c.id == reply_id, replies.c.state.in_(below)).values(values)
    )
    return moved.rowcount > 0


def ask_after(db: Connection, reply_id: int, moment: datetime | None) -> None:
    """Say when (UTC) to ask what became of a text that was sent; None for not again."""
    db.execute(
        update(replies)
        .where(replies.c.id == reply_id, replies.c.state == ReplyState.SENT)
        .values(ask_after=moment)
    )


def next_to_ask(db: Connection, now: datetime) -> Reply | None:
    """The text whose receipt is missed longest, when it is time to ask for it."""
    row = db.execute(
        _whole().where(replies.c.ask_after <= now).order_by(replies.c.ask_after).limit(1)
    ).first()
    return None if row is None else _reply(row)


def oldest_unmarked(db: Connection, channel_id: str) -> Reply | None:
    """The oldest reply of a channel whose reaction does not show its state yet."""
    row = db.execute(
        _whole()
        .where(
            replies.c.channel_id == channel_id, replies.c.mark_wanted.is_not(None), replies.c.ts.is_not(None)
        )
        .order_by(replies.c.id)
        .limit(1)
    ).first()
    return None if row is None else _reply(row)


def channels_unmarked(db: Connection) -> list[str]:
    return list(
        db.scalars(
            select(replies.c.channel_id)
            .where(replies.c.mark_wanted.is_not(None), replies.c.ts.is_not(None))
            .distinct()
        )
    )


def about_to_mark(db: Connection, reply: Reply, mark: str) -> None:
    """Say which reaction may stand on the message from now on, beside those that may stand there already."""
    if mark not in reply.marks:
        db.execute(update(replies).where(replies.c.id == reply.id).values(marks=[*reply.marks, mark]))


def marked(db: Connection, reply_id: int, mark: str) -> None:
    """Say which reaction stands on the message, the only one; a newer wish stays open."""
    db.execute(update(replies).where(replies.c.id == reply_id).values(marks=[mark]))
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
        mentioned=tuple(row.mentioned or ()),  # None where a release before this one kept it
        file_ids=tuple(row.file_ids),
        state=ReplyState(row.state),
        problem=row.problem,
        worries=row.worries,
        decided_by=row.decided_by,
        not_before=row.not_before,
        attempted_at=row.attempted_at,
        message_id=row.message_id,
        marks=tuple(row.marks),
        mark_wanted=row.mark_wanted,
        created_at=row.created_at,
    )
