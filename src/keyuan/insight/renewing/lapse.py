"""The model of leaving at renewal: taught on contract-years whose outcome is known, used on the latest year of a policy.

Two steps. Boosted trees on what is known of any contract-year. Then, for the rows whose year before is in the book too, a
logistic regression of five named numbers of that year on top of the trees' log odds: a young book has few such rows when the
model is taught and many when it is used, so that they must not be drowned among those without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from keyuan.insight.learning import boosting
from keyuan.insight.learning.arrays import Vector
from keyuan.insight.learning.boosting import Recipe
from keyuan.insight.learning.folds import by_key, each
from keyuan.insight.learning.frames import Design
from keyuan.insight.learning.linear import Linear, logistic
from keyuan.insight.learning.models import Blend, Boosted
from keyuan.insight.learning.store import UnusableModel
from keyuan.insight.renewing import vehicles
from keyuan.insight.renewing.features import CATEGORIES, HISTORY, NUMBERS, features
from keyuan.insight.renewing.vehicles import Vehicles

# Chosen by folds of people inside the training part (renewals to 2016-12-31).
RECIPE = Recipe(
    "binary",
    500,
    {
        "learning_rate": 0.02,
        "num_leaves": 16,
        "min_data_in_leaf": 80,
        "feature_fraction": 0.3,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": 20,
    },
    seeds=(1, 2, 3),
)


TREES = "trees"


@dataclass(frozen=True, slots=True)
class Lapse:
    """The trees, what the year before adds to them, and the tables of vehicles that rows are looked up in."""

    trees: Boosted
    history: Linear
    vehicles: Vehicles

    @classmethod
    def teach(cls, rows: pl.DataFrame, truth: Vector, recipe: Recipe = RECIPE) -> Lapse:
        """``rows`` are those of ``features``; ``truth`` is 1 where the customer left in that contract-year."""
        known = Vehicles.learn(rows, truth)
        rows = known.add(rows)
        older = (rows["known_before"] > 0).to_numpy()
        raw = _out_of_fold(rows, truth, replace(recipe, seeds=recipe.seeds[:1]))
        told = rows.with_columns(pl.Series(TREES, raw)).filter(pl.Series(older))
        design = Design.learn(told, numbers=(TREES, *HISTORY))
        return cls(_trees(rows, truth, recipe), logistic(told, truth[older], design), known)

    def raw(self, rows: pl.DataFrame) -> Vector:
        rows = self.vehicles.add(rows)
        trees = self.trees.raw(rows)
        history = self.history.raw(rows.with_columns(pl.Series(TREES, trees)))
        return np.where((rows["known_before"] > 0).to_numpy(), history, trees)

    def chance(self, rows: pl.DataFrame) -> Vector:
        """The chance to leave in the contract-year of each row of ``features``."""
        return boosting.chance(self.raw(rows))

    def told(self) -> tuple[Blend, dict[str, Any]]:
        """What is kept: the trees as a blend of one, and the rest beside them."""
        return Blend((self.trees,), (1.0,)), {"history": self.history.as_dict(), "vehicles": self.vehicles.as_dict()}

    @classmethod
    def from_told(cls, blend: Blend, told: Mapping[str, Any]) -> Lapse:
        trees = blend.boosted()
        if trees is None:
            raise UnusableModel("no trees")
        return cls(trees, Linear.from_dict(told["history"]), Vehicles.from_dict(told["vehicles"]))


def _trees(rows: pl.DataFrame, truth: Vector, recipe: Recipe) -> Boosted:
    return Boosted.teach(rows, truth, recipe, numbers=(*NUMBERS, *vehicles.NUMBERS), categories=CATEGORIES)


def _out_of_fold(rows: pl.DataFrame, truth: Vector, recipe: Recipe) -> Vector:
    """The trees' log odds of each row by trees that were taught on other people."""
    raw = np.empty(len(truth))
    for learn, judge in each(by_key(rows["person"].to_list(), 4, salt="history")):
        raw[judge] = _trees(rows.filter(pl.Series(learn)), truth[learn], recipe).raw(rows.filter(pl.Series(judge)))
    return raw


def taught_on(book: pl.DataFrame, until: date) -> tuple[pl.DataFrame, Vector]:
    """The contract-years that began by ``until``, with their features and whether the customer left."""
    rows = features(book.filter(pl.col("term_from") <= until))
    return rows.drop("lapsed"), (rows["lapsed"] > 0).cast(pl.Float64).to_numpy()


def as_known_on(book: pl.DataFrame, day: date) -> pl.DataFrame:
    """The latest contract-year of each policy that had begun by that day, with features; later rows are never looked at."""
    return (
        features(book.filter(pl.col("term_from") <= day))
        .with_row_index("at")
        .sort("term_from", maintain_order=True)
        .unique("policy", keep="last", maintain_order=True)
        .sort("at")
        .drop("at")
    )


def scores(model: Lapse, book: pl.DataFrame, day: date) -> pl.DataFrame:
    """``policy`` and ``score`` (a chance) as of that day."""
    rows = as_known_on(book, day)
    return pl.DataFrame({"policy": rows["policy"], "score": model.chance(rows)})
