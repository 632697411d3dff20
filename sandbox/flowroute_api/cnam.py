"""CNAM storage v2.0: the names shown on outbound calls, their review, and the numbers that carry them.

A review takes the time set for it and follows rules of this stand-in: names with POLICE, SHERIFF or
GOVERNMENT in them mislead, a few words alone are generic, and a name needs more than one letter.
"""

import re
from dataclasses import dataclass
from typing import Any

from .api import Api
from .documents import cnam_object, number_object
from .errors import ApiError, invalid_fields, not_found, not_permitted
from .paging import HOST, page
from .state import Cnam, OwnedNumber
from .wire import ApiRequest, Reply
from .world import World

LONGEST = 15
ALLOWED = re.compile(r"[A-Za-z0-9 \-_.,@+&'/\"]*")
MISLEADING = ("POLICE", "SHERIFF", "GOVERNMENT")
GENERIC = {"TEST", "PHONE", "BUSINESS", "COMPANY", "UNKNOWN", "CALLER"}


@dataclass(frozen=True)
class CnamRecords:
    world: World

    def register(self, api: Api) -> None:
        api.add("GET", "/v2/cnams", self.records)
        api.add("POST", "/v2/cnams", self.create)
        api.add("GET", "/v2/cnams/<cnam_id>", self.details)
        api.add("PATCH", "/v2/cnams/<cnam_id>", self.update)
        api.add("DELETE", "/v2/cnams/<cnam_id>", self.delete)
        # Documentation and one SDK say "cnams", the other SDKs "cnam".
        for word in ("cnams", "cnam"):
            api.add("PATCH", f"/v2/numbers/<number>/relationships/{word}/<cnam_id>", self.assign)
            api.add("DELETE", f"/v2/numbers/<number>/relationships/{word}", self.unassign)
        for cnam in self.world.account.cnams.values():
            if cnam.pending:
                self._review_later(cnam)

    def records(self, request: ApiRequest) -> Reply:
        value = request.query.get("value", "").upper()
        wanted = request.query.get("is_approved")
        approved = None if wanted is None else wanted.lower() == "true"
        found = [
            cnam
            for cnam in self.world.account.cnams.values()
            if value in cnam.value and approved in (None, cnam.approved_at is not None)
        ]
        window = page(found, request.query, maximum=None)
        filters = {} if approved is None else {"is_approved": str(approved)}
        if value:
            filters["value"] = value
        links = window.links("/v2/cnams", filters)
        return Reply(200, {"data": [cnam_object(cnam) for cnam in window.items], "links": links})

    def details(self, _request: ApiRequest, cnam_id: str) -> Reply:
        """An approved record also tells the numbers that carry it."""
        cnam = self._cnam(cnam_id)
        document = {"data": cnam_object(cnam)}
        if cnam.approved_at is not None:
            numbers = self._numbers_of(cnam)
            named = [{"id": number.value, "type": "number"} for number in numbers]
            document["data"]["relationships"] = {"numbers": {"data": named}}
            if numbers:
                return Reply(200, {**document, "included": [number_object(number) for number in numbers]})
        return Reply(200, document)

    def create(self, request: ApiRequest) -> Reply:
        """The body is bare, `{"value": ...}`; form-encoded is taken too, as the Python SDK sends it."""
        wanted = request.body_or_form()
        given = wanted.get("value")
        value = _checked(given[0] if isinstance(given, list) and given else given)
        cnam = Cnam(str(self.world.account.next_id()), value, self.world.clock.now())
        self.world.account.cnams[cnam.id] = cnam
        self._review_later(cnam)
        return Reply(201, {"data": cnam_object(cnam)})

    def update(self, request: ApiRequest, cnam_id: str) -> Reply:
        """Pending records only (403 otherwise); the review starts anew."""
        cnam = self._cnam(cnam_id)
        if not cnam.pending:
            raise not_permitted()
        cnam.value = _checked(request.attributes("cnam").get("value"))
        cnam.revision += 1
        self._review_later(cnam)
        own = {"self": f"{HOST}/v2/cnams/{cnam.id}"}
        return Reply(200, {"data": cnam_object(cnam), "links": own})

    def delete(self, _request: ApiRequest, cnam_id: str) -> Reply:
        cnam = self.world.account.cnams.pop(cnam_id, None)
        if cnam is None:
            raise ApiError(404, "CNAM record not found. Nothing to delete.", title="Resource not found")
        for number in self._numbers_of(cnam):
            number.cnam = None
        return Reply(204)

    def assign(self, _request: ApiRequest, number: str, cnam_id: str) -> Reply:
        """202; 422 (status undocumented) for a name not approved, a toll-free or a Canadian number."""
        owned = self.world.owned_number(number)
        cnam = self._cnam(cnam_id)
        if cnam.approved_at is None:
            raise ApiError(422, "The CNAM record is not approved.", title="Invalid Resource")
        if owned.stock.number_type == "toll-free" or owned.stock.iso_country != "US":
            raise ApiError(422, "CNAM can be set on US local numbers only.", title="Invalid Resource")
        owned.cnam = cnam.id
        return self._association(int(cnam.id))

    def unassign(self, _request: ApiRequest, number: str) -> Reply:
        self.world.owned_number(number).cnam = None
        return self._association(None)

    def _association(self, cnam_id: int | None) -> Reply:
        created = f"{self.world.clock.now():%a, %d %b %Y %H:%M:%S} GMT"
        return Reply(202, {"data": {"attributes": {"date_created": created}, "id": cnam_id, "type": "cnam"}})

    def _review_later(self, cnam: Cnam) -> None:
        revision = cnam.revision
        self.world.schedule.after(self.world.pace.cnam_review_s, lambda: self._review(cnam, revision))

    def _review(self, cnam: Cnam, revision: int) -> None:
        with self.world.change():
            if cnam.revision != revision:  # changed meanwhile: a later review decides
                return
            cnam.rejection_reason = _objection(cnam.value)
            if cnam.rejection_reason is None:
                cnam.approved_at = self.world.clock.now()

    def _cnam(self, cnam_id: str) -> Cnam:
        cnam = self.world.account.cnams.get(cnam_id)
        if cnam is None:
            raise not_found()
        return cnam

    def _numbers_of(self, cnam: Cnam) -> list[OwnedNumber]:
        return [number for number in self.world.account.numbers.values() if number.cnam == cnam.id]


def _checked(value: Any) -> str:
    """The name in upper case, as it is stored."""
    if not isinstance(value, str) or not value:
        raise invalid_fields({"value": ["Missing data for required field."]})
    if len(value) > LONGEST:
        raise invalid_fields({"value": [f"Must be at most {LONGEST} characters long."]})
    if not re.search(r"[A-Za-z]", value) or not ALLOWED.fullmatch(value):
        raise invalid_fields({"value": ["Needs a letter; spaces and - _ . , @ + & ' / \" are allowed."]})
    return value.upper()


def _objection(value: str) -> str | None:
    if any(word in value for word in MISLEADING):
        return "CNAM must not be misleading"
    if value in GENERIC:
        return "CNAM must not be generic"
    if len(re.findall(r"[A-Z]", value)) <= 1:
        return "CNAM must have more than one letter"
    return None
