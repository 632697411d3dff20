"""The first steps of buying numbers, as modals: what to look for, and which of them to take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, ConfigDict
from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    CheckboxGroup,
    Element,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    RadioButtonGroup,
    StaticSelectMenu,
)

from bot.cards import caller, usd
from bot.provisioning.orders import MOST_NUMBERS
from bot.store.orders import Line, Order
from flowroute import PhoneNumber, format_phone_number
from flowroute.numbers import NumberForSale, NumberType

from .ids import Button as ButtonId
from .ids import Field, View
from .inputs import typed_in
from .limits import button_text, option_text
from .modals import alert
from .number_blocks import NOTHING_FOR_SALE, place, price
from .number_search import Filters

TITLE = "Buy numbers"
OFFERS_A_PAGE = 20
MOST_OFFERS = 100
"""With all its groups of boxes the modal stays far below Slack's 100 blocks, and below 250 kB."""
IN_A_GROUP = 10
"""Boxes to tick in one group (docs.slack.dev, checkboxes element)."""

KINDS = {NumberType.LOCAL: "Local", NumberType.TOLL_FREE: "Toll-free"}
AS_LISTED, CHEAPEST = "listed", "cheapest"
ORDERS = {AS_LISTED: "As Flowroute lists them", CHEAPEST: "Cheapest first"}
_SHORT = 20


class Wizard(BaseModel):
    """What the wizard carries from step to step in `private_metadata`; the order itself is in the store."""

    model_config = ConfigDict(frozen=True)

    channel_id: str | None = None
    """Where it was started, and the purchase is announced."""
    filters: Filters = Filters()
    cheapest_first: bool = False
    pages: int = 1
    """How many pages of offers are shown."""
    order_id: int | None = None
    wants_address: bool = False
    """A new emergency address is to be written down."""
    seen: str | None = None
    """Stands for the order as the person sees it: what they agree to is what they saw."""


@dataclass(frozen=True)
class Offer:
    """A number that can be ticked."""

    number: PhoneNumber
    where: str
    price: str

    @classmethod
    def of(cls, offer: NumberForSale) -> "Offer":
        where = place(offer.rate_center, offer.state)
        shown = f"{format_phone_number(offer.value)}  {where}".strip()
        return cls(offer.value, shown, price(offer))

    @classmethod
    def of_line(cls, line: Line) -> "Offer":
        """One that was chosen before."""
        shown = f"{usd(line.monthly_cost)} a month, {usd(line.setup_cost)} setup"
        return cls(PhoneNumber(line.number), caller(line.number), shown)

    @property
    def option(self) -> Option:
        return Option(option_text(self.where), value=self.number, description=option_text(self.price))


def find_form(wizard: Wizard, refusal: str | None = None) -> ModalView:
    """What kind of number; every field may be left empty."""
    filters = wizard.filters
    kind = filters.number_type
    chosen_order = CHEAPEST if wizard.cheapest_first else AS_LISTED
    blocks: list[Block] = alert(refusal, "warning") if refusal else []
    blocks += [
        _input(
            Field.STARTS,
            "Area code, or more of the beginning",
            "206",
            filters.starts,
            "206 is an area code (NPA); 206555 is one with its exchange (NXX).",
        ),
        _input(Field.STATE, "State or province", "WA", filters.state, "Two letters"),
        _input(Field.RATE_CENTER, "Rate center", "SEATTLE", filters.rate_center, None),
        _input(Field.CONTAINS, "Digits anywhere", "2255", filters.contains, None),
        _input(Field.ENDS, "Last digits", "00", filters.ends, None),
        InputBlock(
            label="Kind",
            element=StaticSelectMenu(
                action_id=Field.NUMBER_TYPE,
                options=[_kind(value) for value in KINDS],
                initial_option=_kind(NumberType(kind)) if kind in list(KINDS) else None,
                placeholder="Any",
            ),
            block_id=Field.NUMBER_TYPE,
            optional=True,
        ),
        InputBlock(
            label="Order",
            element=RadioButtonGroup(
                action_id=Field.SORT,
                options=[_order(each) for each in ORDERS],
                initial_option=_order(chosen_order),
            ),
            block_id=Field.SORT,
        ),
    ]
    return modal(View.BUY_FIND, wizard, blocks, submit="Search")


