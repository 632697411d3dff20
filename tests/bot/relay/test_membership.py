"""A bot that somebody takes out of a channel where texts are answered."""

from functools import partial
from pathlib import Path

from bot.relay.membership import BOOKMARK
from bot.store import bookmarks
from bot.store.engine import Store, open_engine
from sandbox.slack.seed import BOT_USER
from tests.bot.test_settings import run
from tests.stage import ADMIN, ADMINS_MESSAGES, AGENT, DESK, MARIA, NUMBER, SUPPORT, Stage, wait_for


def a_minute_passes(stage: Stage) -> None:
    """The bot's next look at its channels is due."""
    store = Store(open_engine(stage.database_url))
    with store.write() as db:
        bookmarks.remove(db, BOOKMARK)
    store.close()


def is_looked_at(stage: Stage) -> bool:
    """Whether that look is over."""
    store = Store(open_engine(stage.database_url))
    with store.read() as db:
        looked = bookmarks.get(db, BOOKMARK) is not None
    store.close()
    return looked


def is_member(stage: Stage, channel: str) -> bool:
    """Whether the bot is in a channel."""
    return BOT_USER in stage.workspace.channels.all[channel].members


def test_a_bot_that_was_removed_comes_back_and_hears_replies(stage: Stage) -> None:
    """Without it, an answer in an old thread would look sent and reach nobody."""
    with stage.bot():
        # given
        stage.link()
        stage.carrier.handset_send(MARIA, NUMBER, "are you open?")
        stage.workspace.wait_for(lambda: "are you open?" in stage.texts_in(SUPPORT))
        asked = next(m for m in stage.workspace.messages(SUPPORT) if m["text"] == "are you open?")
        stage.workspace.member(ADMIN).remove(SUPPORT, BOT_USER)

        # when
        a_minute_passes(stage)

        # then
        stage.workspace.wait_for(lambda: is_member(stage, SUPPORT))
        stage.workspace.member(AGENT).post(SUPPORT, "until six", thread_ts=asked["thread_ts"])
        wait_for(lambda: stage.received_by(MARIA) == ["until six"], "the reply")


def test_an_admin_is_told_once_that_a_private_channel_needs_an_invitation(stage: Stage) -> None:
    """And again only if it happens again."""
    with stage.bot():
        ada = stage.workspace.member(ADMIN)
        ada.invite(DESK, BOT_USER)
        stage.link(channel=DESK)
        for times in (1, 2):
            ada.remove(DESK, BOT_USER)
            for _ in range(2):
                a_minute_passes(stage)
                wait_for(lambda: is_looked_at(stage), "a look at the channels")
            stage.workspace.wait_for(partial(was_told, stage, times))
            ada.invite(DESK, BOT_USER)
            a_minute_passes(stage)
            wait_for(lambda: is_looked_at(stage), "a look at the channels")
            assert len(told(stage)) == times


def test_the_doctor_finds_a_channel_that_the_bot_was_removed_from(stage: Stage, tmp_path: Path) -> None:
    """Public or not: as long as it is not in it, it hears no replies."""
    with stage.bot():
        stage.link()
    stage.workspace.member(ADMIN).remove(SUPPORT, BOT_USER)

    answer = run(
        tmp_path, "doctor", **(stage.sandbox.bot_environment(1) | {"DATABASE_URL": stage.database_url})
    )

    assert (
        f"BAD  linked channel {SUPPORT}: the bot is not in it, so replies there reach nobody" in answer.stdout
    )
    assert "the bot is in 0 of 1" in answer.stdout


def told(stage: Stage) -> list[str]:
    """What the admin read about it."""
    return [
        words for words in stage.texts_in(ADMINS_MESSAGES) if "replies to texts there reach nobody" in words
    ]


def was_told(stage: Stage, times: int) -> bool:
    """Whether the admin has read it so often."""
    return len(told(stage)) >= times
