"""Emergency addresses: what responders are sent to, so nothing is called done before it was read back."""

from dataclasses import asdict

from bot.actor import Actor
from bot.cards import escape
from bot.errors import BotError
from bot.provisioning.changing import Changed, Changing, Facts, Thing, looked
from flowroute import Flowroute, InvalidArgument, NotFound
from flowroute.e911 import Address, E911Record, checked_address


class NoSuchAddress(BotError):
    """No emergency address of the account has that id."""

    def __init__(self, record_id: str) -> None:
        super().__init__(
            f"No emergency address has the id {escape(record_id)}. Nothing was changed; "
            "`/flowroute e911 list` shows them."
        )


class E911Changes:
    """Each method raises NotAllowed, NoSuchAddress or ChangeFailed, and answers what was read back.

    The audit names the record and that it changed, never the address: people live there.
    """

    def __init__(self, flowroute: Flowroute, changing: Changing) -> None:
        self._flowroute = flowroute
        self._changing = changing

    def validate(self, address: Address) -> None:
        """Ask Flowroute whether responders find it; changes nothing."""
        looked(lambda: self._flowroute.e911.validate(address))

    def get(self, record_id: str) -> E911Record:
        """The stored address with that id."""
        found = looked(lambda: self._find(record_id))
        if found is None:
            raise NoSuchAddress(record_id)
        return found

    def create(self, actor: Actor, address: Address, *, announce: bool = True) -> Changed[E911Record]:
        """Its label is unique on the account, so that it can be found again."""
        return self._changing.make(
            actor,
            "e911.create",
            Thing(address.label, lambda: self._labelled(address.label), _facts, "e911 list"),
            lambda: self._flowroute.e911.create(address),
            is_done=lambda record: record is not None and is_at(record, address),
            announce=announce,
        )

    def update(self, actor: Actor, record_id: str, address: Address) -> Changed[E911Record]:
        """Every number with this address has the new one."""
        return self._changing.make(
            actor,
            "e911.update",
            self._thing(record_id),
            lambda: self._flowroute.e911.update(record_id, **asdict(address)),
            is_done=lambda record: record is not None and is_at(record, address),
            missing=NoSuchAddress(record_id),
        )

    def delete(self, actor: Actor, record_id: str) -> Changed[E911Record]:
        """Refused by Flowroute while a number has it."""
        return self._changing.make(
            actor,
            "e911.delete",
            self._thing(record_id),
            lambda: self._flowroute.e911.delete(record_id),
            is_done=lambda record: record is None,
            missing=NoSuchAddress(record_id),
        )

    def _thing(self, record_id: str) -> Thing[E911Record]:
        return Thing(record_id, lambda: self._find(record_id), _facts, f"e911 show {record_id}")

    def _find(self, record_id: str) -> E911Record | None:
        try:
            return self._flowroute.e911.get(record_id)
        except NotFound:
            return None

    def _labelled(self, label: str) -> E911Record | None:
        return next((r for r in self._flowroute.e911.list(label=label) if r.label == label), None)


def is_at(record: E911Record, address: Address) -> bool:
    """Whether a stored record holds this address, letter case aside: Flowroute has its own spelling."""
    try:
        wanted = checked_address(address)
    except InvalidArgument:
        return False
    return all(
        (getattr(record, name) or "").casefold() == wanted.get(name, "").casefold()
        for name in asdict(address)
    )


def _facts(record: E911Record) -> Facts:
    return {"id": record.id, "label": record.label}
