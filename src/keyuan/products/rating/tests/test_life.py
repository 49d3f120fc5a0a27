"""A life product is priced from its definition by steps that a person can follow; what cannot be priced names its rule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyuan.kernel.money import Money
from keyuan.products.definition import Definition
from keyuan.products.rating import LifeRisk, RiskRefused, illustration, price, risk_of
from keyuan.products.rating.illustrations import cash_value, reserve
from keyuan.products.rating.tests.conftest import shipped

D = Decimal
USUAL: dict[str, Any] = {
    "age": 35,
    "sex": "male",
    "sum": 500000,
    "cover_term": "20 years",
    "pay_years": "20 years",
    "mode": 12,
    "occupation_class": 1,
    "smoker": "no",
}


def asked(**other: Any) -> dict[str, Any]:
    return {**USUAL, **other}


def rules(definition: Definition, raw: Any, *, on: date | None = None) -> list[tuple[str, str]]:
    with pytest.raises(RiskRefused) as refused:
        risk_of(definition, raw, on=on)
    assert all(str(fault) for fault in refused.value.faults)
    return [(fault.rule, fault.field) for fault in refused.value.faults]


@st.composite
def lives(draw: st.DrawFn) -> dict[str, Any]:
    definition = shipped("term_life")
    cover = draw(st.sampled_from(definition.terms.cover))
    pays = draw(st.sampled_from(definition.terms.payment.years))
    riders = draw(st.sampled_from([{}, {"accident": 50000}, {"waiver": True}, {"waiver": True, "accident": 100000}]))
    return {
        "age": draw(st.integers(18, 60)),
        "sex": draw(st.sampled_from(["male", "female"])),
        "sum": draw(st.integers(10, 300)) * 10000,
        "cover_term": str(cover),
        "pay_years": str(pays),
        "mode": 0 if pays.kind == "single" else draw(st.sampled_from([1, 3, 6, 12])),
        "occupation_class": draw(st.integers(1, 4)),
        "smoker": draw(st.sampled_from(["yes", "no"])),
        "riders": riders,
    }


def risk_or_none(definition: Definition, raw: dict[str, Any]) -> Any:
    try:
        return risk_of(definition, raw)
    except RiskRefused:
        return None


def test_the_steps_lead_to_the_premium(term_life: Definition) -> None:
    raw = asked(smoker="yes", occupation_class=3, mode=1, riders={"accident": 500000, "waiver": True})
    told = price(term_life, risk_of(term_life, raw))
    assert [(step.code, step.of, step.by, step.amount) for step in told.steps] == [
        ("rate", "", D("3.6206"), D("1810.30")),
        ("factor.smoker", "", D("1.30"), D("2353.39")),
        ("factor.occupation_class", "", D("1.05"), D("2471.06")),
        ("policy_fee", "", D("22.61"), D("2493.67")),
        ("rider.share", "waiver", D("0.024"), D("59.85")),
        ("rider.per_thousand", "accident", D("1.00"), D("500.00")),
        ("instalment", "1", D("0.09"), D("274.82")),
    ]
    assert told.standard == Money("3053.52")
    assert told.premium == told.first == Money("274.82")
    assert told.yearly == Money("3297.84")
    assert told.total == Money("65956.80")


@given(lives())
@settings(max_examples=60, deadline=None)
def test_no_premium_is_negative_and_instalments_sum_to_the_total(raw: dict[str, Any]) -> None:
    definition = shipped("term_life")
    risk = risk_or_none(definition, raw)
    if risk is None:
        return
    told = price(definition, risk)
    assert told.premium.amount > 0
    assert Money.total(told.instalments) == told.yearly
    assert told.yearly.times(told.years) == told.total
    assert Money.total(told.by_coverage.values()) == told.standard
    assert told.first.amount >= told.premium.amount > 0


@given(lives(), st.integers(10, 300))
@settings(max_examples=60, deadline=None)
def test_more_sum_never_costs_less(raw: dict[str, Any], other: int) -> None:
    definition = shipped("term_life")
    less, more = sorted([raw["sum"], other * 10000])
    one = risk_or_none(definition, {**raw, "sum": less, "riders": {}})
    two = risk_or_none(definition, {**raw, "sum": more, "riders": {}})
    if one is None or two is None:
        return
    assert price(definition, one).premium.amount <= price(definition, two).premium.amount


def test_an_older_life_pays_more_and_a_woman_less(term_life: Definition) -> None:
    by_age = [price(term_life, risk_of(term_life, asked(age=age))).yearly.amount for age in range(18, 51)]
    assert by_age == sorted(by_age)
    woman = price(term_life, risk_of(term_life, asked(sex="female"))).yearly
    assert woman.amount < price(term_life, risk_of(term_life, asked())).yearly.amount


def test_underwriting_may_add_a_loading(term_life: Definition) -> None:
    plain = price(term_life, risk_of(term_life, asked()))
    loaded = price(term_life, risk_of(term_life, asked(loading_percent=50)))
    assert plain.steps[0].amount == D("1810.30")
    assert loaded.steps[1].amount == D("2715.45")


def test_the_birth_date_gives_the_age_at_the_last_birthday(term_life: Definition) -> None:
    raw = {key: value for key, value in USUAL.items() if key != "age"}
    risk = risk_of(term_life, {**raw, "birth_date": "1991-11-23"}, on=date(2026, 11, 22))
    assert isinstance(risk, LifeRisk)
    assert risk.age == 34
    assert rules(term_life, {**raw, "birth_date": "2027-01-01"}, on=date(2026, 11, 22)) == [
        ("not_born_yet", "birth_date"),
    ]


@pytest.mark.parametrize(
    ("change", "rule", "field"),
    [
        ({"age": 17}, "too_young", "age"),
        ({"age": 61}, "too_old", "age"),
        ({"age": "thirty"}, "not_a_number", "age"),
        ({"age": 35.5}, "not_whole", "age"),
        ({"sex": "x"}, "not_offered", "sex"),
        ({"sex": 1}, "not_a_text", "sex"),
        ({"sum": 90000}, "sum_too_small", "sum"),
        ({"sum": 3010000}, "sum_too_large", "sum"),
        ({"sum": 505000}, "sum_off_step", "sum"),
        ({"sum": "500000.001"}, "too_fine", "sum"),
        ({"sum": -1}, "too_small", "sum"),
        ({"sum": 10**30}, "not_a_number", "sum"),
        ({"cover_term": "7 years"}, "not_offered", "cover_term"),
        ({"cover_term": None}, "missing", "cover_term"),
        ({"cover_term": "10 years"}, "pays_longer_than_cover", "pay_years"),
        ({"cover_term": "to age 60", "age": 60}, "cover_over", "cover_term"),
        ({"age": 55, "cover_term": "30 years"}, "pays_too_late", "pay_years"),
        ({"mode": 2}, "not_offered", "mode"),
        ({"mode": 0}, "single_means_once", "mode"),
        ({"pay_years": "single"}, "single_means_once", "mode"),
        ({"occupation_class": 5}, "occupation_not_accepted", "occupation_class"),
        ({"smoker": "sometimes"}, "not_offered", "smoker"),
        ({"riders": {"cancer": 1}}, "rider_unknown", "riders.cancer"),
        ({"riders": {"accident": 10}}, "sum_too_small", "riders.accident"),
        ({"riders": {"accident": 600000}}, "rider_over_main", "riders.accident"),
        (
            {"riders": {"waiver": True}, "age": 51, "cover_term": "15 years", "pay_years": 15},
            "rider_too_old",
            "riders.waiver",
        ),
        ({"colour": "red"}, "unknown_field", "colour"),
        ({"loading_percent": 501}, "too_large", "loading_percent"),
    ],
)
def test_each_refusal_names_its_rule(term_life: Definition, change: dict[str, Any], rule: str, field: str) -> None:
    assert (rule, field) in rules(term_life, asked(**change))


def test_all_faults_are_told_at_once(term_life: Definition) -> None:
    assert rules(term_life, asked(age=17, sum=1, mode=5)) == [
        ("too_young", "age"),
        ("sum_too_small", "sum"),
        ("not_offered", "mode"),
    ]


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(json)
@settings(max_examples=150, deadline=None)
def test_no_input_crashes_the_reading(raw: Any) -> None:
    with pytest.raises(RiskRefused) as refused:
        risk_of(shipped("term_life"), raw)
    assert refused.value.as_dict()["code"] == "risk_refused"


@given(st.sampled_from([*USUAL, "riders", "loading_percent", "birth_date", "age_days"]), json)
@settings(max_examples=200, deadline=None)
def test_no_value_of_a_field_crashes_the_rating(field: str, value: Any) -> None:
    definition = shipped("term_life")
    risk = risk_or_none(definition, {**USUAL, field: value})
    if risk is not None:
        assert price(definition, risk).premium.amount > 0


def test_the_years_of_a_term_policy(term_life: Definition) -> None:
    risk = risk_of(term_life, asked())
    rows = illustration(term_life, risk)
    assert len(rows) == 20
    assert [row.year for row in rows] == list(range(1, 21))
    assert rows[0].age == 36
    assert {row.death_benefit for row in rows} == {Money(500000)}
    assert {row.survival_benefit for row in rows} == {Money(0)}
    assert rows[-1].cash_value == Money(0)
    assert rows[-1].premiums == price(term_life, risk).total
    assert all(row.cash_value.amount >= 0 for row in rows)
    assert max(row.cash_value.amount for row in rows) > 1000
    for row in rows:
        assert row.loanable is not None
        assert row.loanable.amount <= row.cash_value.amount * D("0.8")
        assert row.dividend_low is None
    assert isinstance(risk, LifeRisk)
    assert cash_value(term_life, risk, year=10) == rows[9].cash_value
    assert cash_value(term_life, risk, year=99) == Money(0)
    assert reserve(term_life, risk, year=10).amount > rows[9].cash_value.amount
