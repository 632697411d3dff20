"""`relay name`, `block`, `unblock`, `optouts`, `optin`: the people who text, and who may be texted."""

from dataclasses import dataclass

from bot.actor import Actor
from bot.cards import caller, escape
from bot.relay.contacts import Contacts
from bot.relay.opt_outs import OptOuts
from bot.store.opt_outs import OptOut, OptOutState, Source
from flowroute import PhoneNumber, format_phone_number

from .answers import Answer
from .commands import Ask, Commands
from .lists import beginning, listing, when


@dataclass(frozen=True)
class ContactHandlers:
    contacts: Contacts
    opt_outs: OptOuts

    def register(self, commands: Commands) -> None:
        commands.on("relay name", self.name)
        commands.on("relay block", self.block)
        commands.on("relay unblock", self.unblock)
        commands.on("relay optouts", self.list)
        commands.on("relay optin", self.opt_in)

    def name(self, ask: Ask, *, person: str, name: str) -> Answer:
        self.contacts.name(ask.actor, person, name)
        return Answer(f"{escape(caller(person))} is shown as {escape(name)} from now on.")

    def block(self, ask: Ask, *, person: str) -> Answer:
        return self._blocked(ask.actor, person, blocked=True)

    def unblock(self, ask: Ask, *, person: str) -> Answer:
        return self._blocked(ask.actor, person, blocked=False)

    def list(self, _ask: Ask) -> Answer:
        known = beginning(self.opt_outs.every())
        return listing(
            "opt-out",
            ["Person", "From number", "State", "Known by", "Since"],
            [_row(one) for one in known.items],
            is_all=known.is_all,
            empty="Nobody has opted out.",
        )

    def opt_in(self, ask: Ask, *, number: PhoneNumber, person: str) -> Answer:
        """At the person's own wish; Flowroute's block after a STOP is lifted by their UNSTOP only."""
        if self.opt_outs.opt_in(ask.actor, number, person):
            return Answer(
                f"{escape(caller(person))} may be texted from {format_phone_number(number)} again. If they "
                "had texted STOP, Flowroute refuses texts until they text UNSTOP."
            )
        return Answer(
            f"{escape(caller(person))} had not opted out of texts from {format_phone_number(number)}."
        )

    def _blocked(self, actor: Actor, person: str, *, blocked: bool) -> Answer:
        changed = self.contacts.block(actor, person, blocked=blocked)
        now = "no longer shown" if blocked else "shown again"
        if changed:
            return Answer(f"Texts from {escape(caller(person))} are {now}.")
        return Answer(f"{escape(caller(person))} was {'' if blocked else 'not '}blocked already.")


def _row(opt_out: OptOut) -> list[str | None]:
    state = "stopped" if opt_out.state is OptOutState.STOPPED else "waits for a decision"
    known_by = {Source.TEXT: "their text", Source.CARRIER: "Flowroute", Source.PERSON: "a colleague"}
    return [
        caller(opt_out.person),
        format_phone_number(opt_out.number),
        state,
        known_by[opt_out.source],
        when(opt_out.since),
    ]
