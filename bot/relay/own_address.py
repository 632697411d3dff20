"""The address that Flowroute is given for texts, and how an old one of ours is told from another system's.

Part of it is a secret (WEBHOOK_TOKEN). What the database remembers of an address is its *mark*, from which
neither can be found again.
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from functools import cached_property

from bot.settings import Settings
from flowroute import CallbackKind, Flowroute, PhoneNumber

CALLBACKS: Mapping[CallbackKind, str] = {CallbackKind.SMS: "sms", CallbackKind.MMS: "mms"}
"""Flowroute's name for a callback, and ours for the address that it is to call."""
PURPOSE = b"flowroute-slack-bot: address for texts\n"
OF_A_BOT = re.compile(r"(?P<public_url>https?://\S+)/flowroute/(?P<token>[^/\s]+)/(?:sms|mms)")


class OwnAddress:
    """Where Flowroute reaches this bot, as PUBLIC_URL and WEBHOOK_TOKEN have it now."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def exists(self) -> bool:
        """Without PUBLIC_URL there is nothing that Flowroute could call."""
        return self._settings.public_url is not None and self._settings.webhook_token is not None

    @cached_property
    def mark(self) -> str | None:
        """What is remembered of today's address; None when there is none."""
        public_url, token = self._settings.public_url, self._settings.webhook_token
        if public_url is None or token is None:
            return None
        return _mark(public_url, token.get_secret_value())

    def of(self, kind: CallbackKind) -> str | None:
        """The address for one kind of text, with its secret."""
        return self._settings.webhook_url(CALLBACKS[kind])

    def give(self, flowroute: Flowroute, number: PhoneNumber) -> None:
        """Have the texts of `number` delivered here; harmless to repeat.

        Raises FlowrouteError, after which either kind may or may not have been set.
        """
        for kind in CALLBACKS:
            url = self.of(kind)
            if url is not None:
                flowroute.numbers.set_callback(number, kind, url)

    def was(self, url: str, marks: Collection[str]) -> bool:
        """Whether `url` is, or once was, an address of this bot; `marks` are of addresses that it gave.

        One part may have changed since: the token, or where PUBLIC_URL leads.
        """
        found = OF_A_BOT.fullmatch(url)
        token = self._settings.webhook_token
        if found is None or token is None:
            return False
        return (
            found["public_url"] == self._settings.public_url
            or found["token"] == token.get_secret_value()
            or _mark(found["public_url"], found["token"]) in marks
        )


def _mark(public_url: str, token: str) -> str:
    """Dear to compute (16 MiB, some 50 ms): operators choose the token, and might choose a weak one."""
    salt = PURPOSE + public_url.encode()
    return hashlib.scrypt(token.encode(), salt=salt, n=2**14, r=8, p=1, dklen=16).hex()
