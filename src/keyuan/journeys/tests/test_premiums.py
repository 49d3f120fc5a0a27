"""A later premium of a contract that was bought online: paid to the next year, the agent's share of it, and a word of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from keyuan.agents.models import Agent
from keyuan.billing import actions as billing
from keyuan.billing.ledger import imbalances
from keyuan.billing.models import Posting
from keyuan.billing.sandbox.server import Sandbox
from keyuan.billing.states import Outcome
from keyuan.journeys.tests.test_insure import pay, ready
from keyuan.kernel.clock import today
from keyuan.kernel.term import add_months
from keyuan.messages.models import Message
from keyuan.orders.models import Order
from keyuan.orders.tests.conftest import APPLICANT, Fill
from keyuan.policies.models import Policy, PolicyFact

pytestmark = pytest.mark.django_db


def test_a_second_premium_pays_to_the_third_year_and_earns_the_second_years_commission(
    filled: Fill, sandbox: Sandbox, org: Any
) -> None:
    agent = Agent.objects.create(code="A1", name="代理人甲", org_unit=org.branch, joined_on=today())
    order, holder = filled("TRM")
    Order.objects.filter(pk=order.pk).update(agent=agent)
    assert pay(ready(order, holder)) == Outcome.HONOURED
    policy = Policy.objects.get()
    customer = policy.customer
    customer.person.mobile = str(APPLICANT["mobile"])
    customer.person.save()
    later = billing.begin_premium(policy.pk, by=holder.viewer)
    assert pay(later, trade="T2") == Outcome.HONOURED
    until = add_months(policy.starts_on, 24)
    assert PolicyFact.objects.filter(kind="premium_paid").latest("pk").until == until
    owed = [-one.amount for one in Posting.objects.filter(account="2202").order_by("pk")]
    cent = Decimal("0.01")
    assert owed == [(later.amount * Decimal(share)).quantize(cent) for share in ("0.30", "0.12")]
    message = Message.objects.get(template="premium_paid")
    assert policy.number in (message.text or "")
    assert f"{until.year}年{until.month}月{until.day}日" in (message.text or "")
    assert not imbalances()
