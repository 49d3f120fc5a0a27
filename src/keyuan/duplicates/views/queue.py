"""The queue: filters, pages, export, a search and its progress, and merging what is certain at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.duplicates import actions, queries, tasks
from keyuan.duplicates.forms import VERDICT_TABS, QueueForm
from keyuan.duplicates.models import Duplicate, DuplicateSearch
from keyuan.duplicates.queries import QueueFilters
from keyuan.duplicates.queries.review import reasons_of
from keyuan.duplicates.rules.weights import limits
from keyuan.duplicates.states import SearchState, Verdict, search_state
from keyuan.kernel.clock import now, today
from keyuan.kernel.exporting import csv_pieces, xlsx_file
from keyuan.kernel.paging import CappedPaginator

PAGE = 50
WORDS = 3
MOST_EXPORTED = 100_000
SEARCH_TONES = {
    SearchState.WAITING: "calm",
    SearchState.RUNNING: "watch",
    SearchState.INTERRUPTED: "now",
    SearchState.FINISHED: "good",
}


@require_safe
@staff_page(Permission.MERGE_CUSTOMERS)
def pairs(request: SignedInRequest) -> HttpResponse:
    """The pairs that wait for a person, or those judged already (``?verdict=``)."""
    form, chosen = _asked(request.GET, request.viewer)
    found = queries.queue(chosen, viewer=request.viewer, on=today())
    page = CappedPaginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [row_of(pair) for pair in page],
        "tabs": VERDICT_TABS,
        "verdict": chosen.verdict,
        "narrowed": any(form.data.get(name) for name in form.fields),
        "may_search": request.viewer.sees_whole_company,
        "may_export": request.viewer.may(Permission.EXPORT),
        "query": request.GET.urlencode(),
        **search_told(request.viewer),
    }
    return render(request, "duplicates/queue.html", context)


def row_of(pair: Duplicate) -> dict[str, Any]:
    """A pair as a row: both records, how likely, and why in a few words."""
    certain = pair.probability >= limits().certain
    return {
        "pair": pair,
        "certain": certain,
        "percent": min(99, int(pair.probability * 100)),
        "reasons": [one for one in reasons_of(pair) if one.speaks_for][:WORDS],
        "against": [one for one in reasons_of(pair) if not one.speaks_for][:1],
        "tone": "now" if certain else "watch",
        "word": _("几乎确定") if certain else _("可能"),
    }


def search_told(viewer: Viewer) -> dict[str, Any]:
    """The last search as the page shows it."""
    search: DuplicateSearch | None = queries.last_search(viewer=viewer)
    if search is None:
        return {"search": None, "moving": False}
    state = search_state(search, at=now())
    return {
        "search": search,
        "state": state,
        "search_tone": SEARCH_TONES[state],
        "moving": state in (SearchState.WAITING, SearchState.RUNNING),
    }


@require_safe
@staff_page(Permission.MERGE_CUSTOMERS)
def progress(request: SignedInRequest) -> HttpResponse:
    """How the search stands, asked again and again; once it stands still the page is fetched anew."""
    told = search_told(request.viewer)
    answer = render(request, "duplicates/parts/search.html", told)
    if not told["moving"]:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@staff_page(Permission.MERGE_CUSTOMERS)
def search(request: SignedInRequest) -> HttpResponse:
    """Let the worker go through the whole book."""
    run = actions.begin_search(by=request.viewer)
    tasks.search_now.defer(search_id=run.pk)
    return redirect("duplicates:queue")


@require_POST
@staff_page(Permission.MERGE_CUSTOMERS)
def merge_picked(request: SignedInRequest) -> HttpResponse:
    """Merge the certain ones among those picked."""
    picked = [tuple(map(int, text.split("-"))) for text in request.POST.getlist("pick") if _is_pair(text)]
    done, refused = actions.merge_pairs(picked, reason=request.POST.get("reason", ""), by=request.viewer)  # type: ignore[arg-type]
    if done:
        words = ngettext("已合并 %(n)s 对，可在“已合并”中撤销。", "已合并 %(n)s 对，可在“已合并”中撤销。", len(done))
        messages.success(request, words % {"n": len(done)})
    for refusal in refused[:5]:
        messages.error(request, f"{refusal} {refusal.what_to_do}")
    return redirect("duplicates:queue")


def _is_pair(text: str) -> bool:
    left, dash, right = text.partition("-")
    return bool(dash) and left.isdigit() and right.isdigit() and len(text) < 40


@require_safe
@staff_page(Permission.MERGE_CUSTOMERS)
def panel(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """The pairs of one customer, for the side of their page."""
    found = queries.pairs_of(customer_id, viewer=request.viewer, on=today())
    rows = [
        {**row_of(pair), "them": pair.other if pair.customer_id == customer_id else pair.customer} for pair in found
    ]
    return render(request, "duplicates/parts/panel.html", {"rows": rows})


@require_POST
@staff_page(Permission.MERGE_CUSTOMERS, Permission.EXPORT)
def export(request: SignedInRequest) -> HttpResponseBase:
    """The queue as filtered (``query``), as CSV or XLSX. Who took it, why, and which filters is a line of the log."""
    asked = QueryDict(request.POST.get("query", "")[:2000])
    _form, chosen = _asked(asked, request.viewer)
    found = queries.queue(chosen, viewer=request.viewer, on=today())[:MOST_EXPORTED]
    kind = "csv" if request.POST.get("format") == "csv" else "xlsx"
    filters = {name: asked[name] for name in (*QueueForm.base_fields, "verdict") if asked.get(name)}
    actions.note_export(
        purpose=request.POST.get("purpose", ""),
        filters=filters,
        file_format=kind,
        count=found.count(),
        by=request.viewer,
    )
    head = [
        _("客户号"), _("名称"), _("机构"), _("另一客户号"), _("另一名称"), _("另一机构"), _("可能性"), _("依据"), _("结论"),
    ]  # fmt: skip
    if kind == "csv":
        answer = StreamingHttpResponse(csv_pieces(head, _cells(found)), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="duplicates.csv"'
        return answer
    return FileResponse(xlsx_file(head, _cells(found)), as_attachment=True, filename="duplicates.xlsx")


def _cells(found: Any) -> Iterator[tuple[Any, ...]]:
    for pair in found.iterator(chunk_size=2000):
        one, other = pair.customer, pair.other
        why = "；".join(reason.words for reason in reasons_of(pair))
        yield (
            one.number, one.name, one.org_unit.label, other.number, other.name, other.org_unit.label,
            round(pair.probability, 3), why, pair.get_verdict_display(),
        )  # fmt: skip


def _asked(asked: QueryDict, viewer: Viewer) -> tuple[QueueForm, QueueFilters]:
    form = QueueForm(asked, viewer=viewer)
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    branch = wanted.get("branch")
    verdict = asked.get("verdict", "")
    return form, QueueFilters(
        text=wanted.get("text", ""),
        kind=wanted.get("kind", ""),
        least=float(wanted.get("least") or 0),
        branch=None if branch is None else branch.pk,
        verdict=verdict if verdict in Verdict.values else "",
        sort=asked.get("sort", "") or "probability",
    )
