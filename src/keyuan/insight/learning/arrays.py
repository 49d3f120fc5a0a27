"""The types of numbers that the models pass to each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def vector(values: Any) -> Vector:
    """The values as a vector of floats; nothing becomes NaN."""
    return np.asarray(values, dtype=np.float64).reshape(-1)
