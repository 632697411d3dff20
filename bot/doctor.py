"""Looks at every part of an installation and says what is wrong with it and how to mend it.

It never launches the bot, changes nothing, and runs with anything missing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

import requests
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import utc_now
from bot.manifest import SCOPES
from bot.settings import BadSettings, Settings, load_what_is_right
from bot.slack import Refused, Slack, SlackError, connect
from bot.store.engine import open_engine
from bot.store.migrate import current_revision, newest_revision
from flowroute import CallbackKind, Flowroute, FlowrouteError, Unauthorized

TIMEOUT_S = 10
CLOCK_OFF_S = 60
SLACK_REFUSES_S = 300  # Slack's signatures are refused when clocks differ by more


class Health(StrEnum):
    """How a part is."""

    GOOD = "ok"
    WORTH_A_LOOK = "look"
    BAD = "BAD"


@dataclass(frozen=True)
class Finding:
    """One part, how it is, and what to do about it ("" when nothing)."""

    part: str
    health: Health
    said: str
    cure: str = ""


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
        ({"database_url"}, _database),
        ({"slack_bot_token", "slack_api_url"}, _slack),
        ({"fr_access_key", "fr_secret_key", "flowroute_api_url"}, _flowroute),
        ({"public_url", "webhook_token"}, _public_address),
    ):
        if not needed & missing:
            yield from look(settings)


def _settings(bad: BadSettings | None) -> Finding:
    if bad is None:
        return Finding("settings", Health.GOOD, "complete")
    return Finding("settings", Health.BAD, str(bad), "set them in the environment or in .env")


def _database(settings: Settings) -> Iterator[Finding]:
    engine = open_engine(settings.database_url)
    try:
        revision, newest = current_revision(engine), newest_revision()
    except SQLAlchemyError as error:
        reason = type(error).__name__
        yield Finding("database", Health.BAD, f"cannot be reached ({reason})", "check DATABASE_URL")
        return
    finally:
        engine.dispose()
    if revision == newest:
        yield Finding("database", Health.GOOD, f"at schema {revision}")
    else:
        yield Finding(
            "database",
            Health.WORTH_A_LOOK,
            f"at schema {revision}, the newest is {newest}",
            "run python -m bot migrate, or just start the bot",
        )


def _slack(settings: Settings) -> Iterator[Finding]:
    client = connect(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    slack = Slack(client)
    try:
        who = client.auth_test()
    except Exception as error:  # noqa: BLE001 - whatever it is, the doctor says so and goes on
        yield Finding(
            "Slack token",
            Health.BAD,
            f"not accepted ({type(error).__name__})",
            "copy SLACK_BOT_TOKEN from api.slack.com/apps > your app > OAuth & Permissions",
        )
        return
    yield Finding("Slack token", Health.GOOD, f"bot {who.get('user')} in {who.get('team')}")
    yield from _scopes(str(who.headers.get("x-oauth-scopes", "")))
    yield from _clock(str(who.headers.get("Date", "")))
    for part, channel in (
        ("DEFAULT_CHANNEL", settings.default_channel),
        ("AUDIT_CHANNEL", settings.audit_channel),
    ):
        if channel is not None:
            yield _channel(slack, part, channel)


def _scopes(granted: str) -> Iterator[Finding]:
    if not granted:
        return  # Slack always says; a stand-in need not
    lacking = sorted(set(SCOPES) - {scope.strip() for scope in granted.split(",")})
    if lacking:
        yield Finding(
            "Slack scopes",
            Health.BAD,
            f"missing: {', '.join(lacking)}",
            "update the app from `python -m bot manifest` and install it again",
        )
    else:
        yield Finding("Slack scopes", Health.GOOD, "all granted")


def _clock(slacks_date: str) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(slacks_date).astimezone(UTC)
    except (TypeError, ValueError):
        return
    off_s = abs((datetime.now(UTC) - theirs).total_seconds())
    if off_s < CLOCK_OFF_S:
        yield Finding("clock", Health.GOOD, "agrees with Slack's")
    else:
        yield Finding(
            "clock",
            Health.BAD if off_s > SLACK_REFUSES_S else Health.WORTH_A_LOOK,
            f"{off_s:.0f} s away from Slack's",
            "synchronise it (NTP); signed requests are refused when it is more than five minutes off",
        )


def _channel(slack: Slack, part: str, channel_id: str) -> Finding:
    try:
        channel = slack.call("conversations.info", channel=channel_id)["channel"]
    except Refused as error:
        return Finding(
            part, Health.BAD, f"Slack says {error.code}", "use the channel's id; invite the bot there"
        )
    except SlackError:
        return Finding(part, Health.WORTH_A_LOOK, "Slack did not answer", "try again")
    if channel.get("is_archived"):
        return Finding(part, Health.BAD, "is archived", "unarchive it or set another")
    if channel.get("is_member") or channel.get("is_im") or not channel.get("is_private"):
        return Finding(part, Health.GOOD, f"#{channel.get('name', channel_id)}")
    return Finding(part, Health.BAD, "the bot is not in it", "type /invite there and choose the bot")


def _flowroute(settings: Settings) -> Iterator[Finding]:
    with Flowroute(
        settings.fr_access_key, settings.fr_secret_key.get_secret_value(), settings.flowroute_api_url
    ) as flowroute:
        try:
            owned = next(iter(flowroute.numbers.list(limit=1)), None)
        except Unauthorized:
            yield Finding(
                "Flowroute credentials",
                Health.BAD,
                "not accepted",
                "copy both from Manage portal > Preferences > API Control",
            )
            return
        except FlowrouteError as error:
            yield Finding(
                "Flowroute", Health.BAD, error.user_message, "check FLOWROUTE_API_URL and the network"
            )
            return
        said = "accepted" if owned else "accepted; the account has no numbers yet"
        yield Finding("Flowroute credentials", Health.GOOD, said)
        yield from _callbacks(settings, flowroute)


def _callbacks(settings: Settings, flowroute: Flowroute) -> Iterator[Finding]:
    for kind, ours in ((CallbackKind.SMS, "sms"), (CallbackKind.MMS, "mms")):
        try:
            callback = flowroute.messages.callback(kind)
        except FlowrouteError as error:
            yield Finding(f"Flowroute {kind}", Health.WORTH_A_LOOK, error.user_message, "try again")
            continue
        url = None if callback is None else callback.callback_url
        if url and url == settings.webhook_url(ours):
            yield Finding(f"Flowroute {kind}", Health.GOOD, "the account's texts come here")
        else:
            yield Finding(
                f"Flowroute {kind}",
                Health.GOOD,
                "the account's setting leads elsewhere" if url else "the account has none",
                "" if not url else "linked numbers have their own setting, which comes first",
            )


def _public_address(settings: Settings) -> Iterator[Finding]:
    if settings.public_url is None:
        yield Finding("PUBLIC_URL", Health.GOOD, "not set: texts are read from Flowroute's message list")
        return
    began = utc_now()
    try:
        answer = requests.get(f"{settings.public_url}/healthz", timeout=TIMEOUT_S)
    except requests.RequestException as error:
        yield Finding(
            "PUBLIC_URL",
            Health.BAD,
            f"cannot be reached from here ({type(error).__name__})",
            "start the bot, and check DNS, certificate, proxy and firewall",
        )
        return
    took_s = (utc_now() - began).total_seconds()
    if answer.ok and answer.text.strip() == "ok":
        yield Finding("PUBLIC_URL", Health.GOOD, f"leads to a running bot ({took_s:.1f} s)")
    else:
        yield Finding(
            "PUBLIC_URL",
            Health.BAD,
            f"answers {answer.status_code}, but it is not this bot",
            "point it at the bot's PORT",
        )
