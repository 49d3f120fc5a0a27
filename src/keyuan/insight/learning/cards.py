"""A model's card: what it was taught on, how good it is, whom it treats how, and what it must not be used for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from keyuan.insight.learning.arrays import Vector
from keyuan.insight.learning.calibration import Bin, reliability
from keyuan.insight.learning.intervals import Interval, bootstrap
from keyuan.insight.learning.metrics import auc, calibration_error, lift, log_loss


@dataclass(frozen=True, slots=True)
class Group:
    """How the model does for one group of people: predicted and observed share beside each other."""

    of: str
    group: str
    rows: int
    observed: float
    predicted: float
    auc: float | None


@dataclass(frozen=True, slots=True)
class Card:
    """``measured_on`` says on which rows the metrics were found; never on rows that the model was taught on."""

    name: str
    taught_on: str
    data: str
    rows: int
    split: str
    measured_on: str
    metrics: Mapping[str, Interval]
    calibration: Sequence[Bin]
    fairness: Sequence[Group]
    drivers: Mapping[str, float]
    not_for: Sequence[str]
    baseline: Mapping[str, Interval] = field(default_factory=dict)
    stability: Sequence[Mapping[str, Any]] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "taught_on": self.taught_on,
            "data": self.data,
            "rows": self.rows,
            "split": self.split,
            "measured_on": self.measured_on,
            "metrics": {name: value.as_dict() for name, value in self.metrics.items()},
            "calibration": [asdict(part) for part in self.calibration],
            "fairness": [asdict(part) for part in self.fairness],
            "drivers": dict(self.drivers),
            "not_for": list(self.not_for),
            "baseline": {name: value.as_dict() for name, value in self.baseline.items()},
            "stability": [dict(month) for month in self.stability],
        }

    def as_text(self) -> str:
        """The card in Markdown."""
        lines = [
            f"# Model card: {self.name}",
            "",
            f"Taught {self.taught_on} on {self.rows:,} rows of {self.data}.",
            f"Split: {self.split}. Measured on {self.measured_on}.",
            "",
            "| measure | value | 95% interval |",
            "| --- | --- | --- |",
            *(f"| {name} | {i.value:.4f} | {i.low:.4f} to {i.high:.4f} |" for name, i in self.metrics.items()),
            "",
            "| predicted | observed | rows |",
            "| --- | --- | --- |",
            *(f"| {part.predicted:.3f} | {part.observed:.3f} | {part.rows:,} |" for part in self.calibration),
        ]
        if self.fairness:
            lines += ["", "| group | rows | observed | predicted | AUC |", "| --- | --- | --- | --- | --- |"]
            lines += [
                f"| {g.of}: {g.group} | {g.rows:,} | {g.observed:.3f} | {g.predicted:.3f} | "
                + ("|" if g.auc is None else f"{g.auc:.3f} |")
                for g in self.fairness
            ]
        if self.drivers:
            lines += ["", "What moves the score most (mean effect on the log odds):", ""]
            lines += [f"- {name}: {value:.3f}" for name, value in list(self.drivers.items())[:12]]
        if self.baseline:
            lines += ["", "| the simple baseline | value | 95% interval |", "| --- | --- | --- |"]
            lines += [f"| {name} | {i.value:.4f} | {i.low:.4f} to {i.high:.4f} |" for name, i in self.baseline.items()]
        if self.stability:
            lines += ["", "| day | rows | PSI of the score |", "| --- | --- | --- |"]
            lines += [f"| {one['day']} | {one['rows']:,} | {one['psi']:.3f} |" for one in self.stability]
        lines += ["", "Not to be used for:", "", *(f"- {use}" for use in self.not_for), ""]
        return "\n".join(lines)


def judged(truth: Vector, chance: Vector) -> dict[str, Interval]:
    """The measures of a model that says chances, with intervals."""
    rows = len(truth)
    return {
        "AUC": bootstrap(lambda w: auc(truth, chance, w), rows),
        "log loss": bootstrap(lambda w: log_loss(truth, chance, w), rows),
        "top-decile lift": bootstrap(lambda w: lift(truth, chance, 0.1, w), rows),
        "calibration error": bootstrap(lambda w: calibration_error(truth, chance, w), rows),
    }


def fairness(truth: Vector, chance: Vector, groups: Mapping[str, Sequence[str]], *, least: int = 50) -> list[Group]:
    """For each named division of the rows (sex, age band) how each group fares; groups of fewer rows are left out."""
    found = []
    for of, labels in groups.items():
        labels_ = np.asarray(labels)
        for group in sorted(set(labels)):
            rows = labels_ == group
            if rows.sum() < least:
                continue
            value = auc(truth[rows], chance[rows])
            found.append(
                Group(
                    of,
                    group,
                    int(rows.sum()),
                    float(truth[rows].mean()),
                    float(chance[rows].mean()),
                    None if np.isnan(value) else value,
                )
            )
    return found


def table(truth: Vector, chance: Vector) -> tuple[Bin, ...]:
    return reliability(truth, chance, bins=10)
