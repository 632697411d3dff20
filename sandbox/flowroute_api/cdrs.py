"""CDR exports v2.0: the calls of a period as a gzip CSV behind a signed link.

The calls are made up, the same ones whenever they are asked for: a few a day for every number of the account.
"""

import csv
import gzip
import io
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from .api import Api
from .errors import invalid_fields, not_found
from .links import EXPORT_LIFETIME
from .paging import HOST, page
from .state import CdrExport, Json
from .wire import ApiRequest, Reply, callback_url
from .world import World

INTERNAL_HOST = "http://cdr-api"
"""What the documented links of exports name; nobody outside can reach it."""

LONGEST_PERIOD = timedelta(days=92)
CALLS_A_DAY = 4
RATE, USF, CONNECT = Decimal("0.0098"), Decimal("0.0012"), Decimal(0)
LOOKUP_FEE = Decimal("0.0039")
COLUMNS = (
    "direction",
    "start_time",
    "end_time",
    "destination",
    "number_alias",
    "callerid",
    "total_cost",
    "destination_name",
    "callerid_country",
    "line_information",
    "result",
    "call_fail_sip_code",
    "call_fail_reason",
    "duration",
    "billed_duration",
    "rate",
    "first_increment",
    "subsequent_increment",
    "cost_subtotal",
    "connect_fee",
    "usf_fee",
    "ccrf",
    "cnam_lookup_fee",
    "custom_x_tag",
    "customer_ip",
)


@dataclass(frozen=True)
class CdrExports:
    world: World

    def register(self, api: Api) -> None:
        api.add("GET", "/v2/cdrs/exports", self.exports)
        api.add("POST", "/v2/cdrs/exports", self.create)
        api.add("GET", "/v2/cdrs/exports/<int:export_id>", self.details)
        api.add("GET", "/exports/<int:export_id>.csv.gz", self.download, public=True)

    def create(self, request: ApiRequest) -> Reply:
        """201, processing. A period needs both ends (UTC, the end exclusive) and is at most 92 days long."""
        wanted = request.attributes("cdrexport")
        filters = wanted.get("filter_parameters")
        if not isinstance(filters, dict):
            raise invalid_fields({"filter_parameters": ["Missing data for required field."]})
        _period(filters)
        if not re.fullmatch("[0-9]{0,9}", str(filters.get("duration_greater_than", ""))):
            raise invalid_fields({"duration_greater_than": ["Not a valid number of seconds."]})
        export = CdrExport(
            self.world.account.next_id(), filters, callback_url(wanted), self.world.clock.now()
        )
        self.world.account.exports[export.id] = export
        self.world.schedule.after(self.world.pace.export_s, lambda: self._finish(export))
        others = {name: value for name, value in filters.items() if not name.startswith("start_call_")}
        attributes: Json = {
            **filters,
            **_attributes(export),
            **dict.fromkeys(("call_subtotal", "connect_fees", "cnamlookup_fees", "usf_fees", "ccrf")),
            **dict.fromkeys(("total_cost", "billed_minutes", "download_url", "expires_at")),
            "created_at": _seconds(export.requested_at),
            "filter_parameters": others,
        }
        own = {"self": f"{HOST}/v2/cdrs/exports/{export.id}"}
        data = {"type": "cdrexport", "id": str(export.id), "links": own, "attributes": attributes}
        return Reply(201, {"data": data})

    def exports(self, request: ApiRequest) -> Reply:
        """Newest first; every item is wrapped twice and has an integer id."""
        status = request.query.get("status")
        found = [
            export
            for export in reversed(list(self.world.account.exports.values()))
            if status in (None, export.status)
        ]
        window = page(found, request.query, maximum=200)
        data = [
            {"data": {"attributes": self._full(export), "id": export.id, "type": "cdrexport"}}
            for export in window.items
        ]
        filters = {"status": status} if status else {}
        links = window.links("/cdrs/exports", filters, host=INTERNAL_HOST)
        return Reply(200, {"data": data, "links": links})

    def details(self, _request: ApiRequest, export_id: int) -> Reply:
        """Lists among the filters come back as text, `"['Office 221']"`, as in one recorded answer."""
        export = self.world.account.exports.get(export_id)
        if export is None:
            raise not_found()
        shown = {
            name: str(value) if isinstance(value, list) else value for name, value in export.filters.items()
        }
        data = {
            "type": "cdrexport",
            "id": str(export.id),
            "attributes": {**self._full(export), "filter_parameters": shown},
            "links": {"self": f"{INTERNAL_HOST}/cdrs/exports/{export.id}"},
        }
        return Reply(200, {"data": data})

    def download(self, request: ApiRequest, export_id: int) -> Reply:
        """The file, without credentials, until the link's signature expires after three days."""
        refusal = self.world.links.refusal(
            request.path, request.query, has_credentials=request.has_credentials
        )
        if refusal is not None:
            return refusal
        return Reply(200, file=self.world.account.exports[export_id].file, mime_type="application/gzip")

    def _finish(self, export: CdrExport) -> None:
        with self.world.change():
            export.created_at = self.world.clock.now()
            if self.world.faults.exports_fail:
                export.status = "failed"
            else:
                calls = [call for call in self._calls(export.filters) if _wanted(call, export.filters)]
                export.totals = _totals(calls)
                export.file = _zipped(calls)
                export.status = "completed"
            self.world.notify(
                export.callback_url,
                "cdrexport",
                {
                    "id": str(export.id),
                    "resource_id": str(export.id),
                    "resource_type": "cdrexports",
                    "message": f"CDR export #{export.id} is {export.status}.",
                    **self._full(export),
                },
            )

    def _full(self, export: CdrExport) -> Json:
        attributes = _attributes(export)
        completed = export.status == "completed" and export.created_at is not None
        attributes["created_at"] = _seconds(export.created_at or export.requested_at)
        attributes["download_url"] = attributes["expires_at"] = None
        if completed and export.created_at is not None:
            attributes["expires_at"] = _seconds(export.created_at + EXPORT_LIFETIME)
            attributes["download_url"] = self.world.links.sign(
                f"/exports/{export.id}.csv.gz", since=export.created_at, lifetime=EXPORT_LIFETIME
            )
        return {**attributes, **(export.totals or _totals([]))}

    def _calls(self, filters: Json) -> Iterator[dict[str, str]]:
        start, end = _period(filters)
        end = min(end, self.world.clock.now())
        day = start.replace(hour=0, minute=0, second=0, microsecond=0)
        while day < end:
            for number in sorted(self.world.account.numbers):
                dice = random.Random(f"{self.world.seed} {number} {day.date()}")
                owned = self.world.account.numbers[number]
                for _ in range(dice.randint(0, CALLS_A_DAY)):
                    at = day + timedelta(seconds=dice.randrange(86_400))
                    call = _call(number, owned.alias or "", at, dice, lookup=owned.cnam_lookups_enabled)
                    if start <= at < end:
                        yield call
            day += timedelta(days=1)


