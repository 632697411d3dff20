"""Texts from phones: kept before Flowroute gets its 200, then shown in the channel of their number."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot import cards
from bot.cards import Card
from bot.clock import utc_now
from bot.errors import BotError
from bot.lanes import Lane, Wake
from bot.logs import about
from bot.relay.opt_out_words import Intent, classify
from bot.relay.opt_outs import PAUSE, OptOuts
from bot.relay.places import Places
from bot.relay.troubles import TROUBLE
from bot.store import bookmarks, contacts, conversations, links, media, posts, texts
from bot.store.conversations import Conversation
from bot.store.engine import Store
from bot.store.media import Announced
from bot.store.notices import NOTICE
from bot.store.posts import NewPost, Waiting
from bot.store.texts import TEXT, NewText, Text, Via
from bot.store.together import Together
from flowroute.webhooks import InboundMessage

log = logging.getLogger(__name__)

MOVING = (TEXT, PAUSE, NOTICE, TROUBLE)
"""Kinds of posts that follow a number to another channel; others are about messages of the old one."""
RESTORED = "restored"
"""The bookmark of when the database was restored from a backup."""
LINKED, UNLINKED = "linked", "unlinked"
NO_CHANNEL_S = 30.0
GATHER_S = 0.02
"""After some texts were placed: what comes meanwhile is placed in one commit, too."""


@dataclass(frozen=True)
class _Shown:
    """A text on its way into a channel."""

    text: Text
    channel_id: str
    maybe_since: datetime | None = None
    """When a bot before a restore may have shown it (UTC)."""

    @property
    def key(self) -> conversations.Key:
        return self.text.number, self.text.person, self.channel_id


class Inbound:
    """Keeps each text once and queues its post.

    `places` may ask Slack, so only a lane calls what needs it; `relayed` is told since when (UTC) a text that
    is in Slack now was on its way, `stored` how a text came that is new.
    """

    def __init__(
        self,
        store: Store,
        wake: Wake,
        opt_outs: OptOuts,
        places: Places,
        relayed: Callable[[datetime], None],
        stored: Callable[[Via], None],
    ) -> None:
        self._store = store
        self._wake = wake
        self._opt_outs = opt_outs
        self._places = places
        self._relayed = relayed
        self._stored = stored
        self._keep_together = Together(store, _keep)

    def receive(self, message: InboundMessage, via: Via = Via.WEBHOOK) -> bool:
        """Keep a text with one commit; False when it was kept before. Lanes do the rest."""
        # Flowroute has two families of ids; what came under the other one is not new.
        if via is Via.LIST or message.id.startswith(texts.OLD_FAMILY):
            text_id = self._keep_unless_twin(message, via)
        else:
            text_id = self._keep_together(message)
        if text_id is None:
            return False
        with about(TEXT, text_id):
            log.info("a text was stored", extra={"message_id": message.id, "via": via})
        self._stored(via)
        self._wake(Lane.PLACING, LINKED)
        return True

    def lacks_files(self, message_id: str) -> bool:
        """Whether a text is kept under this id, or as its twin, for which no file was announced."""
        with self._store.read() as db:
            text = texts.find(db, message_id)
            return text is not None and not media.has_parts(db, text.id)

    def complete(self, message: InboundMessage) -> None:
        """Fetch the files of a text that is kept already and came without them, as from old webhooks."""
        with self._store.write() as db:
            texts.hold_order(db, [message.to])
            text = texts.find(db, message.id)
            if text is None or media.has_parts(db, text.id) or not message.media:
                return
            _announce(db, text.id, message)
            texts.is_picture(db, text.id)
        with about(TEXT, text.id):
            log.info("the files of a text were found", extra={"message_id": message.id})
        self._wake(Lane.MEDIA, str(text.id))

    def unplaced(self) -> Iterable[str]:
        with self._store.read() as db:
            return [LINKED] if texts.any_unplaced(db) else []

    def place(self, lane: str) -> float | None:
        """Put what was kept into its conversations and queue its posts, oldest first, many in one commit.

        Texts to numbers that are linked nowhere have a lane of their own: their channel may not be known.
        """
        if lane == UNLINKED:
            return self._place_unlinked()
        if self._place_some(lambda db: texts.unplaced(db, linked=True), default_channel=None):
            return GATHER_S
        with self._store.read() as db:
            rest = texts.any_unplaced(db)
        if rest:
            self._wake(Lane.PLACING, UNLINKED)
        return None

    def _place_unlinked(self) -> float | None:
        try:
            channel_id = self._places.default_channel()
        except BotError:
            log.warning("no default channel can be found in Slack")
            return NO_CHANNEL_S
        found = self._place_some(lambda db: texts.unplaced(db, linked=False), channel_id)
        return GATHER_S if found else None

    def _place_some(self, waiting: Callable[[Connection], list[Text]], default_channel: str | None) -> bool:
        """False when none was left."""
        with self._store.write() as db:
            found = waiting(db)
            woken = self._place(db, found, default_channel) if found else set()
        for kind, lane in woken:
            self._wake(kind, lane)
        return bool(found)

    def move_waiting(self, db: Connection, number: str, old_channel: str, new_channel: str) -> None:
        """Texts, and what is said of them, that still wait for a number's old channel go to its new one."""
        waiting = posts.waiting_for(db, number, old_channel, MOVING)
        if waiting:
            posts.hold_order(db, new_channel)
        for post in waiting:
            posts.remove_by_id(db, post.id)
            if post.kind == TEXT:
                _queue(db, [_Shown(texts.get(db, post.ref), new_channel)])
            else:
                _say_there(db, post, number, new_channel)

    def thread_card(self, conversation_id: int) -> Card:
        """The parent of a thread: who, with which number, and how things stand; raises as `Places` does."""
        with self._store.read() as db:
            conversation = conversations.get(db, conversation_id)
        elsewhere = self._places.elsewhere(conversation.number, conversation.channel_id)
        with self._store.read() as db:
            link = links.of(db, conversation.number)
            return cards.conversation(
                conversation,
                name=contacts.of(db, conversation.person).name,
                mode=None if link is None else link.mode,
                elsewhere=elsewhere,
                standing=conversations.standing(db, conversation_id),
            )

    def text_card(self, text_id: int) -> Card:
        with self._store.read() as db:
            return cards.text(texts.get(db, text_id))

    def shown(self, db: Connection, text_id: int, _ts: str) -> None:
        """A text is in Slack."""
        self._relayed(texts.get(db, text_id).received_at)

    def _keep_unless_twin(self, message: InboundMessage, via: Via) -> int | None:
        with self._store.write() as db:
            texts.hold_order(db, [message.to])
            if texts.known(db, [message.id]) or _is_twin(db, message):
                return None
            [text_id] = _keep(db, [message], via)
            return text_id

    def _place(
        self, db: Connection, found: Sequence[Text], default_channel: str | None
    ) -> set[tuple[str, str]]:
        """The lanes in which this gives something to do."""
        blocked = contacts.blocked_among(db, [text.person for text in found])
        if blocked:
            unseen = [text for text in found if text.person in blocked]
            texts.block(db, [text.id for text in unseen])
            media.give_up(db, [text.id for text in unseen])
            for text in unseen:
                self._opt_outs.heard_unseen(db, text)
        channels = links.channels_of(db, [text.number for text in found])
        restored = bookmarks.get(db, RESTORED)
        shown = []
        for text in found:
            channel_id = channels.get(text.number, default_channel)  # None: unlinked a moment ago
            if channel_id is not None and text.person not in blocked:
                shown.append(_Shown(text, channel_id, _maybe_shown_since(text, restored)))
        if not shown:
            return set()
        free = posts.hold_free(db, list(dict.fromkeys(one.channel_id for one in shown)))
        shown = [one for one in shown if one.channel_id in free]
        woken: set[tuple[str, str]] = {(Lane.POSTS, channel_id) for channel_id in free}
        woken |= {(Lane.MEDIA, str(one.text.id)) for one in shown if one.text.is_mms}
        for some in _up_to_each_request(shown):
            conversation = _queue(db, some)
            last = some[-1]
            with about(TEXT, last.text.id):
                may_answer = last.maybe_since is None
                if self._opt_outs.heard(db, conversation, last.text, may_answer=may_answer):
                    woken.add((Lane.REPLIES, str(conversation.id)))
        return woken


