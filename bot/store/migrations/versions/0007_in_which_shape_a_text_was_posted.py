"""In which shape Flowroute posted each text."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("texts", sa.Column("shape", sa.String(length=16), nullable=True))
