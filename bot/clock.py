"""The one place that asks what time it is."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, aware and in UTC."""
    return datetime.now(UTC)


def beginning_of_month(moment: datetime) -> datetime:
    """The first midnight (UTC) of the month that `moment` is in."""
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
