"""What a benchmark reports, and the table that shows it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One measured promise; `ratio` is against a yardstick taken in the same run, if there is one."""

    name: str
    figures: str
    ratio: float | None
    target: str
    met: bool


def table(results: Sequence[Result]) -> str:
    """Columns as wide as their widest cell; the last one says whether the target is met."""
    rows = [("what", "measured", "ratio", "target", "")]
    for result in results:
        ratio = "" if result.ratio is None else f"{result.ratio:.2f}x"
        rows.append((result.name, result.figures, ratio, result.target, "met" if result.met else "MISSED"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
