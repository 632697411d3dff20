"""Emergency addresses: what responders are sent to, so nothing is called done before it was read back."""

from dataclasses import asdict

from bot.actor import Actor
from bot.provisioning.changing import Changed, Changing, Facts
from flowroute import Flowroute, NotFound
from flowroute.e911 import Address, E911Record


class E911Changes:
    """Each method raises NotAllowed or a FlowrouteError, and answers what was read back.

    The audit names the record and that it changed, never the address: people live there.
    """

    def __init__(self, flowroute: Flowroute, changing: Changing) -> None:
        self._flowroute = flowroute
        self._changing = changing

    def validate(self, address: Address) -> None:
        """Ask Flowroute whether responders find it; changes nothing."""
        self._flowroute.e911.validate(address)

    def create(self, actor: Actor, address: Address) -> Changed:
        return self._changing.make(
            actor,
            "e911.create",
            address.label,
            read=lambda: _facts(self._by_label(address.label)),
            write=lambda: self._flowroute.e911.create(address),
        )

    def update(self, actor: Actor, record_id: str, address: Address) -> Changed:
        return self._changing.make(
            actor,
            "e911.update",
            record_id,
            read=lambda: _facts(self._by_id(record_id)),
            write=lambda: self._flowroute.e911.update(record_id, **asdict(address)),
        )

    def delete(self, actor: Actor, record_id: str) -> Changed:
        """Refused by Flowroute while a number has it."""
        return self._changing.make(
            actor,
            "e911.delete",
            record_id,
            read=lambda: _facts(self._by_id(record_id)),
            write=lambda: self._flowroute.e911.delete(record_id),
        )

    def _by_id(self, record_id: str) -> E911Record | None:
        try:
            return self._flowroute.e911.get(record_id)
        except NotFound:
            return None

    def _by_label(self, label: str) -> E911Record | None:
        return next((r for r in self._flowroute.e911.list(label=label) if r.label == label), None)


def _facts(record: E911Record | None) -> Facts | None:
    if record is None:
        return None
    return {"id": record.id, "label": record.label, "city": record.city, "state": record.state}
