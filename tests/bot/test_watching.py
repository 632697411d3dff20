"""What an operator sees of a running bot: figures, readiness, and one id through the log."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot import settings
from bot.lanes import Kind, Lanes
from bot.precedence import Precedence
from bot.relay.sending import LookUp
from bot.store.engine import Store, open_engine
from sandbox.address import WEBHOOK_TOKEN
from sandbox.flowroute_api import Drop, Refuse
from sandbox.server import QUICK, Sandbox
from sandbox.slack import faults
from tests import databases
from tests.handlers.person import Person
from tests.security.forger import JSON, Forger
from tests.stage import (
    ADMIN,
    ADMINS_MESSAGES,
    AGENT,
    MARIA,
    NUMBER,
    SECOND_NUMBER,
    SUPPORT,
    BotProcess,
    Stage,
    free_port,
    wait_for,
)


def figures(stage: Stage) -> dict[str, float]:
    """The page for Prometheus, by name and labels."""
    page = requests.get(f"{stage.url}/metrics", timeout=30).text
    return {
        name: float(value)
        for name, value in re.findall(r"^([^#\s]\S*?(?:\{.*\})?) (\S+)$", page, re.MULTILINE)
    }


def figure(stage: Stage, name: str, **labels: str) -> float:
    """One figure, its labels in any order; 0 when it was never counted."""
    wanted = {f'{label}="{value}"' for label, value in labels.items()}
    return sum(
        value
        for told, value in figures(stage).items()
        if told.partition("{")[0] == name and wanted <= set(re.findall(r'\w+="[^"]*"', told))
    )


def test_the_way_of_a_text_is_measured_from_webhook_to_post(stage: Stage) -> None:
    """One text, one measurement, and it took less than the slowest class."""
    with stage.bot():
        stage.link()
        stage.carrier.handset_send(MARIA, NUMBER, "hello")
        wait_for(lambda: figure(stage, "bot_relay_lag_seconds_count") == 1, "the measurement")
        assert figure(stage, "bot_relay_lag_seconds_bucket", le="60.0") == 1
        assert figure(stage, "flowroute_webhooks_total", kind="sms", result="stored") == 1


def test_what_an_alert_counts_is_told_as_zero_from_the_start(stage: Stage) -> None:
    """Of a counter that appears with its first trouble Prometheus sees no increase, and says nothing."""
    with stage.bot():
        told = figures(stage)
    for name in (
        'bot_failed_requests_total{endpoint="webhook"}',
        'bot_failed_requests_total{endpoint="slack"}',
        'flowroute_webhooks_total{kind="dlr",result="error"}',
        'flowroute_webhooks_total{kind="sms",result="no_message"}',
        'bot_refused_requests_total{reason="slack_signature"}',
        'bot_lane_failures_total{lane="retention"}',
        'bot_texts_total{via="list"}',
        "bot_slack_events_left_out_total",
    ):
        assert told[name] == 0


def test_calls_of_both_sides_are_counted_with_how_they_went_and_how_long_they_took(stage: Stage) -> None:
    """Also those that open a modal, and those that fail; no number is in a label."""
    with stage.bot():
        ada = Person(stage)
        stage.carrier.faults.add(method="GET", path_pattern=".*/routes", fault=Refuse(503), times=None)
        ada.asks("routes list")
        ada.asks(f"numbers show {NUMBER}")
        ada.says("numbers buy")
        ada.form(showing="number")
        stage.workspace.faults.add("views.publish", faults.http_500())
        ada.member.open_home()
        wait_for(
            lambda: figure(stage, "slack_api_calls_total", method="views.publish", outcome="unsure"), "a 500"
        )
        assert figure(stage, "slack_api_calls_total", method="views.open", outcome="ok") == 1
        assert figure(stage, "slack_api_seconds_count", method="views.open") == 1
        assert figure(stage, "flowroute_api_calls_total", endpoint="/v2/routes", status="503") >= 1
        assert figure(stage, "flowroute_api_seconds_count", endpoint="/v2/numbers/{number}") >= 1
        assert NUMBER not in requests.get(f"{stage.url}/metrics", timeout=30).text


def test_what_waits_is_told_by_lane_with_its_age_and_is_gone_when_it_is_done(stage: Stage) -> None:
    """Slack is slow: the queue grows older, then it is empty."""
    with stage.bot():
        stage.link()
        wait_for(lambda: figure(stage, "bot_queue_depth", lane="posts") == 0, "what linking announces")
        go_on = threading.Event()
        stage.workspace.faults.add("chat.postMessage", faults.held_until(go_on))
        stage.carrier.handset_send(MARIA, NUMBER, "hello")

        def waiting() -> bool:
            seen = figures(stage)
            depth, oldest = (
                seen[f'bot_queue_{what}{{lane="posts"}}'] for what in ("depth", "oldest_seconds")
            )
            return depth == 2 and oldest > 0

        wait_for(waiting, "the card and the text to wait")
        go_on.set()
        wait_for(lambda: figure(stage, "bot_queue_depth", lane="posts") == 0, "both to be posted")
        assert figure(stage, "bot_queue_oldest_seconds", lane="posts") == 0


def test_parked_texts_and_money_are_told(stage: Stage) -> None:
    """What waits for a person, and what was spent of what may be."""
    with stage.bot(look_up=LookUp(every_s=0.05, give_up=timedelta(0)), SPEND_LIMIT="50"):
        stage.link()
        ada = Person(stage)
        stage.carrier.faults.add(
            method="POST", path_pattern=".*/messages", fault=Drop("before effect"), times=None
        )
        ada.asks(f"206 555 0142 from={NUMBER} hello", command="/sms")
        wait_for(lambda: figure(stage, "bot_parked_texts") == 1, "a parked text")
        seen = figures(stage)
        assert seen["bot_spend_limit_usd"] == 50
        assert seen["bot_spend_month_usd"] == 0
        assert seen["bot_ready"] == 1
        assert seen["bot_disk_free_bytes"] > 0
        assert seen["bot_message_list_age_seconds"] < 60


@contextmanager
def altered(database_url: str, setting: str, back: str) -> Iterator[None]:
    """A PostgreSQL with a setting for all who connect, also those who are connected now, and then `back`."""
    url = make_url(settings.database_url(database_url))
    engine = open_engine(url.set(database="postgres").render_as_string(hide_password=False))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:

        def become(setting: str) -> None:
            db.execute(text(f"ALTER DATABASE {url.database} {setting}"))
            db.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
                {"name": url.database},
            )

        become(setting)
        try:
            yield
        finally:
            become(back)
    engine.dispose()


def test_a_database_that_takes_nothing_is_told_and_counted(stage: Stage, tmp_path: Path) -> None:
    """It can be read all the same, so that all looks well; once it takes something again, all is well."""
    # given
    stage.database_url = databases.migrated("postgresql", tmp_path)
    with stage.bot():
        stage.link()
        with altered(
            stage.database_url,
            "SET default_transaction_read_only = on",
            "RESET default_transaction_read_only",
        ):
            # when
            refused = requests.post(
                f"{stage.url}/flowroute/{WEBHOOK_TOKEN}/sms",
                json={"id": "1", "to": NUMBER, "from": MARIA, "body": "hello"},
                timeout=30,
            )

            # then
            assert refused.status_code == 500
            answer = requests.get(f"{stage.url}/readyz", timeout=30)
            assert (answer.status_code, answer.text) == (503, "the database cannot be written to\n")
            assert figure(stage, "bot_ready") == 0
            assert figure(stage, "flowroute_webhooks_total", kind="sms", result="error") == 1
            assert figure(stage, "bot_failed_requests_total", endpoint="webhook") == 1

        # and
        wait_for(lambda: figure(stage, "bot_ready") == 1, "the process to be ready again")


def test_with_no_database_the_figures_of_the_process_are_told_all_the_same(
    stage: Stage, tmp_path: Path
) -> None:
    """An alert about readiness needs a page to read; what waits cannot be known then."""
    stage.database_url = databases.migrated("postgresql", tmp_path)
    with stage.bot():
        stage.link()
        with altered(stage.database_url, "ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true"):
            answer = requests.get(f"{stage.url}/readyz", timeout=30)
            assert (answer.status_code, answer.text) == (503, "the database does not answer\n")

            seen = figures(stage)
            assert seen["bot_ready"] == 0
            assert any(name.startswith("slack_api_calls_total") for name in seen)
            assert not any(name.startswith("bot_queue_depth") for name in seen)


def test_texts_are_counted_by_the_way_they_came(stage: Stage) -> None:
    """Webhooks that no longer come show in what the message list brings."""
    with stage.bot(POLL_SECONDS="1"):
        stage.link()
        assert figures(stage)['bot_texts_total{via="list"}'] == 0
        stage.carrier.handset_send(MARIA, NUMBER, "by webhook")
        wait_for(lambda: figure(stage, "bot_texts_total", via="webhook") == 1, "the first")

        stage.carrier.handset_send(MARIA, SECOND_NUMBER, "of which no webhook tells")
        wait_for(lambda: figure(stage, "bot_texts_total", via="list") == 1, "the second")


def test_work_that_breaks_is_counted_by_its_lane(stage: Stage) -> None:
    """Also of lanes that have no queue; the others go on."""
    with stage.bot():
        assert figures(stage)['bot_lane_failures_total{lane="retention"}'] == 0
        engine = open_engine(settings.database_url(stage.database_url))
        with Store(engine).write() as db:
            db.execute(text("ALTER TABLE surveyed_numbers RENAME TO elsewhere"))
        engine.dispose()
        stage.workspace.member(ADMIN).open_home()
        wait_for(lambda: figure(stage, "bot_lane_failures_total") >= 1, "a lane to break")

        stage.link()
        assert figure(stage, "bot_ready") == 1


def test_events_that_slack_leaves_out_are_counted_and_told_an_admin_once(stage: Stage) -> None:
    """Slack says so once a minute; what people wrote meanwhile comes never."""
    with stage.bot():
        said = {
            "type": "app_rate_limited",
            "minute_rate_limited": 1763735040,
            "team_id": "T1",
            "api_app_id": "A1",
        }
        for _ in range(2):
            assert Forger(stage).post(json.dumps(said).encode(), JSON).status_code == 200

        assert figure(stage, "bot_slack_events_left_out_total") == 2
        stage.workspace.wait_for(lambda: stage.texts_in(ADMINS_MESSAGES))
        wait_for(lambda: figure(stage, "bot_queue_depth", lane="posts") == 0, "all to be told")
        (told,) = stage.texts_in(ADMINS_MESSAGES)
        assert "Slack leaves out what people write" in told


def test_marks_are_made_no_faster_than_slack_takes_them(stage: Stage) -> None:
    """Ten at once after a pause; after them each waits its turn, and skips states that have passed."""
    with stage.bot(marks_per_s=0.001):
        stage.link()
        stage.carrier.handset_send(MARIA, NUMBER, "hello")
        stage.workspace.wait_for(lambda: "hello" in stage.texts_in(SUPPORT))
        shown = next(m for m in stage.workspace.messages(SUPPORT) if m["text"] == "hello")
        for i in range(12):
            stage.workspace.member(AGENT).post(SUPPORT, f"reply {i}", thread_ts=shown["thread_ts"])
        stage.workspace.wait_for(lambda: len(stage.received_by(MARIA)) == 12)

        wait_for(lambda: figure(stage, "slack_api_calls_total", method="reactions.add") == 10, "ten marks")
        wait_for(lambda: figure(stage, "bot_queue_depth", lane="marks") >= 2, "the others to wait")
        assert figure(stage, "slack_api_calls_total", method="reactions.add") == 10


def test_a_lane_that_hangs_makes_the_process_unready() -> None:
    """Whatever it hangs in; once it goes on, all is well."""
    released = threading.Event()
    begun = threading.Event()

    def work(_lane: str) -> None:
        begun.set()
        released.wait(30)

    lanes = Lanes(lambda _lane: nullcontext(enter_result=True), Precedence(), sweep_s=0.05, hung_after_s=0.2)
    lanes.add(Kind("slow", work, list))
    lanes.start()
    try:
        wait_for(lanes.alive, "the lanes to start")
        lanes.wake("slow", "one")
        assert begun.wait(30)
        wait_for(lambda: not lanes.alive(), "the lane to be found hanging")
        released.set()
        wait_for(lanes.alive, "the lane to be found well")
    finally:
        released.set()
        lanes.stop()


def test_a_lane_that_waits_for_a_thread_does_not_hang() -> None:
    """However long the queue is: the lanes before it are done one after the other."""
    begun, ended = threading.Semaphore(0), threading.Semaphore(0)

    def work(_lane: str) -> None:
        begun.release()
        ended.acquire(timeout=30)

    lanes = Lanes(lambda _lane: nullcontext(enter_result=True), Precedence(), sweep_s=0.05, hung_after_s=0.2)
    lanes.add(Kind("slow", work, list, threads=1))
    lanes.start()
    try:
        lanes.wake("slow", "first")
        assert begun.acquire(timeout=30)
        lanes.wake("slow", "second")
        waits_since = time.monotonic()

        def another_round() -> bool:
            lanes.wake("slow", "first")  # which it is worked once more for, on the same thread
            ended.release()
            assert begun.acquire(timeout=30)
            return time.monotonic() - waits_since > 0.2

        wait_for(another_round, "the second to have waited for long")
        wait_for(lambda: another_round() and lanes.alive(), "the lanes to be found well")
    finally:
        ended.release(1000)
        lanes.stop()


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[tuple[Stage, Path]]:
    """A bot as a process of its own between the stand-ins, and its log."""
    with Sandbox(pace=QUICK, data=tmp_path) as sandbox:
        port = free_port()
        bot = BotProcess(sandbox.bot_environment(port), tmp_path / "bot.log")
        bot.start()
        try:
            bot.wait_until_ready()
            sandbox.deliver_to(port)
            yield Stage(sandbox, ""), tmp_path / "bot.log"
        finally:
            bot.stop()


def test_a_worker_serves_the_pages_of_operators_and_nothing_else(tmp_path: Path) -> None:
    """On a port of its own, from the same settings as the web process beside it, in the same words."""
    with Sandbox(pace=QUICK, data=tmp_path) as sandbox:
        environment = sandbox.bot_environment(free_port()) | {
            "DATABASE_URL": databases.fresh("postgresql", tmp_path),
            "WORKER_PORT": str(free_port()),
        }
        web = BotProcess(environment, tmp_path / "web.log")
        worker = BotProcess(environment, tmp_path / "worker.log", "worker")
        at_worker = f"http://127.0.0.1:{environment['WORKER_PORT']}"

        def answers(path: str) -> int:
            return requests.request(
                "POST" if "sms" in path or "slack" in path else "GET", at_worker + path, timeout=30
            ).status_code

        def is_ready() -> bool:
            try:
                return answers("/readyz") == 200
            except requests.ConnectionError:
                return False

        try:
            web.start()
            worker.start()
            web.wait_until_ready()
            wait_for(is_ready, "the worker to be ready")

            assert answers("/healthz") == 200
            told = requests.get(f"{at_worker}/metrics", timeout=30).text
            at_web = requests.get(f"{web.url}/metrics", timeout=30).text
            told_names, web_names = (
                {name for name in re.findall(r"^# TYPE (\S+)", page, re.MULTILINE) if "_created" not in name}
                for page in (told, at_web)
            )
            assert told_names == web_names
            assert "bot_ready 1.0" in told
            for path in ("/slack/events", f"/flowroute/{WEBHOOK_TOKEN}/sms", "/media/x", "/"):
                assert answers(path) == 404
        finally:
            codes = [worker.stop(), web.stop()]
        assert codes == [0, 0]


def lines(log: Path, **having: Any) -> list[dict[str, Any]]:
    """The lines of a log that have these members."""
    told = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    return [line for line in told if all(line.get(name) == value for name, value in having.items())]


def test_one_id_leads_from_the_webhook_to_the_post_and_from_the_reply_to_the_receipt(
    logged: tuple[Stage, Path],
) -> None:
    """Given Flowroute's id of a text, or Slack's ts of a reply, the log tells its whole story."""
    # given
    stage, log = logged
    stage.link()

    # when
    stage.carrier.handset_send(MARIA, NUMBER, "are you open?")
    stage.workspace.wait_for(lambda: "are you open?" in stage.texts_in(SUPPORT))
    shown = next(m for m in stage.workspace.messages(SUPPORT) if m["text"] == "are you open?")
    stage.workspace.member(AGENT).post(SUPPORT, "until six", thread_ts=shown["thread_ts"])
    wait_for(lambda: lines(log, message="a receipt came", state="delivered"), "the receipt")

    # then: of the text
    (stored,) = lines(log, message="a text was stored")
    assert stored["message_id"].startswith("mdr2-")
    wait_for(lambda: lines(log, trace=stored["trace"], message="posted", ts=shown["ts"]), "the post")

    # and: of the reply
    written = next(m for m in stage.workspace.messages(SUPPORT) if m["text"] == "until six")
    (kept,) = lines(log, message="a reply was stored", ts=written["ts"])
    wait_for(lambda: lines(log, trace=kept["trace"], message="a reply moved on"), "the sending")
    (moved,) = lines(log, trace=kept["trace"], message="a reply moved on")
    assert lines(log, trace=kept["trace"], message="a receipt came", message_id=moved["message_id"])

    # and: nothing that is nobody's business
    words = log.read_text("utf-8")
    assert not any(secret in words for secret in ("are you open", "until six", MARIA, NUMBER))
