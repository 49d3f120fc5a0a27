"""Values worked out by hand."""

import math

import numpy as np
import pytest

from keyuan.insight.learning.blending import mean_rank, ranks
from keyuan.insight.learning.calibration import isotonic, logistic, reliability
from keyuan.insight.learning.intervals import bootstrap
from keyuan.insight.learning.metrics import (
    auc,
    calibration_error,
    captured,
    first,
    hits,
    lift,
    log_loss,
    places,
    poisson_deviance,
    within,
)

TRUTH = np.array([0.0, 0, 1, 1])
SCORE = np.array([0.1, 0.4, 0.35, 0.8])


def test_three_of_four_pairs_in_order_are_an_area_of_three_quarters():
    assert auc(TRUTH, SCORE) == 0.75


def test_equal_scores_count_half():
    assert auc(TRUTH, np.zeros(4)) == 0.5


def test_a_weight_of_two_is_the_row_twice():
    twice = np.array([0, 1, 2, 2, 3])
    assert auc(TRUTH, SCORE, np.array([1.0, 1, 2, 1])) == auc(TRUTH[twice], SCORE[twice])


def test_without_one_of_the_classes_there_is_no_area():
    assert math.isnan(auc(np.ones(3), np.arange(3.0)))


def test_log_loss_is_the_mean_of_the_logs():
    assert log_loss(np.array([1.0, 0]), np.array([0.5, 0.25])) == pytest.approx(-(math.log(0.5) + math.log(0.75)) / 2)


def test_a_certain_error_is_not_infinite():
    assert log_loss(np.array([1.0]), np.array([0.0])) == pytest.approx(-math.log(1e-15))


def test_poisson_deviance_of_no_claim_is_twice_what_was_expected():
    assert poisson_deviance(np.array([0.0]), np.array([0.1])) == pytest.approx(0.2)


def test_poisson_deviance_of_two_claims():
    assert poisson_deviance(np.array([2.0]), np.array([1.0])) == pytest.approx(2 * (1 - 2 + 2 * math.log(2)))


def test_of_equal_scores_the_earlier_row_is_called_first():
    assert first(np.array([1.0, 3, 3, 2]), 3).tolist() == [1, 2, 3]
    assert hits(np.array([1.0, 0, 1, 0]), np.array([1.0, 3, 3, 2]), 2) == 1


def test_half_of_the_true_in_the_best_quarter_is_a_lift_of_two():
    assert captured(TRUTH, SCORE, 0.25) == 0.5
    assert lift(TRUTH, SCORE, 0.25) == 2.0


def test_calibration_error_is_the_distance_of_predicted_from_observed():
    chance = np.array([0.2] * 5 + [0.8] * 5)
    truth = np.array([0.0] * 4 + [1] + [1] * 3 + [0] * 2)
    assert calibration_error(truth, chance, bins=2) == pytest.approx((0 + 0.2 * 5) / 10)


def test_the_place_of_the_answer_counts_those_ahead_of_it():
    table = np.array([[0.1, 0.9, 0.5], [0.3, 0.3, 0.3]])
    found = places(table, np.array([2, 1]))
    assert found.tolist() == [1, 1]
    assert within(found, 1) == 0.0
    assert within(found, 2) == 1.0


def test_the_interval_holds_the_value_and_is_the_same_twice():
    values = np.arange(200.0)
    mean = lambda weight: float(np.average(values, weights=weight))  # noqa: E731
    interval = bootstrap(mean, 200)
    assert interval.value == 99.5
    assert interval.low < 99.5 < interval.high
    assert interval == bootstrap(mean, 200)
    # The standard error of the mean of 0 to 199 is 57.7 / sqrt(200), about 4.1.
    assert interval.high - interval.low == pytest.approx(4 * 4.1, rel=0.2)


def test_drawing_whole_people_widens_the_interval_where_their_rows_agree():
    values = np.repeat(np.arange(20.0), 10)
    person = np.repeat(np.arange(20), 10)
    mean = lambda weight: float(np.average(values, weights=weight))  # noqa: E731
    rows, people = bootstrap(mean, 200), bootstrap(mean, 200, groups=person)
    assert people.high - people.low > 2 * (rows.high - rows.low)


def test_ranks_share_their_middle_and_a_mean_of_ranks_forgets_the_scale():
    assert ranks(np.array([5.0, 1, 5])).tolist() == pytest.approx([2.5 / 3, 1 / 3, 2.5 / 3])
    assert mean_rank([np.array([1.0, 2]), np.array([100.0, 300])]).tolist() == [0.5, 1.0]


def test_the_isotonic_curve_rises_and_is_never_certain():
    curve = isotonic(np.array([1.0, 2, 3, 4]), np.array([0.0, 1, 0, 1]))
    said = curve(np.array([0.0, 1, 2, 3, 4, 9]))
    assert (np.diff(said) >= 0).all()
    assert said[2] == pytest.approx(0.5)
    assert said.min() > 0
    assert said.max() < 1


def test_log_odds_that_are_right_are_left_alone_by_the_logistic_calibration():
    random = np.random.default_rng(1)
    raw = random.normal(size=20000)
    slope, shift = logistic(raw, (random.random(20000) < 1 / (1 + np.exp(-raw))).astype(float))
    assert slope == pytest.approx(1, abs=0.06)
    assert shift == pytest.approx(0, abs=0.06)


def test_the_reliability_table_goes_from_low_to_high():
    table = reliability(np.array([0.0, 1, 0, 1]), np.array([0.9, 0.2, 0.1, 0.8]), bins=2)
    assert [(part.rows, part.observed) for part in table] == [(2, 0.5), (2, 0.5)]
    assert table[0].predicted == pytest.approx(0.15)
