"""One customer's tier: why, what counts, what would change it, what it brings, what was taken."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers.refusals import CustomerNotFound
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.tiers import actions, queries
from keyuan.tiers.refusals import RedemptionNotFound
from keyuan.tiers.states import Cause

TONES = {Cause.RAISED: "good", Cause.KEPT: "calm", Cause.LOWERED: "watch"}
WAYS = 6


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def customer(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """The tier of a customer, today or as it was (``?as_of=2025-03-01``)."""
    return _page(request, customer_id, on=_day(request))


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def redeem(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Take a benefit for the customer."""
    try:
        made = actions.redeem(
            customer_id,
            benefit=request.POST.get("benefit", "")[:60],
            note=request.POST.get("note", ""),
            by=request.viewer,
        )
    except CustomerNotFound:
        raise Http404 from None
    except Refusal as refusal:
        return _page(request, customer_id, on=today(), refusal=refusal)
    messages.success(request, _("已领取，编号 %(code)s。") % {"code": made.code})
    return redirect("tiers:customer", customer_id)


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def give_back(request: SignedInRequest, redemption_id: int) -> HttpResponse:
    """Give back what was not used."""
    try:
        row = actions.give_back(redemption_id, why=request.POST.get("why", ""), by=request.viewer)
    except RedemptionNotFound:
        raise Http404 from None
    except Refusal as refusal:
        found = queries.redemptions(viewer=request.viewer).filter(pk=redemption_id).first()
        if found is None:
            raise Http404 from None
        return _page(request, found.customer_id, on=today(), refusal=refusal)
    messages.success(request, _("已退回，次数已恢复。"))
    return redirect("tiers:customer", row.customer_id)


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def review(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Look at this customer now, without waiting for the night."""
    try:
        turned = actions.review(customer_id, by=request.viewer)
    except CustomerNotFound:
        raise Http404 from None
    changed = turned.raised + turned.kept + turned.lowered
    messages.success(request, _("已评定，等级有变化。") if changed else _("已评定，等级没有变化。"))
    return redirect("tiers:customer", customer_id)


def _day(request: HttpRequest) -> date:
    try:
        day = date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        return today()
    return min(day, today())


def _page(request: SignedInRequest, customer_id: int, *, on: date, refusal: Refusal | None = None) -> HttpResponse:
    viewer = request.viewer
    try:
        told = queries.explain(customer_id, viewer=viewer, on=on)
    except CustomerNotFound:
        raise Http404 from None
    context: dict[str, Any] = {
        "t": told,
        "is_today": on == today(),
        "ways": told.ways[:WAYS],
        "days_left": None if told.held is None else (told.held.year_ends_on - on).days,
        "steps": [
            {"tier": tier, "held": tier.level == told.level, "reached": tier.level <= told.reached.level}
            for tier in told.ladder.tiers
        ],
        "history": [_year(row) for row in queries.history(customer_id, viewer=viewer, on=on)],
        "benefits": queries.benefits_of(customer_id, viewer=viewer) if on == today() else [],
        "redeemed": [(row, queries.benefit_named(row)) for row in queries.redeemed(customer_id, viewer=viewer)],
        "may_see_figures": viewer.may(Permission.SEE_INSIGHT),
        "may_serve": viewer.may(Permission.CONTACT_CUSTOMERS) and on == today(),
        "refusal": refusal,
    }
    return render(request, "tiers/customer.html", context, status=200 if refusal is None else refusal.status)


def _year(row: Any) -> dict[str, Any]:
    name = queries.said(queries.ladder_of(row.ladder, row.rules).tier(row.level).name)
    return {"row": row, "name": name, "cause": Cause(row.cause).label, "tone": TONES[Cause(row.cause)]}
