"""Sending texts to phones exactly once, or parking them.

Flowroute has no idempotency key. After a timeout, a 5xx or a crash the message list is asked whether the
text is there; when it cannot be told, a person decides. Nothing is sent again blindly.
"""

import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import cards
from bot.access.roles import Access, NotAllowed
from bot.cards import AUTOMATIC, Card
from bot.clock import utc_now
from bot.lanes import Lane, Wake
from bot.logs import REPLY, about
from bot.media.errors import MediaError
from bot.relay import failure_words
from bot.relay.opt_outs import OptOuts
from bot.relay.pictures_out import NoPublicUrl, PicturesOut
from bot.relay.places import Places
from bot.relay.receipts import Receipts
from bot.relay.troubles import keep, overtake, tell
from bot.relay.turns import Turns
from bot.slack import SlackError
from bot.store import conversations, posts, receipts, replies
from bot.store.engine import Store
from bot.store.replies import GIVEN_UP, Reply, ReplyState
from flowroute import Flowroute, FlowrouteError, InvalidArgument, NoAnswer, OptedOut, PhoneNumber, RateLimited
from flowroute.messages import MessageRecord

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 5.0
GIVE_UP_FETCHING = timedelta(minutes=5)
RECORDS_MAY_LEAD = timedelta(minutes=2)
"""How far Flowroute's clock may be behind ours."""
MMS_PER_S = 1.0
"""What Flowroute takes from an account (developer.flowroute.com, "Messaging rate limits")."""
LONGEST_TEXT = 1600
"""Characters; Flowroute publishes no limit, other carriers cut there."""


@dataclass(frozen=True)
class LookUp:
    """How Flowroute is asked for what it did not tell."""

    every_s: float = LOOK_AGAIN_S
    """Between two looks for a text of unknown outcome."""
    give_up: timedelta = timedelta(seconds=60)
    """How long it is looked for before a person is asked."""
    fates_after: tuple[timedelta, ...] = tuple(timedelta(hours=h) for h in (1 / 6, 1, 4, 12, 24, 48, 72))
    """When, after it was sent, to ask what became of a text whose last receipt has not come.

    The message list, where it is read, tells of the first minutes.
    """

    def next_fate(self, sent_at: datetime, now: datetime) -> datetime | None:
        """When to ask next; None when it was asked for the last time."""
        return next((sent_at + after for after in self.fates_after if sent_at + after > now), None)


