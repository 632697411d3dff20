"""`orders`: what was asked for, by whom, and what became of it."""

from collections.abc import Iterator

import pytest

from tests.handlers.person import Person, buttons, shown
from tests.handlers.test_purchases import bought, ends_well, review, told, with_a_failed_route
from tests.stage import ADMIN, APPROVER, AUDIT, TELECOM, Stage


@pytest.fixture
def careful(stage: Stage) -> Iterator[Stage]:
    """Purchases above $1 need Grace."""
    with stage.bot(APPROVAL_OVER="1", APPROVERS=APPROVER):
        yield stage


def ordered(stage: Stage) -> Person:
    """Ada has confirmed a number that Grace is asked about."""
    ada = Person(stage)
    review(ada)
    ada.submits()
    ada.form(showing="as soon as an approver agrees")
    stage.workspace.wait_for(lambda: any("wants to buy" in text for text in stage.texts_in(AUDIT)))
    ada.member.close(ada.member.views[-1]["id"])
    return ada


def test_an_order_is_listed_with_its_price_and_who_asked(ada: Person) -> None:
    """One that was only looked at is none."""
    # given
    assert "Nothing was ordered here yet" in ada.asks("orders list")["text"]
    review(ada)
    assert "Nothing was ordered here yet" in ada.asks("orders list")["text"]

    # when
    ada.submits()
    ends_well(ada.stage)

    # then
    answer = ada.asks("orders list")
    table = next(block for block in answer["blocks"] if block["type"] == "data_table")
    assert [cell.get("text") for cell in table["rows"][1]][:6] == [
        "1",
        "Buy",
        "(206) 339-5170",
        "done",
        "$1.00",
        "$1.25",
    ]
    assert f"'user_id': '{ADMIN}'" in str(table["rows"][1][6])
    card = ada.asks("orders show 1")
    assert "Bought 1 number" in shown(card)
    assert f"<@{ADMIN}>" in shown(card)
    assert buttons(card) == []


def test_an_order_that_waits_is_cancelled_after_it_was_asked_about(careful: Stage) -> None:
    """Nothing is bought afterwards, whoever still finds the card that asks; the channel hears of it."""
    # given
    ada = ordered(careful)
    asks = next(m for m in careful.workspace.messages(AUDIT) if "Approve" in buttons(m))
    ada.says("orders cancel 1")
    ada.form(showing="What is done stays as it is")

    # when
    assert not ada.submits()

    # then
    assert f"<@{ADMIN}> cancelled it." in shown(ada.form(showing="Cancelled. Bought nothing"))
    told(careful, "cancelled it")
    grace = Person(careful, APPROVER, AUDIT)
    assert "decided already" in grace.reads_after_pressing(asks, "Approve")["text"]
    assert buttons(grace.reads_again(asks, showing="cancelled it")) == []
    assert bought(careful) == 0


def test_an_order_is_cancelled_from_its_private_card(careful: Stage) -> None:
    """The card shows it at once; a second press says that nothing is left."""
    ada = ordered(careful)
    card = ada.asks("orders show 1")
    assert "waiting for approval" in shown(card)
    ada.presses(card, "Cancel the order")
    assert buttons(ada.reads_again(card, showing="Cancelled. Bought nothing")) == []
    assert bought(careful) == 0


def test_what_is_over_cannot_be_cancelled(ada: Person) -> None:
    """It says how the order stands."""
    review(ada)
    ada.submits()
    ends_well(ada.stage)
    ada.member.close(ada.member.views[-1]["id"])
    ada.says("orders cancel 1")
    ada.form(showing="What is done stays as it is")
    ada.submits()
    ada.form(showing="is over: done")
    assert bought(ada.stage) == 1


def test_what_failed_is_resumed_by_the_orders_number(ada: Person) -> None:
    """Every failed step is tried again; then there is nothing to resume."""
    message = with_a_failed_route(ada, times=1)
    ada.member.close(ada.member.views[-1]["id"])
    assert "1 failed step of order 1 tried again" in ada.asks("orders resume 1")["text"]
    ada.reads_again(message, showing=":white_check_mark: Bought 1 number")
    assert "no failed step: done" in ada.asks("orders resume 1")["text"]
    assert bought(ada.stage) == 1


@pytest.mark.parametrize("line", ["orders show 99", "orders resume 99"])
def test_an_order_that_never_was_is_said_to_be_none(ada: Person, line: str) -> None:
    """An id of nothing is an answer."""
    assert "does not exist" in ada.asks(line)["text"]


def test_what_was_ordered_is_listed_for_everybody(sam: Person) -> None:
    """A list, as all lists; the channel hears of each purchase anyway."""
    assert "Nothing was ordered here yet" in sam.asks("orders list")["text"]


@pytest.mark.parametrize("line", ["orders show 1", "orders resume 1"])
def test_orders_are_for_admins(sam: Person, line: str) -> None:
    """Their cards have buttons that spend."""
    assert "*admin*" in sam.asks(line)["text"]


def test_cancelling_is_for_admins(sam: Person) -> None:
    """Also the question before it."""
    sam.says("orders cancel 1")
    sam.form(showing="*admin*")


def test_the_channel_shows_one_message_for_an_order(ada: Person) -> None:
    """From the first step to the last, and nothing besides."""
    review(ada)
    ada.submits()
    ends_well(ada.stage)
    ours = [m for m in ada.stage.workspace.messages(TELECOM) if m.get("bot_id") and "blocks" in m]
    assert len(ours) == 1
