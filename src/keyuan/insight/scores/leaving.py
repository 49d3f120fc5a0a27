"""The chance that a customer leaves within 30, 60 and 90 days: one hazard a month, so that the three agree with each other.

A row is a policy in a period of 30 days, as it was known up to 90 days before: discrete-time survival. The hazard of each
period is boosted trees; that a policy is left within 60 days is 1 - (1 - h1)(1 - h2). Causes may only push the way that they
are said to push (monotone constraints), so that no reason is ever told the wrong way round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from keyuan.insight.learning import boosting
from keyuan.insight.learning.arrays import Matrix, Vector
from keyuan.insight.learning.boosting import Recipe
from keyuan.insight.learning.models import Blend, Boosted
from keyuan.insight.learning.reasons import importance

PERIOD: Final = 30
HORIZONS: Final = (30, 60, 90)
#: Every policy is looked at so often; then each of its days lies in one period only.
STEP: Final = timedelta(days=PERIOD * len(HORIZONS))

#: Which way each number may push the hazard: 1 up, -1 down, 0 either.
PUSHES: Final[Mapping[str, int]] = {
    "period": 0,
    "to_due": 0,
    "tenure": -1,
    "pressure": 1,
    "dearer": 1,
    "last_change": 1,
    "orphan": 1,
    "contact_days": 1,
    "refused": 1,
    "claims": 0,
    "late": 1,
    "arrears": 1,
    "asked": 1,
    "reinstated": 0,
    "complaints": 1,
    "own": 0,
    "family": 0,
    "lost": 1,
    "age": 0,
    "payment_mode": 0,
}
NUMBERS: Final = tuple(PUSHES)
CATEGORIES: Final = ("product", "channel")
#: Lapse by product and by how near the day of decision is: what a table on the wall would say.
SIMPLE: Final = ("product", "near")

RECIPE: Final = Recipe(
    "binary",
    220,
    {
        "learning_rate": 0.05,
        "num_leaves": 12,
        "min_data_in_leaf": 60,
        "feature_fraction": 0.6,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 20,
        "cat_smooth": 20,
        "monotone_constraints": [*PUSHES.values(), *(0 for _ in CATEGORIES)],
    },
)


def periods(rows: pl.DataFrame) -> pl.DataFrame:
    """Each row of ``known.features`` three times, once for each period, with its ``from_on`` and ``to_on``."""
    three = pl.DataFrame({"period": [1.0, 2.0, 3.0]})
    begin = pl.col("day") + pl.duration(days=PERIOD * (pl.col("period") - 1).cast(pl.Int64))
    due = (pl.col("due_on") - pl.col("from_on")).dt.total_days()
    return (
        rows.join(three, how="cross", maintain_order="left")
        .with_columns(from_on=begin)
        .with_columns(
            to_on=pl.col("from_on") + pl.duration(days=PERIOD),
            # A long contract has an anniversary every year; short cover whose end was passed has been renewed.
            to_due=pl.when(due < 0).then(due + 365).otherwise(due).cast(pl.Float64),
        )
        .with_columns(near=(pl.col("to_due") // PERIOD).clip(0, 12))
    )


def at_risk(rows: pl.DataFrame, *, until: date) -> tuple[pl.DataFrame, Vector]:
    """The periods that were begun and are known to their end, and 1 where the customer left in them."""
    three = periods(rows).filter(pl.col("to_on") <= until)
    begun = (pl.col("left_on").is_null() | (pl.col("left_on") > pl.col("from_on"))) & (
        pl.col("over_on").is_null() | (pl.col("over_on") > pl.col("from_on"))
    )
    left = (pl.col("left_on") <= pl.col("to_on")).fill_null(False) & (
        pl.col("over_on").is_null() | (pl.col("left_on") <= pl.col("over_on"))
    )
    known = three.with_columns(left=left).filter(
        begun & (pl.col("left") | pl.col("over_on").is_null() | (pl.col("over_on") > pl.col("to_on")))
    )
    return known.drop("left_on", "over_on", "left"), known["left"].cast(pl.Float64).to_numpy()


def outcomes(rows: pl.DataFrame, *, until: date, days: int) -> tuple[pl.DataFrame, Vector]:
    """The rows whose ``days`` are over and whose policy did not end otherwise in them; 1 where the customer left."""
    end = pl.col("day") + pl.duration(days=days)
    left = (pl.col("left_on") <= end).fill_null(False)
    over = (pl.col("over_on") <= end).fill_null(False)
    known = rows.with_columns(left=left).filter(
        (end <= until) & (~over | (pl.col("left") & (pl.col("left_on") <= pl.col("over_on"))))
    )
    return known.drop("left"), known["left"].cast(pl.Float64).to_numpy()


@dataclass(frozen=True, slots=True)
class Leaving:
    """The hazard of a period."""

    trees: Boosted

    @classmethod
    def teach(cls, three: pl.DataFrame, truth: Vector, recipe: Recipe = RECIPE) -> Leaving:
        return cls(Boosted.teach(three, truth, recipe, numbers=NUMBERS, categories=CATEGORIES, rarest=20))

    def hazards(self, rows: pl.DataFrame) -> Matrix:
        """A row for each of ``rows``, a column for each period: the chance to leave in it if not before."""
        return boosting.chance(self.trees.raw(periods(rows))).reshape(-1, len(HORIZONS))

    def contributions(self, rows: pl.DataFrame, hazards: Matrix) -> Matrix:
        """How far each feature moved the log odds of the period in which leaving is likeliest."""
        return self.trees.contributions(likeliest(rows, hazards))

    def drivers(self, three: pl.DataFrame) -> dict[str, float]:
        return importance(self.trees.contributions(three), self.trees.encoding.names)

    def told(self) -> Blend:
        return Blend((self.trees,), (1.0,))


def likeliest(rows: pl.DataFrame, hazards: Matrix) -> pl.DataFrame:
    """Of each row the period in which leaving is likeliest."""
    places = np.arange(rows.height) * len(HORIZONS) + hazards.argmax(axis=1)
    three: pl.DataFrame = periods(rows)[places]
    return three


def within(hazards: Matrix) -> Matrix:
    """From hazards to the chance to have left by the end of each period; it never falls."""
    return np.asarray(1 - np.cumprod(1 - hazards, axis=1), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Wall:
    """The simple baseline: how often policies of the product were left so many months before the day of decision."""

    shares: pl.DataFrame
    mean: float

    @classmethod
    def teach(cls, three: pl.DataFrame, truth: Vector) -> Wall:
        mean = float(truth.mean())
        table = three.select(*SIMPLE).with_columns(left=pl.Series(truth))
        shares = table.group_by(*SIMPLE).agg(
            hazard=(pl.col("left").sum() + 20 * mean) / (pl.len() + 20),
        )
        return cls(shares, mean)

    def hazards(self, rows: pl.DataFrame) -> Matrix:
        found = periods(rows).join(self.shares, on=SIMPLE, how="left", maintain_order="left")
        return found["hazard"].fill_null(self.mean).to_numpy().reshape(-1, len(HORIZONS))


def days_to_learn_from(until: date, *, years: int = 5) -> Sequence[date]:
    """The days on which the book is looked at, a step apart, whose periods are over by ``until``."""
    return [until - STEP * count for count in range(1, years * 365 // STEP.days + 1)]
