"""`users.info`, `users.list`."""

from typing import TYPE_CHECKING

from sandbox.slack.paging import page
from sandbox.slack.web_access import known_person
from sandbox.slack.wire import JSON

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def info(workspace: "Workspace", args: JSON) -> JSON:
    """A call without `user` is answered like one with a wrong one."""
    return {"user": workspace.people.as_user(known_person(workspace, str(args.get("user") or "")))}


def list_all(workspace: "Workspace", args: JSON) -> JSON:
    people, metadata = page(list(workspace.people.everyone.values()), args)
    members = [workspace.people.as_user(person) for person in people]
    return {"members": members, "cache_ts": int(workspace.clock()), **metadata}
