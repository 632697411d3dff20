"""What numbers are set up with once they are bought, as a modal: nothing in it is needed."""

import re
from collections.abc import Mapping
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    CheckboxGroup,
    ContextBlock,
    ConversationFilter,
    ConversationSelectMenu,
    DispatchActionConfiguration,
    InputBlock,
    Markdown,
    ModalView,
    Option,
    PlainTextInput,
)

from bot.cards import caller, escape
from bot.store.orders import Order
from bot.store.set_up import SetUp
from flowroute import InvalidArgument
from flowroute.cnam import LONGEST_NAME, checked_name
from flowroute.e911 import Address
from flowroute.numbers import LONGEST_ALIAS

from . import e911_views
from .ids import Field, View
from .inputs import Picked, picked_in, ticked_in, typed_in
from .limits import option_text, section
from .modals import alert
from .pickers import NEW, Pickers, name_in
from .purchase_views import Wizard, back_button, modal

PREVIEWED = 3
"""Numbers that show how an alias will read."""
MAX_TYPED = 60
"""More than a caller name may have, so that a longer one can be typed and told."""
UNKNOWN_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
TEXTING, LOOKUPS = "texting", "lookups"
SWITCHES = {
    TEXTING: ("Texting", "SMS and MMS"),
    LOOKUPS: ("Look up who calls", "Billed for each call (CNAM lookup)"),
}


def form(
    wizard: Wizard, order: Order, set_up: SetUp, pickers: Pickers, refusal: str | None = None
) -> ModalView:
    """`refusal` (mrkdwn) stands above. May raise FlowrouteError: what is chosen is shown by its name."""
    blocks: list[Block] = alert(refusal, "warning") if refusal else []
    wizard = wizard.model_copy(update={"order_id": order.id})
    blocks += [
        section(f"*{_numbers(order)}*\nAll of this can be left out now and set later."),
        InputBlock(
            label="Alias",
            element=PlainTextInput(
                action_id=Field.ALIAS_PATTERN,
                initial_value=set_up.alias,
                max_length=LONGEST_ALIAS,
                placeholder="Front desk {n}",
                dispatch_action_config=DispatchActionConfiguration("on_character_entered"),
            ),
            block_id=Field.ALIAS_PATTERN,
            hint="{n} counts 1, 2, 3; {last4} is the last four digits, {number} the whole number.",
            dispatch_action=True,
            optional=True,
        ),
        _preview(order, set_up),
        _picked(pickers, Field.PRIMARY, "Calls go to", set_up.route_id),
        _picked(pickers, Field.FAILOVER, "And if that fails, to", set_up.failover_id),
        _picked(
            pickers,
            Field.SOME_ADDRESS,
            "Emergency address (E911)",
            NEW if wizard.wants_address or set_up.new_address else set_up.e911_id,
            hint="Where responders are sent when one of these numbers dials 911.",
        ),
        _picked(pickers, Field.SOME_NAME, "Caller name (CNAM)", set_up.cnam_id),
        InputBlock(
            label="Or a new caller name",
            element=PlainTextInput(
                action_id=Field.NEW_NAME,
                initial_value=set_up.new_cnam,
                max_length=MAX_TYPED,
                placeholder="MAIN ST BAKERY",
            ),
            block_id=Field.NEW_NAME,
            hint=f"Up to {LONGEST_NAME} characters. People at Flowroute review it, for up to two days.",
            optional=True,
        ),
        InputBlock(
            label="Switched on",
            element=CheckboxGroup(
                action_id=Field.SWITCHES,
                options=[_switch(each) for each in SWITCHES],
                initial_options=_switched_on(set_up) or None,
            ),
            block_id=Field.SWITCHES,
            optional=True,
        ),
        InputBlock(
            label="Channel for texts",
            element=ConversationSelectMenu(
                action_id=Field.CHANNEL,
                initial_conversation=set_up.relay_channel,
                filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
            ),
            block_id=Field.CHANNEL,
            hint="I join a public channel by myself; a private one has to invite me.",
            optional=True,
        ),
        ActionsBlock([back_button("Other numbers", View.BUY_CHOOSE)], block_id="back"),
    ]
    return modal(View.BUY_SET_UP, wizard, blocks, submit="Review")


def _picked(
    pickers: Pickers, field: Field, label: str, chosen: str | None, hint: str | None = None
) -> InputBlock:
    """A menu that searches as one types, and may stay empty."""
    return InputBlock(
        label=label, element=pickers.menu(field, chosen), block_id=field, hint=hint, optional=True
    )


