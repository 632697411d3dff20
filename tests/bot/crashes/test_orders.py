"""No number is bought twice and none is left half set up, wherever the process dies."""

from pathlib import Path

from tests import databases
from tests.bot.crashes.order_desk import ALL, Deadly, order_desk

KILLS_AT_LEAST = 25


def test_an_order_survives_a_kill_before_and_after_every_change(tmp_path: Path) -> None:
    """Two numbers and all that they get: each request is once never sent and once never answered."""
    with order_desk(databases.migrated("sqlite", tmp_path), tmp_path) as desk:
        order_id = desk.confirm(2, ALL)

        kills = desk.run_with_kills(order_id, Deadly("POST", "PATCH", "PUT", "DELETE"))

        desk.assert_as_ordered(order_id)
        assert kills >= KILLS_AT_LEAST
