"""Zimnat: which product a customer has whose name was taken off the list. Own split of the training file, by MD5."""

from __future__ import annotations

from pathlib import Path

import lightgbm
import numpy as np
import polars as pl

from keyuan.insight.evaluation.places import found
from keyuan.insight.evaluation.results import Line, Record
from keyuan.insight.evaluation.sealed import Answers
from keyuan.insight.evaluation.study import Outcome
from keyuan.insight.learning.arrays import Matrix, Vector, Whole
from keyuan.insight.learning.boosting import threads
from keyuan.insight.learning.folds import digest
from keyuan.insight.learning.intervals import Interval, bootstrap
from keyuan.insight.learning.metrics import places, within

ABOUT = ("sex", "marital_status", "birth_year", "branch_code", "occupation_code", "occupation_category_code")
RECORDS = {1: 0.883, 3: 0.971}
FIRST_PRODUCT = 8


def read(path: Path) -> tuple[pl.DataFrame, list[str], np.ndarray]:
    """The customers, the names of the products, and who is asked: int(md5(ID), 16) % 100 < 20."""
    frame = pl.read_csv(path, infer_schema_length=None)
    asked = np.array([digest(key, of=100) < 20 for key in frame["ID"].to_list()])
    return frame, frame.columns[FIRST_PRODUCT:], asked


def hidden(keys: list[str], held: np.ndarray) -> Whole:
    """The column of each customer's product that is taken off: owned[int(md5("hide" + ID), 16) % how many are owned]."""
    return np.array(
        [np.flatnonzero(row)[digest("hide" + key, of=int(row.sum()))] for key, row in zip(keys, held, strict=True)]
    )


def about(frame: pl.DataFrame, coded: dict[str, dict[str, int]]) -> Matrix:
    joined = frame["join_date"].cast(pl.String).str.extract(r"(\d{4})").cast(pl.Float64).fill_null(float("nan"))
    parts = [
        frame[name]
        .cast(pl.String)
        .replace_strict(coded[name], default=None, return_dtype=pl.Float64)
        .fill_null(float("nan"))
        for name in ABOUT
    ]
    month = frame["join_date"].cast(pl.String).str.extract(r"^\d+[-/](\d+)").cast(pl.Float64).fill_null(float("nan"))
    return np.column_stack([joined, month, *parts])


def examples(x: Matrix, held: np.ndarray) -> tuple[Matrix, Whole]:
    """For each product of each customer one row without it, and which it was."""
    rows, products = np.nonzero(held)
    left = held[rows].astype(np.float64)
    left[np.arange(len(rows)), products] = 0
    return np.column_stack([left, left.sum(axis=1), x[rows]]), products.astype(np.int64)


def teach(x: Matrix, held: np.ndarray) -> lightgbm.Booster:
    rows, product = examples(x, held)
    count = held.shape[1]
    categorical = list(range(count + 3, count + 3 + len(ABOUT)))
    data = lightgbm.Dataset(rows, label=product, categorical_feature=categorical, params={"verbosity": -1})
    settings = {
        "objective": "multiclass",
        "num_class": count,
        "learning_rate": 0.08,
        "num_leaves": 12,
        "min_data_in_leaf": 30,
        "feature_fraction": 0.5,
        "lambda_l2": 5,
        "cat_smooth": 20,
        "verbosity": -1,
        "deterministic": True,
        "force_row_wise": True,
        "seed": 1,
        "num_threads": threads(),
    }
    return lightgbm.train(settings, data, num_boost_round=120)


def study(data: Path) -> Outcome:
    frame, products, asked = read(found("zimnat", data) / "Train.csv.gz")
    held = frame.select(products).to_numpy().astype(bool)
    known = frame.filter(pl.Series(~asked))
    coded = {
        name: {level: place for place, level in enumerate(sorted(known[name].cast(pl.String).drop_nulls().unique()))}
        for name in ABOUT
    }
    x = about(frame, coded)
    taken = hidden(frame.filter(pl.Series(asked))["ID"].to_list(), held[asked])
    answers = Answers(taken.astype(np.float64))
    left = held[asked].astype(np.float64)
    left[np.arange(len(taken)), taken] = 0
    model = teach(x[~asked], held[~asked])
    rows = np.column_stack([left, left.sum(axis=1), x[asked]])
    said = np.asarray(model.predict(rows, num_threads=threads()), dtype=np.float64)
    said[left > 0] = 0.0
    popular = np.where(left > 0, 0.0, held[~asked].mean(axis=0)[None, :])
    lines = []
    for top, record in RECORDS.items():
        lines.append(
            Line(
                "zimnat",
                f"top-{top}",
                _share(answers, said, top),
                _share(answers, popular, top).value,
                "the most popular products that are not held",
                Record(record, "LightGBM multiclass on this split"),
                "high",
                "customers whose MD5, modulo 100, is under 20",
            )
        )
    return Outcome(tuple(lines))


def _share(answers: Answers, table: Matrix, top: int) -> Interval:
    def shared(truth: Vector, _said: Vector) -> Interval:
        place = places(table, truth.astype(np.int64))
        return bootstrap(lambda weight: within(place, top, weight), len(place))

    return answers.judge(np.zeros(len(answers)), shared)
