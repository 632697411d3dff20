"""`usergroups.list`, `usergroups.users.list`."""

from typing import TYPE_CHECKING

from sandbox.slack.web_access import required
from sandbox.slack.wire import JSON, SlackError

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def list_all(workspace: "Workspace", args: JSON) -> JSON:
    with_users = bool(args.get("include_users"))
    groups = workspace.people.groups.values()
    return {"usergroups": [workspace.people.as_usergroup(group, with_users=with_users) for group in groups]}


def users_list(workspace: "Workspace", args: JSON) -> JSON:
    (group_id,) = required(args, "usergroup")
    group = workspace.people.groups.get(group_id)
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.members)}
