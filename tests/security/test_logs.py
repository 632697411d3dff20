"""What is written into the log, by us and by libraries; `tests.discretion` reads that of every other test."""

import json
import logging
from pathlib import Path

import pytest
import requests

from bot.logs import JsonLines
from bot.settings import load
from sandbox.server import QUICK, Sandbox
from tests.discretion import Listener
from tests.stage import ADMIN, MARIA, NUMBER, TELECOM, BotProcess, Stage, free_port

WORDS = "meet me behind the old mill"


def line(message: str, *secrets: str, **extra: object) -> str:
    """A line of the log as an operator reads it."""
    record = logging.makeLogRecord({"msg": message, "levelno": logging.INFO, "levelname": "INFO", **extra})
    return JsonLines(secrets).format(record)


@pytest.mark.parametrize(
    "said",
    [
        f"a text to {NUMBER}",
        f"/v2/numbers/{NUMBER}?limit=1",
        "+12065550142 and (206) 555-0142",
        "+442079460958",
        f"text: {WORDS}",
        "Authorization: Bearer xoxb-sandbox",
        "/flowroute/sandbox-webhook-token/sms",
    ],
)
def test_the_suite_hears_every_indiscretion(said: str) -> None:
    """Whoever adds a line that says too much learns it from whatever test runs through it."""
    listener = Listener()
    listener.heard([WORDS, "hi"])
    listener.given.append(said)
    assert len(listener.indiscretions()) >= 1


@pytest.mark.parametrize(
    "said", ["ready on port 43210", "mdr2-8c1f2065550100ab", "1763735000.123456", "took 0.123"]
)
def test_ids_and_times_are_no_indiscretion(said: str) -> None:
    """What a log is for may stand in it."""
    listener = Listener()
    listener.given.append(said)
    assert listener.indiscretions() == []


def test_what_libraries_say_is_made_harmless() -> None:
    """Their errors name addresses, and there numbers and tokens stand."""
    error = requests.ConnectionError(f"no route to /v2/numbers/{NUMBER} with s3cret-value")
    told = line(
        "it failed", "s3cret-value", exc_info=(type(error), error, None), lane=NUMBER, count=2065550100
    )

    shown = json.loads(told)
    assert "s3cret-value" not in told
    assert shown["traceback"].endswith("/v2/numbers/…0100 with …")
    assert (shown["lane"], shown["count"]) == ("…0100", 2065550100)


def test_a_line_of_the_log_cannot_be_made_up() -> None:
    """A line break in what somebody sent stays within its line."""
    told = line('name\r\n{"level": "critical"}', file='a\nb"')
    assert told.splitlines() == [told]
    assert json.loads(told)["message"] == 'name\r\n{"level": "critical"}'


def test_every_secret_setting_is_hidden() -> None:
    """Also the password of the database, and each that is added."""
    secrets = {
        "fr_secret_key": "secret-of-flowroute",
        "slack_bot_token": "xoxb-1",
        "slack_app_token": "xapp-1",
        "slack_signing_secret": "signing",
        "webhook_token": "a-webhook-token-of-ours",
        "metrics_token": "metrics",
    }
    database = "postgres://bot:hunter2@db/bot"
    settings = load(_env_file=None, fr_access_key="k", database_url=database, **secrets)

    assert set(settings.secrets) == {*secrets.values(), "hunter2"}


def test_a_failure_does_not_name_the_secret_address(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Flask would log the path of a request that broke, and in the path the token stands."""
    with stage.bot():
        (Path(stage.database_url.removeprefix("sqlite:///"))).write_bytes(b"no database" * 1000)
        answer = requests.post(
            f"{stage.url}/flowroute/sandbox-webhook-token/sms",
            json={"id": "1", "to": NUMBER, "from": MARIA, "body": WORDS},
            timeout=30,
        )

    assert answer.status_code == 500
    assert "a request failed" in caplog.messages
    assert "sandbox-webhook-token" not in caplog.text


def test_the_most_talkative_level_tells_no_more(tmp_path: Path) -> None:
    """LOG_LEVEL=DEBUG makes libraries write down requests; ours are not among them."""
    with Sandbox(pace=QUICK, data=tmp_path) as sandbox:
        port = free_port()
        environment = sandbox.bot_environment(port) | {"LOG_LEVEL": "DEBUG"}
        bot = BotProcess(environment, tmp_path / "bot.log")
        bot.start()
        try:
            bot.wait_until_ready()
            sandbox.deliver_to(port)
            ada = sandbox.workspace.member(ADMIN)
            ada.command(TELECOM, "/flowroute", f"relay link {NUMBER} #telecom")
            sandbox.workspace.wait_for(lambda: "appear in" in str(ada.messages(TELECOM)))
            sandbox.carrier.handset_send(MARIA, NUMBER, WORDS)
            sandbox.workspace.wait_for(lambda: WORDS in str(sandbox.workspace.messages(TELECOM)))
        finally:
            bot.stop()

        heard = Listener()
        heard.heard([WORDS])
        heard.read(tmp_path / "bot.log")
        assert heard.lines
        assert heard.indiscretions() == []
