"""Own experience is believed as far as Bühlmann and Straub say: against the published example of Hachemeister (1975)."""

from __future__ import annotations

import numpy as np
import pytest

from keyuan.insight.profit.credibility import premiums, structure

# Bodily injury claims of five states of the USA over twelve quarters: average cost, and number of claims.
# Hachemeister, Credibility for regression models with application to trend (1975); in R: actuar::hachemeister.
RATIOS = (
    (1738, 1642, 1794, 2051, 2079, 2234, 2032, 2035, 2115, 2262, 2267, 2517),
    (1364, 1408, 1597, 1444, 1342, 1675, 1470, 1448, 1464, 1831, 1612, 1471),
    (1759, 1685, 1479, 1763, 1674, 2103, 1502, 1622, 1828, 2155, 2233, 2059),
    (1223, 1146, 1010, 1257, 1426, 1532, 1953, 1123, 1343, 1243, 1762, 1306),
    (1456, 1499, 1609, 1741, 1482, 1572, 1606, 1735, 1607, 1573, 1613, 1690),
)
WEIGHTS = (
    (7861, 9251, 8706, 8575, 7917, 8263, 9456, 8003, 7365, 7832, 7849, 9077),
    (1622, 1742, 1523, 1515, 1622, 1602, 1964, 1515, 1527, 1748, 1654, 1861),
    (1147, 1357, 1329, 1204, 998, 1077, 1277, 1218, 896, 1003, 1108, 1121),
    (407, 396, 348, 341, 315, 328, 352, 331, 287, 384, 321, 342),
    (2902, 3172, 3046, 3068, 2693, 2910, 3275, 2697, 2663, 3017, 3242, 3425),
)


def test_the_published_example_comes_out_as_published() -> None:
    unit = np.repeat(np.arange(5), 12)
    ratio, weight = np.array(RATIOS, dtype=float).ravel(), np.array(WEIGHTS, dtype=float).ravel()
    found = structure(unit, ratio, weight)
    # actuar::cm(~state, hachemeister, ratios = ratio.1:ratio.12, weights = weight.1:weight.12), documented output
    assert found.within == pytest.approx(139_120_026, rel=1e-6)
    assert found.between == pytest.approx(89_639, rel=1e-4)
    assert found.mean == pytest.approx(1683.713, abs=0.01)
    sums = np.array(WEIGHTS).sum(axis=1).astype(float)
    assert found.believed(sums) == pytest.approx([0.98474, 0.92764, 0.89847, 0.72788, 0.95876], abs=1e-4)
    assert premiums(unit, ratio, weight, found)[0] == pytest.approx(2055.165, abs=0.01)


def test_where_nobody_differs_own_experience_says_nothing() -> None:
    unit = np.arange(4)
    found = structure(unit, np.ones(4), np.full(4, 10.0), within=1.0)
    assert found.between == 0
    assert premiums(unit, np.array([0.0, 5.0, 1.0, 1.0]), np.full(4, 10.0), found) == pytest.approx(np.ones(4))


def test_a_longer_record_is_believed_more() -> None:
    random = np.random.default_rng(1)
    own = random.gamma(2.0, 0.5, 4000)
    weight = random.uniform(0.2, 5.0, 4000)
    count = random.poisson(own * weight).astype(float)
    found = structure(np.arange(4000), count / weight, weight, within=1.0)
    assert found.between == pytest.approx(0.5, rel=0.15)
    assert found.mean == pytest.approx(1.0, rel=0.05)
    few, many = found.believed(np.array([0.2, 5.0]))
    assert few < 0.15 < 0.6 < many
