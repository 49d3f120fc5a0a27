"""After the wizard: submitted, decided, accepted, signed, paid, issued; and all of somebody's orders."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.roles import Role
from keyuan.buying.holding import holder
from keyuan.buying.tracing import BEFORE_SUBMITTING, tracing_of
from keyuan.buying.views.shared import the_order
from keyuan.buying.views.shop import definition_of
from keyuan.buying.views.wizard import priced, tell_refusal
from keyuan.customers import queries as customers
from keyuan.evidence.pages.actions import must_be_whole
from keyuan.evidence.pages.refusals import SaleNotTraced
from keyuan.journeys import applying
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.orders import actions, queries
from keyuan.orders.begun import remember
from keyuan.orders.completeness import first_of
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
        applying.submit(order_id, shown=_amount(request.POST.get("price", "")), by=holder(request))
    except SaleNotTraced as refusal:
        tell_refusal(request, refusal)
        return redirect("buying:step", order_id, "read")
    except Refusal as refusal:
        tell_refusal(request, refusal)
    return redirect("buying:order", order_id)


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text) if len(text) < 20 else None
    except InvalidOperation:
        return None


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


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """To go on with it later, on any device: it is kept in the account of whoever has signed in."""
    seen, who = the_order(request, order_id), holder(request)
    mine = customers.visible(who.viewer).first() if who.viewer.role == Role.CUSTOMER else None
    if mine is None:
        here = reverse("buying:keep", args=[order_id])
        return redirect(f"{reverse('home:sign_in')}?{urlencode({'next': here})}")
    if seen.stage == Stage.FILLING:
        actions.put_by(order_id, customer_id=mine.pk, by=who)
        messages.success(request, _("已存到您的账户。在任何设备上登录，打开“我的投保”就能接着填。"))
    return redirect("buying:order", order_id)


@require_POST
def again(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Once more with what was said, at today's price."""
    old = the_order(request, order_id)
    try:
        started = actions.begin_again(order_id, by=holder(request), language=get_language() or "zh-hans")
    except Refusal as refusal:
        tell_refusal(request, refusal)
        return redirect("buying:order", order_id)
    definition = definition_of(started.order.product)
    tracing_of(request).began(started.order.pk, number=started.order.number, definition=definition)
    now_costs = first_of(actions.details_of(started.order), definition, on=today())
    if old.order.premium is not None and now_costs is not None and old.order.premium != now_costs.amount:
        prices = {"before": f"¥{old.order.premium:,.2f}", "now": f"¥{now_costs.amount:,.2f}"}
        messages.warning(request, _("价格变了：上次的首期保费是%(before)s，现在是%(now)s。") % prices)
    answer = redirect("buying:order", started.order.pk)
    remember(request, answer, started.order.pk, started.token)
    return answer


@require_POST
def withdraw(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Not going on."""
    the_order(request, order_id)
    try:
        actions.withdraw(order_id, reason=request.POST.get("reason", ""), by=holder(request))
    except Refusal as refusal:
        tell_refusal(request, refusal)
    return redirect("buying:mine")
