"""The changes feed: everything that happened, in the order of the log, read on from a cursor."""

from __future__ import annotations

import threading
import time
from typing import Annotated, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from keyuan.accounts.roles import Permission
from keyuan.api.customers import FAILURES, viewer_of
from keyuan.api.intake import Moment
from keyuan.api.replies import reply
from keyuan.api.shapes import EventKindSeen
from keyuan.eventlog.kinds import kinds as all_kinds
from keyuan.kernel.refusals import Refusal
from keyuan.webhooks import queries, rules
from keyuan.webhooks.queries import FeedPage

router = Router(tags=["events"])

LONGEST_WAIT: Final = 3
ASK_AGAIN: Final = "5"
# Web threads are few: one request a process may wait for something to happen, the others are told to come again.
_waiting = threading.Semaphore(1)


class KindsUnknown(Refusal):
    code = "kinds_unknown"
    message = _("没有符合“%(pattern)s”的事件。")
    remedy = _("事件种类见 /api/v1/events/kinds；可以写“policy.*”。")


@router.get("", response={200: FeedPage, **FAILURES}, summary="What happened, from a cursor on")
def changes(
    request: HttpRequest,
    after: Annotated[
        str,
        Query(
            max_length=80, description="`next` of the answer before; empty: from the beginning; `latest`: from now on"
        ),
    ] = "",
    since: Annotated[Moment | None, Query(description="Without `after`: from this moment on (a replay)")] = None,
    kinds: Annotated[str, Query(max_length=500, description="Names or patterns, comma between: `policy.*`")] = "",
    limit: Annotated[int, Query(ge=1, le=queries.MOST)] = 100,
    wait: Annotated[int, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait for something new")] = 0,
) -> HttpResponse:
    """Events in the order in which they were committed, those of customers in the token's scope only. Keep `next` and
    ask with it again: a cursor never skips an event, however late it was committed, and an old cursor gives the same
    events again (take each `id` once). `more`: ask again at once; otherwise after the seconds of Retry-After."""
    viewer = viewer_of(request)
    wanted = [part.strip() for part in kinds.split(",") if part.strip()]
    for pattern in wanted:
        if not rules.is_pattern(pattern):
            raise KindsUnknown(field="kinds", pattern=pattern)

    def read() -> FeedPage:
        return queries.feed(viewer=viewer, after=after, since=since, kinds=wanted, limit=limit)

    page = read()
    if wait and not page.events and not page.more and _waiting.acquire(blocking=False):
        try:
            until = time.monotonic() + wait
            while not page.events and time.monotonic() < until:
                time.sleep(0.5)
                page = read()
        finally:
            _waiting.release()
    answer = reply(page)
    if not page.more:
        answer["Retry-After"] = ASK_AGAIN
    return answer


@router.get("/kinds", response={200: list[EventKindSeen], **FAILURES}, summary="The kinds of event")
def kinds_of_event(request: HttpRequest) -> HttpResponse:
    """Every name that `kinds` and endpoints of webhooks know, with its label in the reader's language."""
    viewer = viewer_of(request)
    audit = viewer.may(Permission.SEE_LOG)
    known = [kind for kind in all_kinds() if rules.takes(["*"], kind.name, with_audit=audit)]
    return reply([EventKindSeen(kind.name, str(kind.label), kind.category.value) for kind in known])
