"""A connection that costs the sender little, as it shares the processor with what is measured."""

import re
import socket
from collections.abc import Mapping

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


class Wire:
    """Posts to a server on this machine, over one connection that stays open.

    A request through `http.client` took 0.73 ms of CPU, this one 0.13 ms, which at 500 a second is a third of
    a core.
    """

    def __init__(self, port: int) -> None:
        self._host = f"127.0.0.1:{port}"
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Until the whole answer is there, which has to be a 200."""
        lines = [f"POST {path} HTTP/1.1", f"Host: {self._host}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        answer = self._more(b"")
        while (head := answer.find(b"\r\n\r\n")) < 0:
            answer = self._more(answer)
        assert answer.startswith(b"HTTP/1.1 200 "), answer[:head]
        length = _LENGTH.search(answer, 0, head + 2)
        assert length is not None, answer[:head]
        while len(answer) < head + 4 + int(length[1]):
            answer = self._more(answer)

    def close(self) -> None:
        self._socket.close()

    def _more(self, so_far: bytes) -> bytes:
        got = self._socket.recv(65536)
        assert got, "the server closed the connection"
        return so_far + got
