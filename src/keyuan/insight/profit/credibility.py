"""How far one's own experience is believed: Bühlmann and Straub (1970). Pure.

Each unit (a customer in a line) has years t with a weight w and an observed ratio X (what was claimed by what the model
expected). Its premium is Z x own mean + (1 - Z) x mean of all, with Z = w / (w + s2 / a): ``s2`` is the variance within a
unit, ``a`` that between units, estimated as in Bühlmann and Gisler, A Course in Credibility Theory (2005), 4.8-4.9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keyuan.insight.learning.arrays import Vector, Whole


@dataclass(frozen=True, slots=True)
class Structure:
    """``mean``: the collective premium; ``within`` = s2; ``between`` = a (0: nobody differs, own experience says nothing)."""

    mean: float
    within: float
    between: float

    def believed(self, weight: Vector) -> Vector:
        """Z for each weight."""
        if self.between <= 0:
            return np.zeros(len(weight))
        return np.asarray(weight / (weight + self.within / self.between), dtype=np.float64)


def structure(unit: Whole, ratio: Vector, weight: Vector, *, within: float | None = None) -> Structure:
    """The parameters from one row a unit and year (units numbered from 0). ``within``: where theory gives it (Poisson: 1)."""
    units = int(unit.max()) + 1 if len(unit) else 0
    w: Vector = np.bincount(unit, weights=weight, minlength=units).astype(np.float64)
    own = np.bincount(unit, weights=weight * ratio, minlength=units) / np.where(w > 0, w, 1)
    total = float(w.sum())
    if units < 2 or total <= 0:
        return Structure(float(own.mean()) if units else 1.0, within or 0.0, 0.0)
    if within is None:
        years = np.bincount(unit, minlength=units)
        free = float((np.maximum(years - 1, 0)).sum())
        within = float((weight * (ratio - own[unit]) ** 2).sum() / free) if free else 0.0
    mean = float((w * own).sum() / total)
    spread = float((w * (own - mean) ** 2).sum()) - (units - 1) * within
    between = max(spread / (total - float((w**2).sum()) / total), 0.0)
    found = Structure(mean, within, between)
    believed = found.believed(w)
    if believed.sum() > 0:
        mean = float((believed * own).sum() / believed.sum())
    return Structure(mean, within, between)


def premiums(unit: Whole, ratio: Vector, weight: Vector, found: Structure) -> Vector:
    """The credibility premium of each unit."""
    units = int(unit.max()) + 1 if len(unit) else 0
    w: Vector = np.bincount(unit, weights=weight, minlength=units).astype(np.float64)
    own = np.bincount(unit, weights=weight * ratio, minlength=units) / np.where(w > 0, w, 1)
    believed = found.believed(w)
    return np.asarray(believed * own + (1 - believed) * found.mean, dtype=np.float64)
