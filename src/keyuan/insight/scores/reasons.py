"""Why a customer may leave: what is kept is a code with its value; the words (wording.py) are made when somebody reads.

Only a cause is a reason. That a contract ends soon, or which product it is, moves the score as much as anything, but it says
when, not why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from keyuan.insight.learning.arrays import Matrix, Vector, Whole
from keyuan.insight.scores.states import Cause

MOST: Final = 3
#: A cause that moves the log odds by less is none.
LEAST_EFFECT: Final = 0.01


@dataclass(frozen=True, slots=True)
class Causing:
    """The features of a cause; the one whose value is told; and from which value on it is a reason at all."""

    features: tuple[str, ...]
    shown: str
    holds: Callable[[Mapping[str, Vector]], np.ndarray]


def _told(values: Vector, default: float) -> Vector:
    return np.where(np.isnan(values), default, values)


CAUSES: Final[Mapping[Cause, Causing]] = {
    Cause.PRESSURE: Causing(("pressure",), "pressure", lambda x: x["pressure"] >= 0.3),
    Cause.DEARER: Causing(
        ("dearer", "last_change"),
        "dearer",
        lambda x: np.maximum(_told(x["dearer"], 0), _told(x["last_change"], 0)) >= 0.05,
    ),
    Cause.AGENT_LEFT: Causing(("orphan",), "orphan", lambda x: x["orphan"] > 0),
    Cause.NO_CONTACT: Causing(("contact_days",), "contact_days", lambda x: _told(x["contact_days"], 9999) >= 180),
    Cause.REFUSED: Causing(("refused",), "refused", lambda x: x["refused"] > 0),
    Cause.PAYMENT: Causing(("late", "arrears"), "arrears", lambda x: (x["late"] > 0) | (x["arrears"] > 0)),
    Cause.ASKED: Causing(("asked",), "asked", lambda x: x["asked"] > 0),
    Cause.COMPLAINT: Causing(("complaints",), "complaints", lambda x: x["complaints"] > 0),
    Cause.OTHERS_LEFT: Causing(("lost",), "lost", lambda x: x["lost"] > 0),
    Cause.NEW: Causing(("tenure",), "tenure", lambda x: x["tenure"] < 2),
}


def found(contributions: Matrix, x: Matrix, names: Sequence[str]) -> pl.Series:
    """For each row up to three causes that hold and raised the score most, as the JSON that is kept: code, value, effect."""
    columns = {name: x[:, index] for index, name in enumerate(names)}
    place = {name: index for index, name in enumerate(names)}
    effects = np.column_stack(
        [
            np.where(one.holds(columns), contributions[:, [place[name] for name in one.features]].sum(axis=1), 0.0)
            for one in CAUSES.values()
        ]
    )
    shown = np.column_stack([columns[one.shown] for one in CAUSES.values()])
    shown[:, list(CAUSES).index(Cause.DEARER)] = np.fmax(columns["dearer"], columns["last_change"])
    best = np.argsort(-effects, axis=1, kind="stable")[:, :MOST]
    pieces = {str(rank): _piece(best[:, rank], shown, effects) for rank in range(MOST)}
    told = pl.DataFrame(pieces).select(
        pl.format("[{}]", pl.concat_str(pl.all(), separator=", ", ignore_nulls=True)).alias("reasons")
    )
    return told["reasons"]


def _piece(which: Whole, shown: Matrix, effects: Matrix) -> pl.Series:
    """One reason of each row as JSON; nothing where it moves the score by nothing."""
    rows = np.arange(len(which))
    effect = effects[rows, which]
    codes = pl.Series([cause.value for cause in CAUSES]).gather(which)
    frame = pl.DataFrame({"code": codes, "value": shown[rows, which].round(3), "effect": effect.round(3)})
    value = pl.col("value").fill_nan(None).cast(pl.String).fill_null("null")
    text = pl.concat_str(
        pl.lit('{"code": "'), "code", pl.lit('", "value": '), value, pl.lit(', "effect": '), "effect", pl.lit("}")
    )
    told = frame.select(pl.when(pl.col("effect") > LEAST_EFFECT).then(text).alias("it"))
    return told["it"]
