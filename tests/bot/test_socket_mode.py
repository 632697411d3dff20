"""Slack by Socket Mode: nothing outside reaches the bot, and everything arrives all the same."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from slack_bolt import Ack, App

from bot.precedence import Precedence
from bot.slack import Slack, connect
from bot.socket_mode import Patience, SocketMode
from sandbox.address import APP_TOKEN, BOT_TOKEN
from sandbox.server import QUICK, Sandbox
from sandbox.slack import faults
from tests import databases
from tests.stage import (
    ADMIN,
    AGENT,
    GENERAL,
    MARIA,
    NUMBER,
    QUICK_PATIENCE,
    SUPPORT,
    BotProcess,
    Stage,
    free_port,
    wait_for,
)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """The two stand-ins; the workspace's app has Socket Mode switched on."""
    pace = replace(QUICK, event_retry_s=(0, 1, 3, 6, 12))  # time enough to come back
    with Sandbox(pace=pace, data=tmp_path, socket_mode=True) as sandbox:
        yield Stage(sandbox, databases.migrated("sqlite", tmp_path))


@contextmanager
def connected_bot(stage: Stage) -> Iterator[None]:
    """A bot that nobody can reach, with the number 12065550100 linked to #support."""
    with stage.bot(POLL_SECONDS="1"):
        wait_for_connections(stage, 1)
        stage.link()
        yield


def wait_for_connections(stage: Stage, opened: int, left: int = 1) -> None:
    """Until so many were opened since the start, of which so many are left."""
    connections = stage.workspace.connections
    stage.workspace.wait_for(lambda: connections.opened >= opened and len(connections) == left)


def thread_of(stage: Stage, text: str) -> str:
    """The `ts` of the thread in #support that holds `text`, once it is there."""
    stage.workspace.wait_for(lambda: text in stage.texts_in(SUPPORT))
    found = next(m for m in stage.workspace.messages(SUPPORT) if m.get("text") == text)
    return str(found["thread_ts"])


def test_the_whole_relay_works_behind_a_firewall(stage: Stage) -> None:
    """No PUBLIC_URL and no request from outside: a text, its reply, and the mark that it was delivered."""
    with connected_bot(stage):
        # when
        stage.carrier.handset_send(MARIA, NUMBER, "are you open?")
        thread = thread_of(stage, "are you open?")
        ts = stage.workspace.member(AGENT).post(SUPPORT, "Yes, until five", thread_ts=thread)

        # then
        stage.workspace.wait_for(lambda: reactions(stage, ts) == ["white_check_mark"])
        assert stage.received_by(MARIA) == ["Yes, until five"]
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"{stage.url}/slack/events", data=b"{}")
    assert len(stage.workspace.connections) == 0


def reactions(stage: Stage, ts: str) -> list[str]:
    found = next(m for m in stage.workspace.messages(SUPPORT) if m["ts"] == ts)
    return [reaction["name"] for reaction in found.get("reactions", [])]


def test_a_deaf_connection_is_replaced_and_what_it_swallowed_arrives(stage: Stage) -> None:
    """It stays open and answers nothing, so that only the missing pong tells."""
    with connected_bot(stage):
        stage.carrier.handset_send(MARIA, NUMBER, "are you open?")
        thread = thread_of(stage, "are you open?")

        # when
        stage.workspace.connections.deafen()
        stage.workspace.member(AGENT).post(SUPPORT, "Yes", thread_ts=thread)

        # then
        wait_for_connections(stage, 2)
        stage.workspace.wait_for(lambda: stage.received_by(MARIA))
        assert stage.received_by(MARIA) == ["Yes"]


