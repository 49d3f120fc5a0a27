"""An answer laid out as a table: dimensions down, one across or none, with exact totals. Light; loads no engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from keyuan.insight.cube.names import MEASURES, TIMES

if TYPE_CHECKING:
    from keyuan.insight.cube.answers import Answer, Cell, Value

#: Where a click on a value leads: from a thing to its parts.
DRILL: Final[Mapping[str, str]] = {
    "line": "product", "product": "channel", "channel": "branch", "region": "city", "branch": "unit", "unit": "agent",
    "year": "quarter", "quarter": "month", "occupation_class": "occupation", "kind": "line", "source": "channel",
    "industry": "nature",
}  # fmt: skip
MOST_ROWS: Final = 300
MOST_COLUMNS: Final = 24
MOST_SERIES: Final = 6


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the table: as it is, and as it is read."""

    value: Value
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """``of``: its values as the lake has them; ``words``: what they are called; ``down``: one level deeper."""

    of: tuple[str, ...]
    words: tuple[str, ...]
    figures: tuple[Figure, ...]
    down: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Pivot:
    """``heads``: the columns; ``left_out``: rows that do not fit on the page."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    total: tuple[Figure, ...]
    left_out: int = 0


def shown(measure: str, value: Value) -> str:
    """A figure as people read it: amounts in whole yuan, ratios in percent; the exact ones are in the export."""
    if value is None:
        return "–"
    look = MEASURES[measure].look
    if look == "ratio":
        return f"{value * 100:,.1f}%"
    return f"{value:,.0f}" if look in ("money", "count") else f"{value:,.1f}"


def figures(measures: Sequence[str], values: Sequence[Value]) -> tuple[Figure, ...]:
    return tuple(Figure(value, shown(name, value)) for name, value in zip(measures, values, strict=True))


def plain(found: Answer, named: Mapping[str, Mapping[str, str]]) -> Pivot:
    """Measures across."""
    asked = found.asked
    rows = [Row(c.of, _words(asked.by, c.of, named), figures(asked.measures, c.figures)) for c in found.cells]
    rows = _ordered(rows, asked.by)
    heads = tuple(str(MEASURES[name].label) for name in asked.measures)
    return Pivot(heads, tuple(rows[:MOST_ROWS]), figures(asked.measures, found.total), max(0, len(rows) - MOST_ROWS))


def crossed(found: Answer, by_row: Answer, by_column: Answer, named: Mapping[str, Mapping[str, str]]) -> Pivot:
    """The last dimension across, of one measure; each row and each column with its own total, which need not be a sum."""
    measure, across = found.asked.measures[0], found.asked.by[-1]
    columns = [cell.of[0] for cell in _across(by_column)]
    inside = {cell.of: cell.figures[0] for cell in found.cells}
    rows = []
    for cell in by_row.cells:
        values = [*(inside.get((*cell.of, column)) for column in columns), cell.figures[0]]
        rows.append(Row(cell.of, _words(by_row.asked.by, cell.of, named), figures([measure] * len(values), values)))
    rows = _ordered(rows, by_row.asked.by, place=-1)
    totals = {cell.of[0]: cell.figures[0] for cell in by_column.cells}
    last = [*(totals[column] for column in columns), by_row.total[0]]
    heads = (*(named[across].get(column, column) for column in columns), "")
    return Pivot(heads, tuple(rows[:MOST_ROWS]), figures([measure] * len(last), last), max(0, len(rows) - MOST_ROWS))


def _across(by_column: Answer) -> list[Cell]:
    cells = list(by_column.cells)
    if by_column.asked.by[0] in TIMES:
        return cells[-MOST_COLUMNS:]
    return sorted(cells, key=lambda cell: -_size(cell.figures[0]))[:MOST_COLUMNS]


def _size(value: Value) -> Decimal:
    return Decimal(value or 0)


def _words(by: Sequence[str], of: Sequence[str], named: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(named[name].get(value, value) for name, value in zip(by, of, strict=True))


_IN_ORDER: Final = {*TIMES, "age_band", "entry_age_band", "cohort", "uw_year", "occupation_class"}


def _ordered(rows: list[Row], by: Sequence[str], *, place: int = 0) -> list[Row]:
    """What has an order of its own keeps it; else the largest first."""
    if not by or by[0] in _IN_ORDER:
        return sorted(rows, key=lambda row: row.of)
    return sorted(rows, key=lambda row: (-_size(row.figures[place].value), row.of))


def chart(pivot: Pivot, measure: str, by: Sequence[str], *, crossed_by: str = "") -> dict[str, object]:
    """What static/insight/cube.js draws: names along one axis, and series of numbers (floats: a picture, not a book)."""
    rows = pivot.rows[:30]
    names = [" · ".join(row.words) for row in rows]
    if crossed_by and crossed_by in TIMES:
        kept = rows[:MOST_SERIES]
        series = [{"name": " · ".join(row.words), "data": [_number(one) for one in row.figures[:-1]]} for row in kept]
        return {"kind": "line", "look": MEASURES[measure].look, "names": list(pivot.heads[:-1]), "series": series}
    if crossed_by:
        series = [
            {"name": head, "data": [_number(row.figures[place]) for row in rows]}
            for place, head in enumerate(pivot.heads[:-1][:MOST_SERIES])
        ]
        return {"kind": "bar", "look": MEASURES[measure].look, "names": names, "series": series}
    kind = "line" if by and by[0] in TIMES and len(by) == 1 else "bar"
    series = [{"name": pivot.heads[0], "data": [_number(row.figures[0]) for row in rows]}]
    return {"kind": kind, "look": MEASURES[measure].look, "names": names, "series": series}


def _number(figure: Figure) -> float | None:
    return None if figure.value is None else float(figure.value)
