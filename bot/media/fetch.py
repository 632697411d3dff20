"""Files that a customer's phone sent, fetched from the address in the message.

Anybody who knows the webhook address chooses that address, so it may point into the bot's own network.
"""

import ssl
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from bot.media.addresses import Resolve, is_public, system_resolver
from bot.media.download import Approach, Limits, Target, download, trusted_roots
from bot.media.errors import BadAddress
from bot.media.files import MediaFile


@dataclass(frozen=True)
class Fetcher:
    """Downloads from public addresses only. Safe to share between threads.

    `allowed_hosts` are the host:port pairs of MEDIA_HOSTS, exempt from that rule.
    """

    allowed_hosts: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    resolve: Resolve = system_resolver
    tls: ssl.SSLContext = field(default_factory=trusted_roots, repr=False)

    def fetch(self, url: str, file_name: str = "") -> MediaFile:
        """The file behind `url`; no credentials, cookies or proxies are used. Safe to repeat.

        `file_name` is what the message calls it; without one the address gives the name.

        Raises:
            BadAddress: not http(s), or it leads to a private address, be it by a redirect or by DNS.
            Gone, Unreachable, TooLarge, Unusable: see `bot.media.errors`; only Unreachable is worth a retry.
        """
        answer = download(url, self._admit, self.limits, self.tls)
        return MediaFile.of(answer.content, file_name or unquote(urlsplit(url).path))

    def _admit(self, target: Target) -> Approach:
        addresses = self.resolve(target.host, target.port)
        is_allowed = target.host_and_port in {host.lower() for host in self.allowed_hosts}
        # One private answer among public ones is a trap, not a choice.
        if not is_allowed and not all(map(is_public, addresses)):
            raise BadAddress("The file's address is not on the public internet.")
        return Approach(addresses)
