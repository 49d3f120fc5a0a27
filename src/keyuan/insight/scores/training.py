"""Teaching the model of leaving on our own book: earlier days teach, the last year judges, the baseline must be beaten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from keyuan.insight.learning.arrays import Vector, Whole
from keyuan.insight.learning.cards import Card, fairness, table
from keyuan.insight.learning.intervals import Interval, bootstrap
from keyuan.insight.learning.metrics import auc, calibration_error, lift, log_loss
from keyuan.insight.refusals import TooLittleData
from keyuan.insight.scores import drift, leaving
from keyuan.insight.scores.ground import Ground
from keyuan.insight.scores.known import features
from keyuan.insight.scores.leaving import HORIZONS, NUMBERS, STEP, Leaving, Wall, within
from keyuan.insight.scores.states import LAPSE_OWN

JUDGED: Final = timedelta(days=365)
YEARS: Final = 5
FEWEST_LEFT: Final = 60
NOT_FOR: Final = (
    "prices, underwriting or refusing cover: it says who may leave, not who costs how much",
    "making it harder to leave: whoever asks to surrender is served by the law's clock",
    "judging agents: a customer whose agent left is not the new agent's doing",
)


@dataclass(frozen=True, slots=True)
class Trained:
    """A model with its card. ``better``: it beats the baseline by more than chance (95%) on the days that judge."""

    model: Leaving
    card: Card
    better: bool
    reference: Mapping[str, Any]


def train(ground: Ground, *, on: date, draws: int = 200) -> Trained:
    """Teach on the days of some years, judge a model of the earlier ones on the last year. Raises TooLittleData."""
    until = ground.until
    rows = features(ground, leaving.days_to_learn_from(until, years=YEARS), labels=True)
    cut = until - JUDGED
    learn, asked = rows.filter(pl.col("day") <= cut - STEP), rows.filter(pl.col("day") >= cut)
    three, truth = leaving.at_risk(learn, until=cut)
    if truth.sum() < FEWEST_LEFT:
        raise TooLittleData(left=int(truth.sum()), least=FEWEST_LEFT)
    judged, answer = leaving.outcomes(asked, until=until, days=HORIZONS[-1])
    measured = Leaving.teach(three, truth)
    said = within(measured.hazards(judged))[:, -1]
    wall = within(Wall.teach(three, truth).hazards(judged))[:, -1]
    policy = np.unique(judged["policy"].to_numpy(), return_inverse=True)[1].astype(np.int64)
    gain = saved(answer, said, wall, policy, draws=draws)
    everything, known = leaving.at_risk(rows, until=until)
    model = Leaving.teach(everything, known)
    reference = {**_reference(model, rows), "cut": cut.isoformat(), "until": until.isoformat()}
    card = Card(
        name=LAPSE_OWN,
        taught_on=on.isoformat(),
        data="our own book: policies in force, looked at every 90 days",
        rows=everything.height,
        split=f"periods of 30 days; those that ended by {cut.isoformat()} taught the model that is judged",
        measured_on=f"policies in force on days from {cut.isoformat()} on, each followed for 90 days",
        metrics={
            **_measures(answer, said, policy, draws),
            "AUC, decision within 90 days": _near(judged, answer, said, policy, draws),
            "log loss saved against the baseline": gain,
        },
        calibration=table(answer, said),
        fairness=fairness(answer, said, _groups(judged)),
        drivers=model.drivers(everything.sample(min(5000, everything.height), seed=1)),
        not_for=NOT_FOR,
        baseline={
            **_measures(answer, wall, policy, draws),
            "AUC, decision within 90 days": _near(judged, answer, wall, policy, draws),
        },
        stability=_stability(model, ground, reference, until=until),
    )
    return Trained(model, card, gain.low > 0, reference)


def saved(answer: Vector, said: Vector, simple: Vector, policy: Whole, *, draws: int = 200) -> Interval:
    """By how much the model's log loss is below that of the baseline; it is better if the whole interval is above 0."""
    return bootstrap(
        lambda w: log_loss(answer, simple, w) - log_loss(answer, said, w), len(answer), groups=policy, draws=draws
    )


def _measures(answer: Vector, said: Vector, policy: Whole, draws: int) -> dict[str, Interval]:
    rows = len(answer)
    return {
        "AUC": bootstrap(lambda w: auc(answer, said, w), rows, groups=policy, draws=draws),
        "log loss": bootstrap(lambda w: log_loss(answer, said, w), rows, groups=policy, draws=draws),
        "top-decile lift": bootstrap(lambda w: lift(answer, said, 0.1, w), rows, groups=policy, draws=draws),
        "calibration error": bootstrap(lambda w: calibration_error(answer, said, w), rows, groups=policy, draws=draws),
    }


def _near(judged: pl.DataFrame, answer: Vector, said: Vector, policy: Whole, draws: int) -> Interval:
    """How well those are told apart who decide within the horizon: no merit in knowing when a contract ends."""
    near = ((judged["due_on"] - judged["day"]).dt.total_days() <= HORIZONS[-1]).to_numpy()
    own = np.unique(policy[near], return_inverse=True)[1].astype(np.int64)
    return bootstrap(lambda w: auc(answer[near], said[near], w), int(near.sum()), groups=own, draws=draws)


def _groups(rows: pl.DataFrame) -> dict[str, list[str]]:
    band = (np.clip(rows["age"].fill_null(0).fill_nan(0).to_numpy(), 18, 79) // 10 * 10).astype(int)
    company = rows["age"].is_null().to_list()
    return {
        "sex": [sex or "company" for sex in rows["sex"].to_list()],
        "age": ["company" if none else f"{start} to {start + 9}" for start, none in zip(band, company, strict=True)],
    }


def _reference(model: Leaving, rows: pl.DataFrame) -> dict[str, Any]:
    """How inputs and scores were spread over the last year of what was learnt from."""
    last = rows.filter(pl.col("day") > rows["day"].max() - pl.duration(days=JUDGED.days))
    return {"score": drift.spread(_score(model, last)), "inputs": {n: drift.spread(_input(last, n)) for n in INPUTS}}


def _score(model: Leaving, rows: pl.DataFrame) -> Vector:
    return np.asarray(within(model.hazards(rows))[:, -1], dtype=np.float64)


#: The inputs whose drift is watched: what is of the row, not of the period.
INPUTS: Final = tuple(name for name in NUMBERS if name not in ("period", "to_due"))


def _input(rows: pl.DataFrame, name: str) -> Vector:
    return rows[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def moved(model: Leaving, rows: pl.DataFrame, reference: Mapping[str, Any]) -> tuple[float, dict[str, float]]:
    """PSI of the score and of each input against those that the model was taught on."""
    inputs = {name: round(drift.index(_input(rows, name), told), 4) for name, told in reference["inputs"].items()}
    return round(drift.index(_score(model, rows), reference["score"]), 4), inputs


def _stability(
    model: Leaving, ground: Ground, reference: Mapping[str, Any], *, until: date
) -> Sequence[Mapping[str, Any]]:
    """The PSI of the score month by month over the last year."""
    days = [until - timedelta(days=30 * back) for back in range(11, -1, -1)]
    rows = features(ground, days)
    found = []
    for day in days:
        own = rows.filter(pl.col("day") == day)
        psi = drift.index(_score(model, own), reference["score"])
        found.append({"day": day.isoformat(), "rows": own.height, "psi": round(psi, 4)})
    return found
