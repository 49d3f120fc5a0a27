"""Where customers come from, and who brought whom."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers.states import Source
from keyuan.kernel.clock import today
from keyuan.kernel.term import add_months
from keyuan.sales import queries

PERIODS = ("month", "quarter", "year", "all")


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def sources(request: SignedInRequest) -> HttpResponse:
    """Counts and conversion by source, in a period; ``?source=`` opens one source by its details."""
    first, last, period = period_of(request.GET.get("period", ""), request.GET.get("from"), request.GET.get("to"))
    chosen = request.GET.get("source", "")
    chosen = chosen if chosen in Source.values else ""
    figures = queries.source_figures(viewer=request.viewer, first=first, last=last, source=chosen)
    context = {
        "figures": figures,
        "most": max([one.prospects for one in figures] + [1]),
        "first": first,
        "last": last,
        "period": period,
        "periods": PERIODS,
        "source": chosen,
        "source_label": Source(chosen).label if chosen else "",
        "prospects": sum(one.prospects for one in figures),
        "won": sum(one.won for one in figures),
        "customers": sum(one.customers for one in figures),
    }
    return render(request, "sales/sources.html", context)


def period_of(name: str, first: str | None, last: str | None) -> tuple[date | None, date | None, str]:
    """The days of a period (both inside): two given days, or a named one up to today; a year if nothing is said."""
    given = _day(first), _day(last)
    if any(given):
        return *given, ""
    on = today()
    name = name if name in PERIODS else "year"
    starts = {"month": on.replace(day=1), "quarter": add_months(on, -3), "year": add_months(on, -12), "all": None}
    return starts[name], None if name == "all" else on, name


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def referrals(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """The referral tree of a customer, as a fragment of their page."""
    tree = queries.referral_tree(customer_id, viewer=request.viewer)
    return render(request, "sales/parts/referrals.html", {"tree": tree})
