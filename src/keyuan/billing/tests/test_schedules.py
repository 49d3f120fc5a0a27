"""Premiums by payment mode: they sum to the total, fall due on the right days, and are paid through the gateway."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyuan.billing import actions, gateways, notifications, queries, schedule_rules, sweeping
from keyuan.billing.models import Instalment, Refund
from keyuan.billing.refusals import NoPremiumDue, ScheduleExists
from keyuan.billing.states import InstalmentState
from keyuan.billing.tests.fake import FakeGateway
from keyuan.kernel.clock import now, today
from keyuan.kernel.money import Money
from keyuan.kernel.term import add_months
from keyuan.policies.models import PolicyFact
from keyuan.policies.states import FactKind, PaymentMode
from keyuan.policies.tests import factories
from keyuan.products.states import Line

MODES = [mode for mode in PaymentMode.values if mode]


# A machine that halts for a moment is not a slow strategy.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    cents=st.integers(1200, 10**9),
    mode=st.sampled_from(MODES),
    years=st.integers(1, 30),
    start=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
)
def test_instalments_sum_to_the_total_and_do_not_drift(cents: int, mode: int, years: int, start: date) -> None:
    yearly = Money(Decimal(cents) / 100)
    due = schedule_rules.instalments(yearly.split(12 // mode), years=years, starts_on=start, mode=mode)
    assert Money.total(one.amount for one in due) == Money(yearly.amount * years)
    assert [one.number for one in due] == list(range(1, len(due) + 1))
    assert all(one.due_on == add_months(start, place * mode) for place, one in enumerate(due))
    assert len({one.due_on for one in due}) == len(due)


def test_the_thirty_first_comes_back_after_february() -> None:
    due = schedule_rules.instalments(Money("120").split(12), years=1, starts_on=date(2026, 1, 31), mode=1)
    assert [one.due_on.isoformat() for one in due[:4]] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_a_single_premium_is_one() -> None:
    (only,) = schedule_rules.instalments([Money("99.99")], years=1, starts_on=date(2026, 2, 1), mode=0)
    assert (only.due_on, only.amount) == (date(2026, 2, 1), Money("99.99"))
    with pytest.raises(ValueError, match="a single premium is one"):
        schedule_rules.instalments([Money("1")], years=2, starts_on=date(2026, 2, 1), mode=0)
    with pytest.raises(ValueError, match="premiums a year"):
        schedule_rules.instalments([Money("1")] * 3, years=1, starts_on=date(2026, 2, 1), mode=1)


def test_a_premium_is_overdue_from_the_day_after() -> None:
    due = date(2026, 3, 31)
    told = [
        schedule_rules.state_on(day, due_on=due, paid_on=paid)
        for day, paid in (
            (date(2026, 3, 30), None),
            (due, None),
            (date(2026, 4, 1), None),
            (date(2026, 4, 1), date(2026, 4, 2)),
            (date(2026, 4, 2), date(2026, 4, 2)),
        )
    ]
    assert told == ["upcoming", "due", "overdue", "overdue", "paid"]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    gateway = FakeGateway()
    monkeypatch.setitem(gateways._GATEWAYS, "alipay", lambda: gateway)
    return gateway


@pytest.fixture
def life(buyer: Any, viewer: Any) -> Any:
    """Monthly premiums for five years, whose first of the year is a cent more; begun two months ago, one paid."""
    start = add_months(today(), -2)
    policy = factories.policy(
        buyer,
        product=factories.product(Line.LIFE, long_term=True),
        premium=Decimal("83.33"),
        payment_mode=PaymentMode.MONTHLY,
        payment_years=5,
        signed_on=start,
        starts_on=start,
        ends_on=None,
    )
    factories.fact(policy, FactKind.PREMIUM_PAID, start, until=add_months(start, 1), amount=Decimal("83.34"))
    actions.schedule(policy.pk, yearly=Money("1000.00").split(12), years=5, by=viewer)
    return policy


@pytest.mark.django_db
class TestPaying:
    """From the schedule to the policy's paid-to day."""

    def test_what_is_due_on_any_day(self, life: Any, viewer: Any) -> None:
        told = queries.premiums(life.pk, viewer=viewer, on=today())
        assert [one.state for one in told[:4]] == [
            InstalmentState.PAID, InstalmentState.OVERDUE, InstalmentState.DUE, InstalmentState.UPCOMING,
        ]  # fmt: skip
        assert sum(one.amount for one in told) == Decimal("5000.00")
        before = queries.premiums(life.pk, viewer=viewer, on=add_months(today(), -1))
        assert [one.state for one in before[:3]] == ["paid", "due", "upcoming"]

    def test_two_premiums_paid_at_once_move_the_policy_on(self, life: Any, viewer: Any, fake: FakeGateway) -> None:
        attempt = actions.begin_premium(life.pk, instalments=2, by=viewer)
        assert attempt.amount == Decimal("166.68")
        fake.pay(attempt.number, attempt.amount, now())
        assert notifications.receive("alipay", fake.notice(attempt.number)) == "success"
        told = queries.premiums(life.pk, viewer=viewer, on=today())
        assert [one.state for one in told[:4]] == ["paid", "paid", "paid", "upcoming"]
        last = PolicyFact.objects.filter(policy=life).latest("pk")
        assert (last.amount, last.until) == (Decimal("166.68"), add_months(life.starts_on, 3))
        assert Instalment.objects.filter(attempt=attempt).count() == 2

    def test_a_premium_paid_twice_is_given_back(self, life: Any, viewer: Any, fake: FakeGateway) -> None:
        one = actions.begin_premium(life.pk, by=viewer)
        both = actions.begin_premium(life.pk, instalments=2, by=viewer)
        for attempt in (one, both):
            fake.pay(attempt.number, attempt.amount, now())
            notifications.receive("alipay", fake.notice(attempt.number))
        sweeping.send_due()
        assert Refund.objects.get().attempt_id == both.pk
        assert Instalment.objects.filter(paid_on__isnull=False).count() == 1
        assert PolicyFact.objects.filter(policy=life).count() == 2

    def test_a_premium_of_an_ended_policy_is_given_back(self, life: Any, viewer: Any, fake: FakeGateway) -> None:
        attempt = actions.begin_premium(life.pk, by=viewer)
        factories.fact(life, FactKind.SURRENDERED, today(), amount=Decimal("10"))
        fake.pay(attempt.number, attempt.amount, now())
        notifications.receive("alipay", fake.notice(attempt.number))
        attempt.refresh_from_db()
        assert attempt.refused_at is not None
        assert not Instalment.objects.filter(paid_on__isnull=False).exists()

    def test_no_more_is_paid_than_is_owed(self, life: Any, viewer: Any, fake: FakeGateway) -> None:
        with pytest.raises(NoPremiumDue):
            actions.begin_premium(life.pk, instalments=60, by=viewer)

    def test_a_term_has_one_schedule(self, life: Any, viewer: Any) -> None:
        with pytest.raises(ScheduleExists):
            actions.schedule(life.pk, yearly=Money("1000.00").split(12), years=5, by=viewer)

    def test_overdue_premiums_are_listed(self, life: Any, viewer: Any) -> None:
        numbers = [one.number for one in queries.overdue(viewer=viewer, on=today())]
        assert numbers == [1, 2]
