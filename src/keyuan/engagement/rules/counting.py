"""How answers count: shares, the mean of a scale, and the net promoter score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PROMOTER, DETRACTOR = 9, 6


@dataclass(frozen=True, slots=True)
class Nps:
    """Per cent of promoters (9 and 10) less per cent of detractors (0 to 6), rounded once."""

    promoters: int
    passives: int
    detractors: int

    @property
    def score(self) -> int:
        total = self.promoters + self.passives + self.detractors
        return round(100 * (self.promoters - self.detractors) / total) if total else 0


def nps(counts: Mapping[int, int]) -> Nps | None:
    """The net promoter score of answers from 0 to 10; None where nobody answered."""
    if not sum(counts.values()):
        return None
    promoters = sum(count for score, count in counts.items() if score >= PROMOTER)
    detractors = sum(count for score, count in counts.items() if score <= DETRACTOR)
    return Nps(promoters, sum(counts.values()) - promoters - detractors, detractors)


def mean(counts: Mapping[int, int]) -> float | None:
    """The mean of the scores, to one place; None where nobody answered."""
    total = sum(counts.values())
    return round(sum(score * count for score, count in counts.items()) / total, 1) if total else None


def share(part: int, whole: int) -> int:
    """Per cent, rounded; none of nothing is 0."""
    return round(100 * part / whole) if whole else 0
