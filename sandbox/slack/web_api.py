"""The Web API: who may call which method, and what comes back.

One function a method, in one module a family; each takes the workspace (its lock held) and the decoded
arguments, returns the answer without `ok`, and raises `SlackError`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.slack import (
    web_apps,
    web_chat,
    web_conversations,
    web_files,
    web_reactions,
    web_team,
    web_usergroups,
    web_users,
    web_views,
)
from sandbox.slack.faults import Fault
from sandbox.slack.web_access import missing_scope
from sandbox.slack.wire import JSON, SlackError
from sandbox.slow_world import out_of_step

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

Method = Callable[["Workspace", JSON], JSON]
NESTED = frozenset({"blocks", "attachments", "metadata", "view", "files"})
"""Arguments that a form carries as JSON text."""
BOOLEANS = frozenset(
    {
        "inclusive",
        "include_all_metadata",
        "exclude_archived",
        "include_users",
        "include_num_members",
        "reply_broadcast",
    }
)
BAD_NESTED = {"blocks": "invalid_blocks_format", "metadata": "invalid_metadata_format"}


@dataclass(frozen=True)
class Rule:
    """One method: what runs, which scopes it needs (any one of them), whether it changes anything."""

    run: Method
    any_scope: tuple[str, ...] = ()
    writes: bool = False
    app_level: bool = False
    """Takes the app-level token (xapp-) instead of the bot's."""


@dataclass(frozen=True)
class Answer:
    """What goes back over HTTP; `is_dropped` closes the connection instead."""

    body: JSON | str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    is_dropped: bool = False
    delay_s: float = 0.0


READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
INVITE = ("channels:manage", "channels:write.invites", "groups:write", "groups:write.invites")

METHODS: dict[str, Rule] = {
    "api.test": Rule(web_team.api_test),
    "apps.connections.open": Rule(web_apps.open_connection, app_level=True),
    "auth.test": Rule(web_team.auth_test),
    "bots.info": Rule(web_team.bots_info, ("users:read",)),
    "chat.delete": Rule(web_chat.delete, ("chat:write",), writes=True),
    "chat.getPermalink": Rule(web_chat.get_permalink),
    "chat.postEphemeral": Rule(web_chat.post_ephemeral, ("chat:write",), writes=True),
    "chat.postMessage": Rule(web_chat.post_message, ("chat:write",), writes=True),
    "chat.update": Rule(web_chat.update, ("chat:write",), writes=True),
    "conversations.history": Rule(web_conversations.history, HISTORY),
    "conversations.info": Rule(web_conversations.info, READ),
    "conversations.invite": Rule(web_conversations.invite, INVITE, writes=True),
    "conversations.join": Rule(web_conversations.join, ("channels:join",), writes=True),
    "conversations.list": Rule(web_conversations.list_all, READ),
    "conversations.members": Rule(web_conversations.members, READ),
    "conversations.open": Rule(web_conversations.open_direct, ("im:write", "mpim:write"), writes=True),
    "conversations.replies": Rule(web_conversations.replies, HISTORY),
    "files.completeUploadExternal": Rule(web_files.complete_upload, ("files:write",), writes=True),
    "files.delete": Rule(web_files.delete, ("files:write",), writes=True),
    "files.getUploadURLExternal": Rule(web_files.get_upload_url, ("files:write",)),
    "files.info": Rule(web_files.info, ("files:read",)),
    "reactions.add": Rule(web_reactions.add, ("reactions:write",), writes=True),
    "reactions.get": Rule(web_reactions.get, ("reactions:read",)),
    "reactions.remove": Rule(web_reactions.remove, ("reactions:write",), writes=True),
    "team.info": Rule(web_team.team_info, ("team:read",)),
    "usergroups.list": Rule(web_usergroups.list_all, ("usergroups:read",)),
    "usergroups.users.list": Rule(web_usergroups.users_list, ("usergroups:read",)),
    "users.conversations": Rule(web_conversations.of_user, READ),
    "users.info": Rule(web_users.info, ("users:read",)),
    "users.list": Rule(web_users.list_all, ("users:read",)),
    "views.open": Rule(web_views.open_modal, writes=True),
    "views.publish": Rule(web_views.publish, writes=True),
    "views.push": Rule(web_views.push, writes=True),
    "views.update": Rule(web_views.update, writes=True),
}
TOKENLESS = frozenset({"api.test"})
FORM_ONLY = frozenset(
    {
        "bots.info",
        "chat.getPermalink",
        "conversations.history",
        "conversations.info",
        "conversations.list",
        "conversations.members",
        "conversations.replies",
        "files.getUploadURLExternal",
        "files.info",
        "reactions.get",
        "team.info",
        "usergroups.list",
        "usergroups.users.list",
        "users.conversations",
        "users.info",
        "users.list",
    }
)
"""Methods that read the query and a form; a JSON body is passed over in silence, as if it were empty."""


