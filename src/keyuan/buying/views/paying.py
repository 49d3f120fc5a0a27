"""Paying the first premium, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from keyuan.billing import actions as billing
from keyuan.billing import queries as payments
from keyuan.buying.holding import holder
from keyuan.buying.views.shared import the_order
from keyuan.buying.views.wizard import priced, tell_refusal
from keyuan.kernel.clock import now
from keyuan.kernel.money import Money
from keyuan.kernel.refusals import Refusal
from keyuan.orders.states import Stage
from keyuan.policies import queries as policies

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from keyuan.billing.models import Attempt
    from keyuan.orders.queries import Seen

#: How long one attempt at the gateway stays open; afterwards another is begun.
MINUTES = 30


def begin(request: HttpRequest, seen: Seen) -> Attempt:
    """An attempt for the first premium; the one that is open already, if there is one. Raises what billing refuses with."""
    order = seen.order
    if order.customer_id is None or order.premium is None:
        raise Http404
    return billing.begin(
        order.number,
        customer_id=order.customer_id,
        amount=Money(order.premium),
        subject=_("%(product)s首期保费") % {"product": seen.name},
        expires_at=min(now().replace(second=0, microsecond=0) + timedelta(minutes=MINUTES), order.expires_at),
        return_url=request.build_absolute_uri(reverse("buying:done", args=[order.pk])),
        phone="Mobile" in request.headers.get("User-Agent", ""),
        by=holder(request).actor,
    )


@never_cache
@require_safe
def pay(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """What is to be paid, and the way to the gateway."""
    seen = the_order(request, order_id)
    if seen.stage != Stage.SIGNED:
        return redirect("buying:order", order_id)
    context = {"seen": seen, "attempt": _open_attempt(request, seen), **priced(seen)}
    return render(request, "buying/pay.html", context)


def _open_attempt(request: HttpRequest, seen: Seen) -> Attempt | None:
    found = payments.attempts_of_order(seen.order.number, viewer=holder(request).viewer)
    return next(
        (one for one in found if one.closed_at is None and one.booked_at is None and one.expires_at > now()), None
    )


@require_POST
def begin_to_pay(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Put an attempt on record; the page then leads to the gateway."""
    seen = the_order(request, order_id)
    if seen.stage == Stage.SIGNED:
        try:
            begin(request, seen)
        except Refusal as refusal:
            tell_refusal(request, refusal)
            return redirect("buying:done", order_id)
    return redirect("buying:order", order_id)


@never_cache
@require_safe
def done(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Back from the gateway: the policy, or what is still awaited. Whoever comes back before the notification asks for it."""
    seen = the_order(request, order_id)
    found = payments.attempts_of_order(seen.order.number, viewer=holder(request).viewer)
    waiting = [one for one in found if one.booked_at is None and one.closed_at is None]
    if seen.stage == Stage.SIGNED and waiting:
        billing.ask_gateway(waiting[0].pk)
        seen = the_order(request, order_id)
    if seen.stage not in (Stage.SIGNED, Stage.PAID, Stage.ISSUED, Stage.REFUNDED):
        return redirect("buying:order", order_id)
    refused = next((one for one in found if one.refused_at is not None), None)
    document = policies.document_of_sale(seen.order.number, viewer=holder(request).viewer)
    context = {"seen": seen, "refused": refused, "waiting": bool(waiting), "document": document, **priced(seen)}
    return render(request, "buying/done.html", context)
