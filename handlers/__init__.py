"""What Slack sends us: commands, buttons, modals and messages, each parsed, passed on and answered."""

import re

from slack_bolt import App

from bot.access.roles import Access
from bot.provisioning.purchases import Purchases
from bot.relay.links import Links
from bot.relay.replies import Replies
from flowroute import Flowroute

from .commands import Commands
from .failures import explain
from .help import HelpHandlers
from .numbers import NumberHandlers
from .preparing import Preparation
from .purchases import PurchaseHandlers
from .relay import RelayHandlers
from .replies import ReplyHandlers


def register(
    app: App, flowroute: Flowroute, access: Access, purchases: Purchases, links: Links, replies: Replies
) -> None:
    """Let `app` answer everything that Slack sends."""
    Preparation(app.client).register(app)
    app.error(explain)
    commands = Commands(access)
    NumberHandlers(flowroute, access, links).register(commands)
    PurchaseHandlers(flowroute, access, purchases, commands).register(app)
    RelayHandlers(access, links, commands).register(app)
    HelpHandlers(commands).register()
    commands.register(app)
    ReplyHandlers(replies).register(app)
    app.event(re.compile(""))(lambda: None)  # an event that nobody waits for is still answered with 200
