"""Caller name records: asked for here, reviewed by people at Flowroute, then assigned to numbers."""

from sqlalchemy import Connection

from bot.actor import Actor
from bot.cards import escape
from bot.clock import utc_now
from bot.errors import BotError
from bot.provisioning.changing import Changed, Changing, Facts, Thing, looked
from bot.store import cnam_reviews
from bot.store.cnam_reviews import Review
from flowroute import Flowroute, NotFound
from flowroute.cnam import Cnam, CnamStatus


class NoSuchName(BotError):
    """No caller name of the account has that id."""

    def __init__(self, cnam_id: str) -> None:
        super().__init__(
            f"No caller name has the id {escape(cnam_id)}. Nothing was changed; "
            "`/flowroute cnam list` shows them."
        )


class CnamChanges:
    """Each method raises NotAllowed, NoSuchName or ChangeFailed, and answers what was read back."""

    def __init__(self, flowroute: Flowroute, changing: Changing) -> None:
        self._flowroute = flowroute
        self._changing = changing

    def get(self, cnam_id: str) -> Cnam:
        """The caller name with that id."""
        found = looked(lambda: self._find(cnam_id))
        if found is None:
            raise NoSuchName(cnam_id)
        return found

    def create(self, actor: Actor, value: str, *, announce: bool = True) -> Changed[Cnam]:
        """Ask for a name, unless one that was not rejected is there; reviewed within two business days."""
        name = value.strip().upper()
        return self._changing.make(
            actor,
            "cnam.create",
            Thing(name, lambda: self._newest(name), _facts, "cnam list"),
            lambda: self._flowroute.cnam.create(value),
            is_done=lambda record: record is not None and record.status is not CnamStatus.REJECTED,
            announce=announce,
            also=lambda db, record: _wait_for_review(db, actor, record),
        )

    def update(self, actor: Actor, cnam_id: str, value: str) -> Changed[Cnam]:
        """Only while it is pending; the review starts anew."""
        name = value.strip().upper()
        return self._changing.make(
            actor,
            "cnam.update",
            self._thing(cnam_id),
            lambda: self._flowroute.cnam.update(cnam_id, value),
            is_done=lambda record: record is not None and record.value == name,
            missing=NoSuchName(cnam_id),
            also=lambda db, record: _wait_for_review(db, actor, record),
        )

    def delete(self, actor: Actor, cnam_id: str) -> Changed[Cnam]:
        """Takes it from every number that has it."""
        return self._changing.make(
            actor,
            "cnam.delete",
            self._thing(cnam_id),
            lambda: self._flowroute.cnam.delete(cnam_id),
            is_done=lambda record: record is None,
            missing=NoSuchName(cnam_id),
        )

    def _thing(self, cnam_id: str) -> Thing[Cnam]:
        return Thing(cnam_id, lambda: self._find(cnam_id), _facts, f"cnam show {cnam_id}")

    def _find(self, cnam_id: str) -> Cnam | None:
        try:
            return self._flowroute.cnam.get(cnam_id)
        except NotFound:
            return None

    def _newest(self, name: str) -> Cnam | None:
        named = [record for record in self._flowroute.cnam.list(value=name) if record.value == name]
        return max(named, key=lambda record: (len(record.id), record.id), default=None)


def _wait_for_review(db: Connection, actor: Actor, record: Cnam) -> None:
    """Whoever asked hears how it was decided; also when that happened before it was read back."""
    cnam_reviews.put(db, Review(record.id, actor.user_id, actor.channel_id, asked_at=utc_now()))


def _facts(record: Cnam) -> Facts:
    return {"id": record.id, "value": record.value, "status": record.status}
