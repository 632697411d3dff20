"""One file over HTTP(S), with a limit on everything the other side could drag out or blow up.

Standard library sockets instead of `requests`: a name must be resolved once and the connection go to the very
address that was checked, while TLS and the Host header still speak to the name. It also keeps proxies, netrc
and cookies of the environment out.
"""

import http.client
import re
import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from socket import SHUT_RDWR, create_connection, socket
from threading import Event, Timer
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

import certifi

from bot.media.errors import BadAddress, Gone, TooLarge, Unreachable, Unusable

MEBIBYTE: Final = 1024 * 1024
MAX_REDIRECTS: Final = 5
DEFAULT_PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}
_CHUNK_BYTES: Final = 64 * 1024
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_TRY_LATER: Final = frozenset({408, 425, 429})
_OK: Final = 200
_SERVER_FAULT: Final = 500
_HOST: Final = re.compile(r"[a-z0-9._:-]+")
_URL_CHARACTERS: Final = "!#$%&'()*+,/:;=?@[]~"
_GZIP_FORMAT: Final = 16 + zlib.MAX_WBITS


@dataclass(frozen=True)
class Limits:
    """What a download may cost: bytes after unpacking, and seconds."""

    max_bytes: int = 15 * MEBIBYTE
    connect_s: float = 5
    silence_s: float = 10
    """The longest pause between two arriving packets."""
    total_s: float = 30
    """All redirects together, from the first connection to the last byte; DNS has the system's own limit."""


@dataclass(frozen=True)
class Target:
    """An address taken apart; `host` is ASCII and lower case."""

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)
    """With the query, which is where signed links carry their secret."""

    @property
    def host_and_port(self) -> str:
        """As in MEDIA_HOSTS: `cdn.example.com:443`, `[::1]:8080`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host_and_port}{self.path}"


@dataclass(frozen=True)
class Approach:
    """How to go to a target that was let through: IP addresses to try in turn, and headers to send."""

    addresses: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


Admit = Callable[[Target], Approach]
"""Asked for the first address and for every redirect; raises a `MediaError` to refuse."""


@dataclass(frozen=True)
class Answer:
    """The bytes, unpacked, and what the server calls them."""

    content: bytes = field(repr=False)
    content_type: str
    """In lower case without parameters; empty when the server named none."""


@cache
def trusted_roots() -> ssl.SSLContext:
    """Certificates and host names are checked, against Mozilla's list as `requests` does; read once."""
    return ssl.create_default_context(cafile=certifi.where())


def take_apart(url: str, base: str = "") -> Target:
    """Read an http or https address; a relative one starts from `base`.

    Raises:
        BadAddress: another scheme, no host, a bad port, or a user name in it.
    """
    try:
        parts = urlsplit(urljoin(base, url))
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
        host = (parts.hostname or "").encode("idna").decode().lower()
    except ValueError:  # UnicodeError, for a host that DNS cannot carry, is one too
        raise BadAddress("The file's address cannot be read.") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise BadAddress("The file's address is not on the web (http or https).")
    if not _HOST.fullmatch(host) or parts.username is not None:
        raise BadAddress("The file's address cannot be read.")
    path = quote(parts.path or "/", safe=_URL_CHARACTERS)
    query = f"?{quote(parts.query, safe=_URL_CHARACTERS)}" if parts.query else ""
    return Target(parts.scheme, host, port, path + query)


def download(url: str, admit: Admit, limits: Limits, tls: ssl.SSLContext) -> Answer:
    """Fetch `url`, following redirects; safe to repeat.

    Raises:
        BadAddress: the address, or one it leads to, cannot be read.
        MediaError: what `admit` raised.
        Gone, Unreachable, TooLarge, Unusable: see `bot.media.errors`.
    """
    deadline = time.monotonic() + limits.total_s
    target = take_apart(url)
    for _ in range(MAX_REDIRECTS + 1):
        try:
            outcome = _exchange(target, admit(target), limits, deadline, tls)
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable("The file's server could not be reached, or it stopped answering.") from error
        if isinstance(outcome, Answer):
            return outcome
        target = take_apart(outcome, base=target.url)
    raise Unusable("The file's address leads from one place to the next without end.")


