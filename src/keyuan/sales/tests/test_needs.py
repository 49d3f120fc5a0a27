"""What a household told becomes gaps and suggestions within its budget; and no household breaks it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyuan.products.definition.book import shipped
from keyuan.products.rating import price, risk_of
from keyuan.products.suitability import Need
from keyuan.sales.needs import NeedsFacts, assumptions, gaps, needs_of, suggest
from keyuan.sales.refusals import NeedsRefused

ON = date(2026, 11, 23)
NUMBERS = assumptions(ON)
FAMILY = {
    "age": 35,
    "sex": "male",
    "partner": True,
    "children": [6],
    "parents": 2,
    "income": "180000",
    "household_income": "300000",
    "debts": "900000",
    "savings": "100000",
    "has_death": "200000",
    "budget": "15000",
}


def told(**changed: Any) -> NeedsFacts:
    return needs_of({**FAMILY, **changed})


def test_the_gap_at_death_is_income_debts_schooling_and_parents_less_what_is_there() -> None:
    (death,) = (gap for gap in gaps(told(), NUMBERS) if gap.need == Need.DEATH)
    assert [(step.code, step.amount) for step in death.steps] == [
        ("income", Decimal(1_080_000)),  # 180 000 × 60% × 10
        ("debts", Decimal(900_000)),
        ("education", Decimal(320_000)),  # 16 years to 22
        ("parents", Decimal(240_000)),
        ("has", Decimal(-200_000)),
        ("savings", Decimal(-100_000)),
    ]
    assert (death.wanted, death.has, death.short) == (2_540_000, 300_000, 2_240_000)
    assert death.share_met == 11


def test_who_supports_nobody_needs_no_cover_for_others() -> None:
    alone = needs_of({"age": 25, "sex": "female", "income": "90000"})
    assert {gap.need for gap in gaps(alone, NUMBERS)} == {
        Need.MEDICAL,
        Need.ACCIDENT,
        Need.CRITICAL_ILLNESS,
        Need.PENSION,
    }


def test_what_is_covered_already_is_not_suggested_again() -> None:
    found = suggest(told(has_medical="3000000"), NUMBERS, shipped(), on=ON)
    assert Need.MEDICAL not in {one.need for one in found.suggestions}
    assert [one.why.code for one in found.unmet if one.gap.need == Need.MEDICAL] == ["met"]


def test_suggestions_are_ranked_with_reasons_and_say_what_they_leave_out() -> None:
    found = suggest(told(), NUMBERS, shipped(), on=ON)
    chosen = [(one.need, one.product) for one in found.chosen]
    assert chosen[:4] == [
        (Need.MEDICAL, "MED"),
        (Need.ACCIDENT, "ACC"),
        (Need.CRITICAL_ILLNESS, "CIL"),
        (Need.DEATH, "TRM"),
    ]
    assert found.spent <= 15_000
    for one in found.suggestions:
        assert one.reasons
        assert one.leaves_out
        assert "%(" not in "".join(map(str, (*one.reasons, *one.leaves_out)))
    assert [one.chosen for one in found.suggestions] == sorted((one.chosen for one in found.suggestions), reverse=True)


def test_a_wish_is_answered_before_the_usual_order() -> None:
    found = suggest(told(wishes=["pension"]), NUMBERS, shipped(), on=ON)
    assert found.chosen[0].need == Need.PENSION
    assert "wished" in {one.code for one in found.chosen[0].reasons}


def test_a_budget_of_nothing_suggests_nothing_and_says_so() -> None:
    found = suggest(told(budget="0"), NUMBERS, shipped(), on=ON)
    assert found.suggestions == ()
    assert {one.why.code for one in found.unmet if one.gap.short} == {"no_room"}


def test_who_is_too_old_for_every_product_is_told_so() -> None:
    found = suggest(told(age=90, children=[]), NUMBERS, shipped(), on=ON)
    assert {one.why.code for one in found.unmet if one.gap.need == Need.CRITICAL_ILLNESS} == {"not_taken"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"age": 12}, "age"), ({"income": "-1"}, "income"), ({"children": [1] * 9}, "children"), ({"hat": 1}, "hat")],
)
def test_what_cannot_be_right_is_refused_by_its_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(NeedsRefused) as refused:
        told(**wrong)
    assert list(refused.value.faults) == [field]


money = st.integers(0, 5_000_000).map(str)
households = st.fixed_dictionaries(
    {
        "age": st.integers(18, 106),
        "sex": st.sampled_from(["male", "female"]),
        "occupation_class": st.integers(1, 6),
        "smoker": st.booleans(),
        "partner": st.booleans(),
        "children": st.lists(st.integers(0, 40), max_size=4),
        "parents": st.integers(0, 4),
        "income": st.none() | money,
        "household_income": st.none() | money,
        "debts": money,
        "savings": money,
        "has_death": money,
        "has_critical_illness": money,
        "budget": st.none() | money,
        "wishes": st.lists(st.sampled_from(Need), max_size=3),
    }
)


@settings(max_examples=40, deadline=None)
@given(households)
def test_every_household_is_answered_within_its_budget_and_every_suggestion_can_be_quoted(raw: dict[str, Any]) -> None:
    found = suggest(needs_of(raw), NUMBERS, shipped(), on=ON)
    if found.budget is not None:
        assert found.spent <= found.budget
    for one in found.suggestions:
        risk = risk_of(one.definition, dict(one.raw), on=ON)
        assert price(one.definition, risk, on=ON).yearly == one.yearly
        assert one.short_after >= 0
    for gap in found.gaps:
        assert gap.short >= 0
        assert sum(step.amount for step in gap.steps) == gap.wanted - gap.has
