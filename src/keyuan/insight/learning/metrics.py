"""How good a prediction is. Each measure takes the weight of every row, so that an interval can be drawn by reweighting."""

from __future__ import annotations

import numpy as np

from keyuan.insight.learning.arrays import Matrix, Vector, Whole

TINY = 1e-15


def _weights(rows: int, weight: Vector | None) -> Vector:
    return np.ones(rows) if weight is None else weight


def auc(truth: Vector, score: Vector, weight: Vector | None = None) -> float:
    """Area under the ROC curve; rows of one score count half against each other. NaN if one class is not there."""
    w = _weights(len(truth), weight)
    _, place = np.unique(score, return_inverse=True)
    yes = np.bincount(place, weights=w * truth)
    no = np.bincount(place, weights=w * (1 - truth))
    total = yes.sum() * no.sum()
    if total == 0:
        return float("nan")
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2)).sum() / total)


def log_loss(truth: Vector, chance: Vector, weight: Vector | None = None) -> float:
    """Mean of -log of the chance given to what happened."""
    p = np.clip(chance, TINY, 1 - TINY)
    loss = -(truth * np.log(p) + (1 - truth) * np.log1p(-p))
    return float(np.average(loss, weights=_weights(len(truth), weight)))


def poisson_deviance(count: Vector, expected: Vector, weight: Vector | None = None) -> float:
    """Mean over rows of 2(mu - y + y log(y/mu)); ``expected`` is a number of claims, exposure included."""
    mu = np.maximum(expected, TINY)
    ratio = np.where(count > 0, count, 1.0) / np.where(count > 0, mu, 1.0)
    deviance = 2 * (mu - count + count * np.log(ratio))
    return float(np.average(deviance, weights=_weights(len(count), weight)))


def first(score: Vector, k: int) -> Whole:
    """The places of the ``k`` highest scores, best first; of equal scores the earlier row comes first."""
    return np.argsort(-score, kind="stable")[:k].astype(np.int64)


def hits(truth: Vector, score: Vector, k: int) -> float:
    """How many of the ``k`` highest scores are true."""
    return float(truth[first(score, k)].sum())


def captured(truth: Vector, score: Vector, share: float, weight: Vector | None = None) -> float:
    """Which part of all that is true lies in the highest ``share`` of the rows (by weight)."""
    w = _weights(len(truth), weight)
    order = np.argsort(-score, kind="stable")
    w, hit = w[order], truth[order]
    before = np.cumsum(w) - w
    taken = np.clip(share * w.sum() - before, 0, w)
    total = (w * hit).sum()
    return float((taken * hit).sum() / total) if total else float("nan")


def lift(truth: Vector, score: Vector, share: float = 0.1, weight: Vector | None = None) -> float:
    """How many times more often the highest ``share`` is true than the whole."""
    return captured(truth, score, share, weight) / share


def calibration_error(truth: Vector, chance: Vector, weight: Vector | None = None, *, bins: int = 10) -> float:
    """ECE: in ``bins`` groups of equal size by predicted chance, the mean distance of predicted from observed share."""
    w = _weights(len(truth), weight)
    order = np.argsort(chance, kind="stable")
    before = np.cumsum(w[order]) - w[order] / 2
    place = np.minimum((before * bins / w.sum()).astype(np.int64), bins - 1)
    size = np.bincount(place, weights=w[order], minlength=bins)
    seen = np.bincount(place, weights=(w * truth)[order], minlength=bins)
    said = np.bincount(place, weights=(w * chance)[order], minlength=bins)
    return float(np.abs(seen - said).sum() / size.sum())


def places(table: Matrix, answer: Whole) -> Whole:
    """The place (0 is best) that each row of the table gives to its answer; among equals the later column comes last."""
    own = table[np.arange(len(answer)), answer][:, None]
    columns = np.arange(table.shape[1])[None, :]
    ahead = (table > own) | ((table == own) & (columns < answer[:, None]))
    return np.asarray(ahead.sum(axis=1), dtype=np.int64)


def within(place: Whole, k: int, weight: Vector | None = None) -> float:
    """The share of rows whose answer stands among the first ``k``."""
    return float(np.average(place < k, weights=_weights(len(place), weight)))