def as_shown(order: Order) -> str:
    """Stands for the numbers, prices and set-up of an order, in 16 characters."""
    prices = [(line.number, str(line.setup_cost), str(line.monthly_cost)) for line in order.lines]
    return sha256(f"{prices} {order.set_up.model_dump_json()}".encode()).hexdigest()[:16]


def wants_cheapest(view: Mapping[str, Any]) -> bool:
    return typed_in(view, Field.SORT) == CHEAPEST


def choice(
    wizard: Wizard,
    offers: Sequence[Offer],
    *,
    ticked: Sequence[str] = (),
    has_more: bool = False,
    refusal: str | None = None,
) -> ModalView:
    """Numbers to tick, with their prices; the search form again when there are none."""
    if not offers:
        return find_form(wizard, NOTHING_FOR_SALE)
    blocks: list[Block] = alert(refusal, "warning") if refusal else []
    blocks += [
        _group(count, offers[first : first + IN_A_GROUP], ticked)
        for count, first in enumerate(range(0, len(offers), IN_A_GROUP))
    ]
    buttons: list[Element] = []
    if has_more and len(offers) < MOST_OFFERS:
        buttons.append(Button(button_text("More results"), action_id=ButtonId.MORE, value=str(wizard.pages)))
    buttons.append(back_button("Change the search", View.BUY_FIND))
    blocks.append(ActionsBlock(buttons, block_id="more"))
    return modal(View.BUY_CHOOSE, wizard, blocks, submit="Set up")


def first_group() -> str:
    """The block that an error about the choice stands beside."""
    return f"{Field.NUMBERS}.0"


def offered_in(view: Mapping[str, Any]) -> list[Offer]:
    """The numbers that a view offers, so that more can be put below them."""
    return [
        Offer(
            PhoneNumber(option["value"]),
            option["text"]["text"],
            (option.get("description") or {}).get("text", ""),
        )
        for block in view["blocks"]
        if block["block_id"].startswith(f"{Field.NUMBERS}.")
        for option in block["element"]["options"]
    ]


def back_button(text: str, step: View) -> Button:
    """Leads a step back; each has an action of its own, as a block may hold several."""
    return Button(button_text(text), action_id=f"{ButtonId.BACK}:{step}", value=step)


def modal(step: View, wizard: Wizard, blocks: list[Block], *, submit: str) -> ModalView:
    """A step of the wizard."""
    return ModalView(
        title=TITLE,
        blocks=blocks,
        submit=submit,
        close="Cancel",
        callback_id=step,
        private_metadata=wizard.model_dump_json(exclude_defaults=True),
    )


def _group(count: int, offers: Sequence[Offer], ticked: Sequence[str]) -> InputBlock:
    field = f"{Field.NUMBERS}.{count}"
    first = count * IN_A_GROUP + 1
    return InputBlock(
        label=f"Numbers {first} to {first + len(offers) - 1}",
        element=CheckboxGroup(
            action_id=field,
            options=[offer.option for offer in offers],
            initial_options=[offer.option for offer in offers if offer.number in ticked] or None,
        ),
        block_id=field,
        hint=f"One order takes up to {MOST_NUMBERS} numbers." if count == 0 else None,
        optional=True,
    )


def _kind(value: NumberType) -> Option:
    return Option(PlainText(KINDS[value]), value=value)


def _order(value: str) -> Option:
    return Option(PlainText(ORDERS[value]), value=value)


def _input(field: Field, label: str, example: str, value: str | None, hint: str | None) -> InputBlock:
    element: Element = PlainTextInput(
        action_id=field, initial_value=value, max_length=_SHORT, placeholder=example
    )
    return InputBlock(label=label, element=element, block_id=field, hint=hint, optional=True)
