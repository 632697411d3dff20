"""Caller name records: asked for here, reviewed by people at Flowroute, then assigned to numbers."""

from bot.actor import Actor
from bot.provisioning.changing import Changed, Changing, Facts
from flowroute import Flowroute, NotFound
from flowroute.cnam import Cnam


class CnamChanges:
    """Each method raises NotAllowed or a FlowrouteError, and answers what was read back."""

    def __init__(self, flowroute: Flowroute, changing: Changing) -> None:
        self._flowroute = flowroute
        self._changing = changing

    def create(self, actor: Actor, value: str) -> Changed:
        """Flowroute stores it in upper case and reviews it within up to two business days."""
        return self._changing.make(
            actor,
            "cnam.create",
            value,
            read=lambda: _facts(self._newest_named(value)),
            write=lambda: self._flowroute.cnam.create(value),
        )

    def update(self, actor: Actor, cnam_id: str, value: str) -> Changed:
        """Only while it is pending."""
        return self._changing.make(
            actor,
            "cnam.update",
            cnam_id,
            read=lambda: _facts(self._by_id(cnam_id)),
            write=lambda: self._flowroute.cnam.update(cnam_id, value),
            wanted={"value": value.upper()},
        )

    def delete(self, actor: Actor, cnam_id: str) -> Changed:
        """Takes it from every number that has it."""
        return self._changing.make(
            actor,
            "cnam.delete",
            cnam_id,
            read=lambda: _facts(self._by_id(cnam_id)),
            write=lambda: self._flowroute.cnam.delete(cnam_id),
        )

    def _by_id(self, cnam_id: str) -> Cnam | None:
        try:
            return self._flowroute.cnam.get(cnam_id)
        except NotFound:
            return None

    def _newest_named(self, value: str) -> Cnam | None:
        named = [c for c in self._flowroute.cnam.list(value=value) if c.value == value.upper()]
        return max(named, key=lambda record: int(record.id), default=None)


def _facts(record: Cnam | None) -> Facts | None:
    if record is None:
        return None
    return {"id": record.id, "value": record.value, "status": record.status}
