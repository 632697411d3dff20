"""Which address each linked number was given, so that an old one is found."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("links", sa.Column("address_mark", sa.String(length=32), nullable=True))
