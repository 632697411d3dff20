"""`routes list`, `edges`, `create`, `update`, `delete`: where calls can go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slackblocks import ModalView

from bot.access.roles import Role
from bot.actor import Actor
from bot.cards import escape
from bot.provisioning.changing import Changed
from bot.provisioning.routes import RouteChanges
from flowroute import Flowroute, InvalidArgument
from flowroute.routes import Route, RouteType, checked_route_value

from . import route_views as views
from .answers import Answer
from .commands import Ask, Caution, Commands, Form
from .ids import Field, View
from .inputs import typed_in
from .lists import beginning, listing
from .modals import Modal, carried, notice
from .outcomes import outcome
from .route_views import Draft, Wizard

DELETING = Caution("This cannot be undone. Flowroute refuses it while a number uses the route.", "Delete")


@dataclass(frozen=True)
class RouteHandlers:
    flowroute: Flowroute
    changes: RouteChanges
    commands: Commands

    def register(self, app: App) -> None:
        on = self.commands.on
        on("routes list", self.list)
        on("routes edges", self.edges)
        on("routes create", self.create, form=Form(views.NEW, self.new_form), role=Role.ADMIN)
        on("routes update", form=Form(views.CHANGE, self.change_form), role=Role.ADMIN)
        on("routes delete", self.delete, role=Role.ADMIN, caution=DELETING)
        app.action(Field.TYPE)(self.show_rule)
        app.view(View.ROUTE)(self.submit)

    def list(self, _ask: Ask) -> Answer:
        routes = beginning(self.flowroute.routes.list())
        return listing(
            "route",
            ["Alias", "Type", "Goes to", "Id"],
            [[route.alias, route.route_type, route.value, route.id] for route in routes.items],
            is_all=routes.is_all,
            empty="There are no routes on this account.",
        )

    def edges(self, _ask: Ask) -> Answer:
        edges = self.flowroute.routes.edge_strategies()
        return listing(
            "edge",
            ["Name", "Description", "Id"],
            [[edge.name, edge.description, edge.id] for edge in edges],
            empty="Flowroute names no points of presence.",
        )

    def create(self, ask: Ask, *, type: str, value: str, alias: str) -> Answer:  # noqa: A002 - the argument's name
        return _stored(self.changes.create(ask.actor, RouteType(type), value, alias))

    def delete(self, ask: Ask, *, route: str) -> Answer:
        found = self.changes.find_own(route)
        changed = self.changes.delete(ask.actor, found.id)
        return outcome(changed, f"The route *{escape(found.alias or found.id)}* is deleted.")

    def new_form(
        self,
        ask: Ask,
        *,
        type: str | None,  # noqa: A002 - the argument's name
        value: str | None,
        alias: str | None,
    ) -> ModalView:
        draft = Draft(route_type=RouteType(type or RouteType.HOST), value=value, alias=alias)
        return views.form(Wizard(channel_id=ask.actor.channel_id), draft)

    def change_form(self, ask: Ask, *, route: str) -> ModalView:
        found = self.changes.find_own(route)
        draft = Draft(route_type=RouteType(found.route_type or ""), value=found.value, alias=found.alias)
        return views.form(Wizard(channel_id=ask.actor.channel_id, route_id=found.id), draft)

    def show_rule(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Another type was chosen: its own rule stands below the value."""
        ack()
        view = body["view"]
        shown = views.form(carried(view, Wizard), _draft(view))
        Modal(client, view_id=view["id"]).refresh(shown, view["hash"])

    def submit(
        self, ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        wizard = carried(view, Wizard)
        draft = _draft(view)
        errors = _errors(draft)
        if errors:
            ack(response_action="errors", errors=errors)
            return
        modal = Modal.wait(client, context, views.title(wizard), "Working…")
        actor = Actor(body["user"]["id"], wizard.channel_id)
        modal.show_or_ask_again(
            lambda: notice(views.title(wizard), self._store(actor, wizard, draft).text, "default"),
            lambda refusal: views.form(wizard, draft, refusal),
        )

    def _store(self, actor: Actor, wizard: Wizard, draft: Draft) -> Answer:
        value, alias = draft.value or "", draft.alias or ""
        if wizard.route_id is None:
            return _stored(self.changes.create(actor, draft.route_type, value, alias))
        return _stored(self.changes.update(actor, wizard.route_id, draft.route_type, value, alias))


def _draft(view: Mapping[str, Any]) -> Draft:
    return Draft(
        route_type=RouteType(typed_in(view, Field.TYPE) or RouteType.HOST),
        value=typed_in(view, Field.VALUE),
        alias=typed_in(view, Field.ALIAS),
    )


def _errors(draft: Draft) -> dict[str, str]:
    """What is wrong with the form by field, as far as we know ourselves."""
    errors: dict[str, str] = {}
    try:
        checked_route_value(draft.route_type, draft.value or "")
    except InvalidArgument as error:
        errors[Field.VALUE] = error.user_message
    if not draft.alias:
        errors[Field.ALIAS] = "Give the route a name of its own, such as Seattle PBX."
    return errors


def _stored(changed: Changed[Route]) -> Answer:
    route = changed.after
    if route is None:
        return outcome(changed, "there is no such route.")
    where = escape(f"{route.route_type} {route.value}")
    said = f"The route *{escape(route.alias or '')}* goes to {where} (id {escape(route.id)})."
    return outcome(changed, said)
