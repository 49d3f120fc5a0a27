"""Holdings: what a customer holds, on any day, for whoever may see it."""

from datetime import date
from decimal import Decimal

import pytest

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER
from keyuan.policies import queries
from keyuan.policies.models import InsuredObject, Party
from keyuan.policies.states import FactKind, NextDateKind, PolicyStatus
from keyuan.policies.tests import factories as make

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


def test_a_holding_tells_everything_about_the_policy():
    holder, spouse = make.customer(), make.customer(name="测试配偶")
    policy = make.policy(holder)
    InsuredObject.objects.create(
        policy=policy, customer=holder, kind="vehicle", label="测试轿车", plate="苏E12345", vin="", details={"seats": 5}
    )
    Party.objects.create(policy=policy, customer=spouse, role="driver")
    make.fact(policy, FactKind.PREMIUM_PAID, date(2025, 12, 20), amount=Decimal("1200.00"))

    (held,) = queries.holdings(holder.pk, viewer=make.staff(), on=DAY)

    assert held.number == policy.number
    assert held.product.code == "MOTOR"
    assert held.statuses == {PolicyStatus.ON_RISK, PolicyStatus.RENEWAL_DUE}
    assert held.next_dates == ((NextDateKind.RENEWAL, date(2027, 1, 1)),)
    assert held.premiums_paid == Decimal("1200.00")
    assert held.paid_out == Decimal("0.00")
    assert [thing.plate for thing in held.objects] == ["苏E12345"]
    assert [(party.name, party.role) for party in held.parties] == [("测试配偶", "driver")]
    assert held.in_force


def test_another_day_gives_the_policy_of_that_day():
    holder = make.customer()
    policy = make.life_policy(holder)
    make.fact(policy, FactKind.SURRENDERED, date(2025, 6, 1), amount=Decimal("3000.00"))
    viewer = make.staff()

    assert queries.holdings(holder.pk, viewer=viewer, on=date(2024, 2, 19)) == []
    (before,) = queries.holdings(holder.pk, viewer=viewer, on=date(2025, 3, 15))
    assert before.statuses == {PolicyStatus.ON_RISK, PolicyStatus.IN_GRACE}
    assert before.paid_out == 0
    (after,) = queries.holdings(holder.pk, viewer=viewer, on=date(2025, 6, 1))
    assert after.statuses == {PolicyStatus.SURRENDERED}
    assert after.paid_out == Decimal("3000.00")
    assert after.next_dates == ()


def test_a_stranger_and_another_branch_get_nothing():
    holder = make.customer(make.branch("SZ"))
    make.policy(holder)
    assert queries.holdings(holder.pk, viewer=STRANGER, on=DAY) == []
    assert queries.holdings(holder.pk, viewer=make.staff(Role.HOTLINE, make.branch("NJ")), on=DAY) == []
    assert len(queries.holdings(holder.pk, viewer=make.staff(Role.HOTLINE, make.branch("SZ")), on=DAY)) == 1


def test_the_number_of_queries_does_not_grow_with_the_policies(django_assert_num_queries):
    holder, viewer = make.customer(), make.staff()
    for _ in range(7):
        make.policy(holder)
    with django_assert_num_queries(5):
        assert len(queries.holdings(holder.pk, viewer=viewer, on=DAY)) == 7


def test_policies_in_force_come_first():
    holder = make.customer()
    ended = make.policy(holder)
    make.fact(ended, FactKind.SURRENDERED, date(2026, 5, 1))
    running = make.policy(holder, starts_on=date(2025, 1, 1), ends_on=date(2028, 1, 1), signed_on=date(2024, 12, 1))
    found = queries.holdings(holder.pk, viewer=make.staff(), on=DAY)
    assert [held.id for held in found] == [running.pk, ended.pk]
