"""Posts to Slack: each exactly once, in the order of its channel, no faster than Slack likes.

Before a request leaves, its post is marked; after an answer that says nothing, or a crash, the conversation
is read for our own metadata before anything is posted again (docs.slack.dev, "Message metadata").
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import cards
from bot.alarms import Alarms
from bot.cards import Card
from bot.clock import utc_now
from bot.errors import BotError
from bot.logs import REPLY, about
from bot.relay.composing import SENT
from bot.relay.replies import EDITED, QUESTION
from bot.relay.troubles import TROUBLE
from bot.slack import Refused, Slack, TooFast, Unsure, oldest
from bot.store import conversations, notices, posts
from bot.store.conversations import CARD
from bot.store.engine import Store
from bot.store.notices import NOTICE
from bot.store.posts import Post, PostState

log = logging.getLogger(__name__)

METADATA_TYPE = "flowroute_post"
AFTER_UNSURE_S = 2.0  # time for a request that is still on its way inside Slack to show
STUCK_CHANNEL_S = 15.0
CURES = {
    "is_archived": "It is archived: unarchive it.",
    "channel_not_found": "If it is private, invite me with `/invite`.",
    "not_in_channel": "Invite me with `/invite`.",
    "restricted_action": "Posting there is restricted: allow apps to post.",
}

# Refusals that concern the message, not the channel: waiting cures none of them.
ABOUT_THE_MESSAGE = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
        "invalid_arguments",
        "invalid_metadata",
    }
)

ABOUT_REPLIES = frozenset({SENT, TROUBLE, QUESTION, EDITED})
"""Kinds whose `ref` is a reply, so that the log tells of one thing by one id."""

Render = Callable[[int], Card]
OnPosted = Callable[[Connection, int, str], None]
Instead = Callable[[int], str | None]


@dataclass(frozen=True)
class PostKind:
    """One kind of post, whose `ref` is given to each of these: what it looks like, and what else it does."""

    render: Render
    on_posted: OnPosted | None = None
    """Told of (ref, ts) in the transaction that marks a post as posted."""
    instead: Instead | None = None
    """For an announcement, which a channel may miss because whoever caused it was answered privately: a
    command also works where the bot may not post. Which channel it goes to then; None for nowhere."""


class Pace:
    """Slack's one message a second in each channel, with a short burst (docs.slack.dev, "Rate limits")."""

    def __init__(self, per_second: float = 1.0, burst: int = 3) -> None:
        self._per_second = per_second
        self._burst = burst
        self._allowance: dict[str, tuple[float, float]] = {}

    def wait_s(self, channel_id: str) -> float:
        """How long until a post may be made there; 0 when it may be made now."""
        return max(0.0, (1 - self._tokens(channel_id)) / self._per_second)

    def take(self, channel_id: str) -> None:
        """A post is made there."""
        self._allowance[channel_id] = (self._tokens(channel_id) - 1, time.monotonic())

    def _tokens(self, channel_id: str) -> float:
        now = time.monotonic()
        tokens, since = self._allowance.get(channel_id, (float(self._burst), now))
        return min(self._burst, tokens + (now - since) * self._per_second)


