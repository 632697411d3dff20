"""CDR exports: the account's calls as a file, and its rows as typed values."""

import csv
import gzip
import io
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO, Final

from pydantic import AliasChoices, AliasPath, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from flowroute.arguments import checked_url, checked_utc
from flowroute.documents import WIRE, Instant, One, Page, attribute, body_of, given
from flowroute.errors import InvalidArgument, NoAnswer, UnexpectedAnswer
from flowroute.pages import listed
from flowroute.transport import Transport, at

LONGEST_RANGE: Final = timedelta(days=92)


def _time_of(name: str) -> Any:  # noqa: ANN401 - the field it stands for is typed
    """Answers hold the range beside the filters, or only inside them."""
    return Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("attributes", name), AliasPath("attributes", "filter_parameters", name)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class CdrExport:
    """A job that writes a file of calls. Amounts are in USD, times in UTC."""

    id: str
    status: str | None = attribute("status")
    """`processing`, `completed`, `failed`, or a word that came later."""
    start: Instant = _time_of("start_call_start_time")
    end: Instant = _time_of("start_call_end_time")
    callback_url: str | None = attribute("callback_url")
    download_url: str | None = attribute("download_url")
    """Signed; None until completed, dead at `expires_at`."""
    requested_at: Instant = attribute("requested_at")
    created_at: Instant = attribute("created_at")
    expires_at: Instant = attribute("expires_at")
    num_calls: int | None = attribute("num_calls")
    billed_minutes: Decimal | None = attribute("billed_minutes")
    total_cost: Decimal | None = attribute("total_cost")
    call_subtotal: Decimal | None = attribute("call_subtotal")
    connect_fees: Decimal | None = attribute("connect_fees")
    cnam_lookup_fees: Decimal | None = attribute("cnamlookup_fees")
    usf_fees: Decimal | None = attribute("usf_fees")
    ccrf: Decimal | None = attribute("ccrf")

    @property
    def is_done(self) -> bool:
        return self.status in {"completed", "failed"}


@dataclass(frozen=True, slots=True, kw_only=True, config=WIRE)
class CallRecord:
    """One call. Durations and increments are in seconds, amounts and fees in USD, `rate` in USD a minute."""

    direction: str | None = None
    start_time: Instant = None
    end_time: Instant = None
    destination: str | None = None
    number_alias: str | None = None
    callerid: str | None = None
    total_cost: Decimal | None = None
    destination_name: str | None = None
    callerid_country: str | None = None
    line_information: str | None = None
    result: str | None = None
    call_fail_sip_code: str | None = None
    call_fail_reason: str | None = None
    duration: Decimal | None = None
    billed_duration: Decimal | None = None
    rate: Decimal | None = None
    first_increment: Decimal | None = None
    subsequent_increment: Decimal | None = None
    cost_subtotal: Decimal | None = None
    connect_fee: Decimal | None = None
    usf_fee: Decimal | None = None
    ccrf: Decimal | None = None
    cnam_lookup_fee: Decimal | None = None
    custom_x_tag: str | None = None
    customer_ip: str | None = None


_ONE: Final = TypeAdapter(One[CdrExport])
_PAGE: Final = TypeAdapter(Page[One[CdrExport]])
_ROW: Final = TypeAdapter(CallRecord)


