"""What surrounds every call: credentials, methods, types, pages, faults."""

import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.flowroute_api import Carrier, Drop, EmptyBody, Hold, HtmlPage, Refuse
from sandbox.flowroute_api.handset import typed_digits
from sandbox.flowroute_api.texts import encoding_of, segments_in
from sandbox.flowroute_api.wire import number_digits

from .conftest import ACCESS_KEY, MAIN, PERSON, SECRET_KEY, Api, status_and_detail

LISTS = {
    "/v2/numbers": 200,
    "/v2/numbers/available": 200,
    "/v2/numbers/available/areacodes": 400,
    "/v2/numbers/available/exchanges": 200,
    "/v2/numbers/available/tiers": 200,
    "/v2/routes": 200,
    "/v2/e911s": 2000,
    "/v2/cnams": None,
    "/v2/cdrs/exports": 200,
    "/v2/portorders": 200,
    "/v2.1/messages": None,
}


@pytest.mark.parametrize(
    "credentials",
    [None, (ACCESS_KEY, "wrong"), ("wrong", SECRET_KEY), ("", ""), (f"{ACCESS_KEY}:{SECRET_KEY}", "")],
)
@pytest.mark.parametrize("path", ["/v2/numbers", "/v2/nothing", "/v2.1/messages"])
def test_nothing_is_told_without_the_right_credentials(
    api: Api, path: str, credentials: tuple[str, str] | None
) -> None:
    """Not even whether a URL exists."""
    answer = requests.get(api.url + path, auth=credentials, timeout=30)

    assert status_and_detail(answer) == (401, "Authentication failed.")


def test_a_bearer_token_is_no_credential(api: Api) -> None:
    """Only Basic auth is understood."""
    answer = requests.get(f"{api.url}/v2/numbers", headers={"Authorization": "Bearer x"}, timeout=30)

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/v2/numbers"), ("DELETE", "/v2/routes"), ("PATCH", "/v2/cnams")]
)
def test_a_wrong_method_is_a_405(api: Api, method: str, path: str) -> None:
    """With the documented body."""
    assert status_and_detail(api.call(method, path)) == (
        405,
        "The method is not allowed for the requested URL.",
    )


def test_a_wrong_path_is_a_404(api: Api) -> None:
    """In JSON, as every refusal."""
    assert status_and_detail(api.call("GET", "/v2/nothing"))[0] == 404


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"]
)
def test_other_types_than_json_are_a_415(api: Api, content_type: str) -> None:
    """The type is wrong even when the body would do."""
    answer = api.session.post(
        f"{api.url}/v2.1/messages",
        data=f'{{"to": "{PERSON}", "from": "{MAIN}", "body": "x"}}',
        headers={"Content-Type": content_type},
        timeout=30,
    )

    assert answer.status_code == 415


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff", b'{"data": []}'])
def test_what_is_no_json_object_is_a_415(api: Api, body: bytes) -> None:
    """Broken, or not an object where one belongs."""
    answer = api.session.post(f"{api.url}/v2.1/messages", data=body, timeout=30)

    assert answer.status_code == 415


@pytest.mark.parametrize(
    "content_type", [None, "application/vnd.api+json", "application/json; charset=utf-8"]
)
def test_json_needs_no_particular_type(api: Api, content_type: str | None) -> None:
    """One SDK sends no Content-Type at all with some of its calls."""
    answer = api.session.patch(
        f"{api.url}/v2/numbers/{MAIN}",
        data=b'{"type": "number", "alias": "New"}',
        headers={"Content-Type": content_type} if content_type else {},
        timeout=30,
    )

    assert answer.json()["data"]["attributes"]["alias"] == "New"


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("window", [{"limit": "0"}, {"limit": "-1"}, {"limit": "ten"}, {"offset": "-1"}])
def test_an_impossible_window_is_a_422(api: Api, path: str, window: dict[str, str]) -> None:
    """Nobody can have no items or begin before the first."""
    answer = api.call("GET", path, params={"start_date": "2020-01-01", **window})

    assert answer.status_code == 422


@pytest.mark.parametrize("path", LISTS)
def test_a_limit_over_the_maximum_is_cut_down(api: Api, path: str) -> None:
    """The link below the page tells which limit was really used; some lists have none."""
    maximum = LISTS[path]
    links = api.get(path, start_date="2020-01-01", limit=5000)["links"]

    if "self" in links:
        assert parse_qs(urlsplit(links["self"]).query)["limit"] == [str(maximum or 5000)]


