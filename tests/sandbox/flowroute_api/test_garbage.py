"""Whatever a client sends, it gets an answer, never a crash."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.flowroute_api import Clock

from .conftest import MAIN, Api

CALLS: list[tuple[str, str, str | None, list[str]]] = [
    ("POST", "/v2.1/messages", None, ["to", "from", "body", "media_urls", "is_mms", "dlr_callback"]),
    ("PUT", "/v2.1/messages/sms_callback", None, ["callback_url"]),
    ("PATCH", f"/v2/numbers/{MAIN}", None, ["type", "alias", "cnam_lookups_enabled", "messaging_enabled"]),
    ("POST", "/v2/numbers/1", None, ["messaging_enabled", "messaging_callback_url"]),
    ("PATCH", f"/v2/numbers/{MAIN}/relationships/primary_route", None, ["data", "id", "route_id"]),
    ("POST", "/v2/routes", "route", ["alias", "route_type", "value", "edge_strategy_id"]),
    ("PATCH", "/v2/routes/98396", "route", ["alias", "route_type", "value", "edge_strategy"]),
    ("POST", "/v2/e911s", "e911", ["label", "street_number", "state", "country", "zip", "address_type"]),
    ("PATCH", "/v2/e911s/21845", "e911", ["label", "street_name", "zip", "address_type_number"]),
    ("POST", "/v2/cnams", None, ["value"]),
    ("PATCH", "/v2/cnams/24141", "cnam", ["value"]),
    ("POST", "/v2/cdrs/exports", "cdrexport", ["callback_url", "filter_parameters"]),
    ("POST", "/v2/portorders/portability", None, ["numbers"]),
    ("POST", "/v2/portorders", "portorder", ["numbers", "presets", "country", "callback_url"]),
    ("POST", "/v2/message-provision", None, ["numbers", "action", "callback_url"]),
]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
PORT_ORDER = {
    "numbers": ["+12065661654"],
    "billing_name": "John Doe",
    "street": "1218 3rd Ave",
    "city": "Seattle",
    "state": "WA",
    "country": "US",
    "provider": "Example Telecom",
    "loa_details": {"email": "loa@example.com"},
}
EXPORT = {"start_call_start_time": "2026-01-01 00:00:00", "start_call_end_time": "2026-01-02 00:00:00"}


@pytest.mark.parametrize(("method", "path", "kind", "names"), CALLS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_attribute_breaks_a_call(
    api: Api, method: str, path: str, kind: str | None, names: list[str], data: st.DataObject
) -> None:
    """Every attribute may be any JSON value, or missing; the answer is a success or a 4xx."""
    attributes = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, VALUES)))

    answer = api.call(
        method, path, {"data": {"type": kind, "attributes": attributes}} if kind else attributes
    )

    assert answer.status_code < 500


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES)
@pytest.mark.parametrize(
    "name",
    [
        "number_aliases",
        "number_aliases_contains",
        "destination_numbers",
        "duration_greater_than",
        "caller_ip",
    ],
)
def test_no_filter_breaks_an_export(
    clock: Clock, api: Api, caplog: pytest.LogCaptureFixture, name: str, value: Any
) -> None:
    """An export with any filter is refused or comes to an end."""
    attributes = {"filter_parameters": {**EXPORT, name: value}}
    answer = api.call("POST", "/v2/cdrs/exports", {"data": {"type": "cdrexport", "attributes": attributes}})
    clock.advance(timedelta(hours=2))

    if answer.status_code != 422:
        export = api.get(f"/v2/cdrs/exports/{answer.json()['data']['id']}")["data"]["attributes"]
        assert export["status"] == "completed"
    assert "a scheduled job failed" not in caplog.messages


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES)
@pytest.mark.parametrize("name", ["presets", "alias", "billing_name", "loa_details"])
def test_no_attribute_stops_a_port_order(
    clock: Clock, api: Api, caplog: pytest.LogCaptureFixture, name: str, value: Any
) -> None:
    """An order is refused, or goes its way to an end."""
    attributes = {**PORT_ORDER, name: value}
    answer = api.call("POST", "/v2/portorders", {"data": {"type": "portorder", "attributes": attributes}})
    clock.advance(timedelta(days=46))

    if answer.status_code != 422:
        order_id = answer.json()["data"]["id"]
        status = api.get(f"/v2/portorders/{order_id}/status")["data"]["attributes"]["status"]
        assert status in ("completed", "rejected", "cancelled")
    assert "a scheduled job failed" not in caplog.messages


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(
            [
                "starts_with",
                "contains",
                "state",
                "order_by",
                "max_setup_cost",
                "areacode",
                "limit",
                "offset",
                "tier",
            ]
        ),
        st.text(max_size=12) | st.integers().map(str),
        max_size=4,
    )
)
def test_no_query_breaks_a_search(api: Api, query: dict[str, str]) -> None:
    """Any text in any filter finds something, finds nothing, or is a 422."""
    for path in ("available", "available/areacodes", "available/exchanges"):
        assert api.call("GET", f"/v2/numbers/{path}", params=query).status_code in (200, 422)
