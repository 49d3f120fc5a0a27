"""The model of leaving on a book whose causes are known: it finds them, and its chances mean what they say."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from keyuan.demo import causes
from keyuan.insight.learning import store
from keyuan.insight.scores import leaving, reasons
from keyuan.insight.scores.leaving import Leaving, likeliest, within
from keyuan.insight.scores.training import Trained, saved
from keyuan.insight.tests.scores.conftest import Known

#: The cause of the demo's book behind each of ours.
TRUE = {"payment_pressure": "pressure", "agent_left": "agent_left", "claim_refused": "claim_refused", "dearer": "dearer",
        "no_contact": "no_contact"}  # fmt: skip


def test_the_chance_of_a_longer_time_is_never_smaller(known: Known, trained: Trained) -> None:
    chances = within(trained.model.hazards(known.rows.head(5000)))
    assert (np.diff(chances, axis=1) >= 0).all()
    assert chances.min() > 0
    assert chances.max() < 1


def test_it_beats_the_table_on_the_wall_and_says_what_it_means(trained: Trained) -> None:
    metrics, wall = trained.card.metrics, trained.card.baseline
    assert trained.better
    assert metrics["log loss saved against the baseline"].low > 0
    assert metrics["AUC, decision within 90 days"].value > wall["AUC, decision within 90 days"].value + 0.02
    assert metrics["calibration error"].value < 0.006
    for part in trained.card.calibration:
        assert abs(part.predicted - part.observed) <= 0.005 + 3 * math.sqrt(part.predicted / part.rows)


def test_the_same_book_gives_the_same_trees_byte_for_byte(known: Known, tmp_path: Any) -> None:
    few = known.rows.filter(pl.col("customer") < 800)
    three, truth = leaving.at_risk(few, until=known.ground.until)
    kept = [
        store.keep(
            tmp_path / str(run), "lapse_own", Leaving.teach(three, truth).told(), told={}, taught_on="2026-11-22"
        )
        for run in (1, 2)
    ]
    assert kept[0].name == kept[1].name
    assert (kept[0] / "trees-0-0.txt").read_bytes() == (kept[1] / "trees-0-0.txt").read_bytes()


def test_a_model_that_does_not_beat_its_baseline_is_not_better() -> None:
    draw = np.random.default_rng(1)
    truth = (draw.random(2000) < 0.1).astype(float)
    policy = np.arange(2000) // 4
    knows, guesses = np.where(truth > 0, 0.3, 0.05), np.full(2000, 0.1)
    assert saved(truth, knows, guesses, policy, draws=50).low > 0
    assert saved(truth, guesses, knows, policy, draws=50).high < 0
    # As good as the baseline is not better.
    assert saved(truth, guesses, guesses, policy, draws=50).low <= 0


def test_each_true_cause_is_found(known: Known, trained: Trained) -> None:
    """Change one cause of everybody who decides soon, and nothing else: the model answers as the truth does."""
    rows = known.rows.filter((pl.col("due_on") - pl.col("day")).dt.total_days() <= 80)

    # Only long contracts cost a good part of an income.
    long = known.rows.filter(pl.col("long_term") & (pl.col("yearly") > 0))

    def mean(of: pl.DataFrame = rows, **changed: Any) -> float:
        return float(trained.model.hazards(of.with_columns(**changed)).max(axis=1).mean())

    assert mean(orphan=pl.lit(1.0)) > 1.25 * mean(orphan=pl.lit(0.0))
    assert mean(contact_days=pl.lit(800.0)) > 1.15 * mean(contact_days=pl.lit(60.0))
    assert mean(long, pressure=pl.lit(1.5)) > 1.3 * mean(long, pressure=pl.lit(0.1))
    assert mean(refused=pl.lit(1.0)) >= mean(refused=pl.lit(0.0))
    assert mean(tenure=pl.lit(0.8)) > mean(tenure=pl.lit(6.0))
    motor = rows.filter(pl.col("line") == "motor")
    dear, same = (
        float(
            trained.model.hazards(motor.with_columns(dearer=pl.lit(rise), last_change=pl.lit(0.0))).max(axis=1).mean()
        )
        for rise in (0.6, -0.15)
    )
    assert dear > 1.05 * same


def test_the_first_reason_is_the_largest_true_cause_far_oftener_than_by_chance(known: Known, trained: Trained) -> None:
    """Of the customers who are warned of: what is written against what the book drew their decision from."""
    decided = _decided(known)
    model, encoding = trained.model, trained.model.trees.encoding
    hazards = model.hazards(decided)
    three = likeliest(decided, hazards)
    told = reasons.found(model.trees.contributions(three), encoding.matrix(three), encoding.names)
    warned = decided.with_columns(
        first=pl.Series([_first(one) for one in told.str.json_decode().to_list()]), chance=within(hazards)[:, -1]
    ).filter((pl.col("chance") >= 0.1) & (pl.col("first") != ""))
    agree = (warned["first"] == warned["truth"]).to_numpy()
    # Better than one of five at random, and than always naming the commonest cause.
    commonest = float((warned["truth"] == warned["truth"].mode()[0]).mean())
    error = math.sqrt(agree.mean() * (1 - agree.mean()) / len(agree))
    assert len(agree) > 300
    assert agree.mean() - 4 * error > max(0.2, commonest), (agree.mean(), commonest)


def _first(told: Sequence[Mapping[str, Any]]) -> str:
    """The first reason that the truth knows, too."""
    return next((one["code"] for one in told if one["code"] in TRUE.values()), "")


def _decided(known: Known) -> pl.DataFrame:
    """The rows shortly before a decision that the book drew, with its largest true cause, if any counts for something."""
    drawn = {(one.policy, one.factors.years): one.factors for one in known.drawn.trials if one.kind == "lapse"}
    days = (pl.col("due_on") - pl.col("day")).dt.total_days()
    rows = known.rows.filter(days.is_between(5, 89)).with_columns(year=(pl.col("tenure") + days / 365.25).round())
    truth = []
    for policy, year in rows.select("policy", "year").iter_rows():
        factors = drawn.get((policy, int(year)))
        terms = {} if factors is None else causes.lapse_terms(factors)
        most = max(terms, key=terms.__getitem__, default="")
        truth.append(TRUE[most] if terms and terms[most] > 0.2 else "")
    return rows.with_columns(truth=pl.Series(truth)).filter(pl.col("truth") != "")
