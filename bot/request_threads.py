"""gunicorn's threads, none of which one client can hold for long."""

import socket
import time
from contextlib import suppress
from typing import Any, ClassVar

from gunicorn.workers.gthread import TConn, ThreadWorker


class RequestThreads(ThreadWorker):
    """Cuts connections that take too long: gunicorn lets a request that trickles in wait for ever.

    Its own `timeout` is for a whole process, and a socket's starts anew with every byte.
    """

    max_exchange_s: ClassVar[float] = 15.0
    """From a request's first byte to its answer's last: Slack waits 3 s, Flowroute fetches at most 1 MB."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - gunicorn's signature
        super().__init__(*args, **kwargs)
        self._since: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 - gunicorn's signature
        """One request, on a thread of its own."""
        self._since[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self._since[conn]

    def murder_pending(self) -> None:
        """Runs every second, or more often, on the main thread."""
        super().murder_pending()
        before = time.monotonic() - self.max_exchange_s
        for conn, since in list(self._since.items()):
            if since < before:
                with suppress(OSError):  # closed by itself just now
                    conn.sock.shutdown(socket.SHUT_RDWR)
