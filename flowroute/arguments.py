"""Rules for arguments that several resources share; each refuses with the rule and an example."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flowroute.errors import InvalidArgument


def checked_url(name: str, url: str) -> str:
    """An http(s) address that Flowroute can call or fetch from."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        fits = False
    if not fits or any(character.isspace() for character in url):
        rule = "has to be a whole web address, such as https://example.com/flowroute/sms"
        raise InvalidArgument(f"{name} {rule}.", fields={name: rule})
    return url


def checked_utc(name: str, moment: datetime) -> datetime:
    """`moment` in UTC; one without a time zone is refused, since nobody can tell which hour is meant."""
    if moment.tzinfo is None:
        rule = "needs a time zone, such as datetime(2024, 10, 19, tzinfo=UTC)"
        raise InvalidArgument(f"{name} {rule}.", fields={name: rule})
    return moment.astimezone(UTC)
