"""A stand-in Slack workspace: the Web API, deliveries to one bot over HTTP or Socket Mode, people to act as.

workspace = Workspace(manifest, "http://127.0.0.1:4000/slack/events", base_url="http://127.0.0.1:3000/slack")
app.register_blueprint(blueprint(workspace))
app.register_blueprint(page_api.blueprint(workspace, handset))
workspace.member("U0ADMIN").command("C0SUPPORT", "/flowroute", "numbers list")

Not part of it: group direct messages, replies also sent to the channel, scheduled messages.
"""

from sandbox.slack import faults, page_api
from sandbox.slack.delivery import Ack
from sandbox.slack.files import Upload
from sandbox.slack.http import blueprint
from sandbox.slack.members import Member
from sandbox.slack.submissions import Submission
from sandbox.slack.wire import NotPossible
from sandbox.slack.workspace import Workspace

__all__ = [
    "Ack",
    "Member",
    "NotPossible",
    "Submission",
    "Upload",
    "Workspace",
    "blueprint",
    "faults",
    "page_api",
]
