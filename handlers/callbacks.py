"""`relay callbacks`: where Flowroute delivers texts, for the account and for each linked number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, Respond
from slackblocks import Block, ConfirmationDialogue, PlainText
from slackblocks import Button as ButtonElement

from bot.access.roles import Access, Role
from bot.cards import caller, counted, escape, shorten
from bot.provisioning.callbacks import Callbacks, Destination, Outdated, Renewed
from bot.relay.links import Links
from bot.store.links import Link
from flowroute import CallbackKind, format_phone_number

from .answers import Answer, send
from .commands import Ask, Commands, presser
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
        app.action(Button.RENEW)(self.renew)

    def show(self, ask: Ask) -> Answer:
        destinations = self.callbacks.destinations()
        buttons: list[ButtonElement] = []
        if self.callbacks.has_address and self.access.allows(ask.actor.user_id, Role.ADMIN):
            if any(one.is_unset for one in destinations) and not any(one.elsewhere for one in destinations):
                buttons.append(ButtonElement("Point the account here", action_id=Button.POINT_HERE))
            buttons += renewing(self.callbacks.outdated(destinations))
        return self._shown(destinations, buttons)

    def point_here(self, ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        self.callbacks.point_here(presser(body))
        send(respond, self._shown(self.callbacks.destinations(), ()), LINE)

    def renew(self, ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        """Two calls to Flowroute a number: many numbers take a while."""
        ack()
        renewed = self.callbacks.renew(presser(body))
        send(respond, _told(renewed), LINE)

    def _shown(self, destinations: Sequence[Destination], buttons: Sequence[ButtonElement]) -> Answer:
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
            given = [(link, self.links.what_was_given(link)) for link in every[:MAX_ROWS]]
            blocks += [header("Linked numbers"), _linked(given)]
        return Answer("Where Flowroute delivers texts", tuple(blocks), tuple(buttons))


def renewing(outdated: Outdated) -> list[ButtonElement]:
    """The button that gives today's address to what has an old one, where there is such a thing."""
    if not outdated:
        return []
    what = [counted(len(outdated.links), "linked number")] if outdated.links else []
    if outdated.account:
        what.append("the account's own setting")
    question = ConfirmationDialogue(
        title=PlainText("Give out the new address?"),
        text=PlainText(
            f"Flowroute will deliver the texts of {' and '.join(what)} to the address that I have now. Other "
            "systems keep what they have."
        ),
        confirm=PlainText("Give it"),
        deny=PlainText("Not now"),
    )
    return [
        ButtonElement("Give all linked numbers the new address", action_id=Button.RENEW, confirm=question)
    ]


def _told(renewed: Renewed) -> Answer:
    """What came of it, and what is left to do."""
    given = [counted(renewed.numbers, "linked number")] if renewed.numbers else []
    if renewed.account:
        given.append("the account's own setting")
    said = "Nothing was changed."
    if given:
        said = f"The new address was given to {' and '.join(given)}."
    blocks: list[Block] = [] if renewed.failed else [section(said)]
    if renewed.failed:
        failed = f"{counted(len(renewed.failed), 'change')} failed"
        rows = [[caller(what), why] for what, why in renewed.failed[:MAX_ROWS]]
        blocks.append(table(failed, ["What", "Why"], rows)[0])
        left = f" {counted(renewed.not_tried, 'number')} more were not tried." if renewed.not_tried else ""
        said = f"{said} {failed}.{left} `/flowroute {LINE}` offers the rest again, which is harmless."
        blocks.append(section(said))
    return Answer(said, tuple(blocks))


def _where(destination: Destination) -> str:
    if destination.elsewhere:
        return f"go elsewhere, to `{escape(shorten(destination.elsewhere, MAX_HOST))}`"
    if destination.is_old:
        return "go to an old address of mine, where they are refused"
    return "come here" if destination.is_here else "go nowhere"


def _linked(given: Sequence[tuple[Link, str]]) -> Block:
    rows = [[format_phone_number(link.number), what, when(link.linked_at)] for link, what in given]
    return table("What each linked number was given", ["Number", "Given", "Linked"], rows)[0]
