"""What the bot has to say in Slack and what it said: one row a message, in the order of its channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from bot.store.schema import conversations, posts
from bot.store.statements import among, hold, insert_all_new, try_hold


class PostState(StrEnum):
    """A post only moves down this list."""

    WAITING = "waiting"
    POSTING = "posting"
    """The request may have left; only a look into the channel can tell."""
    POSTED = "posted"
    DROPPED = "dropped"
    """Slack refused it in every form; an operator has been told."""


OPEN = (PostState.WAITING, PostState.POSTING)


@dataclass(frozen=True)
class Post:
    """A message to Slack: `kind` says which builder renders it, `ref` of what."""

    id: int
    kind: str
    ref: int
    channel_id: str
    conversation_id: int | None
    state: PostState
    attempted_at: datetime | None
    created_at: datetime
    thread_ts: str | None

    @property
    def key(self) -> str:
        """Names this post in Slack's message metadata, so that it can be found again."""
        return f"{self.kind}:{self.ref}"

    @property
    def queued(self) -> str:
        """Tells it from one of the same key that was posted before: a text can be parked twice."""
        return self.created_at.isoformat()


@dataclass(frozen=True)
class Shown:
    """A message that is in Slack."""

    id: int
    ref: int
    channel_id: str
    ts: str


@dataclass(frozen=True)
class Waiting:
    """A message that waits to be posted in the conversation with `person`."""

    id: int
    kind: str
    ref: int
    person: str


@dataclass(frozen=True)
class NewPost:
    """A message that is to be posted; see `Post`."""

    kind: str
    ref: int
    channel_id: str
    conversation_id: int | None
    maybe_since: datetime | None = None
    """It may be in Slack since about then (UTC), and is looked for before it is posted."""


OLDEST_OPEN = (
    select(posts, conversations.c.thread_ts)
    .outerjoin(conversations, conversations.c.id == posts.c.conversation_id)
    .where(posts.c.channel_id == bindparam("channel_id"), among(posts.c.state, OPEN))
    .order_by(posts.c.id)
    .limit(1)
)
BEGIN = (
    update(posts)
    .where(posts.c.id == bindparam("post_id"), posts.c.state == PostState.WAITING)
    .values(state=PostState.POSTING, attempted_at=bindparam("now"))
)
SET_STATE = (
    update(posts)
    .where(posts.c.id == bindparam("post_id"))
    .values(state=bindparam("new"), ts=func.coalesce(bindparam("new_ts", type_=posts.c.ts.type), posts.c.ts))
)


def hold_order(db: Connection, channel_id: str) -> None:
    """Make posts to one channel commit in the order of their ids, until the transaction ends."""
    hold(db, _order_of(channel_id))


def hold_free(db: Connection, channel_ids: Sequence[str]) -> set[str]:
    """Hold the order of the first channel, and of those others that nobody else holds.

    Whoever waits for one channel while holding another could wait for somebody who does the same.
    """
    first, *others = channel_ids
    hold_order(db, first)
    return {first, *(channel_id for channel_id in others if try_hold(db, _order_of(channel_id)))}


def add(
    db: Connection,
    *,
    kind: str,
    ref: int,
    channel_id: str,
    conversation_id: int | None,
    now: datetime,
) -> bool:
    """Queue a post; False when it is queued or posted already."""
    return add_all(db, [NewPost(kind, ref, channel_id, conversation_id)], now) > 0


def add_all(db: Connection, new: Sequence[NewPost], now: datetime) -> int:
    """Queue posts in their order, apart from those that are queued or posted already; how many were new."""
    values = [
        {
            "kind": post.kind,
            "ref": post.ref,
            "channel_id": post.channel_id,
            "conversation_id": post.conversation_id,
            "state": PostState.WAITING if post.maybe_since is None else PostState.POSTING,
            "attempted_at": post.maybe_since,
            "created_at": now,
        }
        for post in new
    ]
    return len(insert_all_new(db, posts, values))


def add_again(db: Connection, post_ids: list[int], *, channel_id: str) -> None:
    """Put waiting posts at the end of a channel's queue, in their order."""
    rows = db.execute(select(posts).where(posts.c.id.in_(post_ids)).order_by(posts.c.id)).all()
    db.execute(delete(posts).where(posts.c.id.in_(post_ids)))
    for row in rows:
        add(
            db,
            kind=row.kind,
            ref=row.ref,
            channel_id=channel_id,
            conversation_id=row.conversation_id,
            now=row.created_at,
        )


def waiting_in(db: Connection, conversation_id: int) -> list[int]:
    """Ids of the posts that wait for a conversation's thread, oldest first."""
    return list(
        db.scalars(
            select(posts.c.id)
            .where(posts.c.conversation_id == conversation_id, posts.c.state == PostState.WAITING)
            .order_by(posts.c.id)
        )
    )


