"""Acting as a person: everything that the page's buttons and the tests' hands can do."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sandbox.slack import answers, events, happenings, payloads
from sandbox.slack.channels import Channel
from sandbox.slack.delivery import Ack
from sandbox.slack.directory import as_command_text, as_message_text
from sandbox.slack.files import Upload
from sandbox.slack.input_checks import check_inputs
from sandbox.slack.inputs import VALUE_FIELD, Values
from sandbox.slack.messages import snapshot
from sandbox.slack.people import Person
from sandbox.slack.places import Fingers, MessagePlace, Place, ViewPlace
from sandbox.slack.submissions import Submission, follow, offered
from sandbox.slack.wire import JSON, NotPossible, SlackError

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


class Member:
    """One person at their own client. Refusals are `NotPossible`, with a sentence for that person."""

    def __init__(self, workspace: "Workspace", person: Person) -> None:
        self._workspace = workspace
        self.person = person
        self._fingers = Fingers(workspace, person)

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
        """What this person sees in a channel, ephemeral ones included, oldest first; [] for a non-member."""
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

    def remove(self, channel: str, user: str) -> None:
        """Take somebody out, the bot included."""
        with self._workspace.changing():
            room = self._room_to_write(channel)
            if self.person.is_guest or room.kind == "im" or user not in room.members:
                raise NotPossible("You cannot remove them from here.")
            happenings.leave(self._workspace, room, user)

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
        """Press a button or choose in a menu: `value` is what was chosen, `values` the rest of the form."""
        workspace = self._workspace
        with workspace.changing():
            place = self._place(channel, message_ts, view_id, home=home)
            block, element = self._fingers.element(place, block_id, action_id)
            self._fingers.enter(place, values or {})
            if element["type"] in VALUE_FIELD:
                self._fingers.enter(place, {block_id: {action_id: value}})
            action = self._fingers.action(block, element, value)
            payload = payloads.block_actions(workspace, self.person, place, action)
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
            self._fingers.element(place, block_id, action_id)
            payload = payloads.block_suggestion(self.person, place, block_id, action_id, query)
        ack = workspace.outbox.deliver("block_suggestion", payload, "payload")
        with workspace.changing():
            try:
                found = offered(ack)
            except SlackError as error:
                workspace.notices.add(self.person.id, f"The options could not be loaded ({error.code}).")
                return {"options": [], "option_groups": []}
            workspace.suggested[self.person.id, block_id, action_id] = found
        return found

    # Modals

    def submit(self, view_id: str, values: Values | None = None) -> Submission:
        """Fill the inputs of a modal and submit it."""
        workspace = self._workspace
        with workspace.changing():
            view = self._open_view(view_id)
            if view["submit"] is None:
                raise NotPossible("This window has nothing to submit.")
            self._fingers.enter(ViewPlace(view), values or {})
            errors = check_inputs(view["blocks"], view["state"]["values"])
            if errors:
                return Submission(ok=False, errors=errors)
            payload = payloads.view_submission(workspace, self.person, view)
        ack = workspace.outbox.deliver("view_submission", payload, "payload")
        with workspace.changing():
            return follow(workspace, self.person.id, view, ack)

    def close(self, view_id: str, *, all: bool = False) -> None:  # noqa: A002 - the word of the page's protocol
        """Close a modal; `all` is the x in the corner, which closes the stack."""
        workspace = self._workspace
        with workspace.changing():
            view = self._open_view(view_id)
            closed = workspace.views.close(self.person.id, view, everything=all or view["clear_on_close"])
            told = [
                payloads.view_closed(self.person, v, is_cleared=all) for v in closed if v["notify_on_close"]
            ]
        workspace.outbox.in_background(
            lambda: [workspace.outbox.deliver("view_closed", payload, "payload") for payload in told]
        )

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
    ) -> Place:
        """Where the person points."""
        views = self._workspace.views
        if home or view_id:
            view = views.homes.get(self.person.id) if home else views.of_person(self.person.id, str(view_id))
            if view is None:
                raise NotPossible("That window is closed.")
            return ViewPlace(view)
        room = self._room(str(channel))
        if self.person.id not in room.members:
            raise NotPossible(f"You are not in #{room.name}. Join it first.")
        whispers = self._workspace.whispers_to(self.person.id, room)
        whisper = next((m for m in whispers if m["ts"] == message_ts), None)
        message = whisper or self._message(room, str(message_ts))
        return MessagePlace(room, message, self._workspace.message_state(message))
