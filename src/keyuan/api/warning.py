"""Early warning: who may leave, the likeliest first, with the reasons."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from keyuan.api.customers import viewer_of
from keyuan.api.replies import reply
from keyuan.api.shapes import Failure
from keyuan.insight.scores.queries import WarningFilter
from keyuan.insight.scores.states import Cause
from keyuan.retention.queries import warning as queries

router = Router(tags=["insight"])
FAILURES: dict[int, Any] = {401: Failure, 403: Failure, 422: Failure, 429: Failure}


class Reason(Schema):
    """Why: a code, its figure if it has one, how far it moved the log odds, and the sentence in the reader's language."""

    code: str
    value: float | None
    effect: float
    text: str


class WarnedCustomer(Schema):
    """A customer by the policy that they are likeliest to leave; ``value_at_risk`` is its premium of a year."""

    customer: str
    name: str
    policy: str | None
    within_30_days: float | None
    within_60_days: float | None
    within_90_days: float
    value_at_risk: Decimal
    currency: str
    due_on: date | None
    last_contact_on: date | None
    owner: str
    branch: str
    reasons: list[Reason]
    as_of: date
    version: str


class Warnings(Schema):
    days: int
    customers: list[WarnedCustomer]


@router.get("", response={200: Warnings, **FAILURES}, summary="Customers who may leave")
def warnings(
    request: HttpRequest,
    days: Annotated[int, Query(ge=0, le=90, description="Within 30, 60 or 90 days; 0: everybody scored")] = 90,
    reason: Annotated[Cause | None, Query(description="Only with this reason")] = None,
    branch: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    size: Annotated[int, Query(ge=1, le=500)] = 100,
) -> HttpResponse:
    """As of the last night's scores, in the viewer's scope. For care and keeping: never for prices or underwriting."""
    horizon = next((one for one in (30, 60, 90) if 0 < days <= one), 0)
    wanted = WarningFilter(horizon=horizon, reason="" if reason is None else reason.value, branch=branch)
    found = queries.warned(wanted, viewer=viewer_of(request), size=size)
    return reply({"days": horizon, "customers": [queries.as_told(row) for row in found]})
