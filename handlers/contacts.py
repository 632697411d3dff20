"""`relay name`, `block`, `unblock`, `blocked`, `optouts`, `optin`: the people at the other end."""

from dataclasses import dataclass

from bot.actor import Actor
from bot.cards import caller, escape, known_as
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
        commands.on("relay blocked", self.blocked)
        commands.on("relay optouts", self.list)
        commands.on("relay optin", self.opt_in)

    def name(self, ask: Ask, *, person: str, name: str) -> Answer:
        self.contacts.name(ask.actor, person, name)
        return Answer(f"{escape(caller(person))} is shown as {escape(name)} from now on.")

    def block(self, ask: Ask, *, person: str) -> Answer:
        return self._blocked(ask.actor, person, blocked=True)

    def unblock(self, ask: Ask, *, person: str) -> Answer:
        return self._blocked(ask.actor, person, blocked=False)

    def blocked(self, _ask: Ask) -> Answer:
        known = beginning(self.contacts.blocked())
        return listing(
            "blocked sender",
            ["Person", "Name"],
            [[caller(one.person), one.name] for one in known.items],
            is_all=known.is_all,
            empty="Nobody is blocked.",
        )

    def list(self, _ask: Ask) -> Answer:
        known = beginning(self.opt_outs.every())
        names = self.contacts.names()
        return listing(
            "opt-out",
            ["Person", "From number", "State", "Known by", "Since"],
            [_row(one, names.get(one.person)) for one in known.items],
            is_all=known.is_all,
            empty="Nobody has opted out.",
        )

    def opt_in(self, ask: Ask, *, number: PhoneNumber, person: str) -> Answer:
        """At the person's own wish; Flowroute's block after a STOP is lifted by their UNSTOP only."""
        who, shown = self._who(person), format_phone_number(number)
        if self.opt_outs.opt_in(ask.actor, number, person):
            return Answer(
                f"{who} may be texted from {shown} again. If they had texted STOP, Flowroute refuses texts "
                "until they text UNSTOP."
            )
        return Answer(f"{who} had not opted out of texts from {shown}.")

    def _blocked(self, actor: Actor, person: str, *, blocked: bool) -> Answer:
        changed = self.contacts.block(actor, person, blocked=blocked)
        if changed:
            return Answer(
                f"Texts from {self._who(person)} are {'no longer shown' if blocked else 'shown again'}."
            )
        return Answer(f"{self._who(person)} was {'' if blocked else 'not '}blocked already.")

    def _who(self, person: str) -> str:
        """In mrkdwn."""
        return escape(known_as(person, self.contacts.of(person).name))


def _row(opt_out: OptOut, name: str | None) -> list[str | None]:
    state = "stopped" if opt_out.state is OptOutState.STOPPED else "waits for a decision"
    known_by = {Source.TEXT: "their text", Source.CARRIER: "Flowroute", Source.PERSON: "a colleague"}
    return [
        known_as(opt_out.person, name),
        format_phone_number(opt_out.number),
        state,
        known_by[opt_out.source],
        when(opt_out.since),
    ]
