"""How a product is rated: the engine, its tables, factors and loadings. The arithmetic is ``products.rating``."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from keyuan.products.definition.values import (
    Code,
    Mode,
    Model,
    NotNegative,
    Number,
    Positive,
    Share,
    Sourced,
    Words,
    Yuan,
)

ENGINES = ("life", "travel", "accident", "medical", "motor", "property", "group")
Label = str | int


class Axis(Model):
    """One axis of a table. ``values`` are labels (``is``), least values of bands (``from``) or greatest ones (``up_to``)."""

    axis: Code
    match: Literal["is", "from", "up_to"] = "is"
    values: Annotated[tuple[str | int | Number, ...], Field(min_length=1, max_length=400)]

    def place(self, value: Any) -> int | None:
        """Where ``value`` falls on the axis; None where the table has no place for it."""
        if self.match == "is":
            return self.values.index(value) if value in self.values else None
        if self.match == "from":
            found = [place for place, least in enumerate(self.values) if Decimal(least) <= value]
            return found[-1] if found else None
        return next((place for place, most in enumerate(self.values) if value <= Decimal(most)), None)


class Table(Model):
    """Cells by one axis (``columns``) or two (``rows`` and ``columns``), or a shared table by its code (``use``).

    With rows, ``cells`` maps each row's label to as many numbers as there are columns; else it is the one list of numbers.
    ``unit`` says what a cell is: yuan, yuan per thousand of the sum, a factor, or a share.
    """

    use: Code | None = None
    unit: Literal["yuan", "per_thousand", "factor", "share"] = "factor"
    rows: Axis | None = None
    columns: Axis | None = None
    cells: dict[Any, tuple[NotNegative | None, ...]] | tuple[NotNegative | None, ...] | None = None
    source: Words | None = None

    def cell(self, column: Any, row: Any = None) -> Decimal | None:
        """The cell for these values of the axes; None where the table has no place for them."""
        if self.columns is None or self.cells is None:
            return None
        across = self.columns.place(column)
        if across is None:
            return None
        if not isinstance(self.cells, Mapping):
            return self.cells[across]
        down = self.rows.place(row) if self.rows else None
        return None if down is None or self.rows is None else self.cells[self.rows.values[down]][across]


class Loadings(Sourced):
    """Expense loadings of a life product, as the gross premium is found from them.

    ``of_premium[k]`` is the share of the premium of policy year k+1 that expenses and commission take, the last one holding
    for all later years; ``of_single_premium`` for a single premium; ``per_policy`` yuan a year; ``per_thousand`` yuan a year
    for each thousand of the sum insured; ``claims`` is the share of benefits that settling them costs.
    """

    of_premium: Annotated[tuple[Share, ...], Field(min_length=1, max_length=30)]
    of_single_premium: Share
    per_policy: Yuan = Decimal(0)
    per_thousand: NotNegative = Decimal(0)
    claims: Share = Decimal(0)


class Selection(Model):
    """What a factor depends on that the customer states, with each answer's factor: ``smoker: {yes: 1.35, no: 1}``."""

    by: Code
    factors: dict[str, Positive]


class Rating(Model):
    """The basis on which the product's engine prices it.

    ``interest`` is the yearly rate of a life product's pricing basis (``reserve_interest`` that of its reserves, else the
    same). ``tables`` are named by their role in the engine; ``factors`` are labels and their factors by role. ``rate_share``
    (of the table's rate, e.g. 0.9 of the mortality of CL1). Premiums are rounded to ``round_to``
    yuan and never under ``least``.
    """

    engine: Literal["life", "travel", "accident", "medical", "motor", "property", "group"]
    interest: Annotated[Number, Field(ge=0, le=Decimal("0.2"))] | None = None
    reserve_interest: Annotated[Number, Field(ge=0, le=Decimal("0.2"))] | None = None
    basis: Sourced | None = None
    tables: dict[Code, Table] = {}
    table_shares: dict[Code, Positive] = {}
    factors: dict[Code, dict[str | int, NotNegative]] = {}
    loadings: Loadings | None = None
    mode_factors: dict[Mode, Positive] = {}
    expense_share: Annotated[Number, Field(ge=0, lt=1)] | None = None
    least: Yuan = Decimal(0)
    round_to: Literal[1] | Decimal = Decimal("0.01")
