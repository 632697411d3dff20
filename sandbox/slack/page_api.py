"""The JSON API of the sandbox's Slack page: what one person sees, when it changes, what they do."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from flask import Blueprint, Response, request

from sandbox.slack import seed
from sandbox.slack.channels import Channel
from sandbox.slack.delivery import Ack
from sandbox.slack.files import Upload
from sandbox.slack.http_files import SESSION_COOKIE
from sandbox.slack.members import Member
from sandbox.slack.people import Person
from sandbox.slack.wire import JSON, NotPossible
from sandbox.slack.workspace import Workspace

SHOWN_MESSAGES = 200
KEEP_ALIVE_S = 15.0


class Handset(Protocol):
    """The phones of the outside world, beside the workspace on the page."""

    def state(self) -> JSON:
        """`people`, `numbers` and `messages` as the page shows them."""
        ...

    def send(self, person: str, number: str, text: str, files: Sequence[Upload]) -> None:
        """Text `number` from `person`, both E.164 digits; `ValueError` says why not."""
        ...

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` after every change."""
        ...


def blueprint(workspace: Workspace, handset: Handset) -> Blueprint:
    """Routes below `/page`."""
    routes = Blueprint("page", __name__, url_prefix="/page")
    handset.subscribe(workspace.touch)

    @routes.get("/state")
    def state() -> Response:
        member = _member(workspace)
        if member is None:
            return _json(_nobody(), 404)
        answer = _json({**seen_by(workspace, member), "handset": handset.state()})
        answer.set_cookie(SESSION_COOKIE, "sandbox", path="/slack/files", httponly=True, samesite="Strict")
        return answer

    @routes.get("/events")
    def changes() -> Response:
        return Response(
            _stream(workspace), mimetype="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    @routes.post("/act")
    def act() -> Response:
        member = _member(workspace)
        if member is None:
            return _json(_nobody(), 404)
        given = request.get_json(silent=True)
        if not isinstance(given, dict):
            return _json({"ok": False, "error": "Send a JSON object that says what to do."}, 400)
        return _json(acted(member, handset, given))

    return routes


def _member(workspace: Workspace) -> Member | None:
    person = workspace.people.get(request.args.get("as", ""))
    return None if person is None or person.is_bot else workspace.member(person.id)


def _nobody() -> JSON:
    return {"ok": False, "error": "Say who you are with ?as=, for example U0ADMIN."}


def _json(body: JSON, status: int = 200) -> Response:
    return Response(
        json.dumps(body), status, mimetype="application/json", headers={"Cache-Control": "no-store"}
    )


def _stream(workspace: Workspace) -> Iterator[str]:
    """One line for the version now and at every change; a comment keeps a quiet connection alive."""
    seen = workspace.version
    yield f"data: {json.dumps({'version': seen})}\n\n"
    while workspace.is_running:
        version = workspace.wait_for_version(seen, KEEP_ALIVE_S)
        yield ": still here\n\n" if version == seen else f"data: {json.dumps({'version': version})}\n\n"
        seen = version


# What a person sees


def seen_by(workspace: Workspace, member: Member) -> JSON:
    """Everything on the page but the handset."""
    person = member.person
    with workspace.reading():
        rooms = [c for c in workspace.channels.all.values() if c.visible_to(person)]
        return {
            "version": workspace.version,
            "team": {"id": seed.TEAM_ID, "name": seed.TEAM_NAME},
            "me": _user(person),
            "users": [_user(one) for one in workspace.people.everyone.values()],
            "channels": [_channel(room, person) for room in rooms],
            "messages": {
                room.id: [_message(m) for m in member.messages(room.id)[-SHOWN_MESSAGES:]]
                for room in rooms
                if person.id in room.members
            },
            "commands": [
                {key: entry.get(key, "") for key in ("command", "usage_hint", "description")}
                for entry in workspace.manifest.commands.values()
            ],
            "shortcuts": [dict(shortcut) for shortcut in workspace.manifest.shortcuts],
            "home": member.home,
            "views": member.views,
            "notices": member.notices,
        }


def _user(person: Person) -> JSON:
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "is_admin": person.role == "admin",
        "is_restricted": person.is_guest,
        "is_bot": person.is_bot,
        "role": person.role,
    }


def _channel(channel: Channel, viewer: Person) -> JSON:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_private": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_archived": channel.is_archived,
        "is_member": viewer.id in channel.members,
        "bot_is_member": seed.BOT_USER in channel.members,
        "members": list(channel.members),
        "topic": channel.topic,
    }


