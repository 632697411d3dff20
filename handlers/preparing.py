"""What every request is given before it reaches a handler."""

from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient


class FirstAnswer(Ack):
    """An acknowledgement that stays given.

    Bolt looks for it every 10 ms and drops it when the listener fails before the next look, so that Slack
    waits three seconds and gets a 404 (slack_bolt 1.30, `ThreadListenerRunner.run`).
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name != "response" or value is not None or getattr(self, name, None) is None:
            super().__setattr__(name, value)


@dataclass(frozen=True)
class Preparation:
    """Gives a request an acknowledgement that stays given, and the bot's own client.

    Bolt's client of each request adds a `team_id` to every call, which most methods do not know.
    """

    client: WebClient

    def register(self, app: App) -> None:
        app.use(self.prepare)

    def prepare(self, context: BoltContext, next: Callable[[], None]) -> None:  # noqa: A002 - Bolt's name for it
        context["ack"] = FirstAnswer()  # type: ignore[no-untyped-call] # Ack.__init__ lacks annotations
        context["client"] = self.client
        next()
