"""What the reader was told: the list, opening one, marking as read, and how many are unread."""

from __future__ import annotations

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.kernel.paging import CappedPaginator
from keyuan.servicedesk import actions, queries
from keyuan.servicedesk.states import NoticeKind
from keyuan.servicedesk.views.answers import done

PAGE = 50
ICONS = {
    NoticeKind.TASK: "checklist",
    NoticeKind.REMINDER: "clock",
    NoticeKind.RENEWAL: "refresh",
    NoticeKind.COMPLAINT: "message-exclamation",
    NoticeKind.HAND_OVER: "users",
    NoticeKind.PROSPECT: "user-plus",
    NoticeKind.DUPLICATE: "copy",
    NoticeKind.SYSTEM: "info-circle",
}


@require_safe
@staff_page()
def notices(request: SignedInRequest) -> HttpResponse:
    """Unread ones first asked for; ``?state=all`` and ``?kind=`` widen and narrow."""
    state = "all" if request.GET.get("state") == "all" else "unread"
    kind = request.GET.get("kind", "")
    found = queries.notices(request.viewer).select_related("customer")
    if state == "unread":
        found = found.filter(read_at__isnull=True)
    if kind in NoticeKind.values:
        found = found.filter(kind=kind)
    page = CappedPaginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [{"notice": one, "icon": ICONS[NoticeKind(one.kind)], "kind": NoticeKind(one.kind).label} for one in page]
    context = {"page": page, "rows": rows, "state": state, "kind": kind, "kinds": NoticeKind.choices}
    return render(request, "servicedesk/notices.html", context)


@require_http_methods(["GET", "POST"])
@staff_page()
def open_notice(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """Mark one as read and go where it leads."""
    found = queries.notices(request.viewer).filter(pk=notice_id).first()
    if found is None:
        raise Http404
    actions.read_notices([notice_id], by=request.viewer)
    return redirect(found.url)


@require_POST
@staff_page()
def read_all(request: SignedInRequest) -> HttpResponse:
    """Mark everything as read."""
    count = actions.read_notices(None, by=request.viewer)
    if not request.headers.get("HX-Request"):
        return redirect("servicedesk:notices")
    return done(request, _("%(count)s 条提醒已标为已读") % {"count": count}, changed=["notices-changed"])


@require_safe
@staff_page()
def unread(request: SignedInRequest) -> JsonResponse:
    """For a bell whose stream is down."""
    return JsonResponse({"unread": queries.unread_count(request.viewer)})
