"""A stand-in Slack workspace: the Web API, signed deliveries to one bot, and people to act as."""

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
