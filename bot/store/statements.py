"""What SQLite and PostgreSQL do differently.

Statements on the way of every text are made once, as constants: making one costs more than running it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Executable, Row, Table, literal_column, text
from sqlalchemy.dialects import postgresql, sqlite

HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 1))")
TRY_HOLD = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:what, 1))")


def insert_new(db: Connection, table: Table, **values: Any) -> Row[Any] | None:  # noqa: ANN401 - any column
    """Insert a row; None when a unique column already holds it. The database decides, not a look before."""
    return db.execute(_insert_new(db.dialect.name, table), values).first()


@cache
def _insert_new(dialect: str, table: Table) -> Executable:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing().returning(table)


def insert_all_new(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> Sequence[Row[Any]]:
    """Insert rows in their order; answers those that no unique column held before, in any order."""
    return db.execute(_insert_new(db.dialect.name, table), rows).all()


def hold(db: Connection, what: str) -> None:
    """Let nobody else hold `what` until the transaction ends; SQLite has one writer at a time anyway.

    Whoever changes rows as well holds first: two that wait for each other's rows would both fail.
    """
    if db.dialect.name == "postgresql":
        db.execute(HOLD, {"what": what})


def try_hold(db: Connection, what: str) -> bool:
    """`hold` without waiting; False while somebody else holds it."""
    return db.dialect.name != "postgresql" or bool(db.scalar(TRY_HOLD, {"what": what}))


def among(column: Column[str], values: Sequence[str]) -> ColumnElement[bool]:
    """`column IN (...)` with the values written out.

    An index over the few rows in these states is used by SQLite only where it sees that they are meant: with
    parameters it reads the whole table.
    """
    return column.in_([literal_column(f"'{value}'", column.type) for value in values])
