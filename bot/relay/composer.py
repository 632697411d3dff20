"""Sending a text without a thread to reply in: from a command, a modal or a shortcut."""

from bot.access.roles import Access, NotAllowed, Role
from bot.actor import Actor
from bot.clock import utc_now
from bot.errors import BotError
from bot.lanes import Lane, Wake
from bot.relay.composing import compose
from bot.store import conversations, links, posts
from bot.store.conversations import CARD, Conversation
from bot.store.engine import Store
from flowroute import PhoneNumber, format_phone_number


class CannotText(BotError):
    """The number has no channel in which the conversation could go on."""


class Composer:
    """Starts or continues a conversation in the channel of one of our numbers."""

    def __init__(self, store: Store, access: Access, wake: Wake) -> None:
        self._store = store
        self._access = access
        self._wake = wake

    def numbers_for(self, channel_id: str | None) -> list[str]:
        """The numbers to text from in a channel: those linked to it, else all linked ones."""
        with self._store.read() as db:
            every = links.every(db)
        here = [link.number for link in every if link.channel_id == channel_id]
        return here or [link.number for link in every]

    def send(self, actor: Actor, number: PhoneNumber, person: str, body: str, *, key: str) -> Conversation:
        """Queue a text and show it in its thread; `key` names what caused it, so that a repeat does nothing.

        Raises:
            CannotText: `number` is linked to no channel.
            NotAllowed: `actor` is neither in that channel nor an admin.
        """
        with self._store.read() as db:
            link = links.of(db, number)
        if link is None:
            raise CannotText(
                f"{format_phone_number(number)} is linked to no channel, so nobody would see the answer. "
                f"Link it first: `/flowroute relay link {number} #channel`."
            )
        self._require_texter(actor, link.channel_id)
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
            compose(db, conversation, key=key, user_id=actor.user_id, team_id="", body=body)
        self._wake(Lane.POSTS, link.channel_id)
        self._wake(Lane.REPLIES, str(conversation.id))
        return conversation

    def _require_texter(self, actor: Actor, channel_id: str) -> None:
        self._access.require(actor.user_id, Role.VIEWER)
        if not (
            self._access.is_in_channel(actor.user_id, channel_id)
            or self._access.allows(actor.user_id, Role.ADMIN)
        ):
            raise NotAllowed(
                f"This needs the role *texter*: members of <#{channel_id}> may text from that number. "
                "Join the channel and try again."
            )
