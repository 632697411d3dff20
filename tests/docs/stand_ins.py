"""`python stand_ins.py <tool> …` does what the tool would do on a machine, in the folder that MACHINE names.

What it ends with goes to `sys.exit`: a code, or a sentence about what is wrong.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

WITHIN_S = 120.0
"""Of a busy machine."""
PAUSE_S = 0.05
ROOT = Path(os.environ.get("MACHINE", "/"))
UNITS = ROOT / "etc" / "systemd" / "system"


def install(arguments: Sequence[str]) -> int:
    """Owner and group have to be accounts of the machine; the file stays whose it is."""
    ours, rest = [], iter(arguments)
    for argument in rest:
        if argument in ("-o", "-g"):
            _require_account(next(rest), "passwd" if argument == "-o" else "group")
        else:
            ours.append(argument)
    return subprocess.call(["/usr/bin/install", *ours])


def python3(arguments: Sequence[str]) -> int:
    """A new environment has the packages that are here, so that pip finds them and downloads none."""
    if arguments[:2] != ["-m", "venv"]:
        return subprocess.call([sys.executable, *arguments])
    folder = Path(arguments[2])
    failed = subprocess.call([sys.executable, "-m", "venv", "--without-pip", str(folder)])
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "here.pth").write_text(os.environ["PACKAGES"])
    pip = folder / "bin" / "pip"
    pip.write_text('#!/bin/sh\nexec "${0%/*}/python" -m pip "$@"\n')
    pip.chmod(0o755)
    return failed


def sudo(arguments: Sequence[str]) -> int:
    """`sudo -u postgres …` is asked of a server that knows nobody else."""
    return subprocess.call(arguments[2:])


def systemctl(arguments: Sequence[str]) -> int:
    """Units are enabled by systemd's own; they are started and stopped here."""
    verb, unit = arguments[0], arguments[-1]
    failed = 0
    if verb == "enable":
        failed = subprocess.call([os.environ["SYSTEMCTL"], f"--root={ROOT}", "--quiet", "enable", unit])
    if verb == "start" or "--now" in arguments:
        _start(unit)
    if verb == "stop":
        end(_pid_file(unit))
    return failed


def journalctl(arguments: Sequence[str]) -> int:
    """What a service wrote until it was ready; to follow it for ever helps no test."""
    journal = _journal(arguments[arguments.index("-u") + 1])
    _wait_until(lambda: '"ready"' in journal.read_text("utf-8"), f"{journal} to say that it is ready")
    print(journal.read_text("utf-8"))  # noqa: T201 - what the tool is for
    return 0


def systemd_run(arguments: Sequence[str]) -> int:
    """A command as another user, with settings and in a folder: all of it but the user."""
    options = [argument for argument in arguments if argument.startswith("--")]
    command = arguments[len(options) :]
    given = dict(option.removeprefix("--").partition("=")[::2] for option in options)
    unit = dict(
        option.removeprefix("--property=").partition("=")[::2]
        for option in options
        if option.startswith("--property=")
    )
    _require_account(given["uid"], "passwd")
    _require_account(given["gid"], "group")
    return _begun(command, unit, None).wait()


def end(pid_file: Path) -> None:
    """End a service as systemd does, and wait for it."""
    pid = int(pid_file.read_text())
    pid_file.unlink()
    os.kill(pid, signal.SIGTERM)
    _wait_until(lambda: _is_gone(pid), f"{pid_file.stem} to end")


def _start(unit: str) -> None:
    lines = (UNITS / f"{unit}.service").read_text("utf-8").splitlines()
    told = dict(line.partition("=")[::2] for line in lines if "=" in line and not line.startswith("#"))
    _require_account(told["User"], "passwd")
    (ROOT / "var" / "lib" / told["StateDirectory"]).mkdir(int(told["StateDirectoryMode"], 8), exist_ok=True)
    _pid_file(unit).write_text(str(_begun(told["ExecStart"].split(), told, _journal(unit)).pid))


def _begun(
    command: Sequence[str], unit: Mapping[str, str], journal: Path | None
) -> "subprocess.Popen[bytes]":
    """A command with nothing but its unit's own settings in the environment."""
    lines = _below(unit["EnvironmentFile"]).read_text("utf-8").splitlines()
    told = dict(line.partition("=")[::2] for line in lines if "=" in line and not line.startswith("#"))
    output = None if journal is None else journal.open("ab")
    return subprocess.Popen(
        [str(_below(command[0])), *command[1:]],
        cwd=_below(unit["WorkingDirectory"]),
        env={"PATH": os.environ["PATH"], **told},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        umask=int(unit["UMask"], 8),
        start_new_session=journal is not None,
    )


def _below(path: str) -> Path:
    return ROOT / path.lstrip("/")


def _journal(unit: str) -> Path:
    return ROOT / f"{unit}.journal"


def _pid_file(unit: str) -> Path:
    return ROOT / f"{unit}.pid"


def _require_account(name: str, kind: str) -> None:
    accounts = (ROOT / "etc" / kind).read_text("utf-8").splitlines()
    if not any(line.startswith(f"{name}:") for line in accounts):
        sys.exit(f"nobody in /etc/{kind} is called {name}")


def _is_gone(pid: int) -> bool:
    try:
        return not Path(
            f"/proc/{pid}/cmdline"
        ).read_bytes()  # of what ended and nobody asked about, it is empty
    except OSError:
        return True


def _wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"waited {WITHIN_S} s for {what}")
        time.sleep(PAUSE_S)


TOOLS = {
    "install": install,
    "journalctl": journalctl,
    "python3": python3,
    "sudo": sudo,
    "systemctl": systemctl,
    "systemd-run": systemd_run,
}

if __name__ == "__main__":
    sys.exit(TOOLS[sys.argv[1]](sys.argv[2:]))
