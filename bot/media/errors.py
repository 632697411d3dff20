"""What can go wrong with a file, as one tree; every class says whether trying again later can help.

MediaError
├── BadAddress    not http(s), or it leads to a place the bot must not reach
├── Gone          the server answers that there is no such file for us
├── Unreachable   DNS, connection, TLS, timeout, cut off, 429 or 5xx: can_retry
├── TooLarge      above the size we take
├── Unusable      the server answered something that is no file
├── NotFromSlack  the attached file lies outside Slack; the bot's token does not go there
├── SlackLogin    Slack showed its login page instead of the file
└── CannotSend    phones do not show such a file, or it cannot be made small enough
"""

from typing import ClassVar

from bot.errors import BotError


class MediaError(BotError):
    """Root of the tree; `user_message` is one sentence or two about "the file", fit for the thread."""

    can_retry: ClassVar[bool] = False
    """Whether the same attempt, made later, may succeed without anybody changing anything."""


class BadAddress(MediaError):
    """The address is not one that the bot fetches from."""


class Gone(MediaError):
    """The server knows no such file, or no longer gives it to us."""


class Unreachable(MediaError):
    """The file was not delivered this time."""

    can_retry = True


class TooLarge(MediaError):
    """More bytes than we take."""


class Unusable(MediaError):
    """The answer is no file: empty, endlessly redirected, or packed in an unknown way."""


class NotFromSlack(MediaError):
    """A link to another service (Google Drive, Dropbox and so on) that Slack shows as a file."""


class SlackLogin(MediaError):
    """Slack does not let the bot read the file: `files:read` is missing or the token is no longer valid."""


class CannotSend(MediaError):
    """The file cannot go out as an MMS; the message says what would."""
