"""Where a page tells what is done on it. No cookie is read: a page is known by the ticket that it was sent with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from pydantic import ValidationError

from keyuan.accounts.refusals import TooMany
from keyuan.evidence.pages.hearing import MOST_BYTES, Batch, NotATicket, hear


@csrf_exempt
@require_POST
def heard(request: HttpRequest) -> HttpResponse:
    """204: taken, or known already. 400 unreadable, 403 not ours, 413 too much at once, 429 too often."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        batch = Batch.model_validate_json(request.body)
        hear(batch, address=request.META.get("REMOTE_ADDR", "")[:45])
    except ValidationError:
        return HttpResponse(status=400)
    except NotATicket:
        return HttpResponse(status=403)
    except TooMany as refused:
        return HttpResponse(status=refused.status)
    return HttpResponse(status=204)
