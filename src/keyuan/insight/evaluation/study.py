"""One data set measured: the same few steps for each, in the same order, so that none can be left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from keyuan.insight.evaluation.results import Line
from keyuan.insight.evaluation.sealed import Training
from keyuan.insight.learning.arrays import Vector

Predict = Callable[[pl.DataFrame], Vector]
Teach = Callable[[Training], Predict]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a study gives: the lines of the table, and files to be written beside them (name: text)."""

    lines: tuple[Line, ...]
    files: Mapping[str, str] = field(default_factory=dict)


Study = Callable[[Path], Outcome]
