"""Who is really mentioned in a reply, so that nothing else in it is taken for a mention."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("replies", sa.Column("mentioned", sa.JSON(), nullable=True))
