"""The audit: every change goes into the store and, where one is set, into the audit channel."""

from datetime import datetime, timedelta
from typing import Any, TypeGuard

from sqlalchemy import Connection

from bot import cards, change_cards
from bot.actor import Actor
from bot.cards import Card
from bot.clock import utc_now
from bot.lanes import Lane, Wake
from bot.store import audit, posts
from bot.store.audit import AUDIT, CHANGE, Begun, Entry
from bot.store.engine import Store
from flowroute import FlowrouteError

MAX_SUBJECT = 80
MAX_RESULT = 200

INTERRUPTED = "interrupted"
"""The one lane."""
MAY_TAKE = timedelta(minutes=10)
"""A change with its looks before and after; Flowroute gets 35 s for each call, and three attempts."""


class Audit:
    """Writes down who changed what, in the same transaction as the change where there is one.

    A change elsewhere is written down twice: that it begins, and how it ended. What a crash left with its
    beginning alone gets its entry from the lane that `work` works.
    """

    def __init__(self, store: Store, wake: Wake, channel_id: str | None) -> None:
        self._store = store
        self._wake = wake
        self._channel_id = channel_id

    def record(
        self,
        db: Connection,
        actor: Actor,
        action: str,
        subject: str,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        result: str = "done",
        announce: bool = False,
        begun_id: int | None = None,
    ) -> None:
        """Write an entry; `action` is a verb such as "number.buy", `subject` what it was done to.

        With `announce` the channel where it was asked for hears of it as well; `begun_id` is `begin`'s.
        """
        now = utc_now()
        if begun_id is not None:
            audit.end(db, begun_id)
        entry = audit.add(
            db,
            at=now,
            user_id=actor.user_id,
            channel_id=actor.channel_id,
            action=action,
            subject=cards.shorten(subject, MAX_SUBJECT),
            before=before,
            after=after,
            result=cards.shorten(result, MAX_RESULT),
        )
        if announce and _has_others(actor.channel_id) and actor.channel_id != self._channel_id:
            self._post(db, CHANGE, entry.id, actor.channel_id, now)
        if self._channel_id is not None:
            self._post(db, AUDIT, entry.id, self._channel_id, now)

    def begin(self, actor: Actor, action: str, subject: str, before: dict[str, Any] | None) -> int:
        """Write down that a change elsewhere is about to be made; the id to `record` its end with."""
        with self._store.write() as db:
            return audit.begin(
                db,
                now=utc_now(),
                user_id=actor.user_id,
                channel_id=actor.channel_id,
                action=action,
                subject=cards.shorten(subject, MAX_SUBJECT),
                before=before,
            )

    def due(self) -> list[str]:
        """Whether a crash cut a change short."""
        return [INTERRUPTED] if self._interrupted() else []

    def work(self, _lane: str) -> None:
        """Give each such change an entry that says so."""
        for begun in self._interrupted():
            with self._store.write() as db:
                if audit.end(db, begun.id):
                    self.record(
                        db,
                        Actor(begun.user_id, begun.channel_id),
                        begun.action,
                        begun.subject,
                        before=begun.before,
                        result="nobody knows: the bot stopped while it was under way",
                    )

    def _interrupted(self) -> list[Begun]:
        with self._store.read() as db:
            return audit.begun_before(db, utc_now() - MAY_TAKE)

    def entry_card(self, entry_id: int) -> Card:
        with self._store.read() as db:
            return change_cards.audit_entry(audit.get(db, entry_id))

    def change_card(self, entry_id: int) -> Card:
        with self._store.read() as db:
            return change_cards.change(audit.get(db, entry_id))

    def latest(self, limit: int) -> list[Entry]:
        """Newest first."""
        with self._store.read() as db:
            return audit.latest(db, limit)

    def latest_of(self, subject: str, limit: int) -> list[Entry]:
        """What was done to `subject`, newest first."""
        with self._store.read() as db:
            return audit.latest_of(db, subject, limit)

    def _post(self, db: Connection, kind: str, entry_id: int, channel_id: str, now: datetime) -> None:
        posts.hold_order(db, channel_id)
        posts.add(db, kind=kind, ref=entry_id, channel_id=channel_id, conversation_id=None, now=now)
        self._wake(Lane.POSTS, channel_id)  # looked at again by the sweep if we are too early


def refusal(error: FlowrouteError) -> str:
    """The result of a change that Flowroute refused, with what its support finds the request by."""
    request = f" (Flowroute's request {error.request_id})" if error.request_id else ""
    return f"refused{request}: {error.user_message}"


def _has_others(channel_id: str | None) -> TypeGuard[str]:
    """Whether it is a channel; in direct messages nobody else is there to be told."""
    return channel_id is not None and channel_id.startswith(("C", "G"))
