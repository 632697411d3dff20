"""A bot between the two stand-ins, over real sockets: what nearly every test of the bot plays on."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from bot import settings
from bot.app import build
from bot.clock import utc_now
from bot.greeting import BOOKMARK as GREETED
from bot.posting import Pace
from bot.provisioning.orders import Orders
from bot.relay.sending import LookUp
from bot.socket_mode import Patience
from bot.store import bookmarks
from bot.store.engine import Store, open_engine
from bot.store.migrate import migrate
from flowroute import DEFAULT_TIMEOUT_S
from sandbox import address
from sandbox.server import Sandbox
from tests.discretion import listener

free_port = address.free_port
exactly_once = pytest.mark.flaky(reruns=0)
"""A test that `.ci/run` does not try again: what is doubled or lost once in a thousand times is a bug."""
ROOT = Path(__file__).parents[1]
NUMBER = "12065550100"
"""A number that the sandbox account owns from the start."""
SECOND_NUMBER = "12065550101"
MARIA = "12065550142"
JONAS = "14255550177"
QUICK_PAUSES_S = (0.05, 0.2, 0.5)
READY_WITHIN_S = 120.0
"""Of a busy machine, as every deadline of a test is: nothing is slower for it while all is well."""
ENDED_WITHIN_S = 60.0
LOOK_AGAIN_S, LOOK_AT_LEAST_EVERY_S = 0.02, 0.2
QUICK_PATIENCE = Patience(
    ping_s=0.3, pong_s=1.0, drain_s=5.0, lasting_s=0.0, retry_s=(0.1, 0.2), out_of_reach_s=1.0
)

ADMIN, APPROVER, AGENT, GUEST = "U0ADMIN", "U0APPROVER", "U0AGENT", "U0GUEST"
GENERAL, SUPPORT, TELECOM, AUDIT, DESK = "C0GENERAL", "C0SUPPORT", "C0TELECOM", "C0AUDIT", "C0DESK"
ADMINS_MESSAGES = "D0ADMIN"
AGAINST_SLACKS_RULES = {
    "invalid_arguments",
    "invalid_blocks",
    "missing_scope",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_text",
    "unknown_method",
    "view_too_large",
}
NAMES = {GENERAL: "general", SUPPORT: "support", TELECOM: "telecom", AUDIT: "phone-audit", DESK: "front-desk"}


class _QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        """Say nothing about each request."""


class Stage:
    """The two stand-ins and, once started, one bot in this process."""

    def __init__(self, sandbox: Sandbox, database_url: str) -> None:
        self.sandbox = sandbox
        self.workspace = sandbox.workspace
        self.carrier = sandbox.carrier
        self.database_url = database_url
        self.url = ""
        self.orders: Orders
        """Those of the running bot, for what needs no Slack."""

    @contextmanager
    def bot(
        self,
        *,
        look_up: LookUp = LookUp(),  # noqa: B008 - it is frozen
        timeout_s: tuple[float, float] = DEFAULT_TIMEOUT_S,
        is_first_start: bool = False,
        marks_per_s: float = 1000,
        **changes: str,
    ) -> Iterator[None]:
        """Run a bot; `changes` are settings by their names in the environment, "" takes one away.

        `look_up` is how it asks Flowroute for what it did not tell, `timeout_s` how long Flowroute may take.
        Only `is_first_start` greets the admin, so that tests see what they are about.
        """
        server = make_server("127.0.0.1", 0, _not_built, threaded=True, request_handler=_QuietHandler)
        environment = (
            self.sandbox.bot_environment(server.port) | {"DATABASE_URL": self.database_url} | changes
        )
        config = settings.load(
            _env_file=None, **{name.lower(): value for name, value in environment.items() if value}
        )
        engine = open_engine(config.database_url)
        migrate(engine)
        if not is_first_start:
            with Store(engine).write() as db:
                bookmarks.put(db, GREETED, utc_now())
        engine.dispose()
        bot = build(
            config,
            pace=Pace(per_second=1000),
            patience=QUICK_PATIENCE,
            look_up=look_up,
            timeout_s=timeout_s,
            step_pauses_s=QUICK_PAUSES_S,
            marks_per_s=marks_per_s,
        )
        server.app = bot.web
        self.url = f"http://127.0.0.1:{server.port}"
        self.workspace.events_url = f"{self.url}/slack/events"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        bot.start()
        self.orders = bot.orders
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            bot.stop()

    # What people do in nearly every test

    def link(self, number: str = NUMBER, channel: str = SUPPORT) -> None:
        """Ada links a number to a channel."""
        before = len(self.private_words(ADMIN, TELECOM))
        self.workspace.member(ADMIN).command(TELECOM, "/flowroute", f"relay link {number} #{NAMES[channel]}")
        self.workspace.wait_for(lambda: len(self.private_words(ADMIN, TELECOM)) > before)

    def private_words(self, user_id: str, channel: str) -> list[str]:
        """The texts of the messages in a channel that only this person sees."""
        return [
            message.get("text", "")
            for message in self.workspace.member(user_id).messages(channel)
            if message.get("is_ephemeral")
        ]

    def refused_by_slack(self) -> list[str]:
        """The Web API calls that broke one of Slack's documented limits or forms."""
        return [
            f"{call['method']}: {call['answer']}, unread: {call['unread']}"
            for call in self.workspace.calls
            if call["unread"] or call["answer"].get("error") in AGAINST_SLACKS_RULES
        ]

    def texts_in(self, channel: str) -> list[str]:
        """The texts of all messages in a channel, oldest first."""
        return [message.get("text", "") for message in self.workspace.messages(channel)]

    def received_by(self, person: str) -> list[str]:
        """What a handset got from our numbers."""
        return [
            message.body
            for message in self.carrier.handset_messages(person)
            if message.direction == "received"
        ]


