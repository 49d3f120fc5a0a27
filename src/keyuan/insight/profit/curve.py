"""The whale curve: customers from the most to the least profitable, and what they have earned together so far. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from keyuan.insight.learning.arrays import Vector, Whole

POINTS = 100
FIFTH = 0.2


@dataclass(frozen=True, slots=True)
class Curve:
    """``sums[i]``: cents of the best i of POINTS parts of the customers together; the first is 0, the last the total."""

    customers: int
    sums: tuple[int, ...]
    losing: int

    @property
    def total(self) -> int:
        return self.sums[-1]

    @property
    def peak(self) -> int:
        return max(self.sums)

    def part(self, first: float, last: float) -> int:
        """Cents of the customers between two shares of the order (0: the best)."""
        return self._at(last) - self._at(first)

    def _at(self, share: float) -> int:
        return self.sums[round(share * POINTS)]

    def share_of(self, first: float, last: float) -> float | None:
        """Their part of the total; None where there is no profit to have a part of."""
        return self.part(first, last) / self.total if self.total > 0 else None

    def as_dict(self) -> dict[str, Any]:
        return {"customers": self.customers, "sums": list(self.sums), "losing": self.losing}

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Curve:
        return cls(int(told["customers"]), tuple(map(int, told["sums"])), int(told["losing"]))


def curve(cents: Vector | Whole) -> Curve:
    """The curve of some amounts, in any order."""
    ordered = np.sort(cents.astype(np.int64))[::-1]
    sums = np.concatenate([[0], np.cumsum(ordered)])
    places = [place_of(number / POINTS, len(ordered)) for number in range(POINTS + 1)]
    return Curve(len(ordered), tuple(int(sums[place]) for place in places), int((ordered < 0).sum()))


def place_of(share: float, customers: int) -> int:
    """How many customers a share of them is: to the nearest, halves up."""
    return int(share * customers + 0.5)
