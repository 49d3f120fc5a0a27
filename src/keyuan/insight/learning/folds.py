"""Folds for choosing a model inside the training part: by a digest of a key, so that they never depend on row order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from keyuan.insight.learning.arrays import Vector, Whole

Rows = npt.NDArray[np.bool_]


def digest(text: str, *, of: int) -> int:
    """The number from 0 to ``of`` - 1 that the MD5 of a text gives; the rule of the published splits, no secret."""
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16) % of


def by_key(keys: Iterable[str], folds: int, *, salt: str = "fold") -> Whole:
    """The fold of each key; rows of one key (a person) are always in one fold."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(key, digest(salt + key, of=folds)) for key in keys], dtype=np.int64)


def stratified(truth: Vector, folds: int, *, seed: int) -> Whole:
    """A fold for each row, so that each fold holds its part of every class."""
    random = np.random.default_rng(seed)
    fold = np.empty(len(truth), dtype=np.int64)
    for value in np.unique(truth):
        rows = np.flatnonzero(truth == value)
        random.shuffle(rows)
        fold[rows] = np.arange(len(rows)) % folds
    return fold


def each(fold: Whole) -> Iterator[tuple[Rows, Rows]]:
    """(rows to learn from, rows to be judged on), fold by fold."""
    for number in np.unique(fold):
        yield fold != number, fold == number
