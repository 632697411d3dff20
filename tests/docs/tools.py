"""The real tools that files of docs/deploy/ are for.

Where one is not installed, tests with it are skipped, unless REQUIRE_TOOLS is set: then they fail.
"""

import os
import shutil
import subprocess

import pytest

PACKAGES = {
    "nginx": "nginx-light",
    "openssl": "openssl",
    "promtool": "prometheus",
    "systemctl": "systemd",
    "systemd-analyze": "systemd",
    "useradd": "passwd",
}
"""Where Debian has them."""


def installed(name: str) -> str | None:
    """The path of a tool, if it is there."""
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")


def tool(name: str) -> str:
    """The path of a tool that a test cannot do without."""
    path = installed(name)
    if path is None:
        sentence = f"There is no {name}; on Debian: apt install {PACKAGES[name]}"
        if os.environ.get("REQUIRE_TOOLS"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return path


def judged(name: str, *arguments: str) -> None:
    """Run a tool; it must not find fault."""
    done = subprocess.run([tool(name), *arguments], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{name} {' '.join(arguments)}\n{done.stdout}{done.stderr}"
