"""What customers have in force: policies and yearly premium, by customer and currency; sums insured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.states import IdentifierKind
from keyuan.policies.models import Party, Policy, PolicyTerm
from keyuan.policies.queries.conditions import condition, with_status
from keyuan.policies.queries.holdings import Holding, statuses_of
from keyuan.policies.queries.scope import visible
from keyuan.policies.states import PartyRole, PolicyStatus

MONTHS = 12
ALIVE = frozenset({PolicyStatus.ON_RISK, PolicyStatus.NOT_YET_ON_RISK, PolicyStatus.SUSPENDED})


@dataclass(slots=True)
class InForce:
    """Policies on risk on the day and what they bring in a year; single premiums bring nothing more."""

    currency: str
    policies: int = 0
    premium: Decimal = Decimal("0.00")


MONEY = DecimalField(max_digits=16, decimal_places=2)


def on_risk_yearly(*, viewer: Viewer, on: date) -> QuerySet[Policy]:
    """The policies on risk on a day, with ``a_year``: the premium of a year; ``is_paid_up``; ``cools_off``.

    Cover of a year or less counts the premium of the term in force, a long contract what its payments of a year sum to;
    a single premium is counted as it is. The same as ``premium_of_a_year`` for one holding.
    """
    inside = PolicyTerm.objects.filter(policy=OuterRef("pk"), starts_on__lte=on).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on)
    )
    by_payments = Case(
        When(payment_mode=0, then=F("premium")),
        default=F("premium") * Value(MONTHS) / F("payment_mode"),
        output_field=MONEY,
    )
    held = with_status(visible(viewer), PolicyStatus.ON_RISK, on=on)
    return held.annotate(
        a_year=Case(
            When(product__long_term=True, then=by_payments),
            default=Coalesce(Subquery(inside.order_by("-starts_on").values("premium")[:1]), by_payments),
            output_field=MONEY,
        ),
        cools_off=Case(When(condition(PolicyStatus.IN_COOLING_OFF, on=on), then=Value(True)), default=Value(False)),
    )


def premium_of_a_year(held: Holding, *, on: date) -> Decimal:
    """The premium of a year of a policy as it stands on the day."""
    if not held.product.long_term:
        inside = [one for one in held.terms if one.starts_on <= on and (one.ends_on is None or on < one.ends_on)]
        if inside:
            return inside[-1].premium
    return held.premium if held.payment_mode == 0 else held.premium * MONTHS / held.payment_mode


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


def sums_on_lives(documents: Iterable[str], *, lines: Iterable[str], viewer: Viewer, on: date) -> dict[str, Decimal]:
    """Document number → the sums insured (yuan) on that life under contracts of these lines that run or begin after ``on``.

    Whoever holds the contract: an underwriter asks what one life carries. Who is not known, or has nothing, is not there.
    """
    known = {
        named.customer_id: number
        for number in dict.fromkeys(documents)
        for named in customers.named_by(number, viewer=viewer)
        if number and named.kind == IdentifierKind.ID_NUMBER
    }
    found: dict[str, Decimal] = {}
    if not known:
        return found
    parties = Party.objects.filter(role=PartyRole.INSURED, customer_id__in=known, policy__in=visible(viewer))
    held = parties.filter(policy__currency="CNY", policy__product__line__in=list(lines), policy__sum_insured__gt=0)
    for customer_id, policy_id, amount in held.values_list("customer_id", "policy_id", "policy__sum_insured"):
        if statuses_of(policy_id, viewer=viewer, on=on) & ALIVE:
            number = known[customer_id]
            found[number] = found.get(number, Decimal(0)) + (amount or 0)
    return found
