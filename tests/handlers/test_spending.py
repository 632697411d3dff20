"""Money: a second person above APPROVAL_OVER, a stop at SPEND_LIMIT."""

import threading
from collections.abc import Iterator

import pytest
import requests

from tests.handlers.person import JSON, Person, buttons, shown
from tests.handlers.test_purchases import ANOTHER, TO_BUY, bought, ends_well, review, told
from tests.stage import ADMIN, APPROVER, AUDIT, DESK, Stage, exactly_once

SECOND_APPROVER = "U0AGENT"


@pytest.fixture
def careful(stage: Stage) -> Iterator[Stage]:
    """Purchases above $1 need Grace or Sam; Ada, who is an approver too, may not approve her own."""
    with stage.bot(APPROVAL_OVER="1", APPROVERS=f"{APPROVER},{ADMIN},{SECOND_APPROVER}"):
        yield stage


def ordered(stage: Stage) -> Person:
    """Ada has confirmed a number that an approver is asked about."""
    ada = Person(stage)
    review(ada)
    view = ada.form(showing="Ask for approval")
    assert f"above $1.00, by <@{APPROVER}>" in shown(view)
    ada.submits()
    ada.form(showing="as soon as an approver agrees")
    return ada


def card(stage: Stage) -> JSON:
    """What asks for approval in #phone-audit."""
    stage.workspace.wait_for(lambda: any("wants to buy" in text for text in stage.texts_in(AUDIT)))
    return next(m for m in stage.workspace.messages(AUDIT) if "wants to buy" in m["text"])


@exactly_once
def test_a_dear_number_is_bought_once_a_second_person_agrees(careful: Stage) -> None:
    """Nothing is charged before; the card says what it comes to, and keeps who decided."""
    # given
    ordered(careful)
    grace = Person(careful, APPROVER, AUDIT)
    asks = card(careful)
    assert f"<@{ADMIN}> wants to buy *1 number*: $1.00 setup and $1.25 a month" in shown(asks)
    assert "This month's purchases with it: $2.25" in shown(asks)
    assert bought(careful) == 0

    # when
    grace.presses(asks, "Approve")

    # then
    decided = grace.reads_again(asks, showing=f"<@{APPROVER}> approved")
    assert buttons(decided) == []
    ends_well(careful)
    told(careful, f"approved by <@{APPROVER}>")
    assert bought(careful) == 1


def test_nobody_approves_their_own_order(careful: Stage) -> None:
    """Although she is in APPROVERS: she is told so privately, and the card still asks the others."""
    ordered(careful)
    asks = card(careful)
    seen = Person(careful, ADMIN, AUDIT)

    for label in ("Approve", "Decline"):
        assert "order of their own" in seen.reads_after_pressing(asks, label)["text"]

    assert buttons(seen.reads_again(asks, showing="wants to buy")) == ["Approve", "Decline"]
    assert bought(careful) == 0


def test_a_declined_order_ends_and_says_by_whom(careful: Stage) -> None:
    """The number is free for another order then."""
    ordered(careful)
    grace = Person(careful, APPROVER, AUDIT)
    asks = card(careful)

    grace.presses(asks, "Decline")

    assert buttons(grace.reads_again(asks, showing=f"<@{APPROVER}> declined")) == []
    told(careful, f"<@{APPROVER}> declined it.")
    assert bought(careful) == 0
    review(Person(careful))


@exactly_once
def test_of_two_approvers_at_once_one_decides(careful: Stage) -> None:
    """The other is told so; the card names the first, and the number is bought or not, never both."""
    # given
    ordered(careful)
    asks = card(careful)
    careful.workspace.member(ADMIN).invite(AUDIT, SECOND_APPROVER)
    both = {"Approve": Person(careful, APPROVER, AUDIT), "Decline": Person(careful, SECOND_APPROVER, AUDIT)}

    # when
    presses = [threading.Thread(target=person.presses, args=(asks, label)) for label, person in both.items()]
    for press in presses:
        press.start()
    for press in presses:
        press.join()

    # then
    def late() -> list[str]:
        return [
            person.user_id
            for person in both.values()
            if any("decided already" in text for text in careful.private_words(person.user_id, AUDIT))
        ]

    careful.workspace.wait_for(lambda: len(late()) == 1)
    first = APPROVER if late() == [SECOND_APPROVER] else SECOND_APPROVER
    did = "approved" if first == APPROVER else "declined"
    assert buttons(both["Approve"].reads_again(asks, showing=f"<@{first}> {did}")) == []
    told(careful, f"{did} by <@{first}>")
    if did == "approved":
        ends_well(careful)
    assert bought(careful) == (1 if did == "approved" else 0)


def test_with_nobody_else_to_ask_the_review_says_so(stage: Stage) -> None:
    """An approval that nobody could give: it is said before, and nothing is bought."""
    with stage.bot(APPROVAL_OVER="1", APPROVERS=ADMIN):
        ada = Person(stage)
        review(ada)
        ada.form(showing="nobody else is in APPROVERS")
        ada.submits()
        told(stage, "nobody else is in APPROVERS")
    assert bought(stage) == 0


def test_the_months_limit_is_told_before_and_leads_to_other_numbers(stage: Stage) -> None:
    """$2.25 for the first number leaves no room for the second below $2.50."""
    with stage.bot(SPEND_LIMIT="2.50"):
        ada = Person(stage)
        review(ada)
        assert "$2.25, of $2.50" in shown(ada.form(showing="This month in all"))
        ada.submits()
        ends_well(stage)
        review(ada, ANOTHER)
        view = ada.form(showing="more than SPEND_LIMIT leaves")
        assert "$2.75, of $2.50" in shown(view)
        ada.submits()
        ada.form(showing="Area code")
    assert bought(stage, TO_BUY) == 1
    assert bought(stage, ANOTHER) == 0


@exactly_once
def test_two_orders_at_once_do_not_both_find_room_for_one(stage: Stage) -> None:
    """Both were reviewed while there was room; the second Submit is told the sum."""
    with stage.bot(SPEND_LIMIT="2.50", ADMINS=f"{ADMIN},{SECOND_APPROVER}"):
        ada, sam = Person(stage), Person(stage, SECOND_APPROVER, "C0SUPPORT")
        review(ada)
        review(sam, ANOTHER)
        ada.submits()
        ends_well(stage)
        sam.submits()
        sam.form(showing="would come to $2.75")
    assert bought(stage, ANOTHER) == 0


def test_an_order_asked_for_where_the_bot_may_not_post_is_carried_out(stage: Stage) -> None:
    """A private channel without the bot: nothing waits for it; she is told in her messages."""
    with stage.bot():
        ada = Person(stage, ADMIN, DESK)
        review(ada)
        ada.submits()
        ada.form(showing="under way")
        stage.workspace.wait_for(lambda: "Bought 1 number" in shown(ada.asks("orders show 1")))
        stage.workspace.wait_for(lambda: nothing_waits(stage))


def nothing_waits(stage: Stage) -> bool:
    """Whether every post is made or given up."""
    page = requests.get(f"{stage.url}/metrics", timeout=30).text
    return 'bot_queue_depth{lane="posts"} 0.0' in page
