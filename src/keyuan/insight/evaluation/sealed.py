"""A split whose answers cannot be peeked at: whoever teaches a model is handed the training part, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import polars as pl

from keyuan.insight.learning.arrays import Vector

T = TypeVar("T")


class LeakingColumn(ValueError):
    """A column that knows what came after the day of the prediction is among what the model is taught with."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        super().__init__(f"columns that leak the answer: {', '.join(columns)}")


@dataclass(frozen=True, slots=True)
class Training:
    """What a model may be taught and chosen on: rows, their answers, and who each row is about (folds keep them together)."""

    frame: pl.DataFrame
    truth: Vector
    who: tuple[str, ...]

    def rows(self, mask: np.ndarray) -> Training:
        """Only the rows where the mask is true."""
        return Training(
            self.frame.filter(pl.Series(mask)),
            self.truth[mask],
            tuple(who for who, kept in zip(self.who, mask, strict=True) if kept),
        )


class Answers:
    """The truth of the test part. It answers how good a finished prediction is; it does not show itself."""

    def __init__(self, truth: Vector) -> None:
        self.__truth = truth

    def __len__(self) -> int:
        return len(self.__truth)

    def __repr__(self) -> str:
        return f"Answers({len(self)} rows, sealed)"

    def judge(self, prediction: Vector, how: Callable[[Vector, Vector], T]) -> T:
        """``how(truth, prediction)``; the prediction is complete and is not changed any more."""
        if len(prediction) != len(self.__truth) or not np.isfinite(prediction).all():
            raise ValueError("every row of the test part needs a prediction")
        prediction.setflags(write=False)
        return how(self.__truth, prediction)


@dataclass(frozen=True, slots=True)
class Split:
    """The training part, the test part without its answers, and the answers, sealed."""

    training: Training
    asked: pl.DataFrame
    answers: Answers


def split(
    frame: pl.DataFrame,
    *,
    test: pl.Series,
    answer: str,
    who: str,
    leaks: Sequence[str] = (),
    training: pl.Series | None = None,
) -> Split:
    """Part the rows by ``test``; rows in neither part (``training`` says which are in it) are left out.

    Raises LeakingColumn if the frame still holds a column of ``leaks``, and ValueError if a row would be in both parts.
    """
    learn = ~test if training is None else training
    guard(frame.columns, leaks)
    if (learn & test).any():
        raise ValueError("a row is in both parts")
    plain = frame.drop(answer)
    truth = frame[answer].cast(pl.Float64).to_numpy()
    own = Training(
        plain.filter(learn), truth[learn.to_numpy()], tuple(frame.filter(learn)[who].cast(pl.String).to_list())
    )
    return Split(own, plain.filter(test), Answers(truth[test.to_numpy()]))


def guard(columns: Sequence[str], leaks: Sequence[str]) -> None:
    """Raises LeakingColumn if one of the columns, or one made from it (``NAME`` or ``NAME_…``), is among the leaks."""
    told = [name for name in columns if any(name == leak or name.startswith(f"{leak}_") for leak in leaks)]
    if told:
        raise LeakingColumn(told)
