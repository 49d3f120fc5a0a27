"""What the claims of each customer were to be expected, line by line: frequency x severity, own experience by credibility.

No customer is judged by a model that saw their own claims: the models are taught on folds of the others. Own claims count
through credibility alone. The result is balanced to what the line really cost in the period, so that over the whole book
luck is nothing but what the limits of that correction leave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import polars as pl

from keyuan.insight.learning.arrays import Matrix, Vector, Whole
from keyuan.insight.profit import frequency
from keyuan.insight.profit.credibility import premiums, structure
from keyuan.insight.profit.risks import BEARING, FEATURES, NOW, NUMBERS, OF_PEOPLE, WORDS, History, fold_of

FOLDS: Final = 3
#: One claim counts in full up to this quantile of its line; what is above is spread over the line.
CAPPED_AT: Final = 0.975
CAPPED_FROM: Final = 40
#: A line with fewer claims in the period is balanced together with the others like it.
BALANCED_FROM: Final = 10
MOST_BALANCE: Final = 3.0
#: Lines that pay the sum insured.
BY_SUM: Final = frozenset({"critical_illness", "life", "participating", "annuity", "education"})
#: Own experience is believed from so many claims of the line on; nobody differs more from the like than this (GK: motor
#: books show a variance of the hidden factor of 0.3 to 1).
BELIEVED_FROM: Final = 100
MOST_BETWEEN: Final = 1.0
OWN: Final = "own_experience"
#: So many rows are explained at once.
AT_ONCE: Final = 100_000


@dataclass(frozen=True, slots=True)
class LineExpected:
    """One line: a row for each customer (``customers``): expected cents, exposure in years, and the part of each name.

    The parts of a row (cents, the columns named by ``names``) and its ``base`` add up to ``expected``: logarithmic mean
    decomposition (Ang 2004) of expected over mean. ``values``: the row's features, of the policy longest on risk.
    """

    line: str
    customers: Whole
    expected: Vector
    exposure: Vector
    base: Vector
    names: tuple[str, ...]
    parts: Matrix
    values: pl.DataFrame
    told: Mapping[str, Any]

    def balanced(self, factor: float) -> LineExpected:
        told = {**self.told, "balance": factor}
        return LineExpected(
            self.line, self.customers, self.expected * factor, self.exposure, self.base * factor, self.names,
            self.parts * factor, self.values, told,
        )  # fmt: skip


def expected(known: History, burdens: Mapping[str, tuple[float, int]]) -> list[LineExpected]:
    """Each line that has anything on risk in the period, balanced to its burden (cents, claims) in the period."""
    found = []
    for line in sorted(known.rows["line"].unique().to_list()):
        rows = known.rows.filter(pl.col("line") == line)
        losses = known.losses.join(rows.select("policy", "year"), on=["policy", "year"], how="semi")
        if not rows.filter(pl.col("year") == NOW).is_empty():
            found.append(_line(line, rows, losses))
    return [one.balanced(factor) for one, factor in zip(found, _balance(found, burdens), strict=True)]


def _balance(found: list[LineExpected], burdens: Mapping[str, tuple[float, int]]) -> list[float]:
    """What each line is multiplied with so that expected and realised agree; lines of few claims together."""
    groups = [
        (one.line in BY_SUM, "" if one.line in BY_SUM or burdens[one.line][1] < BALANCED_FROM else one.line)
        for one in found
    ]
    real: dict[tuple[bool, str], float] = defaultdict(float)
    said: dict[tuple[bool, str], float] = defaultdict(float)
    for group, one in zip(groups, found, strict=True):
        real[group] += burdens[one.line][0]
        said[group] += float(one.expected.sum())
    return [_factor(real[group], said[group]) for group in groups]


def _factor(real: float, said: float) -> float:
    return float(np.clip(real / said, 1 / MOST_BALANCE, MOST_BALANCE)) if said > 0 else 1.0


def _line(line: str, rows: pl.DataFrame, losses: pl.DataFrame) -> LineExpected:
    cap = float(losses["cost"].quantile(CAPPED_AT) or 0) if losses.height >= CAPPED_FROM else float("inf")
    counted = losses.group_by("policy", "year").agg(
        pl.col("number").sum().alias("count"),
        pl.col("cost").sum(),
        pl.col("cost").cast(pl.Float64).clip(None, cap).sum().alias("capped"),
    )
    rows = rows.join(counted, on=["policy", "year"], how="left").with_columns(
        pl.col("count", "cost", "capped").fill_null(0).cast(pl.Float64)
    )
    numbers, words = _usable(line, rows)
    fold = fold_of(rows["customer"], FOLDS).to_numpy()
    count = rows["count"].to_numpy()
    models = {place: _taught(rows, count, fold != place, numbers, words) for place in range(FOLDS)}
    raw = np.empty(rows.height)
    for place, model in models.items():
        raw[fold == place] = model.raw(rows.filter(pl.Series(fold == place)))
    often = np.exp(raw) * rows["exposure"].to_numpy()
    factor, believed = np.ones(rows.height), {"between": 0.0, "mean": 1.0}
    if count.sum() >= BELIEVED_FROM and line not in BY_SUM:
        factor, believed = _own_factor(rows, often, count)
    now = (rows["year"] == NOW).to_numpy()
    told = {
        "claims": int(count.sum()),
        "exposure": round(float(rows["exposure"].sum()), 1),
        "model": type(models[0]).__name__.lower(),
        "features": [*numbers, *words],
        "usual": {name: _mean(rows.filter(pl.Series(now))[name]) for name in numbers},
        "cap": None if cap == float("inf") else round(cap),
        "credibility": believed,
    }
    present = rows.filter(pl.Series(now))
    cost = often[now] * _severity(line, rows, present)
    return _by_customer(line, present, cost, factor[now], _explained(present, models, fold[now]), told)


def _mean(values: pl.Series) -> float | None:
    found = values.cast(pl.Float64).mean()
    return None if found is None else round(float(str(found)), 2)


def _usable(line: str, rows: pl.DataFrame) -> tuple[list[str], list[str]]:
    """The features that say something in this line: they bear on it, are known for most rows, and not the same for all."""
    bearing = BEARING.get(line, OF_PEOPLE)

    def says(name: str) -> bool:
        return name in bearing and rows[name].null_count() < rows.height / 2 and rows[name].drop_nulls().n_unique() > 1

    return [name for name in NUMBERS if says(name)], [name for name in WORDS if says(name)]


def _taught(rows: pl.DataFrame, count: Vector, learn: Any, numbers: list[str], words: list[str]) -> frequency.Frequency:
    places = np.flatnonzero(learn)
    if len(places) > frequency.MOST_ROWS:
        places = np.sort(np.random.default_rng(20261123).choice(places, frequency.MOST_ROWS, replace=False))
    return frequency.teach(rows[places], count[places], numbers=numbers, words=words)


def _own_factor(rows: pl.DataFrame, often: Vector, count: Vector) -> tuple[Vector, dict[str, float]]:
    """What each row's expectation is multiplied with for its customer's own record; and what was estimated."""
    frame = rows.select("customer", "year").with_columns(often=pl.Series(often), count=pl.Series(count))
    years = (
        frame.group_by("customer", "year").agg(pl.col("often").sum(), pl.col("count").sum()).sort("customer", "year")
    )
    unit = years["customer"].rle_id().to_numpy().astype(np.int64)
    weight = years["often"].to_numpy()
    ratio = years["count"].to_numpy() / weight
    found = structure(unit, ratio, weight, within=1.0)
    found = replace(found, between=min(found.between, MOST_BETWEEN))
    own = premiums(unit, ratio, weight, found)
    known = dict(zip(years["customer"].unique(maintain_order=True).to_list(), own.tolist(), strict=True))
    factor = rows["customer"].replace_strict(known, return_dtype=pl.Float64).to_numpy()
    return factor, {"between": round(found.between, 4), "mean": round(found.mean, 4)}


def _severity(line: str, rows: pl.DataFrame, present: pl.DataFrame) -> Vector:
    """Cents a claim: the mean of the capped claims with the excess spread; a share of the sum insured where that is paid."""
    count, cost = float(rows["count"].sum()), float(rows["cost"].sum())
    if count == 0:
        if line in BY_SUM:
            return present["sum_insured"].fill_null(0).to_numpy() * 100
        return np.zeros(present.height)
    if line in BY_SUM:
        insured = float((rows["count"] * rows["sum_insured"].fill_null(0)).sum()) * 100
        if insured > 0:
            return present["sum_insured"].fill_null(0).to_numpy() * 100 * (cost / insured)
    excess = cost / float(rows["capped"].sum())
    whole = float(rows["capped"].sum()) / count
    # Products of one line pay differently: the mean of each, as far as its claims carry it.
    prior = 5.0
    by = rows.group_by("product").agg(pl.col("capped").sum(), pl.col("count").sum())
    means = {
        str(product): (capped + prior * whole) / (number + prior)
        for product, capped, number in by.iter_rows()
        if product is not None
    }
    return present["product"].replace_strict(means, default=whole, return_dtype=pl.Float64).to_numpy() * excess


def _explained(
    present: pl.DataFrame, models: Mapping[int, frequency.Frequency], fold: Whole
) -> tuple[tuple[str, ...], Matrix]:
    """What each feature adds to the log of a row's frequency (the mean last), by the model that judged it."""
    names = tuple(dict.fromkeys(name for model in models.values() for name in model.names))
    found = np.zeros((present.height, len(names) + 1))
    for number, model in models.items():
        places = np.flatnonzero(fold == number)
        columns = np.array([*(names.index(name) for name in model.names), len(names)], dtype=np.int64)
        for start in range(0, len(places), AT_ONCE):
            part = places[start : start + AT_ONCE]
            found[np.ix_(part, columns)] = model.contributions(present[part])
    return names, found


def _by_customer(
    line: str, present: pl.DataFrame, cost: Vector, factor: Vector, explained: tuple[tuple[str, ...], Matrix], told: Any
) -> LineExpected:
    names, adds = explained
    adds = np.column_stack([adds[:, :-1], np.log(np.maximum(factor, 1e-9))])
    moved = adds.sum(axis=1)
    whole = cost * factor
    base = whole / np.exp(moved)
    # L(a, b) = (a - b) / ln(a / b): parts that add up exactly, however far a feature moves the whole.
    mean = np.where(np.abs(moved) > 1e-9, (whole - base) / np.where(np.abs(moved) > 1e-9, moved, 1), whole)
    parts = adds * mean[:, None]
    order = np.lexsort((-present["exposure"].to_numpy(), present["customer"].to_numpy()))
    customers, first = np.unique(present["customer"].to_numpy()[order], return_index=True)

    def added(values: Any) -> Any:
        return np.add.reduceat(values[order], first, axis=0) if len(first) else values[order]

    return LineExpected(
        line,
        customers.astype(np.int64),
        added(whole),
        added(present["exposure"].to_numpy()),
        added(base),
        (*names, OWN),
        added(parts),
        present.select(FEATURES)[order[first]],
        told,
    )
