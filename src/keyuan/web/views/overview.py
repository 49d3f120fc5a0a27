"""The manager's overview."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.insight.lake.folder import manifest
from keyuan.web.overview import figures


@require_GET
@staff_page(Permission.SEE_INSIGHT)
def overview(request: SignedInRequest) -> HttpResponse:
    """How the business stands: ten figures, each linked with what is behind it."""
    known = manifest()
    context = {"figures": figures(viewer=request.viewer), "as_of": None if known is None else known.day}
    return render(request, "web/overview.html", context)
