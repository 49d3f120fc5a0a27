"""What the runs say, to those who may see business analysis: of the customers in their scope, and of nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import QuerySet, Sum

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.customers.queries.scope import in_scope, sees_everybody, visible
from keyuan.insight.models import CustomerProfit, ProfitRun
from keyuan.insight.profit.curve import Curve, curve, place_of
from keyuan.insight.refusals import NoProfitRun
from keyuan.insight.states import RunKind

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

AMOUNTS = ("premium", "investment", "claims", "expected", "released", "payouts", "reserve", "commission", "servicing")
RESULTS = ("profit", "structure", "luck")
ORDERS = ("profit", "structure")


@dataclass(frozen=True, slots=True)
class ProfitLine:
    """What one customer brought and cost in the latest run."""

    premium: Decimal
    investment: Decimal
    claims: Decimal
    commission: Decimal
    servicing: Decimal
    profit: Decimal
    structure: Decimal
    luck: Decimal


@dataclass(frozen=True, slots=True)
class Whale:
    """Both curves and the totals of a run, of the customers in scope."""

    run: ProfitRun
    realised: Curve
    structural: Curve
    totals: dict[str, Decimal]
    whole_company: bool


def runs(*, viewer: Viewer) -> QuerySet[ProfitRun]:
    """The runs that are kept, the newest first."""
    require(viewer, Permission.SEE_INSIGHT)
    return ProfitRun.objects.order_by("-ends_on", "-pk")


def run_of(number: int | None, *, viewer: Viewer) -> ProfitRun:
    """One run; without a number, or with one that is gone, that of the last twelve months. Raises NoProfitRun."""
    found = runs(viewer=viewer)
    one = None if number is None else found.filter(pk=number).first()
    one = one or found.filter(kind=RunKind.ROLLING).first() or found.first()
    if one is None:
        raise NoProfitRun
    return one


def whale(run: ProfitRun, *, viewer: Viewer) -> Whale:
    """The curves of the whole company as they were counted; of a part of it, counted now."""
    if sees_everybody(viewer):
        totals = {name: Decimal(cents) / 100 for name, cents in run.told["totals"].items()}
        return Whale(
            run,
            Curve.from_dict(run.told["realised"]),
            Curve.from_dict(run.told["structural"]),
            totals,
            whole_company=True,
        )
    rows = counted(run, viewer=viewer)
    amounts = np.array([[int(one * 100) for one in row] for row in rows.values_list(*ORDERS)], dtype=np.int64)
    amounts = amounts.reshape(-1, 2)
    totals = rows.aggregate(**{name: Sum(name, default=Decimal(0)) for name in (*AMOUNTS, *RESULTS)})
    return Whale(run, curve(amounts[:, 0]), curve(amounts[:, 1]), totals, whole_company=False)


def counted(run: ProfitRun, *, viewer: Viewer) -> QuerySet[CustomerProfit]:
    """The customers of a run that are in scope."""
    require(viewer, Permission.SEE_INSIGHT)
    rows = CustomerProfit.objects.filter(run=run)
    return rows if sees_everybody(viewer) else rows.filter(customer__in=visible(viewer))


def members(
    run: ProfitRun, *, by: str, first: float, last: float, viewer: Viewer
) -> tuple[int, QuerySet[CustomerProfit]]:
    """How many stand between two shares of the order (0: the best), and their rows in that order."""
    order = by if by in ORDERS else "profit"
    rows = counted(run, viewer=viewer)
    everybody = rows.count()
    start, stop = place_of(first, everybody), place_of(last, everybody)
    found = rows.select_related("customer__org_unit").defer("why").order_by(f"-{order}", "pk")[start:stop]
    return max(0, stop - start), found


def profits_of(customer_ids: Iterable[int], *, viewer: Viewer) -> dict[int, ProfitLine]:
    """What some customers earned in the last twelve months, by customer; those out of scope are left out."""
    found = runs(viewer=viewer).filter(kind=RunKind.ROLLING).first()
    if found is None:
        return {}
    names = list(ProfitLine.__dataclass_fields__)
    rows = counted(found, viewer=viewer).filter(customer_id__in=list(customer_ids))
    return {row[0]: ProfitLine(*row[1:]) for row in rows.values_list("customer_id", *names)}


def profit_of(customer_id: int, *, viewer: Viewer) -> list[CustomerProfit]:
    """One customer's row in each run that is kept, the newest first. Raises CustomerNotFound."""
    require(viewer, Permission.SEE_INSIGHT)
    in_scope(customer_id, viewer=viewer)
    rows = CustomerProfit.objects.filter(customer_id=customer_id).select_related("run", "customer")
    return list(rows.order_by("-run__ends_on", "-run"))


def totals_of(rows: Iterable[Any]) -> dict[str, Decimal]:
    """The sums of some rows."""
    kept = list(rows)
    return {name: sum((getattr(row, name) for row in kept), Decimal(0)) for name in (*AMOUNTS, *RESULTS)}
