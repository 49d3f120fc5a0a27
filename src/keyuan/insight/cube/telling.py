"""An answer told: as JSON for programs, as lines for a terminal."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from keyuan.insight.cube.labels import labels
from keyuan.insight.cube.names import DIMENSIONS, MEASURES, TIMES

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.insight.cube.answers import Answer, Value


def as_json(found: Answer, *, viewer: Viewer) -> dict[str, Any]:
    """Amounts and ratios as texts (exact), counts as numbers; each value with what it is called."""
    asked = found.asked
    named = names_of(found, viewer=viewer)
    rows = []
    for cell in found.cells:
        row: dict[str, Any] = dict(zip(asked.by, cell.of, strict=True))
        row["labels"] = {name: named[name].get(value, value) for name, value in zip(asked.by, cell.of, strict=True)}
        rows.append({**row, **_figures(found, cell.figures)})
    return {
        "as_of": found.as_of.isoformat(),
        "by": list(asked.by),
        "measures": list(asked.measures),
        "basis": asked.basis,
        "period": None if asked.period is None else asked.period.text,
        "where": {name: list(values) for name, values in asked.where},
        "currency": found.currency,
        "currencies": list(found.currencies),
        "rows": rows,
        "total": _figures(found, found.total),
    }


def names_of(found: Answer, *, viewer: Viewer) -> dict[str, dict[str, str]]:
    """What the values of each dimension of an answer are called."""
    columns = {name: {cell.of[place] for cell in found.cells} for place, name in enumerate(found.asked.by)}
    return {name: labels(name, values, viewer=viewer) for name, values in columns.items()}


def _figures(found: Answer, figures: tuple[Value, ...]) -> dict[str, Any]:
    told = (str(one) if isinstance(one, Decimal) else one for one in figures)
    return dict(zip(found.asked.measures, told, strict=True))


def as_lines(found: Answer, *, viewer: Viewer) -> str:
    """Columns between tabs, with a head and the total."""
    asked, named = found.asked, names_of(found, viewer=viewer)
    head = [
        *(str({**DIMENSIONS, **TIMES}[name]) for name in asked.by),
        *(str(MEASURES[name].label) for name in asked.measures),
    ]
    lines = [head]
    for cell in found.cells:
        values = [named[name].get(value, value) for name, value in zip(asked.by, cell.of, strict=True)]
        lines.append([*values, *map(_text, cell.figures)])
    lines.append([*(["="] * len(asked.by)), *map(_text, found.total)])
    return "\n".join("\t".join(line) for line in lines)


def _text(figure: Value) -> str:
    return "" if figure is None else f"{figure:,}"
