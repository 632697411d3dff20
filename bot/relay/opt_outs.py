"""STOP, START and HELP: what people text to be left alone, let back in or told who we are.

Flowroute itself blocks a pair on a single-word STOP and answers the person; the ledger here also hears what
Flowroute lets through, learns from its refusals (code 1110), and is asked before every text. Flowroute's own
block is lifted by UNSTOP; of START its documentation says nothing ("How to stop unwanted messages").
"""

from datetime import datetime

from sqlalchemy import Connection

from bot import cards
from bot.access.audit import Audit
from bot.access.roles import Access, Role
from bot.actor import Actor
from bot.cards import Card
from bot.clock import utc_now
from bot.lanes import Lane, Wake
from bot.relay import composing
from bot.relay.opt_out_words import Intent, classify
from bot.store import conversations, notices, opt_outs, posts, texts
from bot.store.conversations import Conversation
from bot.store.engine import Store
from bot.store.opt_outs import OptOut, OptOutState, Source
from bot.store.texts import ARRIVED_APART, Text

PAUSE = "pause"
"""The kind of post that asks whether somebody wants no more texts; its `ref` is what they texted."""

_TOLD = {
    Source.TEXT: "They",
    Source.CARRIER: "Flowroute says that they",
    Source.PERSON: "A colleague recorded that they",
}


