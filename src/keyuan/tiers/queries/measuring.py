"""Converted premium in SQL, for many customers at once: the same amounts as rules.count for every policy (a test compares).

And for one customer, policy by policy, as people ask for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Round

from keyuan.accounts.scope import Viewer
from keyuan.policies import queries as policies
from keyuan.policies.queries import Holding
from keyuan.policies.states import PolicyStatus
from keyuan.tiers.rules import Counted, Factor, Held, Ladder, count

MONEY = DecimalField(max_digits=16, decimal_places=2)


def measured(ladders: Mapping[str, Ladder], *, viewer: Viewer, on: date) -> QuerySet[Any, Any]:
    """(customer, converted premium, policies that count) of the customers in scope who have any."""
    rows = policies.on_risk_yearly(viewer=viewer, on=on).filter(currency="CNY")
    of_kind = [When(customer__kind=code, then=_factor(ladder)) for code, ladder in ladders.items()]
    left_out = Q()
    for code, ladder in ladders.items():
        left_out |= _left_out(code, ladder)
    found = rows.exclude(left_out) if left_out else rows
    factor = Case(*of_kind, default=Value(0), output_field=DecimalField(max_digits=8, decimal_places=4))
    counts = Round(F("a_year") * factor, 2, output_field=MONEY)
    grouped = found.order_by().values("customer_id").annotate(converted=Sum(counts, output_field=MONEY), n=Count("pk"))
    return grouped.values_list("customer_id", "converted", "n")


def _left_out(code: str, ladder: Ladder) -> Q:
    found = Q()
    if not ladder.paid_up:
        found |= Q(customer__kind=code, is_paid_up=True)
    if not ladder.in_cooling_off:
        found |= Q(customer__kind=code, cools_off=True)
    return found


def _factor(ladder: Ladder) -> Case:
    whens = [When(_fits(one), then=Value(one.factor)) for one in ladder.factors[:-1]]
    last = Value(ladder.factors[-1].factor)
    return Case(*whens, default=last, output_field=DecimalField(max_digits=8, decimal_places=4))


def _fits(one: Factor) -> Q:
    found = Q()
    if one.lines is not None:
        found &= Q(product__line__in=sorted(one.lines))
    if one.modes is not None:
        found &= Q(payment_mode__in=sorted(one.modes))
    if one.long_term is not None:
        found &= Q(product__long_term=one.long_term)
    if one.years_below is not None:
        found &= Q(payment_years__gt=0, payment_years__lt=one.years_below)
    return found or Q(pk__isnull=False)


@dataclass(frozen=True, slots=True)
class PolicyCounted:
    """A policy and what it counts."""

    held: Holding
    a_year: Any
    counted: Counted


def held_of(holding: Holding, *, on: date) -> Held:
    """A policy as the rules read it."""
    return Held(
        line=holding.product.line,
        mode=holding.payment_mode,
        years=holding.payment_years,
        long_term=holding.product.long_term,
        a_year=policies.premium_of_a_year(holding, on=on),
        currency=holding.currency,
        on_risk=PolicyStatus.ON_RISK in holding.statuses,
        is_paid_up=PolicyStatus.PAID_UP in holding.statuses,
        cooling_off=PolicyStatus.IN_COOLING_OFF in holding.statuses,
    )


def counted(holdings: Iterable[Holding], ladder: Ladder, *, on: date) -> Sequence[PolicyCounted]:
    """What each policy counts, the most first; those that do not count last."""
    found = []
    for holding in holdings:
        held = held_of(holding, on=on)
        found.append(PolicyCounted(holding, held.a_year, count(held, ladder)))
    found.sort(key=lambda one: (one.counted.why_not is not None, -one.counted.converted, one.held.number))
    return found
