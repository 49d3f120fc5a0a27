"""The weights of evidence, read from weights.toml, and how a sum of them becomes a probability."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

WEIGHTS = Path(__file__).with_name("weights.toml")
# A few records are a sample of a large population, not a small one: a name that two of them share is not common.
SMALLEST_BOOK = 20_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a comparison can come out. ``u`` None: as rare as the value itself is in the book."""

    m: float
    u: float | None

    def weight(self) -> float:
        """log2(m/u); for a value's own rarity the part that does not depend on it."""
        return math.log2(self.m) if self.u is None else math.log2(self.m / self.u)


@dataclass(frozen=True, slots=True)
class Limits:
    household: float
    household_of_other_names: float
    expected_share: float
    review: float
    certain: float


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(WEIGHTS.read_text(encoding="utf-8"))


@cache
def outcomes(kind: str) -> dict[str, dict[str, Outcome]]:
    """Comparison → outcome → its probabilities, for a kind of customer."""
    return {
        name: {level: Outcome(given["m"], given.get("u")) for level, given in levels.items()}
        for name, levels in _document()[kind].items()
    }


@cache
def limits() -> Limits:
    return Limits(**_document()["limits"])


def prior(records: int) -> float:
    """log2 of the odds that two records of a book of this size, taken at random, are one customer."""
    return math.log2(2 * limits().expected_share / max(records, SMALLEST_BOOK))


def probability(weight: float, *, records: int) -> float:
    """How likely it is that the two are one customer, 0 to 1."""
    exponent = weight + prior(records)
    return 1 / (1 + 2**-exponent) if exponent > -60 else 0.0


def least_weight(at_least: float, *, records: int) -> float:
    """The weight from which on the probability is ``at_least``."""
    return math.log2(at_least / (1 - at_least)) - prior(records)
