"""A store with a long past."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot import settings
from bot.store.engine import open_engine
from bot.store.migrate import migrate
from bot.store.schema import conversations, posts, texts

AT_ONCE = 50_000
TEXTS_EACH = 20
"""Texts in one conversation."""


def fill(database_url: str, count: int) -> None:
    """Make a SQLite database that holds `count` texts, each placed and posted."""
    engine = open_engine(settings.database_url(database_url))
    migrate(engine)
    began = datetime(2024, 1, 1, tzinfo=UTC)
    with engine.connect() as raw:
        db = raw.execution_options(writes=True)
        for first in range(1, count + 1, AT_ONCE):
            places = range(first, min(first + AT_ONCE, count + 1))
            with db.begin():
                db.execute(insert(conversations), [_conversation(i, began) for i in places if _opens(i)])
                db.execute(insert(texts), [_text(i, began) for i in places])
                db.execute(insert(posts), [_post(i, began) for i in places])
    engine.dispose()


def _opens(place: int) -> bool:
    return (place - 1) % TEXTS_EACH == 0


def _conversation_id(place: int) -> int:
    return (place - 1) // TEXTS_EACH + 1


def _conversation(place: int, began: datetime) -> dict[str, Any]:
    conversation = _conversation_id(place)
    return {
        "id": conversation,
        "number": f"1206777{conversation % 10_000:04}",
        "person": f"1425{conversation:07}",
        "channel_id": f"C0PAST{conversation % 300:03}",
        "thread_ts": f"1600000000.{conversation:06}",
        "card_is_old": False,
        "created_at": began,
    }


def _text(place: int, began: datetime) -> dict[str, Any]:
    conversation = _conversation(place, began)
    at = began + timedelta(seconds=10 * place)
    return {
        "id": place,
        "message_id": f"mdr2-past{place}",
        "number": conversation["number"],
        "person": conversation["person"],
        "body": f"What was written a while ago, number {place}",
        "is_mms": False,
        "sent_at": at,
        "received_at": at,
        "via": "webhook",
        "placement": "placed",
        "conversation_id": conversation["id"],
    }


def _post(place: int, began: datetime) -> dict[str, Any]:
    conversation = _conversation(place, began)
    return {
        "kind": "text",
        "ref": place,
        "channel_id": conversation["channel_id"],
        "conversation_id": conversation["id"],
        "state": "posted",
        "ts": f"1600000001.{place:07}",
        "created_at": began,
    }
