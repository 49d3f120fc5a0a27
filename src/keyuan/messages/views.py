"""The outbox on the desk: what was written to customers, how it ended, and once more where that makes sense."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages as notes
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.kernel import exporting
from keyuan.kernel.paging import CappedPaginator
from keyuan.kernel.refusals import Refusal
from keyuan.messages import actions, queries
from keyuan.messages.forms import FilterForm
from keyuan.messages.models import Message
from keyuan.messages.showing import shown_address
from keyuan.messages.states import Ending

PAGE: Final = 50
MOST_EXPORTED: Final = 50_000
TONES: Final = {"": "calm", Ending.SENT: "good", Ending.KEPT: "off", Ending.FAILED: "bad"}
TABS: Final = (
    ("", gettext_lazy("全部")),
    (queries.WAITING, gettext_lazy("等待发送")),
    (Ending.SENT, Ending.SENT.label),
    (Ending.FAILED, Ending.FAILED.label),
    (Ending.KEPT, Ending.KEPT.label),
)
HEAD: Final = (
    gettext_lazy("写好时间"),
    gettext_lazy("标题"),
    gettext_lazy("客户"),
    gettext_lazy("方式"),
    gettext_lazy("收件人"),
    gettext_lazy("状态"),
    gettext_lazy("原因"),
    gettext_lazy("结束时间"),
)


@require_safe
@staff_page(Permission.CONTACT_CUSTOMERS)
def outbox(request: SignedInRequest) -> HttpResponse:
    """The messages in scope, newest first."""
    form = FilterForm(request.GET)
    wanted = form.wanted()
    page = CappedPaginator(queries.listed(wanted, viewer=request.viewer), PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "wanted": wanted,
        "page": page,
        "rows": [seen(row) for row in page.object_list],
        "tabs": [{"code": code, "label": label, "current": code == wanted.state} for code, label in TABS],
        "filtered": any((wanted.to, wanted.channel, wanted.template, wanted.since, wanted.until)),
        "may_export": request.viewer.may(Permission.EXPORT),
    }
    return render(request, "outbox/list.html", context)


def seen(row: Message) -> dict[str, Any]:
    """A message as the list and its page show it."""
    state = Ending(row.ending).label if row.ending else _("等待发送")
    return {"row": row, "to": shown_address(row), "state": state, "tone": TONES[row.ending]}


@require_safe
@staff_page(Permission.CONTACT_CUSTOMERS)
def message(request: SignedInRequest, message_id: int) -> HttpResponse:
    """One message: the text as staff may read it, and what became of it."""
    row = queries.the_message(message_id, viewer=request.viewer)
    again = bool(row.ending) and row.expires_at is None
    context = {**seen(row), "text": queries.text_for(row), "may_resend": again}
    return render(request, "outbox/message.html", context)


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def resend(request: SignedInRequest, message_id: int) -> HttpResponse:
    """The same once more."""
    try:
        new = actions.resend(message_id, by=request.viewer)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        notes.error(request, f"{refusal} {refusal.what_to_do}".strip())
        return redirect("outbox:message", message_id)
    notes.success(request, _("已再次放入发件箱。"))
    return redirect("outbox:message", new.pk)


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def export(request: SignedInRequest) -> HttpResponseBase:
    """The list as it is filtered, without texts and with masked addresses."""
    if not request.viewer.may(Permission.EXPORT):
        raise PermissionDenied
    wanted = FilterForm(QueryDict(request.POST.get("query", ""))).wanted()
    rows = queries.listed(wanted, viewer=request.viewer)[:MOST_EXPORTED].iterator(chunk_size=2000)
    head, table = [str(word) for word in HEAD], (_cells(row) for row in rows)
    if request.POST.get("format") == "csv":
        answer = StreamingHttpResponse(exporting.csv_pieces(head, table), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="messages.csv"'
        return answer
    return FileResponse(exporting.xlsx_file(head, table), as_attachment=True, filename="messages.xlsx")


def _cells(row: Message) -> list[Any]:
    ended = f"{row.ended_at:%Y-%m-%d %H:%M}" if row.ended_at else ""
    return [
        f"{row.queued_at:%Y-%m-%d %H:%M}",
        row.title,
        row.customer.number if row.customer is not None else "",
        row.get_channel_display(),
        shown_address(row),
        str(seen(row)["state"]),
        row.get_reason_display() if row.reason else "",
        ended,
    ]
