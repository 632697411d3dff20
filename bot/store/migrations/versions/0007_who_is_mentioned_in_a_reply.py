"""Who is really mentioned in a reply, so that nothing else in it is taken for a mention."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("replies", sa.Column("mentioned", sa.JSON(), nullable=True))
