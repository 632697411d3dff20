"""Looks at every part of an installation and says what is wrong with it and how to mend it.

It never launches the bot, changes nothing, and runs with anything missing.
"""

from collections.abc import Iterable, Iterator

from bot.doctor.address import public_address
from bot.doctor.carrier import carrier
from bot.doctor.database import database
from bot.doctor.finding import Finding, Health
from bot.doctor.workspace import workspace
from bot.settings import BadSettings, Settings, load_what_is_right

__all__ = ["Finding", "Health", "examine", "examine_running", "report"]


def report(findings: Iterable[Finding]) -> Iterator[str]:
    """The findings as lines for a terminal."""
    for finding in findings:
        yield f"{finding.health:>4}  {finding.part}: {finding.said}"
        if finding.cure:
            yield f"      -> {finding.cure}"


def examine() -> list[Finding]:
    """Look at everything that the settings of this environment lead to."""
    settings, bad = load_what_is_right()
    return [_settings(bad), *_looked(settings, frozenset() if bad is None else bad.fields)]


def examine_running(settings: Settings) -> list[Finding]:
    """Look at everything that a running bot's settings lead to."""
    return list(_looked(settings, frozenset()))


def _looked(settings: Settings, missing: frozenset[str]) -> Iterator[Finding]:
    for needed, look in (
        ({"database_url"}, database),
        ({"slack_bot_token", "slack_api_url"}, workspace),
        ({"fr_access_key", "fr_secret_key", "flowroute_api_url"}, carrier),
        ({"public_url", "webhook_token"}, public_address),
    ):
        if not needed & missing:
            yield from look(settings)


def _settings(bad: BadSettings | None) -> Finding:
    if bad is None:
        return Finding("settings", Health.GOOD, "complete")
    return Finding("settings", Health.BAD, str(bad), "set them in the environment or in .env")
