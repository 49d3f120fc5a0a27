"""How sure a measured number is: the bootstrap, by weights, so that nothing is sorted or copied per draw but the weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from keyuan.insight.learning.arrays import Vector, Whole


@dataclass(frozen=True, slots=True)
class Interval:
    """A value, and the bounds between which 95 of 100 samples of the same kind would have put it."""

    low: float
    value: float
    high: float

    def as_dict(self) -> dict[str, float]:
        return {"value": self.value, "low": self.low, "high": self.high}

    def times(self, factor: float) -> Interval:
        return Interval(self.low * factor, self.value * factor, self.high * factor)


def bootstrap(
    measure: Callable[[Vector | None], float],
    rows: int,
    *,
    groups: Whole | None = None,
    draws: int = 200,
    drawn: int | None = None,
    seed: int = 20261123,
    level: float = 0.95,
) -> Interval:
    """The measure of all rows, and where it falls when rows (or whole ``groups``, numbered from 0) are drawn again.

    ``measure`` takes the weight of each row; ``None`` means that every row counts once. ``drawn``: so many per sample, if the
    measure is to be promised for a file of that size.
    """
    random = np.random.default_rng(seed)
    units = rows if groups is None else int(groups.max()) + 1
    found = []
    for _ in range(draws):
        weight = np.bincount(random.integers(0, units, drawn or units), minlength=units).astype(np.float64)
        found.append(measure(weight if groups is None else weight[groups]))
    low, high = np.nanquantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), measure(None), float(high))