def address_form(wizard: Wizard, address: Address, refusals: Mapping[Field, str] | None = None) -> ModalView:
    """The new emergency address, with what Flowroute's geocoder said under the field it is about."""
    blocks = [
        *e911_views.inputs(address, refusals),
        ActionsBlock([back_button("Back to the set-up", View.BUY_SET_UP)], block_id="back"),
    ]
    return modal(View.BUY_ADDRESS, wizard, blocks, submit="Check and review")


def wants_new_address(view: Mapping[str, Any]) -> bool:
    return typed_in(view, Field.SOME_ADDRESS) == NEW


def filled_in(view: Mapping[str, Any], order: Order) -> tuple[SetUp, dict[str, str]]:
    """The form as a set-up, and what is wrong with it by block; an address typed in before stays."""
    address = picked_in(view, Field.SOME_ADDRESS)
    picked = {field: picked_in(view, field) for field in (Field.PRIMARY, Field.FAILOVER, Field.SOME_NAME)}
    if wants_new_address(view):
        address = None
    switched_on = ticked_in(view, Field.SWITCHES)
    set_up = SetUp(
        alias=typed_in(view, Field.ALIAS_PATTERN),
        route_id=_id(picked[Field.PRIMARY]),
        failover_id=_id(picked[Field.FAILOVER]),
        e911_id=_id(address),
        new_address=order.set_up.new_address if wants_new_address(view) else None,
        cnam_id=_id(picked[Field.SOME_NAME]),
        new_cnam=typed_in(view, Field.NEW_NAME),
        messaging=TEXTING in switched_on,
        lookups=True if LOOKUPS in switched_on else None,
        relay_channel=typed_in(view, Field.CHANNEL),
        names={one.value: name_in(one.text) for one in (*picked.values(), address) if one},
    )
    return set_up, _errors(set_up, order)


def _errors(set_up: SetUp, order: Order) -> dict[str, str]:
    """What we can know ourselves, said beside the field."""
    errors: dict[str, str] = {}
    longest = max(
        (set_up.alias_of(line.number, n) or "" for n, line in enumerate(order.lines, 1)), key=len, default=""
    )
    if len(longest) > LONGEST_ALIAS:
        errors[Field.ALIAS_PATTERN] = (
            f"An alias has at most {LONGEST_ALIAS} characters; {longest!r} has {len(longest)}."
        )
    if unknown := UNKNOWN_PLACEHOLDER.search(longest):
        errors[Field.ALIAS_PATTERN] = f"There is no {unknown[0]}. There are {{n}}, {{last4}} and {{number}}."
    if set_up.failover_id and set_up.failover_id == set_up.route_id:
        errors[Field.FAILOVER] = "This is where calls go anyway. Choose another route, or none."
    if set_up.new_cnam and set_up.cnam_id:
        errors[Field.NEW_NAME] = "Choose a caller name above or write a new one here, not both."
    elif set_up.new_cnam:
        try:
            checked_name(set_up.new_cnam)
        except InvalidArgument as error:
            errors[Field.NEW_NAME] = error.user_message
    if set_up.relay_channel and not set_up.messaging:
        errors[Field.CHANNEL] = "Texts appear there only with texting switched on."
    return errors


def _numbers(order: Order) -> str:
    shown = ", ".join(caller(line.number) for line in order.lines[:PREVIEWED])
    more = len(order.lines) - PREVIEWED
    return f"{shown} and {more} more" if more > 0 else shown


def _preview(order: Order, set_up: SetUp) -> Block:
    """How the first numbers will be called."""
    shown = "The alias is what people find a number by."
    if set_up.alias:
        lines = [
            f"{caller(line.number)}  →  *{escape(set_up.alias_of(line.number, n) or '')}*"
            for n, line in enumerate(order.lines[:PREVIEWED], 1)
        ]
        if (more := len(order.lines) - PREVIEWED) > 0:
            lines.append(f"and {more} more")
        shown = "\n".join(lines)
    return ContextBlock([Markdown(shown)], block_id="preview")


def _switch(each: str) -> Option:
    text, description = SWITCHES[each]
    return Option(option_text(text), value=each, description=option_text(description))


def _switched_on(set_up: SetUp) -> list[Option]:
    wanted = {TEXTING: set_up.messaging, LOOKUPS: bool(set_up.lookups)}
    return [_switch(each) for each in SWITCHES if wanted[each]]


def _id(picked: Picked | None) -> str | None:
    return None if picked is None else picked.value
