"""What the needs conversation knows of a customer's cover: our policies, and what they hold elsewhere."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.customers.models import ExternalCover
from keyuan.kernel.clock import today
from keyuan.policies.models import Party
from keyuan.policies.states import FactKind, PartyRole
from keyuan.policies.tests import factories as make
from keyuan.products.states import Line
from keyuan.sales.needs import assumptions, gaps, needs_of
from keyuan.sales.needs.cover import CoverKnown, answers_of, cover_known

pytestmark = pytest.mark.django_db
DAY = date(2024, 6, 1)


def life(holder, **changes):
    return make.life_policy(holder, **{"sum_insured": Decimal(300_000), **changes})


def test_our_policies_on_risk_and_those_of_others_are_summed_by_what_they_are_for():
    holder, by = make.customer(), make.staff()
    term = life(holder)
    life(holder, product=make.product(Line.CRITICAL_ILLNESS, long_term=True), sum_insured=Decimal(200_000))
    ExternalCover.objects.create(
        customer=holder, insurer="别家", line="life", sum_insured=Decimal(100_000), premium=Decimal(800)
    )
    known = cover_known(holder.pk, viewer=by, on=DAY)
    assert {(one.insurer, one.number) for one in known if one.line == "life"} == {("", term.number), ("别家", "")}
    assert answers_of(known) == {
        "has_death": Decimal(400_000),
        "has_critical_illness": Decimal(200_000),
        "paying": Decimal("10800.00"),
    }


def test_what_does_not_cover_the_customer_today_does_not_count():
    holder, other, by = make.customer(), make.customer(), make.staff()
    suspended = life(holder)
    make.fact(suspended, FactKind.SUSPENDED, date(2024, 5, 1))
    of_another = life(holder)
    Party.objects.create(policy=of_another, customer=other, role=PartyRole.INSURED)
    ExternalCover.objects.create(customer=holder, insurer="别家", line="life", sum_insured=1, ends_on=DAY)
    make.policy(holder)
    assert cover_known(holder.pk, viewer=by, on=DAY) == ()
    assert cover_known(holder.pk, viewer=by, on=DAY - timedelta(days=60))[0].sum_insured == Decimal(300_000)


def test_a_stranger_to_the_customer_is_told_of_no_cover():
    holder = make.customer(make.branch("SZ"))
    life(holder)
    ExternalCover.objects.create(customer=holder, insurer="别家", line="life", sum_insured=1)
    assert cover_known(holder.pk, viewer=make.staff(Role.HOTLINE, make.branch("NJ")), on=DAY) == ()


def test_the_gap_is_smaller_by_the_cover_there_is():
    facts = {"age": 35, "sex": "male", "partner": True, "income": 200_000}
    known = (CoverKnown("life", "定期寿险", "P1", Decimal(500_000), Decimal(1200)),)
    numbers = assumptions(today())
    without, with_cover = (
        next(gap for gap in gaps(needs_of(told), numbers) if gap.need == "death")
        for told in (facts, facts | answers_of(known))
    )
    assert without.short - with_cover.short == Decimal(500_000)
    assert ("has", Decimal(-500_000)) in [(step.code, step.amount) for step in with_cover.steps]


def test_the_conversation_begins_with_the_cover_and_names_each_policy():
    holder = make.customer()
    policy = make.policy(
        holder,
        product=make.product(Line.LIFE),
        sum_insured=Decimal(300_000),
        signed_on=today() - timedelta(days=40),
        starts_on=today() - timedelta(days=30),
        ends_on=today() + timedelta(days=335),
    )
    ExternalCover.objects.create(customer=holder, insurer="别家人寿", line="medical", sum_insured=Decimal(50_000))
    client = Client()
    client.force_login(User.objects.get(pk=make.staff().user_id))
    page = client.get(f"/desk/proposals/new/?customer={holder.pk}").content.decode()
    assert 'name="has_death" value="300000"' in page
    assert 'name="has_medical" value="50000"' in page
    assert policy.number in page
    assert "别家人寿" in page