def waiting_for(db: Connection, number: str, channel_id: str, kinds: Sequence[str]) -> list[Waiting]:
    """What of these kinds waits for a channel in the conversations of a number there, oldest first."""
    rows = db.execute(
        select(posts.c.id, posts.c.kind, posts.c.ref, conversations.c.person)
        .join(conversations, conversations.c.id == posts.c.conversation_id)
        .where(
            posts.c.kind.in_(kinds),
            posts.c.channel_id == channel_id,
            among(posts.c.state, OPEN),
            posts.c.state == PostState.WAITING,
            conversations.c.number == number,
        )
        .order_by(posts.c.id)
    )
    return [Waiting(row.id, row.kind, row.ref, row.person) for row in rows]


def remove_by_id(db: Connection, post_id: int) -> None:
    db.execute(delete(posts).where(posts.c.id == post_id))


def remove(db: Connection, kind: str, ref: int, state: PostState | None = None) -> None:
    """Forget a post, so that it can be queued anew; with `state` only one in that state."""
    gone = delete(posts).where(posts.c.kind == kind, posts.c.ref == ref)
    db.execute(gone if state is None else gone.where(posts.c.state == state))


def rename(db: Connection, kind: str, ref: int, new_kind: str) -> None:
    """Let what is in Slack count as another kind; not while there is such a one of that kind already."""
    other = posts.alias()
    taken = select(other.c.id).where(other.c.kind == new_kind, other.c.ref == ref).exists()
    db.execute(
        update(posts)
        .where(posts.c.kind == kind, posts.c.ref == ref, posts.c.state == PostState.POSTED, ~taken)
        .values(kind=new_kind)
    )


def oldest_open(db: Connection, channel_id: str) -> Post | None:
    row = db.execute(OLDEST_OPEN, {"channel_id": channel_id}).first()
    return None if row is None else _post(row)


def channels_with_open(db: Connection) -> list[str]:
    return list(db.scalars(select(posts.c.channel_id).where(among(posts.c.state, OPEN)).distinct()))


def begin(db: Connection, post_id: int, now: datetime) -> bool:
    """Say that the request is about to leave; False when the post was moved or begun elsewhere meanwhile."""
    return db.execute(BEGIN, {"post_id": post_id, "now": now}).rowcount > 0


def doubt_waiting(db: Connection) -> None:
    """Whatever waits may have been posted by a bot whose memory of it is lost: look before posting."""
    db.execute(
        update(posts)
        .where(among(posts.c.state, [PostState.WAITING]))
        .values(state=PostState.POSTING, attempted_at=posts.c.created_at)
    )


def set_state(db: Connection, post_id: int, state: PostState, *, ts: str | None = None) -> None:
    db.execute(SET_STATE, {"post_id": post_id, "new": state, "new_ts": ts})


def is_known(db: Connection, kind: str, ref: int) -> bool:
    """Whether such a post was queued, whatever became of it."""
    return db.scalar(select(posts.c.id).where(posts.c.kind == kind, posts.c.ref == ref)) is not None


def is_open(db: Connection, kind: str, ref: int) -> bool:
    """Whether such a post waits or is being made."""
    found = select(posts.c.id).where(posts.c.kind == kind, posts.c.ref == ref, among(posts.c.state, OPEN))
    return db.scalar(found) is not None


def ts_of(db: Connection, kind: str, ref: int) -> tuple[str, str] | None:
    """(channel id, ts) of a post that is in Slack."""
    row = db.execute(
        select(posts.c.channel_id, posts.c.ts).where(
            posts.c.kind == kind, posts.c.ref == ref, posts.c.ts.is_not(None)
        )
    ).first()
    return None if row is None else (row.channel_id, row.ts)


def shown_in(db: Connection, kind: str, conversation_id: int) -> list[Shown]:
    """What of a kind is in Slack in a conversation, oldest first."""
    rows = db.execute(
        select(posts.c.id, posts.c.ref, posts.c.channel_id, posts.c.ts)
        .where(posts.c.conversation_id == conversation_id, posts.c.kind == kind, posts.c.ts.is_not(None))
        .order_by(posts.c.id)
    )
    return [Shown(row.id, row.ref, row.channel_id, row.ts) for row in rows]


def _order_of(channel_id: str) -> str:
    return f"posts {channel_id}"


def _post(row: Row[tuple[object, ...]]) -> Post:
    return Post(
        id=row.id,
        kind=row.kind,
        ref=row.ref,
        channel_id=row.channel_id,
        conversation_id=row.conversation_id,
        state=PostState(row.state),
        attempted_at=row.attempted_at,
        created_at=row.created_at,
        thread_ts=row.thread_ts,
    )
