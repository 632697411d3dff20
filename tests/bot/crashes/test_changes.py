"""A change that a crash cut short is in the audit all the same."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import settings
from bot.access.audit import MAY_TAKE
from bot.clock import utc_now
from bot.store import audit
from bot.store.engine import Store, open_engine
from bot.store.schema import changes_under_way
from sandbox.server import Sandbox
from tests import databases
from tests.bot.crashes.tripwire import Passing, tripwire
from tests.stage import ADMIN, AUDIT, NUMBER, TELECOM, BotProcess, free_port, wait_for


@pytest.mark.parametrize(
    ("line", "call", "action"),
    [
        (f"numbers alias {NUMBER} Desk", ("PATCH", NUMBER), "number.alias"),
        (f"relay link {NUMBER} #support", ("POST", "sms_callback"), "relay.link"),
    ],
)
def test_a_kill_between_a_change_and_its_entry_leaves_an_entry_that_says_so(
    tmp_path: Path, line: str, call: tuple[str, str], action: str
) -> None:
    """Who did what is known, and how it was before where that can be asked; how it ended is not."""
    # given
    database_url = databases.migrated("sqlite", tmp_path)
    with Sandbox(data=tmp_path) as sandbox, tripwire(f"{sandbox.url}/carrier") as wire:
        environment = sandbox.bot_environment(free_port()) | {
            "DATABASE_URL": database_url,
            "FLOWROUTE_API_URL": wire.url,
            "AUDIT_CHANNEL": AUDIT,
            "POLL_SECONDS": "0",
        }
        bot = BotProcess(environment, tmp_path / "bot.log")
        sandbox.workspace.events_url = f"{bot.url}/slack/events"

        killed = threading.Event()

        def trip(passing: Passing) -> bool:
            if (passing.method, passing.path.rpartition("/")[2], passing.moment) == (*call, "after"):
                bot.kill()
                killed.set()
                return True
            return False

        # when
        try:
            bot.start()
            bot.wait_until_ready()
            wire.trip = trip
            sandbox.workspace.member(ADMIN).command(TELECOM, "/flowroute", line)
            wait_for(killed.is_set, "the bot to be killed")
            store = Store(open_engine(settings.database_url(database_url)))
            with store.write() as db:
                db.execute(update(changes_under_way).values(begun_at=utc_now() - 2 * MAY_TAKE))
            wire.trip = lambda _: False
            bot.start()

            # then
            wait_for(lambda: any("nobody knows" in text for text in texts_in(sandbox)), "the entry")
            with store.read() as db:
                [entry] = audit.latest_of(db, NUMBER, 10)
            assert (entry.user_id, entry.channel_id, entry.action) == (ADMIN, TELECOM, action)
            assert (entry.before is None) is (action == "relay.link")
            assert entry.after is None
            store.close()
        finally:
            bot.kill()


def texts_in(sandbox: Sandbox) -> list[str]:
    """What the audit channel was told."""
    return [message["text"] for message in sandbox.workspace.messages(AUDIT)]
