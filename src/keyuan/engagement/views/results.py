"""What came back: charts with tables, single answers, export; and what one person filled in, beside their record."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.engagement import actions, queries
from keyuan.engagement.queries import ResultFilter
from keyuan.engagement.queries.submissions import seen as submissions_seen
from keyuan.engagement.views.shared import TONES, language
from keyuan.kernel import exporting
from keyuan.kernel.clock import today

PAGE = 20


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def results(request: SignedInRequest, form_id: int) -> HttpResponse:
    """The answers to a form, counted and one by one, as the address narrows them."""
    viewer = request.viewer
    wanted = filter_of(request.GET)
    seen = queries.form(form_id, viewer=viewer)
    found = queries.results(form_id, wanted, viewer=viewer, language=language())
    rows = queries.submissions(form_id, viewer=viewer, wanted=wanted)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "seen": seen,
        "row": seen.row,
        "tone": TONES[seen.status],
        "found": found,
        "wanted": wanted,
        "page": page,
        "filled": submissions_seen(page.object_list, viewer=viewer, language=language()),
        "links": seen.links,
        "may_export": viewer.may(Permission.EXPORT),
        "query": request.GET.urlencode(),
        "narrowed": wanted != ResultFilter(),
    }
    return render(request, "engagement/results.html", context)


def filter_of(asked: QueryDict) -> ResultFilter:
    """The filter of an address; what cannot be read narrows nothing."""
    link = asked.get("link", "")
    return ResultFilter(
        first=_day(asked.get("from", "")),
        last=_day(asked.get("to", "")),
        link=int(link) if link.isdecimal() and len(link) < 18 else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_POST
@staff_page(Permission.EXPORT, Permission.SEE_CUSTOMERS)
def export(request: SignedInRequest, form_id: int) -> HttpResponseBase:
    """The answers as CSV or XLSX, what is personal masked; who took them and why is a log line."""
    wanted = QueryDict(request.POST.get("query", "")[:2000])
    kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    asked = {name: wanted[name] for name in ("from", "to", "link") if wanted.get(name)}
    actions.note_results_export(
        form_id, purpose=request.POST.get("purpose", ""), filters=asked, file_format=kind, by=request.viewer
    )
    rows = queries.exported(form_id, filter_of(wanted), viewer=request.viewer, language=language())
    head: list[Any] = [_("提交时间"), _("场合"), _("代理人"), _("文本版本"), *next(rows)]
    name = f"form-{form_id}-{today().isoformat()}.{kind}"
    if kind == "xlsx":
        return FileResponse(exporting.xlsx_file(head, rows), as_attachment=True, filename=name)
    pieces = exporting.csv_pieces([str(exporting.harmless(title)) for title in head], rows)
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def filled_by_prospect(request: SignedInRequest, prospect_id: int) -> HttpResponse:
    """What a prospect filled in, as a fragment of their page."""
    found = queries.filled_by_prospect(prospect_id, viewer=request.viewer, language=language())
    return render(request, "engagement/parts/beside.html", {"filled": found, "box": "card card-body"})


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def filled_by_customer(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """What a customer filled in, as a fragment of their page."""
    found = queries.filled_by_customer(customer_id, viewer=request.viewer, language=language())
    return render(request, "engagement/parts/beside.html", {"filled": found, "box": "c360-box"})
