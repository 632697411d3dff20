"""Socket Mode: Slack's own client and a plain one hear what an app over HTTP would."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from slack_bolt import Ack
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.sandbox.slack.conftest import TOKEN, Stage, manifest, staged

APP_TOKEN = "xapp-test"


@contextmanager
def socket_stage(**options: Any) -> Iterator[Stage]:
    """A workspace whose app has Socket Mode switched on."""
    described = manifest()
    described["settings"]["socket_mode_enabled"] = True
    with staged(manifest=described, app_token=APP_TOKEN, **options) as made:
        yield made


@pytest.fixture
def stage() -> Iterator[Stage]:
    with socket_stage() as made:
        yield made


def opener(stage: Stage, token: str = APP_TOKEN) -> WebClient:
    """The Web API with the app-level token."""
    return WebClient(token=token, base_url=stage.client.base_url, retry_handlers=[])


def url(stage: Stage) -> str:
    return str(opener(stage).api_call("apps.connections.open")["url"])


@contextmanager
def connected(stage: Stage) -> Iterator[ClientConnection]:
    """A plain client that has read its hello."""
    with connect(url(stage), close_timeout=0.2) as connection:
        assert read(connection)["type"] == "hello"
        yield connection


def read(connection: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(connection.recv(30))
    return message


def acknowledge(connection: ClientConnection, envelope: dict[str, Any], payload: Any = None) -> None:
    answer = {"envelope_id": envelope["envelope_id"]}
    connection.send(json.dumps(answer if payload is None else {**answer, "payload": payload}))


class Doing:
    """Something that a person does while the test plays the bot."""

    def __init__(self, what: Any) -> None:
        self.result: Any = None
        self._thread = threading.Thread(target=self._run, args=(what,))
        self._thread.start()

    def _run(self, what: Any) -> None:
        self.result = what()

    def wait(self) -> Any:
        self._thread.join(30)
        return self.result


def test_slacks_own_client_hears_commands_buttons_modals_and_events(stage: Stage) -> None:
    """Bolt with the client that Slack publishes: everything that works over HTTP works here."""
    # given
    heard = []

    @stage.bot.bolt.command("/flowroute")
    def command(ack: Ack, body: dict[str, Any]) -> None:
        heard.append(body["text"])
        ack(f"You said {body['text']}")

    @stage.bot.bolt.event("message")
    def message(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    handler = SocketModeHandler(stage.bot.bolt, APP_TOKEN, web_client=opener(stage))
    handler.client.connect()
    try:
        # when
        ack = stage.ada.command("C0SUPPORT", "/flowroute", "numbers list")
        stage.ada.post("D0ADMIN", "hello")

        # then
        stage.workspace.wait_for(lambda: len(heard) == 2)
        assert heard == ["numbers list", "hello"]
        assert ack.error is None
        assert stage.ada.messages("C0SUPPORT")[-1]["text"] == "You said numbers list"
        assert stage.bot.requests == []
    finally:
        handler.client.close()


def test_the_hello_names_the_app_and_counts_the_connections(stage: Stage) -> None:
    """The second connection learns that it is the second."""
    with connected(stage), connect(url(stage), close_timeout=0.2) as second:
        hello = read(second)
    assert (hello["type"], hello["num_connections"]) == ("hello", 2)
    assert hello["connection_info"] == {"app_id": "A0FLOW"}
    assert hello["debug_info"]["approximate_connection_time"] > 0


def test_each_kind_of_delivery_has_its_envelope(stage: Stage) -> None:
    """The payload is that of HTTP; the envelope says what it is and whether an answer is read."""
    with connected(stage) as connection:
        # when
        command = Doing(lambda: stage.ada.command("C0SUPPORT", "/flowroute", "help"))
        commanded = read(connection)
        acknowledge(connection, commanded, {"text": "Here is help"})
        command.wait()
        shortcut = Doing(lambda: stage.ada.shortcut("search"))
        pressed = read(connection)
        acknowledge(connection, pressed, {"text": "ignored"})
        shortcut.wait()
        ts = stage.ada.post("D0ADMIN", "hello")
        told = read(connection)
        acknowledge(connection, told)

    # then
    assert (commanded["type"], commanded["accepts_response_payload"]) == ("slash_commands", True)
    assert (commanded["payload"]["command"], commanded["payload"]["text"]) == ("/flowroute", "help")
    assert stage.ada.messages("C0SUPPORT")[-1]["text"] == "Here is help"
    assert (pressed["type"], pressed["accepts_response_payload"]) == ("interactive", False)
    assert pressed["payload"]["callback_id"] == "search"
    assert shortcut.result.body == ""
    assert (told["type"], told["retry_attempt"], told["retry_reason"]) == ("events_api", 0, "")
    assert told["payload"]["event"]["ts"] == ts


def test_an_event_that_nobody_acknowledges_comes_again() -> None:
    """With its number and the reason, under the same event id."""
    with socket_stage(event_retry_s=(0, 0.01), ack_timeout_s=0.1) as stage, connected(stage) as connection:
        # when
        stage.ada.post("D0ADMIN", "hello")
        envelopes = [read(connection) for _ in range(3)]

    # then
    assert [e["retry_attempt"] for e in envelopes] == [0, 1, 2]
    assert [e["retry_reason"] for e in envelopes] == ["", "timeout", "timeout"]
    assert len({e["payload"]["event_id"] for e in envelopes}) == 1
    assert len({e["envelope_id"] for e in envelopes}) == 3


def test_with_no_connection_a_command_fails_and_an_event_waits_for_its_repetition() -> None:
    """Nothing falls back to HTTP."""
    with socket_stage(event_retry_s=(0.2, 0.2, 0.2)) as stage:
        # when
        ack = stage.ada.command("C0SUPPORT", "/flowroute")
        stage.ada.post("D0ADMIN", "hello")
        stage.workspace.wait_for(lambda: stage.events("message"))
        with connected(stage) as connection:
            envelope = read(connection)
            acknowledge(connection, envelope)

    # then
    assert ack.error == "dispatch_failed"
    assert envelope["payload"]["event"]["text"] == "hello"
    assert envelope["retry_reason"] == "connection_failed"
    assert stage.bot.requests == []


def test_each_payload_goes_to_one_connection_only(stage: Stage) -> None:
    """Two connections share what happens."""
    heard: list[str] = []

    def listen(connection: ClientConnection) -> None:
        try:
            while True:
                envelope = read(connection)
                heard.append(envelope["payload"]["event"]["text"])
                acknowledge(connection, envelope)
        except (ConnectionClosed, TimeoutError):
            return

    with connected(stage) as first, connected(stage) as second:
        listeners = [threading.Thread(target=listen, args=(one,)) for one in (first, second)]
        for listener in listeners:
            listener.start()

        # when
        for number in range(10):
            stage.ada.post("D0ADMIN", f"message {number}")

        # then
        stage.workspace.wait_for(lambda: len(heard) >= 10)
    for listener in listeners:
        listener.join()
    assert sorted(heard) == [f"message {number}" for number in range(10)]


def test_an_eleventh_connection_is_sent_away(stage: Stage) -> None:
    """An app may have ten."""
    connections = [connect(url(stage), close_timeout=0.2, legacy=True) for _ in range(10)]
    try:
        with connect(url(stage), close_timeout=0.2) as one_too_many:
            assert read(one_too_many)["reason"] == "too_many_websockets"
            with pytest.raises(ConnectionClosed):
                one_too_many.recv(30)
        assert len(stage.workspace.connections) == 10
    finally:
        for connection in connections:
            connection.close()


def test_a_deaf_connection_stays_open_and_answers_no_ping(stage: Stage) -> None:
    """As a lost route does: no goodbye, no pong, no payload."""
    with connected(stage) as connection:
        assert connection.ping().wait(30)

        # when
        stage.workspace.connections.deafen()
        pong = connection.ping()
        stage.ada.post("D0ADMIN", "hello")

        # then
        with pytest.raises(TimeoutError):
            connection.recv(0.3)
        assert not pong.is_set()
        assert len(stage.workspace.connections) == 1


def test_a_refresh_is_announced_and_then_carried_out(stage: Stage) -> None:
    """After the warning the connection still works; then it is closed."""
    with connected(stage) as connection:
        # when
        stage.workspace.connections.warn()
        warning = read(connection)
        stage.ada.post("D0ADMIN", "hello")
        envelope = read(connection)
        acknowledge(connection, envelope)
        stage.workspace.connections.refresh()
        refresh = read(connection)

        # then
        assert (warning["type"], warning["reason"]) == ("disconnect", "warning")
        assert envelope["payload"]["event"]["text"] == "hello"
        assert (refresh["type"], refresh["reason"]) == ("disconnect", "refresh_requested")
        with pytest.raises(ConnectionClosed):
            connection.recv(30)


def test_a_ticket_is_good_once(stage: Stage) -> None:
    """Who reads an address from a log gets no further than its owner did."""
    address = url(stage)
    with connect(address, close_timeout=0.2), pytest.raises(InvalidStatus), connect(address):
        pass


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        (TOKEN, "apps.connections.open", "not_allowed_token_type"),
        (APP_TOKEN, "auth.test", "not_allowed_token_type"),
        ("xapp-other", "apps.connections.open", "invalid_auth"),
    ],
)
def test_each_token_has_its_own_methods(stage: Stage, token: str, method: str, error: str) -> None:
    """The app-level token opens connections and does nothing else."""
    with pytest.raises(SlackApiError) as refused:
        opener(stage, token).api_call(method)
    assert refused.value.response["error"] == error


def test_with_socket_mode_switched_off_a_connection_is_sent_away() -> None:
    """The manifest decides; the token alone is not enough."""
    with staged(app_token=APP_TOKEN) as stage, connect(url(stage), close_timeout=0.2) as connection:
        assert read(connection)["reason"] == "link_disabled"
