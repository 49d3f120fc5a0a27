"""From a split and two ways of teaching to lines of the table; the answers are opened once, after both are taught."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from keyuan.insight.evaluation.results import Line, Record
from keyuan.insight.evaluation.sealed import Split, Training
from keyuan.insight.evaluation.study import Teach
from keyuan.insight.learning.arrays import Vector, Whole
from keyuan.insight.learning.folds import each
from keyuan.insight.learning.intervals import Interval, bootstrap

Score = Callable[[Vector, Vector, Vector | None], float]


@dataclass(frozen=True, slots=True)
class Measure:
    """A named measure of (truth, prediction, weight), which way is better, and the record for it."""

    name: str
    of: Score
    best: str
    record: Record
    note: str = ""


def on_test(
    data: str, parts: Split, teach: Teach, baseline: Teach, measures: Sequence[Measure], *, baseline_is: str, on: str
) -> list[Line]:
    """Teach both on the training part, predict the test part, and only then ask the answers."""
    ours = teach(parts.training)(parts.asked)
    plain = baseline(parts.training)(parts.asked)
    lines = []
    for measure in measures:

        def valued(truth: Vector, said: Vector, of: Score = measure.of) -> float:
            return of(truth, said, None)

        def bounded(truth: Vector, said: Vector, of: Score = measure.of) -> Interval:
            return interval(of, truth, said)

        reached = parts.answers.judge(ours, bounded)
        base = parts.answers.judge(plain, valued)
        lines.append(
            Line(data, measure.name, reached, base, baseline_is, measure.record, measure.best, on, measure.note)
        )
    return lines


def interval(of: Score, truth: Vector, said: Vector, *, groups: Whole | None = None) -> Interval:
    return bootstrap(lambda weight: of(truth, said, weight), len(truth), groups=groups)


def out_of_fold(training: Training, teach: Teach, fold: Whole) -> Vector:
    """A prediction for every row by a model taught on the other folds only."""
    said = np.empty(len(training.truth))
    for learn, judge in each(fold):
        said[judge] = teach(training.rows(learn))(training.rows(judge).frame)
    return said
