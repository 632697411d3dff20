"""Who guesses at secrets, and when that is enough; each process remembers for itself, in little memory."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Lock

from bot.media.addresses import is_public

Network = IPv4Network | IPv6Network

MAX_WRONG = 20
WINDOW_S = 600.0
MAX_CLIENTS = 4096
_HOME = 64  # a customer's IPv6 network; its owner has all addresses in it (RFC 6177)
_DIGEST_BYTES = 8


def client_of(peer: str | None, forwarded_for: Sequence[str], trusted: Sequence[Network]) -> str | None:
    """The address (IPv6: network) that a request came from; None when nobody can know.

    `peer` is who connected, `forwarded_for` the parts of X-Forwarded-For in order. The header is believed as
    far as `trusted` proxies wrote it, from its end. A `peer` in a private network that is not trusted is most
    likely a proxy that nobody told us of: what it passes on could be from anybody.
    """
    if peer is None or not (_is_trusted(peer, trusted) or is_public(peer)):
        return None
    client = peer
    for hop in reversed(forwarded_for):
        if not _is_trusted(client, trusted):
            break
        client = hop.strip()
    return _network(client)


@dataclass
class _Tries:
    since: float
    wrong: set[bytes] = field(default_factory=set)


class Guesses:
    """Counts the different wrong secrets of each client in ten minutes.

    Different ones: a callback that is still set to an old token is one wrong secret sent often, and whoever
    sends it must not be kept from sending the right one too. The oldest client is forgotten for a new one.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._clients: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = Lock()

    def too_many(self, client: str | None) -> bool:
        """Whether this client has guessed so often that nothing it says is looked at for a while."""
        if client is None:
            return False
        with self._lock:
            tries = self._clients.get(client)
            if tries is not None and self._clock() - tries.since > WINDOW_S:
                del self._clients[client]
                return False
            return tries is not None and len(tries.wrong) >= MAX_WRONG

    def wrong(self, client: str | None, secret: bytes) -> None:
        """Take note of a wrong `secret`."""
        if client is None:
            return
        digest = hashlib.blake2b(secret, digest_size=_DIGEST_BYTES).digest()
        with self._lock:
            tries = self._clients.setdefault(client, _Tries(self._clock()))
            if len(tries.wrong) < MAX_WRONG:
                tries.wrong.add(digest)
            if len(self._clients) > MAX_CLIENTS:
                self._clients.popitem(last=False)


def _is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in trusted)


def _network(address: str) -> str | None:
    try:
        ip = ip_address(address)
    except ValueError:
        return None  # the header holds no address, or one with a port
    if isinstance(ip, IPv6Address):
        return str(ip_network((ip, _HOME), strict=False))
    return str(ip)
