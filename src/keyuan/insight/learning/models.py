"""A model as it is kept and used: boosted trees and linear models, their raw scores averaged, and a curve to chances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from keyuan.insight.learning import boosting
from keyuan.insight.learning.arrays import Matrix, Vector
from keyuan.insight.learning.blending import mean
from keyuan.insight.learning.boosting import Recipe, Trees, boost
from keyuan.insight.learning.calibration import Curve
from keyuan.insight.learning.frames import Encoding
from keyuan.insight.learning.linear import Linear


@dataclass(frozen=True, slots=True)
class Boosted:
    """Trees with the encoding that they were taught on."""

    encoding: Encoding
    trees: Trees

    @classmethod
    def teach(
        cls,
        frame: pl.DataFrame,
        truth: Vector,
        recipe: Recipe,
        *,
        numbers: Sequence[str],
        categories: Sequence[str] = (),
        rarest: int = 1,
        weight: Vector | None = None,
        offset: Vector | None = None,
    ) -> Boosted:
        encoding = Encoding.learn(frame, numbers=numbers, categories=categories, rarest=rarest)
        trees = boost(
            encoding.matrix(frame),
            truth,
            recipe,
            names=encoding.names,
            categorical=encoding.categorical,
            weight=weight,
            offset=offset,
        )
        return cls(encoding, trees)

    def raw(self, frame: pl.DataFrame) -> Vector:
        return self.trees.raw(self.encoding.matrix(frame))

    def chance(self, frame: pl.DataFrame) -> Vector:
        """For a binary objective."""
        return boosting.chance(self.raw(frame))

    def contributions(self, frame: pl.DataFrame) -> Matrix:
        """One column per name of the encoding, and the mean score last."""
        return self.trees.contributions(self.encoding.matrix(frame))


Member = Boosted | Linear


@dataclass(frozen=True, slots=True)
class Blend:
    """The weighted mean of its members' raw scores, turned into a chance by ``curve`` (or by 1/(1+exp(-raw)))."""

    members: tuple[Member, ...]
    weights: tuple[float, ...]
    curve: Curve | None = None

    def raw(self, frame: pl.DataFrame) -> Vector:
        return mean([member.raw(frame) for member in self.members], self.weights)

    def chance(self, frame: pl.DataFrame) -> Vector:
        raw = self.raw(frame)
        return boosting.chance(raw) if self.curve is None else self.curve(raw)

    def boosted(self) -> Boosted | None:
        """The boosted member of most weight: reasons are told from it."""
        ranked = sorted(zip(self.weights, self.members, strict=True), key=lambda pair: -pair[0])
        return next((member for _weight, member in ranked if isinstance(member, Boosted)), None)

    def as_dict(self) -> tuple[dict[str, Any], dict[str, str]]:
        """What is kept: a description, and the trees' texts by the file name under which the description names them."""
        texts: dict[str, str] = {}
        members = []
        for place, member in enumerate(self.members):
            if isinstance(member, Linear):
                members.append({"kind": "linear", **member.as_dict()})
                continue
            files = {f"trees-{place}-{seed}.txt": text for seed, text in enumerate(member.trees.texts)}
            texts.update(files)
            members.append(
                {
                    "kind": "boosted",
                    "objective": member.trees.objective,
                    "encoding": member.encoding.as_dict(),
                    "trees": list(files),
                }
            )
        told = {
            "members": members,
            "weights": list(self.weights),
            "curve": None if self.curve is None else self.curve.as_dict(),
        }
        return told, texts

    @classmethod
    def from_dict(cls, told: Mapping[str, Any], texts: Mapping[str, str]) -> Blend:
        members = tuple(_member(member, texts) for member in told["members"])
        curve = None if told["curve"] is None else Curve.from_dict(told["curve"])
        return cls(members, tuple(map(float, told["weights"])), curve)


def _member(told: Mapping[str, Any], texts: Mapping[str, str]) -> Member:
    if told["kind"] == "linear":
        return Linear.from_dict(told)
    trees = Trees(str(told["objective"]), tuple(texts[name] for name in told["trees"]))
    return Boosted(Encoding.from_dict(told["encoding"]), trees)


def same(weights: int) -> tuple[float, ...]:
    """Equal weights for so many members."""
    return tuple(np.full(weights, 1 / weights).tolist())
