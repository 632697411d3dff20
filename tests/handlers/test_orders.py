"""`orders`: what was bought, by whom, and what became of it."""

from collections.abc import Iterator

import pytest

from tests.handlers.person import Person, buttons, shown
from tests.handlers.test_purchases import TO_BUY, bought, review
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


def test_a_purchase_is_listed_with_its_price_and_who_asked(ada: Person) -> None:
    """One that was only looked at is none."""
    # given
    assert "Nothing was bought here yet" in ada.asks("orders list")["text"]
    review(ada)
    assert "Nothing was bought here yet" in ada.asks("orders list")["text"]

    # when
    ada.submits()
    ada.form(showing="is yours")

    # then
    answer = ada.asks("orders list")
    table = next(block for block in answer["blocks"] if block["type"] == "data_table")
    assert [cell.get("text") for cell in table["rows"][1]][:5] == [
        "1",
        "(206) 339-5170",
        "done",
        "$1.00",
        "$1.25",
    ]
    assert f"'user_id': '{ADMIN}'" in str(table["rows"][1][5])
    card = shown(ada.asks("orders show 1"))
    assert "*State*  done" in card
    assert f"<@{ADMIN}>" in card


def test_an_order_that_waits_can_be_cancelled_by_its_number_or_its_button(careful: Stage) -> None:
    """Nothing is bought afterwards, whoever still finds the card that asks; the channel hears of it."""
    # given
    ada = ordered(careful)
    grace = Person(careful, APPROVER, AUDIT)
    asks = next(m for m in careful.workspace.messages(AUDIT) if "Approve" in buttons(m))
    card = ada.asks("orders show 1")
    assert "waits for approval" in shown(card)

    # when
    answer = ada.reads_after_pressing(card, "Cancel the order")

    # then
    assert "*State*  cancelled" in shown(answer)
    assert f"<@{ADMIN}> cancelled it." in shown(answer)
    careful.workspace.wait_for(lambda: any("cancelled it" in text for text in careful.texts_in(TELECOM)))
    grace.presses(asks, "Approve")
    careful.workspace.wait_for(
        lambda: any("decided already" in text for text in careful.private_words(APPROVER, AUDIT))
    )
    assert bought(careful) == 0


def test_what_does_not_wait_cannot_be_cancelled(ada: Person) -> None:
    """It says how the order stands."""
    review(ada)
    ada.submits()
    ada.form(showing="is yours")
    assert "does not wait for approval: done" in ada.asks("orders cancel 1")["text"]
    assert bought(ada.stage, TO_BUY) == 1


@pytest.mark.parametrize("line", ["orders show 99", "orders cancel 99"])
def test_an_order_that_never_was_is_said_to_be_none(ada: Person, line: str) -> None:
    """An id of nothing is an answer."""
    assert "does not exist" in ada.asks(line)["text"]


@pytest.mark.parametrize("line", ["orders list", "orders show 1", "orders cancel 1"])
def test_purchases_are_for_admins(sam: Person, line: str) -> None:
    """They say what is spent."""
    assert "*admin*" in sam.asks(line)["text"]
