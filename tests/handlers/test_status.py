"""`status`: one private card that says how the bot is doing."""

import pytest

from sandbox.flowroute_api import Refuse
from tests.handlers.person import Person, buttons, shown
from tests.stage import NUMBER, Stage, wait_for


def test_one_card_says_how_the_bot_is_doing(ada: Person) -> None:
    """With the figures of the Home tab, and whether both sides answer."""
    ada.stage.link(NUMBER)
    seen = shown(ada.asks("status"))
    for fact in (
        "*Slack*\n:white_check_mark: answered in",
        "*Flowroute*\n:white_check_mark: answered in",
        "*Linked numbers*\n1",
        "*Queue*\n",
        "*Message list*\n",
        "*Parked texts*\n0",
        "*Opt-outs*\n0",
        "*Purchases to approve*\n0",
        "$0.00, no limit is set",
        "Version 0.",
    ):
        assert fact in seen


def test_a_carrier_that_is_away_is_a_line_of_the_card(ada: Person) -> None:
    """Not a card that fails."""
    ada.stage.carrier.faults.add(method="GET", path_pattern="/v2/numbers", fault=Refuse(503), times=None)
    answer = ada.asks("status")
    assert "something is out of reach" in answer["text"]
    assert "*Flowroute*\n:x:" in shown(answer)
    assert "*Slack*\n:white_check_mark:" in shown(answer)


def test_the_card_is_for_admins_and_stays_private(ada: Person, sam: Person) -> None:
    """It says what is spent."""
    assert "*admin*" in sam.asks("status")["text"]
    assert "Share to channel" not in buttons(ada.asks("status"))


@pytest.mark.parametrize(
    ("seconds", "says"), [("0", "not read, as POLL_SECONDS is 0"), ("60", "read <!date")]
)
def test_the_last_reading_of_the_message_list_is_told(stage: Stage, seconds: str, says: str) -> None:
    """Without it texts that the webhooks missed stay lost."""
    with stage.bot(POLL_SECONDS=seconds):
        ada = Person(stage)
        wait_for(lambda: says in shown(ada.asks("status")), says)
