"""The book agrees with the causes that it is drawn from, within statistical error."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from keyuan.demo import causes
from keyuan.demo.causes import LapseFactors
from keyuan.demo.policies_told import Trial
from keyuan.demo.tests.conftest import Drawn, draw

ERRORS = 4.0  # standard errors; one in 16,000 by chance, and the seed is fixed


@pytest.fixture(scope="module")
def large() -> Drawn:
    return draw(seed=7, customers=6000)


def agrees(trials: Iterable[Trial]) -> None:
    """What came is what was expected: the variance of a sum of Bernoulli or Poisson draws is at most its mean."""
    expected, came = 0.0, 0
    for trial in trials:
        expected, came = expected + trial.expected, came + trial.came
    assert abs(came - expected) <= ERRORS * math.sqrt(expected) + 1, (expected, came)


def by(trials: list[Trial], key: Callable[[Any], Any]) -> dict[Any, list[Trial]]:
    groups: dict[Any, list[Trial]] = defaultdict(list)
    for trial in trials:
        groups[key(trial.factors)].append(trial)
    return groups


@pytest.mark.parametrize("kind", ["motor", "medical", "accident", "travel", "home", "premises", "group", "illness"])
def test_claims_of_each_kind_come_as_often_as_their_cause_says(large: Drawn, kind: str) -> None:
    agrees(trial for trial in large.trials if trial.kind == kind)


def test_motor_claims_agree_for_each_use_and_ride_hailing_claims_more(large: Drawn) -> None:
    groups = by([trial for trial in large.trials if trial.kind == "motor"], lambda factors: factors["use"])
    rate = {}
    for use, trials in groups.items():
        agrees(trials)
        rate[use] = sum(trial.came for trial in trials) / len(trials)
    assert rate["ride_hailing"] > 2 * rate["private"]


def test_medical_claims_agree_for_smokers_and_others_and_for_each_occupation_class(large: Drawn) -> None:
    trials = [trial for trial in large.trials if trial.kind == "medical"]
    for key in ("smoker", "class"):
        for group in by(trials, lambda factors, key=key: factors[key]).values():
            agrees(group)


@pytest.mark.parametrize("cause", ["agent_left", "claim_refused", "no_contact"])
def test_lapses_agree_with_and_without_each_cause_and_the_cause_makes_them_likelier(large: Drawn, cause: str) -> None:
    trials = [trial for trial in large.trials if trial.kind == "lapse"]
    groups = by(trials, lambda factors: getattr(factors, cause))
    rate = {}
    for present, group in groups.items():
        agrees(group)
        rate[present] = sum(trial.came for trial in group) / len(group)
    assert rate[True] > 1.2 * rate[False]


def test_lapses_agree_at_every_pressure_and_every_dearer(large: Drawn) -> None:
    trials = [trial for trial in large.trials if trial.kind == "lapse"]
    for group in by(trials, lambda factors: round(min(factors.pressure, 3.0), 0)).values():
        agrees(group)
    for group in by(trials, lambda factors: round(max(factors.dearer, 0.0), 1)).values():
        agrees(group)


def test_the_expected_lapse_is_the_formula_of_the_causes(large: Drawn) -> None:
    for trial in large.trials[:5000]:
        if trial.kind == "lapse":
            assert isinstance(trial.factors, LapseFactors)
            assert trial.expected == causes.lapse_probability(trial.factors)


def test_a_fifth_of_the_customers_earn_about_twice_the_profit_and_a_fifth_lose(large: Drawn) -> None:
    profits = sorted(large.book.profits.values(), reverse=True)
    fifth = len(profits) // 5
    share = sum(profits[:fifth]) / sum(profits)
    losers = sum(profit < 0 for profit in profits) / len(profits)
    assert 1.5 <= share <= 2.6, share
    assert 0.15 <= losers <= 0.26, losers


def test_the_price_of_a_policy_does_not_know_all_causes() -> None:
    smoker = causes.medical_frequency(age=40, smoker=True, occupation_class=1)
    assert smoker == pytest.approx(1.35 * causes.medical_frequency(age=40, smoker=False, occupation_class=1))
    assert causes.motor_frequency(age=22, kilometres=12_000, use="private", traffic=1.0) == pytest.approx(0.17 * 1.7)


def test_reasons_of_a_lapse_share_its_log_odds() -> None:
    factors = LapseFactors("MOT", 1.0, True, False, 0.0, False, 1)
    reasons = causes.lapse_reasons(factors)
    assert sum(reasons.values()) == pytest.approx(1)
    assert reasons["agent_left"] / reasons["payment_pressure"] == pytest.approx(0.9 / 0.45)
    assert reasons["claim_refused"] == reasons["no_contact"] == 0


def test_the_truth_can_be_exported() -> None:
    told = json.loads(json.dumps(causes.truth()))
    assert told["lapse"]["agent_left"] == causes.LAPSE.agent_left
    assert told["claim"]["motor_use"]["ride_hailing"] == 1.9
