"""Numbers v2.0: what is for sale, what the account owns, and what hangs on each number."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from .api import Api
from .documents import number_document, number_object, stock_attributes
from .errors import invalid_fields, invalid_parameter, not_found
from .inventory import TIERS
from .paging import HOST, page
from .provisioning import Provisioning, task_object
from .state import CALLBACK_TYPES, OwnedNumber, ProvisionTask, StockNumber
from .wire import ApiRequest, Reply, callback_url, flag
from .world import World

ORDERS: dict[str, Callable[[StockNumber], Decimal | str]] = {
    "monthly_cost": lambda number: number.price.monthly,
    "iso_country": lambda number: number.iso_country,
    "number_type": lambda number: number.number_type,
    "state": lambda number: number.state,
    "rate_center": lambda number: number.rate_center,
    "number": lambda number: number.value,
    "value": lambda number: number.value,
    "tn": lambda number: number.value,
}
"""Names for `order_by` -> what they sort by."""

EXACT: dict[str, Callable[[StockNumber], str]] = {
    "rate_center": lambda number: number.rate_center,
    "state": lambda number: number.state,
    "number_type": lambda number: number.number_type,
    "iso_country": lambda number: number.iso_country.lower(),
    "tier": lambda number: number.price.tier.lower(),
}
"""Filters that match a whole value in any case -> that value in lower case."""

ALIAS_LENGTH = 64


@dataclass(frozen=True)
class Numbers:
    world: World
    provisioning: Provisioning

    def register(self, api: Api) -> None:
        api.add("GET", "/v2/numbers/available/areacodes", self.area_codes)
        api.add("GET", "/v2/numbers/available/exchanges", self.exchanges)
        api.add("GET", "/v2/numbers/available/tiers", self.tiers)
        api.add("GET", "/v2/numbers/available", self.available)
        api.add("GET", "/v2/numbers", self.owned)
        number = "/v2/numbers/<number>"
        api.add("GET", number, self.details)
        api.add("POST", number, self.buy)
        api.add("PATCH", number, self.update)
        api.add("DELETE", number, self.release)
        route = f"{number}/relationships/<any(primary_route,failover_route):role>"
        api.add("PATCH", route, self.set_route)
        api.add("DELETE", route, self.remove_route)
        callback = f"{number}/relationships/<any({','.join(CALLBACK_TYPES)}):callback_type>"
        api.add("POST", callback, self.set_callback)
        api.add("GET", callback, self.callback)
        api.add("DELETE", callback, self.remove_callback)

    def area_codes(self, request: ApiRequest) -> Reply:
        most = _money(request.query, "max_setup_cost")
        npas = sorted(
            {number.value[1:4] for number in self._stock() if most is None or number.price.setup <= most}
        )
        window = page(npas, request.query, maximum=400)
        related = f"{HOST}/v2/numbers/available/exchanges?areacode="
        data = [{"type": "areacode", "id": npa, "links": {"related": related + npa}} for npa in window.items]
        links = window.links("/v2/numbers/available/areacodes", _echoed(request.query))
        return Reply(200, {"data": data, "links": links})

    def exchanges(self, request: ApiRequest) -> Reply:
        most = _money(request.query, "max_setup_cost")
        npa = request.query.get("areacode", "")
        npa_nxxs = sorted(
            {
                number.value[1:7]
                for number in self._stock()
                if number.value[1:].startswith(npa) and (most is None or number.price.setup <= most)
            }
        )
        window = page(npa_nxxs, request.query, maximum=200)
        related = f"{HOST}/v2/numbers/available?starts_with=1"
        data = [{"type": "exchange", "id": nxx, "links": {"related": related + nxx}} for nxx in window.items]
        links = window.links("/v2/numbers/available/exchanges", _echoed(request.query))
        return Reply(200, {"data": data, "links": links})

    def tiers(self, request: ApiRequest) -> Reply:
        window = page([price.tier for price in TIERS], request.query, maximum=200)
        data = [
            {
                "id": tier,
                "links": {"related": f"{HOST}/v2/numbers?tier={quote(tier, safe='')}"},
                "type": "tier",
            }
            for tier in window.items
        ]
        # The documented links leave "/available" out.
        return Reply(200, {"data": data, "links": window.links("/v2/numbers/tiers", {})})

    def available(self, request: ApiRequest) -> Reply:
        found = list(filter(_stock_filter(request.query), self._stock()))
        window = page(_ordered(found, request.query.get("order_by")), request.query, maximum=200)
        data = [
            {
                "attributes": stock_attributes(number),
                "id": number.value,
                "links": {"related": f"{HOST}/v2/numbers/{number.value}"},
                "type": "number",
            }
            for number in window.items
        ]
        links = window.links("/v2/numbers/available", _echoed(request.query))
        return Reply(200, {"data": data, "links": links})

    def owned(self, request: ApiRequest) -> Reply:
        alias = request.query.get("alias")
        fits = _value_filter(request.query)
        numbers = self.world.account.numbers
        found = sorted(numbers)
        # Without a filter, a page of a large account need not look at all of it.
        if request.query.keys() - {"limit", "offset"}:
            found = [value for value in found if fits(value) and alias in (None, numbers[value].alias)]
        window = page(found, request.query, maximum=200)
        links = window.links("/v2/numbers", _echoed(request.query))
        return Reply(200, {"data": [number_object(numbers[value]) for value in window.items], "links": links})

    def details(self, _request: ApiRequest, number: str) -> Reply:
        return Reply(200, number_document(self.world.account, self.world.owned_number(number)))

    def buy(self, request: ApiRequest, number: str) -> Reply:
        """Charge the setup price and make `number` the account's own.

        201, or 207 when it is bought but texting could not be switched on; 404 when it is not for sale.
        """
        account = self.world.account
        wanted = request.attributes_or_compact()
        lookups = flag(wanted, "cnam_lookups_enabled", default=True)
        stock = self.world.stock.get(number)
        if stock is None or number in account.numbers:
            raise not_found()
        bought = OwnedNumber(stock, cnam_lookups_enabled=bool(lookups))
        task = None
        wants_messaging = flag(wanted, "messaging_enabled", default=False)
        url = callback_url(wanted, "messaging_callback_url")
        account.numbers[number] = bought
        self.world.charge("purchase", number, stock.price.setup)
        if wants_messaging:
            task = self.provisioning.begin([number], enable=True, callback_url=url)
        return self._changed(bought, task, success=201)

    def update(self, request: ApiRequest, number: str) -> Reply:
        """Alias, lookups and texting; the body is plain and says `"type": "number"`."""
        owned = self.world.owned_number(number)
        wanted = request.body()
        if wanted.get("type") != "number":
            raise invalid_fields({"type": ['Must be "number".']})
        alias = wanted.get("alias", owned.alias)
        if alias is not None and (not isinstance(alias, str) or len(alias) > ALIAS_LENGTH):
            raise invalid_fields({"alias": [f"Must be a string of at most {ALIAS_LENGTH} characters."]})
        lookups = flag(wanted, "cnam_lookups_enabled", default=owned.cnam_lookups_enabled)
        messaging = flag(wanted, "messaging_enabled")
        url = callback_url(wanted, "messaging_callback_url")
        owned.alias = alias
        owned.cnam_lookups_enabled = bool(lookups)
        task = None
        if messaging is not None and messaging != owned.messaging_enabled:
            task = self.provisioning.begin([number], enable=messaging, callback_url=url)
        return self._changed(owned, task, success=200)

    def release(self, _request: ApiRequest, number: str) -> Reply:
        """Give the number back; it is for sale again."""
        owned = self.world.owned_number(number)
        del self.world.account.numbers[number]
        self.world.stock[number] = owned.stock
        self.world.charge("release", number, Decimal(0))
        return Reply(204)

    def set_route(self, request: ApiRequest, number: str, role: str) -> Reply:
        owned = self.world.owned_number(number)
        body = request.body()
        named = body.get("data", body)
        # The parameter table says route_id, its samples say id.
        route_id = str(named.get("id", named.get("route_id", ""))) if isinstance(named, dict) else ""
        if route_id not in self.world.account.routes:
            raise not_found()
        setattr(owned, role, route_id)
        return Reply(204)

    def remove_route(self, _request: ApiRequest, number: str, role: str) -> Reply:
        setattr(self.world.owned_number(number), role, None)
        return Reply(204)

    def set_callback(self, request: ApiRequest, number: str, callback_type: str) -> Reply:
        owned = self.world.owned_number(number)
        url = callback_url(request.attributes_or_compact())
        if url is None:
            raise invalid_fields({"callback_url": ["Missing data for required field."]})
        owned.callbacks[CALLBACK_TYPES[callback_type]] = url
        return Reply(204)

    def callback(self, _request: ApiRequest, number: str, callback_type: str) -> Reply:
        """Undocumented for numbers; answered as the account's own callbacks are."""
        url = self.world.owned_number(number).callbacks.get(CALLBACK_TYPES[callback_type])
        if url is None:
            raise not_found()
        product = callback_type.removesuffix("_callback")
        attributes = {"api_version": "2.1", "callback_url": url, "product": product}
        return Reply(200, {"data": {"attributes": attributes, "type": "callback"}})

    def remove_callback(self, _request: ApiRequest, number: str, callback_type: str) -> Reply:
        if self.world.owned_number(number).callbacks.pop(CALLBACK_TYPES[callback_type], None) is None:
            raise not_found()
        return Reply(204)

    def _stock(self) -> Iterable[StockNumber]:
        owned = self.world.account.numbers
        return (number for value, number in self.world.stock.items() if value not in owned)

    def _changed(self, number: OwnedNumber, task: ProvisionTask | None, *, success: int) -> Reply:
        included = [] if task is None else [task_object(task)]
        failed = task is not None and bool(task.failed)
        document = number_document(self.world.account, number, included)
        return Reply(207 if failed else success, document)


