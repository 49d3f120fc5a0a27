"""eudirectlapse: who does not renew a direct motor policy in Europe. Five folds, each row predicted by a model without it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from keyuan.insight.evaluation.judging import interval, out_of_fold
from keyuan.insight.evaluation.places import found
from keyuan.insight.evaluation.results import Line, Record
from keyuan.insight.evaluation.sealed import Training
from keyuan.insight.evaluation.study import Outcome, Predict
from keyuan.insight.learning.blending import mean_rank
from keyuan.insight.learning.boosting import Recipe
from keyuan.insight.learning.folds import stratified
from keyuan.insight.learning.frames import Design
from keyuan.insight.learning.linear import logistic
from keyuan.insight.learning.metrics import auc
from keyuan.insight.learning.models import Boosted

RECORD = Record(0.627, "logistic regression, 5 folds (IFoA-ADSWP/tabular-foundation-model: 0.6260)")
RECIPE = Recipe(
    "binary",
    300,
    {
        "learning_rate": 0.02,
        "num_leaves": 6,
        "min_data_in_leaf": 80,
        "feature_fraction": 0.4,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": 20,
    },
    seeds=(1, 2),
)


def read(path: Path) -> Training:
    """All rows; the four premiums also as how they stand to each other, which is what a customer compares."""
    frame = pl.read_parquet(path)
    rows = frame.drop("lapse").with_columns(
        rise=(pl.col("prem_final") / pl.col("prem_last")).log(),
        to_market=(pl.col("prem_final") / pl.col("prem_market")).log(),
        margin=(pl.col("prem_final") / pl.col("prem_pure")).log(),
    )
    truth = frame["lapse"].cast(pl.Float64).to_numpy()
    return Training(rows, truth, tuple(map(str, range(rows.height))))


def kinds(frame: pl.DataFrame) -> tuple[list[str], list[str]]:
    """(numbers, categories), by the type of the column."""
    numbers = [name for name, kind in frame.schema.items() if kind.is_numeric()]
    return numbers, [name for name in frame.columns if name not in numbers]


def plain(training: Training) -> Predict:
    numbers, categories = kinds(training.frame)
    design = Design.learn(training.frame, numbers=numbers, categories=categories, rarest=20)
    return logistic(training.frame, training.truth, design, strength=0.05).raw


def teach(training: Training) -> Predict:
    numbers, categories = kinds(training.frame)
    trees = Boosted.teach(training.frame, training.truth, RECIPE, numbers=numbers, categories=categories, rarest=20)
    line = plain(training)
    return lambda frame: mean_rank([trees.raw(frame), line(frame)])


def study(data: Path) -> Outcome:
    training = read(found("eudirectlapse", data) / "eudirectlapse.parquet")
    fold = stratified(training.truth, 5, seed=42)
    said = np.empty(len(fold))
    said[:] = out_of_fold(training, teach, fold)
    base = auc(training.truth, out_of_fold(training, plain, fold))
    line = Line(
        "eudirectlapse",
        "AUC",
        interval(auc, training.truth, said),
        base,
        "logistic regression",
        RECORD,
        "high",
        "5 stratified folds, each row by a model without it",
    )
    return Outcome((line,))