def _not_built(_environ: object, _start_response: object) -> list[bytes]:
    raise RuntimeError("a request came before the bot was built")


class BotProcess:
    """`python -m bot` as a process of its own, to be killed and started again.

    `module` names another way in, which is given the same arguments.
    """

    def __init__(self, environment: dict[str, str], log: Path, *arguments: str, module: str = "bot") -> None:
        self.environment = environment
        self._log = log
        self._arguments = arguments
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._log_file: IO[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['PORT']}"

    @property
    def pid(self) -> int:
        """Of the process that was started last; its own children do gunicorn's work."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        self._log_file = self._log.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._module, *self._arguments],
            cwd=self._log.parent,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **self.environment},
            stderr=self._log_file,
            stdout=self._log_file,
            start_new_session=True,
        )

    def wait_until_ready(self) -> None:
        wait_for(self._is_ready, f"the bot to be ready\n{self._log}", timeout_s=READY_WITHIN_S)

    def kill(self) -> None:
        """As a power cut would: no goodbye, also not to its children."""
        self._signal(signal.SIGKILL)

    def stop(self) -> int:
        """As an operator would; the exit code."""
        return self._signal(signal.SIGTERM)

    def _signal(self, number: int) -> int:
        if self._process is None:
            return 0
        if self._process.poll() is None:
            if number == signal.SIGKILL:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)
        code = self._process.wait(timeout=ENDED_WITHIN_S)
        if self._log_file is not None:
            self._log_file.close()
            listener.read(self._log)
        self._process = None
        return code

    def _is_ready(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise AssertionError(f"the bot stopped:\n{self._log.read_text()[-3000:]}")
        try:
            with urlopen(f"{self.url}/readyz", timeout=30) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


def wait_for(condition: Callable[[], object], what: str, timeout_s: float = 60.0) -> None:
    """Look until `condition` holds; fails naming `what` was waited for.

    What is much work is looked at less often: the stand-ins that everything waits for run in this process.
    """
    deadline = time.monotonic() + timeout_s
    pause = threading.Event()
    while True:
        began = time.thread_time()
        if condition():
            return
        assert time.monotonic() < deadline, f"waited {timeout_s} s for {what}"
        pause.wait(min(max(LOOK_AGAIN_S, 4 * (time.thread_time() - began)), LOOK_AT_LEAST_EVERY_S))
