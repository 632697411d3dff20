"""`apps.connections.open`."""

from typing import TYPE_CHECKING

from sandbox.slack.wire import JSON

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def open_connection(workspace: "Workspace", _: JSON) -> JSON:
    return {"url": workspace.connections.issue_url()}