def _message(message: JSON) -> JSON:
    icon = message.get("icons", {}).get("emoji")
    return {**message, "icon_emoji": icon} if icon else message


# What a person does


def acted(member: Member, handset: Handset, given: JSON) -> JSON:
    """Do what `given` names; the answer says `ok`, or in a sentence why not."""
    deed = DEEDS.get(str(given.get("do")))
    try:
        if given.get("do") == "handset_send":
            files = _uploads(given.get("files"))
            handset.send(str(given["person"]), str(given["number"]), str(given.get("text", "")), files)
            return {"ok": True}
        if deed is None:
            return {"ok": False, "error": f"There is nothing called {given.get('do')!r} to do."}
        return {"ok": True, **deed(member, {key: value for key, value in given.items() if key != "do"})}
    except (NotPossible, ValueError) as refusal:
        return {"ok": False, "error": str(refusal)}
    except KeyError as missing:
        return {"ok": False, "error": f"{missing.args[0]} is missing."}


def _uploads(files: Any) -> list[Upload]:
    return [Upload(f["name"], f["mime_type"], base64.b64decode(f["base64"])) for f in files or []]


def _raw(value: Any) -> Any:
    """A raw input value, files decoded."""
    is_files = isinstance(value, list) and value and all(isinstance(v, dict) and "base64" in v for v in value)
    return _uploads(value) if is_files else value


def _values(given: Any) -> Mapping[str, Mapping[str, Any]]:
    return {
        block: {action: _raw(raw) for action, raw in entries.items()}
        for block, entries in (given or {}).items()
    }


def _acked(ack: Ack) -> JSON:
    return {} if ack.error is None else {"ok": False, "error": f"The app answered badly: {ack.error}."}


def _post(member: Member, given: JSON) -> JSON:
    files = _uploads(given.get("files"))
    return {"ts": member.post(given["channel"], given.get("text", ""), given.get("thread_ts"), files)}


def _command(member: Member, given: JSON) -> JSON:
    return _acked(member.command(given["channel"], given["command"], given.get("text", "")))


def _click(member: Member, given: JSON) -> JSON:
    where = _where(given)
    ack = member.click(
        **where,
        block_id=given["block_id"],
        action_id=given["action_id"],
        value=given.get("value"),
        values=_values(given.get("values")),
    )
    return _acked(ack)


def _options(member: Member, given: JSON) -> JSON:
    where = _where(given)
    return member.options(
        **where, block_id=given["block_id"], action_id=given["action_id"], query=given.get("query", "")
    )


def _where(given: JSON) -> JSON:
    return {key: given[key] for key in ("channel", "message_ts", "view_id", "home") if key in given}


def _submit(member: Member, given: JSON) -> JSON:
    outcome = member.submit(given["view_id"], _values(given.get("values")))
    if outcome.error:
        return {"ok": False, "error": outcome.error}
    return {"ok": outcome.ok, "errors": outcome.errors} if outcome.errors else {}


def _quietly(work: Callable[[Member, JSON], object]) -> Callable[[Member, JSON], JSON]:
    """A deed with nothing to tell."""

    def do(member: Member, given: JSON) -> JSON:
        work(member, given)
        return {}

    return do


DEEDS: Mapping[str, Callable[[Member, JSON], JSON]] = {
    "post": _post,
    "edit": _quietly(lambda m, g: m.edit(g["channel"], g["ts"], g["text"])),
    "delete": _quietly(lambda m, g: m.delete(g["channel"], g["ts"])),
    "react": _quietly(lambda m, g: m.react(g["channel"], g["ts"], g["name"])),
    "dismiss": _quietly(lambda m, g: m.dismiss(g["channel"], g["ts"])),
    "command": _command,
    "click": _click,
    "options": _options,
    "submit": _submit,
    "close": _quietly(lambda m, g: m.close(g["view_id"], all=bool(g.get("all")))),
    "shortcut": lambda m, g: _acked(m.shortcut(g["callback_id"])),
    "message_shortcut": lambda m, g: _acked(m.message_shortcut(g["callback_id"], g["channel"], g["ts"])),
    "open_home": _quietly(lambda m, _: m.open_home()),
    "join": _quietly(lambda m, g: m.join(g["channel"])),
    "leave": _quietly(lambda m, g: m.leave(g["channel"])),
    "invite": _quietly(lambda m, g: m.invite(g["channel"], g["user"])),
    "archive": _quietly(lambda m, g: m.archive(g["channel"])),
}
