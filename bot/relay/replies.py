"""Replies in a thread: kept before Slack gets its answer; what looks like a slip waits for a person."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot import cards
from bot.access.audit import Audit
from bot.access.roles import Access
from bot.actor import Actor
from bot.cards import Card
from bot.clock import utc_now
from bot.lanes import Lane, Wake
from bot.logs import REPLY, about
from bot.relay import troubles
from bot.relay.guard import is_note, worries
from bot.relay.places import Places
from bot.relay.troubles import TROUBLE
from bot.store import conversations, links, notices, posts, replies
from bot.store.conversations import Conversation
from bot.store.engine import Store
from bot.store.replies import Reply, ReplyState

log = logging.getLogger(__name__)

QUESTION = "question"
"""The kind of post that asks before a reply is sent, or lets it be cancelled; its `ref` is the reply."""

EDITED = "edited"
"""The kind of post that says that a change in Slack did not reach the phone."""


@dataclass(frozen=True)
class SlackReply:
    """A message that a person wrote in a thread.

    `text` is plain, as it would be sent, apart from the user ids in it of who is `mentioned`; `slack_text` is
    what Slack sent, without a mention of the bot.
    """

    channel_id: str
    ts: str
    thread_ts: str
    user_id: str
    team_id: str
    text: str
    slack_text: str
    mentions_bot: bool
    mentioned: tuple[str, ...]
    file_ids: tuple[str, ...]


class ThreadNotKnownYet(Exception):
    """The thread may be one of ours whose ts is still being found out; Slack shall ask again."""


class Replies:
    """Accepts replies, and people's decisions on them."""

    def __init__(self, store: Store, access: Access, audit: Audit, places: Places, wake: Wake) -> None:
        self._store = store
        self._access = access
        self._audit = audit
        self._places = places
        self._wake = wake

    def accept(self, reply: SlackReply) -> bool:
        """Keep a reply with one commit; False when it is not for the phone.

        That is: the thread is not one of ours, it is a note, or the link wants to be asked with a mention.
        In a thread that its number has left, it is kept in Slack and its writer is told.

        Raises:
            ThreadNotKnownYet: cannot be told yet.
            SlackError, NotAllowed: nor can it, as Slack does not say where the texts of unlinked numbers are.
        """
        if is_note(reply.text) or is_note(reply.slack_text):
            return False
        elsewhere = self._elsewhere(reply)
        with self._store.write() as db:
            posts.hold_order(db, reply.channel_id)  # texts leave in the order of their rows, too
            # First, as on PostgreSQL the card may become known between the two looks.
            may_become_known = conversations.card_in_flight(db, reply.channel_id)
            conversation = conversations.in_thread(db, reply.channel_id, reply.thread_ts)
            if conversation is None:
                if may_become_known:
                    raise ThreadNotKnownYet
                return False
            link = links.of(db, conversation.number)
            if elsewhere is not None:
                reply_id = self._keep_here(db, reply, conversation, elsewhere)
            elif link is not None and link.mode == "mention" and not reply.mentions_bot:
                return False
            else:
                reply_id = self._keep(db, reply, conversation, hold_s=0 if link is None else link.hold_s)
        if reply_id is not None:
            with about(REPLY, reply_id):
                log.info("a reply was stored", extra={"channel": reply.channel_id, "ts": reply.ts})
        self._wake(Lane.REPLIES, str(conversation.id))
        self._wake(Lane.MARKS, reply.channel_id)
        self._wake(Lane.POSTS, reply.channel_id)
        return True

    def _elsewhere(self, reply: SlackReply) -> str | None:
        """Where the number of a reply's thread is, if not there; asked before anything is locked."""
        with self._store.read() as db:
            conversation = conversations.in_thread(db, reply.channel_id, reply.thread_ts)
        if conversation is None:
            return None
        return self._places.elsewhere(conversation.number, conversation.channel_id)

    def _keep_here(
        self, db: Connection, reply: SlackReply, conversation: Conversation, elsewhere: str
    ) -> int | None:
        """Its row's id; None when it is known already."""
        reply_id = _accept(db, reply, conversation)
        if reply_id is not None:
            troubles.keep(db, replies.get(db, reply_id), elsewhere)
        return reply_id

    def _keep(self, db: Connection, reply: SlackReply, conversation: Conversation, hold_s: int) -> int | None:
        """Its row's id; None when it is known already."""
        now = utc_now()
        concerns = [worry.sentence for worry in worries(reply.slack_text, reply.text)]
        reply_id = _accept(
            db,
            reply,
            conversation,
            worries=concerns or None,
            not_before=now + timedelta(seconds=hold_s) if hold_s else None,
        )
        if reply_id is not None and (concerns or hold_s):
            posts.add(
                db,
                kind=QUESTION,
                ref=reply_id,
                channel_id=reply.channel_id,
                conversation_id=conversation.id,
                now=now,
            )
        return reply_id

    def edited(self, channel_id: str, ts: str, *, deleted: bool) -> None:
        """A reply was changed in Slack: the thread says once that the phone knows nothing of it.

        One that is deleted before it left does not leave.
        """
        with self._store.write() as db:
            posts.hold_order(db, channel_id)
            reply = replies.in_message(db, channel_id, ts)
            if reply is None or reply.state is ReplyState.KEPT:
                return
            if deleted and any(
                replies.decide(db, reply.id, before=before, after=ReplyState.KEPT, by=reply.user_id)
                for before in (ReplyState.ASKED, ReplyState.STORED)
            ):
                notices.post(
                    db,
                    ":no_entry_sign: A reply was deleted before it was sent, so it stays in Slack.",
                    channel_id=channel_id,
                    conversation_id=reply.conversation_id,
                    now=utc_now(),
                )
            else:
                posts.add(
                    db,
                    kind=EDITED,
                    ref=reply.id,
                    channel_id=channel_id,
                    conversation_id=reply.conversation_id,
                    now=utc_now(),
                )
        self._wake(Lane.POSTS, channel_id)

    def parked(self, actor: Actor) -> list[Reply]:
        """Texts that wait for a person to decide and that `actor` may decide about, oldest first."""
        with self._store.read() as db:
            waiting = replies.parked(db)
        return [reply for reply in waiting if self._access.may_text_in(actor.user_id, reply.channel_id)]

    def send_anyway(self, actor: Actor, reply_id: int) -> bool:
        """Send what was asked about; False when that is decided already."""
        return self._decide(actor, reply_id, ReplyState.ASKED, ReplyState.STORED)

    def keep_internal(self, actor: Actor, reply_id: int) -> bool:
        """Do not send what was asked about, or is still held; False when it is too late."""
        return self._decide(actor, reply_id, ReplyState.ASKED, ReplyState.KEPT) or self._decide(
            actor, reply_id, ReplyState.STORED, ReplyState.KEPT
        )

    def check_again(self, actor: Actor, reply_id: int) -> bool:
        """Look a parked text up once more."""
        return self._decide(actor, reply_id, ReplyState.PARKED, ReplyState.UNKNOWN)

    def send_again(self, actor: Actor, reply_id: int) -> bool:
        """Send a parked text, knowing that it may be the second time."""
        return self._decide(actor, reply_id, ReplyState.PARKED, ReplyState.STORED)

    def drop(self, actor: Actor, reply_id: int) -> bool:
        """Leave a parked text as it is."""
        return self._decide(actor, reply_id, ReplyState.PARKED, ReplyState.KEPT)

    def trouble_at(self, reply_id: int) -> tuple[str, str] | None:
        """(channel id, ts) of what the thread says of a text's trouble; None where it says nothing."""
        with self._store.read() as db:
            return posts.ts_of(db, TROUBLE, reply_id)

    def question_card(self, reply_id: int) -> Card:
        with self._store.read() as db:
            return cards.question(replies.get(db, reply_id))

    def edited_card(self, reply_id: int) -> Card:
        with self._store.read() as db:
            return cards.edited(replies.get(db, reply_id))

    def _decide(self, actor: Actor, reply_id: int, before: ReplyState, after: ReplyState) -> bool:
        with self._store.read() as db:
            reply = replies.find(db, reply_id)
        if reply is None:  # so old that it was removed: it was decided long ago
            return False
        self._access.require_texter(actor.user_id, reply.channel_id)
        with self._store.write() as db:
            if not replies.decide(db, reply_id, before=before, after=after, by=actor.user_id):
                return False
            posts.remove(db, TROUBLE, reply_id)  # should it fail or be parked again, that is said again
            self._audit.record(
                db,
                actor,
                "relay.decide",
                reply.number,
                before={"text": reply.id, "state": before},
                after={"text": reply.id, "state": after},
            )
        self._wake(Lane.REPLIES, str(reply.conversation_id))
        self._wake(Lane.MARKS, reply.channel_id)
        return True


def _accept(
    db: Connection,
    reply: SlackReply,
    conversation: Conversation,
    *,
    worries: list[str] | None = None,
    not_before: datetime | None = None,
) -> int | None:
    return replies.accept(
        db,
        key=f"{reply.channel_id}:{reply.ts}",
        channel_id=reply.channel_id,
        ts=reply.ts,
        conversation_id=conversation.id,
        user_id=reply.user_id,
        team_id=reply.team_id,
        body=reply.text,
        mentioned=reply.mentioned,
        file_ids=reply.file_ids,
        now=utc_now(),
        worries=worries,
        not_before=not_before,
    )
