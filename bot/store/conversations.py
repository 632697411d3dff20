"""One Slack thread for each person who texts with a number in a channel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, text, tuple_, update

from bot.store.posts import OPEN, PostState
from bot.store.replies import ReplyState
from bot.store.schema import conversations, posts, replies, texts
from bot.store.statements import among, insert_all_new

CARD = "card"
"""The kind of post that opens a thread."""


@dataclass(frozen=True)
class Conversation:
    """`number` is ours, `person` is the other side: E.164 digits, a short code or a sender's name."""

    id: int
    number: str
    person: str
    channel_id: str
    thread_ts: str | None
    card_is_old: bool


@dataclass(frozen=True)
class Standing:
    """How a conversation stands: when each side last wrote, and what became of our last text."""

    heard_at: datetime | None
    answered_at: datetime | None
    answered_by: str | None
    answer_state: ReplyState | None


Key = tuple[str, str, str]
"""Our number, the person, the channel: what there is one conversation for."""

AMONG = select(conversations).where(
    tuple_(conversations.c.number, conversations.c.person, conversations.c.channel_id).in_(
        bindparam("keys", expanding=True)
    )
)
CARD_CHANGED = (
    update(conversations).where(conversations.c.id == bindparam("conversation_id")).values(card_is_old=True)
)


def ensure(
    db: Connection, number: str, person: str, channel_id: str, now: datetime
) -> tuple[Conversation, bool]:
    """The conversation, and whether it is new."""
    key = (number, person, channel_id)
    found, new = ensure_all(db, [key], now)
    return found[key], key in new


def ensure_all(
    db: Connection, keys: Iterable[Key], now: datetime
) -> tuple[dict[Key, Conversation], set[Key]]:
    """The conversations, and which of them are new."""
    wanted = list(dict.fromkeys(keys))
    found = _among(db, wanted)
    missing = [key for key in wanted if key not in found]
    if not missing:
        return found, set()
    new = {
        _key(row): _conversation(row)
        for row in insert_all_new(
            db,
            conversations,
            [
                {
                    "number": number,
                    "person": person,
                    "channel_id": channel_id,
                    "card_is_old": False,
                    "created_at": now,
                }
                for number, person, channel_id in missing
            ],
        )
    }
    made_meanwhile = [key for key in missing if key not in new]
    return {**found, **new, **(_among(db, made_meanwhile) if made_meanwhile else {})}, set(new)


def get(db: Connection, conversation_id: int) -> Conversation:
    return _conversation(db.execute(select(conversations).where(conversations.c.id == conversation_id)).one())


def in_thread(db: Connection, channel_id: str, thread_ts: str) -> Conversation | None:
    row = db.execute(
        select(conversations).where(
            conversations.c.channel_id == channel_id, conversations.c.thread_ts == thread_ts
        )
    ).first()
    return None if row is None else _conversation(row)


def card_in_flight(db: Connection, channel_id: str) -> bool:
    """Whether a thread of this channel may exist in Slack without our knowing its ts yet."""
    waiting = (
        select(posts.c.id)
        .where(
            posts.c.channel_id == channel_id,
            among(posts.c.state, OPEN),
            posts.c.kind == CARD,
            posts.c.state == PostState.POSTING,
        )
        .limit(1)
    )
    return db.execute(waiting).first() is not None


def set_thread(db: Connection, conversation_id: int, thread_ts: str) -> None:
    db.execute(update(conversations).where(conversations.c.id == conversation_id).values(thread_ts=thread_ts))


def card_changed(db: Connection, *conversation_ids: int) -> None:
    """Say that the cards at the heads of these threads do not show how things stand any more."""
    db.execute(CARD_CHANGED, [{"conversation_id": conversation_id} for conversation_id in conversation_ids])


def card_shown(db: Connection, conversation_id: int) -> None:
    """Say that the card is about to be brought up to date; a change from now on is a new one."""
    db.execute(update(conversations).where(conversations.c.id == conversation_id).values(card_is_old=False))


def with_old_cards(db: Connection) -> list[int]:
    """Conversations whose cards are in Slack and out of date."""
    return list(
        db.scalars(
            select(conversations.c.id).where(
                text("card_is_old"),
                conversations.c.thread_ts.is_not(None),  # as its index says it
            )
        )
    )


def standing(db: Connection, conversation_id: int) -> Standing:
    heard = db.execute(
        select(texts.c.received_at)
        .where(texts.c.conversation_id == conversation_id)
        .order_by(texts.c.id.desc())
        .limit(1)
    ).first()
    answered = db.execute(
        select(replies.c.created_at, replies.c.user_id, replies.c.state)
        .where(replies.c.conversation_id == conversation_id)
        .order_by(replies.c.id.desc())
        .limit(1)
    ).first()
    return Standing(
        heard_at=None if heard is None else heard.received_at,
        answered_at=None if answered is None else answered.created_at,
        answered_by=None if answered is None else answered.user_id,
        answer_state=None if answered is None else ReplyState(answered.state),
    )


def latest_threads(db: Connection, number: str, limit: int) -> list[int]:
    """The conversations of a number in whose threads somebody texted last, in whichever channels."""
    last = (
        select(func.max(texts.c.id))
        .where(texts.c.conversation_id == conversations.c.id)
        .correlate(conversations)
        .scalar_subquery()
    )
    return list(
        db.scalars(
            select(conversations.c.id)
            .where(conversations.c.number == number, conversations.c.thread_ts.is_not(None))
            .order_by(func.coalesce(last, 0).desc(), conversations.c.id.desc())
            .limit(limit)
        )
    )


def forget_thread(db: Connection, conversation_id: int) -> None:
    """Its card is gone from Slack."""
    db.execute(update(conversations).where(conversations.c.id == conversation_id).values(thread_ts=None))


def of_person(db: Connection, person: str) -> list[Conversation]:
    """Every conversation with a person, with whichever of our numbers."""
    rows = db.execute(select(conversations).where(conversations.c.person == person))
    return [_conversation(row) for row in rows]


def _among(db: Connection, keys: Sequence[Key]) -> dict[Key, Conversation]:
    return {_key(row): _conversation(row) for row in db.execute(AMONG, {"keys": keys})}


def _key(row: Row[Any]) -> Key:
    return row.number, row.person, row.channel_id


def _conversation(row: Row[tuple[object, ...]]) -> Conversation:
    return Conversation(
        id=row.id,
        number=row.number,
        person=row.person,
        channel_id=row.channel_id,
        thread_ts=row.thread_ts,
        card_is_old=row.card_is_old,
    )
