"""What Flowroute posts to us: texts, pictures, delivery receipts, and news of jobs.

Which of two shapes an account gets depends on its message API version: JSON:API, or a flat object of `to`,
`from`, `body` and `id`. Both are read here, leniently: a message that can be told apart and answered is never
refused for a member that is missing, new, or of another JSON type than last time.
Source: developer.flowroute.com, "Receive an inbound SMS", "Receive an inbound MMS", "Receive a DLR".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flowroute.errors import NotAMessage
from flowroute.lenient import moment, text, truth, whole
from flowroute.phone import party_of_a_message
from flowroute.receipts import Fate, fate_of

__all__ = [
    "DeliveryReceipt",
    "InboundMessage",
    "Media",
    "NotAMessage",
    "Notification",
    "Shape",
    "parse",
    "parse_notification",
]


class Shape(StrEnum):
    """How a webhook is built."""

    JSON_API = "JSON:API"
    FLAT = "flat"


@dataclass(frozen=True, slots=True)
class Media:
    """A file of an MMS. `url` is signed and dies within days; it takes no credentials."""

    url: str
    file_name: str = ""
    mime_type: str = ""
    file_size: int | None = None
    """Bytes, as announced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """A text or picture message from a handset; `id` is the same when Flowroute posts it again."""

    id: str
    to: str
    """Digits of a number of ours."""
    from_: str
    """Digits, or a short code, or an alphanumeric sender as it came."""
    body: str
    """`""` when there is none."""
    timestamp: datetime | None
    """UTC; None in the flat shape."""
    is_mms: bool = False
    media: tuple[Media, ...] = ()
    shape: Shape | None = None
    """None for what no webhook brought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReceipt:
    """One step in the fate of a text we sent.

    Several come per message, in any order and repeatedly: `id` is the message's, so tell receipts apart by
    `id`, `level`, `status` and `status_code`.
    """

    id: str
    level: int | None
    """1: handed to the carrier side; 2: everything after."""
    status: str
    status_code: int | None
    description: str
    timestamp: datetime | None
    """UTC."""

    @property
    def fate(self) -> Fate:
        return fate_of(self.status_code, self.status, self.description)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """News of a port order, a CDR export or a provisioning job. Members that are missing are `""`.

    Source: developer.flowroute.com, "Callbacks".
    """

    id: str
    kind: str
    """Such as `po_status_change`."""
    resource_type: str
    resource_id: str
    status: str
    message: str
    timestamp: datetime | None


def parse(body: bytes) -> InboundMessage | DeliveryReceipt:
    """The message or receipt in the body of a webhook.

    Raises:
        NotAMessage: for every other body, whatever it is.
    """
    document = _object(body)
    data = document.get("data", document)
    if not isinstance(data, dict):
        raise NotAMessage("its data is no object")
    attributes = data.get("attributes", data)
    if not isinstance(attributes, dict):
        raise NotAMessage("its attributes are no object")
    message_id = text(data.get("id")).strip()
    if not message_id:
        raise NotAMessage("it has no id")
    kind = text(data.get("type"))
    if kind == "delivery_receipt" or (not kind and "from" not in attributes and _has_status(attributes)):
        return _receipt(message_id, attributes)
    if kind not in {"message", ""}:
        raise NotAMessage("its type is neither message nor delivery_receipt")
    shape = Shape.JSON_API if "data" in document else Shape.FLAT
    return _message(message_id, attributes, _media(data, document), shape)


def parse_notification(body: bytes) -> Notification:
    """News of a job in the body of a webhook. Raises `NotAMessage` for every other body."""
    data = _object(body).get("data")
    attributes = data.get("attributes") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(attributes, dict) or not text(attributes.get("status")):
        raise NotAMessage("it is no notification of a status")
    return Notification(
        id=text(data.get("id")),
        kind=text(data.get("type")),
        resource_type=text(attributes.get("resource_type")),
        resource_id=text(attributes.get("resource_id")),
        status=text(attributes.get("status")),
        message=text(attributes.get("message")),
        timestamp=moment(attributes.get("timestamp")) or moment(data.get("timestamp")),
    )


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAMessage("it is not JSON") from error
    if not isinstance(document, dict):
        raise NotAMessage("it is no JSON object")
    return document


def _message(
    message_id: str, attributes: Mapping[str, Any], media: tuple[Media, ...], shape: Shape
) -> InboundMessage:
    if text(attributes.get("direction")).casefold() == "outbound":
        raise NotAMessage("it is a message of our own")
    to, sender = (party_of_a_message(text(attributes.get(side))) for side in ("to", "from"))
    if not to or not sender:
        raise NotAMessage("it does not say from whom and to whom")
    return InboundMessage(
        id=message_id,
        to=to,
        from_=sender,
        body=text(attributes.get("body")),
        timestamp=moment(attributes.get("timestamp")),
        is_mms=bool(media) or truth(attributes.get("is_mms")) is True,
        media=media,
        shape=shape,
    )


def _receipt(message_id: str, attributes: Mapping[str, Any]) -> DeliveryReceipt:
    return DeliveryReceipt(
        id=message_id,
        level=whole(attributes.get("level")),
        status=text(attributes.get("status")),
        status_code=whole(attributes.get("status_code")),
        description=text(attributes.get("status_code_description")),
        timestamp=moment(attributes.get("timestamp")),
    )


def _has_status(attributes: Mapping[str, Any]) -> bool:
    return any(name in attributes for name in ("status", "status_code", "level"))


def _media(data: Mapping[str, Any], document: Mapping[str, Any]) -> tuple[Media, ...]:
    """The files in `included`, in the order that the message names them."""
    included = document.get("included")
    files: dict[str, Media] = {}
    for place, entry in enumerate(included if isinstance(included, list) else ()):
        if not isinstance(entry, dict) or entry.get("type") != "media":
            continue
        attributes = entry.get("attributes")
        if isinstance(attributes, dict) and (url := text(attributes.get("url"))):
            files[text(entry.get("id")) or str(place)] = Media(
                url=url,
                file_name=text(attributes.get("file_name")),
                mime_type=text(attributes.get("mime_type")),
                file_size=whole(attributes.get("file_size")),
            )
    return tuple(files.pop(name) for name in _named_media(data) if name in files) + tuple(files.values())


def _named_media(data: Mapping[str, Any]) -> tuple[str, ...]:
    node: object = data.get("relationships")
    for step in ("media", "data"):
        node = node.get(step) if isinstance(node, dict) else None
    references = node if isinstance(node, list) else []
    return tuple(dict.fromkeys(text(entry.get("id")) for entry in references if isinstance(entry, dict)))
