"""Why a score is what it is: the features that moved it most, from TreeSHAP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keyuan.insight.learning.arrays import Matrix


@dataclass(frozen=True, slots=True)
class Reason:
    """A feature, its value in this row (``None``: not known) and how far it moved the raw score."""

    feature: str
    value: float | None
    effect: float


def top(contributions: Matrix, x: Matrix, names: Sequence[str], *, count: int = 3) -> list[tuple[Reason, ...]]:
    """For each row the ``count`` features that raised its score most; those that lowered it are no reasons.

    ``contributions`` has one column more than there are names: the mean score, which is the same for all.
    """
    order = np.argsort(-contributions[:, : len(names)], axis=1, kind="stable")[:, :count]
    rows = []
    for row, best in enumerate(order):
        found = [(index, float(contributions[row, index])) for index in best]
        rows.append(tuple(Reason(names[index], _value(x[row, index]), effect) for index, effect in found if effect > 0))
    return rows


def importance(contributions: Matrix, names: Sequence[str]) -> dict[str, float]:
    """How much each feature moves the scores on average, the most moving first."""
    mean = np.abs(contributions[:, : len(names)]).mean(axis=0)
    return {names[index]: float(mean[index]) for index in np.argsort(-mean, kind="stable")}


def _value(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