class Sending:
    """Works one conversation at a time, in the order in which its texts were written."""

    def __init__(
        self,
        store: Store,
        flowroute: Flowroute,
        access: Access,
        opt_outs: OptOuts,
        places: Places,
        pictures: PicturesOut,
        receipts_of_all: Receipts,
        wake: Wake,
        receipts_url: str | None,
        look_up: LookUp,
        sms_per_second: float,
    ) -> None:
        self._store = store
        self._flowroute = flowroute
        self._access = access
        self._opt_outs = opt_outs
        self._places = places
        self._pictures = pictures
        self._receipts = receipts_of_all
        self._wake = wake
        self._receipts_url = receipts_url
        self._look_up_as = look_up
        # Flowroute's client would wait as well, but after `begin`: a crash would then leave texts in doubt
        # that never left.
        self._sms_turns = Turns.shared(store, "sms", sms_per_second)
        self._mms_turns = Turns.shared(store, "mms", MMS_PER_S)

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
            with about(REPLY, reply.id):
                wait_s = self._send(reply) if reply.state is ReplyState.STORED else self._look_up(reply)
            if wait_s is not None:
                return wait_s

    def trouble_card(self, reply_id: int) -> Card:
        with self._store.read() as db:
            return cards.trouble(replies.get(db, reply_id))

    def sent_card(self, reply_id: int) -> Card:
        with self._store.read() as db:
            return cards.sent(replies.get(db, reply_id))

    def _send(self, reply: Reply) -> float | None:
        wait_s = self._not_yet_s(reply)
        if wait_s is not None:
            return wait_s
        try:
            elsewhere = self._elsewhere(reply)
            if elsewhere is not None:
                self._keep(reply, elsewhere)
                return None
            refusal = self._refusal(reply)
            media_urls = [] if refusal else self._pictures.prepare(reply)
        except InvalidArgument as error:  # a sender's name, say, which nobody can text
            refusal, media_urls = error.user_message, []
        except (SlackError, NotAllowed, FlowrouteError):
            return LOOK_AGAIN_S  # nobody can say whether it may go out, so it waits
        except (MediaError, NoPublicUrl) as error:
            if isinstance(error, MediaError) and error.can_retry and _is_fresh(reply):
                return LOOK_AGAIN_S
            refusal, media_urls = error.user_message, []
        if refusal is not None:
            self._settle(reply, ReplyState.FAILED, problem=refusal)
            return None
        with self._store.write() as db:
            begun = replies.begin(db, reply.id, utc_now())
        return self._hand_over(reply, media_urls) if begun else None  # else cancelled at the last moment

    def _not_yet_s(self, reply: Reply) -> float | None:
        """Seconds to come back in while it cannot leave; None when it can."""
        if reply.mentioned:
            return self._name_people(reply)
        return self._held_s(reply) or None

    def _held_s(self, reply: Reply) -> float:
        """Seconds until it may leave: while it can still be cancelled, then until its turn comes."""
        held_s = 0.0 if reply.not_before is None else (reply.not_before - utc_now()).total_seconds()
        if held_s > 0:
            return held_s
        turns = self._mms_turns if reply.file_ids else self._sms_turns
        return turns.wait_s(str(reply.conversation_id))

    def _name_people(self, reply: Reply) -> float:
        """Put names where Slack only gave ids; it is kept, because the message list is searched for it."""
        try:
            names = {user_id: self._access.name_of(user_id) or "somebody" for user_id in reply.mentioned}
        except SlackError:
            return LOOK_AGAIN_S
        body = re.sub(rf"@({'|'.join(names)})\b", lambda found: f"@{names[found[1]]}", reply.body)
        with self._store.write() as db:
            replies.name_mentioned(db, reply.id, body)
        return 0.0

    def _hand_over(self, reply: Reply, media_urls: list[str]) -> float | None:
        try:
            sent = self._flowroute.messages.send(
                to=reply.person,
                from_=reply.number,
                body=reply.body,
                media_urls=media_urls,
                dlr_callback=self._receipts_url,
            )
        except RateLimited as error:
            self._take_back(reply)
            return error.retry_after_s or 1.0
        except FlowrouteError as error:
            return self._failed(reply, error)
        self._settle(reply, ReplyState.SENT, message_id=sent.id)
        return None

    def _elsewhere(self, reply: Reply) -> str | None:
        """Where its number is, if that has left the channel. An automatic answer goes out all the same."""
        if reply.user_id == AUTOMATIC:
            return None
        return self._places.elsewhere(reply.number, reply.channel_id)

    def _keep(self, reply: Reply, elsewhere: str) -> None:
        with self._store.write() as db:
            keep(db, reply, elsewhere)
        log.info("a reply stays in Slack: its number has left the channel", extra={"reply": reply.id})
        for lane in (Lane.MARKS, Lane.POSTS):
            self._wake(lane, reply.channel_id)

    def _refusal(self, reply: Reply) -> str | None:
        """Why this text must not go out, as things stand now."""
        if reply.user_id == AUTOMATIC:
            if self._flowroute.numbers.find(PhoneNumber(reply.person)) is not None:
                return "Nothing is answered automatically to one of our own numbers."
        elif not self._access.may_text(reply.user_id, reply.team_id):
            return "Guests and people from other workspaces cannot send texts, so this was not sent."
        if not reply.body.strip() and not reply.file_ids:
            return "There is no text in it, so nothing was sent."
        if len(reply.body) > LONGEST_TEXT:
            return (
                f"It has {len(reply.body):,} characters and a text holds at most {LONGEST_TEXT:,}, so it was "
                "not sent. Split it into several replies."
            )
        return self._opt_outs.refusal(reply.number, reply.person)

    def _failed(self, reply: Reply, error: FlowrouteError) -> float | None:
        if error.may_have_happened:
            log.warning("nobody knows whether a text was sent", extra={"reply": reply.id})
            with self._store.write() as db:
                replies.advance(db, reply.id, ReplyState.UNKNOWN)
            return 1.0
        if isinstance(error, NoAnswer):  # it never left: Flowroute could not be reached
            self._take_back(reply)
            return LOOK_AGAIN_S
        if isinstance(error, OptedOut):
            with self._store.write() as db:
                self._opt_outs.learned(db, conversations.get(db, reply.conversation_id))
        self._settle(reply, ReplyState.FAILED, problem=failure_words.explain_refusal(error))
        return None

    def _look_up(self, reply: Reply) -> float | None:
        """Ask the message list whether a text whose outcome is unknown was taken."""
        try:
            found = self._in_records(reply)
        except FlowrouteError:
            return self._look_up_as.every_s
        if found is not None:
            self._settle(reply, ReplyState.SENT, message_id=found.id)
            self._receipts.read(found)
            return None
        if reply.attempted_at is not None and utc_now() - reply.attempted_at < self._look_up_as.give_up:
            return self._look_up_as.every_s
        self._settle(
            reply,
            ReplyState.PARKED,
            problem="Nobody can say whether this was sent, so it was not sent again.",
        )
        return None

    def found(self, record: MessageRecord) -> bool:
        """A text turned up in the message list; False unless it can only be one that was given up."""
        if record.timestamp is None:
            return False
        with self._store.read() as db:
            doubtful = replies.doubtful(
                db, record.from_, record.to, record.body or "", since=record.timestamp - RECORDS_MAY_LEAD
            )
        if len(doubtful) != 1 or doubtful[0].state not in GIVEN_UP:
            return False
        self._settle(doubtful[0], ReplyState.SENT, message_id=record.id)
        return True

    def _in_records(self, reply: Reply) -> MessageRecord | None:
        start = (reply.attempted_at or reply.created_at) - RECORDS_MAY_LEAD
        records = [
            record
            for record in self._flowroute.messages.list(start=start)
            if record.direction == "outbound"
            and (record.to, record.from_, record.body or "") == (reply.person, reply.number, reply.body)
        ]
        with self._store.read() as db:  # two equal texts are two texts: each record answers for one
            taken = replies.message_ids_known(db, [record.id for record in records])
            candidates = replies.doubtful(db, reply.number, reply.person, reply.body, since=start)
        unclaimed = [record for record in records if record.id not in taken]
        if not unclaimed or len(unclaimed) < len(candidates):
            return None
        return unclaimed[0]  # newest first, as the last tried is

    def _take_back(self, reply: Reply) -> None:
        with self._store.write() as db:
            replies.take_back(db, reply.id)

    def _settle(
        self,
        reply: Reply,
        state: ReplyState,
        *,
        message_id: str | None = None,
        problem: str | None = None,
    ) -> None:
        with self._store.write() as db:
            if message_id is not None:
                receipts.hold_message(db, message_id)
            posts.hold_order(db, reply.channel_id)
            if replies.advance(db, reply.id, state, message_id=message_id, problem=problem):
                overtake(db, reply)
            if state is ReplyState.SENT:
                now = utc_now()
                replies.ask_after(
                    db, reply.id, self._look_up_as.next_fate(reply.attempted_at or reply.created_at, now)
                )
            conversations.card_changed(db, reply.conversation_id)
            if problem is not None:
                tell(db, reply)
            for receipt in receipts.of(db, message_id) if message_id is not None else ():
                self._receipts.apply(db, reply, receipt)  # it was quicker than Flowroute's answer to us
        log.info("a reply moved on", extra={"state": state, "message_id": message_id})
        for lane in (Lane.MARKS, Lane.POSTS):
            self._wake(lane, reply.channel_id)
        self._wake(Lane.CARDS, str(reply.conversation_id))


def _is_fresh(reply: Reply) -> bool:
    return utc_now() - reply.created_at < GIVE_UP_FETCHING
