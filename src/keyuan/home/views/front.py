"""The front page, the customer's own policies, and how they like to see the site."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest
from keyuan.accounts.middleware import viewer_for
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.customer360.queries.seen import holding_seen, next_due
from keyuan.customers import queries as customers
from keyuan.home.access import customer_page, safe_next
from keyuan.home.cards import card
from keyuan.home.context import ELDER_COOKIE
from keyuan.kernel.clock import today
from keyuan.policies import queries as held
from keyuan.tiers import queries as tiers

A_YEAR = 365 * 24 * 3600
DUES_ON_THE_FRONT = 3


@never_cache
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What do you want to do; who is signed in sees their policies and what is due first."""
    viewer = viewer_for(request)
    context = own_policies(viewer) if viewer.role == Role.CUSTOMER else {}
    if context.get("customer") is not None:
        context["tier"] = tiers.tier_of(context["customer"].pk, viewer=viewer, on=today())
    return render(request, "home/front.html", context)


@never_cache
@require_safe
@customer_page
def policies(request: SignedInRequest) -> HttpResponse:
    """All the policies of the customer, those that have ended below."""
    return render(request, "home/policies.html", own_policies(request.viewer))


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Elder mode on (1) or off (0), kept by the browser: a customer's phone is theirs."""
    response = HttpResponseRedirect(safe_next(request))
    wanted = request.POST.get("elder")
    if wanted in ("0", "1"):
        secure = bool(settings.SESSION_COOKIE_SECURE)
        response.set_cookie(ELDER_COOKIE, wanted, max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure)
    return response


def own_policies(viewer: Viewer) -> dict[str, Any]:
    """The customer's policies and the days they wait for; nobody else's, whatever is asked."""
    day = today()
    customer = customers.visible(viewer).first()
    rows = [] if customer is None else held.holdings(customer.pk, viewer=viewer, on=day)
    rows += held.holdings_acted_for(viewer, on=day)
    documents = {} if customer is None else held.documents_of(customer.pk, viewer=viewer)
    cards = [card(holding_seen(one, on=day, custom=()), documents) for one in rows]
    running = [one for one in cards if one.policy.in_force]
    return {
        "customer": customer,
        "running": running,
        "ended": [one for one in cards if not one.policy.in_force],
        "dues": next_due([one.policy for one in running], DUES_ON_THE_FRONT),
    }
