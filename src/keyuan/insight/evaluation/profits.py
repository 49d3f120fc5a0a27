"""Spanish motor: is what a customer was to earn a better forecast of next year's profit than what they did earn?

Taught and counted on contract-years that began by the end of 2016, judged on those of 2017: profit = premium - claims. Two
forecasts of the same policies are put beside each other: the profit of the years before as it was (realised), and with the
expected claims in the place of those that came (structure: frequency x severity out of fold, own record by credibility).

The counts of this data are no counts of single years (docs/algorithms/evaluation.md): what a policy's first year has tells
nearly all that its next one has. Both forecasts see it, so that both look better here than they would elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from keyuan.insight.evaluation.judging import Measure, interval
from keyuan.insight.evaluation.places import found
from keyuan.insight.evaluation.results import Line, Record
from keyuan.insight.evaluation.spain import RISK, parts, renewals
from keyuan.insight.evaluation.study import Outcome
from keyuan.insight.learning.arrays import Vector
from keyuan.insight.learning.blending import ranks
from keyuan.insight.learning.boosting import Recipe
from keyuan.insight.learning.folds import by_key, each
from keyuan.insight.learning.models import Boosted
from keyuan.insight.profit.credibility import premiums, structure
from keyuan.insight.profit.curve import Curve, curve

NONE: Final = Record(None, "")
#: What an insurer knows of the risk; no earlier claims: they come in through credibility alone.
OWN: Final = tuple(name for name in RISK if name != "known_before")
WORDS: Final = ("type_risk", "fuel")
PREMIUM: Final = ("log_premium",)
OFTEN: Final = Recipe(
    "poisson",
    250,
    {
        "learning_rate": 0.03, "num_leaves": 8, "min_data_in_leaf": 200, "feature_fraction": 0.5, "bagging_fraction": 0.7,
        "bagging_freq": 1, "lambda_l2": 20,
    },
)  # fmt: skip
MUCH: Final = Recipe(
    "gamma",
    150,
    {
        "learning_rate": 0.03, "num_leaves": 6, "min_data_in_leaf": 200, "feature_fraction": 0.5, "bagging_fraction": 0.7,
        "bagging_freq": 1, "lambda_l2": 50,
    },
)  # fmt: skip
CAPPED_AT: Final = 0.99


@dataclass(frozen=True, slots=True)
class Past:
    """By policy, of the years that teach: premium, real and expected claims (euro, a year)."""

    rows: pl.DataFrame


def expected_cost(rows: pl.DataFrame) -> tuple[Vector, Vector]:
    """What the claims of each row were to be expected: often, and euro a claim; from rows of other people only."""
    fold = by_key(rows["person"].cast(pl.String).to_list(), 5, salt="profit")
    count, cost = rows["claims"].to_numpy().astype(np.float64), rows["cost"].to_numpy()
    cap = float(np.quantile(cost[cost > 0], CAPPED_AT))
    excess = float(cost.sum() / np.minimum(cost, cap).sum())
    often, much = np.empty(rows.height), np.empty(rows.height)
    for learn, judge in each(fold):
        own, other = rows.filter(pl.Series(learn)), rows.filter(pl.Series(judge))
        mean = float(np.log(count[learn].mean()))
        model = Boosted.teach(own, count[learn], OFTEN, numbers=OWN, categories=WORDS, offset=np.full(own.height, mean))
        often[judge] = np.exp(model.raw(other) + mean)
        hit = learn & (count > 0) & (cost > 0)
        single = np.minimum(cost[hit], cap) / count[hit]
        level = float(np.log(np.average(single, weights=count[hit])))
        size = Boosted.teach(
            rows.filter(pl.Series(hit)), single, MUCH, numbers=OWN, categories=WORDS,
            weight=count[hit], offset=np.full(int(hit.sum()), level),
        )  # fmt: skip
        much[judge] = np.exp(size.raw(other) + level) * excess
    return often, much


def past(rows: pl.DataFrame) -> Past:
    """The years that teach, by policy; own record by Bühlmann-Straub, and balanced so that luck is nothing in sum."""
    often, much = expected_cost(rows)
    rows = rows.with_columns(often=pl.Series(often), likely=pl.Series(often * much))
    ordered = rows.sort("policy", "term_from")
    unit = ordered["policy"].rle_id().to_numpy().astype(np.int64)
    weight = ordered["often"].to_numpy()
    ratio = ordered["claims"].to_numpy() / weight
    known = structure(unit, ratio, weight)
    factor = premiums(unit, ratio, weight, known)[unit]
    likely = ordered["likely"].to_numpy() * factor
    likely *= float(ordered["cost"].sum()) / likely.sum()
    by_policy = (
        ordered.with_columns(expected=pl.Series(likely))
        .group_by("policy", maintain_order=True)
        .agg(
            pl.col("person").first(),
            pl.len().alias("years"),
            pl.col("premium").mean(),
            pl.col("cost").mean().alias("claims"),
            pl.col("expected").mean(),
        )
    )
    return Past(
        by_policy.with_columns(
            realised=pl.col("premium") - pl.col("claims"), structural=pl.col("premium") - pl.col("expected")
        )
    )


def rank_correlation(truth: Vector, said: Vector, weight: Vector | None) -> float:
    """Spearman's, with weights on the pairs of ranks."""
    left, right = ranks(truth), ranks(said)
    w = np.ones(len(left)) if weight is None else weight
    dx, dy = left - np.average(left, weights=w), right - np.average(right, weights=w)
    return float((w * dx * dy).sum() / np.sqrt((w * dx**2).sum() * (w * dy**2).sum()))


