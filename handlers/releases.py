"""`numbers release`: the number is typed again, then everything on it is taken off, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict
from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slackblocks import Block, InputBlock, ModalView, PlainTextInput

from bot.access.roles import Role
from bot.actor import Actor
from bot.order_cards import where
from bot.provisioning.orders import Orders
from bot.provisioning.release import Release
from bot.store.orders import Order, StepName
from flowroute import InvalidNumber, PhoneNumber, format_phone_number, parse_phone_number

from .commands import Ask, Commands, Form
from .ids import Field, View
from .inputs import typed_in
from .limits import section
from .modals import Modal, alert, carried, notice

TITLE = "Release a number"
COMING = {
    StepName.UNLINK: "its texts no longer appear in the channel",
    StepName.E911_OFF: "its emergency address is taken off",
    StepName.CNAM_OFF: "its caller name is taken off",
    StepName.RELEASE: "it goes back to Flowroute, and anybody may buy it",
}


class Wish(BaseModel):
    """What the form carries: which number, and where it was asked for."""

    model_config = ConfigDict(frozen=True)

    number: PhoneNumber
    channel_id: str | None = None


@dataclass(frozen=True)
class ReleaseHandlers:
    orders: Orders
    release: Release
    commands: Commands

    def register(self, app: App) -> None:
        self.commands.on("numbers release", form=Form(TITLE, self.form), role=Role.ADMIN)
        app.view(View.RELEASE)(self.submit)

    def form(self, ask: Ask, *, number: PhoneNumber) -> ModalView:
        """What is going to happen, and the number once more."""
        return _form(Wish(number=number, channel_id=ask.actor.channel_id), self.release.steps(number))

    def submit(
        self, ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        wish = carried(view, Wish)
        if not _is_same(typed_in(view, Field.AGAIN) or "", wish.number):
            shown = format_phone_number(wish.number)
            ack(response_action="errors", errors={Field.AGAIN: f"This is not {shown}. Type that number."})
            return
        modal = Modal.wait(client, context, TITLE, "Releasing…")
        actor = Actor(body["user"]["id"], wish.channel_id)
        order = self.orders.release(actor, wish.number)
        modal.show(_under_way(self.orders.confirm(actor, order.id)))


def _under_way(order: Order) -> ModalView:
    text = f"Under way as order {order.id}: a message in {where(order)} shows each step as it is taken."
    return notice(TITLE, text, "success")


def _form(wish: Wish, steps: Sequence[StepName]) -> ModalView:
    shown = format_phone_number(wish.number)
    coming = "\n".join(f"•  {COMING[step]}" for step in steps)
    blocks: list[Block] = [
        *alert(f"Releasing {shown} cannot be undone.", "warning"),
        section(f"What happens, in this order:\n{coming}"),
        InputBlock(
            label=f"Type {shown} again",
            element=PlainTextInput(action_id=Field.AGAIN, placeholder="The number to be released"),
            block_id=Field.AGAIN,
        ),
    ]
    return ModalView(
        title=TITLE,
        blocks=blocks,
        submit="Release it",
        close="Keep it",
        callback_id=View.RELEASE,
        private_metadata=wish.model_dump_json(exclude_none=True),
    )


def _is_same(typed: str, number: PhoneNumber) -> bool:
    try:
        return parse_phone_number(typed) == number
    except InvalidNumber:
        return False
