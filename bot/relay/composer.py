"""Sending a text that is not written into a thread: from a command, a modal or a shortcut."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.access.roles import Access, NotAllowed
from bot.actor import Actor
from bot.cards import escape, usd
from bot.clock import utc_now
from bot.errors import BotError
from bot.lanes import Lane, Wake
from bot.relay.composing import compose
from bot.relay.guard import is_note, worries
from bot.relay.opt_outs import OptOuts
from bot.relay.pictures_out import PicturesOut
from bot.relay.places import Places
from bot.relay.sending import LONGEST_TEXT
from bot.store import conversations, links, posts
from bot.store.conversations import CARD, Conversation
from bot.store.engine import Store
from bot.store.links import Link
from flowroute import PhoneNumber, format_phone_number
from flowroute.segments import analyse

SEGMENTS_UNASKED = 3
"""A text of more segments goes out only after its writer has seen what it costs."""

NOWHERE_TO_TEXT_FROM = (
    "No number is linked to a channel yet, so there is none to text from. An admin can link one: "
    "`/flowroute relay link`"
)


class CannotText(BotError):
    """There is no number to send it from, nobody who wants it, or nothing in it to be sent."""


class AskFirst(BotError):
    """Nothing was sent: the writer has to read `doubts` (plain sentences) and accept them."""

    def __init__(self, doubts: tuple[str, ...]) -> None:
        super().__init__(f"This was *not sent yet*. {escape(' '.join(doubts))}")
        self.doubts = doubts


@dataclass(frozen=True)
class Draft:
    """A text that somebody wants to send.

    `key` names what caused it: the same key sends nothing twice. `as_typed` is what Slack handed over where
    that shows more than `body`, such as mentions; `mentioned` the user ids in `body` that stand for names.
    `accepted` are the doubts that its writer has read.
    """

    body: str
    key: str
    file_ids: tuple[str, ...] = ()
    as_typed: str | None = None
    mentioned: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()


def doubts(draft: Draft) -> tuple[str, ...]:
    """Why to ask before a text goes out: it looks like a slip, or it costs more than people expect."""
    found = [worry.sentence for worry in worries(draft.as_typed or draft.body, draft.body)]
    shape = analyse(draft.body)
    if shape.segments > SEGMENTS_UNASKED and not draft.file_ids:
        found.append(f"It takes {shape.segments} segments, about {usd(shape.cost)}.")
    return tuple(found)


def doubts_unseen(draft: Draft) -> tuple[str, ...]:
    """Why to ask about a text whose writer has not seen what it takes: also that it takes too much."""
    shape = analyse(draft.body)
    plain = analyse(shape.repaired or draft.body)
    if draft.file_ids or plain.segments >= shape.segments:
        return doubts(draft)
    dear = f"With plain characters it takes {plain.segments} instead of {shape.segments} segments."
    return (*doubts(draft), dear)


class Composer:
    """Starts or continues a conversation with a text, and shows the text in its thread."""

    def __init__(
        self,
        store: Store,
        access: Access,
        opt_outs: OptOuts,
        places: Places,
        pictures: PicturesOut,
        wake: Wake,
    ) -> None:
        self._store = store
        self._access = access
        self._opt_outs = opt_outs
        self._places = places
        self._pictures = pictures
        self._wake = wake

    def numbers_in(self, channel_id: str | None) -> list[PhoneNumber]:
        """The numbers that are meant in a channel when none is named: those linked to it, else all linked.

        Raises:
            CannotText: no number is linked to a channel.
        """
        every = self._linked()
        here = [link for link in every if link.channel_id == channel_id]
        return [PhoneNumber(link.number) for link in here or every]

    def numbers_for(self, actor: Actor) -> list[PhoneNumber]:
        """The numbers that `actor` may text from, those of the channel where they are first; at least one.

        Raises:
            CannotText: no number is linked to a channel.
            NotAllowed: all belong to channels that `actor` is not in.
        """
        every = self._linked()
        allowed = [link for link in every if self._access.may_text_in(actor.user_id, link.channel_id)]
        if not allowed:
            raise NotAllowed(
                "This needs the role *texter*: you are in none of the channels that numbers are linked to. "
                "`/flowroute relay list` shows them."
            )
        allowed.sort(key=lambda link: link.channel_id != actor.channel_id)
        return [PhoneNumber(link.number) for link in allowed]

    def conversation(self, actor: Actor, conversation_id: int) -> Conversation:
        """The conversation that `actor` wants to go on with.

        Raises:
            NotAllowed: `actor` is neither in its channel nor an admin.
            CannotText: its number has left that channel.
            SlackError: Slack could not say.
        """
        with self._store.read() as db:
            conversation = conversations.get(db, conversation_id)
        self._access.require_texter(actor.user_id, conversation.channel_id)
        elsewhere = self._places.elsewhere(conversation.number, conversation.channel_id)
        if elsewhere is not None:
            raise CannotText(f"Nothing can be sent from here. {elsewhere}")
        return conversation

    def send(self, actor: Actor, number: PhoneNumber, person: str, draft: Draft) -> Conversation:
        """Queue a text to `person`, in the conversation in the channel of `number`.

        Raises:
            CannotText: `number` is linked to no channel, `person` opted out, or `draft` is no text to send.
            NoPublicUrl: there are files, and no address from which Flowroute could fetch them.
            NotAllowed: `actor` is neither in that channel nor an admin.
            AskFirst: there are doubts that the writer has not accepted.
        """
        with self._store.read() as db:
            link = links.of(db, number)
        if link is None:
            raise CannotText(
                f"{format_phone_number(number)} is linked to no channel, so nobody would see the answer. "
                f"Link it first: `/flowroute relay link {number} #channel`."
            )
        self._access.require_texter(actor.user_id, link.channel_id)
        self._require_sendable(number, person, draft)
        now = utc_now()
        with self._store.write() as db:
            posts.hold_order(db, link.channel_id)
            conversation, is_new = conversations.ensure(db, number, person, link.channel_id, now)
            if is_new:
                posts.add(
                    db,
                    kind=CARD,
                    ref=conversation.id,
                    channel_id=link.channel_id,
                    conversation_id=None,
                    now=now,
                )
            _queue(db, actor, conversation, draft, link)
        self._woken(conversation)
        return conversation

    def reply(self, actor: Actor, conversation_id: int, draft: Draft) -> Conversation:
        """Queue a text in a conversation; raises like `send`."""
        conversation = self.conversation(actor, conversation_id)
        self._require_sendable(conversation.number, conversation.person, draft)
        with self._store.write() as db:
            _queue(db, actor, conversation, draft, links.of(db, conversation.number))
        self._woken(conversation)
        return conversation

    def _linked(self) -> list[Link]:
        with self._store.read() as db:
            every = links.every(db)
        if not every:
            raise CannotText(NOWHERE_TO_TEXT_FROM)
        return every

    def _require_sendable(self, number: str, person: str, draft: Draft) -> None:
        """What would be refused at the last moment is refused at once, while its writer is still there."""
        refusal = self._opt_outs.refusal(number, person)
        if refusal is not None:
            raise CannotText(escape(refusal))
        if draft.file_ids:
            self._pictures.require_address()
        _require_sound(draft)

    def _woken(self, conversation: Conversation) -> None:
        self._wake(Lane.POSTS, conversation.channel_id)
        self._wake(Lane.REPLIES, str(conversation.id))


def _require_sound(draft: Draft) -> None:
    if is_note(draft.body):
        raise CannotText(
            "It begins like a note (`note:` or `//`), and notes never leave Slack. Write it into the thread."
        )
    if not draft.body.strip() and not draft.file_ids:
        raise CannotText("There is no text in it. Write something, or attach a file.")
    if len(draft.body) > LONGEST_TEXT:
        raise CannotText(
            f"It has {len(draft.body):,} characters and a text holds at most {LONGEST_TEXT:,}. "
            "Split it into several texts."
        )
    found = doubts(draft)
    if not set(found) <= set(draft.accepted):
        raise AskFirst(found)


def _queue(db: Connection, actor: Actor, conversation: Conversation, draft: Draft, link: Link | None) -> None:
    compose(
        db,
        conversation,
        key=draft.key,
        user_id=actor.user_id,
        team_id="",
        body=draft.body,
        mentioned=draft.mentioned,
        file_ids=draft.file_ids,
        hold_s=0 if link is None else link.hold_s,
    )
