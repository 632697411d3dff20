"""Texts from phones: kept before Flowroute gets its 200, then shown in the channel of their number."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict

from sqlalchemy import Connection

from bot import cards, posting
from bot.cards import Card
from bot.clock import utc_now
from bot.lanes import Wake
from bot.slack import SlackError
from bot.store import conversations, links, posts, texts
from bot.store.engine import Store
from bot.store.texts import Text
from flowroute.webhooks import InboundMessage

log = logging.getLogger(__name__)

TEXT = "text"
PLACING_LANE = "placing"
UNPLACED = "unplaced"
NO_CHANNEL_S = 30.0


class Inbound:
    """Keeps each text once and queues its post; `default_channel` may ask Slack and so never runs here."""

    def __init__(self, store: Store, wake: Wake, default_channel: Callable[[], str]) -> None:
        self._store = store
        self._wake = wake
        self._default_channel = default_channel

    def receive(self, message: InboundMessage) -> bool:
        """Keep a text and queue its post in one commit; False when it was kept before."""
        now = utc_now()
        with self._store.write() as db:
            text = texts.remember(
                db,
                message_id=message.id,
                number=message.to,
                person=message.from_,
                body=message.body,
                is_mms=message.is_mms,
                media=[asdict(part) for part in message.media],
                sent_at=message.timestamp,
                received_at=now,
            )
            if text is None:
                return False
            link = links.of(db, text.number)
            if link is not None:
                _place(db, text, link.channel_id)
        self._wake(*((posting.LANE, link.channel_id) if link else (PLACING_LANE, UNPLACED)))
        return True

    def unplaced(self) -> Iterable[str]:
        with self._store.read() as db:
            return [UNPLACED] if texts.unplaced(db, limit=1) else []

    def place_unplaced(self, _lane: str) -> float | None:
        """Send texts to unlinked numbers to the default channel."""
        try:
            channel_id = self._default_channel()
        except SlackError:
            log.warning("no default channel can be found in Slack")
            return NO_CHANNEL_S
        while True:
            with self._store.write() as db:
                waiting = texts.unplaced(db)
                for text in waiting:
                    _place(db, text, channel_id)
            if not waiting:
                return None
            self._wake(posting.LANE, channel_id)

    def thread_card(self, conversation_id: int) -> Card:
        """The parent of a thread: who, with which number."""
        with self._store.read() as db:
            conversation = conversations.get(db, conversation_id)
            linked = links.of(db, conversation.number) is not None
        return cards.conversation(conversation, linked=linked)

    def text_card(self, text_id: int) -> Card:
        with self._store.read() as db:
            return cards.text(texts.get(db, text_id))


def _place(db: Connection, text: Text, channel_id: str) -> None:
    now = utc_now()
    posts.hold_order(db, channel_id)
    conversation, is_new = conversations.ensure(db, text.number, text.person, channel_id, now)
    texts.place(db, text.id, conversation.id)
    if is_new:
        posts.add(
            db,
            kind=conversations.CARD,
            ref=conversation.id,
            channel_id=channel_id,
            conversation_id=None,
            now=now,
        )
    posts.add(db, kind=TEXT, ref=text.id, channel_id=channel_id, conversation_id=conversation.id, now=now)
