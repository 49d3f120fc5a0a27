"""Premiums, reserves, cash values, dividends of a long-term contract hold their identities, whatever it pays."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyuan.products.rating import present_values as pv
from keyuan.products.rating.cash_values import CashValueBasis, cash_values, loan_interest, loanable, paid_up
from keyuan.products.rating.dividends import Experience, gains, spent
from keyuan.products.rating.flows import Event, Flows, Loadings, NoPremium, gross_premium, prospective, retrospective
from keyuan.products.rating.mortality import STANDARD

D = Decimal
FIVE = D("0.05")
NOTHING = D(0)
SMALL = D("1e-25")
shares = st.decimals(0, 2, places=3)


def level(age: int, years: int, paying: int, *, maturity: D = NOTHING, refund: bool = False) -> Flows:
    """One unit on death within ``years``; or the premiums paid so far, if ``refund``."""
    leave = STANDARD.ultimate(age)[:years]
    counted = tuple(D(min(t + 1, paying)) for t in range(years))
    death = Event(
        leave,
        pays=tuple(D(0 if refund else 1) for _ in leave),
        refunds=counted if refund else tuple(D(0) for _ in leave),
    )
    alive = (*[D(0)] * (years - 1), maturity)
    return Flows(FIVE, paying, (death,), alive, tuple(D(0) for _ in leave))


@st.composite
def contracts(draw: st.DrawFn) -> Flows:
    years = draw(st.integers(1, 60))
    paying = draw(st.integers(1, years))
    age = draw(st.integers(20, 60))
    leave = STANDARD.ultimate(age)[:years]
    some = st.lists(shares, min_size=years, max_size=years).map(tuple)
    ill = tuple(rate * D("0.3") for rate in leave)
    nothing = tuple(D(0) for _ in leave)
    small = st.lists(st.decimals(0, D("0.3"), places=2), min_size=years, max_size=years).map(tuple)
    events = (
        Event(tuple(rate * D("0.7") for rate in leave), draw(some), draw(small)),
        Event(ill, draw(some), nothing),
        Event(ill, draw(some), nothing, ends=False),
    )
    return Flows(draw(st.decimals(0, "0.08", places=3)), paying, events, draw(some), nothing)


def test_a_term_insurance_is_the_present_value_by_the_book() -> None:
    flows = level(40, 20, 20)
    leave = STANDARD.ultimate(40)
    expected = pv.insurance(leave, FIVE, years=20) / pv.annuity(leave, FIVE, years=20)
    assert abs(flows.net_premium() - expected) < SMALL
    assert abs(level(40, 20, 20, maturity=D(1)).net_premium() - D("0.38126") / D("12.9935")) < D("0.00001")


@given(contracts())
@settings(max_examples=60)
def test_the_prospective_reserve_is_the_retrospective(flows: Flows) -> None:
    gross = D("0.02")
    ahead, behind = prospective(flows, gross), retrospective(flows, gross)
    assert abs(ahead[0]) < SMALL
    assert ahead[-1] == 0
    assert all(abs(one - other) < D("1e-20") for one, other in zip(ahead, behind, strict=False))
    assert len(behind) == len(ahead)


@given(contracts(), st.decimals(0, "0.4", places=2), st.decimals(0, "0.1", places=2), st.decimals(0, "0.01", places=4))
@settings(max_examples=60)
def test_the_gross_premium_pays_for_benefits_and_expenses_exactly(flows: Flows, first: D, later: D, of_sum: D) -> None:
    loadings = Loadings((first, later), of_sum)
    try:
        gross = gross_premium(flows, loadings)
    except NoPremium:
        return
    annuity = flows.value_of_premiums()
    income = gross * annuity
    whole = replace(flows, paying=flows.years).value_of_premiums()
    expenses = gross * (first + later * (annuity - 1)) + of_sum * whole
    assert abs(income - expenses - flows.value_of_benefits(gross)) < SMALL * max(gross, 1)
    assert gross >= 0


def test_expenses_that_eat_the_premium_leave_none() -> None:
    with pytest.raises(NoPremium):
        gross_premium(level(40, 1, 1), Loadings((D(1),)))


def test_a_contract_that_returns_its_premiums_costs_what_its_own_premium_says() -> None:
    flows = level(40, 20, 10, maturity=D(1), refund=True)
    gross = gross_premium(flows, Loadings())
    assert abs(flows.net_premium(gross) - gross) < SMALL
    assert prospective(flows, gross)[20] == 0


def test_the_share_of_the_reserve_grows_to_all_of_it() -> None:
    basis = CashValueBasis(D("0.8"))
    assert [basis.share(t, 10) for t in (1, 5, 9, 10, 11)] == [D("0.82"), D("0.9"), D("0.98"), 1, 1]
    assert basis.share(19, 30) == D("0.99")
    assert basis.share(20, 30) == 1
    assert basis.share(1, 1) == 1


@given(contracts())
@settings(max_examples=40)
def test_a_cash_value_is_never_negative_and_never_above_the_reserve(flows: Flows) -> None:
    reserves = prospective(flows, D("0.02"))
    for t, value in enumerate(cash_values(flows, CashValueBasis(), D("0.02")), start=1):
        assert 0 <= value <= max(reserves[t], D(0))


def test_the_whole_reserve_buys_the_paid_up_sum_of_a_single_premium() -> None:
    # Paid up at the start of nothing: the single premium buys exactly the whole sum.
    flows = level(40, 20, 1, maturity=D(1))
    reserves = prospective(flows)
    assert abs(paid_up(flows, 10, reserves[10]) - 1) < SMALL


def test_a_paid_up_sum_is_a_share_of_the_sum_and_grows_with_the_years() -> None:
    flows = level(30, 40, 20, maturity=D(1))
    values = cash_values(flows, CashValueBasis())
    sums = [paid_up(flows, t, values[t - 1]) for t in range(1, 40)]
    assert all(0 < one <= 1 for one in sums)
    assert all(one <= other for one, other in pairwise(sums))
    assert sums[-1] == 1
    assert paid_up(flows, 40, values[-1]) == 0


def test_a_loan_is_rounded_down_and_its_interest_to_the_nearest_cent() -> None:
    assert loanable(D("1234.567"), D("0.8")) == D("987.65")
    assert loan_interest(D("10000.00"), D("0.05"), 183) == D("250.68")


@given(contracts(), st.decimals("0", "0.08", places=3), shares, shares)
@settings(max_examples=60)
def test_the_three_sources_add_up_to_the_whole_gain(flows: Flows, interest: D, events: D, expenses: D) -> None:
    loadings = Loadings((D("0.3"), D("0.05")), D("0.002"))
    gross = D("0.03")
    told = Experience(interest, events, expenses)
    reserves = prospective(flows, gross)
    for t, gain in enumerate(gains(flows, loadings, gross, told)):
        income = gross if t < flows.paying else D(0)
        spend = spent(t, loadings, gross, paying=flows.paying) * expenses
        left = (reserves[t] + income - spend) * (1 + interest)
        ended = sum(e.rates[t] for e in flows.events if e.ends) * events
        after = (1 - ended) * (flows.kept(t, gross) + reserves[t + 1])
        assert abs(gain.whole - (left - flows.due(t, gross) * events - after)) < D("1e-20")


def test_as_expected_there_is_no_gain_but_what_the_loading_leaves() -> None:
    flows, loadings = level(40, 20, 20, maturity=D(1)), Loadings((D("0.2"),))
    gross = gross_premium(flows, loadings)
    for gain in gains(flows, loadings, gross, Experience(FIVE)):
        assert abs(gain.whole) < SMALL
