"""The audit: every change goes into the store and, where one is set, into the audit channel."""

from typing import Any

from sqlalchemy import Connection

from bot import cards
from bot.actor import Actor
from bot.cards import Card
from bot.clock import utc_now
from bot.lanes import Lane, Wake
from bot.store import audit, posts
from bot.store.engine import Store

AUDIT = "audit"


class Audit:
    """Writes down who changed what, in the same transaction as the change where there is one."""

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
    ) -> None:
        """Write an entry; `action` is a verb such as "number.buy", `subject` what it was done to."""
        now = utc_now()
        entry = audit.add(
            db,
            at=now,
            user_id=actor.user_id,
            channel_id=actor.channel_id,
            action=action,
            subject=subject,
            before=before,
            after=after,
            result=result,
        )
        if self._channel_id is not None:
            posts.hold_order(db, self._channel_id)
            posts.add(
                db, kind=AUDIT, ref=entry.id, channel_id=self._channel_id, conversation_id=None, now=now
            )
            self._wake(Lane.POSTS, self._channel_id)  # looked at again by the sweep if we are too early

    def entry_card(self, entry_id: int) -> Card:
        with self._store.read() as db:
            return cards.audit_entry(audit.get(db, entry_id))
