"""What SQLite and PostgreSQL do differently."""

from typing import Any

from sqlalchemy import Connection, Row, Table, text
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(db: Connection, table: Table, **values: Any) -> Row[Any] | None:  # noqa: ANN401 - any column
    """Insert a row; None when a unique column already holds it. The database decides, not a look before."""
    insert = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    return db.execute(insert(table).values(**values).on_conflict_do_nothing().returning(table)).first()


def hold(db: Connection, what: str) -> None:
    """Let nobody else hold `what` until the transaction ends; SQLite has one writer at a time anyway.

    Whoever changes rows as well holds first: two that wait for each other's rows would both fail.
    """
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 1))"), {"what": what})
