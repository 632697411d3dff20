"""`e911 …`: emergency addresses, shown to the one who asks and nobody else."""

from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slackblocks import Block, ContextBlock, Markdown, ModalView, PlainText, SectionBlock

from bot.access.roles import Access, Role
from bot.actor import Actor
from bot.cards import escape
from bot.provisioning.changing import Changed, ChangeFailed
from bot.provisioning.e911 import E911Changes
from flowroute import Flowroute, InvalidArgument, format_phone_number
from flowroute.e911 import Address, E911Record, checked_address

from . import e911_views as views
from .answers import Answer
from .commands import Ask, Caution, Commands, Form
from .e911_views import TITLES, Wizard
from .ids import View
from .limits import header, section
from .lists import beginning, listing
from .modals import Modal, carried
from .outcomes import outcome

DELETING = Caution("This cannot be undone. Flowroute refuses it while a number has the address.", "Delete")
FOUND = "Responders find this address. It is not stored; `/flowroute e911 create` stores one."
TOLL_FREE = ContextBlock(
    [Markdown("Toll-free numbers are left out: Flowroute's pages disagree on whether they can have one.")]
)


@dataclass(frozen=True)
class E911Handlers:
    flowroute: Flowroute
    access: Access
    changes: E911Changes
    commands: Commands

    def register(self, app: App) -> None:
        on = self.commands.on
        on("e911 list", self.list)
        on("e911 show", self.show)
        on("e911 numbers", self.numbers)
        on("e911 gaps", self.gaps)
        on("e911 validate", form=Form(TITLES["validate"], self.validate_form))
        on("e911 create", form=Form(TITLES["create"], self.create_form), role=Role.ADMIN)
        on("e911 update", form=Form(TITLES["update"], self.update_form), role=Role.ADMIN)
        on("e911 delete", self.delete, role=Role.ADMIN, caution=DELETING)
        app.view(View.ADDRESS)(self.submit)

    def list(self, _ask: Ask) -> Answer:
        records = beginning(self.flowroute.e911.list())
        return listing(
            "address",
            ["Label", "Who", "Address", "Id"],
            [[one.label, views.who(one), views.where(one), one.id] for one in records.items],
            plural="addresses",
            is_all=records.is_all,
            empty="There are no emergency addresses on this account.",
            shareable=False,
        )

    def show(self, _ask: Ask, *, id: str) -> Answer:  # noqa: A002 - the argument's name
        return _card(self.flowroute.e911.get(id))

    def numbers(self, _ask: Ask, *, id: str) -> Answer:  # noqa: A002 - the argument's name
        found = beginning(self.flowroute.e911.numbers(id))
        return listing(
            "number",
            ["Number", "Alias"],
            [[format_phone_number(one.value), one.alias] for one in found.items],
            is_all=found.is_all,
            empty="No number has this address.",
            shareable=False,
        )

    def gaps(self, _ask: Ask) -> Answer:
        """Numbers without an address: one request for each address instead of one for each number."""
        covered = {
            number.value
            for record in self.flowroute.e911.list()
            for number in self.flowroute.e911.numbers(record.id)
        }
        lacking = (one for one in self.flowroute.numbers.list() if one.value not in covered)
        found = beginning(one for one in lacking if not one.is_toll_free)
        answer = listing(
            "number without an emergency address",
            ["Number", "Alias"],
            [[format_phone_number(one.value), one.alias] for one in found.items],
            plural="numbers without an emergency address",
            is_all=found.is_all,
            empty="Every local number has an emergency address.",
        )
        return replace(answer, blocks=(*(answer.blocks or (section(answer.text),)), TOLL_FREE))

    def delete(self, ask: Ask, *, id: str) -> Answer:  # noqa: A002 - the argument's name
        record = self.changes.get(id)
        changed = self.changes.delete(ask.actor, record.id)
        return outcome(changed, f"The emergency address *{escape(record.label or record.id)}* is deleted.")

    def validate_form(self, ask: Ask) -> ModalView:
        return views.form(Wizard(purpose="validate", channel_id=ask.actor.channel_id), views.blank())

    def create_form(self, ask: Ask) -> ModalView:
        return views.form(Wizard(purpose="create", channel_id=ask.actor.channel_id), views.blank())

    def update_form(self, ask: Ask, *, id: str) -> ModalView:  # noqa: A002 - the argument's name
        record = self.changes.get(id)
        wizard = Wizard(purpose="update", channel_id=ask.actor.channel_id, record_id=record.id)
        return views.form(wizard, views.as_address(record))

    def submit(
        self, ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        """Our own rules at once beside the fields; Flowroute's geocoder, which takes its time, after that."""
        wizard = carried(view, Wizard)
        address = views.filled_in(view)
        try:
            checked_address(address)
        except InvalidArgument as error:
            ack(response_action="errors", errors=error.fields)
            return
        modal = Modal.wait(client, context, TITLES[wizard.purpose], "Checking…")
        actor = Actor(body["user"]["id"], wizard.channel_id)
        outcome = "`/flowroute e911 list` shows it."
        try:
            answered = self._checked(actor, wizard, address)
        except ChangeFailed as error:
            answered = views.form(wizard, address, refusals=views.under_fields(error))
            outcome = error.user_message
        if not modal.show(answered) and wizard.purpose != "validate":
            said = f"You closed the form while the address was being checked. {outcome}"
            client.chat_postMessage(channel=actor.user_id, text=said)

    def _checked(self, actor: Actor, wizard: Wizard, address: Address) -> ModalView:
        """What validating leads to: the accepted form, or the address as it is stored now."""
        self.access.require(actor.user_id, Role.VIEWER if wizard.purpose == "validate" else Role.ADMIN)
        self.changes.validate(address)
        if wizard.purpose == "validate":
            return views.form(wizard, address, accepted=FOUND)
        if wizard.record_id is None:
            changed = self.changes.create(actor, address)
        else:
            changed = self.changes.update(actor, wizard.record_id, address)
        return _stored(TITLES[wizard.purpose], changed)


def _stored(title: str, changed: Changed[E911Record]) -> ModalView:
    record = changed.after
    if record is None:
        return views.stored(title, outcome(changed, "no such address.").text, None)
    said = outcome(changed, f"Stored and read back: *{escape(record.label or record.id)}*.").text
    return views.stored(title, said, record)


def _card(record: E911Record) -> Answer:
    title = record.label or "Emergency address"
    blocks: list[Block] = [
        header(title),
        SectionBlock(PlainText(f"{views.who(record)}\n{views.where(record)}")),
        ContextBlock([Markdown(f"Id {escape(record.id)}; `/flowroute e911 numbers {escape(record.id)}`")]),
    ]
    return Answer(escape(title), tuple(blocks))
