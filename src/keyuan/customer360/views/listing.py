"""The customers list, a customer beside it in the panel, and its export."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.http import FileResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts import queries as accounts
from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customer360 import events, exporting
from keyuan.customer360.queries.listing import AGE_BANDS, COUNTED, MOST_EXPORTED, ListFilters, exported, list_page
from keyuan.customer360.queries.overview import overview_of
from keyuan.customer360.rules.text import printable
from keyuan.customer360.views.customer import page_context
from keyuan.customers.queries import by_key
from keyuan.customers.states import CustomerKind, Source
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.lists.keeping import Keeping
from keyuan.products.states import Line

FIELDS = ("q", "kind", "branch", "source", "agent", "line", "age", "since", "sort")
# What is typed may be a mobile or an ID number: no view keeps it.
VIEWS = Keeping("customers", [name for name in FIELDS if name != "q"])


class PurposeMissing(Refusal):
    code = "purpose_missing"
    message = gettext_lazy("导出客户数据要写明用途。")
    remedy = gettext_lazy("请填写用途后再导出；用途会写入日志。")


@staff_page(Permission.SEE_CUSTOMERS)
@require_http_methods(["GET", "HEAD", "POST"])
def customers(request: SignedInRequest) -> HttpResponseBase:
    """The list as the address says: filters, order and page. A POST keeps it as a view, or forgets one."""
    if request.method == "POST":
        return VIEWS.post(request)
    filters = filters_of(request.GET)
    page = request.GET.get("page", "")
    found = list_page(
        filters, viewer=request.viewer, on=today(), page=int(page) if page.isdecimal() and len(page) < 6 else 1
    )
    units = [(unit.pk, unit.label) for unit in accounts.units(viewer=request.viewer)]
    context = {
        "found": found,
        "filters": filters,
        "chips": _chips(filters, dict(units), request.GET),
        "units": units,
        "kinds": CustomerKind.choices,
        "sources": Source.choices,
        "lines": Line.choices,
        "ages": list(AGE_BANDS),
        "counted": COUNTED,
        "may_export": request.viewer.may(Permission.EXPORT),
        "may_register": request.viewer.may(Permission.EDIT_CUSTOMERS),
        "query": request.GET.urlencode(),
        **VIEWS.around(request),
    }
    return render(request, "customer360/list.html", context)


@staff_page(Permission.SEE_CUSTOMERS)
@require_safe
def panel(request: SignedInRequest, key: str) -> HttpResponseBase:
    """The customer beside the list: head, holdings, what is next."""
    seen = overview_of(by_key(key, viewer=request.viewer), timeline_limit=8)
    return render(request, "customer360/parts/panel.html", page_context(request, seen))


@staff_page(Permission.EXPORT, Permission.SEE_CUSTOMERS)
@require_POST
def export(request: SignedInRequest) -> HttpResponseBase:
    """The list as CSV or XLSX. Sensitive fields stay masked; who took it, why and which filters is a log line."""
    purpose = printable(request.POST.get("purpose", ""), longest=200)
    if not purpose:
        raise PurposeMissing(field="purpose")
    wanted = QueryDict(request.POST.get("query", "")[:2000])
    kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    asked = {name: wanted[name] for name in FIELDS if wanted.get(name)}
    with transaction.atomic():
        payload = {"purpose": purpose, "filters": asked, "format": kind, "rows": MOST_EXPORTED}
        record(events.EXPORTED, by=request.viewer.actor, payload=payload)
    head = [str(title) for title in HEAD]
    rows = exported(filters_of(wanted), viewer=request.viewer, on=today())
    name = f"customers-{today().isoformat()}.{kind}"
    if kind == "xlsx":
        return FileResponse(exporting.xlsx_file(head, rows), as_attachment=True, filename=name)
    answer = StreamingHttpResponse(exporting.csv_pieces(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


HEAD = (
    gettext_lazy("客户号"),
    gettext_lazy("名称"),
    gettext_lazy("类型"),
    gettext_lazy("性别"),
    gettext_lazy("出生日期"),
    gettext_lazy("手机"),
    gettext_lazy("机构"),
    gettext_lazy("来源"),
    gettext_lazy("建档日期"),
)


def filters_of(asked: QueryDict) -> ListFilters:
    """The filters of an address; what cannot be read narrows nothing."""
    branch = asked.get("branch", "")
    return ListFilters(
        text=printable(asked.get("q", ""), longest=100),
        kind=asked.get("kind", ""),
        branch=int(branch) if branch.isdecimal() and len(branch) < 18 else None,
        source=asked.get("source", ""),
        agent=printable(asked.get("agent", ""), longest=30),
        line=asked.get("line", "") if asked.get("line", "") in Line.values else "",
        age=asked.get("age", ""),
        since=_day(asked.get("since", "")),
        sort=asked.get("sort", "") or "-created",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _chips(filters: ListFilters, units: dict[int, str], asked: QueryDict) -> list[dict[str, Any]]:
    """The filters in force as words, each with the address of the list without it."""
    words: list[tuple[str, Any]] = [
        ("q", f"“{filters.text}”" if filters.text else ""),
        ("kind", CustomerKind(filters.kind).label if filters.kind in CustomerKind.values else ""),
        ("branch", units.get(filters.branch, "") if filters.branch is not None else ""),
        ("source", Source(filters.source).label if filters.source in Source.values else ""),
        ("agent", _("服务人员 %(code)s") % {"code": filters.agent} if filters.agent else ""),
        ("line", _("有%(line)s") % {"line": Line(filters.line).label} if filters.line else ""),
        ("age", _("%(band)s岁") % {"band": filters.age} if filters.age in AGE_BANDS else ""),
        ("since", _("%(day)s起建档") % {"day": filters.since} if filters.since else ""),
    ]
    return [{"word": word, "address": _without(asked, name)} for name, word in words if word]


def _without(asked: QueryDict, name: str) -> str:
    rest = asked.copy()
    for gone in (name, "page"):
        rest.pop(gone, None)
    return f"?{rest.urlencode()}"
