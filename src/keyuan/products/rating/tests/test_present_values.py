"""Present values agree with the Standard Ultimate Life Table and with their identities."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.products.rating import present_values as pv
from keyuan.products.rating.mortality import STANDARD, Makeham

D = Decimal
FIVE = D("0.05")

# Dickson, Hardy, Waters: Actuarial Mathematics for Life Contingent Risks, appendix D (i = 5 %).
ULTIMATE = [  # age, ä, A, survivors of 100,000 aged 20
    (20, "19.9664", "0.04922", "100000.00"),
    (30, "19.3834", "0.07698", "99727.29"),
    (40, "18.4578", "0.12106", "99338.26"),
    (50, "17.0245", "0.18931", "98576.37"),
    (60, "14.9041", "0.29028", "96634.14"),
    (65, "13.5498", "0.35477", "94579.73"),
    (70, "12.0083", "0.42818", "91082.43"),
    (80, "8.5484", "0.59293", "75657.16"),
    (90, "5.1835", "0.75317", "41841.05"),
]
TERMS = [  # age, years, ä, A, E
    (40, 10, "8.0863", "0.61494", "0.60920"),
    (40, 20, "12.9935", "0.38126", "0.36663"),
    (50, 10, "8.0550", "0.61643", "0.60182"),
    (60, 10, "7.9555", "0.62116", "0.57864"),
    (60, 20, "12.3816", "0.41040", "0.29508"),
]
interests = st.decimals("0.0001", "0.15", places=4)
ages = st.integers(20, 110)
years = st.integers(1, 60)


def near(value: D, published: str) -> bool:
    return value.quantize(D(published)) == D(published)


@pytest.mark.parametrize(("age", "annuity", "insurance", "living"), ULTIMATE)
def test_the_standard_ultimate_life_table_is_met_to_its_last_printed_digit(
    age: int, annuity: str, insurance: str, living: str
) -> None:
    leave = STANDARD.ultimate(age)
    assert near(pv.annuity(leave, FIVE), annuity)
    assert near(pv.insurance(leave, FIVE), insurance)
    assert near(100_000 * STANDARD.survival(20, age - 20), living)


@pytest.mark.parametrize(("age", "term", "annuity", "endowment", "pure"), TERMS)
def test_its_terms_of_ten_and_twenty_years_are_met(
    age: int, term: int, annuity: str, endowment: str, pure: str
) -> None:
    leave = STANDARD.ultimate(age)
    assert near(pv.annuity(leave, FIVE, years=term), annuity)
    assert near(pv.endowment(leave, term, FIVE), endowment)
    assert near(pv.pure_endowment(leave, term, FIVE), pure)


def test_its_select_lives_are_met() -> None:
    # l[20] and l[20]+1 of table D.1, ä[40] of table D.3.
    year, two = STANDARD.select_survival(20, 0, 1), STANDARD.select_survival(20, 0, 2)
    begun = 100_000 * STANDARD.survival(20, 2) / two
    assert near(begun, "99995.08")
    assert near(begun * year, "99973.75")
    assert near(pv.annuity(STANDARD.selected(40), FIVE), "18.4596")


def test_selection_lightens_two_years_and_no_more() -> None:
    chosen, ultimate = STANDARD.selected(45), STANDARD.ultimate(45)
    assert chosen[0] < ultimate[0]
    assert chosen[1] < ultimate[1]
    assert chosen[2:] == ultimate[2:]
    with pytest.raises(ValueError, match="selection"):
        STANDARD.select_survival(45, 1, 2)


def test_a_law_without_selection_begins_with_the_ultimate_rates() -> None:
    assert Makeham(select=0).selected(30) == STANDARD.ultimate(30)


@given(ages, interests)
def test_an_insurance_and_the_interest_on_an_annuity_make_one(age: int, interest: D) -> None:
    leave = STANDARD.ultimate(age)
    whole = pv.insurance(leave, interest) + pv.advance(interest) * pv.annuity(leave, interest)
    assert abs(whole - 1) < D("1e-24")


@given(ages, interests, years)
def test_the_same_holds_for_an_endowment(age: int, interest: D, term: int) -> None:
    leave = STANDARD.ultimate(age)
    term = min(term, len(leave))
    whole = pv.endowment(leave, term, interest) + pv.advance(interest) * pv.annuity(leave, interest, years=term)
    assert abs(whole - 1) < D("1e-24")


@given(ages, interests, st.integers(1, 30))
def test_a_deferred_annuity_is_an_endowment_of_a_later_one(age: int, interest: D, deferred: int) -> None:
    leave, later = STANDARD.ultimate(age), STANDARD.ultimate(age + deferred)
    pure = pv.pure_endowment(leave, deferred, interest)
    assert abs(pv.annuity(leave, interest, deferred=deferred) - pure * pv.annuity(later, interest)) < D("1e-24")
    assert abs(pv.insurance(leave, interest, deferred=deferred) - pure * pv.insurance(later, interest)) < D("1e-24")


@given(ages, interests, years)
def test_parts_of_a_year_cost_less_than_the_year_in_advance_and_more_than_in_arrears(
    age: int, interest: D, term: int
) -> None:
    leave = STANDARD.ultimate(age)
    term = min(term, len(leave))
    in_advance = pv.annuity(leave, interest, years=term)
    in_arrears = in_advance - 1 + pv.pure_endowment(leave, term, interest)
    by_parts = [pv.annuity_by_parts(leave, interest, m, years=term) for m in (1, 2, 4, 12)]
    assert abs(by_parts[0] - in_advance) < D("1e-24")
    assert all(one > other for one, other in pairwise(by_parts))
    assert by_parts[-1] > in_arrears


def test_premiums_by_the_month_agree_with_the_law_summed_month_by_month() -> None:
    # Deaths spread evenly is an assumption about the law; at 40 it is good to the fourth digit.
    month = 1 / D(12)
    v = 1 / D("1.05")
    exact = sum(v ** (month * k) * STANDARD.survival(40, month * k) for k in range(12 * 20)) / 12
    assert abs(pv.annuity_by_parts(STANDARD.ultimate(40), FIVE, 12, years=20) - exact) < D("0.0003")


def test_without_interest_an_annuity_counts_the_years_lived() -> None:
    leave = (D("0.5"), D(1))
    assert pv.annuity(leave, D(0)) == D("1.5")
    assert pv.insurance(leave, D(0)) == 1
    assert pv.annuity_by_parts(leave, D(0), 2) == D("1.25")
    assert pv.insurance_at_death(D("0.4"), D(0)) == D("0.4")


def test_nobody_lives_past_the_end_of_the_table() -> None:
    assert pv.pure_endowment((D(1),), 2, FIVE) == 0
