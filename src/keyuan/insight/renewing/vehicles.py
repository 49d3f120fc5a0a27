"""How common a kind of vehicle is among *other* people, and how often they leave: never from a person's own rows.

People are parted into folds by a digest of who they are. For each fold there is a table learnt from the people of the other
folds, and a row is looked up in the table of its person's fold: when teaching, when judging and when scoring alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from keyuan.insight.learning.arrays import Vector, Whole
from keyuan.insight.learning.folds import by_key

FOLDS = 5
KINDS: Mapping[str, tuple[str, ...]] = {
    "model": ("power", "cylinder", "length", "weight", "fuel", "doors", "type_risk"),
    "engine": ("power", "cylinder", "fuel", "type_risk"),
}
PRIORS = {"model": 50.0, "engine": 100.0}
NUMBERS = tuple(f"{kind}_{what}" for kind in KINDS for what in ("common", "leaves"))


@dataclass(frozen=True, slots=True)
class Vehicles:
    """For each kind and fold: level -> (people per 10,000, share that left, drawn to the mean); and the mean."""

    mean: float
    tables: Mapping[str, Sequence[Mapping[str, tuple[float, float]]]]

    @classmethod
    def learn(cls, rows: pl.DataFrame, truth: Vector) -> Vehicles:
        fold = _folds(rows)
        mean = float(truth.mean())
        tables = {kind: [_table(rows, truth, fold != number, kind, mean) for number in range(FOLDS)] for kind in KINDS}
        return cls(mean, tables)

    def add(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with the columns NUMBERS."""
        fold = _folds(rows)
        for kind in KINDS:
            levels = _level(rows, kind)
            found = [
                self.tables[kind][place].get(level, (0.0, self.mean)) for place, level in zip(fold, levels, strict=True)
            ]
            common, leaves = np.array(found).reshape(-1, 2).T
            rows = rows.with_columns(pl.Series(f"{kind}_common", np.log1p(common)), pl.Series(f"{kind}_leaves", leaves))
        return rows

    def as_dict(self) -> dict[str, Any]:
        return {
            "mean": self.mean,
            "tables": {
                kind: [{level: list(pair) for level, pair in table.items()} for table in tables]
                for kind, tables in self.tables.items()
            },
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Vehicles:
        return cls(
            float(told["mean"]),
            {
                kind: [{str(level): (float(a), float(b)) for level, (a, b) in table.items()} for table in tables]
                for kind, tables in told["tables"].items()
            },
        )


def _folds(rows: pl.DataFrame) -> Whole:
    return by_key(rows["person"].to_list(), FOLDS, salt="vehicle")


def _level(rows: pl.DataFrame, kind: str) -> list[str]:
    return (
        rows.select(pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in KINDS[kind]], separator="|"))
        .to_series()
        .to_list()
    )


def _table(
    rows: pl.DataFrame, truth: Vector, others: np.ndarray, kind: str, mean: float
) -> dict[str, tuple[float, float]]:
    known = pl.DataFrame({"level": _level(rows, kind), "person": rows["person"], "truth": truth}).filter(
        pl.Series(others)
    )
    prior, people = PRIORS[kind], max(known["person"].n_unique(), 1)
    table = known.group_by("level").agg(pl.col("person").n_unique(), pl.col("truth").sum(), rows=pl.len()).sort("level")
    return {
        level: (10_000 * count / people, (total + prior * mean) / (size + prior))
        for level, count, total, size in table.iter_rows()
    }
