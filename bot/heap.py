"""Memory that threads give back is there for all of them."""

import ctypes
from contextlib import suppress

M_ARENA_MAX = -8  # malloc.h of glibc


def share_one_heap() -> None:
    """Before threads start: glibc gives each a heap of its own, and what is free in one is lost to the rest.

    With dozens of threads the process grew by 1 MiB in 400 texts (`python -m tests.bench soak`); as Python
    runs one thread at a time, they do not wait for a shared heap. Other C libraries have one anyway.
    """
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
