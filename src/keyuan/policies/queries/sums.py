"""What several customers together have in force: policies and yearly premium, by customer and currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from keyuan.accounts.scope import Viewer
from keyuan.policies.queries.conditions import with_status
from keyuan.policies.queries.scope import visible
from keyuan.policies.states import PolicyStatus

MONTHS = 12


@dataclass(slots=True)
class InForce:
    """Policies on risk on the day and what they bring in a year; single premiums bring nothing more."""

    currency: str
    policies: int = 0
    premium: Decimal = Decimal("0.00")


def in_force_of(customer_ids: Iterable[int], *, viewer: Viewer, on: date) -> dict[int, list[InForce]]:
    """By customer in scope; who has nothing on risk is not there."""
    held = with_status(visible(viewer).filter(customer_id__in=list(customer_ids)), PolicyStatus.ON_RISK, on=on)
    found: dict[int, dict[str, InForce]] = {}
    for customer_id, currency, premium, mode in held.values_list("customer_id", "currency", "premium", "payment_mode"):
        entry = found.setdefault(customer_id, {}).setdefault(currency, InForce(currency))
        entry.policies += 1
        if mode:
            entry.premium += premium * MONTHS / mode
    return {customer_id: [by[name] for name in sorted(by)] for customer_id, by in found.items()}


def sum_insured_of(customer_id: int, *, viewer: Viewer, on: date, lines: Iterable[str]) -> Decimal:
    """The sums insured (yuan) of a customer's policies on risk on the day, of some lines of business."""
    rows = visible(viewer).filter(customer_id=customer_id, currency="CNY", product__line__in=list(lines))
    held = with_status(rows, PolicyStatus.ON_RISK, on=on)
    return sum((one or Decimal(0) for one in held.values_list("sum_insured", flat=True)), Decimal(0))