class Notices:
    """Renders sentences of the bot's own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def card(self, notice_id: int) -> Card:
        with self._store.read() as db:
            return cards.notice(notices.body_of(db, notice_id))


class Poster:
    """Works the lane of one channel at a time."""

    def __init__(
        self,
        store: Store,
        slack: Slack,
        kinds: Mapping[str, PostKind],
        pace: Pace,
        alarms: Alarms,
    ) -> None:
        self._store = store
        self._slack = slack
        self._kinds = kinds
        self._pace = pace
        self._alarms = alarms

    def due(self) -> list[str]:
        with self._store.read() as db:
            return posts.channels_with_open(db)

    def work(self, channel_id: str) -> float | None:
        """Post what waits in `channel_id`, oldest first."""
        while True:
            if too_soon_s := self._pace.wait_s(channel_id):
                return too_soon_s
            with self._store.read() as db:
                post = posts.oldest_open(db, channel_id)
            if post is None:
                return None
            with about(REPLY if post.kind in ABOUT_REPLIES else post.kind, post.ref):
                wait_s = self._post(post)
            if wait_s is not None:
                return wait_s

    def _post(self, post: Post) -> float | None:
        if post.state is PostState.POSTING:
            return self._settle(post)
        card = self._card(post)
        if card is None:
            return None
        self._pace.take(post.channel_id)
        with self._store.write() as db:
            begun = posts.begin(db, post.id, utc_now())
        return self._send(post, card) if begun else None

    def _card(self, post: Post) -> Card | None:
        """What a post looks like; one that cannot be shown is dropped, so that it holds up nothing."""
        kind = self._kinds[post.kind]  # one that only a newer release knows waits for that
        try:
            return kind.render(post.ref)
        except (BotError, SQLAlchemyError):
            raise  # it may be well in a moment
        except Exception:
            log.exception("a post cannot be shown", extra={"post": post.key})
            self._drop(post)
            return None

    def _drop(self, post: Post) -> None:
        with self._store.write() as db:
            posts.set_state(db, post.id, PostState.DROPPED)
        if post.kind != NOTICE:  # an alarm is one itself
            self._alarms.raise_once(f"dropped {post.key}", _dropped(post))

    def _send(self, post: Post, card: Card) -> float | None:
        try:
            answer = self._slack.call(
                "chat.postMessage",
                channel=post.channel_id,
                thread_ts=post.thread_ts,
                text=card.text,
                blocks=card.blocks,
                metadata={"event_type": METADATA_TYPE, "event_payload": _names(post, card)},
                unfurl_links=False,
                unfurl_media=False,
            )
        except TooFast as error:
            self._not_posted(post)
            return error.retry_after_s
        except Refused as error:
            return self._refused(post, card, error)
        except Unsure:
            return AFTER_UNSURE_S
        self._posted(post, str(answer["ts"]))
        return None

    def _refused(self, post: Post, card: Card, error: Refused) -> float | None:
        if error.code in ABOUT_THE_MESSAGE and card.blocks:
            log.error("Slack refused the blocks of a post", extra={"post": post.key, "code": error.code})
            return self._send(post, Card(text=card.text, blocks=[]))
        if error.code in ABOUT_THE_MESSAGE:
            log.error("Slack refused a post in every form", extra={"post": post.key, "code": error.code})
            self._drop(post)
            return None
        self._not_posted(post)
        if error.code == "not_in_channel" and self._joined(post.channel_id):
            return None
        if error.code == "thread_not_found" and post.conversation_id is not None:
            self._begin_thread_anew(post)
            return None
        log.warning("a channel takes no posts", extra={"channel": post.channel_id, "code": error.code})
        instead = self._kinds[post.kind].instead
        if instead is not None:
            self._go_elsewhere(post, instead(post.ref))
            return None
        self._alarms.raise_once(_stuck(post.channel_id), _what_to_do(post.channel_id, error.code))
        return STUCK_CHANNEL_S

    def _go_elsewhere(self, post: Post, channel_id: str | None) -> None:
        with self._store.write() as db:
            if channel_id is None or channel_id == post.channel_id:
                posts.set_state(db, post.id, PostState.DROPPED)
                return
            posts.hold_order(db, channel_id)
            posts.add_again(db, [post.id], channel_id=channel_id)

    def _begin_thread_anew(self, post: Post) -> None:
        """Somebody deleted the card: a new one goes first, then all that waits for the thread."""
        assert post.conversation_id is not None  # noqa: S101 - the caller looked
        now = utc_now()
        with self._store.write() as db:
            posts.hold_order(db, post.channel_id)
            conversations.forget_thread(db, post.conversation_id)
            posts.remove(db, CARD, post.conversation_id)
            posts.add(
                db,
                kind=CARD,
                ref=post.conversation_id,
                channel_id=post.channel_id,
                conversation_id=None,
                now=now,
            )
            waiting = posts.waiting_in(db, post.conversation_id)
            posts.add_again(db, waiting, channel_id=post.channel_id)

    def _joined(self, channel_id: str) -> bool:
        try:
            self._slack.call("conversations.join", channel=channel_id)
        except (Refused, Unsure):
            return False
        return True

    def _settle(self, post: Post) -> float | None:
        """Find out whether a post whose outcome is unknown is there."""
        wait_s = _still_on_its_way_s(post)
        if wait_s > 0:
            return wait_s
        card = self._card(post)
        if card is None:
            return None
        try:
            ts = self._find(post, card)
        except TooFast as error:
            return error.retry_after_s
        except Unsure:
            return AFTER_UNSURE_S
        except Refused as error:
            if error.code != "thread_not_found":
                return self._unreadable(post, error)
            ts = None
        if ts is None:
            self._not_posted(post)
        else:
            self._posted(post, ts)
        return None

    def _unreadable(self, post: Post, error: Refused) -> float | None:
        """The channel does not let us look; one that the bot is not in can be joined, or missed."""
        if error.code == "not_in_channel" and self._joined(post.channel_id):
            return 0.0
        log.warning("a channel cannot be read", extra={"channel": post.channel_id, "code": error.code})
        instead = self._kinds[post.kind].instead
        if instead is not None:
            self._go_elsewhere(post, instead(post.ref))
            return None
        return STUCK_CHANNEL_S

    def _find(self, post: Post, card: Card) -> str | None:
        assert post.attempted_at is not None  # noqa: S101 - every post in this state has one
        args: dict[str, Any] = {
            "channel": post.channel_id,
            "oldest": oldest(post.attempted_at),
            "include_all_metadata": True,
        }
        method = "conversations.history"
        if post.thread_ts is not None:
            method, args = "conversations.replies", {**args, "ts": post.thread_ts}
        for message in self._slack.each(method, "messages", **args):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == METADATA_TYPE and _is_it(
                metadata.get("event_payload") or {}, post, card
            ):
                return str(message["ts"])
        return None

    def _posted(self, post: Post, ts: str) -> None:
        with self._store.write() as db:
            self._alarms.clear(db, _stuck(post.channel_id))
            posts.set_state(db, post.id, PostState.POSTED, ts=ts)
            on_posted = self._kinds[post.kind].on_posted
            if on_posted is not None:
                on_posted(db, post.ref, ts)
        log.info("posted", extra={"post": post.key, "channel": post.channel_id, "ts": ts})

    def _not_posted(self, post: Post) -> None:
        with self._store.write() as db:
            posts.set_state(db, post.id, PostState.WAITING)


def _still_on_its_way_s(post: Post) -> float:
    """How long to wait before a look tells anything: whoever began it may have died a moment ago."""
    assert post.attempted_at is not None  # noqa: S101 - every post in this state has one
    age = utc_now() - post.attempted_at
    return AFTER_UNSURE_S - abs(age.total_seconds())  # below zero where another host's clock is ahead


def _names(post: Post, card: Card) -> dict[str, str]:
    names = {"key": post.key, "queued": post.queued}
    return names if card.id is None else {**names, "id": card.id}


def _is_it(payload: Mapping[str, Any], post: Post, card: Card) -> bool:
    """Whether a message is this post; what is named for good is known by that name alone."""
    if card.id is not None and "id" in payload:
        return bool(payload["id"] == card.id)
    queued = payload.get("queued", post.queued)  # what the releases before this one posted does not say
    return bool(payload.get("key") == post.key and queued == post.queued)


def _stuck(channel_id: str) -> str:
    return f"stuck {channel_id}"


def _dropped(post: Post) -> str:
    return (
        f":warning: A message for <#{post.channel_id}> cannot be shown there (`{post.key}` in the log) and "
        "is left out. All texts of a number are in `/flowroute sms history`."
    )


def _what_to_do(channel_id: str, code: str) -> str:
    cure = CURES.get(code, "Have a look at its settings.")
    return (
        f":warning: I cannot post in <#{channel_id}> (Slack says `{code}`). {cure} What is to be posted "
        "there waits and follows by itself; a number can also be linked to another channel."
    )
