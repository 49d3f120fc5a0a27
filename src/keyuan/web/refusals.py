"""A refusal raised by an action becomes something to read: a page, a notice beside the work, or JSON for the API."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from keyuan.kernel.refusals import Refusal


class RefusalMiddleware:
    """Turns a Refusal that a view let through into an answer with the refusal's own status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer(request, exception) if isinstance(exception, Refusal) else None


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as the asker can take it: htmx, a program, or a person with a browser."""
    if request.headers.get("HX-Request"):
        return _notice(refusal)
    if request.path.startswith("/api/") or not request.accepts("text/html"):
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return render(request, "errors/refusal.html", {"refusal": refusal}, status=refusal.status)


def _notice(refusal: Refusal) -> HttpResponse:
    """Nothing on the page is replaced; a toast tells. Header values are ASCII, so the text travels escaped."""
    told = {"keyuan:toast": {"tone": "error", "text": str(refusal), "remedy": refusal.what_to_do}}
    response = HttpResponse(status=refusal.status)
    response["HX-Trigger"] = json.dumps(told)
    response["HX-Reswap"] = "none"
    return response
