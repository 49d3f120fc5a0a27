"""The table of results: what was measured, the baseline, the record, and whether the record was met."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from keyuan.insight.learning.intervals import Interval


@dataclass(frozen=True, slots=True)
class Record:
    """The figure to reach, and who published it where; ``None`` where nothing comparable is published."""

    value: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table. ``on``: which rows it was measured on; ``best``: "high" or "low"."""

    data: str
    measure: str
    ours: Interval
    baseline: float | None
    baseline_is: str
    record: Record
    best: str
    on: str
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the value (not only its interval) reaches the record; ``None`` without a record."""
        if self.record.value is None:
            return None
        return self.ours.value >= self.record.value if self.best == "high" else self.ours.value <= self.record.value

    @property
    def short_by(self) -> float | None:
        """How much is missing; ``None`` if nothing is."""
        if self.met is not False or self.record.value is None:
            return None
        return abs(self.ours.value - self.record.value)

    def as_dict(self) -> dict[str, Any]:
        return {
            "data": self.data,
            "measure": self.measure,
            "ours": self.ours.as_dict(),
            "baseline": self.baseline,
            "baseline_is": self.baseline_is,
            "record": asdict(self.record),
            "best": self.best,
            "on": self.on,
            "met": self.met,
            "short_by": self.short_by,
            "note": self.note,
        }


HEAD = ("data", "measure", "ours", "low", "high", "baseline", "record", "met")


def as_csv(lines: Sequence[Line]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*HEAD, "on", "record_source", "note"])
    for line in lines:
        writer.writerow([*cells(line), line.on, line.record.source, line.note])
    return out.getvalue()


def as_text(lines: Sequence[Line], *, head: Sequence[str] = HEAD) -> str:
    """The table for a terminal, columns aligned."""
    rows = [list(head), *(cells(line) for line in lines)]
    wide = [max(len(row[place]) for row in rows) for place in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip() for row in rows
    )


def cells(line: Line) -> list[str]:
    """A line as texts, in the order of HEAD."""
    met = {True: "yes", False: f"no, by {line.short_by or 0:.4g}", None: "-"}[line.met]
    return [
        line.data,
        line.measure,
        _number(line.ours.value),
        _number(line.ours.low),
        _number(line.ours.high),
        _number(line.baseline),
        _number(line.record.value),
        met,
    ]


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if abs(value) >= 50 else f"{value:.4f}" if abs(value) < 10 else f"{value:.3f}"
