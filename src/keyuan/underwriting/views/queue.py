"""The queue of applications: what waits, what I may decide, what was sent up, and what was decided."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.kernel import exporting
from keyuan.kernel.clock import today
from keyuan.kernel.paging import CappedPaginator
from keyuan.products import queries as products
from keyuan.products.states import Line
from keyuan.underwriting import actions, queries
from keyuan.underwriting.queries import ApplicationFilter
from keyuan.underwriting.queries.applications import MOST_EXPORTED, PAGE
from keyuan.underwriting.states import Outcome
from keyuan.underwriting.views.shared import outcome_of

LISTS: tuple[tuple[str, str | Promise], ...] = (
    ("waiting", gettext_lazy("待核保")),
    ("mine", gettext_lazy("我可以决定的")),
    ("sent_up", gettext_lazy("报上级的")),
    ("decided", gettext_lazy("人工已核保")),
    ("automatic", gettext_lazy("自动核保")),
    ("all", gettext_lazy("全部")),
)
FIELDS = ("list", "line", "outcome", "text", "since", "until", "sort")
HEAD = (
    gettext_lazy("申请号"),
    gettext_lazy("客户"),
    gettext_lazy("产品"),
    gettext_lazy("险种"),
    gettext_lazy("提交日期"),
    gettext_lazy("保额"),
    gettext_lazy("累计风险保额"),
    gettext_lazy("状态"),
    gettext_lazy("核保结论"),
    gettext_lazy("加费%"),
    gettext_lazy("除外"),
    gettext_lazy("核保人"),
    gettext_lazy("核保日期"),
)


@require_safe
@staff_page(Permission.UNDERWRITE)
def queue(request: SignedInRequest) -> HttpResponse:
    """The applications that fit, with how many wait."""
    viewer, on = request.viewer, today()
    wanted = filter_of(request.GET)
    counts = queries.counts(viewer=viewer, on=on)
    page = CappedPaginator(queries.listed(wanted, viewer=viewer, on=on), PAGE).get_page(request.GET.get("page"))
    names = {product.code: product.shown for product in products.products()}
    context = {
        "page": page,
        "rows": [(one, outcome_of(one.effect), names.get(one.product, ""), Line(one.line).label) for one in page],
        "wanted": wanted,
        "tabs": [
            {
                "label": label,
                "count": counts.get(code),
                "address": _with(request.GET, "list", code),
                "here": code == wanted.lists,
            }
            for code, label in LISTS
        ],
        "chips": _chips(request.GET, wanted),
        "lines": Line.choices,
        "outcomes": Outcome.choices,
        "query": request.GET.urlencode(),
        "on": on,
    }
    return render(request, "underwriting/queue.html", context)


def _with(asked: QueryDict, name: str, value: str) -> str:
    rest = asked.copy()
    rest.pop("page", None)
    rest.pop(name, None)
    if value:
        rest[name] = value
    return f"?{rest.urlencode()}"


def _chips(asked: QueryDict, wanted: ApplicationFilter) -> list[dict[str, Any]]:
    """The filters in force as words, each with the address of the list without it."""
    words = (
        ("text", f"“{wanted.text}”" if wanted.text else ""),
        ("line", Line(wanted.line).label if wanted.line else ""),
        ("outcome", Outcome(wanted.outcome).label if wanted.outcome else ""),
        ("since", _("%(day)s起") % {"day": wanted.since} if wanted.since else ""),
        ("until", _("%(day)s前") % {"day": wanted.until} if wanted.until else ""),
    )
    return [{"word": word, "address": _with(asked, name, "")} for name, word in words if word]


def filter_of(asked: QueryDict) -> ApplicationFilter:
    """The filter of an address; what cannot be read narrows nothing."""
    lists, line, outcome = asked.get("list", ""), asked.get("line", ""), asked.get("outcome", "")
    text = "".join(sign for sign in asked.get("text", "") if sign.isprintable())
    return ApplicationFilter(
        lists=lists if lists in dict(LISTS) else "waiting",
        line=line if line in Line.values else "",
        outcome=outcome if outcome in Outcome.values else "",
        text=text.strip()[:100],
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
        sort=asked.get("sort", ""),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_POST
@staff_page(Permission.UNDERWRITE)
def export(request: SignedInRequest) -> HttpResponseBase:
    """The list as CSV or XLSX, with nothing about health; who took it, why and which filters is a log line."""
    wanted = QueryDict(request.POST.get("query", "")[:2000])
    kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    asked = {name: wanted[name] for name in FIELDS if wanted.get(name)}
    found = queries.listed(filter_of(wanted), viewer=request.viewer, on=today())
    count = min(found.order_by().count(), MOST_EXPORTED)
    actions.note_export(
        purpose=request.POST.get("purpose", ""), filters=asked, file_format=kind, rows=count, by=request.viewer
    )
    head = [str(title) for title in HEAD]
    rows = queries.exported(filter_of(wanted), viewer=request.viewer, on=today())
    name = f"underwriting-{today().isoformat()}.{kind}"
    if kind == "xlsx":
        return FileResponse(exporting.xlsx_file(head, rows), as_attachment=True, filename=name)
    answer = StreamingHttpResponse(exporting.csv_pieces(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
