"""Rights are asked for where something is done, not where its button is shown."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from bot.store import schema
from bot.store.backlog import backlog
from bot.store.replies import ReplyState
from handlers import modals
from sandbox.flowroute_api.api import ApiCall
from tests.handlers.person import Person
from tests.handlers.test_purchases import review
from tests.security.trespasser import Registered, Trespasser
from tests.stage import ADMIN, AGENT, APPROVER, AUDIT, GUEST, MARIA, NUMBER, TELECOM, Stage

LOOKS = ("/v2/e911s/validate", "/v2/portorders/portability")
"""What Flowroute asks to have posted although nothing is changed by it."""
KEPT = (
    "links",
    "contacts",
    "opt_outs",
    "replies",
    "orders",
    "order_lines",
    "audit",
    "exports",
    "cnam_reviews",
)
"""The tables in which everything stands that people decide."""


@pytest.fixture
def busy(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """There is something to tamper with: a link, a reply that waits for a decision, two of Ada's orders."""
    with stage.bot(APPROVAL_OVER="1", APPROVERS=APPROVER):
        stage.link(NUMBER, TELECOM)
        stage.carrier.handset_send(MARIA, NUMBER, "please do not text me any more")
        stage.workspace.wait_for(lambda: thread_of(stage))
        ada = Person(stage)
        ada.member.post(TELECOM, "my password: hunter2hunter2", thread_ts=thread_of(stage))
        stage.workspace.wait_for(lambda: any(r.marks and not r.mark_wanted for r in rows(stage)["replies"]))
        review(ada)
        assert not ada.submits()
        ada.form(showing="as soon as an approver agrees")
        stage.workspace.wait_for(lambda: any("wants to buy" in text for text in stage.texts_in(AUDIT)))
        stage.workspace.wait_for(lambda: is_at_rest(stage))  # else marks would change what is compared
        # Nobody has the forged windows open: an update of one need not be tried for two seconds.
        monkeypatch.setattr(modals, "ARRIVAL_S", 0.0)
        yield stage


def thread_of(stage: Stage) -> str:
    """Maria's thread, "" while there is none."""
    return next((m["thread_ts"] for m in stage.workspace.messages(TELECOM) if m.get("thread_ts")), "")


def rows(stage: Stage) -> dict[str, list[Any]]:
    """Everything in the tables that matter."""
    engine = create_engine(stage.database_url)
    with engine.connect() as db:
        found = {name: list(db.execute(select(schema.metadata.tables[name]))) for name in KEPT}
    engine.dispose()
    return found


def is_at_rest(stage: Stage) -> bool:
    """Whether nothing waits for the bot any more."""
    engine = create_engine(stage.database_url)
    with engine.connect() as db:
        waiting = [lane for lane in backlog(db) if lane.depth]
    engine.dispose()
    return not waiting and not any(order.card_is_old for order in rows(stage)["orders"])


def changes(stage: Stage) -> list[ApiCall]:
    """The calls that change something at Flowroute."""
    return [call for call in stage.carrier.calls if call.method != "GET" and call.path not in LOOKS]


@pytest.mark.parametrize(
    ("user_id", "team_id"),
    [(GUEST, "T0SANDBOX"), ("U0STRANGER", "T0OTHER"), (AGENT, "T0SANDBOX")],
    ids=["a guest", "somebody from another workspace", "a member who is not in the channel"],
)
def test_whoever_has_no_rights_changes_nothing_whatever_they_send(
    busy: Stage, user_id: str, team_id: str
) -> None:
    """Every command, button, form and shortcut that is registered, with contents that would do something."""
    before, called = rows(busy), changes(busy)

    tried = Trespasser(busy, user_id, team_id).tries_everything(thread_of(busy))

    assert tried > 300
    busy.workspace.wait_for(lambda: rows(busy)["replies"][-1].state == ReplyState.FAILED)
    after = rows(busy)
    *others, reply = after.pop("replies")  # it is kept, and refused when its turn comes
    assert reply.user_id == user_id
    assert others == before.pop("replies")
    assert after == before
    assert changes(busy) == called
    assert busy.received_by(MARIA) == []


def test_the_same_attempts_do_much_in_the_hands_of_an_admin(busy: Stage) -> None:
    """Else the test above would show nothing."""
    before = rows(busy)

    Trespasser(busy, ADMIN).tries_everything(thread_of(busy))

    after = rows(busy)
    assert {name for name in KEPT if after[name] != before[name]} >= {"links", "contacts", "replies", "audit"}
    assert len(changes(busy)) > 5


def test_what_is_tried_is_what_is_registered() -> None:
    """Patterns too: an id is made for each."""
    registered = Registered.now()
    assert len(registered.actions) > 20
    assert {"run:x", "ask:x", "home.run:x", "card.approve"} <= set(registered.actions)
    assert len(registered.views) > 8
