"""A customer whose premium can be set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from keyuan.accounts.models import OrgUnit
from keyuan.customers.models import Customer
from keyuan.kernel.clock import today
from keyuan.policies.models import Policy
from keyuan.policies.states import FactKind, PaymentMode
from keyuan.policies.tests import factories as make
from keyuan.products.states import Line
from keyuan.tiers.models import Membership

Holder = Callable[..., Customer]


def life(holder: Customer, a_year: int | str, *, years: int = 20, **changes: Any) -> Policy:
    """Whole-life cover that began a year ago and is paid to a year ahead."""
    day = today() - timedelta(days=365)
    values: dict[str, Any] = {
        "product": make.product(Line.LIFE, long_term=True),
        "premium": Decimal(a_year),
        "payment_mode": PaymentMode.YEARLY,
        "payment_years": years,
        "signed_on": day - timedelta(days=10),
        "starts_on": day,
        "ends_on": None,
        **changes,
    }
    made = make.policy(holder, **values)
    make.fact(made, FactKind.PREMIUM_PAID, day, until=today() + timedelta(days=300), amount=made.premium)
    return made


@pytest.fixture
def holder(org: Any) -> Holder:
    """``holder(120_000, unit=…)``: a customer with whole-life cover of so much premium a year (0: none)."""

    def made(a_year: int = 120_000, *, unit: OrgUnit | None = None, name: str = "贵宾测试") -> Customer:
        found = make.customer(unit or org.head_office, name)
        if a_year:
            life(found, a_year)
        return found

    return made


def held(customer: Customer) -> list[tuple[int, str, date, date | None]]:
    """The membership years of a customer: level, cause, from, to."""
    rows = Membership.objects.filter(customer=customer).order_by("starts_on", "pk")
    return [(row.level, row.cause, row.starts_on, row.ends_on) for row in rows]
