"""What Slack sends us: commands, buttons, modals and messages, each parsed, passed on and answered."""

import re

from slack_bolt import App

from bot.access.roles import Access
from bot.provisioning.callbacks import Callbacks
from bot.provisioning.purchases import Purchases
from bot.relay.composer import Composer
from bot.relay.contacts import Contacts
from bot.relay.links import Links
from bot.relay.opt_outs import OptOuts
from bot.relay.replies import Replies
from flowroute import Flowroute

from .callbacks import CallbackHandlers
from .cdrs import CdrHandlers
from .cnam import CnamHandlers
from .commands import Commands
from .contacts import ContactHandlers
from .decisions import DecisionHandlers
from .e911 import E911Handlers
from .failures import explain
from .help import HelpHandlers
from .numbers import NumberHandlers
from .parked import ParkedTexts
from .porting import PortingHandlers
from .preparing import Preparation
from .purchases import PurchaseHandlers
from .relay import RelayHandlers
from .replies import ReplyHandlers
from .routes import RouteHandlers
from .sms import SmsHandlers
from .texting import TextingHandlers


def register(
    app: App,
    flowroute: Flowroute,
    access: Access,
    purchases: Purchases,
    links: Links,
    replies: Replies,
    opt_outs: OptOuts,
    contacts: Contacts,
    composer: Composer,
    callbacks: Callbacks,
) -> None:
    """Let `app` answer everything that Slack sends."""
    Preparation(app.client).register(app)
    app.error(explain)
    commands = Commands(access)
    NumberHandlers(flowroute, access, links).register(commands)
    RouteHandlers(flowroute).register(commands)
    SmsHandlers(flowroute, access, links).register(commands)
    E911Handlers(flowroute).register(commands)
    CnamHandlers(flowroute).register(commands)
    CdrHandlers(flowroute, access).register(commands)
    PortingHandlers(flowroute).register(commands)
    PurchaseHandlers(flowroute, access, purchases, commands).register(app)
    RelayHandlers(access, links, commands).register(app)
    CallbackHandlers(access, callbacks, links, commands).register(app)
    ContactHandlers(contacts, opt_outs).register(commands)
    parked_texts = ParkedTexts(replies, contacts)
    parked_texts.register(commands)
    TextingHandlers(composer, contacts, commands).register(app)
    HelpHandlers(access, commands).register()
    commands.register(app)
    ReplyHandlers(replies).register(app)
    DecisionHandlers(access, replies, opt_outs, purchases, parked_texts).register(app)
    app.event(re.compile(""))(lambda: None)  # an event that nobody waits for is still answered with 200
