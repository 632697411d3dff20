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
from bot.logs import about
from bot.relay.opt_outs import OptOuts
from bot.store import bookmarks, contacts, conversations, links, media, posts, texts
from bot.store.conversations import Conversation
from bot.store.engine import Store
from bot.store.media import Announced
from bot.store.texts import Text, Via
from flowroute.webhooks import InboundMessage

log = logging.getLogger(__name__)

TEXT = "text"
RESTORED = "restored"
"""The bookmark of when the database was restored from a backup."""
LINKED, UNLINKED = "linked", "unlinked"
NO_CHANNEL_S = 30.0


class Inbound:
    """Keeps each text once and queues its post.

    `default_channel` may ask Slack, so only a lane calls it; `relayed` is told since when (UTC) a text that
    is in Slack now was on its way.
    """

    def __init__(
        self,
        store: Store,
        wake: Wake,
        opt_outs: OptOuts,
        default_channel: Callable[[], str],
        relayed: Callable[[datetime], None],
    ) -> None:
        self._store = store
        self._wake = wake
        self._opt_outs = opt_outs
        self._default_channel = default_channel
        self._relayed = relayed

    def receive(self, message: InboundMessage, via: Via = Via.WEBHOOK) -> bool:
        """Keep a text with one commit; False when it was kept before. Lanes do the rest."""
        with self._store.write() as db:
            texts.hold_order(db, message.to)
            text_id = self._remember(db, message, via)
        if text_id is None:
            return False
        with about(TEXT, text_id):
            log.info("a text was stored", extra={"message_id": message.id, "via": via})
        self._wake(Lane.PLACING, LINKED)
        return True

    def unplaced(self) -> Iterable[str]:
        with self._store.read() as db:
            return [LINKED] if texts.any_unplaced(db) else []

    def place(self, lane: str) -> float | None:
        """Put what was kept into its conversations and queue its posts, oldest first, many in one commit.

        Texts to numbers that are linked nowhere have a lane of their own: their channel may not be known.
        """
        if lane == UNLINKED:
            return self._place_unlinked()
        while self._place_some(lambda db: texts.unplaced(db, linked=True), default_channel=None):
            pass
        with self._store.read() as db:
            rest = texts.any_unplaced(db)
        if rest:
            self._wake(Lane.PLACING, UNLINKED)
        return None

    def _place_unlinked(self) -> float | None:
        try:
            channel_id = self._default_channel()
        except BotError:
            log.warning("no default channel can be found in Slack")
            return NO_CHANNEL_S
        while self._place_some(lambda db: texts.unplaced(db, linked=False), channel_id):
            pass
        return None

    def _place_some(self, waiting: Callable[[Connection], list[Text]], default_channel: str | None) -> bool:
        """False when none was left."""
        woken: set[tuple[str, str]] = set()
        with self._store.write() as db:
            found = waiting(db)
            restored = bookmarks.get(db, RESTORED) if found else None
            for text in found:
                with about(TEXT, text.id):
                    woken |= self._place(db, text, default_channel, _maybe_shown_since(text, restored))
        for kind, lane in woken:
            self._wake(kind, lane)
        return bool(found)

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

    def shown(self, db: Connection, text_id: int, _ts: str) -> None:
        """A text is in Slack."""
        self._relayed(texts.get(db, text_id).received_at)

    def _remember(self, db: Connection, message: InboundMessage, via: Via) -> int | None:
        """Its row's id; None when it is known already."""
        now = utc_now()
        # Flowroute has two families of ids; what came under the other one is not new.
        if (via is Via.LIST or message.id.startswith(texts.OLD_FAMILY)) and (
            texts.known(db, [message.id]) or _is_twin(db, message, now)
        ):
            return None
        text_id = texts.remember(
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
        if text_id is not None:
            media.announce(db, text_id, [Announced(p.url, p.file_name, p.mime_type) for p in message.media])
        return text_id

    def _place(
        self, db: Connection, text: Text, default_channel: str | None, maybe_since: datetime | None
    ) -> set[tuple[str, str]]:
        """The lanes in which this gives something to do."""
        if contacts.of(db, text.person).blocked:
            texts.block(db, text.id)
            return set()
        link = links.of(db, text.number)
        channel_id = default_channel if link is None else link.channel_id
        if channel_id is None:  # unlinked a moment ago
            return set()
        conversation = _queue(db, text, channel_id, maybe_since)
        woken: set[tuple[str, str]] = {(Lane.POSTS, channel_id)}
        if self._opt_outs.heard(db, conversation, text, may_answer=maybe_since is None):
            woken.add((Lane.REPLIES, str(conversation.id)))
        if text.is_mms:
            woken.add((Lane.MEDIA, str(text.id)))
        return woken


def _maybe_shown_since(text: Text, restored: datetime | None) -> datetime | None:
    """When a text came that a bot before a restore may have shown."""
    came = text.sent_at if text.via is Via.LIST else text.received_at
    return came if restored is not None and came is not None and came < restored else None


def _queue(db: Connection, text: Text, channel_id: str, maybe_since: datetime | None = None) -> Conversation:
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
            maybe_since=maybe_since,
        )
    posts.add(
        db,
        kind=TEXT,
        ref=text.id,
        channel_id=channel_id,
        conversation_id=conversation.id,
        now=now,
        maybe_since=maybe_since,
    )
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
