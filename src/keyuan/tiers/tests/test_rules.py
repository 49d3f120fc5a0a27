"""Which tier a customer has, whatever their policies do."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.kernel.term import add_months
from keyuan.products.states import Line
from keyuan.tiers import rules
from keyuan.tiers.queries.versions import shipped, shipped_text
from keyuan.tiers.reading import faults_of, load
from keyuan.tiers.rules import Held, Ladder, Measure, Membership
from keyuan.tiers.states import Cause, RulesBy, Uncounted

LADDER = shipped("individual")
DAY = date(2026, 5, 1)
money = st.decimals(min_value=0, max_value=Decimal("9e6"), places=2)


def ruled_by(by: RulesBy) -> Ladder:
    return load(
        shipped_text("individual").replace("rules_by: premium", f"rules_by: {by.value}"), code="individual", number=1
    )


def life(a_year: int, **more: object) -> Held:
    values: dict[str, object] = {
        "line": Line.LIFE,
        "mode": 12,
        "years": 20,
        "long_term": True,
        "a_year": Decimal(a_year),
    }
    return Held(**{**values, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("amount", "level"),
    [("4999.99", 0), ("5000", 1), ("20000", 2), ("49999.99", 2), ("50000", 3), ("99999.99", 3), ("100000", 4), ("200000", 5),
     ("400000", 6), ("600000", 7), ("1000000", 8), ("3000000", 9), ("6000000", 10), ("99000000", 10)],
)  # fmt: skip
def test_the_published_ladder_is_climbed_step_by_step(amount: str, level: int) -> None:
    assert rules.level_by_premium(Decimal(amount), LADDER) == level


@pytest.mark.parametrize(
    ("held", "counts"),
    [
        (life(60_000), "60000.00"),
        (life(60_000, years=5), "30000.00"),
        (life(60_000, years=3), "18000.00"),
        (life(60_000, mode=0, years=None), "6000.00"),
        (Held(Line.MOTOR, 0, None, False, Decimal("8000")), "4000.00"),
        (Held(Line.MEDICAL, 0, None, False, Decimal("1000")), "800.00"),
    ],
)
def test_a_policy_counts_its_premium_of_a_year_times_the_first_factor_that_fits(held: Held, counts: str) -> None:
    assert rules.count(held, LADDER).converted == Decimal(counts)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"on_risk": False}, Uncounted.NOT_ON_RISK),
        ({"is_paid_up": True}, Uncounted.PAID_UP),
        ({"currency": "USD"}, Uncounted.CURRENCY),
    ],
)
def test_what_does_not_count_says_why(more: dict[str, object], why: Uncounted) -> None:
    found = rules.count(life(60_000, **more), LADDER)
    assert (found.converted, found.why_not) == (Decimal("0.00"), why)


def test_cover_in_cooling_off_counts_unless_the_rules_say_otherwise() -> None:
    strict = load(
        shipped_text("individual").replace("in_cooling_off: true", "in_cooling_off: false"), code="individual", number=1
    )
    assert rules.count(life(60_000, cooling_off=True), LADDER).converted == 60_000
    assert rules.count(life(60_000, cooling_off=True), strict).why_not == Uncounted.IN_COOLING_OFF


@given(money, money)
def test_more_premium_never_means_a_lower_tier(one: Decimal, other: Decimal) -> None:
    less, more = sorted((one, other))
    assert rules.level_by_premium(less, LADDER) <= rules.level_by_premium(more, LADDER)


@given(
    st.lists(st.tuples(st.integers(0, 40), money, st.one_of(st.none(), money)), max_size=60), st.sampled_from(RulesBy)
)
def test_nobody_goes_down_inside_a_membership_year_and_whoever_reaches_more_goes_up_that_day(
    days: list[tuple[int, Decimal, Decimal | None]], by: RulesBy
) -> None:
    ladder, on = ruled_by(by), DAY
    held: Membership | None = None
    for gap, converted, contribution in days:
        on += timedelta(days=gap)
        measure = Measure(converted, contribution)
        reached = rules.level_of(measure, ladder)
        change = rules.review(held, measure, ladder, on=on)
        assert rules.review(held, measure, ladder, on=on) == change  # the same asked twice is the same answer
        if reached > (held.level if held else 0):
            assert change is not None
            assert change.cause == Cause.RAISED
            assert (change.level, change.starts_on, change.year_ends_on) == (reached, on, add_months(on, 12))
        elif held is None or on < held.year_ends_on:
            assert change is None
        else:
            assert change is not None
            assert change.level == reached <= held.level
            assert change.cause == (Cause.KEPT if reached == held.level else Cause.LOWERED)
            assert on < change.year_ends_on <= add_months(on, 12)
        if change is not None:
            held = Membership(change.level, change.starts_on, change.year_ends_on) if change.level else None


def test_a_review_that_comes_late_keeps_the_anniversary_and_dates_nothing_back() -> None:
    held = Membership(3, date(2023, 3, 31), date(2024, 3, 31))
    change = rules.review(held, Measure(Decimal(0)), LADDER, on=date(2026, 5, 1))
    assert change == rules.Change(Cause.LOWERED, 0, date(2026, 5, 1), date(2027, 3, 31))


@pytest.mark.parametrize(
    ("by", "level"),
    [(RulesBy.PREMIUM, 3), (RulesBy.CONTRIBUTION, 5), (RulesBy.HIGHER, 5), (RulesBy.LOWER, 3)],
)
def test_the_rule_says_which_of_the_two_scales_decides(by: RulesBy, level: int) -> None:
    assert rules.level_of(Measure(Decimal(60_000), Decimal(25_000)), ruled_by(by)) == level


@pytest.mark.parametrize("by", RulesBy)
def test_a_contribution_that_is_not_known_is_not_taken_for_nothing(by: RulesBy) -> None:
    assert rules.level_of(Measure(Decimal(60_000), None), ruled_by(by)) == 3


def test_what_is_missing_is_told_as_converted_premium_and_as_what_a_policy_must_bring() -> None:
    found = rules.missing(Measure(Decimal(80_000)), LADDER, level=3)
    assert found is not None
    assert (found.tier.level, found.premium, found.contribution) == (4, Decimal(20_000), None)
    assert rules.bring(Decimal(20_000), LADDER.factors[0]) == Decimal("200000.00")
    assert rules.missing(Measure(Decimal(9_000_000)), LADDER, level=10) is None


def test_a_benefit_grows_with_the_tier() -> None:
    rescue, line = LADDER.benefit("road_rescue"), LADDER.benefit("priority_line")
    assert rescue is not None
    assert line is not None
    assert [rescue.quota(level) for level in (0, 1, 2, 4, 5, 7, 10)] == [0, 0, 1, 1, 2, 4, 4]
    assert (line.quota(2), line.quota(3)) == (0, None)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("premium: 100000, contribution: 10000", "premium: 40000, contribution: 10000", "大于上一行"),
        ("factor: 0.8}", "factor: 0.8, long_term: false}", "最后一条要符合所有保单"),
        ("quotas: {2: 1, 5: 2, 7: 4}", "quotas: {2: 3, 5: 2}", "次数不能越少"),
        ("rules_by: premium", "rules_by: mood", "没有“mood”"),
        ("membership_months: 12", "membership_years: 1", "缺少“membership_months”"),
        ("lines: [motor, property]", "lines: [motor, boats]", "没有“boats”"),
        ("ladder: individual", "ladder: enterprise", "ladder: individual"),
    ],
)
def test_a_text_with_a_fault_says_where_and_what(before: str, after: str, said: str) -> None:
    text = shipped_text("individual")
    assert before in text
    found = faults_of(text.replace(before, after), code="individual", number=2)
    assert any(said in str(one) for one in found)
    assert all(one.line > 1 or not one.path for one in found)


@pytest.mark.parametrize("code", ["individual", "enterprise"])
def test_the_shipped_texts_are_sound_and_name_their_source(code: str) -> None:
    assert faults_of(shipped_text(code), code=code, number=1) == ()
    assert shipped(code).source.zh
