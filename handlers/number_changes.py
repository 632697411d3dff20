"""`numbers alias`, `lookups`, `messaging`, and what belongs to a number: routes, address, caller name."""

from dataclasses import dataclass

from bot.access.roles import Role
from bot.cards import escape
from bot.provisioning.changes import Changes
from bot.provisioning.numbers import caller_name_id, e911_id, failover_route_id, primary_route_id
from bot.provisioning.routes import NO_ROUTE
from flowroute import PhoneNumber, format_phone_number
from flowroute.numbers import OwnedNumber
from flowroute.routes import Route

from .answers import Answer
from .commands import Ask, Commands
from .outcomes import outcome

CALLERS_SEE_IT = "People see it on their phones five to seven business days from now."


@dataclass(frozen=True)
class NumberChangeHandlers:
    changes: Changes

    def register(self, commands: Commands) -> None:
        commands.on("numbers alias", self.alias, role=Role.ADMIN)
        commands.on("numbers lookups", self.lookups, role=Role.ADMIN)
        commands.on("numbers messaging", self.messaging, role=Role.ADMIN)
        commands.on("routes primary", self.primary, role=Role.ADMIN)
        commands.on("routes failover", self.failover, role=Role.ADMIN)
        commands.on("e911 assign", self.assign_address, role=Role.ADMIN)
        commands.on("e911 unassign", self.unassign_address, role=Role.ADMIN)
        commands.on("cnam assign", self.assign_name, role=Role.ADMIN)
        commands.on("cnam unassign", self.unassign_name, role=Role.ADMIN)

    def alias(self, ask: Ask, *, number: PhoneNumber, text: str) -> Answer:
        changed = self.changes.numbers.set_alias(ask.actor, number, text)
        alias = changed.after and changed.after.alias
        has = f"the alias *{escape(alias)}*" if alias else "no alias"
        return outcome(changed, f"{format_phone_number(number)} has {has}.")

    def lookups(self, ask: Ask, *, number: PhoneNumber, state: str) -> Answer:
        changed = self.changes.numbers.set_cnam_lookups(ask.actor, number, enabled=state == "on")
        is_on = changed.after is not None and changed.after.cnam_lookups_enabled
        are = "are looked up, which is billed per call" if is_on else "are not looked up"
        return outcome(changed, f"The names of people who call {format_phone_number(number)} {are}.")

    def messaging(self, ask: Ask, *, number: PhoneNumber, state: str) -> Answer:
        changed = self.changes.numbers.set_messaging(ask.actor, number, enabled=state == "on")
        is_on = changed.after is not None and changed.after.messaging_enabled
        return outcome(changed, f"Texting is {'on' if is_on else 'off'} for {format_phone_number(number)}.")

    def primary(self, ask: Ask, *, number: PhoneNumber, route: str) -> Answer:
        changed = self.changes.numbers.set_primary_route(ask.actor, number, self._route_id(route))
        now = changed.after
        where = now and _where(now.primary_route, primary_route_id(now))
        return outcome(changed, f"Calls to {format_phone_number(number)} go {where or 'nowhere'}.")

    def failover(self, ask: Ask, *, number: PhoneNumber, route: str) -> Answer:
        changed = self.changes.numbers.set_failover_route(ask.actor, number, self._route_id(route))
        now = changed.after
        where = now and _where(now.failover_route, failover_route_id(now))
        said = f"When that fails, calls to {format_phone_number(number)} go {where or 'nowhere else'}."
        return outcome(changed, said)

    def assign_address(self, ask: Ask, *, id: str, number: PhoneNumber) -> Answer:  # noqa: A002 - the argument's name
        """Billed monthly by Flowroute."""
        record = self.changes.e911.get(id)
        changed = self.changes.numbers.set_e911(ask.actor, number, record.id)
        return outcome(changed, _address_of(number, changed.after))

    def unassign_address(self, ask: Ask, *, number: PhoneNumber) -> Answer:
        changed = self.changes.numbers.set_e911(ask.actor, number, None)
        return outcome(changed, _address_of(number, changed.after))

    def assign_name(self, ask: Ask, *, id: str, number: PhoneNumber) -> Answer:  # noqa: A002 - the argument's name
        """Only an approved one, to a US local number."""
        record = self.changes.cnam.get(id)
        changed = self.changes.numbers.set_cnam(ask.actor, number, record.id)
        return outcome(changed, _name_of(number, changed.after))

    def unassign_name(self, ask: Ask, *, number: PhoneNumber) -> Answer:
        changed = self.changes.numbers.set_cnam(ask.actor, number, None)
        return outcome(changed, _name_of(number, changed.after))

    def _route_id(self, said: str) -> str | None:
        """None for `none`, which takes the route away."""
        return None if said.casefold() == NO_ROUTE else self.changes.routes.find(said).id


def _where(route: Route | None, route_id: str | None) -> str | None:
    """`to *Seattle PBX* (host pbx.example.com)`; None without a route."""
    if route is None:
        return route_id and f"to route {escape(route_id)}"
    goes_to = f" ({escape(f'{route.route_type} {route.value}')})" if route.value else ""
    return f"to *{escape(route.alias or route.id)}*{goes_to}"


def _address_of(number: PhoneNumber, now: OwnedNumber | None) -> str:
    shown = format_phone_number(number)
    if now is None or e911_id(now) is None:
        return f"{shown} has no emergency address; each 911 call from it is billed by itself."
    label = now.e911.label if now.e911 and now.e911.label else e911_id(now)
    return f"{shown} has the emergency address *{escape(str(label))}*. Dial 933 from it to hear it read back."


def _name_of(number: PhoneNumber, now: OwnedNumber | None) -> str:
    shown = format_phone_number(number)
    if now is None or caller_name_id(now) is None:
        return f"{shown} shows no caller name. {CALLERS_SEE_IT}"
    name = now.cnam.value if now.cnam and now.cnam.value else caller_name_id(now)
    return f"{shown} shows *{escape(str(name))}* when it calls. {CALLERS_SEE_IT}"
