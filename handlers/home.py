"""The Home tab: drawn when somebody opens it, and its buttons."""

import re
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.overview.homes import Homes

from .answers import send_directly
from .commands import Commands, asked_by_button
from .ids import Button


@dataclass(frozen=True)
class HomeHandlers:
    homes: Homes
    commands: Commands

    def register(self, app: App) -> None:
        app.event("app_home_opened")(self.opened)
        app.action(Button.REFRESH)(self.refresh)
        app.action(re.compile(rf"^{Button.HOME_RUN}:"))(self.pressed)

    def opened(self, event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            self.homes.show(event["user"])

    def refresh(self, ack: Ack, body: dict[str, Any]) -> None:
        ack()
        self.homes.show(body["user"]["id"], anew=True)

    def pressed(
        self, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        """As if the line had been typed; the answer comes as a direct message."""
        ack()
        ask = asked_by_button(action["value"], body, client, context)
        answer = self.commands.answer(ask)
        if answer is not None:
            send_directly(client, answer, ask.actor.user_id)
