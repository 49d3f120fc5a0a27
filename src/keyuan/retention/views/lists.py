"""The list as a table: filters that read as a sentence, tabs with counts, keyboard, bulk assignment, export."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import FileResponse, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.kernel import exporting
from keyuan.kernel.clock import today
from keyuan.lists.keeping import Keeping
from keyuan.lists.states import Sharing
from keyuan.products.states import Line
from keyuan.retention import events, queries
from keyuan.retention.queries import RenewalSeen, Tallies
from keyuan.retention.queries.listing import NO_TALLIES, PAGE
from keyuan.retention.refusals import PurposeMissing
from keyuan.retention.states import DueKind, RenewalState
from keyuan.retention.views.filters import PERIODS, Asked, asked
from keyuan.retention.views.shown import shown

MOST_EXPORTED = 100_000
#: What a saved view of the list keeps.
VIEWS = Keeping(
    "renewals",
    (*("period", "from", "to", "list", "line", "kind", "branch", "who", "overdue"), "call_from", "call_before", "sort"),
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.SEE_CUSTOMERS)
def renewals(request: SignedInRequest) -> HttpResponse:
    """What falls due in a period, with the list on which each stands. A POST keeps a view, or forgets one."""
    if request.method == "POST":
        return VIEWS.post(request)
    wanted = asked(request.GET, viewer=request.viewer)
    number = _page_number(request.GET.get("page", ""))
    if request.GET.get("counts") == "1":
        told = queries.tallies(wanted.wanted, viewer=request.viewer)
        context = {**frame(request, wanted, told, view="list"), **VIEWS.around(request)}
        return render(request, "retention/parts/tabs.html", context)
    found = queries.seen(wanted.wanted, viewer=request.viewer, page=number)
    counts = queries.tallies(wanted.wanted, viewer=request.viewer) if counts_at_once(request, wanted) else None
    context = {
        **frame(request, wanted, counts, view="list"),
        "rows": shown(found.rows),
        "found": found,
        "total": 0 if counts is None else counts.of(wanted.wanted.lists),
        "previous": number - 1,
        "following": number + 1,
        "first_row": (number - 1) * PAGE + 1,
        "last_row": (number - 1) * PAGE + len(found.rows),
        "narrowed": wanted.wanted.asks_for_calls,
        # The views come with the counts, unless one of them is open.
        **(VIEWS.around(request) if counts is not None or "view" in request.GET else {"sharings": Sharing.choices}),
    }
    return render(request, "retention/list.html", context)


def counts_at_once(request: SignedInRequest, wanted: Asked) -> bool:
    """Counting the month of a company or a branch takes longer than showing a page of it: the page does not wait."""
    return wanted.wanted.mine or request.viewer.role == Role.AGENT


def frame(request: SignedInRequest, wanted: Asked, counts: Tallies | None, *, view: str) -> dict[str, Any]:
    """What every view of the list shows around it: tabs, filters, the switch of views."""
    chosen, told = wanted.wanted.lists, counts or NO_TALLIES
    tabs = [{"code": "", "label": _("全部"), "count": told.total, "current": not chosen}]
    tabs += [
        {
            "code": state.value,
            "label": state.label,
            "count": told.by_state.get(state, 0),
            "current": chosen == (state.value,),
        }
        for state in RenewalState
    ]
    viewer = request.viewer
    return {
        "asked": wanted,
        "wanted": wanted.wanted,
        "last_day": wanted.wanted.last - timedelta(days=1),
        "tabs": tabs,
        "counts": counts,
        "view": view,
        "periods": PERIODS,
        "lines": Line.choices,
        "kinds": DueKind.choices,
        "states": RenewalState.choices,
        "may_contact": viewer.may(Permission.CONTACT_CUSTOMERS),
        "may_assign": may_assign(viewer),
        "may_export": viewer.may(Permission.EXPORT),
        "is_agent": viewer.role == Role.AGENT,
    }


def may_assign(viewer: Viewer) -> bool:
    """Managers hand out work; who does it does not."""
    return viewer.may(Permission.CONTACT_CUSTOMERS) and viewer.role == Role.MANAGER


HEAD = (
    gettext_lazy("到期日"),
    gettext_lazy("名单"),
    gettext_lazy("保单号"),
    gettext_lazy("客户号"),
    gettext_lazy("客户"),
    gettext_lazy("产品"),
    gettext_lazy("标的"),
    gettext_lazy("保费"),
    gettext_lazy("币种"),
    gettext_lazy("下次联系"),
    gettext_lazy("已联系次数"),
    gettext_lazy("不续保原因"),
    gettext_lazy("跟进人"),
    gettext_lazy("机构"),
)


@require_POST
@staff_page(Permission.EXPORT, Permission.SEE_CUSTOMERS)
def export(request: SignedInRequest) -> HttpResponseBase:
    """The list as XLSX or CSV; who took it, why and which filters is a log line."""
    purpose = request.POST.get("purpose", "").strip()[:200]
    if not purpose:
        raise PurposeMissing(field="purpose")
    wanted = asked(QueryDict(request.POST.get("query", "")[:2000]), viewer=request.viewer)
    kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    rows = map(_cells, queries.all_seen(wanted.wanted, viewer=request.viewer, most=MOST_EXPORTED))
    with transaction.atomic():
        payload = {"purpose": purpose, "filters": wanted.sentence, "format": kind}
        record(events.EXPORTED, by=request.viewer.actor, payload=payload)
    head = [str(title) for title in HEAD]
    name = f"renewals-{today().isoformat()}.{kind}"
    if kind == "xlsx":
        return FileResponse(exporting.xlsx_file(head, rows), as_attachment=True, filename=name)
    answer = StreamingHttpResponse(exporting.csv_pieces(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _cells(one: RenewalSeen) -> tuple[Any, ...]:
    return (
        one.due_on,
        str(one.state.label),
        one.policy_number,
        one.customer_number,
        one.customer_name,
        one.product,
        one.object,
        one.premium,
        one.currency,
        one.next_contact_on,
        one.contacts,
        one.reason_label,
        one.owner,
        one.branch,
    )


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
