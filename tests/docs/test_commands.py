"""Every shell command of the papers is tried, in the order of its paper.

A comment above a block says what it is tried with, or by which other file. The blocks of one paper share a
folder that looks like a clone of the project, with settings that lead to the stand-ins.
"""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from textwrap import dedent

import pytest

from sandbox.server import QUICK, Sandbox
from tests import databases
from tests.docs.machine import Machine
from tests.docs.shell import succeeds, working_copy
from tests.docs.test_papers import PAPERS
from tests.stage import MARIA, NUMBER, ROOT, BotProcess, Stage, free_port, wait_for

NOT_OURS = {".env", "data", ".git", ".hypothesis", "backups"}
BLOCK = re.compile(
    r"^(?: *<!-- tried (?:with: (?P<with>[^>]+)|by: (?P<by>[^>]+)) -->\n)? *```(?:sh|bash|shell|console)\n"
    r"(?P<code>.*?)^ *```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """One block of commands, and what it is tried with, or by which other files ("" when here)."""

    code: str
    tried_with: str
    tried_by: str


def blocks(paper: Path) -> list[Block]:
    """The shell blocks of a paper, in order."""
    return [
        Block(dedent(found["code"]), found["with"] or "", found["by"] or "")
        for found in BLOCK.finditer(paper.read_text("utf-8"))
    ]


WITH_BLOCKS = [paper for paper in PAPERS if blocks(paper)]


class Clone:
    """A folder like a fresh clone, and the stand-ins that its settings lead to."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.environment = {
            **sandbox.bot_environment(free_port()),
            "DATABASE_URL": f"sqlite:///{folder}/data/flowroute-bot.db",
        }
        for path in ROOT.iterdir():
            if path.name not in NOT_OURS:
                (folder / path.name).symlink_to(path)
        (folder / "data").mkdir()

    def run(self, *codes: str, **environment: str) -> None:
        """Run some blocks; none may fail."""
        path = f"{databases.tools()}:{os.environ['PATH']}"
        for code in codes:
            succeeds(code, self.folder, {"PATH": path, **self.environment, **environment})

    @contextmanager
    def running_bot(self) -> Iterator[None]:
        """A bot that has relayed one text; its log is bot.log."""
        bot = BotProcess(self.environment, self.folder / "bot.log")
        bot.start()
        try:
            bot.wait_until_ready()
            self.sandbox.deliver_to(int(self.environment["PORT"]))
            stage = Stage(self.sandbox, self.environment["DATABASE_URL"])
            stage.link()
            self.sandbox.carrier.handset_send(MARIA, NUMBER, "hello")
            wait_for(lambda: '"posted"' in self._log() and "text:1" in self._log(), "a text")
            yield
        finally:
            assert bot.stop() == 0

    def _log(self) -> str:
        return (self.folder / "bot.log").read_text("utf-8")

    def until_ready(self, code: str) -> None:
        """Commands that go on until somebody ends them: they get as far as being ready."""
        (arguments,) = re.findall(r"^\.venv/bin/python -m bot(.*)$", code, re.MULTILINE)
        bot = BotProcess(self.environment, self.folder / "serving.log", *arguments.split())
        bot.start()
        bot.wait_until_ready()
        assert bot.stop() == 0


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    """One for each paper."""
    with Sandbox(pace=QUICK, data=tmp_path) as sandbox:
        folder = tmp_path / "clone"
        folder.mkdir()
        yield Clone(folder, sandbox)


@pytest.fixture
def machine(clone: Clone, tmp_path: Path) -> Iterator[Callable[[], Machine]]:
    """A machine for one paper, made when it is asked for."""
    made: list[Machine] = []

    def the_same() -> Machine:
        if not made:
            settings = clone.sandbox.bot_environment(free_port())
            clone.sandbox.deliver_to(int(settings["PORT"]))
            made.append(Machine(tmp_path / "machine", settings))
        return made[0]

    yield the_same
    for one in made:
        one.close()


@pytest.mark.parametrize("paper", WITH_BLOCKS, ids=lambda path: path.name)
def test_the_commands_of_a_paper_work_in_their_order(
    paper: Path, clone: Clone, machine: Callable[[], Machine], tmp_path: Path
) -> None:
    """As they stand there: whoever copies them gets what the paper says."""
    on_postgresql = ""
    tried = [block for block in blocks(paper) if not block.tried_by]
    for tried_with, together in groupby(tried, lambda block: block.tried_with):
        codes = [block.code for block in together]
        match tried_with:
            case "":
                clone.run(*codes)
            case "a running bot":
                with clone.running_bot():
                    clone.run(*codes)
            case "a bot that runs until it is ready":
                clone.until_ready(*codes)
            case "PostgreSQL":
                on_postgresql = on_postgresql or databases.migrated("postgresql", tmp_path)
                clone.run(*codes, DATABASE_URL=on_postgresql)
            case "a copy of the project":
                copy = working_copy(tmp_path / "copy")
                succeeds("\n".join(codes), copy, {"PATH": os.environ["PATH"]})
            case "a machine of its own":
                machine().run(*codes)
            case unknown:
                pytest.fail(f"{paper.name} wants to be tried with {unknown}")


@pytest.mark.parametrize("app_token", ["", "later"], ids=["nothing chosen", "socket mode"])
def test_the_address_of_slacks_form_is_printed_whole_or_not_at_all(app_token: str, tmp_path: Path) -> None:
    """With neither a public address nor Socket Mode there is no manifest, and an empty form helps nobody."""
    (block,) = (one for one in blocks(ROOT / "README.md") if "manifest_json" in one.code)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "bot").symlink_to(ROOT / "bot")
    (tmp_path / "flowroute").symlink_to(ROOT / "flowroute")
    (tmp_path / ".env").write_text(f"SLACK_APP_TOKEN={app_token}\n")

    done = subprocess.run(
        ["bash", "-c", block.code],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.stdout.startswith("https://api.slack.com/apps?new_app=1&manifest_json=%7B") == bool(app_token)
    assert bool(done.stdout) == (done.returncode == 0) == bool(app_token), done.stderr


def test_what_is_tried_elsewhere_says_where() -> None:
    """Nothing is left out, and the files that try the rest are there."""
    told = [block for paper in WITH_BLOCKS for block in blocks(paper)]
    fences = sum(
        len(re.findall(r"^ *```(?:sh|bash|shell|console)$", paper.read_text("utf-8"), re.MULTILINE))
        for paper in PAPERS
    )
    assert len(told) == fences
    for by in filter(None, (block.tried_by for block in told)):
        files = re.findall(r"[\w./]+\.py\b|\.ci/run", by)
        assert files
        assert all((ROOT / file).is_file() for file in files), by
