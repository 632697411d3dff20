"""Acting as a person: everything that the page's buttons and the tests' hands can do."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.slack import answers, events, happenings, payloads
from sandbox.slack.blocks import find_element
from sandbox.slack.channels import Channel
from sandbox.slack.content import checked_given_view
from sandbox.slack.delivery import Ack
from sandbox.slack.directory import as_command_text, as_message_text
from sandbox.slack.files import Upload
from sandbox.slack.inputs import (
    VALUE_FIELD,
    Values,
    check_inputs,
    offered_option,
    stateful,
    typed_value,
)
from sandbox.slack.messages import snapshot
from sandbox.slack.people import Person
from sandbox.slack.wire import JSON, NotPossible, SlackError

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

NO_CONNECTION = "We had some trouble connecting. Try again?"
MOST_OPTIONS = 100


@dataclass(frozen=True)
class Submission:
    """What became of a submitted modal."""

    ok: bool
    errors: dict[str, str] = field(default_factory=dict)
    """Messages beside the inputs, by block_id."""
    error: str | None = None
    """What the client shows when the answer was late or made no sense."""


class Member:
    """One person at their own client. Refusals are `NotPossible`, with a sentence for that person."""

    def __init__(self, workspace: "Workspace", person: Person) -> None:
        self._workspace = workspace
        self.person = person

    # Looking

    @property
    def views(self) -> list[JSON]:
        """Open modals, the top one last."""
        with self._workspace.reading():
            return [snapshot(view) for view in self._workspace.views.stacks.get(self.person.id, [])]

    @property
    def home(self) -> JSON | None:
        with self._workspace.reading():
            home = self._workspace.views.homes.get(self.person.id)
            return snapshot(home) if home else None

    @property
    def notices(self) -> list[JSON]:
        with self._workspace.reading():
            return self._workspace.notices.of(self.person.id)

    def messages(self, channel_id: str) -> list[JSON]:
        """What this person sees in a channel, ephemeral messages included, oldest first; [] where not a member."""
        with self._workspace.reading():
            channel = self._workspace.channels.all[channel_id]
            if self.person.id not in channel.members:
                return []
            everything = [
                *self._workspace.log.in_channel(channel_id),
                *self._workspace.whispers_to(self.person.id, channel),
            ]
            return [snapshot(message) for message in sorted(everything, key=lambda m: str(m["ts"]))]

    # Writing

    def post(
        self, channel: str, text: str, thread_ts: str | None = None, files: Sequence[Upload] = ()
    ) -> str:
        """Post what was typed; returns its `ts`."""
        workspace = self._workspace
        first = text.split(" ", 1)[0]
        if first in workspace.manifest.commands:
            raise NotPossible(
                f"{first} is not supported in threads. Sorry!" if thread_ts else f"{first} is a command."
            )
        if not text.strip() and not files:
            raise NotPossible("There is nothing to send.")
        with workspace.changing():
            room = self._room_to_write(channel)
            message = happenings.person_message(
                workspace, self.person, as_message_text(workspace, self.person, text)
            )
            if not happenings.in_thread(workspace, room, message, thread_ts):
                raise NotPossible("That thread is gone.")
            if files:
                stored = [workspace.files.attach(upload, self.person.id) for upload in files]
                message = happenings.with_files(workspace, room, message, stored)
            return str(happenings.post(workspace, room, message)["ts"])

    def edit(self, channel: str, ts: str, text: str) -> None:
        workspace = self._workspace
        with workspace.changing():
            room = self._room_to_write(channel)
            message = self._own(room, ts)
            fresh = happenings.person_message(
                workspace, self.person, as_message_text(workspace, self.person, text)
            )
            new = {"text": fresh["text"], "blocks": fresh.get("blocks")}
            happenings.change(workspace, room, message, new, editor=self.person.id)

    def delete(self, channel: str, ts: str) -> None:
        with self._workspace.changing():
            room = self._room_to_write(channel)
            happenings.remove(self._workspace, room, self._own(room, ts))

    def react(self, channel: str, ts: str, name: str) -> None:
        """Add a reaction, or take it back when it is already there."""
        workspace = self._workspace
        with workspace.changing():
            room = self._room_to_write(channel)
            message = self._message(room, ts)
            if not happenings.react(workspace, room, message, name, self.person.id):
                happenings.unreact(workspace, room, message, name, self.person.id)

    def dismiss(self, channel: str, ts: str) -> None:
        """Hide an ephemeral message."""
        workspace = self._workspace
        with workspace.changing():
            whispers = workspace.whispers_to(self.person.id, self._room(channel))
            whispers[:] = [m for m in whispers if m["ts"] != ts]

    # Membership

    def join(self, channel: str) -> None:
        with self._workspace.changing():
            room = self._room(channel)
            if self.person.id in room.members:
                raise NotPossible("You are already in this channel.")
            if room.kind != "channel" or self.person.is_guest or room.is_archived:
                raise NotPossible("Only a member can invite you to this channel.")
            happenings.join(self._workspace, room, self.person.id)

    def leave(self, channel: str) -> None:
        with self._workspace.changing():
            happenings.leave(self._workspace, self._room_to_write(channel), self.person.id)

    def invite(self, channel: str, user: str) -> None:
        """Bring somebody in, the bot included."""
        with self._workspace.changing():
            room = self._room_to_write(channel)
            if self.person.is_guest or room.kind == "im":
                raise NotPossible("You cannot invite people here.")
            if self._workspace.people.get(user) is None:
                raise NotPossible("There is nobody like that in this workspace.")
            if user in room.members:
                raise NotPossible("They are already in this channel.")
            happenings.join(self._workspace, room, user, inviter=self.person.id)

    def archive(self, channel: str) -> None:
        with self._workspace.changing():
            room = self._room_to_write(channel)
            if self.person.is_guest or room.kind == "im":
                raise NotPossible("You cannot archive this.")
            happenings.archive(self._workspace, room, self.person.id)

    # Commands and shortcuts

    def command(self, channel: str, command: str, text: str = "") -> Ack:
        """Type a slash command; a late or failed answer becomes a notice."""
        workspace = self._workspace
        entry = workspace.manifest.commands.get(command)
        if entry is None:
            raise NotPossible(f"{command} is not a valid command.")
        with workspace.reading():
            room = self._room_to_write(channel)
            sent = as_command_text(
                workspace, self.person, text, should_escape=bool(entry.get("should_escape"))
            )
            payload = payloads.slash_command(workspace, self.person, room, command, sent)
        ack = workspace.outbox.deliver("slash_command", payload, "form")
        with workspace.changing():
            if ack.error is None:
                try:
                    answers.immediate(workspace, self.person.id, room, ack.body)
                except SlackError as error:
                    ack = Ack(ack.status, ack.body, ack.took_s, error.code)
            if ack.error is not None:
                workspace.notices.add(self.person.id, f'{command} failed with the error "{ack.error}"')
        return ack

    def shortcut(self, callback_id: str) -> Ack:
        with self._workspace.reading():
            self._known_shortcut(callback_id, "global")
            payload = payloads.global_shortcut(self._workspace, self.person, callback_id)
        return self._interact("shortcut", payload)

    def message_shortcut(self, callback_id: str, channel: str, ts: str) -> Ack:
        with self._workspace.reading():
            self._known_shortcut(callback_id, "message")
            room = self._room_to_write(channel)
            message = self._message(room, ts)
            payload = payloads.message_shortcut(self._workspace, self.person, room, message, callback_id)
        return self._interact("message_action", payload)

    def open_home(self) -> None:
        workspace = self._workspace
        with workspace.changing():
            direct = workspace.channels.direct_with(self.person.id)
            if direct is not None:
                events.home_opened(
                    workspace, self.person.id, direct, workspace.views.homes.get(self.person.id)
                )

    # Blocks

    def click(
        self,
        *,
        block_id: str,
        action_id: str,
        value: Any = None,
        values: Values | None = None,
        channel: str | None = None,
        message_ts: str | None = None,
        view_id: str | None = None,
        home: bool = False,
    ) -> Ack:
        """Press a button, or choose in a menu: `value` is what was chosen, `values` what else the form holds."""
        workspace = self._workspace
        with workspace.changing():
            place = self._place(channel, message_ts, view_id, home=home)
            blocks = _blocks_of(place)
            block, element = self._element(blocks, block_id, action_id)
            state = place["state"]["values"] if isinstance(place, dict) else workspace.message_state(place[1])
            self._enter(blocks, state, values or {})
            if element["type"] in VALUE_FIELD:
                self._enter(blocks, state, {block_id: {action_id: value}})
            action = self._action(block, element, value)
            if isinstance(place, dict):
                payload = payloads.view_action_press(workspace, self.person, place, action)
            else:
                payload = payloads.message_action_press(
                    workspace, self.person, *place, action, snapshot(state)
                )
        return self._interact("block_actions", payload)

    def options(
        self,
        *,
        block_id: str,
        action_id: str,
        query: str,
        channel: str | None = None,
        message_ts: str | None = None,
        view_id: str | None = None,
        home: bool = False,
    ) -> JSON:
        """What an external select offers for `query`: `options` and `option_groups`, one of them empty."""
        workspace = self._workspace
        with workspace.reading():
            place = self._place(channel, message_ts, view_id, home=home)
            self._element(_blocks_of(place), block_id, action_id)
            payload = payloads.block_suggestion(self.person, block_id, action_id, query, where=place)
        ack = workspace.outbox.deliver("block_suggestion", payload, "payload")
        offered = _offered(ack)
        with workspace.changing():
            if offered is None:
                workspace.notices.add(self.person.id, "The options could not be loaded.")
                return {"options": [], "option_groups": []}
            workspace.suggested[self.person.id, block_id, action_id] = offered
        return offered

    # Modals

    def submit(self, view_id: str, values: Values | None = None) -> Submission:
        """Fill the inputs of a modal and submit it."""
        workspace = self._workspace
        with workspace.changing():
            view = self._open_view(view_id)
            if view["submit"] is None:
                raise NotPossible("This window has nothing to submit.")
            self._enter(view["blocks"], view["state"]["values"], values or {})
            errors = check_inputs(view["blocks"], view["state"]["values"])
            if errors:
                return Submission(ok=False, errors=errors)
            payload = payloads.view_submission(workspace, self.person, view)
        ack = workspace.outbox.deliver("view_submission", payload, "payload")
        with workspace.changing():
            return self._submitted(view, ack)

    def close(self, view_id: str, *, all: bool = False) -> None:
        """Close a modal; `all` is the x in the corner, which closes the stack."""
        workspace = self._workspace
        with workspace.changing():
            view = self._open_view(view_id)
            everything = all or view["clear_on_close"]
            closed = workspace.views.close(self.person.id, view, everything=everything)
            told = [
                payloads.view_closed(self.person, v, is_cleared=all) for v in closed if v["notify_on_close"]
            ]
        for payload in told:
            workspace.outbox.in_background(
                lambda sent=payload: workspace.outbox.deliver("view_closed", sent, "payload")
            )

    def _submitted(self, view: JSON, ack: Ack) -> Submission:
        try:
            if ack.error is not None:
                raise SlackError(ack.error)
            answer = json.loads(ack.body) if ack.body.strip() else {}
            return self._follow(view, answer)
        except (SlackError, ValueError, AttributeError):
            self._workspace.notices.add(self.person.id, NO_CONNECTION)
            return Submission(ok=False, error=NO_CONNECTION)

    def _follow(self, view: JSON, answer: JSON) -> Submission:
        """Do what the answer to a submission says. Raises `SlackError` where Slack's client would complain."""
        views = self._workspace.views
        action = answer.get("response_action")
        still_open = views.of_person(self.person.id, view["id"]) is view
        if action == "errors":
            inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
            errors = answer.get("errors")
            if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
                raise SlackError("invalid_errors")
            return Submission(ok=False, errors=errors)
        if action == "update":
            views.update(view, checked_given_view(answer.get("view"), "modal"))
        elif action == "push":
            views.push(self.person.id, checked_given_view(answer.get("view"), "modal"))
        elif action == "clear" or (action is None and still_open and view["clear_on_close"]):
            views.close(self.person.id, view, everything=True)
        elif action is None:
            if still_open:
                views.close(self.person.id, view, everything=False)
        else:
            raise SlackError("invalid_response_action")
        return Submission(ok=True)

    def _interact(self, kind: str, payload: JSON) -> Ack:
        ack = self._workspace.outbox.deliver(kind, payload, "payload")
        if ack.error is not None:
            with self._workspace.changing():
                text = f"The app did not respond: {ack.error}"
                self._workspace.notices.add(self.person.id, text)
        return ack

    # Finding things; the lock is held

    def _room(self, channel_id: str) -> Channel:
        room = self._workspace.channels.get(channel_id)
        if room is None or not room.visible_to(self.person):
            raise NotPossible("There is no such channel.")
        return room

    def _room_to_write(self, channel_id: str) -> Channel:
        room = self._room(channel_id)
        if self.person.id not in room.members:
            raise NotPossible(f"You are not in #{room.name}. Join it first.")
        if room.is_archived:
            raise NotPossible("This channel is archived.")
        return room

    def _message(self, room: Channel, ts: str) -> JSON:
        message = self._workspace.log.find(room.id, ts)
        if message is None:
            raise NotPossible("That message is gone.")
        return message

    def _own(self, room: Channel, ts: str) -> JSON:
        message = self._message(room, ts)
        if message.get("user") != self.person.id:
            raise NotPossible("That is not your message.")
        return message

    def _open_view(self, view_id: str) -> JSON:
        view = self._workspace.views.of_person(self.person.id, view_id)
        if view is None or view["type"] != "modal":
            raise NotPossible("That window is closed.")
        return view

    def _known_shortcut(self, callback_id: str, kind: str) -> None:
        known = self._workspace.manifest.shortcuts
        if not any(s["callback_id"] == callback_id and s["type"] == kind for s in known):
            raise NotPossible("There is no such shortcut.")

    def _place(
        self, channel: str | None, message_ts: str | None, view_id: str | None, *, home: bool
    ) -> tuple[Channel, JSON] | JSON:
        """Where the person points: (channel, message), or a view."""
        views = self._workspace.views
        if home or view_id:
            view = views.homes.get(self.person.id) if home else views.of_person(self.person.id, str(view_id))
            if view is None:
                raise NotPossible("That window is closed.")
            return view
        room = self._room(str(channel))
        if self.person.id not in room.members:
            raise NotPossible(f"You are not in #{room.name}. Join it first.")
        whispers = self._workspace.whispers_to(self.person.id, room)
        whisper = next((m for m in whispers if m["ts"] == message_ts), None)
        return room, whisper or self._message(room, str(message_ts))

    def _element(self, blocks: list[JSON], block_id: str, action_id: str) -> tuple[JSON, JSON]:
        found = find_element(blocks, block_id, action_id)
        if found is None:
            raise NotPossible("That button is gone.")
        return found

    def _enter(self, blocks: list[JSON], state: JSON, values: Values) -> None:
        """Put raw `values` into `state`; what names no input of these blocks is refused."""
        known = {(b["block_id"], e["action_id"]): e for b, e in stateful(blocks)}
        for block_id, entries in values.items():
            for action_id, raw in entries.items():
                if (block_id, action_id) not in known:
                    raise NotPossible(f"There is no input {block_id}/{action_id} here.")
                element = known[block_id, action_id]
                entered = self._uploaded(raw) if element["type"] == "file_input" else raw
                state.setdefault(block_id, {})[action_id] = typed_value(
                    element, entered, lambda e, v, block_id=block_id: self._option(block_id, e, v)
                )

    def _uploaded(self, uploads: Sequence[Upload] | None) -> list[JSON]:
        files = self._workspace.files
        return [files.as_api(files.attach(upload, self.person.id)) for upload in uploads or []]

    def _option(self, block_id: str, element: JSON, value: str) -> JSON | None:
        offered = self._workspace.suggested.get((self.person.id, block_id, element["action_id"]), {})
        initial = (
            [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
        )
        known = next((o for o in initial if o.get("value") == value), None)
        return offered_option(element, value) or offered_option(offered, value) or known

    def _action(self, block: JSON, element: JSON, value: Any) -> JSON:
        """The entry of `actions` for what was pressed or chosen."""
        shown = ("type", "action_id", "text", "value", "style", "url", "placeholder")
        action = {key: element[key] for key in shown if key in element}
        action.update(block_id=block["block_id"], action_ts=self._workspace.log.next_ts())
        if element["type"] == "overflow":
            option = offered_option(element, str(value))
            if option is None:
                raise NotPossible(f"There is no option {value!r} to choose here.")
            return {**action, "selected_option": option}
        if element["type"] in VALUE_FIELD:
            return {
                **action,
                **typed_value(element, value, lambda e, v: self._option(block["block_id"], e, v)),
            }
        return action


def _blocks_of(place: tuple[Channel, JSON] | JSON) -> list[JSON]:
    blocks: list[JSON] = place["blocks"] if isinstance(place, dict) else place[1].get("blocks", [])
    return blocks


def _offered(ack: Ack) -> JSON | None:
    """The options of a good answer; None for a bad one."""
    if ack.error is not None:
        return None
    try:
        answer = json.loads(ack.body)
        options, groups = answer.get("options") or [], answer.get("option_groups") or []
    except (ValueError, AttributeError):
        return None
    if len(options) > MOST_OPTIONS or len(groups) > MOST_OPTIONS:
        return None
    return {"options": options, "option_groups": groups}
