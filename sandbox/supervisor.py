"""Keeps one bot running as a process of its own."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

BOT = (sys.executable, "-m", "bot")
PROJECT = Path(__file__).parents[1]
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT")
"""What the bot keeps of the machine's environment; its settings must not leak in from there."""
READY_WITHIN_S = 60.0
GRACE_S = 15.0
"""How long a bot that was asked to stop may finish what it does."""
LOOK_AGAIN_S = 0.05
LAST_LINES = 15


class BotDidNotStart(Exception):
    """The bot ended, or stayed unready, after it was started; the message is a sentence for a person."""


@dataclass(frozen=True)
class Errand:
    """How to start a bot, and where one sees that it is ready (`/readyz` answers 200)."""

    environment: Mapping[str, str]
    ready_url: str
    directory: Path
    """The working directory: one without a `.env`, which the bot would read. Its log goes here too."""
    command: Sequence[str] = BOT

    @property
    def log(self) -> Path:
        return self.directory / "bot.log"


class Supervisor:
    """Starts a bot, starts it again whenever it dies, and stops it.

    Nothing is waited for or started any more once `stopping` is set. `on_death` hears in a sentence, on
    another thread, what has happened.
    """

    def __init__(self, errand: Errand, stopping: threading.Event, on_death: Callable[[str], None]) -> None:
        self._errand = errand
        self._stopping = stopping
        self._on_death = on_death
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def start(self) -> None:
        """Start the bot; it takes a while until it is ready."""
        self._spawn()

    def wait_until_ready(self) -> None:
        """From then on a bot that dies is started again. Raises `BotDidNotStart`."""
        if not self._is_ready_in_time() and not self._stopping.is_set():
            ended = self._running.poll()
            what = "is not ready yet" if ended is None else f"ended with exit code {ended}"
            raise BotDidNotStart(f"The bot {what}. The end of {self._errand.log}:\n{self._last_words()}")
        self._watcher.start()

    def stop(self) -> None:
        """Ask the bot to stop, and see that nothing of it is left."""
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join()
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE_S)
        self._sweep()

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the bot was never started")
        return self._process

    def _spawn(self) -> None:
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        with self._errand.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own bot
                self._errand.command,
                env={**inherited, "PYTHONPATH": str(PROJECT), **self._errand.environment},
                cwd=self._errand.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches only us, and its workers can be told apart
            )

    def _sweep(self) -> None:
        """End what a dead bot has left behind in its process group, and collect the bot itself."""
        with suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait()

    def _is_ready_in_time(self) -> bool:
        deadline = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline and self._running.poll() is None:
            if self._is_ready():
                return True
            if self._stopping.wait(LOOK_AGAIN_S):
                return False
        return False

    def _is_ready(self) -> bool:
        try:
            with urlopen(self._errand.ready_url, timeout=1) as answer:  # noqa: S310 - our own address
                return bool(answer.status == HTTPStatus.OK)
        except (URLError, OSError):
            return False

    def _watch(self) -> None:
        failures = 0
        while not self._stopping.wait(LOOK_AGAIN_S):
            if self._running.poll() is None:
                continue
            self._sweep()
            self._on_death(
                f"The bot stopped ({_cause(self._running.returncode)}) and is being started again."
            )
            if self._stopping.wait(min(5, failures * 0.5)):
                return
            self._spawn()
            failures = 0 if self._is_ready_in_time() else failures + 1

    def _last_words(self) -> str:
        lines = self._errand.log.read_text("utf-8", errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-LAST_LINES:]) or "  (nothing was written)"


def _cause(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
