"""The steps of buying a number, as modals: find, choose, review, done."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from slackblocks import (
    Block,
    Element,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    RadioButtonGroup,
    StaticSelectMenu,
)

from bot.cards import escape, usd
from bot.store.orders import Order, OrderState
from flowroute import format_phone_number
from flowroute.numbers import NumberForSale, NumberType

from .ids import Field, View
from .limits import option_text, section
from .modals import alert
from .number_blocks import NOTHING_FOR_SALE, place, price
from .number_search import Filters

TITLE = "Buy a number"
MAX_CHOICES = 10
"""Radio buttons in one group (docs.slack.dev, radio button element)."""

NOT_BOUGHT = (OrderState.DRAFT, OrderState.CANCELLED, OrderState.REFUSED)
KINDS = {NumberType.LOCAL: "Local", NumberType.TOLL_FREE: "Toll-free"}
_SHORT = 20


class Wizard(BaseModel):
    """What the wizard carries from step to step in `private_metadata`."""

    model_config = ConfigDict(frozen=True)

    channel_id: str | None = None
    """Where it was started, and the purchase is announced."""
    filters: Filters = Filters()
    order_id: int | None = None


def find_form(wizard: Wizard, refusal: str | None = None) -> ModalView:
    """What kind of number; every field may be left empty."""
    filters = wizard.filters
    kind = filters.number_type
    blocks: list[Block] = alert(refusal, "warning") if refusal else []
    blocks += [
        _input(Field.STARTS, "Area code or first digits", "206", filters.starts, "Such as 206 or 206555"),
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
    ]
    return _view(View.BUY_FIND, wizard, blocks, submit="Search")


def choice(wizard: Wizard, offers: Sequence[NumberForSale], refusal: str | None = None) -> ModalView:
    """The first numbers that fit, as radio buttons with their prices; the form again when there are none."""
    if not offers:
        return find_form(wizard, NOTHING_FOR_SALE)
    options = [
        Option(
            option_text(
                f"{format_phone_number(number.value)}  {place(number.rate_center, number.state)}".strip()
            ),
            value=number.value,
            description=option_text(price(number)),
        )
        for number in offers[:MAX_CHOICES]
    ]
    blocks: list[Block] = alert(refusal, "warning") if refusal else []
    blocks.append(
        InputBlock(
            label="Number",
            element=RadioButtonGroup(action_id=Field.NUMBER, options=options, initial_option=options[0]),
            block_id=Field.NUMBER,
        )
    )
    return _view(View.BUY_CHOOSE, wizard, blocks, submit="Review")


def review(wizard: Wizard, order: Order, where: str) -> ModalView:
    """What it costs and what it will lack; Submit buys."""
    lines = [
        f"*{format_phone_number(order.numbers[0])}*",
        escape(where),
        f"{usd(order.setup_cost)} setup, charged at once",
        f"{usd(order.monthly_cost)} a month from then on",
    ]
    lacks = (
        "It comes without an emergency address (E911), and its calls go to the built-in registration "
        "`sip-reg` until a route is set. Texting is switched on."
    )
    blocks: list[Block] = [
        section("\n".join(line for line in lines if line)),
        *alert(lacks, "info"),
        section("Buying cannot be undone: the setup cost is not paid back."),
    ]
    return _view(View.BUY_CONFIRM, wizard, blocks, submit=_buy_label(order))


def outcome(wizard: Wizard, order: Order) -> ModalView:
    """What became of the order; a refused one leads back to the search."""
    number = format_phone_number(order.numbers[0])
    if order.lines[0].is_bought:
        text = (
            f"{number} is yours, for {usd(order.setup_cost)} setup and {usd(order.monthly_cost)} a month. "
            f"Bring its texts into a channel with `/flowroute relay link {order.numbers[0]} #channel`."
        )
        return ModalView(title="Bought", blocks=alert(text, "success"), close="Done")
    if order.state in NOT_BOUGHT:
        text = f"{number} was not bought. {order.reason or ''}"
        return _view(View.BUY_AGAIN, wizard, alert(text, "error"), submit="Search again")
    if order.state is OrderState.APPROVAL:
        text = f"{number} is bought as soon as an approver agrees. The outcome is posted in the channel."
        return ModalView(title="Approval needed", blocks=alert(text, "info"), close="Close")
    text = (
        f"Flowroute has not said yet whether {number} was bought. It is being looked up and will not be "
        "bought a second time; the outcome is posted in the channel."
    )
    return ModalView(title="Not known yet", blocks=alert(text, "warning"), close="Close")


def told_in_words(order: Order) -> str:
    """The outcome as one line, for somebody who has closed the modal."""
    number = format_phone_number(order.numbers[0])
    if order.lines[0].is_bought:
        return f"{number} is bought."
    if order.state in NOT_BOUGHT:
        return f"{number} was not bought. {order.reason or ''}"
    if order.state is OrderState.APPROVAL:
        return f"{number} is bought as soon as an approver agrees."
    return f"Flowroute has not said yet whether {number} was bought; it is being looked up."


def _buy_label(order: Order) -> str:
    return "Buy it" if order.setup_cost is None else f"Buy for {usd(order.setup_cost)}"


def _kind(value: NumberType) -> Option:
    return Option(PlainText(KINDS[value]), value=value)


def _input(field: Field, label: str, example: str, value: str | None, hint: str | None) -> InputBlock:
    element: Element = PlainTextInput(
        action_id=field, initial_value=value, max_length=_SHORT, placeholder=example
    )
    return InputBlock(label=label, element=element, block_id=field, hint=hint, optional=True)


def _view(step: View, wizard: Wizard, blocks: list[Block], *, submit: str) -> ModalView:
    return ModalView(
        title=TITLE,
        blocks=blocks,
        submit=submit,
        close="Cancel",
        callback_id=step,
        private_metadata=wizard.model_dump_json(exclude_none=True),
    )
