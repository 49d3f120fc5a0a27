"""Every engine: no value crashes it, nothing is negative, instalments sum up, and what is refused names its rule."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyuan.kernel.money import Money
from keyuan.products.rating import Price, RiskRefused, price, risk_of
from keyuan.products.rating.illustrations import illustration
from keyuan.products.rating.refusals import RULES
from keyuan.products.rating.tests.test_worked_examples import examples
from keyuan.products.rating.tests.test_worked_examples import shipped_version as version

EXAMPLES = {example.code: example.risk for example in examples()}
RISKS = list(EXAMPLES.items())
json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**7) | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def priced(code: str, raw: Any) -> Price | None:
    """The price, or None where a rule refuses; a refusal names rules that there are, in words."""
    definition = version(code)
    try:
        return price(definition, risk_of(definition, raw))
    except RiskRefused as refused:
        return names_its_rules(refused)


def names_its_rules(refused: RiskRefused) -> None:
    assert refused.faults
    assert all(fault.rule in RULES and str(fault) for fault in refused.faults)


def of_line(line: str) -> str:
    return next(code for code in EXAMPLES if version(code).rating.engine == line)


def rules(code: str, **change: Any) -> set[str]:
    definition = version(code)
    with pytest.raises(RiskRefused) as refused:
        price(definition, risk_of(definition, {**EXAMPLES[code], **change}))
    return {fault.rule for fault in refused.value.faults}


@given(st.sampled_from(RISKS), st.data())
@settings(max_examples=300, deadline=None)
def test_no_value_crashes_any_engine(example: tuple[str, dict[str, Any]], data: st.DataObject) -> None:
    code, raw = example
    name = data.draw(st.sampled_from([*raw, "riders", "sums", "optional", "census", "ages", "mode", "answers"]))
    told = priced(code, {**raw, name: data.draw(json)})
    if told is not None:
        assert told.premium.amount >= 0
        assert Money.total(told.instalments) == told.yearly
        assert Money.total(told.by_coverage.values()) == told.standard


@given(st.sampled_from([code for code, _ in RISKS]), json)
@settings(max_examples=100, deadline=None)
def test_no_input_at_all_crashes_any_engine(code: str, raw: Any) -> None:
    assert priced(code, raw) is None or isinstance(raw, dict)


@pytest.mark.parametrize("code", [code for code, _ in RISKS])
def test_what_a_price_is_made_of_adds_up(code: str) -> None:
    told = priced(code, EXAMPLES[code])
    assert told is not None
    assert Money.total(told.instalments) == told.yearly
    assert told.yearly.times(told.years) == told.total
    assert Money.total(told.by_coverage.values()) == told.standard
    assert all(amount.amount >= 0 for amount in told.by_coverage.values())


SUMS = [code for code, raw in RISKS if version(code).sum_insured and "sum" in raw]


@given(st.sampled_from(SUMS), st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_a_larger_sum_never_costs_less(code: str, one: int, other: int) -> None:
    bounds = version(code).sum_insured
    assert bounds is not None
    less, more = sorted([one, other])
    raw = {name: value for name, value in EXAMPLES[code].items() if name != "riders"}
    cheap, dear = (priced(code, {**raw, "sum": str(bounds.min + times * bounds.step)}) for times in (less, more))
    assert cheap is not None
    assert dear is not None
    assert cheap.standard.amount <= dear.standard.amount


@given(st.integers(1, 400), st.integers(1, 400))
@settings(max_examples=40, deadline=None)
def test_a_larger_limit_of_a_home_never_costs_less(one: int, other: int) -> None:
    home = of_line("property")
    less, more = sorted([one, other])
    for part in ("building", "contents"):
        sums = EXAMPLES[home]["sums"]
        cheap, dear = (
            priced(home, {**EXAMPLES[home], "sums": {**sums, part: times * 10000}}) for times in (less, more)
        )
        assert cheap is None or dear is None or cheap.standard.amount <= dear.standard.amount


def test_the_compulsory_insurance_floats_with_its_own_record_alone() -> None:
    code = of_line("motor")
    bare = {name: value for name, value in EXAMPLES[code].items() if name not in ("sums", "riders")}
    bare |= {"clean_years": 0, "compulsory_clean_years": 0}

    def cost(**record: Any) -> str:
        told = priced(code, {**bare, **record})
        assert told is not None
        return str(told.standard.amount)

    assert cost() == "950.00"
    assert cost(compulsory_clean_years=3) == "617.50"
    assert cost(compulsory_clean_years=9) == "617.50"
    assert cost(region="scheme_a", compulsory_clean_years=3) == "475.00"
    assert cost(compulsory_accidents=1) == "950.00"
    assert cost(compulsory_accidents=2) == "1045.00"
    assert cost(compulsory_accidents=2, fatal="yes") == "1235.00"
    assert cost(clean_years=4) == "950.00"
    assert cost(size=7) == "1100.00"


def test_a_claim_makes_the_commercial_insurance_dearer() -> None:
    code = of_line("motor")
    clean = priced(code, EXAMPLES[code])
    claimed = priced(code, {**EXAMPLES[code], "clean_years": 0, "claims": 3})
    assert clean is not None
    assert claimed is not None
    assert claimed.by_coverage["compulsory"] == clean.by_coverage["compulsory"]
    assert claimed.by_coverage["damage"].amount > 2 * clean.by_coverage["damage"].amount


def test_refusals_of_motor_home_travel_and_group_name_their_rules() -> None:
    motor, home = of_line("motor"), of_line("property")
    travel, group = of_line("travel"), of_line("group")
    assert rules(motor, vehicle_age=16) == {"too_old_vehicle"}
    assert rules(motor, claims=1) == {"claims_and_clean"}
    assert rules(motor, vehicle_class="tank") == {"not_offered"}
    assert rules(motor, compulsory=False, sums={}, riders={}) == {"nothing_chosen"}
    assert rules(motor, new_value=0) == {"missing"}
    assert rules(motor, sums={"third_party": 1}, riders={}) == {"not_offered"}
    assert "missing" in rules(home, sums={})
    assert rules(home, building_age=41) == {"too_old_building"}
    assert rules(travel, days=184) == {"too_large"}
    assert rules(travel, ages=[35, 81]) == {"too_old", "rider_too_old"}
    assert rules(group, census=[]) == {"nobody"}
    assert rules(group, census=[{"people": 4, "plan": "plan_a"}]) == {"too_few_people"}
    assert rules(group, census=[{"people": 40, "plan": "plan_a", "occupation_class": 7}]) == {"occupation_not_accepted"}


def test_a_rider_that_asks_for_the_holders_age_is_told_so() -> None:
    code = next(code for code, risk in RISKS if "holder_age" in risk)
    raw = {name: value for name, value in EXAMPLES[code].items() if name != "holder_age"}
    with pytest.raises(RiskRefused) as refused:
        risk_of(version(code), raw)
    assert [(fault.rule, fault.field) for fault in refused.value.faults] == [("missing", "holder_age")]


def test_a_minor_is_not_insured_above_the_cap_where_a_death_pays_the_sum() -> None:
    code = next(code for code, _ in RISKS if version(code).sum_insured and version(code).sum_insured.minors)  # type: ignore[union-attr]
    # Before 18 a death pays premiums or the cash value: the cap does not bind what is paid later.
    assert priced(code, {**EXAMPLES[code], "age": 5, "riders": {}}) is not None


def test_dividends_are_labelled_by_scenario_and_low_is_never_above_middle() -> None:
    code = next(code for code, _ in RISKS if version(code).dividends)
    definition = version(code)
    rows = illustration(definition, risk_of(definition, EXAMPLES[code]))
    for row in rows:
        assert row.dividend_low is not None
        assert row.dividend_middle is not None
        assert 0 <= row.dividend_low.amount <= row.dividend_middle.amount
    assert rows[-1].survival_benefit == Money(100000)
    assert rows[-1].cash_value == Money(0)


def test_an_annuity_is_paid_from_the_age_chosen_and_guaranteed_after_a_death() -> None:
    code = next(code for code, _ in RISKS if version(code).terms.payout)
    definition = version(code)
    rows = {row.age: row for row in illustration(definition, risk_of(definition, EXAMPLES[code]))}
    assert rows[59].survival_benefit == Money(0)
    assert rows[60].survival_benefit == rows[85].survival_benefit == Money(24000)
    assert rows[61].death_benefit == Money(24000 * 19)
    assert rows[79].death_benefit == Money(24000)
    assert rows[81].death_benefit == Money(0)
    assert rows[59].death_benefit.amount >= rows[59].premiums.amount


def test_cover_for_a_year_has_no_years_to_show() -> None:
    code = of_line("motor")
    definition = version(code)
    assert illustration(definition, risk_of(definition, EXAMPLES[code])) == ()
