"""What Flowroute's side of the bot answers, over HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.stage import MARIA, NUMBER, SUPPORT, Stage, exactly_once

EXAMPLES = Path(__file__).parents[1] / "flowroute" / "examples"
TOKEN = "a-token-of-the-tests-1234"
JSON_TYPE = {"Content-Type": "application/json"}


@pytest.fixture
def post(stage: Stage) -> Iterator[Any]:
    """Posts a body to one of the bot's webhook addresses; answers the response."""
    with stage.bot(WEBHOOK_TOKEN=TOKEN):

        def send(
            body: bytes | str, kind: str = "sms", token: str = TOKEN, **headers: str
        ) -> requests.Response:
            return requests.post(
                f"{stage.url}/flowroute/{token}/{kind}", data=body, headers=JSON_TYPE | headers, timeout=30
            )

        yield send


@pytest.mark.parametrize("kind", ["sms", "mms", "dlr"])
@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("webhook.[id]*.json")), ids=lambda path: path.name)
def test_every_documented_shape_is_taken_at_every_address(post: Any, example: Path, kind: str) -> None:
    """Accounts differ in what they send and operators in where they point it."""
    answers = [post(example.read_bytes(), kind) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.content for answer in answers] == [b"", b""]


@pytest.mark.parametrize(
    "body", ["", "hello", "[]", "{}", '{"data": 7}', '{"data": {"type": "message"}}', '"\ud800"']
)
def test_a_body_that_is_no_message_is_refused(post: Any, body: str) -> None:
    """400, so that whoever set up the callback sees it; nothing breaks."""
    assert post(body.encode("utf-8", "surrogatepass")).status_code == 400


def test_a_wrong_token_or_path_does_not_exist(post: Any) -> None:
    """404, the same for every guess."""
    body = (EXAMPLES / "webhook.inbound_sms.json").read_bytes()

    assert post(body, token="another-token-of-nobody").status_code == 404
    assert post(body, token="é" * 20).status_code == 404
    assert post(body, kind="voice").status_code == 404


def test_an_oversized_body_and_a_wrong_type_are_refused(post: Any) -> None:
    """413 over 1 MiB, 415 by the content type."""
    assert post(b"x" * (1024 * 1024 + 1)).status_code == 413
    assert post(b"to=1&from=2", **{"Content-Type": "application/x-www-form-urlencoded"}).status_code == 415


def test_a_body_without_a_length_is_cut_off_at_the_limit(post: Any) -> None:
    """A chunked body cannot get past the limit by not announcing its size."""
    chunks = (b"x" * 65536 for _ in range(20))

    assert post(chunks).status_code in (411, 413, 400)


def test_what_webhooks_brought_can_be_counted(stage: Stage) -> None:
    """Stored, repeated and refused ones each have their figure."""
    with stage.bot(WEBHOOK_TOKEN=TOKEN):
        good = (EXAMPLES / "webhook.inbound_sms.json").read_bytes()
        for body in (good, good, b"rubbish"):
            requests.post(f"{stage.url}/flowroute/{TOKEN}/sms", data=body, headers=JSON_TYPE, timeout=30)

        page = requests.get(f"{stage.url}/metrics", timeout=30).text

    assert 'flowroute_webhooks_total{kind="sms",result="stored"} 1.0' in page
    assert 'flowroute_webhooks_total{kind="sms",result="repeated"} 1.0' in page
    assert 'flowroute_webhooks_total{kind="sms",result="no_message"} 1.0' in page


def test_metrics_can_be_kept_for_those_with_the_token(stage: Stage) -> None:
    """Without METRICS_TOKEN they are open, with it they are not."""
    with stage.bot(METRICS_TOKEN="letmein"):
        answers = [
            requests.get(f"{stage.url}/metrics", headers=headers, timeout=30).status_code
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer letmein"})
        ]

    assert answers == [401, 401, 200]


def test_an_operator_can_ask_whether_the_bot_lives_and_works(stage: Stage) -> None:
    """/healthz and /readyz, with no login."""
    with stage.bot():
        assert requests.get(f"{stage.url}/healthz", timeout=30).status_code == 200
        assert requests.get(f"{stage.url}/readyz", timeout=30).status_code == 200


@exactly_once
def test_a_text_posted_five_times_appears_once(stage: Stage) -> None:
    """Flowroute repeats what was answered late; people see one message."""
    # given
    body = {
        "data": {
            "type": "message",
            "id": "mdr2-1",
            "attributes": {"to": int(NUMBER), "from": MARIA, "body": "hi"},
        }
    }
    with stage.bot(WEBHOOK_TOKEN=TOKEN):
        stage.link()

        # when
        for _ in range(5):
            requests.post(
                f"{stage.url}/flowroute/{TOKEN}/sms", data=json.dumps(body), headers=JSON_TYPE, timeout=30
            )

        # then
        stage.workspace.wait_for(lambda: "hi" in stage.texts_in(SUPPORT))
    assert stage.texts_in(SUPPORT).count("hi") == 1
