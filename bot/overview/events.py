"""What was last texted with a number, and with whom."""

from dataclasses import dataclass
from datetime import datetime

from bot.cards import known_as
from bot.store import contacts, events
from bot.store.engine import Store
from bot.store.replies import ReplyState
from flowroute import PhoneNumber


@dataclass(frozen=True)
class Event:
    """A text with `who`: theirs, or one by `user_id` and what became of it."""

    at: datetime
    who: str
    user_id: str | None
    state: ReplyState | None


class Events:
    """Reads the store; who may see it is asked elsewhere."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def latest_of(self, number: PhoneNumber, limit: int) -> list[Event]:
        """Newest first."""
        with self._store.read() as db:
            found = events.latest_of(db, number, limit)
            names = contacts.named(db)
        return [
            Event(one.at, known_as(one.person, names.get(one.person)), one.user_id, one.state)
            for one in found
        ]
