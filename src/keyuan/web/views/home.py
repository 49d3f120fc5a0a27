"""My day: where a member of staff starts."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from keyuan.accounts.access import SignedInRequest, signed_in_page


@signed_in_page
def home(request: SignedInRequest) -> HttpResponse:
    """The desk's first page; a customer gets a page of their own instead."""
    if not request.viewer.is_staff:
        return render(request, "web/customer_home.html")
    return render(request, "web/home.html")
