"""Modals that open within a trigger's three seconds and are filled in afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import BaseModel, ValidationError
from slack_bolt import BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slackblocks import AlertBlock, AlertLevel, Block, Markdown, ModalView

from bot.cards import shorten
from bot.errors import BotError
from flowroute import FlowrouteError

from .limits import MAX_ALERT, section, view_title
from .wording import told

M = TypeVar("M", bound=BaseModel)

IN_VIEW = "modal_in_view"
"""Key of a request's context: the modal where a failure from here on is shown."""
ARRIVAL_S = 2.0
"""How long the view of an answer may take to be there for an update."""
LOOK_AGAIN_S = 0.03
"""At first; each pause is twice the one before: a modal that was closed never comes, and each look counts
against Slack's limit for everybody's modals."""
_OVERTAKEN = frozenset({"hash_conflict", "not_found"})


@dataclass(frozen=True)
class Modal:
    """One open modal, found by the id that Slack gave it or by one that we gave it."""

    client: WebClient
    view_id: str | None = None
    external_id: str | None = None

    @classmethod
    def open(cls, client: WebClient, context: BoltContext, trigger_id: str, title: str) -> "Modal":
        """Open a loading view at once: a trigger dies after three seconds, Flowroute may take longer."""
        opened = client.views_open(trigger_id=trigger_id, view=waiting(title, "Loading…").to_dict())
        context[IN_VIEW] = modal = cls(client, view_id=str(opened["view"]["id"]))
        return modal

    @classmethod
    def wait(cls, client: WebClient, context: BoltContext, title: str, text: str) -> "Modal":
        """Answer a submission with a view that says `text` until something is shown in its place.

        The view gets an id of ours: an update by that id cannot overtake the answer that brings the view.
        """
        external_id = uuid4().hex
        context[IN_VIEW] = modal = cls(client, external_id=external_id)
        context.ack(response_action="update", view=waiting(title, text, external_id).to_dict())
        return modal

    def show(self, view: ModalView) -> bool:
        """Put `view` in place of what is shown; False when the person has closed the modal meanwhile."""
        deadline = monotonic() + (ARRIVAL_S if self.external_id else 0)
        pause_s = LOOK_AGAIN_S
        while True:
            try:
                self.client.views_update(
                    view_id=self.view_id, external_id=self.external_id, view=view.to_dict()
                )
            except SlackApiError as error:
                if error.response.get("error") != "not_found":
                    raise
                if monotonic() >= deadline:
                    return False
                sleep(pause_s)
                pause_s *= 2
            else:
                return True

    def refresh(self, view: ModalView, shown_hash: str) -> None:
        """Put `view` in place of the one with that hash; what was drawn since then is newer and stays."""
        try:
            self.client.views_update(view_id=self.view_id, hash=shown_hash, view=view.to_dict())
        except SlackApiError as error:
            if error.response.get("error") not in _OVERTAKEN:
                raise

    def show_or_ask_again(self, work: Callable[[], ModalView], form: Callable[[str], ModalView]) -> bool:
        """Show what `work` leads to; when it is refused, the form again with the reason above it."""
        try:
            view = work()
        except (BotError, FlowrouteError) as error:
            view = form(told(error))
        return self.show(view)


class Stale(BotError):
    """A view was opened by an earlier version of the bot and carries what this one cannot read."""

    def __init__(self) -> None:
        super().__init__("This window is from before an update of the bot. Please close it and start again.")


def carried(view: Mapping[str, Any], kind: type[M]) -> M:
    """What a view carries from step to step in its `private_metadata`; raises Stale."""
    try:
        return kind.model_validate_json(view.get("private_metadata") or "")
    except ValidationError as error:
        raise Stale from error


def waiting(title: str, text: str, external_id: str | None = None) -> ModalView:
    """Nothing to submit: *Loading…*, *Checking…*."""
    return ModalView(title=view_title(title), blocks=[section(text)], close="Close", external_id=external_id)


def notice(title: str, text: str, level: AlertLevel) -> ModalView:
    """The end of a road: what happened, and only Close."""
    return ModalView(title=view_title(title), blocks=alert(text, level), close="Close")


def alert(text: str, level: AlertLevel) -> list[Block]:
    """`text` (mrkdwn) as an alert; of a longer one its first sentence, and the rest below."""
    if len(text) <= MAX_ALERT:
        return [AlertBlock(Markdown(text), level=level)]
    first, dot, rest = text.partition(". ")
    if not rest or len(first) >= MAX_ALERT:
        return [AlertBlock(Markdown(shorten(text, MAX_ALERT)), level=level), section(text)]
    return [AlertBlock(Markdown(first + dot.strip()), level=level), section(rest)]
