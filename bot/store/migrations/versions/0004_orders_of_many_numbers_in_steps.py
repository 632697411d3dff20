"""Orders of many numbers, each taken in steps."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

STATES = {
    "reviewed": ("draft", "waiting"),
    "approval": ("approval", "waiting"),
    "confirmed": ("running", "waiting"),
    "buying": ("running", "doing"),
    "unknown": ("running", "doing"),
    "bought": ("done", "done"),
    "refused": ("refused", "cancelled"),
}
"""How an order of one number stood, and how it and its purchase stand from now on."""
IN_HAND = ("approval", "running")
SPENT = ("buying", "unknown", "bought", "approval", "confirmed")


def upgrade() -> None:
    db = op.get_bind()
    old = db.execute(
        sa.text("SELECT id, number, setup_cost, monthly_cost, state, changed_at FROM orders")
    ).all()
    _change_orders()
    _create_lines()
    _create_steps()
    for row in old:
        state, step_state = STATES[row.state]
        db.execute(sa.text("UPDATE orders SET state = :state WHERE id = :id"), {"id": row.id, "state": state})
        line_id = db.execute(
            sa.text(
                "INSERT INTO order_lines"
                " (order_id, place, number, setup_cost, monthly_cost, in_hand, counted_at)"
                " VALUES (:order_id, 0, :number, :setup_cost, :monthly_cost, :in_hand, :counted_at)"
                " RETURNING id"
            ),
            {
                "order_id": row.id,
                "number": row.number,
                "setup_cost": row.setup_cost,
                "monthly_cost": row.monthly_cost,
                "in_hand": state in IN_HAND,
                "counted_at": row.changed_at if row.state in SPENT else None,
            },
        ).scalar_one()
        db.execute(
            sa.text(
                "INSERT INTO order_steps (order_id, line_id, place, name, state, attempts, changed_at)"
                " VALUES (:order_id, :line_id, 0, 'buy', :state, 0, :changed_at)"
            ),
            {"order_id": row.id, "line_id": line_id, "state": step_state, "changed_at": row.changed_at},
        )


def _change_orders() -> None:
    op.drop_index("uq_orders_number_in_flight", table_name="orders")
    with op.batch_alter_table("orders") as orders:
        orders.add_column(sa.Column("kind", sa.String(length=16), nullable=True))
        orders.add_column(sa.Column("set_up", sa.JSON(), nullable=True))
        orders.add_column(sa.Column("started_at", sa.DateTime(), nullable=True))
        orders.add_column(sa.Column("card_is_old", sa.Boolean(), nullable=True))
        orders.drop_column("number")
        orders.drop_column("setup_cost")
        orders.drop_column("monthly_cost")
    table = sa.table(
        "orders",
        sa.column("kind", sa.String()),
        sa.column("set_up", sa.JSON()),
        sa.column("card_is_old", sa.Boolean()),
    )
    op.execute(table.update().values(kind="purchase", set_up={}, card_is_old=False))
    with op.batch_alter_table("orders") as orders:
        orders.alter_column("kind", existing_type=sa.String(length=16), nullable=False)
        orders.alter_column("set_up", existing_type=sa.JSON(), nullable=False)
        orders.alter_column("card_is_old", existing_type=sa.Boolean(), nullable=False)
    under_way = sa.text("state IN ('approval', 'running')")
    op.create_index(
        "ix_orders_under_way", "orders", ["id"], sqlite_where=under_way, postgresql_where=under_way
    )
    is_old = sa.text("card_is_old")
    op.create_index("ix_orders_card_is_old", "orders", ["id"], sqlite_where=is_old, postgresql_where=is_old)


def _create_lines() -> None:
    op.create_table(
        "order_lines",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("setup_cost", sa.String(length=20), nullable=True),
        sa.Column("monthly_cost", sa.String(length=20), nullable=True),
        sa.Column("in_hand", sa.Boolean(), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_lines_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_order_lines_order_id_number")),
    )
    op.create_index("ix_order_lines_counted_at", "order_lines", ["counted_at"])
    op.create_index(
        "uq_order_lines_number_in_hand",
        "order_lines",
        ["number"],
        unique=True,
        sqlite_where=sa.text("in_hand"),
        postgresql_where=sa.text("in_hand"),
    )


def _create_steps() -> None:
    op.create_table(
        "order_steps",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["order_lines.id"], name=op.f("fk_order_steps_line_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_steps_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_steps")),
    )
    op.create_index("ix_order_steps_line_id", "order_steps", ["line_id"])
    op.create_index("ix_order_steps_order_id", "order_steps", ["order_id"])
    review = sa.text("state = 'review'")
    op.create_index(
        "ix_order_steps_review", "order_steps", ["wanted"], sqlite_where=review, postgresql_where=review
    )
