"""When to ask what became of a text that was sent; and files that are nobody's to see are given up."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

WORTH_ASKING = timedelta(days=3)


def upgrade() -> None:
    op.add_column("replies", sa.Column("ask_after", sa.DateTime(), nullable=True))
    awaited = sa.text("ask_after IS NOT NULL")
    op.create_index(
        "ix_replies_ask_after",
        "replies",
        ["ask_after"],
        sqlite_where=awaited,
        postgresql_where=awaited,
        if_not_exists=True,
    )
    _ask_after_the_last_days()
    _give_up_files_of_blocked_senders()


def _ask_after_the_last_days() -> None:
    replies = sa.table(
        "replies",
        sa.column("state", sa.String()),
        sa.column("message_id", sa.String()),
        sa.column("attempted_at", sa.DateTime()),
        sa.column("ask_after", sa.DateTime()),
    )
    since = (datetime.now(UTC) - WORTH_ASKING).replace(tzinfo=None)
    op.execute(
        replies.update()
        .where(replies.c.state == "sent", replies.c.message_id.is_not(None), replies.c.attempted_at > since)
        .values(ask_after=replies.c.attempted_at)
    )


def _give_up_files_of_blocked_senders() -> None:
    texts = sa.table("texts", sa.column("id", sa.BigInteger()), sa.column("placement", sa.String()))
    media = sa.table(
        "media",
        sa.column("text_id", sa.BigInteger()),
        sa.column("state", sa.String()),
        sa.column("content", sa.LargeBinary()),
    )
    hidden = sa.select(texts.c.id).where(texts.c.placement == "blocked")
    op.execute(
        media.update()
        .where(media.c.text_id.in_(hidden), media.c.state.in_(("waiting", "fetched", "uploading")))
        .values(state="failed", content=None)
    )
