"""The weight of a pair: the sum of its evidence, with what a household shares counted once."""

from __future__ import annotations

import polars as pl

from keyuan.duplicates.rules.compare import OF_COMPANIES, OF_PEOPLE
from keyuan.duplicates.rules.weights import Outcome, limits, outcomes

HOUSEHOLD = ("address", "home_phone", "bank_account", "plate")
WEIGHT = "weight"


def scored(pairs: pl.DataFrame, kind: str, records: int) -> pl.DataFrame:
    """left, right, weight, and for each comparison its outcome and ``w_`` its weight. ``pairs`` are side by side.

    ``records``: the size of the book; it and the frequency columns (``share``) say how rare a name is.
    """
    comparisons = OF_PEOPLE if kind == "individual" else OF_COMPANIES
    weights = outcomes(kind)
    told = pairs.with_columns(**comparisons)
    told = told.with_columns(**{f"w_{name}": _weight(name, weights[name]) for name in comparisons})
    return told.with_columns(_total(tuple(comparisons)).alias(WEIGHT)).select(
        "left", "right", WEIGHT, *comparisons, *(f"w_{name}" for name in comparisons)
    )


def _weight(name: str, levels: dict[str, Outcome]) -> pl.Expr:
    said = pl.lit(0.0)
    for level, outcome in levels.items():
        weight = pl.lit(outcome.weight())
        if outcome.u is None:
            weight = weight - _share(level).log(2)
        said = pl.when(pl.col(name) == level).then(weight).otherwise(said)
    return said


def _share(level: str) -> pl.Expr:
    """How large a part of the book has this very name, or one that sounds like it."""
    column = "sound_share" if level in ("sounds_alike", "other_order") else "name_share"
    return pl.max_horizontal(f"{column}_left", f"{column}_right")


def _total(names: tuple[str, ...]) -> pl.Expr:
    limit = limits()
    shared = pl.sum_horizontal(f"w_{name}" for name in names if name in HOUSEHOLD)
    other_names = pl.col("name").is_in(["one_sign_differs", "different"])
    most = pl.when(other_names).then(limit.household_of_other_names).otherwise(limit.household)
    own = pl.sum_horizontal(f"w_{name}" for name in names if name not in HOUSEHOLD)
    return own + pl.min_horizontal(shared, most)
