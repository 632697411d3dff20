"""Which machines the bot may be sent to by an address that a stranger chose."""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port to IP addresses, best first; raises OSError for a name that has none."""

# Not reachable as a public host, but not (or not in every Python 3.11) counted as private by `ipaddress`.
_NOT_PUBLIC: Final = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # IETF protocol assignments (RFC 6890); metadata service of one cloud provider
            "168.63.129.16/32",  # a public address that is the host's own service inside Azure
            "192.88.99.0/24",  # 6to4 relays (RFC 7526)
            "2002::/16",  # 6to4 carries an IPv4 address of the sender's choice (RFC 3056)
            "3fff::/20",  # documentation (RFC 9637)
        ),
    )
)
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")  # RFC 4291, 2.4; everything else in IPv6 is special
_NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052: how IPv6-only networks reach public IPv4 hosts


def system_resolver(host: str, port: int) -> list[str]:
    """Ask the system once; its own time limit applies (resolv.conf)."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def is_public(address: str) -> bool:
    """Whether `address` is a host on the public internet.

    False for private, loopback, link-local, multicast, reserved, CGNAT (100.64.0.0/10), documentation and
    IPv4-mapped addresses, and for what is no IP address.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip in _NAT64:
        ip = IPv4Address(ip.packed[-4:])
    if isinstance(ip, IPv6Address) and ip not in _GLOBAL_UNICAST:
        return False
    return (
        ip.is_global
        and not ip.is_multicast
        and not ip.is_reserved
        and not any(ip in network for network in _NOT_PUBLIC)
    )
