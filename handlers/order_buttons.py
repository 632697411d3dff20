"""Buttons on orders: a second person's decision, and what can be done about one that is under way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, Respond

from bot.access.roles import Access, Role
from bot.actor import Actor
from bot.cards import Action, Card
from bot.files import Files
from bot.order_cards import approval, progress
from bot.provisioning.bulk import result
from bot.provisioning.orders import OrderGone, Orders
from bot.store.orders import Order

from .commands import presser

IN_MESSAGES = "The file is in your messages with me."
DECIDED_ALREADY = "That is decided already."
OVER_ALREADY = "Nothing of that order is left to be cancelled."


@dataclass(frozen=True)
class OrderButtons:
    """`Orders` asks for the rights of whoever presses; a refusal is told to them alone."""

    access: Access
    orders: Orders
    files: Files

    def register(self, app: App) -> None:
        app.action(Action.APPROVE)(self.decided_by(self.orders.approve))
        app.action(Action.DECLINE)(self.decided_by(self.orders.decline))
        app.action(Action.ORDER_RETRY)(self.changed_by(self.orders.retry))
        app.action(Action.ORDER_SKIP)(self.changed_by(self.orders.skip))
        app.action(Action.ORDER_CANCEL)(self.changed_by(self.cancel))
        app.action(Action.ORDER_RESULT)(self.result)

    def decided_by(self, decide: Callable[[Actor, int], bool]) -> Callable[..., None]:
        """What a button of the card that asks does; the card then says who decided, whoever was first."""

        def handle(ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond) -> None:
            ack()
            order_id = int(action["value"])
            is_first = decide(presser(body), order_id)
            _replace(respond, approval(self.orders.order(order_id), self.orders.budget()))
            if not is_first:
                respond(text=DECIDED_ALREADY, response_type="ephemeral", replace_original=False)

        return handle

    def changed_by(self, change: Callable[[Actor, int], Order]) -> Callable[..., None]:
        """What a button of an order's message does. A lane draws that message, but no private copy."""

        def handle(ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond) -> None:
            ack()
            order = change(presser(body), int(action["value"]))
            if body["container"].get("is_ephemeral"):
                _replace(respond, progress(order))

        return handle

    def result(self, ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond) -> None:
        """What became of each number, as a file in the direct messages of who asked."""
        ack()
        user_id = body["user"]["id"]
        self.access.require(user_id, Role.ADMIN)
        order = self.orders.order(int(action["value"]))
        self.files.give(user_id, f"order-{order.id}.csv", result(order))
        respond(text=IN_MESSAGES, response_type="ephemeral", replace_original=False)

    def cancel(self, actor: Actor, order_id: int) -> Order:
        if not self.orders.cancel(actor, order_id):
            raise OrderGone(OVER_ALREADY)
        return self.orders.order(order_id)


def _replace(respond: Respond, card: Card) -> None:
    respond(text=card.text, blocks=card.blocks, replace_original=True)
