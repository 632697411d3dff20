"""Sending texts, their records, and the account's callbacks."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from flask import Flask, Response

from sandbox.flowroute_api import Carrier, Clock

from .conftest import (
    MAIN,
    NOON,
    PERSON,
    SUPPORT,
    TOLL_FREE,
    Api,
    StartCarrier,
    served,
    status_and_detail,
    wrong_fields,
)

LIMIT = 767_840


@pytest.fixture
def pictures() -> Iterator[str]:
    """A public web server with files of any size: `/<bytes>/<name>`."""
    app = Flask("pictures")

    @app.get("/<int:size>/<name>")
    def picture(size: int, name: str) -> Response:
        del name
        return Response(b"x" * size, mimetype="image/png")

    with served(app) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture
def still() -> Clock:
    """A clock that stands still unless it is advanced, so that a second lasts as long as a test needs."""
    return Clock(lambda: NOON)


SECOND = timedelta(seconds=1)


def test_a_text_is_accepted_reaches_the_phone_and_is_charged(carrier: Carrier, api: Api) -> None:
    """202 and an id; the handset shows the text; the ledger shows one charge."""
    answer = api.text("Hello there!")

    message_id = answer.json()["data"]["id"]
    assert answer.status_code == 202
    assert message_id.startswith("mdr2-")
    [shown] = carrier.handset_messages(PERSON)
    assert (shown.direction, shown.number, shown.body, shown.state) == (
        "received",
        MAIN,
        "Hello there!",
        "delivered",
    )
    assert [(entry.what, entry.number) for entry in carrier.ledger] == [("text", MAIN)]
    record = api.get(f"/v2.1/messages/{message_id}")["data"]["attributes"]
    assert (record["direction"], record["from"], record["to"], record["body"]) == (
        "outbound",
        MAIN,
        PERSON,
        "Hello there!",
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v2.1/messages", {"to": PERSON, "from": MAIN, "body": "x"}),
        ("/v2.1/messages", {"to": int(PERSON), "from": int(MAIN), "body": "x", "is_mms": "false"}),
        (
            "/v2.2/messages",
            {
                "data": {
                    "type": "message",
                    "attributes": {"to": f"+{PERSON}", "from": f"+{MAIN}", "body": "x"},
                }
            },
        ),
    ],
)
def test_every_documented_form_of_a_text_is_understood(api: Api, path: str, body: Any) -> None:
    """Compact or JSON:API, with or without plus signs, numbers as integers, booleans as strings."""
    assert api.call("POST", path, body).status_code == 202


def test_the_old_version_answers_as_it_did(api: Api) -> None:
    """v2.0: 200, a bare mdr1 id, a record in the old words, and 403 for a number that is none."""
    answer = api.call("POST", "/v2/messages", {"to": PERSON, "from": MAIN, "body": "x"})
    bad = api.call("POST", "/v2/messages", {"to": "911", "from": MAIN, "body": "x"})

    assert answer.status_code == 200
    [(name, message_id)] = answer.json()["data"].items()
    assert (name, message_id[:5]) == ("id", "mdr1-")
    assert api.get(f"/v2/messages/{message_id}")["data"]["attributes"]["has_mms"] is False
    assert status_and_detail(bad) == (403, "")


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"to": "911"}, "to"),
        ({"to": ["12065551234"]}, "to"),
        ({"to": "(206) 555-1234"}, "to"),
        ({"from": "2065550100"}, "from"),
        ({"body": ""}, "body"),
        ({"body": None}, "body"),
        ({"body": 5}, "body"),
        ({"media_urls": "http://example.com/x.png"}, "media_urls"),
        ({"is_mms": "perhaps"}, "is_mms"),
        ({"dlr_callback": "nowhere"}, "dlr_callback"),
    ],
)
def test_a_bad_attribute_is_refused_by_name(carrier: Carrier, api: Api, changed: Any, wrong: str) -> None:
    """A 422 names the attribute; nothing is sent or charged."""
    answer = api.call("POST", "/v2.1/messages", {"to": PERSON, "from": MAIN, "body": "x", **changed})

    assert wrong_fields(answer) == {wrong}
    assert carrier.ledger == ()
    assert carrier.handset_messages() == []


@pytest.mark.parametrize("sender", ["12125550000", TOLL_FREE])
def test_only_own_numbers_that_text_may_send(api: Api, sender: str) -> None:
    """A stranger's number, or one of ours whose texting is off, is a 403."""
    answer = api.call("POST", "/v2.1/messages", {"to": PERSON, "from": sender, "body": "x"})

    assert status_and_detail(answer) == (403, "")


