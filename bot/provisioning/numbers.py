"""Changing numbers that are ours: alias, lookups, messaging, routes, E911, caller name."""

from collections.abc import Callable

from bot.actor import Actor
from bot.errors import BotError
from bot.provisioning.changing import Changed, Changing, Facts, Thing
from flowroute import Flowroute, PhoneNumber, Refused, format_phone_number
from flowroute.documents import Reference
from flowroute.numbers import OwnedNumber


class NotOurs(BotError):
    """The number is not on the account."""

    def __init__(self, number: PhoneNumber) -> None:
        super().__init__(
            f"{format_phone_number(number)} is not on this Flowroute account. Nothing was changed; "
            "`/flowroute numbers list` shows ours."
        )


class NumberChanges:
    """Each method raises NotAllowed, NotOurs or ChangeFailed, and answers what was read back.

    With `announce` off the channel is not told: whoever asks tells it in their own way.
    """

    def __init__(self, flowroute: Flowroute, changing: Changing) -> None:
        self._flowroute = flowroute
        self._changing = changing

    def set_alias(
        self, actor: Actor, number: PhoneNumber, alias: str, *, announce: bool = True
    ) -> Changed[OwnedNumber]:
        """`""` removes the alias; up to 64 characters."""
        return self._change(
            actor,
            "number.alias",
            number,
            lambda: self._flowroute.numbers.set_alias(number, alias),
            lambda owned: (owned.alias or "") == alias,
            announce=announce,
        )

    def set_cnam_lookups(
        self, actor: Actor, number: PhoneNumber, *, enabled: bool, announce: bool = True
    ) -> Changed[OwnedNumber]:
        return self._change(
            actor,
            "number.lookups",
            number,
            lambda: self._flowroute.numbers.set_cnam_lookups(number, enabled=enabled),
            lambda owned: owned.cnam_lookups_enabled is enabled,
            announce=announce,
        )

    def set_messaging(
        self, actor: Actor, number: PhoneNumber, *, enabled: bool, announce: bool = True
    ) -> Changed[OwnedNumber]:
        """Texting is switched by a job of Flowroute's, so what is read back may still be the old state."""
        return self._change(
            actor,
            "number.messaging_on" if enabled else "number.messaging_off",
            number,
            lambda: self._switch_messaging(number, enabled=enabled),
            lambda owned: owned.messaging_enabled is enabled,
            announce=announce,
        )

    def set_primary_route(
        self, actor: Actor, number: PhoneNumber, route_id: str | None, *, announce: bool = True
    ) -> Changed[OwnedNumber]:
        """`route_id` "0" is sip-reg, None removes the route."""
        routes = self._flowroute.routes
        return self._change(
            actor,
            "route.primary",
            number,
            lambda: routes.set_primary(number, route_id) if route_id else routes.remove_primary(number),
            lambda owned: primary_route_id(owned) == route_id,
            announce=announce,
        )

    def set_failover_route(
        self, actor: Actor, number: PhoneNumber, route_id: str | None, *, announce: bool = True
    ) -> Changed[OwnedNumber]:
        """`route_id` "0" is sip-reg, None removes the route."""
        routes = self._flowroute.routes
        return self._change(
            actor,
            "route.failover",
            number,
            lambda: routes.set_failover(number, route_id) if route_id else routes.remove_failover(number),
            lambda owned: failover_route_id(owned) == route_id,
            announce=announce,
        )

    def set_e911(
        self, actor: Actor, number: PhoneNumber, record_id: str | None, *, announce: bool = True
    ) -> Changed[OwnedNumber]:
        """None leaves the number without an address; 911 calls from it are then billed one by one."""
        e911 = self._flowroute.e911
        return self._change(
            actor,
            "e911.assign" if record_id else "e911.unassign",
            number,
            lambda: e911.assign(number, record_id) if record_id else e911.unassign(number),
            lambda owned: e911_id(owned) == record_id,
            announce=announce,
        )

    def set_cnam(
        self, actor: Actor, number: PhoneNumber, cnam_id: str | None, *, announce: bool = True
    ) -> Changed[OwnedNumber]:
        """Only approved records can be assigned; callers see it five to seven business days later."""
        cnam = self._flowroute.cnam
        return self._change(
            actor,
            "cnam.assign" if cnam_id else "cnam.unassign",
            number,
            lambda: cnam.assign(number, cnam_id) if cnam_id else cnam.unassign(number),
            lambda owned: caller_name_id(owned) == cnam_id,
            announce=announce,
        )

    def give_back(self, actor: Actor, number: PhoneNumber) -> Changed[OwnedNumber]:
        """Release `number` as it is; an order takes from it what it has before. Cannot be undone."""
        return self._changing.make(
            actor,
            "number.release",
            self._thing(number),
            lambda: self._flowroute.numbers.release(number),
            is_done=lambda owned: owned is None,
            missing=NotOurs(number),
            announce=False,
        )

    def _change(
        self,
        actor: Actor,
        action: str,
        number: PhoneNumber,
        write: Callable[[], object],
        is_done: Callable[[OwnedNumber], bool],
        *,
        announce: bool = True,
    ) -> Changed[OwnedNumber]:
        return self._changing.make(
            actor,
            action,
            self._thing(number),
            write,
            is_done=lambda owned: owned is not None and is_done(owned),
            missing=NotOurs(number),
            announce=announce,
        )

    def _thing(self, number: PhoneNumber) -> Thing[OwnedNumber]:
        return Thing(number, lambda: self._flowroute.numbers.find(number), _facts, f"numbers show {number}")

    def _switch_messaging(self, number: PhoneNumber, *, enabled: bool) -> None:
        if self._flowroute.numbers.set_messaging(number, enabled=enabled).messaging_failed:
            raise Refused(status=207, detail="Texting could not be switched on this number.")


def primary_route_id(owned: OwnedNumber) -> str | None:
    return _id(owned.relationships.primary_route) if owned.relationships else None


def failover_route_id(owned: OwnedNumber) -> str | None:
    return _id(owned.relationships.failover_route) if owned.relationships else None


def e911_id(owned: OwnedNumber) -> str | None:
    return _id(owned.relationships.e911_address) if owned.relationships else None


def caller_name_id(owned: OwnedNumber) -> str | None:
    return _id(owned.relationships.cnam_preset) if owned.relationships else None


def _facts(owned: OwnedNumber) -> Facts:
    """By name; of an address only the label that it was given, for people live there."""
    return {
        "alias": owned.alias,
        "caller name look-ups": owned.cnam_lookups_enabled,
        "texting": owned.messaging_enabled,
        "route": owned.primary_route.alias if owned.primary_route else primary_route_id(owned),
        "failover": owned.failover_route.alias if owned.failover_route else failover_route_id(owned),
        "emergency address": owned.e911.label if owned.e911 else e911_id(owned),
        "caller name": owned.cnam.value if owned.cnam else caller_name_id(owned),
    }


def _id(reference: Reference | None) -> str | None:
    return None if reference is None else reference.id
