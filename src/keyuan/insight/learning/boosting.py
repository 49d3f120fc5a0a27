"""LightGBM with every seed fixed: the same rows give the same trees, byte for byte, on any number of threads."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import lightgbm
import numpy as np

from keyuan.insight.learning.arrays import Matrix, Vector

FIXED: Mapping[str, Any] = {"deterministic": True, "force_row_wise": True, "verbosity": -1, "max_bin": 255}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to boost: LightGBM's parameters, how many trees, and once for each seed."""

    objective: str
    rounds: int
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seeds: tuple[int, ...] = (1,)

    def as_dict(self) -> dict[str, Any]:
        return {
            "objective": self.objective,
            "rounds": self.rounds,
            "parameters": dict(self.parameters),
            "seeds": list(self.seeds),
        }


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted trees of one or more seeds; their raw scores are averaged."""

    objective: str
    texts: tuple[str, ...]

    def raw(self, x: Matrix) -> Vector:
        """The mean score before the link: log odds, or the log of an expected number (without its offset)."""
        raws = [book.predict(x, raw_score=True, num_threads=threads()) for book in self._boosters()]
        return np.asarray(np.mean(raws, axis=0), dtype=np.float64)

    def contributions(self, x: Matrix) -> Matrix:
        """TreeSHAP, by LightGBM itself: one column per feature and the mean score last; a row sums to its raw score."""
        parts = [book.predict(x, pred_contrib=True, num_threads=threads()) for book in self._boosters()]
        return np.asarray(np.mean(parts, axis=0), dtype=np.float64)

    def _boosters(self) -> list[Any]:
        return [lightgbm.Booster(model_str=text) for text in self.texts]


def threads() -> int:
    """How many threads: what OMP_NUM_THREADS asks for, else LightGBM's choice (0)."""
    return int(os.environ.get("OMP_NUM_THREADS") or 0)


def boost(
    x: Matrix,
    truth: Vector,
    recipe: Recipe,
    *,
    names: Sequence[str],
    categorical: Sequence[int] = (),
    weight: Vector | None = None,
    offset: Vector | None = None,
) -> Trees:
    """Teach the recipe's trees. ``offset`` is the raw score that each row begins with (the log of its exposure, say)."""
    data = lightgbm.Dataset(
        x,
        label=truth,
        weight=weight,
        init_score=offset,
        feature_name=[f"f{index}" for index in range(len(names))],
        categorical_feature=list(categorical),
        params={"verbosity": -1, "max_bin": recipe.parameters.get("max_bin", 255), "num_threads": threads()},
        free_raw_data=False,
    )
    texts = []
    for seed in recipe.seeds:
        parameters = {
            **FIXED,
            **recipe.parameters,
            "objective": recipe.objective,
            "seed": seed,
            "num_threads": threads(),
        }
        booster = lightgbm.train(parameters, data, num_boost_round=recipe.rounds)
        texts.append(_without_machine(booster.model_to_string()))
    return Trees(recipe.objective, tuple(texts))


def _without_machine(text: str) -> str:
    """The model without the number of threads it was taught on, so that machines agree on its bytes."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("[num_threads:")) + "\n"


def chance(raw: Vector) -> Vector:
    """From log odds to a chance."""
    return np.asarray(1 / (1 + np.exp(-raw)), dtype=np.float64)
