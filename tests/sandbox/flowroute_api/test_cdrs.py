"""Exports of call records."""

import csv
import gzip
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests

from sandbox.flowroute_api import Carrier, Clock

from .conftest import Api, Customer, until, wrong_fields

PERIOD = {"start_call_start_time": "2026-01-01 00:00:00", "start_call_end_time": "2026-02-01 00:00:00"}


def export(api: Api, callback_url: str | None = None, **filters: Any) -> requests.Response:
    attributes: dict[str, Any] = {"filter_parameters": {**PERIOD, **filters}}
    if callback_url is not None:
        attributes["callback_url"] = callback_url
    return api.call("POST", "/v2/cdrs/exports", {"data": {"type": "cdrexport", "attributes": attributes}})


def calls_of(clock: Clock, api: Api, **filters: Any) -> tuple[list[dict[str, str]], Any]:
    """Export, wait, download: the rows and the finished export's attributes."""
    export_id = export(api, **filters).json()["data"]["id"]
    clock.advance(timedelta(hours=2))
    attributes = api.get(f"/v2/cdrs/exports/{export_id}")["data"]["attributes"]
    content = requests.get(attributes["download_url"], timeout=30).content
    return list(csv.DictReader(io.StringIO(gzip.decompress(content).decode()))), attributes


def test_an_export_takes_time_and_then_has_a_file(clock: Clock, api: Api) -> None:
    """Processing without a link, completed with one; the sums of the file are the sums of the answer."""
    answer = export(api)
    assert answer.status_code == 201
    assert answer.json()["data"]["attributes"]["status"] == "processing"
    before = api.get(f"/v2/cdrs/exports/{answer.json()['data']['id']}")["data"]["attributes"]
    assert (before["status"], before["download_url"]) == ("processing", None)

    rows, attributes = calls_of(clock, api)

    assert attributes["status"] == "completed"
    assert len(rows) == attributes["num_calls"] > 50
    assert sum(Decimal(row["total_cost"]) for row in rows) == Decimal(attributes["total_cost"])
    assert len(rows[0]) == 25
    assert all("2026-01-01" <= row["start_time"] < "2026-02-01" for row in rows)


def test_the_same_period_gives_the_same_calls(clock: Clock, api: Api) -> None:
    """What was exported once is what is exported again."""
    assert calls_of(clock, api)[0] == calls_of(clock, api)[0]


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ({"number_aliases": ["Main line"]}, lambda row: row["number_alias"] == "Main line"),
        ({"number_aliases_contains": "upp"}, lambda row: row["number_alias"] == "Support"),
        ({"destination_numbers": ["+12065550100"]}, lambda row: row["destination"] == "12065550100"),
        ({"callerid_numbers": ["12065550101"]}, lambda row: row["callerid"] == "12065550101"),
        ({"duration_greater_than": 300}, lambda row: int(row["duration"]) > 300),
    ],
)
def test_filters_cut_the_file(clock: Clock, api: Api, filters: Any, fits: Any) -> None:
    """Every filter keeps exactly the calls that fit it."""
    everything, _ = calls_of(clock, api)

    filtered, _ = calls_of(clock, api, **filters)

    assert filtered == [row for row in everything if fits(row)] != []


@pytest.mark.parametrize(
    ("filters", "wrong"),
    [
        ({"start_call_start_time": "soon"}, "start_call_start_time"),
        ({"start_call_end_time": None}, "start_call_end_time"),
        ({"start_call_end_time": "2025-01-01 00:00:00"}, "start_call_end_time"),
        ({"start_call_end_time": "2026-04-04 00:00:00"}, "start_call_end_time"),
    ],
)
def test_a_period_has_two_ends_and_at_most_92_days(api: Api, filters: Any, wrong: str) -> None:
    """What is missing, backwards or too long is refused by name."""
    assert wrong_fields(export(api, **filters)) == {wrong}


def test_the_list_wraps_every_export_twice(clock: Clock, api: Api) -> None:
    """Newest first, integer ids, links to a host that nobody can reach."""
    first = export(api).json()["data"]["id"]
    clock.advance(timedelta(hours=2))
    second = export(api).json()["data"]["id"]

    listed = api.get("/v2/cdrs/exports", limit=2)

    assert [item["data"]["id"] for item in listed["data"]] == [int(second), int(first)]
    assert listed["links"]["next"].startswith("http://cdr-api/cdrs/exports?")
    completed = api.get("/v2/cdrs/exports", status="completed")["data"]
    assert [item["data"]["id"] for item in completed] == [int(first)]


def test_a_link_lasts_three_days_and_wants_no_credentials(clock: Clock, api: Api) -> None:
    """After that the storage refuses it."""
    export_id = export(api).json()["data"]["id"]
    clock.advance(timedelta(hours=2))
    url = api.get(f"/v2/cdrs/exports/{export_id}")["data"]["attributes"]["download_url"]

    assert requests.get(url, timeout=30).ok
    assert api.session.get(url, timeout=30).status_code == 400
    clock.advance(timedelta(days=3))
    assert requests.get(url, timeout=30).status_code == 403


def test_a_finished_export_tells_its_callback(
    carrier: Carrier, clock: Clock, api: Api, customer: Customer
) -> None:
    """Also when it failed."""
    carrier.faults.exports_fail = True
    export_id = export(api, callback_url=f"{customer.url}/cdrs").json()["data"]["id"]

    clock.advance(timedelta(hours=2))

    until(lambda: customer.posts)
    attributes = customer.posts[0]["data"]["attributes"]
    assert (attributes["resource_id"], attributes["status"]) == (export_id, "failed")
    assert api.get(f"/v2/cdrs/exports/{export_id}")["data"]["attributes"]["download_url"] is None


def test_calls_of_the_future_are_not_exported(clock: Clock, api: Api) -> None:
    """A period that has not ended yet holds what happened so far."""
    now = datetime.now(UTC)
    rows, _ = calls_of(
        clock,
        api,
        start_call_start_time=f"{now - timedelta(days=2):%Y-%m-%d %H:%M:%S}",
        start_call_end_time=f"{now + timedelta(days=30):%Y-%m-%d %H:%M:%S}",
    )

    assert max(row["start_time"] for row in rows) <= f"{clock.now():%Y-%m-%d %H:%M:%S}+00"
