"""Replies in a thread: kept before Slack gets its answer, then sent as a text exactly once, or parked.

Flowroute has no idempotency key. After a timeout, a 5xx or a crash the message list is asked whether the
text is there; when it cannot be told, a person decides. Nothing is sent again blindly.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from bot import posting
from bot.access.roles import Access
from bot.cards import Card, trouble
from bot.clock import utc_now
from bot.lanes import Wake
from bot.relay import marks
from bot.relay.receipts import apply
from bot.relay.troubles import tell
from bot.slack import SlackError
from bot.store import conversations, receipts, replies
from bot.store.engine import Store
from bot.store.replies import Reply, ReplyState
from flowroute import Flowroute, FlowrouteError, NoAnswer, RateLimited

log = logging.getLogger(__name__)

LANE = "replies"
LOOK_AGAIN_S = 5.0
GIVE_UP_LOOKING = timedelta(seconds=60)
RECORDS_MAY_LEAD = timedelta(minutes=2)
"""How far Flowroute's clock may be behind ours."""

NOTE_MARKS = ("note:", "//")


@dataclass(frozen=True)
class SlackReply:
    """A message that a person wrote in a thread; `text` is plain, as it would be sent."""

    channel_id: str
    ts: str
    thread_ts: str
    user_id: str
    team_id: str
    text: str
    file_ids: tuple[str, ...]
    parent_user_id: str | None


class ThreadNotKnownYet(Exception):
    """The thread may be one of ours whose ts is still being found out; Slack shall ask again."""


class Replies:
    """Accepts replies and sends them, one conversation at a time in the order they were written."""

    def __init__(
        self,
        store: Store,
        flowroute: Flowroute,
        access: Access,
        wake: Wake,
        receipts_url: str | None,
    ) -> None:
        self._store = store
        self._flowroute = flowroute
        self._access = access
        self._wake = wake
        self._receipts_url = receipts_url

    def accept(self, reply: SlackReply) -> bool:
        """Keep a reply with one commit; False when the thread is not one of ours or it is a note.

        Raises:
            ThreadNotKnownYet: cannot be told yet.
        """
        if reply.text.lstrip().lower().startswith(NOTE_MARKS):
            return False
        with self._store.write() as db:
            conversation = conversations.in_thread(db, reply.channel_id, reply.thread_ts)
            if conversation is None:
                if conversations.card_in_flight(db, reply.channel_id):
                    raise ThreadNotKnownYet
                return False
            replies.accept(
                db,
                channel_id=reply.channel_id,
                ts=reply.ts,
                conversation_id=conversation.id,
                user_id=reply.user_id,
                team_id=reply.team_id,
                body=reply.text,
                file_ids=reply.file_ids,
                now=utc_now(),
            )
        self._wake(LANE, str(conversation.id))
        self._wake(marks.LANE, reply.channel_id)
        return True

    def due(self) -> list[str]:
        with self._store.read() as db:
            return [str(conversation_id) for conversation_id in replies.conversations_in_hand(db)]

    def work(self, lane: str) -> float | None:
        """Send what waits in one conversation, oldest first."""
        while True:
            with self._store.read() as db:
                reply = replies.oldest_in_hand(db, int(lane))
            if reply is None:
                return None
            wait_s = self._send(reply) if reply.state is ReplyState.STORED else self._look_up(reply)
            if wait_s is not None:
                return wait_s

    def trouble_card(self, reply_id: int) -> Card:
        with self._store.read() as db:
            return trouble(replies.get(db, reply_id))

    def _send(self, reply: Reply) -> float | None:
        try:
            refusal = self._refusal(reply)
        except SlackError:
            return LOOK_AGAIN_S  # nobody can say who wrote it, so it waits
        if refusal is not None:
            self._settle(reply, ReplyState.FAILED, problem=refusal)
            return None
        with self._store.write() as db:
            replies.begin(db, reply.id, utc_now())
        try:
            sent = self._flowroute.messages.send(
                to=reply.person, from_=reply.number, body=reply.body, dlr_callback=self._receipts_url
            )
        except RateLimited as error:
            with self._store.write() as db:
                replies.take_back(db, reply.id)
            return error.retry_after_s or 1.0
        except FlowrouteError as error:
            return self._failed(reply, error)
        self._settle(reply, ReplyState.SENT, message_id=sent.id)
        return None

    def _refusal(self, reply: Reply) -> str | None:
        if not self._access.may_text(reply.user_id, reply.team_id):
            return "Guests and people from other workspaces cannot send texts, so this was not sent."
        if reply.file_ids:
            return "Pictures and files cannot be sent yet, so this was not sent."
        if not reply.body.strip():
            return "There is no text in it, so nothing was sent."
        return None

    def _failed(self, reply: Reply, error: FlowrouteError) -> float | None:
        if error.may_have_happened:
            log.warning("nobody knows whether a text was sent", extra={"reply": reply.id})
            with self._store.write() as db:
                replies.advance(db, reply.id, ReplyState.UNKNOWN)
            return 1.0
        if isinstance(error, NoAnswer):  # it never left: Flowroute could not be reached
            with self._store.write() as db:
                replies.take_back(db, reply.id)
            return LOOK_AGAIN_S
        self._settle(reply, ReplyState.FAILED, problem=error.user_message)
        return None

    def _look_up(self, reply: Reply) -> float | None:
        """Ask the message list whether a text whose outcome is unknown was taken."""
        assert reply.attempted_at is not None  # noqa: S101 - set before every request
        try:
            found = self._in_records(reply)
        except FlowrouteError:
            return LOOK_AGAIN_S
        if found is not None:
            self._settle(reply, ReplyState.SENT, message_id=found)
            return None
        if utc_now() - reply.attempted_at < GIVE_UP_LOOKING:
            return LOOK_AGAIN_S
        self._settle(
            reply,
            ReplyState.PARKED,
            problem="Nobody can say whether this was sent, so it was not sent again.",
        )
        return None

    def _in_records(self, reply: Reply) -> str | None:
        assert reply.attempted_at is not None  # noqa: S101 - see _look_up
        records = [
            record
            for record in self._flowroute.messages.list(start=reply.attempted_at - RECORDS_MAY_LEAD)
            if record.direction == "outbound"
            and (record.to, record.from_, record.body) == (reply.person, reply.number, reply.body)
        ]
        with self._store.read() as db:  # two equal texts are two texts: each record answers for one
            taken = replies.message_ids_known(db, [record.id for record in records])
        unclaimed = [record.id for record in reversed(records) if record.id not in taken]
        return unclaimed[0] if unclaimed else None

    def _settle(
        self,
        reply: Reply,
        state: ReplyState,
        *,
        message_id: str | None = None,
        problem: str | None = None,
    ) -> None:
        with self._store.write() as db:
            replies.advance(db, reply.id, state, message_id=message_id, problem=problem)
            if problem is not None:
                tell(db, reply)
            for receipt in receipts.of(db, message_id) if message_id is not None else ():
                apply(db, reply, receipt)  # it was quicker than Flowroute's answer to us
        self._wake(marks.LANE, reply.channel_id)
        self._wake(posting.LANE, reply.channel_id)
