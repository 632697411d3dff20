"""Somebody at a screen: types commands, reads private answers, presses buttons, fills in forms."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.stage import ADMIN, TELECOM, Stage

JSON = dict[str, Any]
MENTIONS = {"user": "@", "channel": "#"}
"""How rich text's mentions are shown, as in mrkdwn."""


class Person:
    """One member of the workspace in one channel."""

    def __init__(self, stage: Stage, user_id: str = ADMIN, channel: str = TELECOM) -> None:
        self.stage = stage
        self.user_id = user_id
        self.channel = channel
        self.member = stage.workspace.member(user_id)

    def says(self, line: str, command: str = "/flowroute") -> None:
        """Type a command; Slack's three seconds must be kept."""
        ack = self.member.command(self.channel, command, line)
        assert (ack.error, ack.body) == (None, "")

    def asks(self, line: str, command: str = "/flowroute") -> JSON:
        """Type a command and read the private answer."""
        seen = len(self._private())
        self.says(line, command)
        return self._next_private(seen)

    def presses(self, message: JSON, label: str) -> None:
        """Press the first button of that label on a message."""
        block, button = next(
            (block, element) for block, element in elements(message) if words(element.get("text")) == label
        )
        ack = self.member.click(
            channel=self.channel,
            message_ts=message["ts"],
            block_id=block["block_id"],
            action_id=button["action_id"],
        )
        assert ack.error is None

    def reads_after_pressing(self, message: JSON, label: str) -> JSON:
        """Press a button and read the private answer."""
        seen = len(self._private())
        self.presses(message, label)
        return self._next_private(seen)

    def reads_again(self, message: JSON, *, showing: str) -> JSON:
        """A message as it stands once these words are on it."""

        def now() -> JSON:
            return next(m for m in self.member.messages(self.channel) if m["ts"] == message["ts"])

        self.stage.workspace.wait_for(lambda: showing in shown(now()))
        return now()

    def form(self, *, showing: str) -> JSON:
        """The modal on top, once these words are in it."""
        self.stage.workspace.wait_for(
            lambda: bool(self.member.views) and showing in shown(self.member.views[-1])
        )
        return self.member.views[-1]

    def submits(self, **values: Any) -> Mapping[str, str]:
        """Submit the modal on top with these inputs; the errors beside the fields."""
        view = self.member.views[-1]
        filled = {block_of(view, field): {field: value} for field, value in values.items()}
        return self.member.submit(view["id"], filled).errors

    def types(self, field: str, value: str) -> None:
        """Type into an input of the modal on top that tells the bot at once."""
        view = self.member.views[-1]
        self.member.click(view_id=view["id"], block_id=block_of(view, field), action_id=field, value=value)

    def presses_in_form(self, label: str) -> None:
        """Press the button of that label in the modal on top."""
        view = self.member.views[-1]
        block, button = next(
            (block, element) for block, element in elements(view) if words(element.get("text")) == label
        )
        ack = self.member.click(view_id=view["id"], block_id=block["block_id"], action_id=button["action_id"])
        assert ack.error is None

    def _private(self) -> list[JSON]:
        return [message for message in self.member.messages(self.channel) if message.get("is_ephemeral")]

    def _next_private(self, seen: int) -> JSON:
        self.stage.workspace.wait_for(lambda: len(self._private()) > seen)
        return self._private()[seen]


def inputs(view: JSON) -> dict[str, JSON]:
    """The elements of a form's inputs by their names."""
    return {block["element"]["action_id"]: block["element"] for block in view["blocks"] if "element" in block}


def block_of(view: JSON, field: str) -> str:
    """The block that holds an input."""
    return next(
        str(block["block_id"])
        for block in view["blocks"]
        if "element" in block and block["element"]["action_id"] == field
    )


def elements(message: JSON) -> Iterator[tuple[JSON, JSON]]:
    """Every interactive element of a message with its block."""
    for block in message.get("blocks", []):
        for element in [*block.get("elements", []), *filter(None, [block.get("accessory")])]:
            yield block, element


def buttons(message: JSON) -> list[str]:
    """The labels of the buttons on a message."""
    return [words(element["text"]) for _, element in elements(message) if element.get("type") == "button"]


def shown(value: Any) -> str:
    """All words that a message or a view shows, one below the other."""
    if isinstance(value, dict):
        own = [
            f"<{MENTIONS[value['type']]}{value[key]}>" for key in ("user_id", "channel_id") if key in value
        ]
        own += [
            words(value[key])
            for key in ("text", "title", "value", "submit")
            if isinstance(value.get(key), str)
        ]
        return "\n".join([*own, *(shown(part) for part in value.values() if isinstance(part, dict | list))])
    if isinstance(value, list):
        return "\n".join(shown(part) for part in value)
    return ""


def words(text: Any) -> str:
    """A text object's or a string's words."""
    return str(text.get("text", "")) if isinstance(text, dict) else str(text or "")
