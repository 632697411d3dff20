"""How every change at Flowroute is made: rights, a look before, the change, a look after, the audit.

A change whose answer was lost is not repeated: what is read back tells how it stands.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from bot.access.audit import Audit, refusal
from bot.access.roles import Access, Role
from bot.actor import Actor
from bot.cards import escape
from bot.errors import BotError
from bot.store.engine import Store
from flowroute import FlowrouteError, NoAnswer

T = TypeVar("T")

Facts = Mapping[str, str | bool | None]
"""What is worth telling and auditing of something, by name."""


class ChangeFailed(BotError):
    """A change did not take place, or nobody knows; `fields` is what was wrong, by field of the request."""

    def __init__(self, user_message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(user_message)
        self.fields = dict(fields or {})


class NotChanged(ChangeFailed):
    """Certainly nothing was changed."""


class OutcomeUnknown(ChangeFailed):
    """Nobody knows: no answer came to the change, and a look afterwards did not settle it."""


@dataclass(frozen=True)
class Changed(Generic[T]):
    """How something stood before and stands now, as Flowroute says itself; None where there is nothing."""

    before: T | None
    after: T | None
    is_done: bool = True
    """False while Flowroute has taken the change, but does not show it yet."""
    was_so: bool = False
    """It was as wanted before, and nothing was written."""
    answer_lost: bool = False
    """Flowroute gave no clear answer to the change; `after` was read back all the same."""


@dataclass(frozen=True)
class Thing(Generic[T]):
    """Something of the account: how to read it, what to tell of it, and the command that shows it to people.

    `read` answers None when there is nothing; `facts` leaves out what only few may see.
    """

    subject: str
    read: Callable[[], T | None]
    facts: Callable[[T], Facts]
    look: str


class Changing:
    """Makes changes on behalf of people."""

    def __init__(self, store: Store, access: Access, audit: Audit) -> None:
        self._store = store
        self._access = access
        self._audit = audit

    def make(
        self,
        actor: Actor,
        action: str,
        thing: Thing[T],
        write: Callable[[], object],
        *,
        is_done: Callable[[T | None], bool],
        missing: BotError | None = None,
        announce: bool = True,
        also: Callable[[Connection, T], None] | None = None,
    ) -> Changed[T]:
        """Change `thing` by `write`; nothing is written when `is_done` holds for what is read first.

        `action` names it in the audit, such as "number.alias". `missing` is raised when there is nothing to
        be changed. The channel where `actor` asked hears of it, unless `announce` is off. `also` writes down
        what else follows from what was read back.

        Raises:
            NotAllowed: `actor` is no admin.
            NotChanged: it was refused, or did not take place.
            OutcomeUnknown: it may have taken place or still do so.
        """
        self._access.require(actor.user_id, Role.ADMIN)
        before = looked(thing.read)
        if before is None and missing is not None:
            raise missing
        if is_done(before):
            return Changed(before, before, was_so=True)
        record = partial(
            self._record,
            self._audit.begin(actor, action, thing.subject, _facts(thing, before)),
            actor,
            action,
            thing,
            before,
        )
        lost: FlowrouteError | None = None
        try:
            write()
        except FlowrouteError as error:
            if not error.may_have_happened:
                record(before, refusal(error))
                raise _not_changed(error) from error
            lost = error
        try:
            after = thing.read()
        except FlowrouteError as error:
            result = "done, not read back" if lost is None else "nobody knows: it could not be read back"
            record(None, result)
            raise _unknown(lost, thing.look) from error
        if lost is not None and not is_done(after):
            record(after, "no answer, and read back as before")
            raise _seen_unchanged(lost, thing.look) from lost
        result = "done" if lost is None else "done; the answer was lost, so it was read back"
        record(after, result, announce=announce, also=also)
        return Changed(before, after, is_done=is_done(after), answer_lost=lost is not None)

    def _record(
        self,
        begun_id: int,
        actor: Actor,
        action: str,
        thing: Thing[T],
        before: T | None,
        after: T | None,
        result: str,
        *,
        announce: bool = False,
        also: Callable[[Connection, T], None] | None = None,
    ) -> None:
        with self._store.write() as db:
            if also is not None and after is not None:
                also(db, after)
            self._audit.record(
                db,
                actor,
                action,
                thing.subject,
                before=_facts(thing, before),
                after=_facts(thing, after),
                result=result,
                announce=announce,
                begun_id=begun_id,
            )


def _facts(thing: Thing[T], state: T | None) -> dict[str, Any] | None:
    return None if state is None else dict(thing.facts(state))


def looked(read: Callable[[], T]) -> T:
    """What `read` answers before anything is changed; its FlowrouteError becomes NotChanged."""
    try:
        return read()
    except FlowrouteError as error:
        raise _not_changed(error) from error


def _not_changed(error: FlowrouteError) -> NotChanged:
    """What happened, that nothing was changed, and what to do."""
    said = escape(error.user_message)
    if "Nothing was changed." not in said:
        said = f"{said if said.endswith(('.', '?', '!')) else f'{said}.'} Nothing was changed."
    return NotChanged(said, error.fields)


def _seen_unchanged(lost: FlowrouteError, look: str) -> ChangeFailed:
    """A fault is the end of it; a change that was only not answered yet may still come."""
    looked_at = "Flowroute gave no clear answer, so I looked: it is as it was before."
    if isinstance(lost, NoAnswer):
        return OutcomeUnknown(
            f"{looked_at} Should the change still come, `/flowroute {look}` shows it; it is safe to try "
            "again."
        )
    return NotChanged(f"{looked_at} Nothing was changed; it is safe to try again.")


def _unknown(lost: FlowrouteError | None, look: str) -> OutcomeUnknown:
    if lost is None:
        happened = "Flowroute took the change, but did not answer when I looked at the result."
    else:
        happened = "Nobody knows whether this was changed: Flowroute answered neither the change nor a look."
    return OutcomeUnknown(f"{happened} Look at it with `/flowroute {look}` before you try again.")
