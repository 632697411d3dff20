"""`numbers buy`: a wizard of modals that ends in an order, charged once however often it is submitted.

Find, choose, set up, review. From the choice on everything lies in the store as a draft of the order; a modal
carries its id and what was looked for.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slackblocks import ModalView

from bot.access.roles import Access, Role
from bot.actor import Actor
from bot.cards import Action
from bot.provisioning.changing import ChangeFailed
from bot.provisioning.e911 import E911Changes
from bot.provisioning.orders import MOST_NUMBERS, OrderGone, Orders
from bot.provisioning.quotes import NumberTaken
from bot.store.orders import Order, OrderState
from bot.store.set_up import SetUp
from flowroute import Flowroute, InvalidArgument, PhoneNumber
from flowroute.e911 import Address, checked_address

from . import e911_views, set_up_views
from . import purchase_views as views
from .commands import Ask, Commands, Form, asked_by_button
from .ids import Button, Field, View
from .inputs import ticked_in, typed_in
from .modals import IN_VIEW, Modal, Stale, carried, waiting
from .number_search import Filters, Page, find
from .pickers import Pickers
from .purchase_views import OFFERS_A_PAGE, TITLE, Offer, Wizard, as_shown
from .review_views import Money, confirmed, dearer, review
from .values import DIGITS, STATE, Prefix

AREA_CODE = slice(1, 4)
CHANGED_ELSEWHERE = "This order was changed in another window. Nothing was bought; here is how it stands now."
REST_STAYS = "The others are still here."


@dataclass(frozen=True)
class PurchaseHandlers:
    flowroute: Flowroute
    access: Access
    orders: Orders
    addresses: E911Changes
    pickers: Pickers
    commands: Commands

    def register(self, app: App) -> None:
        self.commands.on("numbers buy", form=Form(TITLE, self.start))
        app.action(Button.FIND)(self.search_again)
        app.action(Button.MORE)(self.more)
        app.action(re.compile(rf"^{Button.BACK}:"))(self.back)
        app.action(Field.ALIAS_PATTERN)(self.preview)
        app.action(Action.ORDER_REVIEW)(self.review_again)
        app.view(View.BUY_FIND)(self.look)
        app.view(View.BUY_CHOOSE)(self.chosen)
        app.view(View.BUY_SET_UP)(self.set_up)
        app.view(View.BUY_ADDRESS)(self.new_address)
        app.view(View.BUY_CONFIRM)(self.confirm)
        app.view(View.BUY_AGAIN)(self.start_over)

    # Finding

    def start(
        self, ask: Ask, *, number: PhoneNumber | Prefix | None, filters: Filters | None = None
    ) -> ModalView:
        """The search form with what is known, or the set-up when that is a whole number."""
        self.access.require(ask.actor.user_id, Role.ADMIN)
        if isinstance(number, Prefix):
            filters, number = Filters(starts=number.digits), None
        wizard = Wizard(channel_id=ask.actor.channel_id, filters=filters or Filters())
        if number is None:
            return views.find_form(wizard)
        wizard = wizard.model_copy(update={"filters": Filters(starts=number[AREA_CODE])})
        try:
            return self._drafted(ask.actor, wizard, [number])
        except NumberTaken as taken:
            return views.find_form(wizard, taken.user_message)

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
        filters, errors = _filters(view)
        if errors:
            ack(response_action="errors", errors=errors)
            return
        wizard = carried(view, Wizard).model_copy(
            update={"filters": filters, "cheapest_first": views.wants_cheapest(view), "pages": 1}
        )
        modal = Modal.wait(client, context, TITLE, "Searching…")

        def search() -> ModalView:
            self.access.require(body["user"]["id"], Role.ADMIN)
            page = self._page(wizard)
            offers = [Offer.of(each) for each in page.offers]
            return views.choice(wizard, offers, has_more=page.has_more)

        modal.show_or_ask_again(search, lambda refusal: views.find_form(wizard, refusal))

    def start_over(self, ack: Ack, view: dict[str, Any]) -> None:
        wizard = carried(view, Wizard)
        ack(response_action="update", view=views.find_form(_without_order(wizard)).to_dict())

    # Choosing

    def more(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Twenty more below those that are there; what is ticked stays."""
        ack()
        self.access.require(body["user"]["id"], Role.ADMIN)
        view = body["view"]
        shown = views.offered_in(view)
        wizard = carried(view, Wizard)
        wizard = wizard.model_copy(update={"pages": wizard.pages + 1})
        page = self._page(wizard)
        known = {offer.number for offer in shown}
        offers = shown + [Offer.of(each) for each in page.offers if each.value not in known]
        fuller = views.choice(wizard, offers, ticked=ticked_in(view, Field.NUMBERS), has_more=page.has_more)
        Modal(client, view_id=view["id"]).refresh(fuller, view["hash"])

    def chosen(
        self, ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        """From the choice to the set-up."""
        wizard = carried(view, Wizard)
        numbers = [PhoneNumber(number) for number in ticked_in(view, Field.NUMBERS)]
        if error := _wrong_count(len(numbers)):
            ack(response_action="errors", errors={views.first_group(): error})
            return
        modal = Modal.wait(client, context, TITLE, "Asking for the prices…")
        actor = Actor(body["user"]["id"], wizard.channel_id)
        offers = views.offered_in(view)

        def draft() -> ModalView:
            self.access.require(actor.user_id, Role.ADMIN)
            try:
                return self._drafted(actor, wizard, numbers)
            except NumberTaken as taken:
                left = [offer for offer in offers if offer.number not in taken.numbers]
                return views.choice(wizard, left, ticked=numbers, refusal=taken.user_message)

        modal.show_or_ask_again(
            draft, lambda refusal: views.choice(wizard, offers, ticked=numbers, refusal=refusal)
        )

    # Setting up

    def preview(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """How the aliases will read, as the pattern is being typed."""
        ack()
        view = body["view"]
        order = self._order(carried(view, Wizard))
        typed, _errors = set_up_views.filled_in(view, order)
        shown = set_up_views.form(carried(view, Wizard), order, typed, self.pickers)
        Modal(client, view_id=view["id"]).refresh(shown, view["hash"])

    def set_up(
        self, ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        """From the set-up to the review, past a new address if one is wanted."""
        wizard = carried(view, Wizard)
        order = self._order(wizard)
        set_up, errors = set_up_views.filled_in(view, order)
        if errors:
            ack(response_action="errors", errors=errors)
            return
        modal = Modal.wait(client, context, TITLE, "One moment…")
        actor = Actor(body["user"]["id"], wizard.channel_id)
        wants_address = set_up_views.wants_new_address(view)
        wizard = wizard.model_copy(update={"wants_address": wants_address})

        def plan() -> ModalView:
            planned = self.orders.plan(actor, order.id, set_up)
            if wants_address:
                return set_up_views.address_form(wizard, planned.set_up.new_address or e911_views.blank())
            return self._review(wizard, planned)

        modal.show_or_ask_again(
            plan, lambda refusal: set_up_views.form(wizard, order, set_up, self.pickers, refusal)
        )

    def new_address(
        self, ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        """Our own rules at once beside the fields; Flowroute's geocoder, which takes its time, after that."""
        wizard = carried(view, Wizard)
        order = self._order(wizard)
        address = e911_views.filled_in(view)
        if errors := _wrong(address):
            ack(response_action="errors", errors=errors)
            return
        modal = Modal.wait(client, context, TITLE, "Checking…")
        actor = Actor(body["user"]["id"], wizard.channel_id)
        try:
            self.access.require(actor.user_id, Role.ADMIN)
            self.addresses.validate(address)
            set_up = order.set_up.model_copy(update={"new_address": address})
            answered = self._review(wizard, self.orders.plan(actor, order.id, set_up))
        except ChangeFailed as error:
            answered = set_up_views.address_form(wizard, address, e911_views.under_fields(error))
        modal.show(answered)

    # Reviewing

    def confirm(
        self, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        """From the review to the order, at the prices that were seen; a second time changes nothing."""
        wizard = carried(view, Wizard)
        order = self._order(wizard)
        actor = Actor(body["user"]["id"], wizard.channel_id)
        modal = Modal.wait(client, context, TITLE, "Asking for the prices once more…")
        said: list[str] = []

        def again(refusal: str) -> ModalView:
            said.append(refusal)
            return self._reviewed_again(wizard, order.id, refusal)

        if not modal.show_or_ask_again(lambda: self._confirmed(actor, wizard, order), again) and said:
            client.chat_postMessage(channel=actor.user_id, text=said[-1])

    def review_again(
        self, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        """*Review* on the card of an order whose prices changed before it was carried out."""
        ack()
        ask = asked_by_button("numbers buy", body, client, context)
        order_id = int(action["value"])

        def view(ask: Ask) -> ModalView:
            order = self.orders.order(order_id)
            if order.user_id != ask.actor.user_id:
                raise OrderGone("That order is somebody else's.")
            wizard = Wizard(channel_id=order.channel_id, filters=_like(order), order_id=order.id)
            return confirmed(order) if order.state is not OrderState.DRAFT else self._review(wizard, order)

        self.commands.open(Form(TITLE, view), ask, {}, Role.ADMIN)

    def back(
        self, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        """A step back, with everything that was filled in."""
        ack()
        view = body["view"]
        wizard = carried(view, Wizard)
        actor = Actor(body["user"]["id"], wizard.channel_id)
        self.access.require(actor.user_id, Role.ADMIN)
        order = None if wizard.order_id is None else self._kept(actor, wizard, view)
        modal = Modal(client, view_id=view["id"])
        context[IN_VIEW] = modal
        match View(action["value"]):
            case View.BUY_SET_UP if order is not None:
                modal.show(set_up_views.form(wizard, order, order.set_up, self.pickers))
            case View.BUY_CHOOSE if order is not None:
                modal.show(waiting(TITLE, "Searching…"))
                modal.show(self._choice_again(wizard, order))
            case _:
                modal.show(views.find_form(wizard))

    # What the steps have in common

    def _page(self, wizard: Wizard) -> Page:
        return find(
            self.flowroute,
            wizard.filters,
            page=wizard.pages,
            size=OFFERS_A_PAGE,
            cheapest_first=wizard.cheapest_first,
        )

    def _drafted(self, actor: Actor, wizard: Wizard, numbers: Sequence[PhoneNumber]) -> ModalView:
        """The set-up of a new draft; it begins with what an earlier choice was to be set up with."""
        quotes = self.orders.quote(numbers)
        set_up = SetUp() if wizard.order_id is None else self._order(wizard).set_up
        order = self.orders.draft(actor, quotes, set_up)
        return set_up_views.form(wizard, order, order.set_up, self.pickers)

    def _kept(self, actor: Actor, wizard: Wizard, view: Mapping[str, Any]) -> Order:
        """The draft with what was filled in so far, as far as it is right."""
        order = self._order(wizard)
        match view["callback_id"]:
            case View.BUY_SET_UP:
                set_up, errors = set_up_views.filled_in(view, order)
            case View.BUY_ADDRESS:
                address = e911_views.filled_in(view)
                set_up, errors = order.set_up.model_copy(update={"new_address": address}), _wrong(address)
            case _:
                return order
        return order if errors else self.orders.plan(actor, order.id, set_up)

    def _choice_again(self, wizard: Wizard, order: Order) -> ModalView:
        """The numbers of the draft, ticked, and others like them."""
        chosen = [Offer.of_line(line) for line in order.lines]
        numbers = {offer.number for offer in chosen}
        wizard = wizard.model_copy(update={"pages": 1})
        page = self._page(wizard)
        others = [Offer.of(each) for each in page.offers if each.value not in numbers]
        return views.choice(wizard, chosen + others, ticked=sorted(numbers), has_more=page.has_more)

    def _review(self, wizard: Wizard, order: Order, *notes: str) -> ModalView:
        approvers = self._approvers(order) if self.orders.needs_approval(order) else None
        return review(wizard, order, Money(self.orders.budget(), approvers), notes)

    def _reviewed_again(self, wizard: Wizard, order_id: int, refusal: str) -> ModalView:
        order = self.orders.order(order_id)
        if order.state is not OrderState.DRAFT:
            return confirmed(order)
        return self._review(wizard, order, refusal)

    def _approvers(self, order: Order) -> list[str]:
        return [user_id for user_id in self.access.approvers() if user_id != order.user_id]

    def _confirmed(self, actor: Actor, wizard: Wizard, order: Order) -> ModalView:
        """The order under way, or its review once more: as it is shown is how it is bought."""
        if order.state is not OrderState.DRAFT:
            return confirmed(order)
        if wizard.seen != as_shown(order):
            return self._review(wizard, order, CHANGED_ELSEWHERE)
        try:
            changed = self.orders.reprice(order.id)
        except NumberTaken as taken:
            return self._without(actor, wizard, order, taken)
        if changed is not None:
            return self._review(wizard, changed, dearer(order, changed))
        return confirmed(self.orders.confirm(actor, order.id))

    def _without(self, actor: Actor, wizard: Wizard, order: Order, taken: NumberTaken) -> ModalView:
        """The review of what is left when numbers were sold meanwhile, or the search when nothing is."""
        if not set(order.numbers) - set(taken.numbers):
            return views.find_form(_without_order(wizard), taken.user_message)
        for number in taken.numbers:
            order = self.orders.drop(actor, order.id, PhoneNumber(number))
        return self._review(wizard, order, f"{taken.user_message} {REST_STAYS}")

    def _order(self, wizard: Wizard) -> Order:
        """The draft as it lies in the store; raises Stale, OrderGone."""
        if wizard.order_id is None:
            raise Stale
        return self.orders.order(wizard.order_id)


def _without_order(wizard: Wizard) -> Wizard:
    return wizard.model_copy(update={"order_id": None, "seen": None})


def _like(order: Order) -> Filters:
    """What an order's numbers have in common: the area code of the first."""
    return Filters(starts=order.lines[0].number[AREA_CODE] if order.lines else None)


def _wrong_count(ticked: int) -> str | None:
    if not ticked:
        return "Tick at least one number."
    if ticked > MOST_NUMBERS:
        return f"You ticked {ticked} numbers. One order takes up to {MOST_NUMBERS}."
    return None


def _wrong(address: Address) -> dict[str, str]:
    """What is wrong with an address by field, as far as we know ourselves."""
    try:
        checked_address(address)
    except InvalidArgument as error:
        return dict(error.fields)
    return {}


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