def _starts_with(typed: str) -> str:
    """Country code 1 is assumed unless the text begins with a plus sign (or that 1: no area code does)."""
    if typed.startswith("+"):
        return typed[1:]
    return typed if typed.startswith("1") or not typed else "1" + typed


def _value_filter(query: Mapping[str, str]) -> Callable[[str], bool]:
    start = _starts_with(query.get("starts_with", ""))
    middle, end = query.get("contains", ""), query.get("ends_with", "")
    return lambda value: value.startswith(start) and middle in value and value.endswith(end)


def _stock_filter(query: Mapping[str, str]) -> Callable[[StockNumber], bool]:
    by_value = _value_filter(query)
    exact = [(read, query[name].lower()) for name, read in EXACT.items() if query.get(name)]
    return lambda number: by_value(number.value) and all(read(number) == wanted for read, wanted in exact)


def _ordered(found: list[StockNumber], order_by: str | None) -> list[StockNumber]:
    if not order_by:
        return found
    name, _, direction = order_by.partition(",")
    if name not in ORDERS or direction not in ("", "asc", "desc"):
        raise invalid_parameter("order_by", f"must be one of {', '.join(ORDERS)}.")
    return sorted(found, key=ORDERS[name], reverse=direction == "desc")


def _money(query: Mapping[str, str], name: str) -> Decimal | None:
    """USD; amounts nobody can ask for (NaN, infinity) are refused like words."""
    text = query.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        raise invalid_parameter(name, "must be an amount such as 3.25.")
    return Decimal(text)


def _echoed(query: Mapping[str, str]) -> dict[str, str]:
    """The filters in the server's words: country code added, prices cut to whole dollars, capitals."""
    echoed = {name: text for name, text in query.items() if name not in ("limit", "offset")}
    if "starts_with" in echoed:
        echoed["starts_with"] = _starts_with(echoed["starts_with"])
    if "max_setup_cost" in echoed:
        echoed["max_setup_cost"] = str(int(_money(query, "max_setup_cost") or 0))
    for name in ("state", "rate_center"):
        if name in echoed:
            echoed[name] = echoed[name].upper()
    return echoed