class OptOuts:
    """The one ledger of who is not to be texted from which number."""

    def __init__(self, store: Store, access: Access, audit: Audit, wake: Wake, help_text: str) -> None:
        self._store = store
        self._access = access
        self._audit = audit
        self._wake = wake
        self._help_text = help_text

    def heard(
        self, db: Connection, conversation: Conversation, text: Text, *, may_answer: bool = True
    ) -> bool:
        """Act on what a text says, in the transaction that shows it; True when an answer is to be sent.

        Without `may_answer` nothing is: it was perhaps answered before.
        """
        match classify(text.body):
            case Intent.STOP:
                self._stop(db, conversation, _wish(text, OptOutState.STOPPED))
            case Intent.SOUNDS_LIKE_STOP:
                if opt_outs.put(db, _wish(text, OptOutState.PAUSED)):
                    self._ask(db, conversation, text)
            case Intent.START:
                self._start(db, conversation, text)
            case Intent.HELP if may_answer:
                composing.answer_automatically(db, conversation, self._help_text, key=f"help:{text.id}")
                return True
            case Intent.HELP | Intent.NONE:
                pass
        return False

    def heard_unseen(self, db: Connection, text: Text) -> None:
        """Act on what a blocked sender says, which is shown to nobody: the ledger alone learns of it."""
        match classify(text.body):
            case Intent.STOP:
                opt_outs.put(db, _wish(text, OptOutState.STOPPED))
            case Intent.SOUNDS_LIKE_STOP:
                opt_outs.put(db, _wish(text, OptOutState.PAUSED))
            case Intent.START:
                opt_outs.lift(db, text.number, text.person, said_before=_said_after(text))
            case Intent.HELP | Intent.NONE:
                pass

    def learned(self, db: Connection, conversation: Conversation) -> None:
        """Flowroute refused a text because they opted out."""
        self._stop(db, conversation, _stopped(conversation, Source.CARRIER, by="Flowroute"))

    def refusal(self, number: str, person: str) -> str | None:
        """Why a text must not go to somebody who opted out, with who said so and when.

        What a colleague decided about the text itself is no answer to what the person wrote.
        """
        with self._store.read() as db:
            known = opt_outs.of(db, number, person)
        if known is None:
            return None
        since = f"{known.since:%d %B %Y, %H:%M} UTC"
        if known.state is OptOutState.PAUSED:
            return (
                f"On {since} they wrote something that sounds like a wish for no more texts, so this was not "
                "sent. Decide at the question in the thread, or have an admin record their consent "
                f"(`/flowroute relay optin {number} {person}`), then write it again."
            )
        return f"{_TOLD[known.source]} opted out of texts from this number on {since}, so this was not sent."

    def decide(self, actor: Actor, conversation_id: int, *, stop: bool) -> bool:
        """A person decides what a pause was; False when it is decided already.

        Raises:
            NotAllowed: `actor` may not text from the channel of the conversation.
        """
        with self._store.read() as db:
            conversation = conversations.get(db, conversation_id)
        self._access.require_texter(actor.user_id, conversation.channel_id)
        with self._store.write() as db:
            known = opt_outs.of(db, conversation.number, conversation.person)
            if known is None or known.state is not OptOutState.PAUSED:
                return False
            if stop:
                self._stop(db, conversation, _stopped(conversation, Source.PERSON, by=actor.user_id))
            else:
                opt_outs.lift(db, conversation.number, conversation.person)
                self._say(db, conversation, f":arrow_forward: <@{actor.user_id}> lets texts go on.")
            self._audit.record(
                db,
                actor,
                "relay.opt_out" if stop else "relay.go_on",
                conversation.number,
                before={"state": known.state},
                after={"state": OptOutState.STOPPED if stop else None},
            )
        self._wake(Lane.POSTS, conversation.channel_id)
        return True

    def opt_in(self, actor: Actor, number: str, person: str) -> bool:
        """Let a person be texted again, at their wish; False when they might be all along.

        Raises:
            NotAllowed: `actor` is no admin.
        """
        self._access.require(actor.user_id, Role.ADMIN)
        with self._store.write() as db:
            known = opt_outs.of(db, number, person)
            if known is None:
                return False
            opt_outs.lift(db, number, person)
            self._audit.record(
                db, actor, "relay.optin", number, before={"state": known.state}, after={"state": None}
            )
        return True

    def every(self) -> list[OptOut]:
        with self._store.read() as db:
            return opt_outs.every(db)

    def _stop(self, db: Connection, conversation: Conversation, opt_out: OptOut) -> None:
        posts.hold_order(db, conversation.channel_id)
        if opt_outs.put(db, opt_out):
            who = "They asked to stop" if opt_out.source is Source.TEXT else "They have opted out"
            self._say(
                db,
                conversation,
                f":octagonal_sign: {who}: nothing is sent to them from "
                f"{cards.caller(conversation.number)} until they text UNSTOP.",
            )

    def _start(self, db: Connection, conversation: Conversation, text: Text) -> None:
        number, person = text.number, text.person
        if opt_outs.lift(db, number, person, said_before=_said_after(text)):
            self._say(
                db,
                conversation,
                ":arrow_forward: They want texts again: replies are sent. Should Flowroute still refuse one, "
                "they have to text UNSTOP.",
            )
        elif opt_outs.of(db, number, person) is not None:
            self._say(
                db,
                conversation,
                ":grey_question: It cannot be told that they wrote this after they opted out, so still "
                "nothing is sent to them. They can text UNSTOP again, or an admin can record their consent: "
                f"`/flowroute relay optin {number} {cards.escape(person)}`.",
            )

    def _ask(self, db: Connection, conversation: Conversation, text: Text) -> None:
        posts.hold_order(db, conversation.channel_id)
        posts.add(
            db,
            kind=PAUSE,
            ref=text.id,
            channel_id=conversation.channel_id,
            conversation_id=conversation.id,
            now=utc_now(),
        )

    def pause_card(self, text_id: int) -> Card:
        with self._store.read() as db:
            conversation_id = texts.get(db, text_id).conversation_id
        return cards.paused(conversation_id)

    def _say(self, db: Connection, conversation: Conversation, said: str) -> None:
        notices.post(
            db,
            said,
            channel_id=conversation.channel_id,
            conversation_id=conversation.id,
            now=utc_now(),
        )


def _wish(text: Text, state: OptOutState) -> OptOut:
    """What a text asks for, from when it was written at the latest."""
    since = _written(text, if_untold=text.received_at)
    return OptOut(text.number, text.person, state, Source.TEXT, by=text.person, since=since)


def _stopped(conversation: Conversation, source: Source, by: str) -> OptOut:
    """What somebody else says of them, now."""
    return OptOut(conversation.number, conversation.person, OptOutState.STOPPED, source, by, since=utc_now())


def _said_after(text: Text) -> datetime:
    """The earliest time (UTC) at which a text may have been written."""
    return _written(text, if_untold=text.received_at - ARRIVED_APART)


def _written(text: Text, if_untold: datetime) -> datetime:
    """When a text was written (UTC); the time that Flowroute names cannot lie ahead."""
    return if_untold if text.sent_at is None else min(text.sent_at, text.received_at)
