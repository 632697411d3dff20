"""What is for sale, what is owned, and what hangs on a number."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import phonenumbers
import pytest

from sandbox.flowroute_api import Carrier, Clock

from .conftest import MAIN, SUPPORT, TOLL_FREE, Api, StartCarrier, status_and_detail, wrong_fields


def first_for_sale(api: Api, **query: Any) -> str:
    return str(api.get("/v2/numbers/available", limit=1, **query)["data"][0]["id"])


def values(document: Any) -> list[str]:
    return [item["id"] for item in document["data"]]


def test_a_new_account_owns_three_numbers(api: Api) -> None:
    """There is something to try out from the first minute: two lines that text and one that cannot."""
    listed = api.get("/v2/numbers")["data"]

    assert {
        item["id"]: (item["attributes"]["alias"], item["attributes"]["messaging_enabled"]) for item in listed
    } == {MAIN: ("Main line", True), SUPPORT: ("Support", True), TOLL_FREE: (None, False)}


def test_an_empty_account_owns_nothing_but_the_built_in_route(start: StartCarrier) -> None:
    """A test that counts things can begin at zero."""
    _, api = start(empty=True)

    assert [api.get(path)["data"] for path in ("/v2/numbers", "/v2/e911s", "/v2/cnams")] == [[], [], []]
    assert values(api.get("/v2/routes")) == ["0"]


def test_the_inventory_spans_the_continent_with_numbers_that_can_exist(api: Api) -> None:
    """Thousands of numbers, all valid by the numbering plan, over more than forty area codes."""
    npas = values(api.get("/v2/numbers/available/areacodes", limit=400))
    numbers: list[str] = []
    while (window := values(api.get("/v2/numbers/available", limit=200, offset=len(numbers)))) != []:
        numbers += window

    assert {"206", "253", "360", "425", "509", "800", "888", "604"} < set(npas)
    assert len(npas) >= 40
    assert len(numbers) == len(set(numbers)) > 3000
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(f"+{number}")) for number in numbers)
    assert not [number for number in numbers if number[4:7] == "555"]


def test_the_same_seed_sells_the_same_numbers(start: StartCarrier) -> None:
    """What a test found once, it finds again; another seed is another market."""
    offers = [
        values(start(seed=seed)[1].get("/v2/numbers/available", starts_with="206", limit=200))
        for seed in (7, 7, 8)
    ]

    assert offers[0] == offers[1] != offers[2]


def test_search_filters_combine(api: Api) -> None:
    """Every filter narrows the search; letters may be of any case, the country code is understood."""
    everything = api.get("/v2/numbers/available", starts_with="206", limit=200)["data"]
    expected = [
        item["id"]
        for item in everything
        if item["id"].endswith("7") and "3" in item["id"] and item["attributes"]["rate_center"] == "seattle"
    ]

    found = api.get(
        "/v2/numbers/available",
        starts_with="1206",
        contains="3",
        ends_with="7",
        state="WA",
        rate_center="SEATTLE",
        number_type="longcode",
        iso_country="us",
        limit=200,
    )

    assert values(found) == expected != []


def test_search_can_be_ordered_by_price(api: Api) -> None:
    """Cheapest first, or dearest first with the direction behind a comma."""
    for order_by, descending in (("monthly_cost", False), ("monthly_cost,desc", True)):
        found = api.get("/v2/numbers/available", starts_with="206", order_by=order_by, limit=200)["data"]
        prices = [item["attributes"]["monthly_cost"] for item in found]
        assert prices == sorted(prices, reverse=descending)
        assert len(set(prices)) > 1


def test_area_codes_and_exchanges_lead_to_numbers(api: Api) -> None:
    """Each step narrows: area code, exchange, number; a cap on the setup price drops what is dearer."""
    exchange = values(api.get("/v2/numbers/available/exchanges", areacode="425"))[0]

    found = api.get("/v2/numbers/available", starts_with=exchange)["data"]

    assert found
    assert all(item["id"].startswith(f"1{exchange}") for item in found)
    free = values(api.get("/v2/numbers/available/areacodes", max_setup_cost="0.5", limit=400))
    assert "425" in free
    assert "800" not in free


def test_tiers_can_be_searched_by_their_human_names(api: Api) -> None:
    """A tier's id is text for people, with dollar signs and slashes."""
    tier = next(tier for tier in values(api.get("/v2/numbers/available/tiers")) if "Promo" in tier)

    found = api.get("/v2/numbers/available", tier=tier)["data"]

    assert {item["attributes"]["tier"] for item in found} == {tier}


