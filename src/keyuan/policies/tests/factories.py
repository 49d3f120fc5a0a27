"""Small synthetic worlds for the tests of policies, claims and the service desk."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from keyuan.accounts.models import OrgUnit, User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer, viewer_of
from keyuan.customers.models import Customer
from keyuan.policies.models import Policy, PolicyFact, PolicyTerm
from keyuan.policies.states import Channel, FactKind, PaymentMode
from keyuan.products.models import Product
from keyuan.products.states import Line

_numbers = count(1)


def head_office() -> OrgUnit:
    unit, _ = OrgUnit.objects.get_or_create(
        code="HO", defaults={"name": "总公司", "kind": OrgUnit.Kind.HEAD_OFFICE, "path": "/1/"}
    )
    return unit


def branch(code: str = "SZ") -> OrgUnit:
    top = head_office()
    unit, _ = OrgUnit.objects.get_or_create(
        code=code,
        defaults={"name": f"{code}分公司", "kind": OrgUnit.Kind.BRANCH, "parent": top, "path": f"{top.path}{code}/"},
    )
    return unit


def staff(role: Role = Role.COUNTER, unit: OrgUnit | None = None) -> Viewer:
    """A member of staff of the head office, or of ``unit``."""
    user = User.objects.create(
        username=f"u{next(_numbers)}", role=role, org_unit=unit or head_office(), display_name="柜员小张"
    )
    return viewer_of(user)


def customer(unit: OrgUnit | None = None, name: str = "测试客户") -> Customer:
    return Customer.objects.create(
        number=f"T{next(_numbers):08}",
        kind="individual",
        name=name,
        org_unit=unit or head_office(),
        source="visit",
        synthetic=True,
    )


def product(line: Line = Line.MOTOR, *, long_term: bool = False) -> Product:
    code = f"{line.value.upper()}{'L' if long_term else ''}"
    found, _ = Product.objects.get_or_create(
        code=code, defaults={"name": f"测试{line.label}", "line": line, "long_term": long_term}
    )
    return found


def policy(holder: Customer, **changes: Any) -> Policy:
    """An annual motor policy of 2026, with its one term."""
    values: dict[str, Any] = {
        "customer": holder,
        "number": f"P{next(_numbers):010}",
        "product": product(),
        "channel": Channel.AGENT,
        "premium": Decimal("1200.00"),
        "payment_mode": PaymentMode.YEARLY,
        "signed_on": date(2025, 12, 20),
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2027, 1, 1),
        "org_unit": holder.org_unit,
        **changes,
    }
    made = Policy.objects.create(**values)
    term(made, made.starts_on, made.ends_on)
    return made


def life_policy(holder: Customer, **changes: Any) -> Policy:
    """Twenty yearly premiums for whole-life cover, signed in February 2024, the first premium paid."""
    values: dict[str, Any] = {
        "product": product(Line.LIFE, long_term=True),
        "premium": Decimal("5000.00"),
        "payment_years": 20,
        "signed_on": date(2024, 2, 20),
        "starts_on": date(2024, 3, 1),
        "ends_on": None,
        **changes,
    }
    made = policy(holder, **values)
    fact(made, FactKind.PREMIUM_PAID, date(2024, 2, 20), until=date(2025, 3, 1), amount=made.premium)
    return made


def term(of: Policy, starts_on: date, ends_on: date | None, **changes: Any) -> PolicyTerm:
    values: dict[str, Any] = {"premium": of.premium, **changes}
    return PolicyTerm.objects.create(
        policy=of, customer_id=of.customer_id, starts_on=starts_on, ends_on=ends_on, **values
    )


def fact(of: Policy, kind: FactKind, on: date, **changes: Any) -> PolicyFact:
    return PolicyFact.objects.create(policy=of, customer_id=of.customer_id, kind=kind, on=on, **changes)