def call(
    workspace: "Workspace",
    method: str,
    form: Mapping[str, Any],
    json_body: Mapping[str, Any],
    bearer: str | None,
) -> Answer:
    """Carry out one call, recorded in `workspace.calls` whatever comes of it.

    The record's `unread` names the arguments that the method did not see.
    """
    unread = sorted(json_body) if method in FORM_ONLY else []
    given = form if unread else {**form, **json_body}
    with workspace.reading():
        fault = workspace.faults.next_for(method)
    args: JSON = {key: value for key, value in given.items() if key != "token"}
    if fault is not None and fault.happens_first:
        answer = spoiled(fault)
    else:
        if fault is not None:
            fault.hold()
        try:
            args = decoded(args)
            with out_of_step():
                answer = _allowed(workspace, method, args, bearer or given.get("token"))
        except SlackError as error:
            answer = _refusal(error)
        if fault is not None:
            late_s = fault.seconds if fault.kind == "latency" else 0.0
            answer = Answer(answer.body, answer.status, answer.headers, fault.kind == "drop_after", late_s)
    shown = answer.body if isinstance(answer.body, dict) else {"ok": False, "error": "not_json"}
    workspace.record_call(
        {"method": method, "args": args, "unread": unread, "answer": shown, "status": answer.status}
    )
    return answer


def _allowed(workspace: "Workspace", method: str, args: JSON, token: str | None) -> Answer:
    rule = METHODS.get(method)
    if rule is None:
        raise SlackError("unknown_method")
    if method not in TOKENLESS:
        _authenticate(workspace, rule, token)
        if rule.any_scope and not workspace.manifest.scopes & set(rule.any_scope):
            raise missing_scope(workspace, rule.any_scope[0])
    with workspace.changing() if rule.writes else workspace.reading():
        body = rule.run(workspace, args)
    scopes = ",".join(sorted(workspace.manifest.scopes))
    accepted = ",".join(rule.any_scope)
    return Answer(
        {"ok": True, **body}, headers={"X-OAuth-Scopes": scopes, "X-Accepted-OAuth-Scopes": accepted}
    )


def _authenticate(workspace: "Workspace", rule: Rule, token: str | None) -> None:
    if not token:
        raise SlackError("not_authed")
    if token not in (workspace.bot_token, workspace.app_token):
        raise SlackError("invalid_auth")
    if rule.app_level is not (token == workspace.app_token):
        raise SlackError("not_allowed_token_type")


def _refusal(error: SlackError) -> Answer:
    retry_after = error.extra.get("retry_after")
    if retry_after is not None:
        return Answer({"ok": False, "error": error.code}, 429, {"Retry-After": str(retry_after)})
    return Answer({"ok": False, "error": error.code, **error.extra})


def spoiled(fault: Fault) -> Answer:
    """The answer to a call that is never carried out."""
    if fault.kind == "ratelimited":
        return _refusal(SlackError("ratelimited", retry_after=int(fault.seconds)))
    if fault.kind == "error":
        return _refusal(SlackError(fault.code))
    page = "<!DOCTYPE html><html><body>Something went wrong.</body></html>"
    status = 200 if fault.kind == "html_page" else 500
    return Answer(page, status, {"Content-Type": "text/html"}, is_dropped=fault.kind == "drop_before")


def decoded(given: Mapping[str, Any]) -> JSON:
    """Arguments as values: nested ones parsed from JSON text, flags from their many spellings."""
    args: JSON = {}
    for key, value in given.items():
        args[key] = value
        if key in NESTED and isinstance(value, str):
            try:
                args[key] = json.loads(value) if value else None
            except ValueError as error:
                raise SlackError(BAD_NESTED.get(key, "invalid_arguments")) from error
        elif key in BOOLEANS:
            args[key] = str(value).lower() in ("1", "true")
    return args
