"""Money between a customer and the company, by currency: premiums in; surrenders, maturities and dividends out.

Claim payments belong to the claims room (claims.queries.paid_out): whoever shows both adds them up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from keyuan.accounts.scope import Viewer
from keyuan.policies.models import PolicyFact
from keyuan.policies.queries.holdings import Holding
from keyuan.policies.queries.scope import visible
from keyuan.policies.states import PAYOUTS, FactKind

MONEY_FACTS = (FactKind.PREMIUM_PAID, *sorted(PAYOUTS))


class Movement(NamedTuple):
    """One amount that moved. ``incoming``: from the customer to the company."""

    on: date
    kind: str
    amount: Decimal
    currency: str
    incoming: bool
    policy_id: int
    policy_number: str


@dataclass(slots=True)
class MoneyTotals:
    """Sums of one currency; each kind of payment out by itself."""

    currency: str
    premiums_in: Decimal = Decimal("0.00")
    paid_out: dict[str, Decimal] = field(default_factory=dict)

    @property
    def total_out(self) -> Decimal:
        return sum(self.paid_out.values(), Decimal("0.00"))

    @property
    def net(self) -> Decimal:
        """What the company has taken in more than it has paid out under policies; negative if less."""
        return self.premiums_in - self.total_out


@dataclass(slots=True)
class MoneyOfCustomer:
    """Movements, the latest first, and their totals by currency."""

    movements: list[Movement]
    totals: dict[str, MoneyTotals]


def money(
    customer_id: int, *, viewer: Viewer, on: date, known_at: datetime | None = None, limit: int | None = None
) -> MoneyOfCustomer:
    """Everything that moved under the customer's policies by the day ``on``; ``limit`` cuts the movements, not the totals."""
    facts = PolicyFact.objects.filter(
        policy__in=visible(viewer).filter(customer_id=customer_id),
        on__lte=on,
        kind__in=MONEY_FACTS,
        amount__isnull=False,
    )
    if known_at is not None:
        facts = facts.filter(recorded_at__lte=known_at)
    rows = facts.order_by("-on", "-id").values_list(
        "on", "kind", "amount", "policy__currency", "policy_id", "policy__number"
    )
    return total_up(
        (
            Movement(day, kind, amount, currency, kind == FactKind.PREMIUM_PAID, policy_id, number)
            for day, kind, amount, currency, policy_id, number in rows
            if amount is not None
        ),
        limit=limit,
    )


def money_of_holdings(held: Iterable[Holding], *, limit: int | None = None) -> MoneyOfCustomer:
    """The same from holdings that are already at hand, without a query."""
    moved = [
        Movement(
            fact.on,
            fact.kind,
            fact.amount,
            one.currency,
            fact.kind == FactKind.PREMIUM_PAID,
            one.id,
            one.number,
        )
        for one in held
        for fact in one.facts
        if fact.amount is not None and fact.kind in MONEY_FACTS
    ]
    moved.sort(key=lambda movement: movement.on, reverse=True)
    return total_up(moved, limit=limit)


def total_up(movements: Iterable[Movement], *, limit: int | None = None) -> MoneyOfCustomer:
    """Movements with their totals by currency."""
    result = MoneyOfCustomer([], {})
    for moved in movements:
        totals = result.totals.setdefault(moved.currency, MoneyTotals(moved.currency))
        if moved.incoming:
            totals.premiums_in += moved.amount
        else:
            totals.paid_out[moved.kind] = totals.paid_out.get(moved.kind, Decimal("0.00")) + moved.amount
        if limit is None or len(result.movements) < limit:
            result.movements.append(moved)
    return result
