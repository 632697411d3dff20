"""What Slack sends us: commands, buttons, modals and messages, each parsed, passed on and answered."""

import re
from collections.abc import Callable, Sequence

from slack_bolt import App

from bot.access.audit import Audit
from bot.access.roles import Access
from bot.doctor import Finding
from bot.files import Files
from bot.media.attached import Attached
from bot.overview.events import Events
from bot.overview.exports import Exports
from bot.overview.health import Health
from bot.overview.homes import Homes
from bot.overview.usage import UsageReports
from bot.precedence import Precedence
from bot.provisioning.callbacks import Callbacks
from bot.provisioning.catalogue import Catalogue
from bot.provisioning.changes import Changes
from bot.provisioning.current_state import CurrentState
from bot.provisioning.orders import Orders
from bot.relay.composer import Composer
from bot.relay.contacts import Contacts
from bot.relay.links import Links
from bot.relay.opt_outs import OptOuts
from bot.relay.replies import Replies
from flowroute import Flowroute

from .asking import Asking
from .audits import AuditHandlers
from .bulk import BulkHandlers
from .callbacks import CallbackHandlers
from .cdrs import CdrHandlers
from .cnam import CnamHandlers
from .commands import Commands
from .contacts import ContactHandlers
from .decisions import DecisionHandlers
from .doctor import DoctorHandlers
from .e911 import E911Handlers
from .failures import explain
from .help import HelpHandlers
from .home import HomeHandlers
from .number_changes import NumberChangeHandlers
from .numbers import NumberHandlers
from .order_buttons import OrderButtons
from .orders import OrderHandlers
from .parked import ParkedTexts
from .pickers import Pickers
from .porting import PortingHandlers
from .preparing import Preparation
from .purchases import PurchaseHandlers
from .relay import RelayHandlers
from .releases import ReleaseHandlers
from .replies import ReplyHandlers
from .routes import RouteHandlers
from .sms import SmsHandlers
from .status import StatusHandlers
from .texting import TextingHandlers
from .usage import UsageHandlers


def register(
    app: App,
    *,
    precedence: Precedence,
    flowroute: Flowroute,
    access: Access,
    orders: Orders,
    links: Links,
    replies: Replies,
    opt_outs: OptOuts,
    contacts: Contacts,
    changes: Changes,
    catalogue: Catalogue,
    audit: Audit,
    files: Files,
    attached: Attached,
    current_state: CurrentState,
    composer: Composer,
    callbacks: Callbacks,
    examine: Callable[[], Sequence[Finding]],
    homes: Homes,
    health: Health,
    usage: UsageReports,
    exports: Exports,
    events: Events,
) -> None:
    """Let `app` answer everything that Slack sends."""
    Preparation(app.client, precedence).register(app)
    app.error(explain)
    commands = Commands(access)
    commands.register(app)  # first, as Bolt asks listeners in turn and most requests are commands
    NumberHandlers(flowroute, access, links, audit, events).register(commands)
    NumberChangeHandlers(changes).register(commands)
    ReleaseHandlers(orders, changes.release, commands).register(app)
    RouteHandlers(flowroute, changes.routes, commands).register(app)
    SmsHandlers(flowroute, access, links, contacts, files, commands).register(app)
    E911Handlers(flowroute, access, changes.e911, commands).register(app)
    CnamHandlers(flowroute, changes.cnam, commands).register(app)
    CdrHandlers(flowroute, access, exports, commands).register(app)
    PortingHandlers(flowroute).register(commands)
    pickers = Pickers(access, catalogue)
    pickers.register(app)
    PurchaseHandlers(flowroute, access, orders, changes.e911, pickers, commands).register(app)
    RelayHandlers(access, links, commands).register(app)
    DoctorHandlers(examine, callbacks).register(commands)
    CallbackHandlers(access, callbacks, links, commands).register(app)
    ContactHandlers(contacts, opt_outs).register(commands)
    parked_texts = ParkedTexts(replies, contacts)
    parked_texts.register(commands)
    TextingHandlers(composer, contacts, commands).register(app)
    AuditHandlers(access, audit, files, commands).register(app)
    OrderHandlers(orders).register(commands)
    StatusHandlers(health).register(commands)
    UsageHandlers(usage, files).register(commands)
    HelpHandlers(access, commands).register()
    HomeHandlers(homes, commands).register(app)
    Asking(commands, pickers).register(app)
    BulkHandlers(access, orders, attached, current_state, files, commands).register(app)
    ReplyHandlers(replies).register(app)
    DecisionHandlers(access, replies, opt_outs, parked_texts).register(app)
    OrderButtons(access, orders, files).register(app)
    app.event(re.compile(""))(lambda: None)  # an event that nobody waits for is still answered with 200
