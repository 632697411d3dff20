"""A stranger's file server behind a real socket, which answers whatever bytes a test wants."""

import gzip
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from socket import socket

import pytest
from PIL import Image

TLS = Path(__file__).parent / "tls"
"""A root, and a certificate that it signed for pictures.example; valid for a century, for tests only."""
DRIP_S = 0.01
DRIPS = 500

Speak = Callable[[socket], None]
"""Talks to a client that has sent its request; what it leaves open is closed afterwards."""


def answer(content: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> Speak:
    """An ordinary answer; `length` is what it claims to be long."""
    claimed = len(content) if length is None else length
    return raw(status, *headers, f"Content-Length: {claimed}", body=content)


def raw(status: str, *headers: str, body: bytes = b"") -> Speak:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()
    return lambda client: client.sendall(head + body)


def redirect(location: str, status: str = "302 Found") -> Speak:
    return answer(b"", f"Location: {location}", status=status)


def dripping(start: bytes, drop: bytes) -> Speak:
    """`drop` after `drop`, each well within any pause that is allowed, `DRIPS` of them."""

    def speak(client: socket) -> None:
        client.sendall(start)
        for _ in range(DRIPS):
            threading.Event().wait(DRIP_S)
            client.sendall(drop)

    return speak


def endless(head: bytes, piece: bytes) -> Speak:
    """As much as the client takes, as fast as it goes."""

    def speak(client: socket) -> None:
        client.sendall(head)
        while True:
            client.sendall(piece)

    return speak


def zeros(mebibytes: int) -> bytes:
    """A gzip bomb: a thousandth of the size that it unpacks to."""
    packed = BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as bomb:
        for _ in range(mebibytes):
            bomb.write(bytes(1024 * 1024))
    return packed.getvalue()


def png(width: int = 4, height: int = 4) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


@dataclass
class Site:
    """What it answers by path, and every request as it came (head only)."""

    port: int
    scheme: str = "http"
    pages: dict[str, Speak] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    """The paths whose answer was said to its end."""
    names: list[str | None] = field(default_factory=list)
    """The host names that TLS clients asked for."""

    @property
    def host_and_port(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def serve(self, path: str, speak: Speak, host: str = "127.0.0.1") -> str:
        """Answer `path` like this from now on; the address of it."""
        self.pages[path] = speak
        return self.url(path, host)

    def handle(self, client: socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            received = client.recv(4096)
            if not received:
                return
            head += received
        self.heads.append(head.decode("latin-1"))
        path = self.heads[-1].split(" ")[1].partition("?")[0]
        self.pages.get(path, answer(b"", status="404 Not Found"))(client)
        self.finished.append(path)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False
    block_on_close = True
    allow_reuse_address = True


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    site = Site(0, "https" if tls else "http")

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError), ExitStack() as stack:  # the client may have had enough
                client = self.request
                if tls is not None:
                    client = stack.enter_context(tls.wrap_socket(client, server_side=True))
                site.handle(client)

    with _Server(("127.0.0.1", 0), Handler) as server:
        site.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def other_site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def secure_site() -> Iterator[Site]:
    """Speaks TLS as pictures.example."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(TLS / "site.pem")
    names: list[str | None] = []
    tls.sni_callback = lambda _sock, name, _context: names.append(name)
    with serving(tls) as site:
        site.names = names
        yield site


@pytest.fixture
def tls() -> ssl.SSLContext:
    """Trusts the test root and checks everything, as in production."""
    return ssl.create_default_context(cafile=str(TLS / "root.pem"))
