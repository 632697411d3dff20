"""What a delivery receipt means for the person who sent the text.

Source of codes and descriptions: support.flowroute.com, "Delivery Receipt Response Codes". Codes above the
last one here exist; what they mean is read from the words of the receipt.
"""

from enum import StrEnum
from typing import Final


class Fate(StrEnum):
    """What became of a text so far. Later receipts may say more, in any order; see `outranks`."""

    PENDING = "pending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"

    @property
    def is_final(self) -> bool:
        """Whether nothing more is to be expected."""
        return self in {Fate.DELIVERED, Fate.FAILED, Fate.EXPIRED}

    def outranks(self, other: "Fate") -> bool:
        """Whether a receipt with this fate tells more than one with `other`, whichever came first."""
        return _RANK[self] > _RANK[other]


_RANK: Final = {Fate.PENDING: 0, Fate.SENT: 1, Fate.EXPIRED: 2, Fate.FAILED: 2, Fate.DELIVERED: 3}

OPTED_OUT: Final = 1110
"""The code that tells that the recipient texted STOP to our number."""

CODES: Final[dict[int, tuple[Fate, str]]] = {
    1000: (Fate.PENDING, "Default State"),
    1001: (Fate.PENDING, "Message queued for delivery"),
    1002: (Fate.SENT, "Message has been sent"),
    1003: (Fate.SENT, "Message accepted by Carrier"),
    1004: (Fate.DELIVERED, "Message delivered to handset"),
    1005: (Fate.FAILED, "Message rejected"),
    1006: (Fate.EXPIRED, "Message expired"),
    1007: (Fate.FAILED, "Message failed"),
    1008: (Fate.FAILED, "Permanent Send Error"),
    1009: (Fate.FAILED, "PARTIAL_SEND_FAILURE"),
    1100: (Fate.FAILED, "Unknown error"),
    1101: (Fate.FAILED, "Source Carrier Invalid"),
    1102: (Fate.FAILED, "Destination Carrier Invalid"),
    1103: (Fate.FAILED, "Source Not Authorized"),
    1104: (Fate.FAILED, "Source Carrier Disabled"),
    1105: (Fate.FAILED, "Destination Carrier Disabled"),
    1106: (Fate.FAILED, "No Valid Route"),
    1107: (Fate.FAILED, "Invalid Source TON"),
    1108: (Fate.FAILED, "Invalid Destination TON"),
    1109: (Fate.FAILED, "Route Denied"),
    OPTED_OUT: (Fate.FAILED, "User Opted Out (STOP)"),
    1111: (Fate.FAILED, "Temporary Resolution Failure"),
    1112: (Fate.FAILED, "Permanent Resolution Failure"),
    1115: (Fate.FAILED, "No Handler found"),
    1116: (Fate.FAILED, "Destination Address is not text enabled"),
    1150: (Fate.FAILED, "Spam"),
    1152: (Fate.FAILED, "Spam Reject"),
    1200: (Fate.FAILED, "Unknown error"),
    1201: (Fate.FAILED, "Message too long"),
    1202: (Fate.FAILED, "Invalid Priority Flag"),
    1203: (Fate.FAILED, "Invalid registered delivery flag"),
    1204: (Fate.FAILED, "System error"),
    1205: (Fate.FAILED, "Invalid source address"),
    1206: (Fate.FAILED, "Invalid destination address"),
    1207: (Fate.FAILED, "Message ID is invalid"),
    1208: (Fate.FAILED, "Cancelling message failed"),
    1209: (Fate.FAILED, "Message replacement failed"),
    1210: (Fate.FAILED, "Message queue full"),
    1211: (Fate.FAILED, "Invalid service type"),
    1212: (Fate.FAILED, "Invalid number of destinations"),
    1213: (Fate.FAILED, "Invalid distribution list name"),
    1214: (Fate.FAILED, "Invalid destination flag"),
    1215: (Fate.FAILED, "Invalid submit with replace request"),
    1216: (Fate.FAILED, "Invalid esme class set"),
    1217: (Fate.FAILED, "Invalid submit to distribution list"),
    1218: (Fate.FAILED, "Submitting message has failed"),
    1219: (Fate.FAILED, "Invalid source address type of number (TON)"),
    1220: (Fate.FAILED, "Invalid source address numbering plan (NPI)"),
    1221: (Fate.FAILED, "Invalid destination address type of number (TON)"),
    1222: (Fate.FAILED, "Invalid destination address numbering plan (NPI)"),
}

_WORDS: Final = (
    # Most telling first: "delivery failure" is no delivery, "undelivered" neither.
    (Fate.EXPIRED, ("expired",)),
    (
        Fate.FAILED,
        ("fail", "reject", "undeliver", "error", "denied", "opted out", "spam", "invalid", "blocked"),
    ),
    (Fate.DELIVERED, ("delivered", "delivery success")),
    (Fate.SENT, ("sent", "submit", "buffered", "accepted")),
    (Fate.PENDING, ("queued", "pending", "processing")),
)


def fate_of(status_code: int | None, status: str, description: str = "") -> Fate:
    """The meaning of a receipt: by its code when that is known, else by its words, else still pending."""
    if status_code in CODES:
        return CODES[status_code][0]
    for words in (status.casefold(), description.casefold()):
        for fate, signs in _WORDS:
            if any(sign in words for sign in signs):
                return fate
    return Fate.PENDING
