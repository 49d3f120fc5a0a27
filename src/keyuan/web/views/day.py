"""Panels of the first page that look into rooms above the service desk."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import today
from keyuan.retention import queries as retention
from keyuan.retention.queries import RenewalFilter
from keyuan.web.addresses import address

SHOWN = 6
BACK, AHEAD = timedelta(days=61), timedelta(days=100)


@require_safe
@staff_page(Permission.CONTACT_CUSTOMERS)
def renewals(request: SignedInRequest) -> HttpResponse:
    """Renewals that the viewer is to call about by today, the most overdue first."""
    on = today()
    asked = RenewalFilter(on - BACK, on + AHEAD, mine=True, contact_before=on + timedelta(days=1), sort="call")
    found = retention.seen(asked, viewer=request.viewer, size=SHOWN)
    context = {"rows": found.rows, "more": found.more, "day": on, "work_url": address("retention:work")}
    return render(request, "web/parts/day_renewals.html", context)
