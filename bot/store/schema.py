"""Every table of the bot, in what SQLite and PostgreSQL share.

The migrations build the same schema step by step; a test holds the two together.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; neither database is asked to know time zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


RowId = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER counts up by itself in SQLite


class UsdAmount(TypeDecorator[Decimal]):
    """Money in USD, exact: SQLite has no decimal type and would keep a float."""

    impl = String(20)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _index_where(name: str, column: str, condition: str) -> Index:
    """A small index over the few rows that are still to be worked on."""
    return Index(name, column, sqlite_where=text(condition), postgresql_where=text(condition))


def _id() -> Column[Any]:
    return Column("id", RowId, primary_key=True, autoincrement=True)


COUNTS_UP: dict[str, Any] = {"sqlite_autoincrement": True}
"""Ids that are never given twice, as PostgreSQL's are: buttons in Slack hold those of removed rows."""

links = Table(
    "links",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("channel_id", String(32), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("hold_s", Integer, nullable=False),
    Column("linked_by", String(32), nullable=False),
    Column("linked_at", UtcDateTime, nullable=False),
    Column("address_mark", String(32)),
)

conversations = Table(
    "conversations",
    metadata,
    _id(),
    Column("number", String(20), nullable=False),
    Column("person", String(64), nullable=False),
    Column("channel_id", String(32), nullable=False),
    Column("thread_ts", String(32)),
    Column("card_is_old", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("number", "person", "channel_id"),
    UniqueConstraint("channel_id", "thread_ts"),
    _index_where("ix_conversations_card_is_old", "channel_id", "card_is_old"),
    **COUNTS_UP,
)

contacts = Table(
    "contacts",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("name", String(80)),
    Column("blocked", Boolean, nullable=False),
    Column("changed_by", String(32), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

opt_outs = Table(
    "opt_outs",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("source", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

auto_replies = Table(
    "auto_replies",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("sent_at", UtcDateTime, nullable=False),
)

bookmarks = Table(
    "bookmarks",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    _id(),
    Column("body", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

texts = Table(
    "texts",
    metadata,
    _id(),
    Column("message_id", String(64), nullable=False, unique=True),
    Column("number", String(20), nullable=False),
    Column("person", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("is_mms", Boolean, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("received_at", UtcDateTime, nullable=False),
    Column("via", String(16), nullable=False),
    Column("twin_id", String(64), unique=True),
    Column("placement", String(16), nullable=False),
    Column("conversation_id", RowId, ForeignKey("conversations.id")),
    Column("shape", String(16)),
    _index_where("ix_texts_unplaced", "id", "placement = 'waiting'"),
    Index("ix_texts_conversation_id", "conversation_id", "id"),
    Index("ix_texts_number_person", "number", "person", "id"),
)

media = Table(
    "media",
    metadata,
    _id(),
    Column("text_id", RowId, ForeignKey("texts.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("url", Text, nullable=False),
    Column("file_name", String(255), nullable=False),
    Column("mime_type", String(100), nullable=False),
    Column("content", LargeBinary),
    Column("state", String(16), nullable=False),
    Column("problem", Text),
    Column("attempts", Integer, nullable=False),
    Column("try_after", UtcDateTime),
    Column("slack_file_id", String(32)),
    UniqueConstraint("text_id", "place"),
    _index_where("ix_media_open", "id", "state IN ('waiting', 'fetched', 'uploading')"),
)

posts = Table(
    "posts",
    metadata,
    _id(),
    Column("kind", String(16), nullable=False),
    Column("ref", RowId, nullable=False),
    Column("channel_id", String(32), nullable=False),
    Column("conversation_id", RowId, ForeignKey("conversations.id")),
    Column("state", String(16), nullable=False),
    Column("attempted_at", UtcDateTime),
    Column("ts", String(32)),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("kind", "ref"),
    # The queue stays small however many posts are behind it.
    Index(
        "ix_posts_open",
        "channel_id",
        "id",
        sqlite_where=text("state IN ('waiting', 'posting')"),
        postgresql_where=text("state IN ('waiting', 'posting')"),
    ),
    Index("ix_posts_conversation_id", "conversation_id"),
)

replies = Table(
    "replies",
    metadata,
    _id(),
    Column("key", String(100), nullable=False, unique=True),
    Column("channel_id", String(32), nullable=False),
    Column("ts", String(32)),
    Column("conversation_id", RowId, ForeignKey("conversations.id"), nullable=False),
    Column("user_id", String(32), nullable=False),
    Column("team_id", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("mentioned", JSON),
    Column("file_ids", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("problem", Text),
    Column("worries", JSON),
    Column("decided_by", String(32)),
    Column("not_before", UtcDateTime),
    Column("attempted_at", UtcDateTime),
    Column("message_id", String(64), unique=True),
    Column("ask_after", UtcDateTime),
    Column("marks", JSON, nullable=False),
    Column("mark_wanted", String(40)),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_replies_channel_id_ts", "channel_id", "ts"),
    Index("ix_replies_conversation_id", "conversation_id", "id"),
    _index_where("ix_replies_open", "conversation_id", "state IN ('stored', 'sending', 'unknown')"),
    _index_where("ix_replies_parked", "id", "state = 'parked'"),
    _index_where("ix_replies_ask_after", "ask_after", "ask_after IS NOT NULL"),
    _index_where("ix_replies_unmarked", "channel_id", "mark_wanted IS NOT NULL"),
    **COUNTS_UP,
)

outgoing_files = Table(
    "outgoing_files",
    metadata,
    _id(),
    Column("reply_id", RowId, ForeignKey("replies.id"), nullable=False),
    Column("slack_file_id", String(32), nullable=False),
    Column("file_name", String(255), nullable=False),
    Column("mime_type", String(100), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("reply_id", "slack_file_id"),
)

receipts = Table(
    "receipts",
    metadata,
    _id(),
    Column("message_id", String(64), nullable=False),
    Column("level", Integer, nullable=False),
    Column("status", String(64), nullable=False),
    Column("status_code", Integer, nullable=False),
    Column("description", Text, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("received_at", UtcDateTime, nullable=False),
    # Flowroute repeats receipts and gives them no id of their own.
    UniqueConstraint("message_id", "level", "status", "status_code"),
)

orders = Table(
    "orders",
    metadata,
    _id(),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text),
    Column("user_id", String(32), nullable=False),
    Column("decided_by", String(32)),
    Column("channel_id", String(32)),
    Column("set_up", JSON, nullable=False),
    Column("started_at", UtcDateTime),
    Column("card_is_old", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    _index_where("ix_orders_under_way", "id", "state IN ('approval', 'running')"),
    _index_where("ix_orders_card_is_old", "id", "card_is_old"),
)

order_lines = Table(
    "order_lines",
    metadata,
    _id(),
    Column("order_id", RowId, ForeignKey("orders.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("number", String(20), nullable=False),
    Column("setup_cost", UsdAmount),
    Column("monthly_cost", UsdAmount),
    Column("in_hand", Boolean, nullable=False),
    Column("counted_at", UtcDateTime),
    UniqueConstraint("order_id", "number"),
    Index("ix_order_lines_counted_at", "counted_at"),
    # Two people who confirm the same number at once: the second update loses.
    Index(
        "uq_order_lines_number_in_hand",
        "number",
        unique=True,
        sqlite_where=text("in_hand"),
        postgresql_where=text("in_hand"),
    ),
)

order_steps = Table(
    "order_steps",
    metadata,
    _id(),
    Column("order_id", RowId, ForeignKey("orders.id"), nullable=False),
    Column("line_id", RowId, ForeignKey("order_lines.id")),
    Column("place", Integer, nullable=False),
    Column("name", String(16), nullable=False),
    Column("wanted", Text),
    Column("state", String(16), nullable=False),
    Column("note", Text),
    Column("attempts", Integer, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index("ix_order_steps_order_id", "order_id"),
    Index("ix_order_steps_line_id", "line_id"),
    _index_where("ix_order_steps_review", "wanted", "state = 'review'"),
)

cnam_reviews = Table(
    "cnam_reviews",
    metadata,
    Column("cnam_id", String(32), primary_key=True),
    Column("user_id", String(32), nullable=False),
    Column("channel_id", String(32)),
    Column("asked_at", UtcDateTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", UtcDateTime, nullable=False),
    Column("user_id", String(32), nullable=False),
    Column("channel_id", String(32)),
    Column("action", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("before", JSON),
    Column("after", JSON),
    Column("result", String(200), nullable=False),
    Index("ix_audit_subject", "subject"),
)

changes_under_way = Table(
    "changes_under_way",
    metadata,
    _id(),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("user_id", String(32), nullable=False),
    Column("channel_id", String(32)),
    Column("action", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("before", JSON),
)

surveyed_numbers = Table(
    "surveyed_numbers",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("has_route", Boolean),
    Column("has_e911", Boolean),
    Column("looked_at", UtcDateTime),
)

exports = Table(
    "exports",
    metadata,
    _id(),
    Column("export_id", String(64), nullable=False, unique=True),
    Column("user_id", String(32), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("channel_id", String(32)),
    Column("ts", String(32)),
    Column("followed_since", UtcDateTime, nullable=False),
    _index_where("ix_exports_open", "id", "state = 'following'"),
)
