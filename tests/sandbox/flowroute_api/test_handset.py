"""The phones: what people send, what they see, STOP and UNSTOP, receipts."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import requests

from sandbox.flowroute_api import ACCEPTED, DELIVERED, SUBMITTED, Carrier, Clock

from .conftest import MAIN, PERSON, SUPPORT, TOLL_FREE, Api, Customer, status_and_detail, until

PICTURE = ("cat.png", "image/png", b"\x89PNG")


def listen(api: Api, customer: Customer, *names: str) -> None:
    for name in names:
        answer = api.call("PUT", f"/v2.1/messages/{name}", {"callback_url": f"{customer.url}/{name}"})
        assert answer.status_code == 204


def test_a_text_goes_to_the_numbers_callback_before_the_accounts(
    carrier: Carrier, api: Api, customer: Customer
) -> None:
    """The finer setting wins; a number without one uses the account's."""
    listen(api, customer, "sms_callback")
    own = {"callback_url": f"{customer.url}/own"}
    api.call("POST", f"/v2/numbers/{MAIN}/relationships/sms_callback", own)

    carrier.handset_send("(206) 555-1234", MAIN, "to main")
    until(lambda: len(customer.posts) == 1)
    carrier.handset_send(PERSON, SUPPORT, "to support")
    until(lambda: len(customer.posts) == 2)

    assert [post["path"] for post in customer.posts] == ["own", "sms_callback"]
    attributes = customer.posts[1]["data"]["attributes"]
    assert (attributes["from"], attributes["to"], attributes["body"]) == (PERSON, SUPPORT, "to support")
    assert attributes["amount_nanodollars"] == "4000000"
    assert customer.headers[0]["Content-Type"] == "application/json"


def test_without_a_callback_a_text_is_only_recorded(carrier: Carrier, api: Api) -> None:
    """Nobody is told, but the record list has it."""
    message_id = carrier.handset_send(PERSON, MAIN, "anybody there?")

    assert [item["id"] for item in api.get("/v2.1/messages", start_date="2020-01-01")["data"]] == [message_id]
    assert carrier.webhooks == ()
    assert carrier.unfinished_webhooks == 0


def test_an_account_may_get_the_flat_form(carrier: Carrier, api: Api, customer: Customer) -> None:
    """Some accounts get {to, from, body, id} and nothing else."""
    listen(api, customer, "sms_callback")
    carrier.webhook_shape = "flat"

    message_id = carrier.handset_send(PERSON, MAIN, "bla")

    until(lambda: customer.posts)
    assert customer.posts == [
        {"path": "sms_callback", "body": "bla", "to": MAIN, "from": PERSON, "id": message_id}
    ]


def test_a_picture_arrives_with_a_link_that_needs_no_credentials(
    carrier: Carrier, clock: Clock, api: Api, customer: Customer
) -> None:
    """The link is signed and lasts a month; credentials beside the signature are refused."""
    listen(api, customer, "mms_callback")

    carrier.handset_send(PERSON, MAIN, "", [PICTURE])

    until(lambda: customer.posts)
    [post] = customer.posts
    [file] = [item["attributes"] for item in post["included"]]
    assert (post["data"]["attributes"]["body"], post["data"]["attributes"]["status"]) == (None, "")
    assert (file["file_name"], file["mime_type"], file["file_size"]) == ("cat.png", "image/png", 4)
    fetched = requests.get(file["url"], timeout=30)
    assert (fetched.content, fetched.headers["Content-Type"]) == (PICTURE[2], "image/png")
    assert api.session.get(file["url"], timeout=30).status_code == 400
    assert requests.get(file["url"][:-1] + "0x", timeout=30).status_code == 403
    assert requests.get(file["url"].partition("?")[0], timeout=30).status_code == 403
    clock.advance(timedelta(days=31))
    assert requests.get(file["url"], timeout=30).status_code == 403


@pytest.mark.parametrize("number", [TOLL_FREE, "12125550000"])
def test_a_phone_sees_that_its_text_could_not_be_delivered(
    carrier: Carrier, api: Api, customer: Customer, number: str
) -> None:
    """A number whose texting is off, or that is not in service, takes nothing; the sender is told why."""
    listen(api, customer, "sms_callback")

    carrier.handset_send(PERSON, number, "hello?")

    [shown] = carrier.handset_messages(PERSON)
    assert shown.state.startswith("not delivered: the number")
    assert api.get("/v2.1/messages", start_date="2020-01-01")["data"] == []
    assert carrier.unfinished_webhooks == 0


@pytest.mark.parametrize(("person", "body"), [("911", "x"), ("", "x"), (PERSON, "")])
def test_a_phone_cannot_send_nonsense(carrier: Carrier, person: str, body: str) -> None:
    """A number that is none and an empty text are mistakes of the caller."""
    with pytest.raises(ValueError, match=r"North American|needs a body"):
        carrier.handset_send(person, MAIN, body)


