"""The rule set of suitability: each flag at its edge, its source, and that it never crashes or forgets."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.products.definition.book import shipped
from keyuan.products.suitability import RULES, Need, SuitabilityFacts, assess, needs_met
from keyuan.products.suitability.findings import LEVELS, TEXTS

ON = date(2026, 11, 23)
FIT = SuitabilityFacts(
    product_grade=1,
    meets=frozenset({Need.DEATH}),
    long_term=True,
    holder_age=30,
    premium=Decimal(2000),
    pay_years=20,
    seller_grade=3,
    risk_grade=3,
    needs=frozenset({Need.DEATH}),
    household_income=Decimal(200_000),
    budget=Decimal(5000),
)


def codes(**changed: Any) -> set[str]:
    return {one.code for one in assess(dataclasses.replace(FIT, **changed), on=ON).findings}


def test_what_fits_is_found_to_fit() -> None:
    assert assess(FIT, on=ON).findings == ()
    assert assess(FIT, on=ON).level is None


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"product_grade": 4, "risk_grade": 5}, {"above_seller"}),
        ({"product_grade": 3, "risk_grade": 2}, {"above_customer"}),
        ({"product_grade": 3, "risk_grade": None}, {"risk_unknown"}),
        ({"product_grade": 2, "risk_grade": None}, set()),
        ({"needs": frozenset({Need.PENSION})}, {"no_need"}),
        ({"needs": frozenset({Need.PENSION, Need.DEATH})}, set()),
        ({"needs": None}, {"needs_unknown"}),
        ({"household_income": None}, {"income_unknown"}),
        ({"premium": Decimal(40_000), "budget": None}, set()),
        ({"premium": Decimal("40000.01"), "budget": None}, {"yearly_over_income"}),
        ({"premium": Decimal(30_000), "paying": Decimal(10_000), "budget": None}, set()),
        ({"premium": Decimal(30_000), "paying": Decimal(10_001), "budget": None}, {"all_over_income"}),
        ({"premium": Decimal(800_000), "single": True, "budget": None}, set()),
        ({"premium": Decimal("800000.01"), "single": True, "budget": None}, {"single_over_income"}),
        ({"premium": Decimal("7499.99")}, set()),
        ({"premium": Decimal(7500)}, {"over_budget"}),
        ({"holder_age": 39}, set()),
        ({"holder_age": 40}, {"pays_into_old_age"}),
        ({"holder_age": 59, "single": True}, set()),
        ({"holder_age": 60, "single": True}, {"record_the_sale"}),
        ({"holder_age": 60, "single": True, "long_term": False}, set()),
        ({"holder_age": 65, "single": True}, {"record_the_sale", "elder"}),
        ({"holder_age": None}, {"age_unknown"}),
        ({"participating": True}, {"not_guaranteed"}),
    ],
)
def test_each_flag_is_raised_at_its_edge_and_no_other(changed: dict[str, Any], found: set[str]) -> None:
    assert codes(**changed) == found


def test_the_gravest_comes_first_and_a_mismatch_advises_to_stop() -> None:
    told = assess(
        dataclasses.replace(FIT, product_grade=5, risk_grade=2, holder_age=66, premium=Decimal(90_000)), on=ON
    )
    levels = [LEVELS.index(one.level) for one in told.findings]
    assert levels == sorted(levels)
    assert told.stops
    assert {"above_seller", "above_customer"} == {one.code for one in told.findings if one.level == "stop"}


def test_every_finding_has_a_sentence_and_names_its_source() -> None:
    assert {rule.code for rule in RULES} == set(TEXTS)
    told = assess(dataclasses.replace(FIT, product_grade=4, premium=Decimal(90_000), holder_age=70), on=ON)
    for one in told.findings:
        assert one.text
        assert "%(" not in one.text
        assert one.source
    assert "令2025年第7号" in next(one.source for one in told.findings if one.code == "above_seller")


amounts = st.decimals(0, 10**8, places=2, allow_nan=False, allow_infinity=False)
grades = st.none() | st.integers(1, 5)
facts = st.builds(
    SuitabilityFacts,
    product_grade=st.integers(1, 5),
    meets=st.frozensets(st.sampled_from(Need), min_size=1),
    long_term=st.booleans(),
    holder_age=st.none() | st.integers(0, 106),
    premium=amounts,
    single=st.booleans(),
    pay_years=st.integers(1, 60),
    participating=st.booleans(),
    seller_grade=grades,
    risk_grade=grades,
    needs=st.none() | st.frozensets(st.sampled_from(Need)),
    household_income=st.none() | amounts,
    paying=amounts,
    budget=st.none() | amounts,
)


@given(facts)
def test_whatever_is_told_is_answered_with_whole_sentences(told: SuitabilityFacts) -> None:
    for one in assess(told, on=ON).findings:
        assert "%(" not in one.text


@given(facts, amounts)
def test_a_dearer_premium_never_takes_a_warning_away(told: SuitabilityFacts, more: Decimal) -> None:
    before = {one.code for one in assess(told, on=ON).findings} - {"all_over_income"}
    dearer = dataclasses.replace(told, premium=told.premium + more)
    assert before <= {one.code for one in assess(dearer, on=ON).findings}


def test_every_shipped_product_for_people_meets_a_need() -> None:
    assert {one.code: needs_met(one) for one in shipped()} == {
        "ACC": {Need.ACCIDENT},
        "ANN": {Need.PENSION},
        "CIL": {Need.CRITICAL_ILLNESS},
        "EDU": {Need.EDUCATION},
        "ENT": set(),
        "GRP": {Need.STAFF},
        "HOM": {Need.HOME},
        "MED": {Need.MEDICAL},
        "MOT": {Need.VEHICLE},
        "PAR": {Need.SAVING},
        "TRM": {Need.DEATH},
        "TRV": {Need.TRAVEL},
        "WLF": {Need.DEATH, Need.SAVING},
    }
