"""Erasing one person: what they wrote, what they were written, and who they are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, cast, delete, or_, select, update

from bot.store.conversations import CARD
from bot.store.notices import NOTICE
from bot.store.opt_outs import OptOutState
from bot.store.posts import PostState
from bot.store.removal import remove_notices, remove_replies, remove_texts
from bot.store.replies import DOUBTFUL
from bot.store.schema import (
    audit,
    auto_replies,
    contacts,
    conversations,
    media,
    opt_outs,
    posts,
    replies,
    texts,
)
from bot.store.texts import Placement

ERASED = "erased"


@dataclass(frozen=True)
class Erased:
    """What went, and where Slack still shows it: (channel id, ts of the thread)."""

    texts: int
    replies: int
    threads: list[tuple[str, str]]


def is_under_way(db: Connection, person: str) -> bool:
    """Whether the outcome of a post or a text of theirs is not known yet."""
    of_theirs = select(conversations.c.id).where(conversations.c.person == person)
    posting = select(posts.c.id).where(
        or_(posts.c.conversation_id.in_(of_theirs), (posts.c.kind == CARD) & posts.c.ref.in_(of_theirs)),
        posts.c.state == PostState.POSTING,
    )
    sending = select(replies.c.id).where(
        replies.c.conversation_id.in_(of_theirs), replies.c.state.in_(DOUBTFUL)
    )
    return (
        db.execute(posting.limit(1)).first() is not None or db.execute(sending.limit(1)).first() is not None
    )


def erase(db: Connection, person: str, *, listed_since: datetime) -> Erased:
    """Remove every row about `person`, and their number and name from the audit.

    A STOP stays, since it must be obeyed, and so does a block, without the name. Of texts that came after
    `listed_since` (UTC) the bare id stays: Flowroute's message list would bring them back otherwise.
    """
    of_theirs = list(db.scalars(select(conversations.c.id).where(conversations.c.person == person)))
    threads = [
        (row.channel_id, row.thread_ts)
        for row in db.execute(
            select(conversations).where(conversations.c.id.in_(of_theirs)).order_by(conversations.c.id)
        )
        if row.thread_ts is not None
    ]
    reply_ids = list(db.scalars(select(replies.c.id).where(replies.c.conversation_id.in_(of_theirs))))
    remove_replies(db, reply_ids)
    text_ids = _remove_texts(db, person, listed_since)
    said = select(posts.c.ref).where(posts.c.kind == NOTICE, posts.c.conversation_id.in_(of_theirs))
    remove_notices(db, list(db.scalars(said)))
    db.execute(delete(posts).where(posts.c.conversation_id.in_(of_theirs)))
    db.execute(delete(posts).where(posts.c.kind == CARD, posts.c.ref.in_(of_theirs)))
    db.execute(delete(conversations).where(conversations.c.id.in_(of_theirs)))
    db.execute(delete(contacts).where(contacts.c.person == person, ~contacts.c.blocked))
    db.execute(update(contacts).where(contacts.c.person == person).values(name=None))
    db.execute(delete(opt_outs).where(opt_outs.c.person == person, opt_outs.c.state != OptOutState.STOPPED))
    db.execute(delete(auto_replies).where(auto_replies.c.person == person))
    _mask_in_audit(db, person)
    return Erased(len(text_ids), len(reply_ids), threads)


def masked(person: str) -> str:
    """What the audit calls somebody who was erased: enough to tell two of them apart."""
    return f"{ERASED} …{person[-2:]}"


def _remove_texts(db: Connection, person: str, listed_since: datetime) -> list[int]:
    found = db.execute(select(texts.c.id, texts.c.received_at).where(texts.c.person == person)).all()
    ids = [row.id for row in found]
    remove_texts(db, [row.id for row in found if row.received_at < listed_since])
    db.execute(delete(media).where(media.c.text_id.in_(ids)))
    db.execute(
        update(texts)
        .where(texts.c.id.in_(ids))
        .values(person=ERASED, body="", placement=Placement.BLOCKED, conversation_id=None)
    )
    return ids


def _mask_in_audit(db: Connection, person: str) -> None:
    mask = masked(person)
    facts = (audit.c.before, audit.c.after)
    db.execute(update(audit).where(audit.c.subject == person).values(subject=mask, before=None, after=None))
    told = or_(*(cast(column, Text).contains(person, autoescape=True) for column in facts))
    for row in db.execute(select(audit).where(told)).all():
        db.execute(
            update(audit)
            .where(audit.c.id == row.id)
            .values(before=_without(row.before, person, mask), after=_without(row.after, person, mask))
        )


def _without(facts: Any, person: str, mask: str) -> Any:  # noqa: ANN401 - plain JSON
    if isinstance(facts, dict):
        return {key: _without(value, person, mask) for key, value in facts.items()}
    if isinstance(facts, list):
        return [_without(value, person, mask) for value in facts]
    return facts.replace(person, mask) if isinstance(facts, str) else facts
