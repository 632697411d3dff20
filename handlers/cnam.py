"""`cnam …`: the names that people see when our numbers call."""

from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slackblocks import Block, ContextBlock, Markdown, ModalView

from bot.access.roles import Role
from bot.actor import Actor
from bot.cards import escape
from bot.provisioning.changing import Changed
from bot.provisioning.cnam import CnamChanges
from flowroute import Flowroute, InvalidArgument, format_phone_number
from flowroute.cnam import Cnam, CnamStatus, checked_name

from . import cnam_views as views
from .answers import Answer
from .cnam_views import Wizard
from .commands import Ask, Caution, Commands, Form
from .ids import Field, View
from .inputs import typed_in
from .limits import header, section
from .lists import beginning, listing, when
from .modals import Modal, carried, notice
from .outcomes import outcome

MAX_NUMBERS_SHOWN = 50
STATUS = {
    CnamStatus.APPROVED: "approved",
    CnamStatus.PENDING: "waiting for Flowroute's review",
    CnamStatus.REJECTED: "rejected",
}
DELETING = Caution("This cannot be undone. Every number that shows the name loses it.", "Delete")


@dataclass(frozen=True)
class CnamHandlers:
    flowroute: Flowroute
    changes: CnamChanges
    commands: Commands

    def register(self, app: App) -> None:
        on = self.commands.on
        on("cnam list", self.list)
        on("cnam show", self.show)
        on("cnam create", self.create, form=Form(views.NEW, self.new_form), role=Role.ADMIN)
        on("cnam update", self.update, role=Role.ADMIN)
        on("cnam delete", self.delete, role=Role.ADMIN, caution=DELETING)
        app.action(Field.VALUE)(self.preview)
        app.view(View.CALLER_NAME)(self.submit)

    def list(self, _ask: Ask) -> Answer:
        records = beginning(self.flowroute.cnam.list())
        return listing(
            "caller name",
            ["Name", "Status", "Asked for", "Id"],
            [[one.value, STATUS[one.status], when(one.created_at), one.id] for one in records.items],
            is_all=records.is_all,
            empty="There are no caller names on this account.",
        )

    def show(self, _ask: Ask, *, id: str) -> Answer:  # noqa: A002 - the argument's name
        return _card(self.flowroute.cnam.get(id))

    def create(self, ask: Ask, *, value: str) -> Answer:
        return _reviewed(self.changes.create(ask.actor, value))

    def update(self, ask: Ask, *, id: str, value: str) -> Answer:  # noqa: A002 - the argument's name
        """Flowroute changes only what is still being reviewed."""
        return _reviewed(self.changes.update(ask.actor, id, value))

    def delete(self, ask: Ask, *, id: str) -> Answer:  # noqa: A002 - the argument's name
        record = self.changes.get(id)
        changed = self.changes.delete(ask.actor, record.id)
        return outcome(changed, f"The caller name *{escape(record.value or record.id)}* is deleted.")

    def new_form(self, ask: Ask, *, value: str | None) -> ModalView:
        return views.form(Wizard(channel_id=ask.actor.channel_id), value)

    def preview(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """What the callee will see, as the name is being typed."""
        ack()
        view = body["view"]
        shown = views.form(carried(view, Wizard), typed_in(view, Field.VALUE))
        Modal(client, view_id=view["id"]).refresh(shown, view["hash"])

    def submit(
        self, ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        wizard = carried(view, Wizard)
        value = typed_in(view, Field.VALUE) or ""
        try:
            checked_name(value)
        except InvalidArgument as error:
            ack(response_action="errors", errors={Field.VALUE: error.user_message})
            return
        modal = Modal.wait(client, context, views.NEW, "Asking…")
        actor = Actor(body["user"]["id"], wizard.channel_id)
        modal.show_or_ask_again(
            lambda: notice(views.NEW, _reviewed(self.changes.create(actor, value)).text, "default"),
            lambda refusal: views.form(wizard, value, refusal),
        )


def _reviewed(changed: Changed[Cnam]) -> Answer:
    """How the record stands, and what the callee will see."""
    record = changed.after
    if record is None:
        return outcome(changed, "there is no such caller name.")
    said = f"The callee will see `{escape(record.value or '')}` (id {escape(record.id)})."
    if record.status is CnamStatus.PENDING:
        said += f" {views.REVIEW}"
    elif record.status is CnamStatus.APPROVED:
        said += f" It is approved: `/flowroute cnam assign {escape(record.id)}` gives it to a number."
    return outcome(changed, said)


def _card(record: Cnam) -> Answer:
    title = record.value or "Caller name"
    status = STATUS[record.status]
    if record.rejection_reason:
        status += f": {escape(record.rejection_reason)}"
    numbers = ", ".join(format_phone_number(number) for number in record.numbers[:MAX_NUMBERS_SHOWN])
    if len(record.numbers) > MAX_NUMBERS_SHOWN:
        numbers += f" and {len(record.numbers) - MAX_NUMBERS_SHOWN} more"
    blocks: list[Block] = [
        header(title),
        section(f"*Status*\n{status}"),
        section(f"*Shown when these numbers call*\n{numbers or 'none yet'}"),
        ContextBlock([Markdown(f"Id {escape(record.id)}")]),
    ]
    return Answer(escape(title), tuple(blocks), shareable=True)
