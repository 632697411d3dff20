"""`numbers bulk`, and a list dropped into the direct messages: a dry run, then the changes as one order."""

from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond
from slack_sdk import WebClient
from slackblocks import Message, ModalView

from bot.access.roles import Access, Role
from bot.actor import Actor
from bot.errors import BotError
from bot.files import Files
from bot.media.attached import Attached
from bot.order_cards import where
from bot.provisioning.bulk import parse
from bot.provisioning.current_state import CurrentState
from bot.provisioning.orders import Orders
from bot.store.orders import Order
from flowroute import FlowrouteError

from . import bulk_views as views
from .bulk_views import TITLE, Draft
from .commands import Ask, Commands, Form, presser
from .ids import Button, Field, View
from .inputs import files_in, typed_in
from .modals import Modal, Stale, carried, notice
from .wording import told

LISTS = (".csv", ".tsv")
ONE_OF_THEM = "Paste a list here or choose a file below, one of them."


@dataclass(frozen=True)
class BulkHandlers:
    access: Access
    orders: Orders
    attached: Attached
    current_state: CurrentState
    files: Files
    commands: Commands

    def register(self, app: App) -> None:
        self.commands.on("numbers bulk", form=Form(TITLE, self.form), role=Role.ADMIN)
        app.action(Button.BULK_CURRENT)(self.current)
        app.action(Button.BULK_APPLY)(self.pressed_apply)
        app.action(Button.BULK_LEAVE)(self.pressed_leave)
        app.view(View.BULK)(self.look)
        app.view(View.BULK_APPLY)(self.apply)
        app.event("message", matchers=[is_dropped_list])(self.dropped)

    def form(self, ask: Ask) -> ModalView:
        return views.form(Draft(channel_id=ask.actor.channel_id))

    def current(self, ack: Ack, body: dict[str, Any]) -> None:
        """How the numbers are now, as a list in the same form."""
        ack()
        user_id = body["user"]["id"]
        self.access.require(user_id, Role.ADMIN)
        self.files.give(user_id, "numbers.csv", self.current_state.as_list())

    def look(
        self, ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        """From the list to what it would change; what is wrong with it stands above it, by line."""
        draft = carried(view, Draft)
        pasted, file_ids = typed_in(view, Field.ROWS), files_in(view, Field.FILES)
        if bool(pasted) == bool(file_ids):
            ack(response_action="errors", errors={Field.ROWS: ONE_OF_THEM})
            return
        modal = Modal.wait(client, context, TITLE, "Comparing…")
        actor = Actor(body["user"]["id"], draft.channel_id)

        def compare() -> ModalView:
            content = pasted.encode() if pasted else self.attached.fetch(file_ids[0]).content
            return views.dry_run(draft, self._drafted(actor, content))

        modal.show_or_ask_again(compare, lambda refusal: views.form(draft, pasted, refusal))

    def apply(
        self, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        """From the dry run to the order; a second time changes nothing."""
        draft = carried(view, Draft)
        if draft.order_id is None:
            raise Stale
        order_id = draft.order_id
        modal = Modal.wait(client, context, TITLE, "One moment…")
        actor = Actor(body["user"]["id"], draft.channel_id)
        modal.show_or_ask_again(
            lambda: notice(TITLE, _under_way(self.orders.confirm(actor, order_id)), "success"),
            lambda refusal: views.dry_run(draft, self.orders.order(order_id), refusal),
        )

    def dropped(self, event: dict[str, Any], client: WebClient) -> None:
        """A file in somebody's direct messages with the bot is answered there."""
        actor = Actor(event["user"], event["channel"])
        try:
            self.access.require(actor.user_id, Role.ADMIN)
            order = self._drafted(actor, self.attached.fetch(event["files"][0]["id"]).content)
        except (BotError, FlowrouteError) as error:
            said = f"Nothing was changed. {told(error)}"
            client.chat_postMessage(channel=event["channel"], text=said)
            return
        message = Message(
            channel=event["channel"], text=views.title(order), blocks=views.dry_run_message(order)
        )
        client.chat_postMessage(**message.to_dict())

    def pressed_apply(self, ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond) -> None:
        ack()
        order = self.orders.confirm(presser(body), int(action["value"]))
        respond(text=f":white_check_mark: {_under_way(order)}", replace_original=True)

    def pressed_leave(self, ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond) -> None:
        ack()
        self.orders.cancel(presser(body), int(action["value"]))
        respond(text="Everything is left as it is.", replace_original=True)

    def _drafted(self, actor: Actor, content: bytes) -> Order:
        return self.orders.bulk(actor, parse(content))


def is_dropped_list(event: dict[str, Any]) -> bool:
    """Whether somebody put a list into their direct messages with the bot, outside any thread."""
    files = event.get("files") or []
    return (
        event.get("channel_type") == "im"
        and event.get("thread_ts") in {None, event.get("ts")}
        and not event.get("bot_id")
        and len(files) == 1
        and str(files[0].get("name", "")).lower().endswith(LISTS)
    )


def _under_way(order: Order) -> str:
    return f"Under way as order {order.id}: a message in {where(order)} shows how it goes."
