"""Who earns: the profit curve, and why one customer earns what they earn."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from keyuan.api.customers import FAILURES, viewer_of
from keyuan.api.replies import reply
from keyuan.api.shapes import Failure

if TYPE_CHECKING:
    from keyuan.insight.models import CustomerProfit

router = Router(tags=["insight"])
Number = Annotated[int, Field(ge=1, lt=2**63)]


@router.get("", response={200: dict[str, Any], **FAILURES, 409: Failure}, summary="The profit curve of the customers")
def curve(
    request: HttpRequest, run: Annotated[Number | None, Query(None, description="A run; else the last twelve months")]
) -> HttpResponse:
    """Realised and structural profit of the customers in scope, both curves, and what makes the difference."""
    viewer, queries = viewer_of(request), import_module("keyuan.insight.profit.queries")
    found = queries.whale(queries.run_of(run, viewer=viewer), viewer=viewer)
    return reply(import_module("keyuan.insight.profit.summary").as_json(found))


@router.get(
    "/customers/{customer_id}",
    response={200: list[dict[str, Any]], **FAILURES},
    summary="What one customer earned in each run",
)
def customer(request: HttpRequest, customer_id: Annotated[Number, Path()]) -> HttpResponse:
    """By line: amounts in cents, and the features that moved the expected claims most."""
    rows: list[CustomerProfit] = import_module("keyuan.insight.profit.queries").profit_of(
        customer_id, viewer=viewer_of(request)
    )
    summary = import_module("keyuan.insight.profit.summary")
    return reply([summary.customer_as_json(row) for row in rows])
