"""Workers of the bot without the price of their imports: each line on stdin forks one.

Answers its process id, and its exit code once it has ended, each in a line.
"""

import os
import sys
from functools import partial

from bot import app
from bot.__main__ import main
from tests.stage import QUICK_PAUSES_S


def bear() -> None:
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            main(["worker"], obj=partial(app.build, step_pauses_s=QUICK_PAUSES_S))
        print(pid, flush=True)  # noqa: T201 - the answer
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    bear()
