"""A folder that is used like a machine of which one is root, to install the bot as a service in it.

Paths such as /etc lead into the folder. Accounts are made by the real `useradd`, units enabled by the real
`systemctl`; what only a running system can do is done by `stand_ins.py`. Nothing is downloaded: packages are
those of this project's own .venv, which pip holds against requirements.txt.
"""

import os
import re
import sys
import sysconfig
from pathlib import Path

from tests import databases
from tests.discretion import listener
from tests.docs import stand_ins
from tests.docs.shell import copied, succeeds
from tests.docs.tools import installed, tool

BELOW = re.compile(r"(?<=[ =])/(?=(?:etc|opt|usr/local|var/lib)/)")
FOLDERS = ("bin", "etc/systemd/system", "home", "opt", "usr/local/sbin", "var/lib")
ACCOUNTS = ("passwd", "group", "shadow", "gshadow")
NEEDED = ("useradd", "systemctl")
SETTINGS = "etc/flowroute-bot.env"


class Machine:
    """One machine; `settings` are filled into the service's file as soon as that is there."""

    def __init__(self, root: Path, settings: dict[str, str]) -> None:
        self.root = root
        self._settings = settings | {"DATABASE_URL": f"sqlite:///{root}/var/lib/flowroute-bot/bot.db"}
        for folder in FOLDERS:
            (root / folder).mkdir(parents=True)
        for name in ACCOUNTS:
            (root / "etc" / name).touch()
        self._repository = self._published()
        self._environment = {
            "PATH": f"{root}/bin:{root}/usr/local/sbin:{databases.tools()}:{os.environ['PATH']}",
            "MACHINE": str(root),
            "PACKAGES": sysconfig.get_path("purelib"),
            "SYSTEMCTL": installed("systemctl") or "",
            "PIP_NO_INDEX": "1",
            **databases.server(),
        }
        self._command("useradd", installed("useradd") or "", "--prefix", str(root))
        for name in stand_ins.TOOLS:
            self._command(name, sys.executable, stand_ins.__file__, name)

    def run(self, *codes: str) -> None:
        """Run some blocks as root; a password is typed where one is asked for."""
        for code in codes:
            for name in NEEDED:
                if name in code:
                    tool(name)
            self._fill_in()
            here = BELOW.sub(f"{self.root}/", code).replace("<this repository>", str(self._repository))
            succeeds(here, self.root / "home", self._environment, typed="secret\nsecret\n")

    def close(self) -> None:
        """Switch it off; the log was as discreet as any."""
        for running in self.root.glob("*.pid"):
            stand_ins.end(running)
        # The server is shared with whoever comes next.
        forget = "dropdb --if-exists flowroute_bot; dropuser --if-exists flowroute_bot"
        succeeds(forget, self.root, self._environment)
        for journal in self.root.glob("*.journal"):
            listener.read(journal)

    def _published(self) -> Path:
        """A repository with the project as it stands here."""
        folder = copied(self.root / "project")
        identity = "-c user.name=nobody -c user.email=nobody@example.com"
        code = f"git init -q && git add . && git {identity} commit -qm 'As it stands'"
        succeeds(code, folder, {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null"})
        return folder

    def _command(self, name: str, *does: str) -> None:
        path = self.root / "bin" / name
        path.write_text(f'#!/bin/sh\nexec {" ".join(does)} "$@"\n')
        path.chmod(0o755)

    def _fill_in(self) -> None:
        """What the reader does in an editor."""
        path = self.root / SETTINGS
        if not path.exists():
            return
        text = path.read_text("utf-8")
        for name, value in self._settings.items():
            text, found = re.subn(rf"^(# )?{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
            assert found == 1, name
        path.write_text(text, "utf-8")
