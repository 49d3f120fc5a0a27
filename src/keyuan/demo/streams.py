"""Named streams of chance: each entity draws from its own, so that a new field does not shift everything after it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Stream(Random):
    """A generator of random numbers named by the book's seed and a path such as ``("cell", 17, "people")``."""

    def __new__(cls, *path: str | int) -> Stream:
        return super().__new__(cls)

    def __init__(self, *path: str | int) -> None:
        self.path = path
        text = "/".join(map(str, path))
        super().__init__(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big"))

    def named(self, *path: str | int) -> Stream:
        """A stream of its own, below this one."""
        return Stream(*self.path, *path)

    def chance(self, probability: float) -> bool:
        """True with ``probability``."""
        return self.random() < probability

    def pick(self, items: Sequence[T]) -> T:
        """One of ``items``, each alike."""
        return items[int(self.random() * len(items))]

    def weighted(self, items: Sequence[T], cumulative: Sequence[float]) -> T:
        """One of ``items`` by cumulative weights."""
        return self.choices(items, cum_weights=cumulative)[0]

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both inside."""
        return low + int(self.random() * (high - low + 1))

    def poisson(self, mean: float) -> int:
        """A Poisson count (Knuth); for the small means of claims."""
        limit, count, product = math.exp(-mean), 0, self.random()
        while product > limit:
            count += 1
            product *= self.random()
        return count

    def lognormal_mean(self, mean: float, sigma: float) -> float:
        """A lognormal amount with this mean."""
        return mean * math.exp(self.gauss(0.0, sigma) - sigma * sigma / 2)
