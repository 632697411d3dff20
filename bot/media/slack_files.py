"""Files that a person attached in Slack, fetched with the bot's token.

Source: docs.slack.dev, "File object" (`url_private_download`).
"""

import ssl
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from bot.media.addresses import Resolve, system_resolver
from bot.media.download import Approach, Limits, Target, download, trusted_roots
from bot.media.errors import NotFromSlack, SlackLogin
from bot.media.files import MediaFile

SLACK_DOMAINS: Final = ("slack.com", "slack-edge.com")
"""With all their subdomains, `files.slack.com` above all."""
_HTML: Final = "text/html"


@dataclass(frozen=True)
class SlackFiles:
    """Downloads from Slack's hosts and the host of SLACK_API_URL only. Safe to share between threads."""

    token: str = field(repr=False)
    slack_api_url: str
    limits: Limits = field(default_factory=Limits)
    resolve: Resolve = system_resolver
    tls: ssl.SSLContext = field(default_factory=trusted_roots, repr=False)

    def fetch(self, url_private_download: str, file_name: str, mime_type: str) -> MediaFile:
        """The attached file; `file_name` and `mime_type` are `name` and `mimetype` of Slack's file object.

        Safe to repeat.

        Raises:
            NotFromSlack: an external file; the token was not sent.
            SlackLogin: the token lacks files:read, or is no longer valid.
            Gone, Unreachable, TooLarge, Unusable, BadAddress: see `bot.media.errors`.
        """
        answer = download(url_private_download, self._admit, self.limits, self.tls)
        # Without the right to read, Slack answers 200 with its login page.
        if answer.content_type == _HTML and mime_type != _HTML:
            raise SlackLogin(
                "Slack does not let the bot read attached files. An admin can grant it `files:read` "
                "(api.slack.com/apps > OAuth & Permissions) and install it again."
            )
        return MediaFile.of(answer.content, file_name)

    def _admit(self, target: Target) -> Approach:
        if not self.may_have_token(target):
            raise NotFromSlack("The file lies outside Slack. Upload the file itself to send it.")
        addresses = self.resolve(target.host, target.port)
        return Approach(addresses, {"Authorization": f"Bearer {self.token}"})

    def may_have_token(self, target: Target) -> bool:
        """Whether `target` is Slack's; over plain http only where SLACK_API_URL is plain http itself."""
        api = urlsplit(self.slack_api_url)
        if target.host == api.hostname:
            return target.scheme == "https" or api.scheme == "http"
        is_slacks = target.host in SLACK_DOMAINS or target.host.endswith(
            tuple(f".{d}" for d in SLACK_DOMAINS)
        )
        return is_slacks and target.scheme == "https"