def test_buying_charges_once_and_takes_the_number_off_the_market(carrier: Carrier, api: Api) -> None:
    """A purchase needs no body; a second try finds nothing for sale and costs nothing."""
    number = first_for_sale(api, starts_with="206")
    price = api.get("/v2/numbers/available", starts_with=number)["data"][0]["attributes"]["setup_cost"]

    bought = api.call("POST", f"/v2/numbers/{number}")
    again = api.call("POST", f"/v2/numbers/{number}")

    assert bought.status_code == 201
    attributes = bought.json()["data"]["attributes"]
    assert (attributes["alias"], attributes["messaging_enabled"]) == (None, False)
    assert status_and_detail(again) == (404, "Could not find that resource on your account.")
    assert values(api.get("/v2/numbers/available", starts_with=number)) == []
    assert [(entry.what, entry.number, entry.amount) for entry in carrier.ledger] == [
        ("purchase", number, Decimal(str(price)))
    ]


def test_of_many_buyers_of_one_number_one_gets_it(carrier: Carrier, api: Api) -> None:
    """Purchases at the same moment are charged once in total."""
    number = first_for_sale(api, starts_with="253")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.call("POST", f"/v2/numbers/{number}").status_code, range(8)))

    assert sorted(answers) == [201] + [404] * 7
    assert [entry.number for entry in carrier.ledger] == [number]


def test_texting_works_only_when_provisioning_is_over(clock: Clock, api: Api) -> None:
    """Bought with texting wanted, a number cannot text until the job behind it ends."""
    number = first_for_sale(api, starts_with="206")

    answer = api.call(
        "POST", f"/v2/numbers/{number}", {"messaging_enabled": True, "cnam_lookups_enabled": "false"}
    )

    document = answer.json()
    assert answer.status_code == 201
    assert document["data"]["attributes"]["messaging_enabled"] is False
    assert document["data"]["attributes"]["cnam_lookups_enabled"] is False
    [task] = [item for item in document["included"] if item["type"] == "message_provisioning_status"]
    assert task["attributes"] == {"status": "processing", "tn": number}

    clock.advance(timedelta(hours=2))

    assert api.get(f"/v2/numbers/{number}")["data"]["attributes"]["messaging_enabled"] is True
    status = api.get(f"/v2/message-provision/status/{task['id']}")
    assert status["data"]["attributes"]["status"] == "successful"


def test_a_purchase_whose_texting_fails_answers_207(carrier: Carrier, clock: Clock, api: Api) -> None:
    """207 is bought and charged, but does not text; trying that part again mends it."""
    number = first_for_sale(api, starts_with="206")
    carrier.faults.messaging_fails = True

    answer = api.call("POST", f"/v2/numbers/{number}", {"messaging_enabled": True})

    assert answer.status_code == 207
    assert [entry.number for entry in carrier.ledger] == [number]
    carrier.faults.messaging_fails = False
    again = api.call("PATCH", f"/v2/numbers/{number}", {"type": "number", "messaging_enabled": True})
    assert again.status_code == 200
    clock.advance(timedelta(hours=2))
    assert api.get(f"/v2/numbers/{number}")["data"]["attributes"]["messaging_enabled"] is True


