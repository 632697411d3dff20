"""Stand-ins in processes of their own, so that their work is not mistaken for what is measured."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def beside(serve: Callable[..., None], *arguments: object) -> Iterator[Any]:
    """What `serve(connection, *arguments)` sends once it is ready; it is killed in the end."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=serve, args=(theirs, *arguments), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()
