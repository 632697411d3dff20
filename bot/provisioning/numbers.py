"""Changing numbers that are ours: alias, lookups, messaging, routes, E911, caller name, release."""

from collections.abc import Callable

from bot.actor import Actor
from bot.errors import BotError
from bot.provisioning.changing import Changed, Changing, Facts
from bot.relay.links import Links
from flowroute import Flowroute, NotFound, PhoneNumber, format_phone_number
from flowroute.documents import Reference
from flowroute.numbers import OwnedNumber


class NotOurs(BotError):
    """The number is not on the account."""

    def __init__(self, number: PhoneNumber) -> None:
        super().__init__(f"{format_phone_number(number)} is not on this Flowroute account.")


class NumberChanges:
    """Each method raises NotAllowed, NotOurs or a FlowrouteError, and answers what was read back."""

    def __init__(self, flowroute: Flowroute, changing: Changing, links: Links) -> None:
        self._flowroute = flowroute
        self._changing = changing
        self._links = links

    def set_alias(self, actor: Actor, number: PhoneNumber, alias: str) -> Changed:
        return self._change(
            actor,
            "number.alias",
            number,
            lambda: self._flowroute.numbers.set_alias(number, alias),
            wanted={"alias": alias},
        )

    def set_cnam_lookups(self, actor: Actor, number: PhoneNumber, *, enabled: bool) -> Changed:
        return self._change(
            actor,
            "number.lookups",
            number,
            lambda: self._flowroute.numbers.set_cnam_lookups(number, enabled=enabled),
            wanted={"lookups": enabled},
        )

    def set_messaging(self, actor: Actor, number: PhoneNumber, *, enabled: bool) -> Changed:
        """Texting is switched by a job of Flowroute's, so what is read back may still be the old state."""
        return self._change(
            actor,
            "number.messaging",
            number,
            lambda: self._flowroute.numbers.set_messaging(number, enabled=enabled),
            wanted={"messaging": enabled},
        )

    def set_primary_route(self, actor: Actor, number: PhoneNumber, route_id: str | None) -> Changed:
        """`route_id` "0" is sip-reg, None removes the route."""
        routes = self._flowroute.routes
        return self._change(
            actor,
            "route.primary",
            number,
            lambda: routes.set_primary(number, route_id) if route_id else routes.remove_primary(number),
            wanted={"primary route": route_id},
        )

    def set_failover_route(self, actor: Actor, number: PhoneNumber, route_id: str | None) -> Changed:
        """`route_id` "0" is sip-reg, None removes the route."""
        routes = self._flowroute.routes
        return self._change(
            actor,
            "route.failover",
            number,
            lambda: routes.set_failover(number, route_id) if route_id else routes.remove_failover(number),
            wanted={"failover route": route_id},
        )

    def set_e911(self, actor: Actor, number: PhoneNumber, record_id: str | None) -> Changed:
        """None takes the address away: emergency calls from the number are then billed, each."""
        e911 = self._flowroute.e911
        return self._change(
            actor,
            "e911.assign" if record_id else "e911.unassign",
            number,
            lambda: e911.assign(number, record_id) if record_id else e911.unassign(number),
            wanted={"E911": record_id},
        )

    def set_cnam(self, actor: Actor, number: PhoneNumber, cnam_id: str | None) -> Changed:
        """Only approved records can be assigned; callers see it five to seven business days later."""
        cnam = self._flowroute.cnam
        return self._change(
            actor,
            "cnam.assign" if cnam_id else "cnam.unassign",
            number,
            lambda: cnam.assign(number, cnam_id) if cnam_id else cnam.unassign(number),
            wanted={"CNAM": cnam_id},
        )

    def release(self, actor: Actor, number: PhoneNumber) -> Changed:
        """Give the number back: unlinked first, then without E911 and caller name, then released."""
        facts = self._read(number)
        if facts is None:
            raise NotOurs(number)
        self._links.unlink(actor, number)
        if facts["E911"]:
            self.set_e911(actor, number, None)
        if facts["CNAM"]:
            self.set_cnam(actor, number, None)
        return self._change(actor, "number.release", number, lambda: self._flowroute.numbers.release(number))

    def _change(
        self,
        actor: Actor,
        action: str,
        number: PhoneNumber,
        write: Callable[[], object],
        wanted: Facts | None = None,
    ) -> Changed:
        try:
            return self._changing.make(
                actor, action, number, read=lambda: self._read(number), write=write, wanted=wanted
            )
        except NotFound as error:
            if self._read(number) is None:
                raise NotOurs(number) from error
            raise

    def _read(self, number: PhoneNumber) -> Facts | None:
        owned = self._flowroute.numbers.find(number)
        return None if owned is None else _facts(owned)


def _facts(owned: OwnedNumber) -> Facts:
    related = owned.relationships
    return {
        "alias": owned.alias,
        "lookups": owned.cnam_lookups_enabled,
        "messaging": owned.messaging_enabled,
        "primary route": _id(related.primary_route if related else None),
        "failover route": _id(related.failover_route if related else None),
        "E911": _id(related.e911_address if related else None),
        "CNAM": _id(related.cnam_preset if related else None),
    }


def _id(reference: Reference | None) -> str | None:
    return None if reference is None else reference.id