@pytest.mark.parametrize(
    ("body", "encoding", "segments"),
    [("x" * 160, 0, 1), ("x" * 161, 0, 2), ("x" * 281, 0, 3), ("ü" * 70, 8, 1), ("ü" + "x" * 79, 8, 2)],
)
def test_segments_are_billed_by_the_documented_figures(
    api: Api, body: str, encoding: int, segments: int
) -> None:
    """160 alone or 140 each in plain text, 70 each once a character needs UCS-2."""
    answer = api.call("POST", "/v2.2/messages", {"to": PERSON, "from": MAIN, "body": body}).json()["data"]

    prices = answer["price_details"]
    record = api.get(f"/v2.2/messages/{answer['id']}")["data"]["attributes"]
    assert (record["message_encoding"], prices["segment_count"]) == (encoding, segments)
    assert record["amount_nanodollars"] == 7_000_000 * segments
    assert record["price_details"] == prices


def test_five_texts_a_second_pass_and_a_refused_one_counts(still: Clock, start: StartCarrier) -> None:
    """The sixth attempt of a second is a 429, and so is every further one; the next second is free again."""
    _, api = start(clock=still)

    statuses = [api.text("x").status_code for _ in range(8)]
    other_version = api.call("POST", "/v2.2/messages", {"to": PERSON, "from": MAIN, "body": "x"})

    assert statuses == [202] * 5 + [429] * 3
    assert other_version.status_code == 202, "each endpoint has a limit of its own"
    still.advance(SECOND)
    assert api.text("x").status_code == 202


def test_one_picture_message_a_second_passes(still: Clock, start: StartCarrier) -> None:
    """MMS are counted apart from SMS, one a second."""
    _, api = start(clock=still)

    statuses = [api.text("x", is_mms=True).status_code for _ in range(2)]

    assert statuses == [202, 429]
    assert api.text("x").status_code == 202


def test_media_are_really_fetched_and_shown(carrier: Carrier, api: Api, pictures: str) -> None:
    """The carrier downloads the files without credentials; the phone shows them; the record links them."""
    answer = api.text("look", media_urls=[f"{pictures}/1000/cat.png", f"{pictures}/20/dog.png"])

    assert answer.status_code == 202
    [shown] = carrier.handset_messages(PERSON)
    assert [(file.file_name, file.mime_type, len(file.data)) for file in shown.media] == [
        ("cat.png", "image/png", 1000),
        ("dog.png", "image/png", 20),
    ]
    document = api.get(f"/v2.1/messages/{answer.json()['data']['id']}")
    assert document["data"]["attributes"]["is_mms"] is True
    assert [item["attributes"]["file_size"] for item in document["included"]] == [1000, 20]


def test_media_over_the_limit_are_refused_in_the_documented_words(
    still: Clock, start: StartCarrier, pictures: str
) -> None:
    """767,840 bytes with the text pass, one more does not; what cannot be fetched is refused too."""
    carrier, api = start(clock=still)
    fits, too_large = f"{pictures}/{LIMIT - 4}/a.png", f"{pictures}/{LIMIT - 3}/a.png"

    assert api.text("1234", media_urls=[fits]).status_code == 202
    still.advance(SECOND)
    assert status_and_detail(api.text("1234", media_urls=[too_large])) == (
        422,
        f'Error fetching media: File at "{too_large}" is over 767840 byte limit.',
    )
    still.advance(SECOND)
    assert api.text("x", media_urls=[f"{pictures}/nothing"]).status_code == 422
    still.advance(SECOND)
    assert api.text("x", media_urls=["http://127.0.0.1:1/x.png"]).status_code == 422
    assert len(carrier.ledger) == 1


