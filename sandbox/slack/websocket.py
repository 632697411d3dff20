"""The server's end of one WebSocket (RFC 6455), on a socket that an HTTP server has let go of."""

import socket
import threading
from collections.abc import Iterable, Iterator

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

READ_BYTES = 65536


class WebSocket:
    """One connection; whoever made it reads `messages`, anybody may `send` and `close`."""

    def __init__(self, connection: socket.socket, path: str, headers: Iterable[tuple[str, str]]) -> None:
        """Answer the upgrade that arrived for `path` with `headers`, with a refusal if it was none."""
        self.is_deaf = False
        """Stays open, but hears nothing, says nothing and answers no ping."""
        self._connection = connection
        self._lock = threading.Lock()
        self._protocol = ServerProtocol()
        connection.settimeout(None)
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        self._protocol.receive_data(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        for request in self._protocol.events_received():
            if isinstance(request, Request):
                self._protocol.send_response(self._protocol.accept(request))
        self._flush()

    def send(self, text: str) -> None:
        """Send one message; into the void once the connection is closed."""
        with self._lock:
            if self._protocol.state is State.OPEN and not self.is_deaf:
                self._protocol.send_text(text.encode())
                self._flush()

    def messages(self) -> Iterator[str]:
        """What the other end sends, until either end closes."""
        text = b""
        for frame in self._frames():
            if frame.opcode in (Opcode.TEXT, Opcode.CONT):
                text += frame.data
                if frame.fin:
                    yield text.decode()
                    text = b""

    def close(self) -> None:
        """Say goodbye and hang up."""
        with self._lock:
            if self._protocol.state is State.OPEN and not self.is_deaf:
                self._protocol.send_close(1000)
                self._flush()
        self._hang_up()

    def _frames(self) -> Iterator[Frame]:
        while self._protocol.state is State.OPEN:
            try:
                data = self._connection.recv(READ_BYTES)
            except OSError:
                return
            if not data:
                return
            if self.is_deaf:
                continue
            with self._lock:
                self._protocol.receive_data(data)
                frames = self._protocol.events_received()
                self._flush()  # pongs, and the answer to a goodbye
            yield from (frame for frame in frames if isinstance(frame, Frame))

    def _flush(self) -> None:
        try:
            for data in self._protocol.data_to_send():
                if data:
                    self._connection.sendall(data)
        except OSError:
            self._hang_up()

    def _hang_up(self) -> None:
        try:
            self._connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the other end was first
