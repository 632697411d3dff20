"""A past for tests: a store's rows as if they were written days ago."""

from datetime import timedelta

from sqlalchemy import DateTime, Table, select, update

from bot.store.engine import Store
from bot.store.schema import UtcDateTime, metadata

STAYS = frozenset({"bookmarks"})


def age(store: Store, days: int) -> None:
    """Move every moment in the store into the past, except how far the bot's routines have got."""
    with store.write() as db:
        for table in metadata.sorted_tables:
            if table.name in STAYS:
                continue
            for column in table.columns:
                if isinstance(column.type, UtcDateTime | DateTime):
                    for (moment,) in db.execute(select(column).where(column.is_not(None)).distinct()).all():
                        older = moment - timedelta(days=days)
                        db.execute(update(table).where(column == moment).values({column: older}))


def count(store: Store, table: Table) -> int:
    """How many rows there are."""
    with store.read() as db:
        return len(db.execute(select(table)).all())
