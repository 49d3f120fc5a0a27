"""Spanish motor: who leaves at renewal. Taught on renewals to the end of 2016, asked for those of 2017."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from keyuan.insight.evaluation.judging import Measure, on_test
from keyuan.insight.evaluation.places import found
from keyuan.insight.evaluation.results import Line, Record
from keyuan.insight.evaluation.sealed import Split, Training, split
from keyuan.insight.evaluation.study import Outcome, Predict
from keyuan.insight.learning import linear
from keyuan.insight.learning.arrays import Vector
from keyuan.insight.learning.boosting import Recipe
from keyuan.insight.learning.frames import Design
from keyuan.insight.learning.metrics import auc, calibration_error, lift, log_loss, poisson_deviance
from keyuan.insight.learning.models import Boosted
from keyuan.insight.renewing import book
from keyuan.insight.renewing.features import features
from keyuan.insight.renewing.lapse import Lapse

LAST_TAUGHT = date(2016, 12, 31)
PLAIN = (
    "age",
    "licensed",
    "vehicle_age",
    "tenure",
    "month",
    "log_premium",
    "power",
    "cylinder",
    "weight",
    "second_driver",
    "area",
    "channel",
    "payment",
)
NONE = Record(None, "")
RECORD = Record(0.72, "asked for; LightGBM by the same rule 0.702 to 0.719")
LAPSE = (
    Measure("AUC", auc, "high", RECORD),
    Measure("log loss", log_loss, "low", NONE),
    Measure("calibration error", calibration_error, "low", NONE),
    Measure("top-decile lift", lambda y, p, w: lift(y, p, 0.1, w), "high", NONE),
)
FREQUENCY = (Measure("claim frequency deviance", poisson_deviance, "low", NONE),)
CLAIMS = Recipe(
    "poisson",
    250,
    {
        "learning_rate": 0.03,
        "num_leaves": 8,
        "min_data_in_leaf": 200,
        "feature_fraction": 0.5,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": 20,
    },
    seeds=(1, 2),
)
# No count of an earlier year: in this data it holds the claims of later years as well (docs/algorithms/evaluation.md).
RISK = [*PLAIN, "licence_age", "doors", "length", "power_by_weight", "person_tenure", "others", "known_before"]


def parts(rows: pl.DataFrame, *, answer: str, never: tuple[str, ...] = ()) -> Split:
    """Rows that renewed by the end of 2016 teach, those of 2017 are asked, later ones are in neither part."""
    year = rows["term_from"].dt.year()
    return split(
        rows,
        test=year == LAST_TAUGHT.year + 1,
        training=rows["term_from"] <= LAST_TAUGHT,
        answer=answer,
        who="person",
        leaks=never,
    )


def renewals(path: Path) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Every contract-year with what was known on its first day; and the names that none of its columns may have."""
    how = book.columns("spain_motor")
    return features(book.read(path, how)), how.never


def teach(training: Training) -> Predict:
    return Lapse.teach(training.frame, training.truth).chance


def baseline(training: Training) -> Predict:
    design = Design.learn(training.frame, numbers=PLAIN, categories=("type_risk", "fuel"))
    return linear.logistic(training.frame, training.truth, design).chance


def frequency(training: Training) -> Predict:
    model = Boosted.teach(training.frame, training.truth, CLAIMS, numbers=RISK, categories=("type_risk", "fuel"))
    return lambda frame: np.exp(model.raw(frame))


def mean_frequency(training: Training) -> Predict:
    """The mean of new contracts, of older ones that are first seen, and of those seen the year before: they differ by far."""
    mean = float(training.truth.mean())
    told = training.frame.select(place=_place()).with_columns(claims=pl.Series(training.truth))
    means = dict(told.group_by("place").agg(pl.col("claims").mean()).iter_rows())
    return lambda frame: (
        frame.select(place=_place())["place"].replace_strict(means, default=mean, return_dtype=pl.Float64).to_numpy()
    )


def _place() -> pl.Expr:
    return (pl.col("tenure") > 0.5).cast(pl.Int64) * 2 + pl.col("known_before").fill_null(0).cast(pl.Int64)


def study(data: Path) -> Outcome:
    rows, never = renewals(found("spain_motor", data) / "motor_portfolio.csv.gz")
    lapsed = rows.with_columns((pl.col("lapsed") > 0).cast(pl.Float64)).drop("claims", "cost")
    split_ = parts(lapsed, answer="lapsed", never=never)
    # A first year is no renewal: told apart, because it is easier.
    renewed = (split_.asked["tenure"] > 0).to_numpy()

    def old(truth: Vector, said: Vector, weight: Vector | None) -> float:
        return auc(truth[renewed], said[renewed], None if weight is None else weight[renewed])

    on = "contract-years that began in 2017; taught on those to 2016-12-31"
    measures = (*LAPSE, Measure("AUC, without first years", old, "high", NONE))
    lines: list[Line] = on_test(
        "spain_motor", split_, teach, baseline, measures, baseline_is="logistic regression", on=on
    )
    claims = parts(rows.drop("lapsed", "cost"), answer="claims", never=never)
    lines += on_test(
        "spain_motor", claims, frequency, mean_frequency, FREQUENCY, baseline_is="means by place in the window", on=on
    )
    new = parts(rows.filter(pl.col("tenure") == 0).drop("lapsed", "cost"), answer="claims", never=never)
    first = (Measure("claim frequency deviance, first years", poisson_deviance, "low", NONE),)
    lines += on_test("spain_motor", new, frequency, mean_frequency, first, baseline_is="mean of first years", on=on)
    return Outcome(tuple(lines))