@pytest.mark.parametrize("word", ["STOP", "stop", " Stop\n"])
def test_stop_closes_one_pair_and_unstop_opens_it(
    carrier: Carrier, api: Api, customer: Customer, word: str
) -> None:
    """After STOP this number cannot text this person; others can; the phone sees the automatic answers."""
    listen(api, customer, "sms_callback")
    carrier.handset_send(PERSON, MAIN, word)

    refused = api.text("are you sure?")
    elsewhere = api.call("POST", "/v2.1/messages", {"to": PERSON, "from": SUPPORT, "body": "x"})

    status, detail = status_and_detail(refused)
    assert (status, "1110" in detail, elsewhere.status_code) == (400, True, 202)
    assert "unsubscribed" in carrier.handset_messages(PERSON)[1].body

    carrier.handset_send(PERSON, MAIN, "UNSTOP")

    assert api.text("welcome back").status_code == 202
    until(lambda: len(customer.posts) == 2)
    assert [post["data"]["attributes"]["body"] for post in customer.posts] == [word, "UNSTOP"]


def test_stop_among_other_words_is_an_ordinary_text(carrier: Carrier, api: Api) -> None:
    """The carrier understands the single word only; the rest is the customer's to handle."""
    carrier.handset_send(PERSON, MAIN, "STOP PLEASE")

    assert api.text("all right").status_code == 202


def test_some_carriers_keep_stop_to_themselves(start: Any, customer: Customer) -> None:
    """Whether STOP is posted is not documented for certain, so it can be switched."""
    carrier, api = start(forwards_stop=False)
    listen(api, customer, "sms_callback")

    carrier.handset_send(PERSON, MAIN, "STOP")
    carrier.handset_send(PERSON, MAIN, "UNSTOP")

    until(lambda: customer.posts)
    until(lambda: carrier.unfinished_webhooks == 0)
    assert [post["data"]["attributes"]["body"] for post in customer.posts] == ["UNSTOP"]


def test_receipts_come_in_two_levels_and_settle_the_record(
    carrier: Carrier, clock: Clock, api: Api, customer: Customer
) -> None:
    """Level 1, then level 2, both under the message's id; the record ends with the last status."""
    listen(api, customer, "sms_dlr_callback")
    message_id = api.text("hello").json()["data"]["id"]

    clock.advance(timedelta(hours=3))

    until(lambda: len(customer.posts) == 2)
    receipts = [post["data"] for post in customer.posts]
    assert {receipt["id"] for receipt in receipts} == {message_id}
    assert [
        (item["attributes"]["level"], item["attributes"]["status"], item["attributes"]["status_code"])
        for item in receipts
    ] == [(1, "smsc submit", None), (2, "delivered", "1004")]
    record = api.get(f"/v2.1/messages/{message_id}")["data"]["attributes"]
    assert record["status"] == "delivered"
    assert [receipt["level"] for receipt in record["delivery_receipts"]] == [2, 1]
    until(lambda: carrier.unfinished_webhooks == 0)


def test_receipts_may_come_in_any_order_and_number(
    carrier: Carrier, clock: Clock, api: Api, customer: Customer
) -> None:
    """A plan can put the end before the beginning, and can have more than two steps."""
    listen(api, customer, "sms_dlr_callback")
    carrier.receipt_plan = (DELIVERED, ACCEPTED, SUBMITTED)

    api.text("hello")
    clock.advance(timedelta(hours=4))

    until(lambda: len(customer.posts) == 3)
    assert [post["data"]["attributes"]["level"] for post in customer.posts] == [2, 2, 1]


def test_a_receipt_goes_to_the_finest_callback(clock: Clock, api: Api, customer: Customer) -> None:
    """The message's own URL beats the number's, and that beats the account's."""
    listen(api, customer, "sms_dlr_callback")
    api.text("account")
    own = {"callback_url": f"{customer.url}/number"}
    clock.advance(timedelta(hours=3))
    until(lambda: len(customer.posts) == 2)
    api.call("POST", f"/v2/numbers/{MAIN}/relationships/sms_dlr_callback", own)
    api.text("number")
    clock.advance(timedelta(hours=3))
    until(lambda: len(customer.posts) == 4)
    api.text("message", dlr_callback=f"{customer.url}/message")
    clock.advance(timedelta(hours=3))
    until(lambda: len(customer.posts) == 6)

    assert [post["path"] for post in customer.posts[::2]] == ["sms_dlr_callback", "number", "message"]


def test_a_phone_that_is_off_gets_nothing_and_the_receipt_says_so(
    carrier: Carrier, clock: Clock, api: Api
) -> None:
    """Numbers ending in 0000 are switched off: accepted at first, failed in the end."""
    message_id = api.text("hello", to="12065550000").json()["data"]["id"]
    clock.advance(timedelta(hours=3))

    record = api.get(f"/v2.1/messages/{message_id}")["data"]["attributes"]
    [shown] = carrier.handset_messages("12065550000")

    assert (record["status"], record["delivery_receipts"][0]["status_code"]) == ("delivery failure", 1007)
    assert shown.state == "not delivered: the phone is switched off"


def test_watchers_learn_of_every_visible_change(carrier: Carrier, api: Api) -> None:
    """A page that shows phones and numbers can wait instead of asking again and again."""
    changed = threading.Event()
    carrier.subscribe(changed.set)

    changes: list[Any] = [
        lambda: carrier.handset_send(PERSON, MAIN, "hi"),
        lambda: api.text("hello"),
        lambda: api.call("PATCH", f"/v2/numbers/{MAIN}", {"type": "number", "alias": "new"}),
    ]
    for change in changes:
        changed.clear()
        change()
        assert changed.wait(timeout=30)
