"""Slack: tokens, scopes, channels, and whether both clocks agree."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.doctor.finding import Finding, Health
from bot.doctor.kept import kept
from bot.doctor.people import people
from bot.manifest import SCOPES
from bot.settings import Settings
from bot.slack import UNSURE, Refused, Slack, SlackError, connect
from bot.store import links
from bot.store.links import Link

CLOCK_OFF_S = 60
SLACK_REFUSES_S = 300  # Slack's signatures are refused when clocks differ by more
MOST_CHANNELS = 20
"""Of linked ones, so that Slack's rate limit is not reached."""


def workspace(settings: Settings) -> Iterator[Finding]:
    outcomes: list[str] = []
    client = connect(
        settings.slack_bot_token.get_secret_value(),
        settings.slack_api_url,
        lambda _method, outcome, _took_s: outcomes.append(outcome),
    )
    slack = Slack(client)
    try:
        who = client.auth_test()
    except Exception:  # noqa: BLE001 - whatever it is, the doctor says so and goes on
        yield _no_answer() if outcomes == [UNSURE] else _not_accepted(outcomes)
        return
    yield Finding("Slack token", Health.GOOD, f"bot {who.get('user')} in {who.get('team')}")
    headers = {name.lower(): str(value) for name, value in who.headers.items()}
    yield from _scopes(headers.get("x-oauth-scopes", ""))
    yield from _clock(headers.get("date", ""))
    for part, channel in (
        ("DEFAULT_CHANNEL", settings.default_channel),
        ("AUDIT_CHANNEL", settings.audit_channel),
    ):
        if channel is not None:
            yield _channel(slack, part, channel, hears=part != "AUDIT_CHANNEL")
    yield from _linked_channels(settings, slack)
    yield from people(slack, "ADMINS", settings.admins)
    yield from people(slack, "APPROVERS", settings.approvers)
    if settings.slack_app_token is not None:
        yield _app_token(settings.slack_app_token.get_secret_value(), settings.slack_api_url)


def _not_accepted(outcomes: Sequence[str]) -> Finding:
    return Finding(
        "Slack token",
        Health.BAD,
        f"not accepted ({', '.join(outcomes)})",
        "copy SLACK_BOT_TOKEN from api.slack.com/apps > your app > OAuth & Permissions",
    )


def _no_answer() -> Finding:
    return Finding(
        "Slack",
        Health.BAD,
        "does not answer, so that nothing in it was looked at",
        "check SLACK_API_URL, DNS, firewall and proxy; https://slack-status.com tells of its own troubles",
    )


def _app_token(token: str, api_url: str) -> Finding:
    try:
        Slack(connect(token, api_url)).call("apps.connections.open")  # an address; nothing is connected yet
    except SlackError as error:
        return Finding(
            "Slack app token",
            Health.BAD,
            error.user_message,
            "copy SLACK_APP_TOKEN from api.slack.com/apps > your app > Basic Information > App-Level Tokens; "
            "it needs connections:write, and Socket Mode must be on",
        )
    return Finding("Slack app token", Health.GOOD, "accepted for Socket Mode")


def _linked_channels(settings: Settings, slack: Slack) -> Iterator[Finding]:
    """One finding for all that are well, and one for each that is not."""
    known: list[Link] = kept(settings, links.every, [])
    linked = sorted({link.channel_id for link in known})
    looked = [_channel(slack, f"linked channel {one}", one, hears=True) for one in linked[:MOST_CHANNELS]]
    yield from (finding for finding in looked if finding.health is not Health.GOOD)
    if looked:
        well = sum(finding.health is Health.GOOD for finding in looked)
        said = f"the bot is in {well} of {len(looked)}"
        rest = len(linked) - len(looked)
        yield Finding("linked channels", Health.GOOD, f"{said}; {rest} not looked at" if rest else said)


def _scopes(granted: str) -> Iterator[Finding]:
    if not granted:
        return  # Slack always says; a stand-in need not
    lacking = sorted(set(SCOPES) - {scope.strip() for scope in granted.split(",")})
    if lacking:
        yield Finding(
            "Slack scopes",
            Health.BAD,
            "missing: " + ", ".join(f"{scope} ({SCOPES[scope]})" for scope in lacking),
            "api.slack.com/apps > your app > App Manifest: paste what python -m bot manifest prints, then "
            "Install App > Reinstall",
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


def _channel(slack: Slack, part: str, channel_id: str, *, hears: bool) -> Finding:
    """How a channel is; where the bot `hears` replies it must be in it, also if it could join by itself."""
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
    if channel.get("is_member") or channel.get("is_im") or not (hears or channel.get("is_private")):
        return Finding(part, Health.GOOD, f"#{channel.get('name', channel_id)}")
    if channel.get("is_private"):
        return Finding(part, Health.BAD, "the bot is not in it", "type /invite there and choose the bot")
    return Finding(
        part,
        Health.BAD,
        "the bot is not in it, so replies there reach nobody",
        "a running bot joins it within a minute; or type /invite there and choose the bot",
    )
