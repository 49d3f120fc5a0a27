"""The rates of a product as tables that a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from keyuan.products.definition.rating import Axis, Table
from keyuan.products.definition.schema import Definition
from keyuan.products.describing.sections import Fact
from keyuan.products.describing.words import listed, percent, yuan
from keyuan.products.vocabulary import RATES, VALUES, rate_word

Cell = Decimal | None


@dataclass(frozen=True, slots=True)
class RateTable:
    """One table of rates. ``head``: the columns; ``rows``: name of the row and its cells; both empty for a shared table."""

    name: str
    axes: str
    unit: str
    source: str
    use: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()


def rate_facts(it: Definition) -> tuple[Fact, ...]:
    """Interest, loadings and the other numbers of the pricing basis that are no table."""
    rating = it.rating
    found = [Fact(_("计价方法"), str(VALUES[f"engine_{rating.engine}"]), rating.basis.source if rating.basis else "")]
    if rating.interest is not None:
        found.append(Fact(_("预定利率"), percent(rating.interest)))
    if rating.loadings is not None:
        shares = listed(map(percent, rating.loadings.of_premium))
        found += [
            Fact(_("附加费用（各年占保险费）"), shares, rating.loadings.source),
            Fact(_("附加费用（趸交）"), percent(rating.loadings.of_single_premium)),
            Fact(_("每单每年"), yuan(rating.loadings.per_policy)),
        ]
    if rating.least:
        found.append(Fact(_("最低保险费"), yuan(rating.least)))
    return tuple(found)


def rate_tables(it: Definition, language: str) -> tuple[RateTable, ...]:
    """Every table and every set of factors, in the order of the definition."""
    tables = [_table(it, name, table, language) for name, table in it.rating.tables.items()]
    factors = [_factors(it, name, cells, language) for name, cells in it.rating.factors.items()]
    return (*tables, *factors)


def _table(it: Definition, name: str, table: Table, language: str) -> RateTable:
    named = rate_word(it.label(name, language))
    if table.columns is None or table.cells is None:
        return RateTable(named, "", "", table.source or "", table.use or "")
    axes = [str(RATES.get(axis.axis, axis.axis)) for axis in (table.rows, table.columns) if axis]
    cells = table.cells.items() if isinstance(table.cells, Mapping) else [("", table.cells)]
    names = dict(zip(table.rows.values, _heads(it, table.rows, language), strict=True)) if table.rows else {}
    return RateTable(
        named,
        " × ".join(axes),
        str(VALUES[f"unit_{table.unit}"]),
        table.source or "",
        "",
        _heads(it, table.columns, language),
        tuple((names.get(row, str(row)), _shown(line, table.unit)) for row, line in cells),
    )


def _factors(it: Definition, name: str, cells: Mapping[str | int, Decimal], language: str) -> RateTable:
    head = tuple(rate_word(it.label(str(code), language)) for code in cells)
    line = ("", _shown(cells.values(), "factor"))
    return RateTable(str(RATES.get(name, name)), "", str(VALUES["unit_factor"]), "", "", head, (line,))


def _heads(it: Definition, axis: Axis, language: str) -> tuple[str, ...]:
    if axis.match == "is" and axis.axis == "limit":
        return tuple(yuan(Decimal(value)) for value in axis.values)
    if axis.match == "is":
        return tuple(rate_word(it.label(str(value), language)) for value in axis.values)
    words = _("%(number)s起") if axis.match == "from" else _("至%(number)s")
    return tuple(words % {"number": value} for value in axis.values)


def _shown(cells: Iterable[Cell], unit: str) -> tuple[str, ...]:
    if unit == "share":
        return tuple("—" if cell is None else percent(cell) for cell in cells)
    return tuple("—" if cell is None else f"{cell:,f}" for cell in cells)
