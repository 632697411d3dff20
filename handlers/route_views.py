"""The form for a route, with the rule of the type that is chosen."""

from pydantic import BaseModel, ConfigDict
from slackblocks import Block, InputBlock, ModalView, Option, PlainTextInput, StaticSelectMenu

from flowroute.routes import ROUTE_VALUES, RouteType

from .ids import Field, View
from .limits import option_text
from .modals import alert

NEW = "New route"
CHANGE = "Change a route"
KINDS = {RouteType.HOST: "Host", RouteType.NUMBER: "Phone number", RouteType.URI: "SIP URI"}
EXAMPLES = {
    RouteType.HOST: "pbx.example.com:5060",
    RouteType.NUMBER: "(206) 555-0100",
    RouteType.URI: "sip:reception@pbx.example.com",
}


class Wizard(BaseModel):
    """What the form carries: which route it changes, None for a new one, and where it was asked for."""

    model_config = ConfigDict(frozen=True)

    channel_id: str | None = None
    route_id: str | None = None


class Draft(BaseModel):
    """A route as far as it is known."""

    model_config = ConfigDict(frozen=True)

    route_type: RouteType = RouteType.HOST
    value: str | None = None
    alias: str | None = None


def title(wizard: Wizard) -> str:
    return NEW if wizard.route_id is None else CHANGE


def form(wizard: Wizard, draft: Draft, refusal: str | None = None) -> ModalView:
    """Choosing another type shows that type's rule."""
    rule = ROUTE_VALUES[draft.route_type]
    blocks: list[Block] = alert(refusal, "warning") if refusal else []
    blocks += [
        InputBlock(
            label="Type",
            element=StaticSelectMenu(
                action_id=Field.TYPE,
                options=[_kind(each) for each in KINDS],
                initial_option=_kind(draft.route_type),
            ),
            block_id=Field.TYPE,
            dispatch_action=True,
        ),
        InputBlock(
            label="Goes to",
            element=PlainTextInput(
                action_id=Field.VALUE, initial_value=draft.value, placeholder=EXAMPLES[draft.route_type]
            ),
            block_id=Field.VALUE,
            hint=f"{rule[0].upper()}{rule[1:]}",
        ),
        InputBlock(
            label="Alias",
            element=PlainTextInput(
                action_id=Field.ALIAS, initial_value=draft.alias, placeholder="Seattle PBX"
            ),
            block_id=Field.ALIAS,
            hint="A name of your own, that no other route has",
        ),
    ]
    return ModalView(
        title=title(wizard),
        blocks=blocks,
        submit="Save",
        close="Cancel",
        callback_id=View.ROUTE,
        private_metadata=wizard.model_dump_json(exclude_none=True),
    )


def _kind(route_type: RouteType) -> Option:
    return Option(option_text(KINDS[route_type]), value=route_type)
