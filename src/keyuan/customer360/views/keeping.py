"""Saving and forgetting views; taking a result away as a table."""

from __future__ import annotations

import json

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customer360 import events
from keyuan.customer360.actions import forget_view, save_view
from keyuan.customer360.conditions import as_json
from keyuan.customer360.queries.asking import pieces
from keyuan.customer360.rules.text import printable
from keyuan.customer360.views.asked import asked_in, number_in
from keyuan.customer360.views.listing import PurposeMissing
from keyuan.eventlog.actions import record
from keyuan.kernel import exporting
from keyuan.kernel.clock import today
from keyuan.kernel.workbook import workbook_pieces

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@staff_page(Permission.SEE_CUSTOMERS)
@require_POST
def save(request: SignedInRequest) -> HttpResponseBase:
    """Keep the question of the page as a view, new or one's own."""
    key = number_in(request.POST.get("view"))
    told = request.POST.copy()
    told.pop("view", None)
    asked = asked_in(told, viewer=request.viewer)
    view = save_view(
        request.POST.get("name", ""),
        condition=json.loads(asked.text or "{}"),
        columns=request.POST.getlist("column"),
        sort=asked.sort,
        shared=request.POST.get("shared", ""),
        view_id=key,
        by=request.viewer,
    )
    messages.success(request, _("已保存视图“%(name)s”。") % {"name": view.name})
    return HttpResponseRedirect(f"{reverse('customer360:queries')}?view={view.pk}")


@staff_page(Permission.SEE_CUSTOMERS)
@require_POST
def forget(request: SignedInRequest, view_id: int) -> HttpResponseBase:
    """Delete a view of one's own."""
    forget_view(view_id, by=request.viewer)
    messages.success(request, _("已删除视图。"))
    return HttpResponseRedirect(reverse("customer360:queries"))


@staff_page(Permission.EXPORT, Permission.SEE_CUSTOMERS)
@require_POST
def export(request: SignedInRequest) -> HttpResponseBase:
    """The whole result as CSV or XLSX, row by row; who took it, why, and what was asked is a line of the log."""
    purpose = printable(request.POST.get("purpose", ""), longest=200)
    if not purpose:
        raise PurposeMissing(field="purpose")
    asked = asked_in(request.POST, viewer=request.viewer)
    kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    payload = {
        "purpose": purpose,
        "condition": as_json(asked.condition),
        "columns": [column.name for column in asked.columns],
        "format": kind,
    }
    with transaction.atomic():
        record(events.EXPORTED, by=request.viewer.actor, payload=payload)
    head = [str(column.label) for column in asked.columns]
    rows = pieces(asked.condition, viewer=request.viewer, on=today(), shown=asked.columns, sort=asked.sort)
    if kind == "xlsx":
        answer = StreamingHttpResponse(workbook_pieces(head, rows), content_type=XLSX)
    else:
        answer = StreamingHttpResponse(exporting.csv_pieces(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="customers-{today().isoformat()}.{kind}"'
    return answer
