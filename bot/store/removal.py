"""Removing what is old and done with, oldest first and a little at a time.

Ids grow with time, so a table is walked from its beginning until a row is too young: no statement reads more
than a few hundred rows, however many there are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, exists, select

from bot.store.media import OPEN as OPEN_MEDIA
from bot.store.orders import UNFINISHED
from bot.store.posts import OPEN as OPEN_POSTS
from bot.store.replies import ReplyState
from bot.store.schema import (
    media,
    notices,
    orders,
    outgoing_files,
    posts,
    receipts,
    replies,
    texts,
)
from bot.store.statements import among
from bot.store.texts import Placement

AT_ONCE = 200
OF_A_TEXT = ("text", "pause")
OF_A_REPLY = ("sent", "trouble", "overtaken", "question", "edited")
OF_AN_ORDER = ("order", "approval", "repriced")
OF_ITSELF = ("audit", "change", *OF_AN_ORDER)
"""Kinds of posts that go by their own age: what they refer to is kept."""


@dataclass(frozen=True)
class Walk:
    """Where to go on; None when the end, or what is too young, is reached. `removed` counts rows."""

    after_id: int | None
    removed: int


def _posts_of(kinds: Sequence[str], ref: Column[Any]) -> ColumnElement[bool]:
    return posts.c.kind.in_(kinds) & (posts.c.ref == ref)


def _is_awaited(kinds: Sequence[str], ref: Column[Any]) -> ColumnElement[bool]:
    return exists().where(_posts_of(kinds, ref), among(posts.c.state, OPEN_POSTS))


def _remove_posts(db: Connection, kinds: Sequence[str], refs: list[int]) -> None:
    db.execute(delete(posts).where(posts.c.kind.in_(kinds), posts.c.ref.in_(refs)))


def remove_texts(db: Connection, ids: list[int]) -> None:
    """Remove texts with their files and the posts that show them."""
    db.execute(delete(media).where(media.c.text_id.in_(ids)))
    _remove_posts(db, OF_A_TEXT, ids)
    db.execute(delete(texts).where(texts.c.id.in_(ids)))


def remove_replies(db: Connection, ids: list[int]) -> None:
    """Remove replies with their files, receipts and the posts about them."""
    message_ids = select(replies.c.message_id).where(replies.c.id.in_(ids), replies.c.message_id.is_not(None))
    db.execute(delete(receipts).where(receipts.c.message_id.in_(message_ids)))
    db.execute(delete(outgoing_files).where(outgoing_files.c.reply_id.in_(ids)))
    _remove_posts(db, OF_A_REPLY, ids)
    db.execute(delete(replies).where(replies.c.id.in_(ids)))


def remove_notices(db: Connection, ids: list[int]) -> None:
    """Remove sentences of the bot's own with the posts that show them."""
    _remove_posts(db, ("notice",), ids)
    db.execute(delete(notices).where(notices.c.id.in_(ids)))


def _remove_posts_by_id(db: Connection, ids: list[int]) -> None:
    db.execute(delete(posts).where(posts.c.id.in_(ids)))


def _remove_receipts(db: Connection, ids: list[int]) -> None:
    db.execute(delete(receipts).where(receipts.c.id.in_(ids)))


@dataclass(frozen=True)
class Kept:
    """A table whose old rows go: how old one is, which are done with, and what goes with them."""

    table: Table
    moment: Column[Any]
    is_done: ColumnElement[bool]
    remove: Callable[[Connection, list[int]], None]


KEPT = {
    "texts": Kept(
        texts,
        texts.c.received_at,
        texts.c.placement.in_((Placement.PLACED, Placement.BLOCKED))
        & ~_is_awaited(OF_A_TEXT, texts.c.id)
        & ~exists().where(media.c.text_id == texts.c.id, among(media.c.state, OPEN_MEDIA)),
        remove_texts,
    ),
    "replies": Kept(
        replies,
        replies.c.created_at,
        replies.c.state.in_((ReplyState.KEPT, ReplyState.SENT, ReplyState.FAILED, ReplyState.DELIVERED))
        & ~_is_awaited(OF_A_REPLY, replies.c.id),
        remove_replies,
    ),
    "receipts": Kept(receipts, receipts.c.received_at, receipts.c.id.is_not(None), _remove_receipts),
    "notices": Kept(notices, notices.c.created_at, ~_is_awaited(("notice",), notices.c.id), remove_notices),
    "posts": Kept(
        posts,
        posts.c.created_at,
        posts.c.kind.in_(OF_ITSELF)
        & posts.c.state.not_in(OPEN_POSTS)
        & ~exists().where(
            posts.c.kind.in_(OF_AN_ORDER), orders.c.id == posts.c.ref, orders.c.state.in_(UNFINISHED)
        ),
        _remove_posts_by_id,
    ),
}
"""Neither the audit nor purchases, names, opt-outs and the conversations themselves: those stay."""


def remove_some(db: Connection, name: str, *, before: datetime, after_id: int) -> Walk:
    """Remove what is done with among the next rows of `KEPT[name]` that are older than `before` (UTC)."""
    kept = KEPT[name]
    ident = kept.table.c.id
    page = db.execute(
        select(ident, kept.moment.label("moment")).where(ident > after_id).order_by(ident).limit(AT_ONCE)
    ).all()
    old = [row.id for row in page if row.moment < before]
    gone = list(db.scalars(select(ident).where(ident.in_(old), kept.is_done))) if old else []
    if gone:
        kept.remove(db, gone)
    is_end = len(page) < AT_ONCE or len(old) < len(page)
    return Walk(None if is_end else page[-1].id, len(gone))