def _maybe_shown_since(text: Text, restored: datetime | None) -> datetime | None:
    """When a text came that a bot before a restore may have shown."""
    came = text.sent_at if text.via is Via.LIST else text.received_at
    return came if restored is not None and came is not None and came < restored else None


def _keep(db: Connection, messages: Sequence[InboundMessage], via: Via = Via.WEBHOOK) -> list[int | None]:
    """The id of each that is new; Flowroute posts one again that was answered late."""
    now = utc_now()
    texts.hold_order(db, [message.to for message in messages])
    new = texts.remember(
        db,
        [
            NewText(
                message_id=message.id,
                number=message.to,
                person=message.from_,
                body=message.body,
                is_mms=message.is_mms,
                sent_at=message.timestamp,
                received_at=now,
                via=via,
                shape=message.shape,
            )
            for message in messages
        ],
    )
    # Of two under one id the second is not new.
    text_ids = [new.pop(message.id, None) for message in messages]
    for text_id, message in zip(text_ids, messages, strict=True):
        if text_id is not None:
            _announce(db, text_id, message)
    return text_ids


def _announce(db: Connection, text_id: int, message: InboundMessage) -> None:
    media.announce(db, text_id, [Announced(p.url, p.file_name, p.mime_type) for p in message.media])


def _up_to_each_request(shown: Sequence[_Shown]) -> Iterator[list[_Shown]]:
    """In pieces that end with STOP, HELP and their like: what is said of one comes before the next text."""
    piece: list[_Shown] = []
    for one in shown:
        piece.append(one)
        if classify(one.text.body) is not Intent.NONE:
            yield piece
            piece = []
    if piece:
        yield piece