def test_the_next_link_leads_astray_but_the_offset_does_not(api: Api) -> None:
    """It names a host of the provider's and rewrites the filters; counting offsets finds every item once."""
    first = api.get("/v2/numbers/available", starts_with="206", state="wa", limit=25)

    link = urlsplit(first["links"]["next"])
    assert link.netloc == "api.flowroute.com"
    assert parse_qs(link.query) == {
        "state": ["WA"],
        "starts_with": ["1206"],
        "limit": ["25"],
        "offset": ["25"],
    }
    pages = [
        [
            item["id"]
            for item in api.get("/v2/numbers/available", starts_with="206", limit=25, offset=offset)["data"]
        ]
        for offset in range(0, 100, 25)
    ]
    found = [number for page in pages for number in page]
    assert len(found) == len(set(found)) == 60


def test_a_full_last_page_still_promises_more(api: Api) -> None:
    """Whether another page follows is known only when it turns out to be empty."""
    last = api.get("/v2/numbers", limit=3)

    assert "next" in last["links"]
    beyond = api.get("/v2/numbers", limit=3, offset=3)
    assert beyond["data"] == []
    assert "next" not in beyond["links"]


@pytest.mark.parametrize(
    ("path", "query", "echoed"),
    [
        ("/v2/numbers/available/areacodes", {"max_setup_cost": "3.25"}, "max_setup_cost=3"),
        ("/v2/cnams", {"is_approved": "true"}, "is_approved=True"),
        ("/v2/numbers/available/tiers", {}, "https://api.flowroute.com/v2/numbers/tiers?"),
        ("/v2/e911s/21845/relationships/numbers", {}, "https://api.flowroute.com/v2/e911s/21845/numbers?"),
    ],
)
def test_links_are_as_misleading_as_the_documented_ones(
    api: Api, path: str, query: dict[str, str], echoed: str
) -> None:
    """Filters in the server's words, parts of paths left out."""
    assert echoed in api.get(path, **query)["links"]["self"]


def test_the_record_links_write_dates_in_full(api: Api) -> None:
    """A day comes back as a time with its zone, URL-encoded; there is no link to the page itself."""
    api.text("one")

    links = api.get("/v2.1/messages", start_date="2020-01-01", limit=1)["links"]

    assert set(links) == {"next"}
    assert "start_date=2020-01-01T00%3A00%3A00%2B00%3A00" in links["next"]


