"""Looking up a definition's tables and factors with what is known of a risk."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keyuan.products.definition.rating import Rating, Table

Known = Mapping[str, Any]


class NoCell(LookupError):
    """A table has no cell for a risk: ``role`` says which table, ``values`` what was looked up."""

    def __init__(self, role: str, values: Mapping[str, Any]) -> None:
        self.role, self.values = role, dict(values)
        super().__init__(role)


def cell(table: Table, known: Known, *, role: str) -> Decimal:
    """The cell of a definition's own table for what is known. Raises NoCell."""
    axes = {axis.axis: known.get(axis.axis) for axis in (table.columns, table.rows) if axis is not None}
    if None in axes.values() or table.columns is None:
        raise NoCell(role, axes)
    found = table.cell(axes[table.columns.axis], axes[table.rows.axis] if table.rows else None)
    if found is None:
        raise NoCell(role, axes)
    return found


def factors(rating: Rating, known: Known) -> tuple[tuple[str, Decimal], ...]:
    """Each factor that the definition has for something known, in the order of the definition. Raises NoCell."""
    found = []
    for name, choices in rating.factors.items():
        value = known.get(name)
        if value is None:
            continue
        if value not in choices:
            raise NoCell(name, {name: value})
        found.append((name, choices[value]))
    return tuple(found)


def mode_factor(rating: Rating, mode: int) -> Decimal | None:
    """What the yearly premium is multiplied with for each instalment; None: it is split."""
    return next((factor for months, factor in rating.mode_factors.items() if months == mode), None)
