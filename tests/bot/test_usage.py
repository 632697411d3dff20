"""Usage: sums that stay exact however they are cut."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.overview.usage import Report, Usage, used
from flowroute.messages import MessageRecord

TODAY = date(2026, 11, 21)
MONEY = st.decimals(min_value=0, max_value=1000, places=9)


def report(days: int, by_day_and_number: dict[tuple[date, str], Usage]) -> Report:
    """A report of so many days that ends today."""
    first = TODAY - timedelta(days=days - 1)
    made_at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    return Report(first, TODAY, made_at, by_day_and_number, None)


@given(days=st.integers(1, 365), data=st.data())
def test_no_text_and_no_cent_is_lost_when_days_are_summed_up(days: int, data: st.DataObject) -> None:
    """At most 20 points, in order, whose sum is the whole."""
    # given
    day = st.integers(0, days - 1).map(lambda back: TODAY - timedelta(days=back))
    usage = st.builds(Usage, texts_in=st.integers(0, 9), cost=MONEY)
    made = report(days, data.draw(st.dictionaries(st.tuples(day, st.sampled_from("ab")), usage, max_size=20)))

    # when
    points = made.over_time(20)

    # then
    assert 1 <= len(points) <= 20
    assert [first for first, _ in points] == sorted({first for first, _ in points})
    assert points[0][0] == made.first_day
    assert sum((one for _, one in points), Usage()) == made.total()
    assert sum((one for _, one in made.by_number()), Usage()) == made.total()


def test_thirty_days_are_fifteen_points_of_two() -> None:
    """Slack draws 20 points at most."""
    points = report(30, {(TODAY, "a"): Usage(texts_in=1), (date(2026, 11, 20), "a"): Usage(texts_in=2)})
    drawn = points.over_time(20)
    assert len(drawn) == 15
    assert drawn[-1] == (date(2026, 11, 20), Usage(texts_in=3))


def test_a_text_counts_for_our_number_whichever_way_it_went() -> None:
    """And its price comes exactly from Flowroute's nanodollars."""
    inbound = MessageRecord(
        id="1", direction="inbound", from_="1425", to="+1206", amount_nanodollars=4_000_000
    )
    outbound = MessageRecord(id="2", direction="outbound", from_="1206", to="1425", amount_nanodollars=None)
    assert used(inbound) == ("1206", Usage(texts_in=1, cost=Decimal("0.004")))
    assert used(outbound) == ("1206", Usage(texts_out=1, unpriced=1))


def test_a_rate_needs_something_that_was_sent() -> None:
    """Nothing sent is neither zero nor a hundred percent."""
    assert Usage().delivery_rate is None
    assert Usage(sent=4, delivered=3).delivery_rate == 75