class TestFaults:
    """Trouble that a test can order."""

    def test_a_refusal_has_no_effect_and_passes(self, carrier: Carrier, api: Api) -> None:
        """429 with its Retry-After, 500, 503: the documented body, once each, and nothing happened."""
        carrier.faults.add(method="POST", path_pattern=r"/v2\.1/messages", fault=Refuse(429, retry_after_s=7))
        carrier.faults.add(method="POST", path_pattern=r"/v2\.1/messages", fault=Refuse(500))
        carrier.faults.add(method="POST", path_pattern=r"/v2\.1/messages", fault=Refuse(503))

        answers = [api.text("x") for _ in range(4)]

        assert [answer.status_code for answer in answers] == [429, 500, 503, 202]
        assert [answer.headers.get("Retry-After") for answer in answers] == ["7", None, None, None]
        assert status_and_detail(answers[1])[0] == 500
        assert len(carrier.ledger) == 1

    def test_a_gateway_may_answer_with_a_page(self, carrier: Carrier, api: Api) -> None:
        """HTML instead of JSON, with no effect."""
        carrier.faults.add(method="POST", path_pattern=r"/v2/numbers/\d+", fault=HtmlPage())

        answer = api.call("POST", "/v2/numbers/12065550000")

        assert (answer.status_code, answer.headers["Content-Type"][:9]) == (502, "text/html")

    def test_a_success_may_come_without_its_body(self, carrier: Carrier, api: Api) -> None:
        """The effect is there, only nothing tells about it."""
        carrier.faults.add(method="POST", path_pattern=r"/v2\.1/messages", fault=EmptyBody())

        answer = api.text("x")

        assert (answer.status_code, answer.content) == (202, b"")
        assert len(carrier.ledger) == 1

    @pytest.mark.parametrize(("when", "bought"), [("before effect", 0), ("after effect", 1)])
    def test_a_connection_may_be_cut_on_either_side_of_the_effect(
        self, carrier: Carrier, api: Api, when: str, bought: int
    ) -> None:
        """The client sees the same both times; only the account knows the difference."""
        number = api.get("/v2/numbers/available", limit=1)["data"][0]["id"]
        fault = Drop("before effect") if when == "before effect" else Drop("after effect")
        carrier.faults.add(method="POST", path_pattern=r"/v2/numbers/\d+", fault=fault)

        with pytest.raises(requests.ConnectionError):
            api.call("POST", f"/v2/numbers/{number}")

        assert len(carrier.ledger) == bought
        assert (carrier.calls[-1].method, carrier.calls[-1].status) == ("POST", None)
        assert api.call("GET", f"/v2/numbers/{number}").status_code == (200 if bought else 404)

    def test_a_slow_answer_holds_up_nobody_else(self, carrier: Carrier, api: Api) -> None:
        """While one call is slow, others are answered and overtake it."""
        go_on = threading.Event()
        carrier.faults.add(method="GET", path_pattern=r"/v2/routes", fault=Hold(go_on))

        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(
                requests.get, f"{api.url}/v2/routes", auth=(ACCESS_KEY, SECRET_KEY), timeout=30
            )
            api.get("/v2/numbers")
            go_on.set()

        assert slow.result().status_code == 200
        assert [call.path for call in carrier.calls] == ["/v2/numbers", "/v2/routes"]

    def test_a_fault_keeps_to_its_calls(self, carrier: Carrier, api: Api) -> None:
        """Another method, a longer path, or a cleared switch is not touched."""
        carrier.faults.add(method="POST", path_pattern=r"/v2/numbers/\d+", fault=Refuse(500), times=None)

        assert api.call("GET", f"/v2/numbers/{MAIN}").status_code == 200
        body = {"callback_url": "https://example.com"}
        path = f"/v2/numbers/{MAIN}/relationships/sms_callback"
        assert api.call("POST", path, body).status_code == 204
        assert {api.call("POST", "/v2/numbers/1").status_code for _ in range(3)} == {500}
        carrier.faults.clear()
        assert api.call("POST", "/v2/numbers/1").status_code == 404


def test_calls_are_on_record(carrier: Carrier, api: Api) -> None:
    """Method, path and status, without the prefix the stand-in is mounted under."""
    api.call("GET", "/v2/numbers")
    api.call("DELETE", "/v2/numbers/1")

    assert [(call.method, call.path, call.status) for call in carrier.calls] == [
        ("GET", "/v2/numbers", 200),
        ("DELETE", "/v2/numbers/1", 404),
    ]


@given(st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True))
def test_a_number_is_the_same_however_it_is_written(ten: str) -> None:
    """In calls with or without a plus, as string or integer; on a phone also with punctuation."""
    ways: list[object] = [f"1{ten}", int(f"1{ten}"), f"+1{ten}"]
    typed = [ten, f"+1 ({ten[:3]}) {ten[3:6]}-{ten[6:]}", f"{ten[:3]}.{ten[3:6]}.{ten[6:]}", f"1{ten}"]

    assert {number_digits(way) for way in ways} == {f"1{ten}"}
    assert {typed_digits(way) for way in typed} == {f"1{ten}"}


@given(st.text(max_size=1000) | st.integers() | st.none() | st.booleans() | st.lists(st.text()))
@settings(max_examples=200)
def test_anything_else_is_no_number(value: object) -> None:
    """Whatever comes, the answer is eleven digits or None."""
    digits = number_digits(value)

    assert digits is None or (len(digits) == 11 and digits.isascii() and digits.isdigit())


@given(st.text(min_size=1, max_size=1000))
def test_segments_hold_the_whole_text_and_no_empty_one(body: str) -> None:
    """As many segments as needed and not one more."""
    segments = segments_in(body)
    part = 140 if encoding_of(body) == 0 else 70

    assert segments >= 1
    assert len(body) <= max(segments * part, 160 if body.isascii() else 0)
    assert segments == 1 or len(body) > (segments - 1) * part