def test_an_update_needs_its_type_and_keeps_what_it_does_not_name(api: Api) -> None:
    """The plain body must say that it is about a number; strings count as booleans."""
    forgotten = api.call("PATCH", f"/v2/numbers/{MAIN}", {"alias": "Front desk"})
    too_long = api.call("PATCH", f"/v2/numbers/{MAIN}", {"type": "number", "alias": "x" * 65})
    updated = api.call("PATCH", f"/v2/numbers/{MAIN}", {"type": "number", "cnam_lookups_enabled": "false"})

    assert wrong_fields(forgotten) == {"type"}
    assert wrong_fields(too_long) == {"alias"}
    attributes = updated.json()["data"]["attributes"]
    assert (attributes["alias"], attributes["cnam_lookups_enabled"]) == ("Main line", False)


def test_releasing_returns_a_number_to_the_market(carrier: Carrier, api: Api) -> None:
    """What is released can be bought again; releasing it twice is a 404."""
    assert api.call("DELETE", f"/v2/numbers/{SUPPORT}").status_code == 204
    assert status_and_detail(api.call("DELETE", f"/v2/numbers/{SUPPORT}"))[0] == 404
    assert values(api.get("/v2/numbers/available", starts_with=SUPPORT)) == [SUPPORT]
    assert api.call("POST", f"/v2/numbers/{SUPPORT}").status_code == 201
    assert [entry.what for entry in carrier.ledger] == ["release", "purchase"]


def test_owned_numbers_are_found_by_alias_as_a_whole(api: Api) -> None:
    """An alias matches exactly or not at all."""
    assert values(api.get("/v2/numbers", alias="Main line")) == [MAIN]
    assert values(api.get("/v2/numbers", alias="Main")) == []
    assert values(api.get("/v2/numbers", starts_with="800")) == [TOLL_FREE]


@pytest.mark.parametrize("compact", [True, False])
def test_a_number_keeps_its_own_callbacks(api: Api, *, compact: bool) -> None:
    """Both documented bodies set a callback; the old name for receipts sets the same as the new one."""
    url = "https://example.com/dlr"
    body: Any = {"callback_url": url} if compact else {"data": {"attributes": {"callback_url": url}}}
    path = f"/v2/numbers/{MAIN}/relationships"

    assert api.call("POST", f"{path}/dlr_callback", body).status_code == 204

    assert api.get(f"{path}/sms_dlr_callback")["data"]["attributes"]["callback_url"] == url
    assert api.call("DELETE", f"{path}/sms_dlr_callback").status_code == 204
    assert api.call("GET", f"{path}/sms_dlr_callback").status_code == 404


def test_a_callback_must_be_a_url(api: Api) -> None:
    """What cannot be posted to is refused when it is set, by name."""
    for body in ({}, {"callback_url": "example.com/sms"}, {"callback_url": 5}):
        answer = api.call("POST", f"/v2/numbers/{MAIN}/relationships/sms_callback", body)
        assert wrong_fields(answer) == {"callback_url"}


def test_numbers_of_others_are_not_found(api: Api) -> None:
    """Whatever is asked about a number that is not ours, the answer is the documented 404."""
    stranger = "12125550000"
    calls: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("PATCH", "", {"type": "number", "alias": "x"}),
        ("DELETE", "", None),
        ("PATCH", "/relationships/primary_route", {"data": {"type": "route", "id": "0"}}),
        ("POST", "/relationships/sms_callback", {"callback_url": "https://example.com"}),
        ("PATCH", "/relationships/e911s/21845", None),
        ("PATCH", "/relationships/cnams/22790", None),
    ]

    for method, rest, body in calls:
        answer = api.call(method, f"/v2/numbers/{stranger}{rest}", body)
        assert status_and_detail(answer) == (404, "Could not find that resource on your account.")


def test_a_large_account_can_be_had_for_nothing(carrier: Carrier, api: Api) -> None:
    """Ten thousand numbers, without buying them, for measuring lists."""
    carrier.give_numbers(*(f"1509{line:07}" for line in range(2_000_000, 2_010_000)))

    assert len(api.get("/v2/numbers", starts_with="509", limit=500)["data"]) == 200
    assert len(carrier.owned_numbers()) == 10_003
    assert carrier.ledger == ()