def _exchange(
    target: Target, approach: Approach, limits: Limits, deadline: float, tls: ssl.SSLContext
) -> Answer | str:
    """The file, or the address that the server names instead."""
    with _connected(target, approach.addresses, limits, deadline, tls) as sock, _ended(sock, deadline):
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = sock
        host = target.host_and_port.removesuffix(f":{DEFAULT_PORTS[target.scheme]}")
        headers = {"Host": host, "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
        connection.request("GET", target.path, headers=headers | dict(approach.headers))
        with connection.getresponse() as response:
            location = response.getheader("Location")
            if response.status in _REDIRECTS and location:
                return location
            return _read(response, limits.max_bytes)


@contextmanager
def _connected(
    target: Target, addresses: Sequence[str], limits: Limits, deadline: float, tls: ssl.SSLContext
) -> Iterator[socket]:
    failure = OSError("the name has no address")
    for address in addresses:
        try:
            sock = create_connection((address, target.port), min(limits.connect_s, _left(deadline)))
        except OSError as error:
            failure = error
            continue
        with (
            sock if target.scheme == "http" else tls.wrap_socket(sock, server_hostname=target.host) as channel
        ):
            channel.settimeout(limits.silence_s)
            yield channel
        return
    raise failure


@contextmanager
def _ended(sock: socket, deadline: float) -> Iterator[None]:
    """Cut the connection at `deadline`.

    A socket's own timeout starts anew with every byte, in the headers too: one byte a second would never end.
    """
    is_cut = Event()

    def cut() -> None:
        is_cut.set()
        with suppress(OSError):  # closed by itself just now
            # Not SSLSocket's own method: that one pulls the TLS layer away from under the reading thread.
            socket.shutdown(sock, SHUT_RDWR)

    timer = Timer(_left(deadline), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if is_cut.is_set():  # what was read of it may look complete, or empty, or like anything
            raise TimeoutError("deadline")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("deadline")
    return left


def _read(response: http.client.HTTPResponse, max_bytes: int) -> Answer:
    if response.status in _TRY_LATER or response.status >= _SERVER_FAULT:
        raise Unreachable(f"The file's server is busy or out of order (it answered {response.status}).")
    if response.status != _OK:
        raise Gone(f"The file's server does not give it to us (it answered {response.status}).")
    if (response.length or 0) > max_bytes:
        raise _too_large(max_bytes)
    encoding = response.getheader("Content-Encoding", "identity").strip().lower()
    if encoding == "identity":
        content = b"".join(_pieces(response, max_bytes))
    elif encoding == "gzip":  # a storage server sends what was stored packed, asked or not
        content = b"".join(_unpacked(response, max_bytes))
    else:
        raise Unusable("The file's server packed it in a way that nobody asked for.")
    if not content and response.getheader("Content-Length") is None:
        raise http.client.IncompleteRead(b"")  # as likely as not the connection ended within the headers
    if not content:
        raise Unusable("The file is empty.")
    return Answer(content, response.getheader("Content-Type", "").partition(";")[0].strip().lower())


def _pieces(response: http.client.HTTPResponse, max_bytes: int) -> Iterator[bytes]:
    """The body as it arrives; a `Content-Length` is believed only when more arrives than it says."""
    left = max_bytes
    while piece := response.read(_CHUNK_BYTES):
        left -= len(piece)
        if left < 0:
            raise _too_large(max_bytes)
        yield piece
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)


def _unpacked(response: http.client.HTTPResponse, max_bytes: int) -> Iterator[bytes]:
    """The same for a gzipped body: never unpacks more than one byte above `max_bytes`."""
    gunzip = zlib.decompressobj(_GZIP_FORMAT)
    left = max_bytes
    for packed in _pieces(response, max_bytes):
        try:
            piece = gunzip.decompress(packed, left + 1)
        except zlib.error as error:
            raise Unusable("The file arrived damaged.") from error
        left -= len(piece)
        if left < 0:
            raise _too_large(max_bytes)
        if gunzip.unused_data:
            raise Unusable("The file arrived damaged.")
        yield piece
    if not gunzip.eof:
        raise http.client.IncompleteRead(b"")


def _too_large(max_bytes: int) -> TooLarge:
    return TooLarge(f"The file is larger than {max_bytes // MEBIBYTE} MB.")
