"""`relay callbacks`: where Flowroute delivers texts, for the account and for each linked number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, Respond
from slackblocks import Block
from slackblocks import Button as ButtonElement

from bot.access.roles import Access, Role
from bot.actor import Actor
from bot.cards import escape, shorten
from bot.provisioning.callbacks import Callbacks, Destination
from bot.relay.links import Links
from bot.store.links import Link
from flowroute import CallbackKind, format_phone_number

from .answers import Answer, send
from .commands import Ask, Commands
from .ids import Button
from .limits import MAX_ROWS, header, section, table
from .lists import when

LINE = "relay callbacks"
KINDS = {CallbackKind.SMS: "Texts (SMS)", CallbackKind.MMS: "Picture messages (MMS)"}
MAX_HOST = 80


@dataclass(frozen=True)
class CallbackHandlers:
    access: Access
    callbacks: Callbacks
    links: Links
    commands: Commands

    def register(self, app: App) -> None:
        self.commands.on(LINE, self.show)
        app.action(Button.POINT_HERE)(self.point_here)

    def show(self, ask: Ask) -> Answer:
        destinations = self.callbacks.destinations()
        offers = (
            self.callbacks.has_address
            and all(one.is_here or one.is_unset for one in destinations)
            and any(one.is_unset for one in destinations)
            and self.access.allows(ask.actor.user_id, Role.ADMIN)
        )
        return self._shown(destinations, offers=offers)

    def point_here(self, ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        actor = Actor(body["user"]["id"], (body.get("channel") or {}).get("id"))
        self.callbacks.point_here(actor)
        send(respond, self._shown(self.callbacks.destinations(), offers=False), LINE)

    def _shown(self, destinations: Sequence[Destination], *, offers: bool) -> Answer:
        account = "\n".join(f"*{KINDS[one.kind]}*: {_where(one)}" for one in destinations)
        blocks: list[Block] = [header("The account's setting"), section(account)]
        if any(one.elsewhere for one in destinations):
            blocks.append(
                section(
                    "The other system keeps what it has: I never change the account's setting then. A linked "
                    "number gets a setting of its own, which comes before the account's."
                )
            )
        if not self.callbacks.has_address:
            blocks.append(
                section("I have no public address (PUBLIC_URL): I fetch texts from Flowroute's message list.")
            )
        every = self.links.every()
        if every:
            blocks += [header("Linked numbers"), _linked(every, has_address=self.callbacks.has_address)]
        button = ButtonElement("Point the account here", action_id=Button.POINT_HERE)
        return Answer("Where Flowroute delivers texts", tuple(blocks), (button,) if offers else ())


def _where(destination: Destination) -> str:
    if destination.elsewhere:
        return f"go elsewhere, to `{escape(shorten(destination.elsewhere, MAX_HOST))}`"
    return "come here" if destination.is_here else "go nowhere"


def _linked(links: Sequence[Link], *, has_address: bool) -> Block:
    """What each was given when it was linked: Flowroute does not tell a number's own setting."""
    given = "this bot's address" if has_address else "nothing; its texts are fetched"
    rows = [[format_phone_number(link.number), given, when(link.linked_at)] for link in links[:MAX_ROWS]]
    return table("What each linked number was given", ["Number", "Given", "When"], rows)[0]
