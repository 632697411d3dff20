"""`python -m sandbox`, which `make run` calls: one address, nothing left behind."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

PROJECT = Path(__file__).parents[3]
STAND_IN_BOT = """
import http.server, json, os, pathlib, subprocess, sys

worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
started = {"pid": os.getpid(), "worker": worker.pid, "environment": dict(os.environ), "cwd": os.getcwd()}
pathlib.Path("started.json.new").write_text(json.dumps(started))
os.replace("started.json.new", "started.json")

class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass

http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
"""
DEADLINE_S = 60


@dataclass
class Running:
    """A launcher that has said it is ready."""

    process: subprocess.Popen[str]
    url: str
    data: Path
    said: str

    def bot(self) -> dict[str, Any]:
        """What the stand-in bot wrote down when it started."""
        started: dict[str, Any] = json.loads((self.data / "started.json").read_text())
        return started

    def interrupt(self, by: signal.Signals) -> tuple[int, str]:
        """Exit code, and everything said on the way out."""
        self.process.send_signal(by)
        out, _ = self.process.communicate(timeout=DEADLINE_S)
        return self.process.returncode, out


@contextmanager
def launched(data: Path, *options: str, cwd: Path = PROJECT) -> Iterator[Running]:
    with subprocess.Popen(
        command("--port", "0", "--data", str(data), *options),
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "FR_ACCESS_KEY": "the operator's own"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, f"it ended: {said}"
            said += line
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert found, said
        try:
            yield Running(process, found[0], data / "0", said)
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate(timeout=DEADLINE_S)


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "sandbox", *options]


def refused(*options: str) -> subprocess.CompletedProcess[str]:
    """A launcher that ends by itself."""
    return subprocess.run(
        command(*options), cwd=PROJECT, capture_output=True, text=True, timeout=DEADLINE_S, check=False
    )


@pytest.fixture
def stand_in(tmp_path: Path) -> str:
    """The command of a bot that is ready at once and keeps a worker process."""
    script = tmp_path / "bot.py"
    script.write_text(STAND_IN_BOT)
    return shlex.join([sys.executable, str(script)])


def is_alive(pid: int) -> bool:
    """A process that has ended but was not collected yet counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_it_prints_the_address_and_what_to_try(tmp_path: Path, stand_in: str) -> None:
    """One address, three things to try, and where the data is."""
    with launched(tmp_path, "--bot", stand_in) as running:
        assert requests.get(running.url, timeout=30).headers["Content-Type"].startswith("text/html")
        for hint in ("/flowroute numbers search 206", "relay link", "handset", str(running.data)):
            assert hint in running.said


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_everything(tmp_path: Path, stand_in: str, by: signal.Signals) -> None:
    """Exit code 0, no traceback, and no process of the bot is left."""
    with launched(tmp_path, "--bot", stand_in) as running:
        bot = running.bot()
        code, said = running.interrupt(by)
    assert code == 0
    assert said.strip() == "Stopped."
    until(lambda: not is_alive(bot["pid"]) and not is_alive(bot["worker"]))


def test_the_bot_itself_starts_and_stops_with_it(tmp_path: Path) -> None:
    """The same with `python -m bot`, whose log says that it was ready."""
    with launched(tmp_path) as running:
        log = (running.data / "bot.log").read_text()
        code, said = running.interrupt(signal.SIGINT)
    assert (code, said.strip()) == (0, "Stopped.")
    assert '"ready"' in log
    assert "Traceback" not in (running.data / "bot.log").read_text()


def test_the_bot_gets_its_settings_from_the_sandbox_alone(tmp_path: Path, stand_in: str) -> None:
    """Neither the operator's environment nor a `.env` nearby leaks into the sandbox."""
    (tmp_path / ".env").write_text("SPEND_LIMIT=1\n")
    with launched(tmp_path / "data", "--bot", stand_in, cwd=tmp_path) as running:
        bot = running.bot()
    settings = bot["environment"]
    assert settings["FR_ACCESS_KEY"] == "sandbox"
    assert settings["FLOWROUTE_API_URL"] == f"{running.url}/carrier"
    assert settings["SLACK_API_URL"] == f"{running.url}/slack/api/"
    assert settings["DATABASE_URL"] == f"sqlite:///{running.data / 'bot.db'}"
    assert not (Path(bot["cwd"]) / ".env").exists()


def test_it_starts_afresh(tmp_path: Path, stand_in: str) -> None:
    """What an earlier run left behind is removed."""
    left = tmp_path / "0" / "bot.db"
    left.parent.mkdir()
    left.write_text("old")
    with launched(tmp_path, "--bot", stand_in) as running:
        assert "afresh" in running.said
        assert not left.exists()


def test_a_bot_that_dies_is_started_again(tmp_path: Path, stand_in: str) -> None:
    """After a kill -9 another one answers, nothing of the first is left, and the page says so."""
    with launched(tmp_path, "--bot", stand_in) as running:
        # given
        first = running.bot()

        # when
        os.kill(first["pid"], signal.SIGKILL)

        # then
        until(lambda: running.bot()["pid"] != first["pid"])
        assert not is_alive(first["worker"])
        state = requests.get(f"{running.url}/page/state?as=U0GUEST", timeout=30).json()
        assert state["notices"][-1]["text"] == "The bot stopped (signal SIGKILL) and is being started again."
        assert running.bot()["environment"]["PORT"] == first["environment"]["PORT"]


def test_a_taken_port_gets_one_sentence(tmp_path: Path) -> None:
    """It names the port and how to choose another; nothing is started, no data is touched."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = refused("--port", str(port), "--data", str(tmp_path))
    assert run.returncode == 1
    assert run.stderr == f"Port {port} is taken. Choose another one: make run PORT={port + 100}\n"
    assert list(tmp_path.iterdir()) == []


def test_a_bot_that_cannot_start_is_explained(tmp_path: Path) -> None:
    """The end of its log is shown, with one sentence."""
    bot = shlex.join([sys.executable, "-c", "import sys; sys.exit('FR_SECRET_KEY is missing')"])
    run = refused("--port", "0", "--data", str(tmp_path), "--bot", bot)
    assert run.returncode == 1
    assert "The bot ended with exit code 1." in run.stderr
    assert "FR_SECRET_KEY is missing" in run.stderr
    assert "Traceback" not in run.stderr
