"""A store with a long past, made by SQLite itself, which takes seconds."""

from sqlalchemy import text

from bot import settings
from bot.store.engine import open_engine
from bot.store.migrate import migrate

TEXTS_EACH = 20
"""Texts in one conversation."""

COUNT = (
    "CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many) "
    "SELECT i FROM n"
)
CONVERSATIONS = (
    "INSERT INTO conversations (id, number, person, channel_id, thread_ts, card_is_old, created_at) "
    "SELECT i, printf('1206777%04d', i % 10000), printf('1425%07d', i), "
    "printf('C0PAST%03d', i % 300), printf('1600000000.%06d', i), 0, '2024-01-01 00:00:00.000000' "
    "FROM n WHERE i <= :conversations"
)
TEXTS = (
    "INSERT INTO texts (id, message_id, number, person, body, is_mms, sent_at, received_at, via, placement, "
    "conversation_id) SELECT i, 'mdr2-past' || i, conversations.number, conversations.person, "
    "'What was written a while ago, number ' || i, 0, conversations.created_at, conversations.created_at, "
    "'webhook', 'placed', conversations.id "
    "FROM n JOIN conversations ON conversations.id = (i - 1) / :each + 1"
)
POSTS = (
    "INSERT INTO posts (kind, ref, channel_id, conversation_id, state, ts, created_at) "
    "SELECT 'text', texts.id, channel_id, conversation_id, 'posted', printf('1600000001.%07d', texts.id), "
    "received_at FROM texts JOIN conversations ON conversations.id = conversation_id"
)


def fill(database_url: str, count: int) -> None:
    """Make a SQLite database that holds `count` texts, each placed and posted."""
    engine = open_engine(settings.database_url(database_url))
    migrate(engine)
    with engine.connect() as raw:
        db = raw.execution_options(writes=True)
        with db.begin():
            db.execute(text(COUNT), {"many": count})
            db.execute(text(CONVERSATIONS), {"conversations": count // TEXTS_EACH})
            db.execute(text(TEXTS), {"each": TEXTS_EACH})
            db.execute(text(POSTS))
    engine.dispose()
