"""The queue of posts, asked directly: what no text from outside can bring about."""

from bot.alarms import Alarms
from bot.cards import Card
from bot.clock import utc_now
from bot.posting import Notices, Pace, Poster, PostKind
from bot.slack import Slack, connect
from bot.store import notices, posts
from bot.store.engine import Store, open_engine
from bot.store.notices import NOTICE
from tests.stage import ADMINS_MESSAGES, TELECOM, Stage


def test_what_cannot_be_shown_holds_up_no_other_post_and_an_admin_is_told(stage: Stage) -> None:
    """A mistake of ours in one message must not silence its channel."""
    # given
    store = Store(open_engine(stage.database_url))
    environment = stage.sandbox.bot_environment(0)
    poster = Poster(
        store,
        Slack(connect(environment["SLACK_BOT_TOKEN"], environment["SLACK_API_URL"])),
        {"odd": PostKind(_cannot_be_shown), NOTICE: PostKind(Notices(store).card)},
        pace=Pace(per_second=1000),
        alarms=Alarms(store, lambda *_: None, lambda: ADMINS_MESSAGES),
    )
    with store.write() as db:
        posts.add(db, kind="odd", ref=7, channel_id=TELECOM, conversation_id=None, now=utc_now())
        notices.post(db, "after it", channel_id=TELECOM, conversation_id=None, now=utc_now())

    # when
    waits = [poster.work(channel) for channel in (TELECOM, ADMINS_MESSAGES)]

    # then
    assert waits == [None, None]
    assert stage.texts_in(TELECOM)[-1] == "after it"
    assert f"A message for <#{TELECOM}> cannot be shown there (`odd:7`" in stage.texts_in(ADMINS_MESSAGES)[-1]
    store.close()


def _cannot_be_shown(_ref: int) -> Card:
    raise ValueError("one field too long")
