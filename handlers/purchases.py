"""`numbers buy`: a wizard of modals that ends in an order, charged once however often it is submitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click
from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slackblocks import ModalView

from bot.access.roles import Access, Role
from bot.actor import Actor
from bot.provisioning.orders import Orders
from bot.provisioning.quotes import NumberTaken
from flowroute import Flowroute, PhoneNumber

from . import purchase_views as views
from .commands import Ask, Commands, Form, asked_by_button
from .ids import Button, Field, View
from .inputs import typed_in
from .modals import Modal, Stale, carried
from .number_blocks import place
from .number_search import Filters, find
from .purchase_views import TITLE, Wizard
from .values import DIGITS, STATE, Beginning

AREA_CODE = slice(1, 4)


@dataclass(frozen=True)
class PurchaseHandlers:
    flowroute: Flowroute
    access: Access
    orders: Orders
    commands: Commands

    def register(self, app: App) -> None:
        self.commands.on("numbers buy", form=Form(TITLE, self.start))
        app.action(Button.FIND)(self.search_again)
        app.view(View.BUY_FIND)(self.look)
        app.view(View.BUY_CHOOSE)(self.chosen)
        app.view(View.BUY_CONFIRM)(self.confirm)
        app.view(View.BUY_AGAIN)(self.start_over)

    def start(
        self, ask: Ask, *, number: PhoneNumber | Beginning | None, filters: Filters | None = None
    ) -> ModalView:
        """The first step: the search form with what is known, or the review when that is a whole number."""
        self.access.require(ask.actor.user_id, Role.ADMIN)
        if isinstance(number, Beginning):
            filters, number = Filters(starts=number.digits), None
        wizard = Wizard(channel_id=ask.actor.channel_id, filters=filters or Filters())
        if number is None:
            return views.find_form(wizard)
        try:
            return self._review(ask.actor, wizard, number)
        except NumberTaken as taken:
            nearby = wizard.model_copy(update={"filters": Filters(starts=number[AREA_CODE])})
            return views.find_form(nearby, taken.user_message)

    def search_again(
        self, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        ack()
        filters = Filters.model_validate_json(action["value"])
        ask = asked_by_button("numbers buy", body, client, context)
        self.commands.open(Form(TITLE, self.start), ask, {"number": None, "filters": filters})

    def look(
        self, ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        """From the form to the choice."""
        wizard = carried(view, Wizard)
        filters, errors = _filters(view)
        if errors:
            ack(response_action="errors", errors=errors)
            return
        modal = Modal.wait(client, context, TITLE, "Searching…")
        wizard = wizard.model_copy(update={"filters": filters})

        def search() -> ModalView:
            self.access.require(body["user"]["id"], Role.ADMIN)
            page = find(self.flowroute, filters, page=1, size=views.MAX_CHOICES)
            return views.choice(wizard, page.offers)

        modal.show_or_ask_again(search, lambda refusal: views.find_form(wizard, refusal))

    def chosen(
        self, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        """From the choice to the review."""
        wizard = carried(view, Wizard)
        number = PhoneNumber(typed_in(view, Field.NUMBER) or "")
        modal = Modal.wait(client, context, TITLE, "Asking for the price…")
        actor = Actor(body["user"]["id"], wizard.channel_id)

        def price() -> ModalView:
            self.access.require(actor.user_id, Role.ADMIN)
            return self._review(actor, wizard, number)

        modal.show_or_ask_again(price, lambda refusal: views.find_form(wizard, refusal))

    def confirm(
        self, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        """From the review to the purchase; the order is taken in hand before Slack gets its answer."""
        wizard = carried(view, Wizard)
        if wizard.order_id is None:
            raise Stale
        actor = Actor(body["user"]["id"], wizard.channel_id)
        self.orders.confirm(actor, wizard.order_id)
        modal = Modal.wait(client, context, TITLE, "Buying…")
        order = self.orders.carry_out(wizard.order_id)
        if not modal.show(views.outcome(wizard, order)):
            client.chat_postMessage(channel=actor.user_id, text=views.told_in_words(order))

    def start_over(self, ack: Ack, view: dict[str, Any]) -> None:
        wizard = carried(view, Wizard)
        again = wizard.model_copy(update={"order_id": None})
        ack(response_action="update", view=views.find_form(again).to_dict())

    def _review(self, actor: Actor, wizard: Wizard, number: PhoneNumber) -> ModalView:
        (quote,) = self.orders.quote([number])
        order = self.orders.draft(actor, [quote])
        where = place(quote.rate_center, quote.state)
        return views.review(wizard.model_copy(update={"order_id": order.id}), order, where)


def _filters(view: Mapping[str, Any]) -> tuple[Filters, dict[str, str]]:
    """The form as filters, and what is wrong with it by field."""
    values: dict[str, str | None] = {}
    errors: dict[str, str] = {}
    kinds: dict[Field, click.ParamType[str] | None] = {
        Field.STARTS: DIGITS,
        Field.CONTAINS: DIGITS,
        Field.ENDS: DIGITS,
        Field.STATE: STATE,
        Field.RATE_CENTER: None,
        Field.NUMBER_TYPE: None,
    }
    for field, kind in kinds.items():
        typed = typed_in(view, field)
        try:
            values[field] = kind.convert(typed, None, None) if kind and typed else typed
        except click.BadParameter as error:
            errors[field] = error.message
    if not any(values.values()) and not errors:
        errors[Field.STARTS] = "Fill in at least one field, such as the area code 206."
    return Filters.model_validate(values), errors
