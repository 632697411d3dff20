"""Ids of conversations and replies are never given twice, in SQLite too."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("conversations", "replies"):
            with op.batch_alter_table(name, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
                """The rows are copied as they are; one process owns the file."""
