"""The beginning of a live stream: who may listen, and what they missed. The rest is web/live.py's."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.middleware import viewer_for
from keyuan.accounts.scope import STRANGER
from keyuan.servicedesk import queries as service
from keyuan.web.live import TICKET, as_event

RETRY_LIVE = 3_000
# A server that cannot keep a stream open (Django's own, in development) is asked now and then instead.
RETRY_WITHOUT = 15_000


@require_safe
def live(request: HttpRequest) -> HttpResponseBase:
    """401 without a session: the page stops asking. Else the events missed since ``Last-Event-ID``."""
    if viewer_for(request) == STRANGER:
        return HttpResponse(status=401)
    return _opened(request)


@staff_page()
def _opened(request: SignedInRequest) -> HttpResponse:
    viewer = request.viewer
    last = request.headers.get("Last-Event-ID", "")
    missed = service.missed_notices(viewer, since_id=int(last)) if last.isdecimal() and len(last) < 19 else []
    newest = service.notices(viewer).values_list("pk", flat=True).first()
    retry = RETRY_LIVE if request.META.get("keyuan.live") else RETRY_WITHOUT
    told = {"unread": service.unread_count(viewer)}
    events = [
        as_event({"id": one.pk, "kind": one.kind, "title": one.title, "url": f"/desk/notices/{one.pk}/"})
        for one in missed
    ]
    begin = f"retry: {retry}\nid: {newest or 0}\nevent: unread\ndata: {json.dumps(told)}\n\n".encode()
    response = HttpResponse(b"".join([*events, begin]), content_type="text/event-stream")
    response["Cache-Control"] = "private, no-store"
    response["X-Accel-Buffering"] = "no"
    if retry == RETRY_LIVE:
        response[TICKET] = str(viewer.user_id)
    return response