def _queue(db: Connection, some: Sequence[_Shown]) -> Conversation:
    """Put texts into their conversations, and their posts into the channels' queues.

    The caller holds the order of the channels. Answers the last one's conversation.
    """
    now = utc_now()
    found, new = conversations.ensure_all(db, [one.key for one in some], now)
    texts.place(db, {one.text.id: found[one.key].id for one in some})
    queue = []
    for one in some:
        conversation_id = found[one.key].id
        if one.key in new:
            new.remove(one.key)
            card = NewPost(conversations.CARD, conversation_id, one.channel_id, None, one.maybe_since)
            queue.append(card)
        queue.append(NewPost(TEXT, one.text.id, one.channel_id, conversation_id, one.maybe_since))
    posts.add_all(db, queue, now)
    conversations.card_changed(db, *{conversation.id for conversation in found.values()})
    return found[some[-1].key]


def _say_there(db: Connection, post: Waiting, number: str, channel_id: str) -> None:
    now = utc_now()
    conversation, is_new = conversations.ensure(db, number, post.person, channel_id, now)
    card = NewPost(conversations.CARD, conversation.id, channel_id, None)
    said = NewPost(post.kind, post.ref, channel_id, conversation.id)
    posts.add_all(db, [card, said] if is_new else [said], now)


def _is_twin(db: Connection, message: InboundMessage) -> bool:
    return texts.claim_twin(
        db,
        message_id=message.id,
        number=message.to,
        person=message.from_,
        body=message.body,
        sent_at=message.timestamp,
    )
