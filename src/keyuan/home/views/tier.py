"""The customer's own tier: which, why, what would raise it, when it is looked at again, what it brings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest
from keyuan.customers import queries as customers
from keyuan.home.access import customer_page
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.tiers import actions, queries

WAYS = 3


@never_cache
@require_safe
@customer_page
def tier(request: SignedInRequest) -> HttpResponse:
    """My tier."""
    return _page(request)


@never_cache
@require_POST
@customer_page
def redeem(request: SignedInRequest) -> HttpResponse:
    """Take a benefit for oneself."""
    customer = customers.visible(request.viewer).first()
    if customer is None:
        return redirect("home:tier")
    try:
        made = actions.redeem(customer.pk, benefit=request.POST.get("benefit", "")[:60], by=request.viewer)
    except Refusal as refusal:
        return _page(request, refusal)
    messages.success(request, _("已领取。您的领取编号是 %(code)s，请记下来。") % {"code": made.code})
    return redirect("home:tier")


def _page(request: SignedInRequest, refusal: Refusal | None = None) -> HttpResponse:
    customer = customers.visible(request.viewer).first()
    context: dict[str, Any] = {"refusal": refusal, "t": None}
    if customer is not None:
        viewer, day = request.viewer, today()
        told = queries.explain(customer.pk, viewer=viewer, on=day)
        benefits = queries.benefits_of(customer.pk, viewer=viewer)
        taken = [row for row in queries.redeemed(customer.pk, viewer=viewer, most=10) if row.given_back_at is None]
        context |= {
            "t": told,
            "ways": told.ways[:WAYS],
            "benefits": benefits,
            "redeemed": [(row, queries.benefit_named(row)) for row in taken],
            "next_benefits": _brought(told, benefits),
        }
    return render(request, "home/tier.html", context, status=200 if refusal is None else refusal.status)


def _brought(told: queries.Explained, benefits: list[queries.BenefitHeld]) -> list[Any]:
    """What the next tier brings that this one does not."""
    if told.missing is None:
        return []
    have = {one.benefit.code: one.quota for one in benefits}
    level = told.missing.tier.level
    return [one for one in told.ladder.benefits if one.quota(level) != have.get(one.code, 0)]
