"""E911 v2.0: addresses for emergency calls, and the numbers they belong to.

Which addresses exist is a rule of this stand-in. Geocoding fails for the street number 0, for a street with
"nowhere" in its name, and for a US zip that is not five digits. A street name that ends in a full stop
("3rd Ave.") is refused with the spelling that the emergency centre wants. Toll-free numbers do not support
emergency services here: the documentation has said both.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from .api import Api
from .documents import e911_object
from .errors import ApiError, invalid_fields, not_found
from .paging import HOST, page
from .state import E911Address, Json, OwnedNumber
from .wire import ApiRequest, Reply
from .world import World

REQUIRED = (
    "label",
    "first_name",
    "last_name",
    "street_number",
    "street_name",
    "city",
    "state",
    "country",
    "zip",
)
OPTIONAL = ("address_type", "address_type_number")
ADDRESS_TYPES = {
    name.lower(): name
    for name in (
        *(
            "Apartment",
            "Basement",
            "Building",
            "Department",
            "Floor",
            "Front",
            "Key",
            "Lobby",
            "Lot",
            "Lower",
        ),
        *("Office", "Penthouse", "Pier", "Rear", "Room", "Side", "Slip", "Space", "Stop", "Suite", "Trailer"),
        *("Unit", "Upper"),
    )
}
US_STATES = re.findall(
    "..",
    "ALAKAZARCACOCTDEDCFLGAHIIDILINIAKSKYLAMEMDMAMIMN"
    "MSMOMTNENVNHNJNMNYNCNDOHOKORPAPRRISCSDTNTXUTVTVAVIWAWVWIWY",
)
PROVINCES = re.findall("..", "ABBCMBNBNLNSNTNUONPEQCSKYT")
ZIP_LENGTHS = range(4, 8)
ACTIVATION_FEE = Decimal("1.39")
"""USD for each new pair of number and address; a figure of this stand-in."""


@dataclass(frozen=True)
class E911Addresses:
    world: World

    def register(self, api: Api) -> None:
        api.add("POST", "/v2/e911s/validate", self.validate)
        api.add("GET", "/v2/e911s", self.addresses)
        api.add("POST", "/v2/e911s", self.create)
        api.add("GET", "/v2/e911s/<address_id>", self.details)
        api.add("PATCH", "/v2/e911s/<address_id>", self.update)
        api.add("DELETE", "/v2/e911s/<address_id>", self.delete)
        api.add("GET", "/v2/e911s/<address_id>/relationships/numbers", self.numbers)
        api.add("PATCH", "/v2/numbers/<number>/relationships/e911s/<address_id>", self.assign)
        api.add("DELETE", "/v2/numbers/<number>/relationships/e911s", self.unassign)

    def validate(self, request: ApiRequest) -> Reply:
        _checked(request.attributes("e911"))
        return Reply(204)

    def addresses(self, request: ApiRequest) -> Reply:
        """`label`, `street_name` and `city` match in part, `state` as a whole; all in any case."""
        found = [
            address
            for address in self.world.account.addresses.values()
            if all(
                request.query.get(name, "").lower() in address.attributes[name].lower()
                for name in ("label", "street_name", "city", "state")
            )
        ]
        window = page(found, request.query, maximum=2000)
        filters = {name: text for name, text in request.query.items() if name not in ("limit", "offset")}
        if "state" in filters:
            filters["state"] = filters["state"].upper()
        links = window.links("/v2/e911s", filters)
        return Reply(200, {"data": [e911_object(address) for address in window.items], "links": links})

    def details(self, _request: ApiRequest, address_id: str) -> Reply:
        return Reply(200, {"data": e911_object(self._address(address_id))})

    def create(self, request: ApiRequest) -> Reply:
        attributes = _checked(request.attributes("e911"))
        self._check_label(attributes, except_for=None)
        address = E911Address(str(self.world.account.next_id()), attributes)
        self.world.account.addresses[address.id] = address
        return Reply(201, {"data": e911_object(address)})

    def update(self, request: ApiRequest, address_id: str) -> Reply:
        """Any attributes; what results is checked like a new address."""
        address = self._address(address_id)
        attributes = _checked({**address.attributes, **request.attributes("e911")})
        self._check_label(attributes, except_for=address.id)
        address.attributes = attributes
        return Reply(200, {"data": e911_object(address)})

    def delete(self, _request: ApiRequest, address_id: str) -> Reply:
        """204; 403 while a number uses it (undocumented: answered as for a route in use)."""
        address = self._address(address_id)
        if self._numbers_of(address):
            raise ApiError(
                403,
                "Please disassociate all numbers before deleting.",
                title="This E911 record has numbers still associated to it.",
            )
        del self.world.account.addresses[address.id]
        return Reply(204)

    def numbers(self, request: ApiRequest, address_id: str) -> Reply:
        address = self._address(address_id)
        window = page(self._numbers_of(address), request.query, maximum=200)
        data = [
            {
                "attributes": {"alias": number.alias, "value": number.value},
                "id": number.value,
                "links": {"self": f"{HOST}/v2/numbers/{number.value}"},
                "type": "number",
            }
            for number in window.items
        ]
        # The documented link leaves "/relationships" out.
        return Reply(200, {"data": data, "links": window.links(f"/v2/e911s/{address.id}/numbers", {})})

    def assign(self, _request: ApiRequest, number: str, address_id: str) -> Reply:
        """Repeating the same pair costs nothing; another address on the number is charged again."""
        owned = self.world.owned_number(number)
        address = self._address(address_id)
        if owned.stock.number_type == "toll-free":
            raise ApiError(
                422,
                "Cannot assign an E911 record to a number that does not support emergency services.",
                title="Invalid Resource",
            )
        if owned.e911 != address.id:
            owned.e911 = address.id
            self.world.charge("e911", owned.value, ACTIVATION_FEE)
        return Reply(204)

    def unassign(self, _request: ApiRequest, number: str) -> Reply:
        self.world.owned_number(number).e911 = None
        return Reply(204)

    def _address(self, address_id: str) -> E911Address:
        address = self.world.account.addresses.get(address_id)
        if address is None:
            raise not_found()
        return address

    def _numbers_of(self, address: E911Address) -> list[OwnedNumber]:
        return [number for number in self.world.account.numbers.values() if number.e911 == address.id]

    def _check_label(self, attributes: dict[str, str], *, except_for: str | None) -> None:
        if any(
            other.id != except_for and other.attributes["label"] == attributes["label"]
            for other in self.world.account.addresses.values()
        ):
            raise invalid_fields({"label": ["An E911 record with this label exists already."]})


def _checked(wanted: Json) -> dict[str, str]:
    """The attributes as stored: strings, the unit's type in its usual spelling, unset units left out."""
    given = {name: wanted.get(name) for name in (*REQUIRED, *OPTIONAL)}
    problems = {name: ["Missing data for required field."] for name in REQUIRED if given[name] in (None, "")}
    texts = {name: str(value).strip() for name, value in given.items() if value not in (None, "")}
    problems |= {
        name: ["Not a valid string."]
        for name, value in given.items()
        if isinstance(value, bool | list | dict)
    }
    for name, rule in _field_problems(texts):
        problems.setdefault(name, [rule])
    if problems:
        raise invalid_fields(problems)
    if "address_type" in texts:
        texts["address_type"] = ADDRESS_TYPES[texts["address_type"].lower()]
    _geocode(texts)
    return texts


