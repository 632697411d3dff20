"""What a text is made of: encoding, segments, price, and how its record and its webhook look."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import uuid4

from .inventory import TOLL_FREE_CODES
from .links import MEDIA_LIFETIME, SignedLinks
from .paging import HOST
from .state import Json, Media, Message

SMS_RATE = Decimal("0.0040")
MMS_RATE = Decimal("0.0095")
SURCHARGE = Decimal("0.0030")
"""USD a segment; the surcharge applies to outbound texts from long codes."""

PLAIN_ALONE, PLAIN_PART, UCS2_PART = 160, 140, 70


def encoding_of(body: str) -> Literal[0, 8]:
    """0 for plain ASCII, 8 (UCS-2) as soon as one character is not."""
    return 0 if body.isascii() else 8


def segments_in(body: str) -> int:
    """How many segments are billed, by the documented figures: 160, or 140 each; 70 each in UCS-2."""
    if encoding_of(body) == 0 and len(body) <= PLAIN_ALONE:
        return 1
    part = PLAIN_PART if encoding_of(body) == 0 else UCS2_PART
    return -(-len(body) // part)


def new_message(
    direction: Literal["inbound", "outbound"],
    *,
    sender: str,
    recipient: str,
    body: str | None,
    at: datetime,
    version: str,
    is_mms: bool,
    media: Iterable[Media] = (),
    dlr_callback: str | None = None,
) -> Message:
    """A message with a fresh id and its price worked out; an MMS is billed as one segment."""
    outbound = direction == "outbound"
    ours = sender if outbound else recipient
    toll_free = ours[1:4] in TOLL_FREE_CODES
    return Message(
        id=f"{'mdr1' if version == 'v2' else 'mdr2'}-{uuid4().hex}",
        direction=direction,
        sender=sender,
        recipient=recipient,
        body=body,
        at=at,
        is_mms=is_mms,
        encoding=encoding_of(body or ""),
        segments=1 if is_mms else segments_in(body or ""),
        base_rate=MMS_RATE if is_mms else SMS_RATE,
        surcharge_rate=SURCHARGE if outbound and not toll_free else Decimal("0.0000"),
        message_type="toll-free" if toll_free else "longcode",
        status="" if outbound or is_mms else "delivered",
        version=version,
        media=tuple(media),
        dlr_callback=dlr_callback,
    )


def two_digits(at: datetime) -> str:
    """`2017-12-22T01:52:39.39Z`."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}"[:-4] + "Z"


def nanodollars(message: Message) -> int:
    return int(message.cost * 10**9)


def record_document(message: Message, version: str, links: SignedLinks) -> Json:
    """A record on its own: its `data`, and `included` media for an MMS."""
    document: Json = {"data": record_object(message, version)}
    if message.media and version != "v2":
        document["included"] = _included(message, version, links)
    return document


def record_object(message: Message, version: str) -> Json:
    """The record in the words of the API version it is asked through."""
    if version == "v2":
        return _record_v2_0(message)
    attributes: Json = {
        "amount_display": f"${message.cost:.4f}",
        "amount_nanodollars": nanodollars(message),
        "body": message.body,
        "delivery_receipts": [
            {
                "level": receipt.level,
                "status": receipt.status,
                "status_code": receipt.code,
                "status_code_description": receipt.description,
                "timestamp": two_digits(receipt.at),
            }
            for receipt in reversed(message.receipts)
            if not message.is_mms
        ],
        "direction": message.direction,
        "from": message.sender,
        "is_mms": message.is_mms,
        "message_encoding": message.encoding,
        "message_type": message.message_type,
        "status": message.status,
        "timestamp": two_digits(message.at),
        "to": message.recipient,
    }
    if version == "v2.2":
        attributes["price_details"] = price_details(message)
    record: Json = {"attributes": attributes, "id": message.id, "type": "message"}
    if message.media:
        record["relationships"] = _relationships(message)
    return record


def price_details(message: Message) -> Json:
    return {
        "base_rate": f"{message.base_rate:.4f}",
        "charged_cost": f"{message.cost:.4f}",
        "segment_count": message.segments,
        "surcharge_rate": f"{message.surcharge_rate:.4f}",
    }


def inbound_webhook(message: Message, callback_url: str, links: SignedLinks) -> Json:
    """What is posted for an inbound text; SMS and MMS differ in members and in the type of the amount."""
    if message.is_mms:
        return record_document(message, "v2.1", links)
    attributes: Json = {
        "amount_display": f"${message.cost:.4f}",
        "amount_nanodollars": str(nanodollars(message)),
        "body": message.body,
        "direction": "inbound",
        "from": message.sender,
        "is_mms": False,
        "message_callback_url": callback_url,
        "message_encoding": message.encoding,
        "message_type": message.message_type,
        "status": message.status,
        "timestamp": f"{message.at:%Y-%m-%dT%H:%M:%S.%f}Z",
        "to": message.recipient,
    }
    return {"data": {"attributes": attributes, "type": "message", "id": message.id}}


def flat_webhook(message: Message) -> Json:
    """The legacy form that some accounts still get for an SMS."""
    return {"body": message.body, "to": message.recipient, "from": message.sender, "id": message.id}


def _record_v2_0(message: Message) -> Json:
    return {
        "attributes": {
            "amount_display": f"${message.cost:.4f}",
            "amount_nanodollars": nanodollars(message),
            "body": message.body,
            "callback_url": message.dlr_callback,
            "direction": message.direction,
            "from": message.sender,
            "has_mms": message.is_mms,
            "message_encoding": message.encoding,
            "message_type": {"longcode": "long-code"}.get(message.message_type, message.message_type),
            "timestamp": message.at.isoformat(timespec="microseconds"),
            "to": message.recipient,
        },
        "id": message.id,
        "type": "message",
    }


def _relationships(message: Message) -> Json:
    return {"media": {"data": [{"type": "media", "id": media.id} for media in message.media]}}


def _included(message: Message, version: str, links: SignedLinks) -> list[Json]:
    return [
        {
            "attributes": {
                "file_name": media.file_name,
                "file_size": len(media.data),
                "mime_type": media.mime_type,
                "url": links.sign(f"/media/{media.id}", since=media.stored_at, lifetime=MEDIA_LIFETIME),
            },
            "id": media.id,
            "links": {"self": f"{HOST}/{version}/media/{media.id}"},
            "type": "media",
        }
        for media in message.media
    ]