def worst_fifth(truth: Vector, said: Vector, weight: Vector | None) -> float:
    """Euro a year and policy that the fifth of the worst forecast really earned: the lower, the better it was found."""
    w = np.ones(len(truth)) if weight is None else weight
    order = np.argsort(said, kind="stable")
    taken = np.clip(0.2 * w.sum() - (np.cumsum(w[order]) - w[order]), 0, w[order])
    return float((taken * truth[order]).sum() / taken.sum())


def deciles(next_year: pl.DataFrame, by: str) -> list[dict[str, float]]:
    """The policies from the worst forecast to the best in tenths: what was said, and what came."""
    told = []
    for part in np.array_split(np.argsort(next_year[by].to_numpy(), kind="stable"), 10):
        rows = next_year[part]
        premium = float(rows["premium_then"].sum())
        told.append(
            {
                "said": _mean(rows[by]),
                "profit": _mean(rows["profit_then"]),
                "loss_ratio": round(float(rows["cost_then"].sum()) / premium, 3),
                "rows": rows.height,
            }
        )
    return told


def _mean(values: pl.Series) -> float:
    return round(float(np.mean(values.to_numpy())), 2)


def shape(one: Curve) -> dict[str, Any]:
    return {
        "customers": one.customers, "best_20": one.share_of(0, 0.2), "middle_60": one.share_of(0.2, 0.8),
        "worst_20": one.share_of(0.8, 1), "losing": round(one.losing / one.customers, 4),
        "sums_in_euro": [cents / 100 for cents in one.sums],
    }  # fmt: skip


def study(data: Path) -> Outcome:
    rows, never = renewals(found("spain_motor", data) / "motor_portfolio.csv.gz")
    split = parts(rows.drop("lapsed"), answer="cost", never=never)
    teaching = split.training.frame.with_columns(cost=pl.Series(split.training.truth))
    known = past(teaching).rows
    asked = split.asked.select("policy", premium_then=pl.col("premium")).with_row_index("place")
    seen = asked.join(known, on="policy").sort("place")
    place = seen["place"].to_numpy()

    def judged(said: Vector, of: Any) -> Any:
        whole = np.full(len(split.answers), 0.0)
        whole[place] = said
        return split.answers.judge(whole, of)

    premium = seen["premium_then"].to_numpy()
    lines = []
    on = f"{seen.height:,} policies with a year before and one that began in 2017"
    measures = (
        Measure("profit of 2017, rank correlation with the forecast", rank_correlation, "high", NONE),
        Measure("profit of 2017, euro a policy in the fifth forecast worst", worst_fifth, "low", NONE),
    )
    for measure in measures:

        def bounded(truth: Vector, said: Vector, of: Any = measure.of) -> Any:
            return interval(of, premium - truth[place], said[place])

        def valued(truth: Vector, said: Vector, of: Any = measure.of) -> float:
            return float(of(premium - truth[place], said[place], None))

        def better(truth: Vector, said: Vector, of: Any = measure.of) -> Any:
            real = premium - truth[place]
            was = seen["realised"].to_numpy()
            return interval(lambda y, p, w: of(y, p, w) - of(y, was, w), real, said[place])

        ours = judged(seen["structural"].to_numpy(), bounded)
        base = judged(seen["realised"].to_numpy(), valued)
        gain = judged(seen["structural"].to_numpy(), better)
        note = f"over the other: {gain.value:.4g} ({gain.low:.4g} to {gain.high:.4g})"
        lines.append(
            Line(
                "spain_motor",
                measure.name,
                ours,
                base,
                "realised profit of the years before",
                NONE,
                measure.best,
                on,
                note,
            )
        )
    told = judged(np.zeros(seen.height), lambda truth, _said: truth[place])
    after = seen.with_columns(cost_then=pl.Series(told)).with_columns(
        profit_then=pl.col("premium_then") - pl.col("cost_then")
    )
    report = {
        "curve_of_the_years_before": {
            "realised": shape(curve(np.rint(known["realised"].to_numpy() * 100))),
            "structural": shape(curve(np.rint(known["structural"].to_numpy() * 100))),
        },
        "deciles_of_2017": {name: deciles(after, name) for name in ("realised", "structural")},
    }
    return Outcome(tuple(lines), {"spain_profit_curve.json": json.dumps(report, indent=1) + "\n"})