def test_a_refresh_loses_nothing(stage: Stage) -> None:
    """Slack warns, goes on for a while and closes; meanwhile people write and command on."""
    with connected_bot(stage):
        stage.carrier.handset_send(MARIA, NUMBER, "are you open?")
        thread = thread_of(stage, "are you open?")
        sam, ada = stage.workspace.member(AGENT), stage.workspace.member(ADMIN)
        said, commands = [], []

        # when
        for renewal in range(3):
            warned = stage.workspace.connections.warn()
            for step in range(4):
                said.append(f"reply {renewal} {step}")
                sam.post(SUPPORT, said[-1], thread_ts=thread)
                commands.append(ada.command(GENERAL, "/flowroute", "help"))
            wait_for_connections(stage, opened=2 + renewal, left=2)
            stage.workspace.connections.refresh(warned)
            commands.append(ada.command(GENERAL, "/flowroute", "help"))

        # then
        stage.workspace.wait_for(lambda: len(stage.received_by(MARIA)) >= len(said))
        assert sorted(stage.received_by(MARIA)) == said
        assert {ack.error for ack in commands} == {None}


@pytest.mark.parametrize("loss", ["break_off", "refresh"])
def test_a_lost_connection_is_opened_again(stage: Stage, loss: str) -> None:
    """Cut without a word, or closed with no warning: what was said meanwhile comes by its repetition."""
    with connected_bot(stage):
        stage.carrier.handset_send(MARIA, NUMBER, "are you open?")
        thread = thread_of(stage, "are you open?")

        # when
        getattr(stage.workspace.connections, loss)()
        stage.workspace.member(AGENT).post(SUPPORT, "Yes", thread_ts=thread)

        # then
        stage.workspace.wait_for(lambda: stage.received_by(MARIA))
        assert stage.received_by(MARIA) == ["Yes"]


def test_a_slack_that_cannot_be_reached_is_tried_for_ever_and_readyz_says_so(stage: Stage) -> None:
    """Whatever the answer to apps.connections.open; the bot starts all the same."""
    for fault in (faults.http_500(), faults.html_page(), faults.drop_before(), faults.ratelimited(1)):
        stage.workspace.faults.add(method="apps.connections.open", fault=fault)
    stage.workspace.faults.add("apps.connections.open", faults.error("invalid_auth"), times=None)
    with stage.bot():
        # when
        wait_for(lambda: readiness(stage) == (503, "Slack is out of reach\n"), "readyz to say so")
        stage.workspace.faults.clear()

        # then
        wait_for_connections(stage, 1)
        wait_for(lambda: readiness(stage)[0] == 200, "the bot to be ready")


def readiness(stage: Stage) -> tuple[int, str]:
    try:
        with urlopen(f"{stage.url}/readyz", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as answer:
        with answer:
            return answer.code, answer.read().decode()


class Listening:
    """A small Bolt app on Socket Mode, to be taught by a test."""

    def __init__(self, sandbox: Sandbox, patience: Patience = QUICK_PATIENCE) -> None:
        api_url = f"{sandbox.url}/slack/api"
        self.app = App(client=connect(BOT_TOKEN, api_url), token_verification_enabled=False)
        self.socket_mode = SocketMode(self.app, Slack(connect(APP_TOKEN, api_url)), Precedence(), patience)

    @contextmanager
    def running(self, stage: Stage) -> Iterator[None]:
        self.socket_mode.start()
        wait_for_connections(stage, 1)
        try:
            yield
        finally:
            self.socket_mode.stop()


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Stage]:
    """A Slack that waits only a second for an answer."""
    pace = replace(QUICK, ack_timeout_s=1.0)
    with Sandbox(pace=pace, data=tmp_path, socket_mode=True) as sandbox:
        yield Stage(sandbox, "")


