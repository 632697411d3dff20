"""`make papers`: what the papers name and takes minutes however little it is given, so that no test runs it.

For before a release, and after a change to one of these.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.shell import working_copy

LITTLE = {"BENCH_SCALE": "0.01", "SOAK_NUMBERS": "1"}
SLOW = {
    "audit": r"No vulnerability is known|NOT AUDITED",
    "bench": r"(?m)^what .*\n(.+\n){20}",
    "screenshots": "",
    "soak": r"(?s)sqlite: 1 numbers.*postgresql: 1 numbers",
}
"""Targets, and what they say."""
ALSO = {".venv/bin/python -m tests.bench relay load": r"(?m)^what .*\n(.+\n){5}"}
MISSED = 2
"""make's exit code when a benchmark missed a target, as at this size some do, or nobody could be asked."""


@pytest.mark.parametrize("command", [*(f"make {target}" for target in SLOW), *ALSO])
def test_a_command_does_its_work(command: str, tmp_path: Path) -> None:
    """At a hundredth of its size, in a copy of the project."""
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=working_copy(tmp_path / "project"),
        env={"PATH": os.environ["PATH"], **LITTLE},
        capture_output=True,
        text=True,
        check=False,
    )

    told = f"{done.stdout}{done.stderr}"
    assert done.returncode in (0, MISSED if command in ("make audit", "make bench", *ALSO) else 0), told
    assert re.search(
        {**ALSO, **{f"make {target}": said for target, said in SLOW.items()}}[command], done.stdout
    ), told
    assert "Traceback" not in told
