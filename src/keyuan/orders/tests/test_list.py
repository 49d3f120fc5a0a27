"""Orders on the desk: the stage as SQL says it, who sees which, and what hangs."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import system_viewer
from keyuan.customers.models import Customer
from keyuan.kernel.clock import now, today
from keyuan.orders import queries
from keyuan.orders.access import facts_of
from keyuan.orders.models import Order
from keyuan.orders.queries.listing import LOST, condition
from keyuan.orders.rules import is_stuck, since, stage
from keyuan.orders.states import ENDED, Stage
from keyuan.orders.tests.conftest import Fill
from keyuan.sales.models import Quote
from keyuan.underwriting.models import Application

pytestmark = pytest.mark.django_db
HOME = "/desk/orders/"
OUTCOMES = (
    None,
    ("standard", ""),
    ("loading", ""),
    ("refer", ""),
    ("refer", "standard"),
    ("refer", "decline"),
    ("decline", ""),
)


def orders(customer: Customer, count: int) -> list[Order]:
    """Orders of every sort, as far as the table allows them; always the same ones."""
    chance, at = random.Random(7), now()  # noqa: S311  no secret
    quote = Quote.objects.create(
        product="TRM", version=1, risk={}, price={}, made_on=today(), channel="web",
        valid_until=today() + timedelta(days=30),
    )  # fmt: skip
    made = []
    for number in range(count):
        told = {name: chance.random() < 0.5 for name in ("submitted", "agreed", "signed", "paid", "issued")}
        ended = {name: chance.random() < 0.2 for name in ("withdrawn", "refunded")}
        told["paid"] &= told["signed"]
        told["issued"] &= told["paid"]
        days = {
            f"{name}_at": at - timedelta(minutes=chance.randrange(1, 6000)) for name, is_so in told.items() if is_so
        }
        days |= {f"{name}_at": at for name, is_so in ended.items() if is_so}
        outcome = chance.choice(OUTCOMES)
        made.append(
            Order.objects.create(
                number=f"T{number:05}", product="TRM", version=1, channel="web", language="zh-hans", details="{}",
                token_digest=number.to_bytes(32), customer=customer, quote=quote, premium=1,
                application=None if outcome is None else application(customer, *outcome, at=at),
                changed_at=at - timedelta(minutes=chance.randrange(6000)),
                expires_at=at + timedelta(days=chance.choice((-1, 1))),
                policy_number="P1" if told["issued"] else "", **days,
            )
        )  # fmt: skip
    return made


def application(customer: Customer, outcome: str, final: str, *, at: Any) -> Application:
    return Application.objects.create(
        customer=customer, product="TRM", product_version=1, line="life", questionnaire="life", questionnaire_version=1,
        facts="{}", submitted_on=today(), submitted_at=at - timedelta(days=2), submitted_by="x", sum_insured=1,
        sum_at_risk=1, rule_set="life", rule_version=1, outcome=outcome, final_outcome=final,
        decided_at=at - timedelta(days=1, hours=1) if final else None,
    )  # fmt: skip


@pytest.fixture
def customer(org: Organisation) -> Customer:
    return Customer.objects.create(kind="individual", name="林慧", number="K0000000001", org_unit=org.branch)


def test_the_stage_that_sql_finds_is_the_stage_of_the_rules(customer: Customer) -> None:
    made, at = orders(customer, 400), now()
    stages = {one.pk: stage(facts_of(one), at=at) for one in made}
    assert set(stages.values()) == set(Stage)
    rows = queries.listed(queries.OrderFilter(), viewer=system_viewer("tests"))
    for each in Stage:
        found = set(rows.filter(condition(each, at=at)).values_list("pk", flat=True))
        assert found == {pk for pk, reached in stages.items() if reached == each}, each
    lost = set(rows.filter(condition("lost", at=at)).values_list("pk", flat=True))
    assert lost == {pk for pk, reached in stages.items() if reached in LOST}
    opened = set(rows.filter(condition("open", at=at)).values_list("pk", flat=True))
    assert opened == {pk for pk, reached in stages.items() if reached not in ENDED}
    begun = {one.pk: since(facts_of(one), stages[one.pk], changed_at=one.changed_at) for one in made}
    stuck = set(rows.filter(condition("stuck", at=at)).values_list("pk", flat=True))
    assert stuck == {pk for pk, reached in stages.items() if is_stuck(reached, begun[pk], now=at)}
    assert 0 < len(stuck) < len(opened)


def test_the_list_tells_stage_since_when_and_on_whom_it_waits(
    filled: Fill, client_as: Callable[..., Client], query_budget: QueryBudget
) -> None:
    order, _holder = filled("TRV")
    desk = client_as(Role.MANAGER)
    Order.objects.filter(pk=order.pk).update(customer=Customer.objects.get(), changed_at=now() - timedelta(days=2))
    desk.get(HOME)
    with query_budget("orders-list"):
        page = desk.get(HOME).content.decode()
    assert order.number in page
    assert "客户填写中" in page
    assert "久无进展" in desk.get(f"{HOME}?state=stuck").content.decode()
    assert order.number not in desk.get(f"{HOME}?state=issued").content.decode()
    one = desk.get(f"{HOME}{order.pk}/").content.decode()
    assert "开始填写" in one
    assert "320506199003074525" not in one
    assert order.number in desk.get(f"{HOME}{order.pk}/panel/").content.decode()


def test_another_branch_and_who_is_not_the_agent_find_no_order(
    customer: Customer, client_as: Callable[..., Client], org: Organisation
) -> None:
    made = orders(customer, 3)
    assert made[0].number in client_as(Role.HOTLINE, unit=org.branch).get(HOME).content.decode()
    for other in (client_as(Role.HOTLINE, unit=org.other_branch), client_as(Role.AGENT, unit=org.branch)):
        assert made[0].number not in other.get(HOME).content.decode()
        assert other.get(f"{HOME}{made[0].pk}/").status_code == 404
        assert other.get(f"{HOME}{made[0].pk}/panel/").status_code == 404
