"""The one statement that SQLAlchemy spells differently for SQLite and PostgreSQL."""

from typing import Any

from sqlalchemy import Connection, Row, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(db: Connection, table: Table, **values: Any) -> Row[Any] | None:  # noqa: ANN401 - any column
    """Insert a row; None when a unique column already holds it. The database decides, not a look before."""
    insert = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    return db.execute(insert(table).values(**values).on_conflict_do_nothing().returning(table)).first()
