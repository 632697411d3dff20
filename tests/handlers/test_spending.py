"""Money: a second person above APPROVAL_OVER, a stop at SPEND_LIMIT."""

from collections.abc import Iterator

import pytest
import requests

from tests.handlers.person import Person, buttons
from tests.handlers.test_purchases import TO_BUY, bought, review
from tests.stage import ADMIN, APPROVER, AUDIT, DESK, TELECOM, Stage, exactly_once

ANOTHER = "12063395863"
"""For sale in the sandbox: $0.50 a month, no setup."""


@pytest.fixture
def careful(stage: Stage) -> Iterator[Stage]:
    """Purchases above $1 need Grace; Ada, who is an approver too, may not approve her own."""
    with stage.bot(APPROVAL_OVER="1", APPROVERS=f"{APPROVER},{ADMIN}"):
        yield stage


def asked(stage: Stage, user_id: str) -> Person:
    """Somebody who reads the card that asks for approval in #phone-audit."""
    stage.workspace.wait_for(lambda: any("wants to buy" in text for text in stage.texts_in(AUDIT)))
    return Person(stage, user_id, AUDIT)


def press(person: Person, label: str) -> None:
    """Press a button on the card that asks."""
    card = next(m for m in person.stage.workspace.messages(AUDIT) if "Approve" in buttons(m))
    person.presses(card, label)


@exactly_once
def test_a_dear_number_is_bought_once_a_second_person_agrees(careful: Stage) -> None:
    """Nothing is charged before; the card keeps who decided; the channel hears of it."""
    # given
    ada = Person(careful)
    review(ada)
    ada.submits()
    ada.form(showing="as soon as an approver agrees")
    grace = asked(careful, APPROVER)
    assert bought(careful) == 0

    # when
    press(grace, "Approve")

    # then
    careful.workspace.wait_for(lambda: any("bought" in text for text in careful.texts_in(TELECOM)))
    assert bought(careful) == 1
    careful.workspace.wait_for(
        lambda: any(f"<@{APPROVER}> approved" in text for text in careful.texts_in(AUDIT))
    )


def test_nobody_approves_their_own_order(careful: Stage) -> None:
    """Although she is in APPROVERS: she is told so, and nothing is bought."""
    ada = Person(careful)
    review(ada)
    ada.submits()
    seen = asked(careful, ADMIN)

    press(seen, "Approve")

    careful.workspace.wait_for(
        lambda: any("order of their own" in text for text in careful.private_words(ADMIN, AUDIT))
    )
    assert bought(careful) == 0


def test_a_declined_order_ends_and_says_by_whom(careful: Stage) -> None:
    """The number is free for another order then."""
    ada = Person(careful)
    review(ada)
    ada.submits()

    press(asked(careful, APPROVER), "Decline")

    careful.workspace.wait_for(
        lambda: any(f"<@{APPROVER}> declined" in text for text in careful.texts_in(TELECOM))
    )
    assert bought(careful) == 0
    review(ada)


def test_with_nobody_else_to_ask_the_bot_says_so(stage: Stage) -> None:
    """An approval that nobody could give is refused at once."""
    with stage.bot(APPROVAL_OVER="1", APPROVERS=ADMIN):
        ada = Person(stage)
        review(ada)
        ada.submits()
        ada.form(showing="nobody else is in APPROVERS")
    assert bought(stage) == 0


def test_the_months_limit_stops_a_purchase_with_the_sum(stage: Stage) -> None:
    """$2.25 for the first number leaves no room for the second below $2.50."""
    with stage.bot(SPEND_LIMIT="2.50"):
        ada = Person(stage)
        review(ada)
        ada.submits()
        ada.form(showing="is yours")
        ada.says(f"numbers buy {ANOTHER}")
        ada.form(showing="Buy for")
        ada.submits()
        ada.form(showing="would come to $2.75")
    assert bought(stage, TO_BUY) == 1
    assert bought(stage, ANOTHER) == 0


def test_a_purchase_asked_for_where_the_bot_may_not_post_alarms_nobody(stage: Stage) -> None:
    """A private channel without the bot: the modal tells the outcome, and nothing waits for the channel."""
    with stage.bot():
        ada = Person(stage, ADMIN, DESK)
        review(ada)
        ada.submits()
        ada.form(showing="is yours")

        stage.workspace.wait_for(lambda: refused_in(stage, DESK) and nothing_waits(stage))
    assert stage.texts_in("D0ADMIN") == []


def refused_in(stage: Stage, channel: str) -> bool:
    """Whether the bot tried to post there."""
    return any(
        call["method"] == "chat.postMessage" and call["args"].get("channel") == channel
        for call in stage.workspace.calls
    )


def nothing_waits(stage: Stage) -> bool:
    """Whether every post is made or given up."""
    page = requests.get(f"{stage.url}/metrics", timeout=30).text
    return 'bot_queue_depth{lane="posts"} 0.0' in page
