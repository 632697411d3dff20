"""One commit for what several threads bring at the same moment."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from sqlalchemy import Connection

from bot.store.engine import Store

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Together(Generic[Item, Answer]):
    """Writes items in the order in which they come and answers each when it is committed.

    While one thread commits, others come and wait; the next of them writes for all. So the commits get fewer
    as the threads get more, and a single thread waits for nobody. `write` gives one answer for each item.
    """

    def __init__(self, store: Store, write: Callable[[Connection, Sequence[Item]], Sequence[Answer]]) -> None:
        self._store = store
        self._write = write
        self._waiting: deque[tuple[Item, Future[Answer]]] = deque()
        self._turn = threading.Lock()

    def __call__(self, item: Item) -> Answer:
        """Write `item`; raises what writing it raised."""
        answer: Future[Answer] = Future()
        self._waiting.append((item, answer))
        with self._turn:
            if not answer.done():
                self._commit([self._waiting.popleft() for _ in range(len(self._waiting))])
        return answer.result()

    def _commit(self, group: Sequence[tuple[Item, Future[Answer]]]) -> None:
        try:
            with self._store.write() as db:
                answers = self._write(db, [item for item, _ in group])
        except Exception as error:  # noqa: BLE001 - it is raised where its item came from
            if len(group) == 1:
                group[0][1].set_exception(error)
                return
            for one in group:  # what cannot be written takes nothing else with it
                self._commit([one])
            return
        for (_, future), answer in zip(group, answers, strict=True):
            future.set_result(answer)