class Cdrs:
    """Files of the account's calls; one is usually ready within 5 minutes and kept for 3 days."""

    def __init__(
        self, transport: Transport, *, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float]
    ) -> None:
        self._transport = transport
        self._sleep = sleep
        self._clock = clock

    def create(
        self,
        start: datetime,
        end: datetime,
        *,
        number_aliases: Iterable[str] | None = None,
        number_aliases_contains: str | None = None,
        destination_numbers: Iterable[str] | None = None,
        callerid_numbers: Iterable[str] | None = None,
        custom_x_tags: Iterable[str] | None = None,
        caller_ip: str | None = None,
        duration_greater_than_s: int | None = None,
        callback_url: str | None = None,
    ) -> CdrExport:
        """Have the calls that began from `start` up to, not including, `end` written to a file.

        Raises:
            InvalidArgument: the range is empty, or longer than 92 days.

        Source: developer.flowroute.com, CDR Exports v2.0, "Create a CDR export".
        """
        start, end = checked_utc("start", start), checked_utc("end", end)
        if not timedelta(0) < end - start <= LONGEST_RANGE:
            rule = f"has to be after the start and at most {LONGEST_RANGE.days} days later"
            raise InvalidArgument(f"The end {rule}.", fields={"end": rule})
        filters = {
            "start_call_start_time": f"{start:%Y-%m-%d %H:%M:%S}",
            "start_call_end_time": f"{end:%Y-%m-%d %H:%M:%S}",
            **given(
                number_aliases=_listed(number_aliases),
                number_aliases_contains=number_aliases_contains,
                destination_numbers=_listed(destination_numbers),
                callerid_numbers=_listed(callerid_numbers),
                custom_x_tags=_listed(custom_x_tags),
                caller_ip=caller_ip,
                duration_greater_than=duration_greater_than_s,
            ),
        }
        url = None if callback_url is None else checked_url("callback_url", callback_url)
        body = body_of("cdrexport", {**given(callback_url=url), "filter_parameters": filters})
        return self._transport.request("POST", at("/v2/cdrs/exports"), json=body).read(_ONE).data

    def list(
        self, *, status: str | None = None, limit: int | None = None, offset: int = 0
    ) -> Iterator[CdrExport]:
        """Exports, optionally those that are `processing`, `completed` or `failed`."""
        listing = listed(
            self._transport,
            at("/v2/cdrs/exports"),
            _PAGE,
            query={"status": status},
            limit=limit,
            offset=offset,
        )
        return (entry.data for entry in listing)

    def get(self, export_id: str) -> CdrExport:
        """One export. Raises `NotFound`."""
        return (
            self._transport.request("GET", at("/v2/cdrs/exports/{export}", export=export_id)).read(_ONE).data
        )

    def wait(self, export_id: str, *, timeout_s: float = 600.0, poll_s: float = 5.0) -> CdrExport:
        """The export once it is completed or failed, asked for every `poll_s` seconds.

        Raises:
            NoAnswer: it was neither within `timeout_s`.
        """
        deadline = self._clock() + timeout_s
        while True:
            export = self.get(export_id)
            if export.is_done:
                return export
            if self._clock() + poll_s > deadline:
                raise NoAnswer(f"CDR export not ready after {timeout_s:.0f} s")
            self._sleep(poll_s)

    def rows(self, export: CdrExport) -> Iterator[CallRecord]:
        """The calls of a completed export, streamed: the file is never held whole.

        Raises:
            InvalidArgument: at once, when there is nothing to download (yet).
            NoAnswer, UnexpectedAnswer: while reading, when the file breaks off or is none.
        """
        return self._rows(_address(export))

    def file(self, export: CdrExport) -> AbstractContextManager[BinaryIO]:
        """The gzip CSV of a completed export as it comes in, for who wants it as it is.

        Raises:
            InvalidArgument: at once, when there is nothing to download (yet).
            ApiError: the link has died.
            NoAnswer: it cannot be reached, or breaks off while being read.
        """
        return self._transport.download(_address(export))

    def _rows(self, url: str) -> Iterator[CallRecord]:
        with self._transport.download(url) as compressed:
            try:
                with gzip.open(compressed) as plain, io.TextIOWrapper(plain, "utf-8", newline="") as text:
                    for row in csv.DictReader(text):
                        filled = {name: value for name, value in row.items() if name and value}
                        yield _ROW.validate_python(filled)
            except (gzip.BadGzipFile, EOFError, csv.Error, UnicodeDecodeError, ValidationError) as error:
                raise UnexpectedAnswer(f"the CDR file cannot be read: {type(error).__name__}") from error


def _address(export: CdrExport) -> str:
    if not export.download_url:
        raise InvalidArgument(
            f"This export is {export.status or 'not ready'}; only a completed one has a file."
        )
    return export.download_url


def _listed(values: Iterable[str] | None) -> tuple[str, ...] | None:
    if isinstance(values, str):
        raise InvalidArgument("A filter takes several values, such as ['Front desk'].")
    return None if values is None else tuple(values)
