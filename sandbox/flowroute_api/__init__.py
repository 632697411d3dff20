"""A stand-in for the carrier Flowroute: its REST API, its webhooks and its customers' phones, with state.

carrier = Carrier(public_url="http://127.0.0.1:3000/carrier")
app.register_blueprint(blueprint(carrier), url_prefix="/carrier")
carrier.start()
"""

from .api import ApiCall
from .carrier import Carrier, blueprint
from .faults import Drop, EmptyBody, Fault, Faults, Hold, HtmlPage, Latency, Refuse
from .receipts import ACCEPTED, DELIVERED, FAILED, SUBMITTED
from .schedule import Clock
from .state import HandsetMedia, HandsetMessage, LedgerEntry, OwnedNumber
from .webhooks import WebhookDelivery
from .world import Receipt

__all__ = [
    "ACCEPTED",
    "DELIVERED",
    "FAILED",
    "SUBMITTED",
    "ApiCall",
    "Carrier",
    "Clock",
    "Drop",
    "EmptyBody",
    "Fault",
    "Faults",
    "HandsetMedia",
    "HandsetMessage",
    "Hold",
    "HtmlPage",
    "Latency",
    "LedgerEntry",
    "OwnedNumber",
    "Receipt",
    "Refuse",
    "WebhookDelivery",
    "blueprint",
]
