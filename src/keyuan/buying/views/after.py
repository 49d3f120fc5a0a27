"""After the wizard: submitted, decided, accepted, signed, paid, issued; and all of somebody's orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from keyuan.buying.holding import holder
from keyuan.buying.tracing import BEFORE_SUBMITTING
from keyuan.buying.views.shared import the_order
from keyuan.buying.views.wizard import priced, tell_refusal
from keyuan.evidence.pages.actions import must_be_whole
from keyuan.evidence.pages.refusals import SaleNotTraced
from keyuan.journeys import applying
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.orders import actions, queries
from keyuan.orders.states import ENDED, Stage
from keyuan.orders.suiting import findings

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My applications, the open ones first."""
    found = queries.orders_of(holder(request))
    running = [one for one in found if one.stage not in ENDED]
    ended = [one for one in found if one.stage in ENDED]
    return render(request, "buying/mine.html", {"running": running, "ended": ended})


@require_POST
def submit(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Everything is said: price it, underwrite it, now. What suitability warns of must have been seen."""
    seen = the_order(request, order_id)
    try:
        warned = findings(seen.details, seen.definition, seen.offer(), on=today())
        if warned and "warned" not in request.POST:
            return redirect("buying:step", order_id, "check")
        must_be_whole(order_id, shown=BEFORE_SUBMITTING)
        applying.submit(order_id, by=holder(request))
    except SaleNotTraced as refusal:
        tell_refusal(request, refusal)
        return redirect("buying:step", order_id, "read")
    except Refusal as refusal:
        tell_refusal(request, refusal)
    return redirect("buying:order", order_id)


@require_safe
def result(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """What was decided, in words: which answer led to what, and what can be done now."""
    seen = the_order(request, order_id)
    if seen.stage == Stage.FILLING:
        return redirect("buying:order", order_id)
    context: dict[str, Any] = {"seen": seen, "reasons": seen.reasons(), **priced(seen)}
    return render(request, "buying/result.html", context)


@require_POST
def agree(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Yes to the loading or the exclusion."""
    the_order(request, order_id)
    try:
        actions.agree(order_id, by=holder(request))
    except Refusal as refusal:
        tell_refusal(request, refusal)
    return redirect("buying:order", order_id)


@require_POST
def withdraw(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Not going on."""
    the_order(request, order_id)
    try:
        actions.withdraw(order_id, reason=request.POST.get("reason", ""), by=holder(request))
    except Refusal as refusal:
        tell_refusal(request, refusal)
    return redirect("buying:mine")
