"""Telling an address that was once this bot's from one of another system."""

import pytest

from bot import settings
from bot.relay.own_address import OwnAddress

TOKEN = "the-token-of-this-bot"
OLD_TOKEN = "the-token-of-last-year"


def address(public_url: str = "https://bot.example", token: str = TOKEN) -> OwnAddress:
    """That of a bot with these settings."""
    return OwnAddress(
        settings.load(
            _env_file=None,
            fr_access_key="key",
            fr_secret_key="secret",
            slack_bot_token="xoxb-1",
            slack_signing_secret="signing",
            public_url=public_url,
            webhook_token=token,
        )
    )


@pytest.mark.parametrize(
    ("url", "was_ours"),
    [
        (f"https://bot.example/flowroute/{TOKEN}/sms", True),
        (f"https://bot.example/flowroute/{OLD_TOKEN}/mms", True),
        (f"http://where.we.were:3000/flowroute/{TOKEN}/sms", True),
        (f"https://where.we.were/flowroute/{OLD_TOKEN}/sms", True),
        (f"https://where.we.were/flowroute/{OLD_TOKEN}-/sms", False),
        (f"https://other.example/flowroute/{OLD_TOKEN}/sms", False),
        (f"https://bot.example/flowroute/{OLD_TOKEN}/dlr", False),
        (f"https://bot.example/other/flowroute/{OLD_TOKEN}/sms", False),
        ("https://bot.example/", False),
        ("not an address", False),
    ],
)
def test_an_old_address_is_known_by_its_host_its_token_or_its_mark(url: str, was_ours: bool) -> None:
    """Whatever of it has changed since; another system on a host of its own is never taken for us."""
    given = address("https://where.we.were", OLD_TOKEN).mark
    assert given is not None
    assert address().was(url, {given}) is was_ours


def test_a_mark_tells_addresses_apart_and_is_the_same_in_every_process() -> None:
    """Two settings, two marks; the same settings, the same mark."""
    marks = {address().mark, address(token=OLD_TOKEN).mark, address("https://where.we.were").mark}
    assert len(marks) == 3
    assert address().mark in marks
