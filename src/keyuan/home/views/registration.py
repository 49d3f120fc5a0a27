"""Registration: who has shown a number says who they are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from keyuan.home.door import REGISTERING, asked_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The form."""
    if asked_of(request, REGISTERING) is None:
        return redirect("home:sign_in")
    return render(request, "home/register.html")
