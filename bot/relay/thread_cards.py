"""The card at the head of each thread, and what else in it came to be untrue, at a rate that Slack allows."""

import logging
from collections.abc import Callable

from sqlalchemy import Connection

from bot import cards
from bot.cards import Card
from bot.relay.inbound import Inbound
from bot.relay.troubles import OVERTAKEN
from bot.relay.turns import Turns
from bot.slack import Refused, Slack, TooFast, Unsure
from bot.store import contacts, conversations, links, posts, replies
from bot.store.conversations import Conversation
from bot.store.engine import Store
from bot.store.posts import Shown

log = logging.getLogger(__name__)

LATER_S = 5.0


class ThreadCards:
    """Updates one conversation's messages; changes that come while it waits are shown together."""

    def __init__(self, store: Store, slack: Slack, inbound: Inbound, turns: Turns) -> None:
        self._store = store
        self._slack = slack
        self._inbound = inbound
        self._turns = turns

    def due(self) -> list[str]:
        with self._store.read() as db:
            return [str(conversation_id) for conversation_id in conversations.with_old_cards(db)]

    def work(self, lane: str) -> float | None:
        """Bring a conversation's thread up to date: first what may make somebody send a text twice."""
        with self._store.read() as db:
            conversation = conversations.get(db, int(lane))
            overtaken = posts.shown_in(db, OVERTAKEN, conversation.id)
        if conversation.thread_ts is None or not conversation.card_is_old:
            return None
        wait_s = self._turns.wait_s(lane)
        if wait_s:
            return wait_s
        if overtaken:
            return self._correct(overtaken[0])
        return self._show(conversation, conversation.thread_ts)

    def _correct(self, post: Shown) -> float | None:
        wait_s = self._update(post.channel_id, post.ts, lambda: self._overtaken(post.ref))
        if wait_s is None:
            with self._store.write() as db:
                posts.remove_by_id(db, post.id)
        return wait_s or 0.0  # the card itself is next

    def _show(self, conversation: Conversation, thread_ts: str) -> float | None:
        with self._store.read() as db:
            facts = _facts(db, conversation)
        wait_s = self._update(
            conversation.channel_id, thread_ts, lambda: self._inbound.thread_card(conversation.id)
        )
        if wait_s is not None:
            return wait_s
        with self._store.write() as db:
            conversations.card_shown(db, conversation.id)  # holds its row: a later change says so once more
            if _facts(db, conversation) != facts:
                conversations.card_changed(db, conversation.id)
                return 0.0
        return None

    def _overtaken(self, reply_id: int) -> Card:
        with self._store.read() as db:
            return cards.overtaken(replies.get(db, reply_id))

    def _update(self, channel_id: str, ts: str, render: Callable[[], Card]) -> float | None:
        """Seconds to try again in; None when it is done, or cannot be. `render` may ask Slack, too."""
        try:
            card = render()
            self._slack.call("chat.update", channel=channel_id, ts=ts, text=card.text, blocks=card.blocks)
        except TooFast as error:
            return error.retry_after_s
        except Unsure:
            return LATER_S
        except Refused as error:
            log.warning("a card cannot be updated", extra={"channel": channel_id, "code": error.code})
        return None


def _facts(db: Connection, of: Conversation) -> tuple[object, ...]:
    """What the card is made of; it is out of date while it was made of others."""
    return (
        contacts.of(db, of.person),
        links.of(db, of.number),
        conversations.standing(db, of.id),
    )
