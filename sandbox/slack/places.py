"""Where a person presses and types: blocks in a message, in a modal or on the Home tab.

The caller holds the workspace's lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.slack.blocks import find_element
from sandbox.slack.channels import Channel
from sandbox.slack.files import Upload
from sandbox.slack.inputs import VALUE_FIELD, Values, offered_option, stateful, typed_value
from sandbox.slack.people import Person
from sandbox.slack.wire import JSON, NotPossible

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

SHOWN_IN_ACTIONS = ("type", "action_id", "text", "value", "style", "url", "placeholder")


@dataclass(frozen=True)
class MessagePlace:
    """A message in its channel; `state` is what its inputs hold."""

    channel: Channel
    message: JSON
    state: JSON

    @property
    def blocks(self) -> list[JSON]:
        return list(self.message.get("blocks", []))

    @property
    def is_ephemeral(self) -> bool:
        return bool(self.message.get("is_ephemeral"))


@dataclass(frozen=True)
class ViewPlace:
    """A modal or a Home tab."""

    view: JSON

    @property
    def blocks(self) -> list[JSON]:
        return list(self.view["blocks"])

    @property
    def state(self) -> JSON:
        values: JSON = self.view["state"]["values"]
        return values


Place = MessagePlace | ViewPlace


class Fingers:
    """One person's way of pressing, choosing and typing. Refusals are `NotPossible`."""

    def __init__(self, workspace: "Workspace", person: Person) -> None:
        self._workspace = workspace
        self._person = person

    def element(self, place: Place, block_id: str, action_id: str) -> tuple[JSON, JSON]:
        """The block and the element that is pressed."""
        found = find_element(place.blocks, block_id, action_id)
        if found is None:
            raise NotPossible("That button is gone.")
        return found

    def enter(self, place: Place, values: Values) -> None:
        """Put raw `values` into the state of `place`."""
        known = {
            (block["block_id"], element["action_id"]): element for block, element in stateful(place.blocks)
        }
        for block_id, entries in values.items():
            for action_id, raw in entries.items():
                element = known.get((block_id, action_id))
                if element is None:
                    raise NotPossible(f"There is no input {block_id}/{action_id} here.")
                place.state.setdefault(block_id, {})[action_id] = self._typed(block_id, element, raw)

    def action(self, block: JSON, element: JSON, value: Any) -> JSON:
        """The entry of `actions` for what was pressed or chosen."""
        action = {key: element[key] for key in SHOWN_IN_ACTIONS if key in element}
        action.update(block_id=block["block_id"], action_ts=self._workspace.log.next_ts())
        if element["type"] == "overflow":
            option = offered_option(element, str(value))
            if option is None:
                raise NotPossible(f"There is no option {value!r} to choose here.")
            return {**action, "selected_option": option}
        if element["type"] in VALUE_FIELD:
            return {**action, **self._typed(block["block_id"], element, value)}
        return action

    def _typed(self, block_id: str, element: JSON, raw: Any) -> JSON:
        if element["type"] == "file_input":
            raw = self._uploaded(raw)

        def option(asking: JSON, value: str) -> JSON | None:
            return self._option(block_id, asking, value)

        return typed_value(element, raw, option)

    def _uploaded(self, uploads: Sequence[Upload] | None) -> list[JSON]:
        files = self._workspace.files
        return [files.as_api(files.attach(upload, self._person.id)) for upload in uploads or []]

    def _option(self, block_id: str, element: JSON, value: str) -> JSON | None:
        """One that the element offers, that the app suggested for it, or that was chosen from the start."""
        suggested = self._workspace.suggested.get((self._person.id, block_id, element["action_id"]), {})
        initial = (
            [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
        )
        return (
            offered_option(element, value)
            or offered_option(suggested, value)
            or offered_option({"options": initial}, value)
        )
