"""`make papers`: what the papers name and takes minutes however little it is given, so that no test runs it.

For before a release, and after a change to one of these; on a machine that has nothing else to do.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.shell import working_copy
from tests.stage import ROOT

LITTLE = {"BENCH_SCALE": "0.01", "SOAK_NUMBERS": "1"}
TABLE = r"(?m)^what .*\n(.+\n){5}"
SLOW = {
    "audit": r"No vulnerability is known|NOT AUDITED",
    "bench": TABLE,
    "screenshots": "",
    "soak": r"(?s)sqlite: 1 numbers.*postgresql: 1 numbers",
}
"""Targets, and what they say."""
COMMANDS = {f"make {target}": said for target, said in SLOW.items()} | {
    ".venv/bin/python -m tests.bench relay load": TABLE
}
MAY_MISS = re.compile("audit|bench")
"""Nobody can be asked, or a figure is none at this size: make then ends with 2, the benchmarks with 1."""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_its_work(command: str, tmp_path: Path) -> None:
    """At a hundredth of its size; what changes files does so in a copy of the project."""
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=working_copy(tmp_path / "project") if "screenshots" in command else ROOT,
        env={"PATH": os.environ["PATH"], **LITTLE},
        capture_output=True,
        text=True,
        check=False,
    )

    told = f"{done.stdout}{done.stderr}"
    assert done.returncode in ((0, 1, 2) if MAY_MISS.search(command) else (0,)), told
    assert re.search(COMMANDS[command], done.stdout), told
    assert "Traceback" not in told
