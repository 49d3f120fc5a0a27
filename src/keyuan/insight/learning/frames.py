"""From a frame to a matrix. What was learnt of the frame is recorded, so that a book never seen is encoded the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from keyuan.insight.learning.arrays import Matrix, Vector


class MissingColumns(ValueError):
    """The frame lacks columns that the model was taught with."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        super().__init__(f"columns missing: {', '.join(columns)}")


def demand(frame: pl.DataFrame, columns: Sequence[str]) -> None:
    """Raises MissingColumns unless the frame has them all."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise MissingColumns(missing)


def floats(frame: pl.DataFrame, columns: Sequence[str]) -> Matrix:
    """The columns as floats; nothing is NaN."""
    demand(frame, columns)
    if not columns:
        return np.empty((frame.height, 0))
    plain = frame.select(pl.col(name).cast(pl.Float64).fill_null(float("nan")) for name in columns)
    return np.ascontiguousarray(plain.to_numpy())


@dataclass(frozen=True, slots=True)
class Encoding:
    """Which columns become which column of the matrix: numbers as they are, categories as the place of their level.

    A level that was not there when the model was taught is NaN, as nothing is: the model knows neither.
    """

    numbers: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]

    @classmethod
    def learn(
        cls, frame: pl.DataFrame, *, numbers: Sequence[str], categories: Sequence[str] = (), rarest: int = 1
    ) -> Encoding:
        """Levels seen fewer than ``rarest`` times are treated as never seen."""
        demand(frame, [*numbers, *categories])
        levels = {}
        for name in categories:
            counts = frame.select(pl.col(name).cast(pl.String)).drop_nulls().to_series().value_counts()
            levels[name] = tuple(sorted(counts.filter(pl.col("count") >= rarest)[name].to_list()))
        return cls(tuple(numbers), levels)

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.numbers, *self.levels)

    @property
    def categorical(self) -> list[int]:
        """The places of the categories in the matrix."""
        return list(range(len(self.numbers), len(self.numbers) + len(self.levels)))

    def matrix(self, frame: pl.DataFrame) -> Matrix:
        """One row per row of the frame, one column per name; raises MissingColumns."""
        demand(frame, self.names)
        return np.column_stack([floats(frame, self.numbers), *(self._places(frame, name) for name in self.levels)])

    def _places(self, frame: pl.DataFrame, name: str) -> Vector:
        place = {level: float(index) for index, level in enumerate(self.levels[name])}
        column = frame[name].cast(pl.String)
        return column.replace_strict(place, default=None, return_dtype=pl.Float64).fill_null(float("nan")).to_numpy()

    def as_dict(self) -> dict[str, Any]:
        """The categories as pairs: their order is that of the matrix, and JSON may put the names of an object in another."""
        return {"numbers": list(self.numbers), "levels": [[name, list(levels)] for name, levels in self.levels.items()]}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Encoding:
        return cls(
            tuple(map(str, told["numbers"])),
            {str(name): tuple(map(str, levels)) for name, levels in told["levels"]},
        )


@dataclass(frozen=True, slots=True)
class Design:
    """The matrix of a linear model: numbers standardised (nothing is the mean), a column for each level of a category."""

    encoding: Encoding
    means: tuple[float, ...]
    scales: tuple[float, ...]

    @classmethod
    def learn(
        cls, frame: pl.DataFrame, *, numbers: Sequence[str], categories: Sequence[str] = (), rarest: int = 1
    ) -> Design:
        encoding = Encoding.learn(frame, numbers=numbers, categories=categories, rarest=rarest)
        plain = floats(frame, numbers)
        known = ~np.isnan(plain)
        count = np.maximum(known.sum(axis=0), 1)
        means = np.where(known, plain, 0).sum(axis=0) / count
        spread = np.sqrt((np.where(known, plain - means, 0) ** 2).sum(axis=0) / count)
        scales = np.where(spread > 0, spread, 1.0)
        return cls(encoding, tuple(map(float, means)), tuple(map(float, scales)))

    @property
    def names(self) -> tuple[str, ...]:
        levels = self.encoding.levels
        return (*self.encoding.numbers, *(f"{name}={level}" for name in levels for level in levels[name]))

    def matrix(self, frame: pl.DataFrame) -> Matrix:
        whole = self.encoding.matrix(frame)
        count = len(self.encoding.numbers)
        plain = np.nan_to_num((whole[:, :count] - np.array(self.means)) / np.array(self.scales), nan=0.0)
        parts = [plain]
        for index, levels in enumerate(self.encoding.levels.values()):
            parts.append((whole[:, count + index][:, None] == np.arange(len(levels))[None, :]).astype(np.float64))
        return np.column_stack(parts)

    def as_dict(self) -> dict[str, Any]:
        return {"encoding": self.encoding.as_dict(), "means": list(self.means), "scales": list(self.scales)}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Design:
        return cls(
            Encoding.from_dict(told["encoding"]), tuple(map(float, told["means"])), tuple(map(float, told["scales"]))
        )
