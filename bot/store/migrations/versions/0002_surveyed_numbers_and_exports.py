"""What is known of the account's numbers, and exports of call records that are followed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "surveyed_numbers",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("has_route", sa.Boolean(), nullable=True),
        sa.Column("has_e911", sa.Boolean(), nullable=True),
        sa.Column("looked_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_surveyed_numbers")),
    )
    op.create_table(
        "exports",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("export_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=True),
        sa.Column("ts", sa.String(length=32), nullable=True),
        sa.Column("followed_since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
        sa.UniqueConstraint("export_id", name=op.f("uq_exports_export_id")),
    )
    op.create_index(
        "ix_exports_open",
        "exports",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'following'"),
        postgresql_where=sa.text("state = 'following'"),
    )
