"""Erasing one person: what they wrote, what they were written, and who they are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, cast, delete, or_, select, update

from bot.store.audit import AUDIT, CHANGE
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
    """What went, and where Slack still shows it, as (channel id, ts): threads, and posts about changes."""

    texts: int
    replies: int
    threads: list[tuple[str, str]]
    announcements: list[tuple[str, str]]


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
    announcing = _announcements(person).where(posts.c.state == PostState.POSTING)
    return any(db.execute(doubt.limit(1)).first() is not None for doubt in (posting, sending, announcing))


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
    announced = db.execute(_announcements(person).where(posts.c.ts.is_not(None)).order_by(posts.c.id))
    announcements = [(row.channel_id, row.ts) for row in announced]
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
    return Erased(len(text_ids), len(reply_ids), threads, announcements)


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


def _announcements(person: str) -> Select[tuple[str, str]]:
    """Posts of audit entries that name them, as they were before they were masked."""
    entries = select(audit.c.id).where(or_(audit.c.subject == person, _told(person)))
    return select(posts.c.channel_id, posts.c.ts).where(
        posts.c.kind.in_((AUDIT, CHANGE)), posts.c.ref.in_(entries)
    )


def _told(person: str) -> ColumnElement[bool]:
    """Audit entries of which a fact names them."""
    return or_(
        *(cast(facts, Text).contains(person, autoescape=True) for facts in (audit.c.before, audit.c.after))
    )


def _mask_in_audit(db: Connection, person: str) -> None:
    mask = masked(person)
    db.execute(update(audit).where(audit.c.subject == person).values(subject=mask, before=None, after=None))
    for row in db.execute(select(audit).where(_told(person))).all():
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
