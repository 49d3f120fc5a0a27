"""The public page of a proposal: the customer opens it with the link, on a phone, without an account."""

from __future__ import annotations

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from keyuan.accounts.limits import Limit, spend_from
from keyuan.sales import actions, queries
from keyuan.sales.refusals import LinkGone

OPENINGS = Limit("proposals", 120, 3600)


@never_cache
@require_safe
def public(request: HttpRequest, token: str) -> HttpResponse:
    """The proposal as it stands now; opening it is a line in the log."""
    language = language_of(request)
    with translation.override("en" if language == "en" else "zh-hans"):
        spend_from(OPENINGS, address=address_of(request))
        try:
            found = actions.open_proposal(token)
        except LinkGone as gone:
            return render(request, "sales/public/gone.html", {"language": language, "gone": gone}, status=404)
        seen = queries.seen_proposal(found, queries.plans_of(found))
        return render(request, "sales/public/proposal.html", {"language": language, "seen": seen})


def address_of(request: HttpRequest) -> str:
    """The visitor's network address as the counters keep it: the same each time, and no address."""
    return salted_hmac("sales.public", get_client_ip(request) or "").hexdigest()[:32]


def language_of(request: HttpRequest) -> str:
    """What the visitor pressed, else what their browser speaks."""
    asked = request.GET.get("lang")
    if asked in ("zh", "en"):
        return asked
    return "en" if translation.get_language_from_request(request).startswith("en") else "zh"
