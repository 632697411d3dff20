"""The benchmarks can be run: what they find out is theirs."""

import os
import subprocess
import sys

import pytest

from tests.bench.__main__ import modules
from tests.stage import ROOT


def test_every_benchmark_can_be_loaded() -> None:
    """Each module offers `run`, also those that nobody started for a while."""
    found = modules(())

    assert len(found) > 5
    assert all(callable(module.run) for module in found)


@pytest.mark.parametrize("name", ["start", "soak", "tls"])
def test_a_benchmark_prints_its_table(name: str) -> None:
    """At a hundredth of the size; whether a target is met there does not matter."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench", name],
        cwd=ROOT,
        env={**os.environ, "BENCH_SCALE": "0.01"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ran.returncode in (0, 1), ran.stderr
    assert ran.stdout.startswith("what")
    assert "Traceback" not in ran.stderr


def test_a_name_that_no_benchmark_has_is_said() -> None:
    """Rather than an empty table."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench", "nonsense"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.returncode == 2
    assert "No benchmark" in ran.stderr
