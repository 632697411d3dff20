"""Usage as Slack's own charts, and as CSV.

Slack draws at most 2 charts a message, of 20 points and 12 series (docs.slack.dev, "Data visualization
block"): longer periods are summed up, and the costs go into a second message.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from slackblocks import (
    AxisConfig,
    BarChart,
    Block,
    ContextBlock,
    DataPoint,
    DataSeries,
    DataVisualizationBlock,
    LineChart,
    Markdown,
)

from bot.cards import caller, counted, usd
from bot.files import csv_of
from bot.overview.usage import Report, Usage, total

from .answers import Answer
from .limits import header, section, table

MAX_POINTS = 20
MAX_LABEL = 20
Series = tuple[str, Sequence[float]]


def answer(report: Report, note: str | None) -> Answer:
    """Two messages: texts and their delivery over time, then what each number cost."""
    title = f"Usage of {counted(report.days, 'day')}"
    if not report.by_day_and_number:
        return Answer(f"No texts in {counted(report.days, 'day')}.", shareable=True)
    notes = [*_caveats(report), *filter(None, [note])]
    over_time: list[Block] = [header(title), section(_summary(report)), *_over_time(report)]
    costs: list[Block] = [*_costs(report)]
    costs += [ContextBlock([Markdown(said)]) for said in notes]
    return Answer(title, tuple(over_time), shareable=True, then=tuple(costs))


def csv_file(report: Report) -> bytes:
    """A line for each day and number."""
    columns = [
        "day",
        "number",
        "texts_in",
        "texts_out",
        "cost_usd",
        "unpriced",
        "sent",
        "delivered",
        "failed",
    ]
    rows = [
        [
            day.isoformat(),
            number,
            str(usage.texts_in),
            str(usage.texts_out),
            f"{usage.cost:f}",
            str(usage.unpriced),
            str(usage.sent),
            str(usage.delivered),
            str(usage.failed),
        ]
        for (day, number), usage in sorted(report.by_day_and_number.items())
    ]
    return csv_of(columns, rows)


def file_name(report: Report) -> str:
    return f"usage-{report.first_day}-to-{report.last_day}.csv"


def _summary(report: Report) -> str:
    whole = report.total()
    lines = [
        f"{report.first_day} to {report.last_day} (UTC)",
        f"*{whole.texts_in:,}* in, *{whole.texts_out:,}* out, *{usd(whole.cost)}*",
    ]
    if whole.delivery_rate is not None:
        lines.append(
            f"Of {counted(whole.sent, 'text')} sent from Slack {whole.delivery_rate:.1f} % delivered, "
            f"{whole.failed:,} failed"
        )
    return "\n".join(lines)


def _caveats(report: Report) -> list[str]:
    caveats = []
    if report.read_back_to is not None:
        caveats.append(
            ":warning: Flowroute's message list could not be read whole. Texts and costs before "
            f"{report.read_back_to:%Y-%m-%d %H:%M} UTC are missing."
        )
    if unpriced := report.total().unpriced:
        caveats.append(f"Flowroute states no price for {counted(unpriced, 'text')}.")
    return caveats


def _over_time(report: Report) -> list[Block]:
    periods = report.over_time(MAX_POINTS)
    each = "" if len(periods) == report.days else f", {-(-report.days // MAX_POINTS)} days a point"
    labels = [_day(day) for day, _ in periods]
    texts: list[Series] = [
        ("In", [usage.texts_in for _, usage in periods]),
        ("Out", [usage.texts_out for _, usage in periods]),
    ]
    blocks: list[Block] = [
        DataVisualizationBlock(f"Texts{each}", BarChart(_series(labels, texts), AxisConfig(labels)))
    ]
    # A period without texts from Slack has no rate; zero would be a lie.
    rates = [(_day(day), rate) for day, usage in periods if (rate := usage.delivery_rate) is not None]
    if rates:
        sent = [label for label, _ in rates]
        percent: list[Series] = [("Delivered", [round(float(rate), 1) for _, rate in rates])]
        kind = LineChart if len(rates) > 1 else BarChart  # a line of one point cannot be seen
        chart = kind(_series(sent, percent), AxisConfig(sent, y_label="Percent"))
        blocks.append(DataVisualizationBlock(f"Delivered, in percent{each}", chart))
    return blocks


def _costs(report: Report) -> list[Block]:
    numbers = report.by_number()
    drawn = [(caller(number), usage) for number, usage in numbers[:MAX_POINTS]]
    if len(numbers) > MAX_POINTS:
        rest = numbers[MAX_POINTS - 1 :]
        drawn[-1] = (counted(len(rest), "other"), total(usage for _, usage in rest))
    labels = [label[:MAX_LABEL] for label, _ in drawn]
    costs: list[Series] = [("USD", [_chart_usd(usage.cost) for _, usage in drawn])]
    chart = DataVisualizationBlock(
        "Cost by number", BarChart(_series(labels, costs), AxisConfig(labels, y_label="USD"))
    )
    rows = [[caller(number), *_cells(usage)] for number, usage in numbers]
    block, shown = table("Usage by number", ["Number", "In", "Out", "Cost", "Delivered"], rows)
    left_out = [section(f"The table holds {shown:,} of {len(rows):,} numbers.")] if shown < len(rows) else []
    return [chart, block, *left_out]


def _cells(usage: Usage) -> list[str | Decimal | None]:
    rate = usage.delivery_rate
    return [
        f"{usage.texts_in:,}",
        f"{usage.texts_out:,}",
        usage.cost,
        None if rate is None else f"{rate:.1f} %",
    ]


def _series(labels: Sequence[str], series: Sequence[Series]) -> list[DataSeries]:
    return [
        DataSeries(name, [DataPoint(label, value) for label, value in zip(labels, values, strict=True)])
        for name, values in series
    ]


def _day(day: date) -> str:
    return f"{day:%b} {day.day}"


def _chart_usd(cost: Decimal) -> float:
    """Slack's charts take numbers only; everywhere else money stays exact."""
    return float(round(cost, 4))
