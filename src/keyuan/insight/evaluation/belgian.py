"""beMTPL97: the claims of Belgian motor third-party liability in 1997. A fifth of the policies, by a digest, is held out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from keyuan.insight.evaluation.judging import Measure, on_test
from keyuan.insight.evaluation.places import found
from keyuan.insight.evaluation.results import Record
from keyuan.insight.evaluation.sealed import Split, Training, split
from keyuan.insight.evaluation.study import Outcome, Predict
from keyuan.insight.learning import linear
from keyuan.insight.learning.arrays import Vector
from keyuan.insight.learning.boosting import Recipe
from keyuan.insight.learning.folds import digest
from keyuan.insight.learning.frames import Design
from keyuan.insight.learning.metrics import auc, poisson_deviance
from keyuan.insight.learning.models import Boosted

NUMBERS: Final = ("ageph", "bm", "power", "agec", "long", "lat")
CATEGORIES: Final = ("coverage", "sex", "fuel", "use", "fleet")
# What is known of the claims themselves.
LEAKS: Final = ("claim", "amount", "average")
RECIPE: Final = Recipe(
    "poisson",
    500,
    {
        "learning_rate": 0.03, "num_leaves": 16, "min_data_in_leaf": 300, "feature_fraction": 0.6, "bagging_fraction": 0.75,
        "bagging_freq": 1, "lambda_l2": 20,
    },
    seeds=(1, 2),
)  # fmt: skip
RECORD: Final = Record(0.6224, "TabPFN, 5 folds, seed 42: IFoA-ADSWP/tabular-foundation-model 14.10; another split")


def read(path: Path) -> Split:
    """``nclaims`` of the policies; those whose digest is below 20 of 100 are asked."""
    frame = pl.read_parquet(path).select("id", "expo", *NUMBERS, *CATEGORIES, "nclaims")
    number = pl.Series([digest(f"be{one}", of=100) for one in frame["id"].to_list()])
    return split(frame, test=number < 20, answer="nclaims", who="id", leaks=LEAKS)


def teach(training: Training) -> Predict:
    exposure = training.frame["expo"].to_numpy()
    mean = float(np.log(training.truth.sum() / exposure.sum()))
    model = Boosted.teach(
        training.frame, training.truth, RECIPE, numbers=NUMBERS, categories=CATEGORIES, offset=np.log(exposure) + mean
    )
    return lambda frame: np.exp(model.raw(frame) + mean) * frame["expo"].to_numpy()


def baseline(training: Training) -> Predict:
    """A GLM with the usual bands of age and bonus-malus, and a coarse net over the country."""
    rows = _bands(training.frame)
    design = Design.learn(rows, numbers=("log_power",), categories=(*CATEGORIES, "age", "level", "vehicle", "place"))
    model = linear.poisson(rows, training.truth, training.frame["expo"].to_numpy(), design, penalty=1e-5)
    return lambda frame: np.exp(model.raw(_bands(frame))) * frame["expo"].to_numpy()


def _bands(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        log_power=pl.col("power").clip(10, 200).log(),
        age=pl.col("ageph").cut([22, 26, 30, 35, 45, 55, 65, 75]).cast(pl.String),
        level=pl.col("bm").clip(0, 12).cast(pl.String),
        vehicle=pl.col("agec").cut([1, 5, 10, 15]).cast(pl.String),
        place=pl.format("{}/{}", (pl.col("long") * 2).floor(), (pl.col("lat") * 2).floor()),
    )


def claimed(count: Vector, expected: Vector, weight: Vector | None) -> float:
    """How well the expected number tells who has any claim."""
    return auc((count > 0).astype(np.float64), expected, weight)


def study(data: Path) -> Outcome:
    parts = read(found("beMTPL97", data) / "beMTPL97.parquet")
    measures = (
        Measure("mean Poisson deviance", poisson_deviance, "low", Record(None, "")),
        Measure("AUC of any claim", claimed, "high", RECORD),
    )
    on = f"an unseen fifth, {len(parts.answers):,} policies"
    return Outcome(tuple(on_test("bemtpl97", parts, teach, baseline, measures, baseline_is="Poisson GLM", on=on)))