def test_what_cannot_be_kept_is_not_acknowledged(impatient: Stage) -> None:
    """The store fails twice: Slack gets no answer and sends the event again until it is kept."""
    # given
    stage = impatient
    listening = Listening(stage.sandbox)
    kept: list[str] = []
    attempts: list[str] = []

    def keep(event: dict[str, Any], next: Callable[[], None]) -> None:  # noqa: A002 - Bolt's name for it
        attempts.append(event["text"])
        if len(attempts) < 3:
            raise OSError("the disk is full")
        kept.append(event["text"])
        next()

    listening.app.event("message", middleware=[keep])(lambda: None)
    with listening.running(stage):
        # when
        stage.workspace.member(ADMIN).post("D0ADMIN", "hello")

        # then
        stage.workspace.wait_for(lambda: [d["status"] for d in deliveries(stage)] == [None, None, 200])
    assert (attempts, kept) == (["hello"] * 3, ["hello"])
    assert [d["retry_num"] for d in deliveries(stage)] == [0, 1, 2]


def deliveries(stage: Stage) -> list[dict[str, Any]]:
    return [d for d in stage.workspace.deliveries if d["kind"] == "event"]


def test_stopping_answers_what_is_under_way_and_leaves_no_connection(stage: Stage) -> None:
    """The command that is being worked on gets its answer; the next one finds nobody."""
    # given
    listening = Listening(stage.sandbox)
    begun, go_on = threading.Event(), threading.Event()

    def slow(ack: Ack) -> None:
        begun.set()
        go_on.wait(30)
        ack("Done")

    listening.app.command("/flowroute")(slow)
    ada = stage.workspace.member(ADMIN)
    with listening.running(stage):
        asked = threading.Thread(target=lambda: ada.command(GENERAL, "/flowroute", "slow"))
        asked.start()
        begun.wait(30)

        # when
        stopping = threading.Thread(target=listening.socket_mode.stop)
        stopping.start()
        go_on.set()
        for thread in (asked, stopping):
            thread.join(30)

    # then
    assert ada.messages(GENERAL)[-1]["text"] == "Done"
    stage.workspace.wait_for(lambda: len(stage.workspace.connections) == 0)
    assert ada.command(GENERAL, "/flowroute", "late").error == "dispatch_failed"


def test_a_quiet_connection_is_replaced(stage: Stage) -> None:
    """One that answers every ping but delivers nothing cannot be told from a quiet one."""
    listening = Listening(stage.sandbox, replace(QUICK_PATIENCE, quiet_s=0.2, drain_s=0.1))
    with listening.running(stage):
        wait_for_connections(stage, 3)


def test_failures_are_tried_again_ever_more_slowly(tmp_path: Path) -> None:
    """Socket Mode is switched off, so that Slack sends each connection away at once: no storm comes of it."""
    # given
    with Sandbox(pace=QUICK, data=tmp_path) as sandbox:
        listening = Listening(sandbox, replace(QUICK_PATIENCE, retry_s=(0.01, 60.0)))

        # when
        began = time.monotonic()
        listening.socket_mode.start()
        sandbox.workspace.wait_for(
            lambda: [c["method"] for c in sandbox.workspace.calls].count("apps.connections.open") >= 6
        )
        took_s = time.monotonic() - began
        listening.socket_mode.stop()

    # then
    assert took_s > 0.01 * (1 + 2 + 4 + 8 + 16) / 2  # a pause may be cut to a half


def test_a_process_that_serves_holds_one_connection_and_a_worker_none(stage: Stage, tmp_path: Path) -> None:
    """`python -m bot` connects after gunicorn has forked; `python -m bot worker` leaves Slack alone."""
    environment = stage.sandbox.bot_environment(free_port())
    serving = BotProcess(environment, tmp_path / "serving.log")
    working = BotProcess(environment, tmp_path / "working.log", "worker")

    # when
    working.start()
    wait_for(lambda: '"ready"' in (tmp_path / "working.log").read_text(), "the worker")
    worker_code = working.stop()
    opened_by_worker = stage.workspace.connections.opened
    serving.start()
    serving.wait_until_ready()
    wait_for_connections(stage, 1)
    code = serving.stop()

    # then
    assert (worker_code, opened_by_worker) == (0, 0)
    assert (code, stage.workspace.connections.opened, len(stage.workspace.connections)) == (0, 1, 0)
