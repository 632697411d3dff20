"""How every change at Flowroute is made: rights, a look before, the change, a look after, the audit.

A change whose answer was lost is not repeated: what is read back tells how it stands.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.access.audit import Audit
from bot.access.roles import Access, Role
from bot.actor import Actor
from bot.store.engine import Store
from flowroute import FlowrouteError

Facts = Mapping[str, str | bool | None]
"""What is worth telling and auditing of something, by name."""


@dataclass(frozen=True)
class Changed:
    """How something stood before and stands now, as Flowroute says itself; None where there is nothing."""

    before: Facts | None
    after: Facts | None
    answer_lost: bool = False
    """Flowroute gave no clear answer to the change; `after` was read back all the same."""

    @property
    def differs(self) -> bool:
        return self.before != self.after


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
        subject: str,
        *,
        read: Callable[[], Facts | None],
        write: Callable[[], object],
        wanted: Facts | None = None,
    ) -> Changed:
        """Change `subject` by `write`; nothing is written when `read` shows `wanted` already.

        `action` names it in the audit, such as "number.alias". `read` answers None when there is nothing.

        Raises:
            NotAllowed: `actor` is no admin.
            FlowrouteError: it was refused, or how it stands cannot be read.
        """
        self._access.require(actor.user_id, Role.ADMIN)
        before = read()
        if wanted is not None and before is not None and wanted.items() <= before.items():
            return Changed(before, before)
        answer_lost = False
        try:
            write()
        except FlowrouteError as error:
            if not error.may_have_happened:
                self._record(actor, action, subject, before, before, f"refused: {error.user_message}")
                raise
            answer_lost = True
        try:
            after = read()
        except FlowrouteError:
            self._record(actor, action, subject, before, None, "nobody knows: it could not be read back")
            raise
        self._record(
            actor, action, subject, before, after, "answer lost, read back" if answer_lost else "done"
        )
        return Changed(before, after, answer_lost)

    def _record(
        self,
        actor: Actor,
        action: str,
        subject: str,
        before: Facts | None,
        after: Facts | None,
        result: str,
    ) -> None:
        with self._store.write() as db:
            self._audit.record(
                db,
                actor,
                action,
                subject,
                before=None if before is None else dict(before),
                after=None if after is None else dict(after),
                result=result,
            )
