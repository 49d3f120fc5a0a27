"""How far numbers have moved since the model was taught: the population stability index, by ten groups of equal size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from keyuan.insight.learning.arrays import Vector

_LEAST = 1e-4


def spread(values: Vector, *, groups: int = 10) -> dict[str, Any]:
    """The edges of groups of equal size, and which share of the values lies in each; what is not known is a group too."""
    known = values[~np.isnan(values)]
    cuts = np.unique(np.quantile(known, np.linspace(0, 1, groups + 1)[1:-1])) if len(known) else np.array([])
    edges = [float(cut) for cut in cuts]
    return {"edges": edges, "shares": [float(share) for share in _shares(values, edges)]}


def index(values: Vector, reference: Mapping[str, Any]) -> float:
    """PSI: the sum of (now - then) x ln(now / then) over the groups."""
    now = np.maximum(_shares(values, reference["edges"]), _LEAST)
    then = np.maximum(np.asarray(reference["shares"]), _LEAST)
    return float(((now - then) * np.log(now / then)).sum())


def _shares(values: Vector, edges: list[float]) -> Vector:
    unknown = np.isnan(values)
    place = np.where(unknown, len(edges) + 1, np.searchsorted(edges, np.where(unknown, 0, values), side="right"))
    counted = np.bincount(place, minlength=len(edges) + 2).astype(np.float64)
    return counted / max(1, len(values))
