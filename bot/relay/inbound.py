"""Texts from phones: kept before Flowroute gets its 200, then shown in the channel of their number."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Connection

from bot import cards
from bot.cards import Card
from bot.clock import utc_now
from bot.errors import BotError
from bot.lanes import Lane, Wake
from bot.relay.opt_outs import OptOuts
from bot.store import contacts, conversations, links, media, posts, texts
from bot.store.conversations import Conversation
from bot.store.engine import Store
from bot.store.media import Announced
from bot.store.texts import Text, Via
from flowroute.webhooks import InboundMessage

log = logging.getLogger(__name__)

TEXT = "text"
UNPLACED = "unplaced"
NO_CHANNEL_S = 30.0
MDR1 = "mdr1-"


class Inbound:
    """Keeps each text once and queues its post; `default_channel` may ask Slack, so only a lane calls it."""

    def __init__(
        self, store: Store, wake: Wake, opt_outs: OptOuts, default_channel: Callable[[], str]
    ) -> None:
        self._store = store
        self._wake = wake
        self._opt_outs = opt_outs
        self._default_channel = default_channel

    def receive(self, message: InboundMessage, via: Via = Via.WEBHOOK) -> bool:
        """Keep a text and queue its post in one commit; False when it was kept before."""
        with self._store.write() as db:
            texts.hold_order(db, message.to)
            text = self._remember(db, message, via)
            if text is None:
                return False
            if contacts.of(db, text.person).blocked:
                texts.block(db, text.id)
                return True
            link = links.of(db, text.number)
            conversation = None if link is None else self._place(db, text, link.channel_id)
        if conversation is None:
            self._wake(Lane.PLACING, UNPLACED)
        else:
            self._wake(Lane.POSTS, conversation.channel_id)
            if message.media:
                self._wake(Lane.MEDIA, str(text.id))
            self._opt_outs.woken(conversation)
        return True

    def unplaced(self) -> Iterable[str]:
        with self._store.read() as db:
            return [UNPLACED] if texts.unplaced(db, limit=1) else []

    def place_unplaced(self, _lane: str) -> float | None:
        """Send texts to unlinked numbers to the default channel."""
        try:
            channel_id = self._default_channel()
        except BotError:
            log.warning("no default channel can be found in Slack")
            return NO_CHANNEL_S
        while True:
            with self._store.write() as db:
                waiting = texts.unplaced(db)
                for text in waiting:
                    self._place(db, text, channel_id)
            if not waiting:
                return None
            self._wake(Lane.POSTS, channel_id)

    def move_waiting(self, db: Connection, number: str, old_channel: str, new_channel: str) -> None:
        """Texts that still wait for a number's old channel go to its new one, in their order."""
        for post_id, text_id in posts.waiting_texts_to(db, number, old_channel):
            posts.remove_by_id(db, post_id)
            _queue(db, texts.get(db, text_id), new_channel)

    def thread_card(self, conversation_id: int) -> Card:
        """The parent of a thread: who, with which number, and how things stand."""
        with self._store.read() as db:
            conversation = conversations.get(db, conversation_id)
            link = links.of(db, conversation.number)
            return cards.conversation(
                conversation,
                name=contacts.of(db, conversation.person).name,
                mode=None if link is None else link.mode,
                standing=conversations.standing(db, conversation_id),
            )

    def text_card(self, text_id: int) -> Card:
        with self._store.read() as db:
            return cards.text(texts.get(db, text_id))

    def _remember(self, db: Connection, message: InboundMessage, via: Via) -> Text | None:
        now = utc_now()
        # Flowroute has two families of ids; what came under the other one is not new.
        if (via is Via.LIST or message.id.startswith(MDR1)) and (
            texts.known(db, [message.id]) or _is_twin(db, message, now)
        ):
            return None
        text = texts.remember(
            db,
            message_id=message.id,
            number=message.to,
            person=message.from_,
            body=message.body,
            is_mms=message.is_mms,
            sent_at=message.timestamp,
            received_at=now,
            via=via,
        )
        if text is not None:
            media.announce(db, text.id, [Announced(p.url, p.file_name, p.mime_type) for p in message.media])
        return text

    def _place(self, db: Connection, text: Text, channel_id: str) -> Conversation:
        conversation = _queue(db, text, channel_id)
        self._opt_outs.heard(db, conversation, text)
        return conversation


def _queue(db: Connection, text: Text, channel_id: str) -> Conversation:
    """Put a text into its conversation in a channel, and its post into the channel's queue."""
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
    conversations.card_changed(db, conversation.id)
    return conversation


def _is_twin(db: Connection, message: InboundMessage, now: datetime) -> bool:
    return texts.claim_twin(
        db,
        message_id=message.id,
        number=message.to,
        person=message.from_,
        body=message.body,
        at=message.timestamp or now,
    )
