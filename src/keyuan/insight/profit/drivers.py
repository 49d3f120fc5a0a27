"""What makes the difference between those who earn and those who do not: the best fifth beside the worst. Pure.

Both fifths are taken by structural profit, so that no one is among the worst for one unlucky year. Over the whole book the
difference is told by its parts (premium, expected claims, costs ...); within a line, of a hundred yuan of premium, and the
expected claims are told by what moves them: what moves them and not the premium is what makes losses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from keyuan.insight.learning.arrays import Vector
from keyuan.insight.profit.curve import FIFTH, place_of
from keyuan.insight.profit.expected import LineExpected

#: What adds to a structural profit (1) and what takes from it (-1).
PARTS: Final[Mapping[str, int]] = {
    "premium": 1, "investment": 1, "expected": -1, "payouts": -1, "reserve": -1, "released": -1, "commission": -1,
    "servicing": -1,
}  # fmt: skip
#: Fewer customers than this in a line tell nothing about it.
FEWEST: Final = 25


def _fifths(result: Vector) -> tuple[Any, Any]:
    order = np.argsort(-result, kind="stable")
    size = max(1, place_of(FIFTH, len(order)))
    return order[:size], order[-size:]


def of_the_book(customers: pl.DataFrame) -> list[dict[str, Any]]:
    """Each part of the difference between the fifths: mean cents of the best and of the worst, and its share."""
    if customers.height < FEWEST:
        return []
    best, worst = _fifths(customers["structure"].to_numpy().astype(np.float64))
    found = []
    for name, sign in PARTS.items():
        values = sign * customers[name].to_numpy().astype(np.float64)
        found.append((name, float(values[best].mean()), float(values[worst].mean())))
    return _shared(found)


def of_a_line(one: LineExpected, lines: pl.DataFrame) -> dict[str, Any] | None:
    """The same within a line, of a hundred yuan of premium, the expected claims told by what moves them.

    None: too few to tell.
    """
    own = lines.filter((pl.col("line") == one.line) & (pl.col("premium") > 0)).join(
        pl.DataFrame({"customer": one.customers, "place": np.arange(len(one.customers))}), on="customer"
    )
    if own.height < FEWEST:
        return None
    place = own["place"].to_numpy()
    premium = own["premium"].to_numpy().astype(np.float64)
    best, worst = _fifths(own["structure"].to_numpy() / premium)
    columns = {name: sign * own[name].to_numpy() for name, sign in PARTS.items() if name not in ("expected", "premium")}
    columns["risk.base"] = -one.base[place]
    columns |= {f"risk.{name}": -one.parts[place, column] for column, name in enumerate(one.names)}

    def of_hundred(values: Vector, rows: Any) -> float:
        return float(values[rows].sum() / premium[rows].sum()) * 10_000

    found = [(name, of_hundred(values, best), of_hundred(values, worst)) for name, values in columns.items()]
    return {"customers": own.height, "parts": _shared(found), "groups": _groups(one, place, best, worst)}


def _shared(found: Sequence[tuple[str, float, float]]) -> list[dict[str, Any]]:
    """The parts by size; the shares add up to 1."""
    whole = sum(best - worst for _, best, worst in found)
    told = [
        {
            "name": name,
            "best": round(best),
            "worst": round(worst),
            "share": round((best - worst) / whole, 4) if whole else 0.0,
        }
        for name, best, worst in found
    ]
    return sorted(told, key=lambda one: -abs(one["share"]))


def _groups(one: LineExpected, place: Any, best: Any, worst: Any) -> dict[str, dict[str, Any]]:
    """What both fifths look like: the mean of each number, the most usual of each word."""
    told: dict[str, dict[str, Any]] = {}
    for name in one.names:
        if name not in one.values.columns:
            continue
        column = one.values[name]
        told[name] = {
            "best": _usual(column[place[best]]),
            "worst": _usual(column[place[worst]]),
            "all": _usual(column[place]),
        }
    return told


def _usual(values: pl.Series) -> Any:
    if values.dtype == pl.String:
        found = values.drop_nulls().mode().sort().to_list()
        return found[0] if found else None
    mean = values.cast(pl.Float64).mean()
    return None if mean is None else round(float(str(mean)), 2)
