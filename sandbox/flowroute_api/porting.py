"""Porting v2.0: can numbers move here, and the orders that move them.

What can be ported is a rule of this stand-in: 555 exchanges cannot, all else can; numbers around Seattle are
on the carrier's own network. An order with `loa_details` (the letter of authorization) goes on its way, one
status a step; with "reject" in its billing name the losing carrier turns it down. Without, it waits 45 days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from .api import Api
from .errors import invalid_fields, not_found, not_permitted
from .inventory import describe
from .paging import page
from .state import Json, OwnedNumber, PortOrder
from .wire import ApiRequest, Reply, callback_url, number_digits
from .world import World

REQUIRED = ("numbers", "billing_name", "street", "city", "state", "country", "provider")
PATIENCE = timedelta(days=45)
PATH = ("processing", "submitted", "accepted", "completed")
ENDED = ("cancelled", "rejected", "abandoned")
OWN_NETWORK = ("206", "425", "253")
CANCELLED_AS = {"pending": "cancelled", "rejected": "abandoned"}
"""From which status an order can be cancelled, and what it is then."""
GROUP_WORDS = {
    "completed": "Completed",
    "cancelled": "Canceled",
    "abandoned": "Canceled",
    "pending": "Requires Action",
    "rejected": "Requires Action",
}


@dataclass(frozen=True)
class PortOrders:
    world: World

    def register(self, api: Api) -> None:
        api.add("POST", "/v2/portorders/portability", self.portability)
        api.add("POST", "/v2/portorders", self.create)
        api.add("GET", "/v2/portorders", self.orders)
        api.add("GET", "/v2/portorders/<order_id>/status", self.status)
        # The text of "Cancel a port order" says PATCH on the order, its sample posts to the status.
        api.add("PATCH", "/v2/portorders/<order_id>", self.update)
        for method in ("PATCH", "POST"):
            api.add(method, "/v2/portorders/<order_id>/status", self.update)
        api.add("POST", "/v2/portorders/<group_id>/numbers", self.add_numbers)

    def portability(self, request: ApiRequest) -> Reply:
        """A number can be in two of the lists."""
        numbers = _numbers(request.body_or_form().get("numbers"), "numbers")
        nonportable = [number for number in numbers if number[5:8] == "555"]
        return Reply(
            200,
            {
                "data": {
                    "hypernetwork_enabled": [
                        number
                        for number in numbers
                        if number[2:5] in OWN_NETWORK and number not in nonportable
                    ],
                    "nonportable": nonportable,
                    "portable": [number for number in numbers if number not in nonportable],
                }
            },
        )

    def create(self, request: ApiRequest) -> Reply:
        wanted = request.attributes("portorder")
        missing = {name: ["Missing data for required field."] for name in REQUIRED if not wanted.get(name)}
        if missing:
            raise invalid_fields(missing)
        if wanted["country"] not in ("US", "CA"):
            raise invalid_fields({"country": ["Must be one of: US, CA."]})
        numbers = _numbers(wanted["numbers"], "numbers")
        _check_types(wanted)
        callback_url(wanted)  # a bad one is refused now, not when it is needed
        number = self.world.account.next_id()
        order = PortOrder(
            id=str(number),
            group_id=str(self.world.account.next_id()),
            numbers=numbers,
            attributes={name: value for name, value in wanted.items() if name != "numbers"},
            status="pending",
            created_at=self.world.clock.now(),
        )
        self.world.account.port_orders[order.id] = order
        if wanted.get("loa_details"):
            for step, status in enumerate(PATH, start=1):
                self.world.schedule.after(
                    step * self.world.pace.porting_step_s, partial(self._step, order, status)
                )
        else:
            self.world.schedule.after(PATIENCE.total_seconds(), lambda: self._give_up(order))
        return Reply(201, {"data": _order_object(order)})

    def orders(self, request: ApiRequest) -> Reply:
        """All orders, or with `group_id` and `status` a summary of one group."""
        group = request.query.get("group_id")
        found = [
            order for order in self.world.account.port_orders.values() if group in (None, order.group_id)
        ]
        if group is not None and not found:
            raise not_found()
        if group is not None and "status" in request.query:
            words = ("Requires Action", "Completed", "Canceled", "In Progress")
            summary = dict.fromkeys(words, 0)
            for order in found:
                summary[GROUP_WORDS.get(order.status, "In Progress")] += 1
            return Reply(200, {"data": {"attributes": summary, "id": group, "type": "portordergroup"}})
        window = page(found, request.query, maximum=200)
        links = window.links("/v2/portorders", {"group_id": group} if group else {})
        return Reply(200, {"data": [_order_object(order) for order in window.items], "links": links})

    def status(self, _request: ApiRequest, order_id: str) -> Reply:
        return Reply(200, {"data": _status_object(self._order(order_id))})

    def update(self, request: ApiRequest, order_id: str) -> Reply:
        """Presets and alias, or `status: "cancelled"`: from pending or rejected only, else 403."""
        order = self._order(order_id)
        wanted = request.attributes("portorder")
        if "status" in wanted:
            if wanted["status"] not in ("cancelled", "canceled"):
                raise invalid_fields({"status": ['Must be "cancelled".']})
            if order.status not in CANCELLED_AS:
                raise not_permitted()
            self._move(order, CANCELLED_AS[order.status])
            return Reply(200, {"data": _status_object(order)})
        _check_types(wanted)
        order.attributes |= {name: wanted[name] for name in ("presets", "alias") if name in wanted}
        return Reply(200, {"data": _order_object(order)})

    def add_numbers(self, request: ApiRequest, group_id: str) -> Reply:
        """The sample calls the list `add`, the text `numbers`."""
        order = next(
            (order for order in self.world.account.port_orders.values() if order.group_id == group_id), None
        )
        if order is None:
            raise not_found()
        wanted = request.body()
        if order.status != "pending":
            raise not_permitted()
        order.numbers += _numbers(wanted.get("add", wanted.get("numbers")), "add")
        return Reply(200, {"data": _order_object(order)})

    def _order(self, order_id: str) -> PortOrder:
        order = self.world.account.port_orders.get(order_id)
        if order is None:
            raise not_found()
        return order

    def _step(self, order: PortOrder, status: str) -> None:
        with self.world.change():
            if order.status in ENDED:
                return
            if status == "accepted" and "reject" in str(order.attributes["billing_name"]).lower():
                self._move(order, "rejected")
                return
            self._move(order, status)
            if status == "completed":
                self._arrive(order)

    def _give_up(self, order: PortOrder) -> None:
        with self.world.change():
            if order.status == "pending":
                self._move(order, "cancelled")

    def _move(self, order: PortOrder, status: str) -> None:
        order.status = status
        order.status_updated_at = self.world.clock.now()
        attributes = {
            "id": order.id,
            "resource_id": order.id,
            "resource_type": "portorders",
            "customer_id": "sandbox",
            "message": f"Port Order #{order.id} has been {status}.",
            "status": status,
        }
        self.world.notify(order.attributes.get("callback_url"), "po_status_change", attributes)

    def _arrive(self, order: PortOrder) -> None:
        """The numbers join the account, with the presets that still exist."""
        account, presets = self.world.account, order.attributes.get("presets") or {}
        for number in order.numbers:
            account.numbers[number[1:]] = OwnedNumber(
                describe(number[1:]),
                alias=order.attributes.get("alias"),
                primary_route=_existing(presets.get("primary_route_id"), account.routes, "0"),
                failover_route=_existing(presets.get("failover_route_id"), account.routes, None),
                e911=_existing(presets.get("e911_id"), account.addresses, None),
                cnam=_existing(presets.get("cnam_id"), account.cnams, None),
            )


def _check_types(wanted: Json) -> None:
    for name, kind, words in (("presets", dict, "object"), ("alias", str, "string")):
        if not isinstance(wanted.get(name), kind | None):
            raise invalid_fields({name: [f"Not a valid {words}."]})


def _existing(wanted: Any, known: Iterable[str], default: str | None) -> str | None:
    return str(wanted) if str(wanted) in known else default


def _numbers(value: Any, name: str) -> list[str]:
    """Numbers with the plus sign that porting requires."""
    listed = value if isinstance(value, list) else []
    good = [text for text in listed if isinstance(text, str) and text.startswith("+") and number_digits(text)]
    if not listed or len(good) != len(listed):
        raise invalid_fields({name: ["Must be a list of numbers in E.164 form, such as +12065550100."]})
    return good


def _order_object(order: PortOrder) -> Json:
    attributes = {
        **order.attributes,
        "numbers": order.numbers,
        "group_id": order.group_id,
        "status": order.status,
        "status_updated_at": _updated(order),
    }
    return {"attributes": attributes, "id": order.id, "type": "portorder"}


def _status_object(order: PortOrder) -> Json:
    attributes = {"status": order.status, "status_updated_at": _updated(order)}
    return {"attributes": attributes, "id": order.id, "type": "portorder"}


def _updated(order: PortOrder) -> str | None:
    at = order.status_updated_at
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"