def _attributes(export: CdrExport) -> Json:
    return {
        "callback_url": export.callback_url,
        "status": export.status,
        "requested_at": _seconds(export.requested_at),
        "filter_parameters": export.filters,
    }


def _period(filters: Json) -> tuple[datetime, datetime]:
    names = ("start_call_start_time", "start_call_end_time")
    start, end = (_moment(filters, name) for name in names)
    if start > end:
        raise invalid_fields({names[1]: ["Must not be before start_call_start_time."]})
    if end - start > LONGEST_PERIOD:
        raise invalid_fields({names[1]: [f"A period is at most {LONGEST_PERIOD.days} days long."]})
    return start, end


def _moment(filters: Json, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(filters.get(name, ""))
    except (ValueError, TypeError) as error:
        raise invalid_fields({name: ["Must be a UTC time such as 2019-01-01 00:00:00."]}) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _call(number: str, alias: str, at: datetime, dice: random.Random, *, lookup: bool) -> dict[str, str]:
    inbound = dice.random() < 0.6  # noqa: PLR2004 - a little more comes in than goes out
    answered = dice.random() < 0.85  # noqa: PLR2004 - most calls are answered
    person = (
        f"1{dice.choice(('206', '425', '503', '646'))}{dice.randint(200, 554)}{dice.randint(200, 9999):04}"
    )
    duration = dice.randint(4, 900) if answered else 0
    billed = -(-duration // 6) * 6
    subtotal = (RATE * billed / 60).quantize(Decimal("0.000001"))
    usf = (USF * billed / 60).quantize(Decimal("0.000001"))
    lookup_fee = LOOKUP_FEE if inbound and lookup else Decimal(0)
    return {
        "direction": "inbound" if inbound else "outbound",
        "start_time": f"{at:%Y-%m-%d %H:%M:%S}+00",
        "end_time": f"{at + timedelta(seconds=duration):%Y-%m-%d %H:%M:%S}+00",
        "destination": number if inbound else person,
        "number_alias": alias,
        "callerid": person if inbound else number,
        "total_cost": str(subtotal + usf + lookup_fee + CONNECT),
        "destination_name": "United States",
        "callerid_country": "US",
        "line_information": "",
        "result": "answered" if answered else "failed",
        "call_fail_sip_code": "" if answered else "486",
        "call_fail_reason": "" if answered else "Busy Here",
        "duration": str(duration),
        "billed_duration": str(billed),
        "rate": str(RATE),
        "first_increment": "6",
        "subsequent_increment": "6",
        "cost_subtotal": str(subtotal),
        "connect_fee": str(CONNECT),
        "usf_fee": str(usf),
        "ccrf": "0",
        "cnam_lookup_fee": str(lookup_fee),
        "custom_x_tag": "",
        "customer_ip": "192.0.2.10",
    }


def _wanted(call: dict[str, str], filters: Json) -> bool:
    """Whether a call passes every filter that is given; numbers count with and without the plus sign."""
    exact = {
        "number_aliases": "number_alias",
        "destination_numbers": "destination",
        "callerid_numbers": "callerid",
        "custom_x_tags": "custom_x_tag",
        "custom_x_tag": "custom_x_tag",
        "caller_ip": "customer_ip",
    }
    contained = _texts(filters.get("number_aliases_contains"))
    return (
        all(
            call[column].lstrip("+") in _texts(filters[name])
            for name, column in exact.items()
            if filters.get(name)
        )
        and (not contained or any(text in call["number_alias"] for text in contained))
        and int(call["duration"]) > int(filters.get("duration_greater_than") or -1)
    )


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value] if value else []
    return [str(text).lstrip("+") for text in values]


def _totals(calls: list[dict[str, str]]) -> Json:
    """Money as decimal text, as the answers have it; minutes are whole."""

    def total(column: str) -> str:
        return str(sum((Decimal(call[column]) for call in calls), Decimal("0.0")))

    return {
        "billed_minutes": sum(int(call["billed_duration"]) for call in calls) // 60,
        "call_subtotal": total("cost_subtotal"),
        "ccrf": total("ccrf"),
        "cnamlookup_fees": total("cnam_lookup_fee"),
        "connect_fees": total("connect_fee"),
        "num_calls": len(calls),
        "total_cost": total("total_cost"),
        "usf_fees": total("usf_fee"),
    }


def _zipped(calls: Iterable[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(calls)
    return gzip.compress(text.getvalue().encode())


def _seconds(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
