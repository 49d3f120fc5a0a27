"""验真: whoever holds a policy document in hand, or has its code before them, sees whether it is ours and still holds.

Open to everybody with the number and the signs beside it. It names nobody: the document does.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from keyuan.accounts.limits import Limit, spend_from
from keyuan.accounts.scope import system_viewer
from keyuan.kernel.clock import today
from keyuan.policies import queries
from keyuan.policies.numbers import is_check
from keyuan.trust.views.services import address_of

ASKED = Limit("verify", 120, 60, step=5)
NAME = "verification"


@never_cache
@require_safe
def verify(request: HttpRequest, number: str, check: str) -> HttpResponse:
    """What we made: product, period, whether it holds today, and the digest of the file."""
    spend_from(ASKED, address=address_of(request))
    if not is_check(number, check):
        raise Http404
    by = system_viewer(NAME)
    policy = queries.visible(by).filter(number=number, document__isnull=False).first()
    if policy is None:
        raise Http404
    held = queries.the_holding(policy.pk, viewer=by, on=today())
    document = queries.the_document(policy.pk, viewer=by)
    digest = bytes(document.sha256).hex() if document.sha256 is not None else ""
    return render(request, "journeys/verify.html", {"held": held, "document": document, "digest": digest})
