"""Routes, and which number uses which."""

from typing import Any

import pytest

from .conftest import MAIN, Api, status_and_detail, wrong_fields


def create(api: Api, **attributes: Any) -> Any:
    return api.call("POST", "/v2/routes", {"data": {"type": "route", "attributes": attributes}})


def test_the_built_in_route_comes_first_and_stays(api: Api) -> None:
    """sip-reg is route 0; it can be neither created, changed nor deleted."""
    [first, *others] = api.get("/v2/routes")["data"]

    assert (first["id"], first["attributes"]["route_type"], first["attributes"]["value"]) == (
        "0",
        "sip-reg",
        None,
    )
    assert len(others) == 2
    assert wrong_fields(create(api, alias="mine", route_type="sip-reg", value="x")) == {"route_type"}
    body = {"data": {"type": "route", "attributes": {"alias": "other"}}}
    assert status_and_detail(api.call("PATCH", "/v2/routes/0", body)) == (403, "")
    assert api.call("DELETE", "/v2/routes/0").status_code == 403


@pytest.mark.parametrize(
    ("route_type", "value"),
    [
        ("host", "24.239.23.40:5060"),
        ("host", "myphone.com"),
        ("host", "myphone.com;transport=tls;weight=10"),
        ("number", "16476998778"),
        ("uri", "sip:16476998778@215.122.69.152:5060;transport=tcp"),
        ("uri", "sips:bob@example.com"),
    ],
)
def test_documented_values_are_accepted(api: Api, route_type: str, value: str) -> None:
    """Each kind of route takes the values its documentation shows."""
    answer = create(api, alias="new", route_type=route_type, value=value, edge_strategy="1")

    assert answer.status_code == 201
    attributes = answer.json()["data"]["attributes"]
    assert (attributes["value"], attributes["edge_strategy_id"]) == (value, 1)


@pytest.mark.parametrize(
    ("route_type", "value", "wrong"),
    [
        ("host", "not a host", "value"),
        ("number", "+16476998778", "value"),
        ("uri", "16476998778@example.com", "value"),
        ("HOST", "myphone.com", "route_type"),
        ("host", 5, "value"),
    ],
)
def test_other_values_are_refused_by_name(api: Api, route_type: str, value: Any, wrong: str) -> None:
    """A value of the wrong kind is a 422 that says which attribute it was."""
    assert wrong_fields(create(api, alias="new", route_type=route_type, value=value)) == {wrong}


def test_an_existing_route_is_not_made_twice(api: Api) -> None:
    """The same alias or the same destination again is a 403."""
    assert create(api, alias="Seattle PBX", route_type="host", value="b.example.com").status_code == 403
    assert create(api, alias="other", route_type="host", value="pbx.example.com:5060").status_code == 403


def test_a_route_in_use_cannot_be_deleted(api: Api) -> None:
    """First the numbers go elsewhere, then the route can go."""
    role = f"/v2/numbers/{MAIN}/relationships"
    assert (
        api.call("PATCH", f"{role}/primary_route", {"data": {"type": "route", "id": "98396"}}).status_code
        == 204
    )
    assert api.call("PATCH", f"{role}/failover_route", {"type": "route", "id": 83834}).status_code == 204

    refused = api.call("DELETE", "/v2/routes/98396")

    assert status_and_detail(refused) == (403, "Please disassociate all numbers before deleting.")
    document = api.get(f"/v2/numbers/{MAIN}")
    assert document["data"]["relationships"]["primary_route"]["data"]["id"] == "98396"
    assert {item["id"] for item in document["included"] if item["type"] == "route"} == {"98396", "83834"}
    assert api.call("DELETE", f"{role}/primary_route").status_code == 204
    assert api.call("DELETE", "/v2/routes/98396").status_code == 204
    assert api.call("DELETE", "/v2/routes/98396").status_code == 404


def test_a_number_cannot_point_at_a_route_that_is_not_there(api: Api) -> None:
    """An unknown route is a 404, and the number keeps what it had."""
    path = f"/v2/numbers/{MAIN}"
    answer = api.call("PATCH", f"{path}/relationships/primary_route", {"data": {"type": "route", "id": "1"}})

    assert answer.status_code == 404
    assert api.get(path)["data"]["relationships"]["primary_route"]["data"]["id"] == "0"


def test_routes_can_be_changed_and_filtered(api: Api) -> None:
    """An update may name a single attribute; the list can be cut to one type."""
    body = {"data": {"type": "route", "attributes": {"value": "pbx2.example.com:5060"}}}
    assert api.call("PATCH", "/v2/routes/98396", body).status_code == 200

    [route] = api.get("/v2/routes", route_type="host")["data"]

    assert (route["attributes"]["alias"], route["attributes"]["value"]) == (
        "Seattle PBX",
        "pbx2.example.com:5060",
    )
    assert api.get("/v2/routes/98396")["data"] == route


def test_points_of_presence_have_integer_ids(api: Api) -> None:
    """The documented Virginia entry is among them."""
    strategies = {
        item["id"]: item["attributes"]["name"] for item in api.get("/v2/routes/edge_strategies")["data"]
    }

    assert strategies[4] == "US-East-VA"
