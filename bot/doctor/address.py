"""PUBLIC_URL: a real round trip to each of the bot's addresses that others call."""

from collections.abc import Iterator

import requests

from bot.clock import utc_now
from bot.doctor.finding import Finding, Health
from bot.settings import Settings

TIMEOUT_S = 10


def public_address(settings: Settings) -> Iterator[Finding]:
    """Ask from outside what Slack and Flowroute will ask."""
    url = settings.public_url
    if url is None:
        yield Finding("PUBLIC_URL", Health.GOOD, "not set: texts are read from Flowroute's message list")
        return
    began = utc_now()
    try:
        answer = requests.get(f"{url}/healthz", timeout=TIMEOUT_S)
        took_s = (utc_now() - began).total_seconds()
        if not answer.ok or answer.text.strip() != "ok":
            yield Finding(
                "PUBLIC_URL",
                Health.BAD,
                f"answers {answer.status_code}, but it is not this bot",
                "point it at the bot's PORT",
            )
            return
        yield Finding("PUBLIC_URL", Health.GOOD, f"leads to a running bot ({took_s:.1f} s)")
        yield from _callers(settings)
        yield _figures(url)
    except requests.RequestException as error:
        yield Finding(
            "PUBLIC_URL",
            Health.BAD,
            f"cannot be reached from here ({type(error).__name__})",
            "start the bot, and check DNS, certificate, proxy and firewall",
        )


def _callers(settings: Settings) -> Iterator[Finding]:
    """What the two callers find: each is refused in the way that only a bot with these settings refuses."""
    webhook = settings.webhook_url("sms")
    if webhook is not None:
        yield _told_apart(
            "Flowroute's way in",
            requests.post(webhook, json={"from": "the doctor"}, timeout=TIMEOUT_S).status_code,
            400,
            "the bot there runs with another WEBHOOK_TOKEN, or a proxy holds back /flowroute/…",
        )
    if settings.slack_app_token is None:
        yield _told_apart(
            "Slack's way in",
            requests.post(f"{settings.public_url}/slack/events", timeout=TIMEOUT_S).status_code,
            401,
            "a proxy holds back /slack/events, or the bot there runs in Socket Mode",
        )


def _figures(public_url: str) -> Finding:
    """They tell the month's spend, and how much is texted."""
    if requests.get(f"{public_url}/metrics", timeout=TIMEOUT_S).ok:
        return Finding(
            "metrics",
            Health.WORTH_A_LOOK,
            "anybody on the internet can read them at PUBLIC_URL/metrics",
            "set METRICS_TOKEN, or have the proxy pass on /slack/, /flowroute/ and /media/ only",
        )
    return Finding("metrics", Health.GOOD, "not shown to strangers")


def _told_apart(part: str, status: int, expected: int, cure: str) -> Finding:
    if status == expected:
        return Finding(part, Health.GOOD, "open, through PUBLIC_URL")
    return Finding(part, Health.BAD, f"answers {status} where this bot answers {expected}", cure)
