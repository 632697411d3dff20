"""The first start: an admin is told in Slack what is left to do, once."""

import pytest

from bot.greeting import BOOKMARK
from bot.store import bookmarks
from bot.store.engine import Store, open_engine
from sandbox.slack import faults
from tests.stage import ADMINS_MESSAGES, NUMBER, Stage, wait_for


def greetings(stage: Stage) -> list[str]:
    """What the first admin was greeted with."""
    return [text for text in stage.texts_in(ADMINS_MESSAGES) if "installed and running" in text]


def test_the_first_start_tells_an_admin_what_to_do(stage: Stage) -> None:
    """Five things with the commands for them; a second start is no news."""
    with stage.bot(is_first_start=True):
        wait_for(lambda: greetings(stage), "the greeting")
    (said,) = greetings(stage)
    for command in ("/flowroute doctor", "/flowroute relay link <number> #channel", "/flowroute e911 gaps"):
        assert command in said.replace("&lt;", "<").replace("&gt;", ">")

    with stage.bot(is_first_start=True):
        stage.link()
        wait_for(lambda: any("linked" in text for text in stage.texts_in("C0SUPPORT")), "a later post")
    assert len(greetings(stage)) == 1


@pytest.mark.parametrize("fault", [faults.drop_after(), faults.http_500()], ids=lambda fault: fault.kind)
def test_a_greeting_of_unknown_outcome_is_not_said_twice(stage: Stage, fault: faults.Fault) -> None:
    """Like every post: it is looked for before it is posted again."""
    stage.workspace.faults.add("chat.postMessage", fault)
    with stage.bot(is_first_start=True):
        wait_for(lambda: greetings(stage), "the greeting")
        stage.link()
        wait_for(lambda: any("linked" in text for text in stage.texts_in("C0SUPPORT")), "a later post")
    assert len(greetings(stage)) == 1


def test_an_installation_in_use_is_not_greeted(stage: Stage) -> None:
    """An upgrade is not a first start."""
    with stage.bot():
        stage.link(NUMBER)
    forget_that_it_greeted(stage)
    with stage.bot(is_first_start=True):
        wait_for(lambda: was_greeted(stage), "the question to be settled")
    assert greetings(stage) == []


def forget_that_it_greeted(stage: Stage) -> None:
    """As in the database of a release that greeted nobody."""
    store = Store(open_engine(stage.database_url))
    with store.write() as db:
        bookmarks.remove(db, BOOKMARK)
    store.close()


def was_greeted(stage: Stage) -> bool:
    """Whether the bot has written down that there is nothing to greet any more."""
    store = Store(open_engine(stage.database_url))
    with store.read() as db:
        at = bookmarks.get(db, BOOKMARK)
    store.close()
    return at is not None
