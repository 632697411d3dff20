"""Texts and pictures: sending them, looking them up, and where Flowroute reports them."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import AliasChoices, AliasPath, BeforeValidator, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from flowroute import lenient
from flowroute.arguments import checked_url, checked_utc
from flowroute.callbacks import Callback, CallbackKind, callback_body
from flowroute.documents import (
    WIRE,
    Included,
    One,
    Page,
    Reference,
    attribute,
    body_of,
    find_included,
    given,
    objects,
)
from flowroute.errors import InvalidArgument, NotFound, OptedOut, Refused
from flowroute.pacing import Pacer
from flowroute.pages import pages
from flowroute.phone import checked, party_of_a_message
from flowroute.receipts import OPTED_OUT, Fate, fate_of
from flowroute.transport import Endpoint, Transport, at

log = logging.getLogger("flowroute")

MessagesVersion = Literal["v2.1", "v2.2"]

LARGEST_PAGE_OF_MESSAGES: Final = 1000
"""The documentation sets no maximum."""

_OPTED_OUT: Final = re.compile(rf"\b{OPTED_OUT}\b|opted[ -]?out", re.IGNORECASE)
"""How a refusal says so is documented no further than by its code (status 400, code 1110)."""
_OLD_ID: Final = "mdr1-"
_HUNDREDTH: Final = timedelta(milliseconds=10)


def _price(name: str) -> Any:  # noqa: ANN401 - the field it stands for is typed
    """v2.2 documents `price_details` beside `attributes`, and has been seen inside."""
    return Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("price_details", name), AliasPath("attributes", "price_details", name)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class SentMessage:
    """Flowroute has taken the message; what becomes of it is told by receipts or `get`.

    Prices are in USD and come with v2.2 only.
    """

    id: str
    segment_count: int | None = _price("segment_count")
    base_rate: Decimal | None = _price("base_rate")
    """Per segment."""
    surcharge_rate: Decimal | None = _price("surcharge_rate")
    """Per segment."""
    charged_cost: Decimal | None = _price("charged_cost")


def _references(value: object) -> list[dict[str, str]]:
    return [{name: lenient.text(entry.get(name)) for name in ("id", "type")} for entry in objects(value)]


# Records are read as leniently as webhooks: one odd member must not hide a text, nor a whole page of them.
_Words = Annotated[str | None, BeforeValidator(lenient.text_or_none)]
_Party = Annotated[str, BeforeValidator(lambda value: party_of_a_message(lenient.text(value)))]
_Whole = Annotated[int | None, BeforeValidator(lenient.whole)]
_Truth = Annotated[bool | None, BeforeValidator(lenient.truth)]
_Moment = Annotated[datetime | None, BeforeValidator(lenient.moment)]


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class ReceiptOnRecord:
    """A delivery receipt as a message record holds it."""

    level: _Whole = None
    status: _Words = None
    status_code: _Whole = None
    status_code_description: _Words = None
    timestamp: _Moment = None

    @property
    def fate(self) -> Fate:
        return fate_of(self.status_code, self.status or "", self.status_code_description or "")


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class MediaOnRecord:
    """A file of an MMS; `url` is signed, dies within days, and takes no credentials."""

    id: str
    url: _Words = attribute("url")
    file_name: _Words = attribute("file_name")
    mime_type: _Words = attribute("mime_type")
    file_size: _Whole = attribute("file_size")
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class MessageRecord:
    """A message detail record (MDR), inbound or outbound; a member that cannot be read is None."""

    id: Annotated[str, BeforeValidator(lenient.text), Field(min_length=1)]
    direction: _Words = attribute("direction")
    """`inbound` or `outbound`."""
    from_: _Party = attribute("from", default="")
    """Digits, or a short code, or an alphanumeric sender."""
    to: _Party = attribute("to", default="")
    body: _Words = attribute("body")
    timestamp: _Moment = attribute("timestamp")
    status: _Words = attribute("status")
    """Outbound: the words of the last receipt."""
    is_mms: _Truth = attribute("is_mms", "has_mms")
    message_type: _Words = attribute("message_type")
    message_encoding: _Whole = attribute("message_encoding")
    """0 plain, 8 UCS-2."""
    amount_nanodollars: _Whole = attribute("amount_nanodollars")
    delivery_receipts: Annotated[
        tuple[ReceiptOnRecord, ...] | None,
        BeforeValidator(lambda value: None if value is None else objects(value)),
    ] = attribute("delivery_receipts")
    media_references: Annotated[tuple[Reference, ...], BeforeValidator(_references)] = Field(
        default=(), validation_alias=AliasPath("relationships", "media", "data")
    )
    media: tuple[MediaOnRecord, ...] = ()

    @property
    def cost(self) -> Decimal | None:
        """USD."""
        return None if self.amount_nanodollars is None else Decimal(self.amount_nanodollars).scaleb(-9)


_SENT: Final = TypeAdapter(One[SentMessage])
_ONE: Final = TypeAdapter(One[MessageRecord])
_RECORD: Final = TypeAdapter(MessageRecord)
_PAGE: Final = TypeAdapter(Page[Any])
_MEDIA: Final = TypeAdapter(MediaOnRecord)
_CALLBACK: Final = TypeAdapter(One[Callback])


class Messages:
    """Texts of the account. Sending is paced, separately for SMS and MMS, as Flowroute counts them."""

    def __init__(self, transport: Transport, *, version: MessagesVersion, sms: Pacer, mms: Pacer) -> None:
        self._transport = transport
        self._version = version
        self._sms = sms
        self._mms = mms

    def send(
        self,
        *,
        to: str,
        from_: str,
        body: str = "",
        media_urls: Sequence[str] = (),
        is_mms: bool | None = None,
        dlr_callback: str | None = None,
    ) -> SentMessage:
        """Send a text, or a picture message when there are `media_urls` (public; fetched by Flowroute).

        `from_` is a number of the account. `is_mms` True keeps a long text in one piece. Receipts go to
        `dlr_callback`, else to what the number or the account has set.

        Repeated by itself only where it certainly was not sent. After an error whose `may_have_happened` is
        true, look in `list` before sending again: Flowroute knows no idempotency key.

        Raises:
            OptedOut: the recipient texted STOP to this number.
            Refused: a value is wrong, such as media above 767,840 bytes.
            NoAnswer: it may or may not have been sent.

        Source: developer.flowroute.com, Messages v2.1, "Send an SMS", "Send an MMS".
        """
        if not body and not media_urls:
            rule = "A message needs a text or at least one media URL."
            raise InvalidArgument(rule, fields={"body": rule})
        attributes = {
            "to": self._address(to),
            "from": self._address(from_),
            **given(body=body or None, is_mms=is_mms),
        }
        if media_urls:
            attributes["media_urls"] = [checked_url("media_urls", url) for url in media_urls]
        if dlr_callback is not None:
            attributes["dlr_callback"] = checked_url("dlr_callback", dlr_callback)
        try:
            answer = self._transport.request(
                "POST",
                at(f"/{self._version}/messages"),
                json=body_of("message", attributes),
                pacer=self._mms if media_urls or is_mms else self._sms,
            )
        except Refused as error:
            if _OPTED_OUT.search(error.said):
                raise OptedOut(
                    str(error), status=error.status, detail=error.detail, request_id=error.request_id
                ) from error
            raise
        return answer.read(_SENT).data

    def get(self, message_id: str) -> MessageRecord:
        """The record of one message, of the old `mdr1-` ids too. Raises `NotFound`."""
        version = "v2" if message_id.startswith(_OLD_ID) else self._version
        endpoint = at(f"/{version}/messages/{{message}}", message=message_id)
        document = self._transport.request("GET", endpoint).read(_ONE)
        return _with_media(document.data, document.included)

    def list(
        self,
        start: datetime,
        end: datetime | None = None,
        *,
        limit: int | None = None,
        offset: int = 0,
        on_left_out: Callable[[], None] | None = None,
    ) -> Iterator[MessageRecord]:
        """Inbound and outbound records since `start`, newest first as far as known.

        Whether the bounds are included is not documented; both are widened to whole hundredths of a second.
        An entry that is no record, such as one without an id, is left out; `on_left_out` is told of each.

        Raises:
            InvalidArgument: at once, for a date without a time zone, or an `end` before `start`.

        Source: developer.flowroute.com, Messages v2.1, "Look up a set of messages".
        """
        start = checked_utc("start", start)
        if end is not None:
            end = checked_utc("end", end)
            if end < start:
                raise InvalidArgument(
                    "The end is before the start.", fields={"end": "has to be after the start"}
                )
        listing = pages(
            self._transport,
            at(f"/{self._version}/messages"),
            _PAGE,
            query={
                "start_date": _written(start),
                "end_date": None if end is None else _written(_ceiling(end)),
            },
            largest_page=LARGEST_PAGE_OF_MESSAGES,
            limit=limit,
            offset=offset,
        )
        return (
            _with_media(record, page.included)
            for page in listing
            for entry in page.data
            if (record := _read(entry, on_left_out)) is not None
        )

    def callback(self, kind: CallbackKind) -> Callback | None:
        """Where the account's events of one kind go; None when nowhere."""
        try:
            callback = self._transport.request("GET", self._callback(kind)).read(_CALLBACK).data
        except NotFound:
            return None
        return callback if callback.callback_url else None

    def set_callback(self, kind: CallbackKind, url: str) -> None:
        """Have the account's events of one kind posted to `url`, which the internet has to reach."""
        body = callback_body(checked_url("callback_url", url))
        self._transport.request("PUT", self._callback(kind), json=body)

    def delete_callback(self, kind: CallbackKind) -> None:
        """Have the account's events of one kind posted nowhere."""
        self._transport.request("DELETE", self._callback(kind))

    def _callback(self, kind: CallbackKind) -> Endpoint:
        return at(f"/{self._version}/messages/{CallbackKind(kind).value}")

    def _address(self, number: str) -> str:
        """As each version documents it: 12065550100, or +12065550100 from v2.2 on."""
        value = checked(number)
        return value if self._version == "v2.1" else f"+{value}"


def _read(entry: object, on_left_out: Callable[[], None] | None) -> MessageRecord | None:
    try:
        return _RECORD.validate_python(entry)
    except ValidationError:
        log.warning("an entry of the message list is no record")
        if on_left_out is not None:
            on_left_out()
        return None


def _with_media(record: MessageRecord, included: Included) -> MessageRecord:
    if not record.media_references:
        return record
    found = (find_included(included, reference, _MEDIA) for reference in record.media_references)
    complete = copy(record)  # `replace` would read all members again as if they were still JSON
    object.__setattr__(complete, "media", tuple(media for media in found if media is not None))
    return complete


def _written(moment: datetime) -> str:
    """`2017-12-01T00:00:00.00Z`, the documented form."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 10_000:02d}Z"


def _ceiling(moment: datetime) -> datetime:
    rest = timedelta(microseconds=moment.microsecond % 10_000)
    return moment + _HUNDREDTH - rest if rest else moment
