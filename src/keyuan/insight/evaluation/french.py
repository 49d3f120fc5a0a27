"""freMTPL2: the claims of French motor policies. Split of Wüthrich and Merz (2023), counts made anew from the claims."""

from __future__ import annotations

from pathlib import Path

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
from keyuan.insight.learning.frames import Design
from keyuan.insight.learning.metrics import poisson_deviance
from keyuan.insight.learning.models import Boosted

NUMBERS = ("VehPower", "VehAge", "DrivAge", "BonusMalus", "log_density", "area")
CATEGORIES = ("VehBrand", "VehGas", "Region")
# What is known of the claims themselves, or of the other count of them.
LEAKS = ("ClaimNb", "ClaimTotal", "split_noll2018")
RECIPE = Recipe(
    "poisson",
    600,
    {
        "learning_rate": 0.03,
        "num_leaves": 32,
        "min_data_in_leaf": 200,
        "feature_fraction": 0.6,
        "bagging_fraction": 0.75,
        "bagging_freq": 1,
        "lambda_l2": 10,
        "cat_smooth": 50,
    },
    seeds=(1, 2),
)
RECORD = Record(23.577, "Richman, Scognamiglio, Wüthrich: The Credibility Transformer (2025); figure from memory")


def read(path: Path) -> Split:
    frame = pl.read_parquet(path).filter(pl.col("split_wm2023").is_in(["learn", "test"]))
    rows = frame.select(
        "IDpol",
        "VehPower",
        "VehAge",
        "DrivAge",
        "BonusMalus",
        *CATEGORIES,
        pl.col("Exposure").clip(None, 1.0),
        pl.col("split_wm2023").alias("part"),
        pl.col("ClaimNb_clean").alias("claims"),
        log_density=pl.col("Density").log(),
        area=pl.col("Area").replace_strict(
            {name: place for place, name in enumerate("ABCDEF")}, return_dtype=pl.Float64
        ),
    )
    return split(rows, test=rows["part"] == "test", answer="claims", who="IDpol", leaks=LEAKS)


def teach(training: Training) -> Predict:
    exposure = training.frame["Exposure"].to_numpy()
    mean = float(np.log(training.truth.sum() / exposure.sum()))
    model = Boosted.teach(
        training.frame,
        training.truth,
        RECIPE,
        numbers=NUMBERS,
        categories=CATEGORIES,
        offset=np.log(exposure) + mean,
    )
    return lambda frame: np.exp(model.raw(frame) + mean) * frame["Exposure"].to_numpy()


def baseline(training: Training) -> Predict:
    """A GLM with the usual bands: ages of driver and vehicle as classes, bonus-malus and density on the log scale."""
    rows = _bands(training.frame)
    design = Design.learn(
        rows, numbers=("log_bonus", "log_density"), categories=(*CATEGORIES, "driver", "vehicle", "power")
    )
    model = linear.poisson(rows, training.truth, training.frame["Exposure"].to_numpy(), design, penalty=1e-5)
    return lambda frame: np.exp(model.raw(_bands(frame))) * frame["Exposure"].to_numpy()


def _bands(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        log_bonus=pl.col("BonusMalus").clip(None, 150).log(),
        driver=pl.col("DrivAge").cut([20, 25, 30, 40, 50, 70]).cast(pl.String),
        vehicle=pl.col("VehAge").cut([0, 5, 10, 15]).cast(pl.String),
        power=pl.col("VehPower").clip(None, 9).cast(pl.String),
    )


def hundredfold(count: Vector, expected: Vector, weight: Vector | None) -> float:
    return 100 * poisson_deviance(count, expected, weight)


def study(data: Path) -> Outcome:
    parts = read(found("fremtpl2", data) / "freMTPL2freq.parquet")
    measure = Measure("100 x mean Poisson deviance", hundredfold, "low", RECORD)
    lines = on_test(
        "fremtpl2", parts, teach, baseline, (measure,), baseline_is="Poisson GLM", on="split_wm2023, 67,801 policies"
    )
    return Outcome(tuple(lines))