def test_a_slow_picture_does_not_hold_up_other_calls(api: Api) -> None:
    """While the carrier fetches one file, everybody else is served."""
    released = threading.Event()
    asked = threading.Event()
    app = Flask("slow")

    @app.get("/slow.png")
    def slow() -> Response:
        asked.set()
        released.wait(timeout=30)
        return Response(b"x", mimetype="image/png")

    answers: list[requests.Response] = []
    with served(app) as server:
        url = f"http://127.0.0.1:{server.port}/slow.png"
        sending = threading.Thread(target=lambda: answers.append(api.text("x", media_urls=[url])))
        sending.start()
        assert asked.wait(timeout=30)

        assert requests.get(f"{api.url}/v2/numbers", auth=api.session.auth, timeout=30).ok

        released.set()
        sending.join()
    assert answers[0].status_code == 202


def test_records_are_listed_newest_first_between_two_dates(carrier: Carrier, clock: Clock, api: Api) -> None:
    """Inbound and outbound together; the start is required and included, the end is not included."""
    ids = []
    for day in range(3):
        ids += [carrier.handset_send(PERSON, SUPPORT, f"question {day}")]
        ids += [api.text(f"answer {day}").json()["data"]["id"]]
        clock.advance(timedelta(days=1))
    start = datetime.now(UTC) - timedelta(days=1)

    listed = api.get("/v2.1/messages", start_date=start.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))["data"]
    second_page = api.get("/v2.1/messages", start_date=f"{start:%Y-%m-%d}", limit=2, offset=2)["data"]
    past = api.get("/v2.1/messages", start_date="2000-01-01", end_date=f"{start:%Y-%m-%d}")["data"]

    assert [item["id"] for item in listed] == ids[::-1]
    assert [item["id"] for item in second_page] == ids[::-1][2:4]
    assert past == []
    assert api.call("GET", "/v2.1/messages").status_code == 422
    assert api.call("GET", "/v2.1/messages", params={"start_date": "yesterday"}).status_code == 422


def test_the_start_belongs_to_the_period_and_the_end_does_not(carrier: Carrier, api: Api) -> None:
    """Two periods that meet hold every record once."""
    carrier.handset_send(PERSON, MAIN, "hello")
    moment = carrier.handset_messages()[0].at.isoformat()

    before = api.get("/v2.1/messages", start_date="2020-01-01", end_date=moment)["data"]
    after = api.get("/v2.1/messages", start_date=moment)["data"]

    assert (len(before), len(after)) == (0, 1)


def test_an_unknown_record_is_not_found(api: Api) -> None:
    """An id of nothing is the documented 404."""
    assert status_and_detail(api.call("GET", "/v2.1/messages/mdr2-0"))[0] == 404


@pytest.mark.parametrize("compact", [True, False])
@pytest.mark.parametrize("name", ["sms_callback", "mms_callback", "sms_dlr_callback", "mms_dlr_callback"])
def test_account_callbacks_are_set_read_and_removed(api: Api, name: str, *, compact: bool) -> None:
    """Both documented bodies; the answer tells the URL, the product and the API version."""
    body: Any = {"callback_url": "https://example.com/x"}
    path = f"/v2.2/messages/{name}"
    assert api.call("GET", path).status_code == 404

    assert api.call("PUT", path, body if compact else {"data": {"attributes": body}}).status_code == 204

    assert api.get(path)["data"]["attributes"] == {
        "api_version": "2.2",
        "callback_url": "https://example.com/x",
        "product": name.removesuffix("_callback"),
    }
    assert api.call("DELETE", path).status_code == 204
    assert api.call("GET", path).status_code == 404


def test_the_deprecated_receipt_callback_still_works(api: Api) -> None:
    """`dlr_callback` sets what `sms_dlr_callback` reads."""
    assert (
        api.call("PUT", "/v2.1/messages/dlr_callback", {"callback_url": "https://a.example"}).status_code
        == 204
    )

    assert (
        api.get("/v2.1/messages/sms_dlr_callback")["data"]["attributes"]["callback_url"]
        == "https://a.example"
    )


def test_the_sending_rate_can_be_raised(start: StartCarrier) -> None:
    """Measuring something else needs room."""
    _, api = start(sms_per_s=1000)

    assert {api.text("x").status_code for _ in range(12)} == {202}