def _field_problems(texts: dict[str, str]) -> list[tuple[str, str]]:
    problems = []
    states = {"US": US_STATES, "CA": PROVINCES}.get(texts.get("country", ""))
    if states is None:
        problems.append(("country", "Must be one of: US, CA."))
    if texts.get("state") not in (states or [*US_STATES, *PROVINCES]):
        problems.append(("state", "Must be the two-letter code of a state, province or territory."))
    if len(texts.get("zip", "")) not in ZIP_LENGTHS:
        problems.append(("zip", "ZIP code must be at least 4 and at most 7 digits long"))
    if texts.get("address_type", "unit").lower() not in ADDRESS_TYPES:
        problems.append(("address_type", f"Must be one of: {', '.join(ADDRESS_TYPES.values())}."))
    if "address_type" in texts and "address_type_number" not in texts:
        problems.append(("address_type_number", "Required when address_type is given."))
    return problems


def _geocode(texts: dict[str, str]) -> None:
    street = texts["street_name"]
    us_zip = re.fullmatch("[0-9]{5}", texts["zip"])
    if (
        texts["street_number"] == "0"
        or "nowhere" in street.lower()
        or (texts["country"] == "US" and not us_zip)
    ):
        raise ApiError(
            400,
            "Could not geocode this address. Please check the validity of your address.",
            title="Client Error",
        )
    if street.endswith("."):
        raise ApiError(
            400,
            f'The address must be changed to suit 911: street_name "{street}" to "{street[:-1]}".',
            title="Client Error",
        )
