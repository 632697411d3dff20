"""Every target of the Makefile that a paper names is run: here with little to do, by `.ci/run`, or by hand.

By hand is `make papers`, for what takes minutes however little it is given: slow_targets.py.
"""

import os
import re
import signal
import subprocess
from itertools import takewhile
from pathlib import Path

import pytest

from tests.docs.shell import succeeds, working_copy
from tests.docs.slow_targets import SLOW
from tests.docs.test_commands import WITH_BLOCKS, blocks
from tests.stage import ROOT, free_port

QUICK = {
    "test-slow": {"PYTEST_ADDOPTS": "tests/flowroute/test_segments.py"},
    "fuzz": {"FUZZ_EXAMPLES": "2"},
}
"""Targets, and what makes them short."""


@pytest.mark.parametrize("target", QUICK)
def test_a_target_does_its_work(target: str) -> None:
    """As it is called by whoever changes the code."""
    told = succeeds(f"make {target}", ROOT, {"PATH": os.environ["PATH"], **QUICK[target]})

    assert re.search(r"\d+ passed", told)


def test_make_run_starts_the_sandbox_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    """On another port if that is wanted; it says where it is."""
    port = free_port()
    with subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=working_copy(tmp_path / "project"),
        env={"PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        said = "".join(takewhile(lambda line: "Ctrl-C" not in line, running.stdout))
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to make and to what it runs
        running.stdout.read()

    assert f"http://127.0.0.1:{port}/" in said


def test_every_target_that_a_paper_names_is_run_somewhere() -> None:
    """And every target is told in a paper."""
    code = "\n".join(block.code for paper in WITH_BLOCKS for block in blocks(paper))
    named = set(" ".join(re.findall(r"\bmake ([a-z -]+?) *(?:#|$)", code, re.MULTILINE)).split())
    by_ci = set(re.findall(r"^make ([a-z-]+)$", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    assert named == targets
    assert targets - QUICK.keys() - SLOW.keys() - by_ci == {"run", "papers"}
