"""Answers and webhooks have the members that the documented examples have.

An example shows one moment and one generation of the provider's documents, so an answer may know more than
one example does, but nothing that no example of its kind knows.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.flowroute_api import Carrier, Clock

from .conftest import MAIN, PERSON, SUPPORT, TOLL_FREE, Api, Customer, until

EXAMPLES = Path(__file__).parents[2] / "flowroute" / "examples"
PICTURE = ("cat.png", "image/png", b"\x89PNG")
ADDRESS = "21845"
PERIOD = {"start_call_start_time": "2026-01-01 00:00:00", "start_call_end_time": "2026-02-01 00:00:00"}


def example(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text())


def members(value: Any, path: str = "") -> Iterator[str]:
    """Every member by its path; items of lists count together, by their type where they have one."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}.{name}"
            yield from members(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            kind = item.get("type", "") if isinstance(item, dict) else ""
            yield from members(item, f"{path}[{kind}]")


def empty(value: Any, path: str = "") -> Iterator[str]:
    """The paths at which there is nothing inside to compare: nulls and empty lists."""
    if value is None or value == []:
        yield path
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from empty(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            kind = item.get("type", "") if isinstance(item, dict) else ""
            yield from empty(item, f"{path}[{kind}]")


def beyond(known: Any, other: Any) -> set[str]:
    """Members of `known` that `other` lacks, except below what `other` leaves empty."""
    hollow = tuple(empty(other))
    return {
        path
        for path in set(members(known)) - set(members(other))
        if not any(path.startswith((f"{place}.", f"{place}[")) for place in hollow)
    }


def post(api: Api, path: str, name: str, **changed: Any) -> Any:
    """Send an example request, with some of its attributes changed."""
    body = example(name)
    (body["data"]["attributes"] if "data" in body else body).update(changed)
    return api.call("POST", path, body).json()


def for_sale(api: Api) -> str:
    return str(api.get("/v2/numbers/available", starts_with="206", limit=1)["data"][0]["id"])


def with_everything(api: Api) -> Any:
    relationships = f"/v2/numbers/{MAIN}/relationships"
    api.call("PATCH", f"{relationships}/primary_route", {"data": {"type": "route", "id": "98396"}})
    api.call("PATCH", f"{relationships}/failover_route", {"type": "route", "id": "83834"})
    api.call("PATCH", f"{relationships}/cnams/22790")
    return api.get(f"/v2/numbers/{MAIN}")


def rejected_name(api: Api, clock: Clock) -> Any:
    api.call("POST", "/v2/cnams", {"value": "Seattle Police"})
    clock.advance(timedelta(days=3))
    return api.get("/v2/cnams", value="police")


def finished_export(api: Api, clock: Clock, path: str) -> Any:
    export_id = post(api, "/v2/cdrs/exports", "cdrs.exports.create.request")["data"]["id"]
    clock.advance(timedelta(hours=2))
    return api.get(path.format(id=export_id))


def outbound_record(api: Api, clock: Clock) -> Any:
    message_id = api.text("Hello there!").json()["data"]["id"]
    clock.advance(timedelta(hours=3))
    return api.get(f"/v2.1/messages/{message_id}")


def refused_send(carrier: Carrier, api: Api) -> Any:
    carrier.handset_send(PERSON, MAIN, "STOP")
    return api.text("x").json()


def too_many(api: Api) -> Any:
    answers = (api.text("x", is_mms=True) for _ in range(50))
    return next(answer.json() for answer in answers if answer.status_code == 429)


def inbound_mms_record(carrier: Carrier, api: Api) -> Any:
    return api.get(f"/v2.1/messages/{carrier.handset_send(PERSON, MAIN, 'look', [PICTURE])}")


def inbound_sms_record(carrier: Carrier, api: Api) -> Any:
    return api.get(f"/v2.1/messages/{carrier.handset_send(PERSON, MAIN, 'look')}")


def some_records(carrier: Carrier, api: Api, clock: Clock) -> Any:
    carrier.handset_send(PERSON, MAIN, "Hello are you there?")
    outbound_record(api, clock)
    return api.get("/v2.1/messages", start_date="2020-01-01", limit=2)


def old_record(api: Api) -> Any:
    message_id = post(api, "/v2/messages", "messages.v2_0.send.request", **{"from": MAIN})["data"]["id"]
    return api.get(f"/v2/messages/{message_id}")


def callback(api: Api) -> Any:
    api.call("PUT", "/v2.1/messages/dlr_callback", example("messages.callback.set.jsonapi.request"))
    return api.get("/v2.1/messages/dlr_callback")


def number_update(api: Api) -> Any:
    return api.call("PATCH", f"/v2/numbers/{MAIN}", example("numbers.update_alias.request")).json()


def address_field(api: Api) -> Any:
    return post(api, "/v2/e911s", "e911s.create.request", zip="1")


def pending_update(api: Api) -> Any:
    return api.call("PATCH", "/v2/cnams/24141", example("cnams.update_pending.request")).json()


def named_number(api: Api) -> Any:
    api.call("PATCH", f"/v2/numbers/{MAIN}/relationships/cnams/22790")
    return api.get("/v2/cnams/22790")


def port_order(api: Api) -> Any:
    return post(api, "/v2/portorders", "portorders.create.request")["data"]["id"]


def cancelled_order(api: Api) -> Any:
    path = f"/v2/portorders/{port_order(api)}/status"
    return api.call("POST", path, example("portorders.cancel.request")).json()


OWNED = ("numbers.list.response", "numbers.purchase.extended.response")
DETAILS = (
    "numbers.details.with_relationships.response",
    "numbers.purchase.extended.response",
    "numbers.purchase.with_messaging.response",
)
FOR_SALE = ("numbers.available.response", "numbers.available.extended.response")
ROUTES = ("routes.list.response", "routes.update.response")
ADDRESSES = ("e911s.list.response", "e911s.create.response")
EXPORT = ("cdrs.exports.status.response", "cdrs.exports.create.response", "cdrs.exports.list.response")


@dataclass(frozen=True)
class Stage:
    """What a case needs to get its answer."""

    carrier: Carrier
    api: Api
    clock: Clock


CASES: dict[str, tuple[Callable[[Stage], Any], tuple[str, ...]]] = {
    "numbers.available.areacodes.response": (
        lambda on: on.api.get("/v2/numbers/available/areacodes", limit=3),
        (),
    ),
    "numbers.available.exchanges.response": (
        lambda on: on.api.get("/v2/numbers/available/exchanges", areacode=347, limit=3),
        (),
    ),
    "numbers.available.tiers.response": (
        lambda on: on.api.get("/v2/numbers/available/tiers", limit=2),
        (),
    ),
    "numbers.available.response": (
        lambda on: on.api.get("/v2/numbers/available", starts_with="1206", limit=3),
        FOR_SALE,
    ),
    "numbers.available.extended.response": (
        lambda on: on.api.get("/v2/numbers/available", starts_with="1206", limit=1),
        FOR_SALE,
    ),
    "numbers.list.paged.response": (lambda on: on.api.get("/v2/numbers", limit=2), OWNED),
    "numbers.list.response": (lambda on: on.api.get("/v2/numbers"), OWNED),
    "numbers.list.empty.response": (lambda on: on.api.get("/v2/numbers", starts_with="1999"), ()),
    "numbers.details.response": (lambda on: on.api.get(f"/v2/numbers/{SUPPORT}"), DETAILS),
    "numbers.details.with_relationships.response": (lambda on: with_everything(on.api), DETAILS),
    "numbers.purchase.response": (
        lambda on: on.api.call("POST", f"/v2/numbers/{for_sale(on.api)}").json(),
        DETAILS,
    ),
    "numbers.purchase.with_messaging.response": (
        lambda on: post(on.api, f"/v2/numbers/{for_sale(on.api)}", "numbers.purchase.request"),
        DETAILS,
    ),
    "numbers.update_alias.response": (lambda on: number_update(on.api), DETAILS),
    "message_provision.single.response": (
        lambda on: post(on.api, "/v2/message-provision", "message_provision.request", numbers=[TOLL_FREE]),
        (),
    ),
    "message_provision.bulk.response": (
        lambda on: post(
            on.api, "/v2/message-provision", "message_provision.request", numbers=[TOLL_FREE, SUPPORT]
        ),
        (),
    ),
    "routes.list.response": (lambda on: on.api.get("/v2/routes", limit=2), ROUTES),
    "routes.create.response": (
        lambda on: post(on.api, "/v2/routes", "routes.create.host.request"),
        ROUTES,
    ),
    "routes.update.response": (
        lambda on: on.api.call("PATCH", "/v2/routes/98396", example("routes.update.request")).json(),
        ROUTES,
    ),
    "routes.edge_strategies.response": (lambda on: on.api.get("/v2/routes/edge_strategies"), ()),
    "e911s.list.response": (lambda on: on.api.get("/v2/e911s", limit=1), ADDRESSES),
    "e911s.details.response": (lambda on: on.api.get(f"/v2/e911s/{ADDRESS}"), ADDRESSES),
    "e911s.create.response": (lambda on: post(on.api, "/v2/e911s", "e911s.create.request"), ADDRESSES),
    "e911s.create.no_unit.response": (
        lambda on: post(on.api, "/v2/e911s", "e911s.validate.request"),
        ADDRESSES,
    ),
    "e911s.update.response": (
        lambda on: on.api.call("PATCH", f"/v2/e911s/{ADDRESS}", example("e911s.update.request")).json(),
        ADDRESSES,
    ),
    "e911s.numbers.response": (
        lambda on: on.api.get(f"/v2/e911s/{ADDRESS}/relationships/numbers"),
        (),
    ),
    "cnams.list.response": (lambda on: on.api.get("/v2/cnams", limit=2), ()),
    "cnams.list.rejected.response": (lambda on: rejected_name(on.api, on.clock), ()),
    "cnams.details.response": (lambda on: on.api.get("/v2/cnams/22790"), ()),
    "cnams.details.with_numbers.response": (
        lambda on: named_number(on.api),
        ("numbers.purchase.extended.response",),
    ),
    "cnams.create.response": (lambda on: post(on.api, "/v2/cnams", "cnams.create.request"), ()),
    "cnams.update_pending.response": (lambda on: pending_update(on.api), ()),
    "cnams.assign.response": (
        lambda on: on.api.call("PATCH", f"/v2/numbers/{MAIN}/relationships/cnams/22790").json(),
        (),
    ),
    "cnams.unassign.response": (
        lambda on: on.api.call("DELETE", f"/v2/numbers/{MAIN}/relationships/cnams").json(),
        (),
    ),
    "messages.send.response": (lambda on: on.api.text("x").json(), ()),
    "messages.send.v2_2.response": (
        lambda on: post(
            on.api, "/v2.2/messages", "messages.send_sms.v2_2_plus.request", **{"from": f"+{MAIN}"}
        ),
        (),
    ),
    "messages.get.response": (lambda on: inbound_sms_record(on.carrier, on.api), ()),
    "messages.get.outbound.response": (lambda on: outbound_record(on.api, on.clock), ()),
    "messages.get.mms_inbound.response": (lambda on: inbound_mms_record(on.carrier, on.api), ()),
    "messages.list.response": (lambda on: some_records(on.carrier, on.api, on.clock), ()),
    "messages.v2_0.send.response": (
        lambda on: post(on.api, "/v2/messages", "messages.v2_0.send.request", **{"from": MAIN}),
        (),
    ),
    "messages.v2_0.get.response": (lambda on: old_record(on.api), ()),
    "messages.callback.get.response": (lambda on: callback(on.api), ()),
    "cdrs.exports.create.response": (
        lambda on: post(on.api, "/v2/cdrs/exports", "cdrs.exports.create.request"),
        (),
    ),
    "cdrs.exports.status.response": (
        lambda on: finished_export(on.api, on.clock, "/v2/cdrs/exports/{id}"),
        EXPORT,
    ),
    "cdrs.exports.list.response": (
        lambda on: finished_export(on.api, on.clock, "/v2/cdrs/exports?limit=1"),
        (),
    ),
    "portorders.portability.response": (
        lambda on: post(on.api, "/v2/portorders/portability", "portorders.portability.request"),
        (),
    ),
    "portorders.status.response": (
        lambda on: on.api.get(f"/v2/portorders/{port_order(on.api)}/status"),
        (),
    ),
    "portorders.cancel.response": (lambda on: cancelled_order(on.api), ()),
    "error.400.e911_geocode": (
        lambda on: post(on.api, "/v2/e911s/validate", "e911s.validate.request", street_number="0"),
        (),
    ),
    "error.400.recipient_opted_out": (lambda on: refused_send(on.carrier, on.api), ()),
    "error.401": (lambda on: on.api.call("GET", "/v2/numbers", auth=("a", "b")).json(), ()),
    "error.403.action_not_authorized": (
        lambda on: post(on.api, "/v2/messages", "messages.v2_0.send.request", to="911"),
        (),
    ),
    "error.403.route_in_use": (lambda on: on.api.call("DELETE", "/v2/routes/0").json(), ()),
    "error.404.cnam_delete": (lambda on: on.api.call("DELETE", "/v2/cnams/1").json(), ()),
    "error.404.number": (lambda on: on.api.call("GET", "/v2/numbers/1").json(), ()),
    "error.405": (lambda on: on.api.call("PUT", "/v2/numbers").json(), ()),
    "error.422": (lambda on: address_field(on.api), ()),
    "error.422.e911_field": (lambda on: address_field(on.api), ()),
    "error.422.e911_number_unsupported": (
        lambda on: on.api.call("PATCH", f"/v2/numbers/{TOLL_FREE}/relationships/e911s/{ADDRESS}").json(),
        (),
    ),
    "error.422.media_too_large": (
        lambda on: on.api.text("x", media_urls=["http://127.0.0.1:1/x.png"]).json(),
        (),
    ),
    "error.429": (lambda on: too_many(on.api), ()),
}


"""Example -> how to get such an answer, and examples of the same kind that know further members."""


@pytest.mark.parametrize("name", CASES)
def test_an_answer_has_the_members_of_its_example(
    carrier: Carrier, api: Api, clock: Clock, name: str
) -> None:
    """None is missing, and none is made up: each is known from this example or a newer one of its kind."""
    ask, relatives = CASES[name]

    answer = ask(Stage(carrier, api, clock))

    assert beyond(example(name), answer) == set()
    known = {path.rpartition(".")[2] for relative in relatives for path in members(example(relative))}
    assert {path for path in beyond(answer, example(name)) if path.rpartition(".")[2] not in known} == set()


def test_every_example_of_an_answer_is_compared() -> None:
    """A new example is not forgotten; those left out show an older generation or another account."""
    left_out = {
        "cnams.list.mixed.response",  # old records with null dates
        "e911s.list.empty_unit.response",  # unset units as empty strings; here they are left out
        "e911s.numbers.internal_ids.response",  # internal ids; here the number itself
        "messages.list.last_page.response",  # the list again, without a next page
        "numbers.available.old_number_type.response",  # the number types of 2018
        "numbers.purchase.extended.response",  # the purchase again
    }
    answers = {
        path.stem
        for path in EXAMPLES.glob("*.json")
        if path.match("*.response.json") or path.match("error.*")
    }

    assert answers - left_out == set(CASES)


WEBHOOKS: dict[str, Callable[[Stage], Any]] = {
    "webhook.inbound_sms": lambda on: on.carrier.handset_send(PERSON, MAIN, "hi"),
    "webhook.inbound_sms.legacy_flat_mdr2": lambda on: flat(on.carrier),
    "webhook.inbound_mms": lambda on: on.carrier.handset_send(PERSON, MAIN, "look", [PICTURE]),
    "webhook.inbound_mms.two_media": lambda on: on.carrier.handset_send(PERSON, MAIN, "look", [PICTURE] * 2),
    "webhook.dlr.level1": lambda on: on.api.text("x"),
    "webhook.notification.portorder": lambda on: notified_order(on.api),
}


def flat(carrier: Carrier) -> None:
    carrier.webhook_shape = "flat"
    carrier.handset_send(PERSON, MAIN, "hi")


def notified_order(api: Api) -> None:
    url = api.get("/v2.1/messages/sms_callback")["data"]["attributes"]["callback_url"]
    post(api, "/v2/portorders", "portorders.create.request", callback_url=url)


@pytest.mark.parametrize("name", WEBHOOKS)
def test_a_webhook_has_the_members_of_its_example(
    carrier: Carrier, api: Api, clock: Clock, customer: Customer, name: str
) -> None:
    """Member for member, and with the JSON types that the recordings show."""
    for kind in ("sms_callback", "mms_callback", "sms_dlr_callback"):
        api.call("PUT", f"/v2.1/messages/{kind}", {"callback_url": f"{customer.url}/in"})

    WEBHOOKS[name](Stage(carrier, api, clock))
    clock.advance(timedelta(minutes=61))

    until(lambda: customer.posts)
    posted = {member: value for member, value in customer.posts[0].items() if member != "path"}
    assert beyond(example(name), posted) == set()
    assert beyond(posted, example(name)) == set()
    for member, shown in example(name).get("data", {}).get("attributes", {}).items():
        assert type(posted["data"]["attributes"][member]) is type(shown), member
