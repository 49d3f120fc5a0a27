"""The cube: counting the book by any combination of dimensions."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.api.customers import FAILURES, viewer_of
from keyuan.api.replies import reply
from keyuan.api.shapes import Failure
from keyuan.insight.cube.questions import question
from keyuan.insight.cube.telling import as_json
from keyuan.insight.refusals import TooManyCells

if TYPE_CHECKING:
    from keyuan.insight.cube.answers import Answer

router = Router(tags=["insight"])
MOST_CELLS = 20_000
Text = Annotated[str, Field(max_length=400, pattern=r"^[^\x00-\x1f]*$")]


@router.get("", response={200: dict[str, Any], **FAILURES, 409: Failure}, summary="Count the book")
def ask(
    request: HttpRequest,
    by: Annotated[Text, Query("", description="Dimensions with commas between, such as product,region")],
    measures: Annotated[Text, Query("", description="Measures with commas between")],
    where: Annotated[list[Text], Query([], max_length=10, description="dimension=value|value")],
    period: Annotated[Text, Query("", description="2025, 2025-03, 2025Q2 or 2025-01-01..2025-07-01")],
    basis: Annotated[Text, Query("", description="cal, acc or uw")],
    currency: Annotated[Text, Query("", description="Only policies in this currency")],
) -> HttpResponse:
    """Premium, exposure, claims and what they cost, of the customers in scope, as of the last export of the lake."""
    viewer = viewer_of(request)
    require(viewer, Permission.SEE_INSIGHT)
    asked = question(by=by, measures=measures, where=where, period_text=period, basis=basis, currency=currency)
    found: Answer = import_module("keyuan.insight.cube.answers").answer(asked, viewer=viewer)
    if len(found.cells) > MOST_CELLS:
        raise TooManyCells(most=MOST_CELLS)
    return reply(as_json(found, viewer=viewer))
