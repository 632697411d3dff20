"""`relay link`, `unlink`, `list`: which channel shows a number's texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click
from slack_bolt import Ack, App, BoltContext, Respond
from slack_sdk import WebClient
from slackblocks import ModalView

from bot.access.roles import Access, Role
from bot.actor import Actor
from bot.cards import Action
from bot.relay.links import LinkOutcome, Links
from bot.store.links import Mode
from flowroute import PhoneNumber, format_phone_number, parse_phone_number

from . import relay_views as views
from .answers import Answer, send
from .commands import Ask, Commands, Form, asked_by_button, presser
from .ids import Button, Field, View
from .inputs import typed_in
from .modals import Modal, carried
from .relay_views import MAX_HOLD_S, TITLE, Wish
from .values import NUMBER, WholeType


@dataclass(frozen=True)
class RelayHandlers:
    access: Access
    links: Links
    commands: Commands

    def register(self, app: App) -> None:
        self.commands.on("relay link", self.link, form=Form(TITLE, self.form))
        self.commands.on("relay unlink", self.unlink)
        self.commands.on("relay list", self.list)
        app.action(Action.LINK_NUMBER)(self.link_from_card)
        app.action(Button.TAKE_OVER)(self.take_over)
        app.view(View.LINK)(self.submit)
        app.view(View.LINK_TAKE_OVER)(self.submit_take_over)

    def link(
        self, ask: Ask, *, number: PhoneNumber, channel: str | None, mode: Mode | None, hold: int | None
    ) -> Answer:
        """Link to the channel given, or to the one where the command was typed."""
        here = channel or ask.actor.channel_id or ""
        wish = Wish(number=number, channel_id=here, mode=mode or "thread", hold_s=hold or 0)
        outcome = self._link(ask.actor, wish)
        if outcome.foreign_callback is not None:
            return views.take_over(wish, outcome.foreign_callback)
        return views.linked(wish, outcome.notes)

    def unlink(self, ask: Ask, *, number: PhoneNumber) -> Answer:
        if self.links.unlink(ask.actor, number):
            return Answer(
                f"Texts to {format_phone_number(number)} no longer appear in a channel of their own."
            )
        return Answer(f"{format_phone_number(number)} was not linked to a channel.")

    def list(self, _ask: Ask) -> Answer:
        return views.every_link(self.links.every())

    def form(
        self,
        ask: Ask,
        *,
        number: PhoneNumber | None,
        channel: str | None = None,
        mode: Mode | None = None,
        hold: int | None = None,
    ) -> ModalView:
        self.access.require(ask.actor.user_id, Role.ADMIN)
        return views.form(number=number, channel_id=channel, mode=mode or "thread", hold_s=hold or 0)

    def link_from_card(
        self, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        ack()
        ask = asked_by_button("relay link", body, client, context)
        self.commands.open(Form(TITLE, self.form), ask, {"number": parse_phone_number(f"+{action['value']}")})

    def take_over(self, ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond) -> None:
        ack()
        wish = Wish.model_validate_json(action["value"])
        outcome = self._link(presser(body), wish, take_over=True)
        send(respond, views.linked(wish, outcome.notes), "relay link")

    def submit(
        self, ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        wish = _wish(view)
        if isinstance(wish, dict):
            ack(response_action="errors", errors=wish)
            return
        self._submitted(wish, body, client, context, take_over=False)

    def submit_take_over(
        self, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        self._submitted(carried(view, Wish), body, client, context, take_over=True)

    def _submitted(
        self, wish: Wish, body: Mapping[str, Any], client: WebClient, context: BoltContext, *, take_over: bool
    ) -> None:
        modal = Modal.wait(client, context, TITLE, "Linking…")
        actor = Actor(body["user"]["id"], wish.channel_id)

        def work() -> ModalView:
            outcome = self._link(actor, wish, take_over=take_over)
            if outcome.foreign_callback is not None:
                return views.take_over_view(wish, outcome.foreign_callback)
            return views.linked_view(wish, outcome.notes)

        modal.show_or_ask_again(work, lambda refusal: views.form(**dict(wish), refusal=refusal))

    def _link(self, actor: Actor, wish: Wish, *, take_over: bool = False) -> LinkOutcome:
        return self.links.link(
            actor, wish.number, wish.channel_id, wish.mode, wish.hold_s, take_over=take_over
        )


def _wish(view: Mapping[str, Any]) -> Wish | dict[str, str]:
    """The form as a wish, or what is wrong with it by field."""
    try:
        number = NUMBER.convert(typed_in(view, Field.NUMBER) or "", None, None)
    except click.BadParameter as error:
        return {Field.NUMBER: error.message}
    channel_id = typed_in(view, Field.CHANNEL)
    if channel_id is None:
        return {Field.CHANNEL: "Choose the channel where the texts shall appear."}
    mode: Mode = "mention" if typed_in(view, Field.MODE) == "mention" else "thread"
    try:
        hold_s = WholeType(0, MAX_HOLD_S).convert(typed_in(view, Field.HOLD) or "0", None, None)
    except click.BadParameter as error:
        return {Field.HOLD: error.message}
    return Wish(number=number, channel_id=channel_id, mode=mode, hold_s=hold_s)
