"""The prospects as a list or a board, their bulk assignment and their export."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts import queries as accounts
from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission, Role
from keyuan.agents.queries import active_agents
from keyuan.kernel import exporting
from keyuan.kernel.clock import today
from keyuan.kernel.paging import CappedPaginator
from keyuan.products.states import Line
from keyuan.sales import actions, queries
from keyuan.sales.cleaning import printable
from keyuan.sales.forms import PROSPECT_SOURCES, AssignForm
from keyuan.sales.queries import ProspectFilter
from keyuan.sales.queries.listing import MOST_EXPORTED, PAGE
from keyuan.sales.states import OPEN_STAGES, Due, Stage
from keyuan.sales.views.shared import TONES

FIELDS = ("text", "stage", "source", "interest", "owner", "branch", "due", "since", "until", "sort")
HEAD = (
    gettext_lazy("名称"),
    gettext_lazy("手机"),
    gettext_lazy("阶段"),
    gettext_lazy("来源"),
    gettext_lazy("来源说明"),
    gettext_lazy("来源日期"),
    gettext_lazy("关注险种"),
    gettext_lazy("跟进人"),
    gettext_lazy("机构"),
    gettext_lazy("下一步"),
    gettext_lazy("下一步日期"),
)


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def prospects(request: SignedInRequest) -> HttpResponseBase:
    """The prospects in scope as the address says: filters, order, page; with ``?view=board`` a column a stage."""
    wanted, on = filter_of(request.GET), today()
    viewer = request.viewer
    is_board = request.GET.get("view") == "board"
    context = _filter_context(request, wanted)
    if is_board:
        columns = queries.board(wanted, viewer=viewer, on=on)
        counts = {column.stage.value: column.count for column in columns}
        context |= {"columns": columns, "tones": TONES, "on": on, "total": sum(counts.values())}
    else:
        counts = queries.stage_counts(wanted, viewer=viewer, on=on)
        page = CappedPaginator(queries.listed(wanted, viewer=viewer, on=on), PAGE).get_page(request.GET.get("page"))
        rows = queries.rows_of(page.object_list)
        context |= {"page": page, "rows": [(row, TONES[row.stage]) for row in rows], "on": on}
    context["tabs"] = _tabs(request.GET, wanted, counts)
    return render(request, "sales/board.html" if is_board else "sales/list.html", context)


def _filter_context(request: SignedInRequest, wanted: ProspectFilter) -> dict[str, Any]:
    viewer = request.viewer
    may_assign = viewer.may(Permission.EDIT_CUSTOMERS) and viewer.role != Role.AGENT
    units = list(accounts.units(viewer=viewer))
    agents = [] if viewer.role == Role.AGENT else list(active_agents(viewer=viewer, on=today()))
    return {
        "wanted": wanted,
        "chips": _chips(request.GET, wanted, {unit.pk: str(unit) for unit in units}, {a.pk: a.name for a in agents}),
        "sources": PROSPECT_SOURCES,
        "lines": Line.choices,
        "dues": Due.choices,
        "units": units,
        "agents": agents,
        "may_assign": may_assign,
        "may_record": viewer.may(Permission.EDIT_CUSTOMERS),
        "may_export": viewer.may(Permission.EXPORT),
        "query": request.GET.urlencode(),
    }


def _tabs(asked: QueryDict, wanted: ProspectFilter, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The stages as tabs, each with its count."""
    told: list[tuple[str, Any, int]] = [
        ("", _("全部"), sum(counts.values())),
        ("open", _("跟进中"), sum(counts.get(stage, 0) for stage in OPEN_STAGES)),
        *((stage.value, stage.label, counts.get(stage, 0)) for stage in Stage),
    ]
    return [
        {"label": label, "count": count, "address": _with(asked, "stage", code), "here": wanted.stage == code}
        for code, label, count in told
    ]


def _with(asked: QueryDict, name: str, value: str) -> str:
    rest = asked.copy()
    rest.pop("page", None)
    rest.pop(name, None)
    if value:
        rest[name] = value
    return f"?{rest.urlencode()}"


def _chips(
    asked: QueryDict, wanted: ProspectFilter, units: dict[int, str], agents: dict[int, str]
) -> list[dict[str, Any]]:
    """The filters in force as words, each with the address of the list without it."""
    owner = _("无人跟进") if wanted.owner == "none" else ""
    if wanted.owner.isdecimal():
        owner = agents.get(int(wanted.owner), wanted.owner)
    words = (
        ("text", f"“{wanted.text}”" if wanted.text else ""),
        ("source", dict(PROSPECT_SOURCES).get(wanted.source, "")),
        ("interest", _("关注%(line)s") % {"line": Line(wanted.interest).label} if wanted.interest else ""),
        ("owner", owner),
        ("branch", units.get(wanted.branch, "") if wanted.branch is not None else ""),
        ("due", Due(wanted.due).label if wanted.due else ""),
        ("since", _("%(day)s起") % {"day": wanted.since} if wanted.since else ""),
        ("until", _("%(day)s前") % {"day": wanted.until} if wanted.until else ""),
    )
    return [{"word": word, "address": _with(asked, name, "")} for name, word in words if word]


def filter_of(asked: QueryDict) -> ProspectFilter:
    """The filter of an address; what cannot be read narrows nothing."""
    branch, owner = asked.get("branch", ""), asked.get("owner", "")
    stage = asked.get("stage", "")
    return ProspectFilter(
        text=printable(asked.get("text", "") or asked.get("q", ""))[:100],
        stage=stage if stage in (*Stage.values, "open") else "",
        source=asked.get("source", "") if asked.get("source", "") in dict(PROSPECT_SOURCES) else "",
        interest=asked.get("interest", "") if asked.get("interest", "") in Line.values else "",
        owner=owner if owner == "none" or (owner.isdecimal() and len(owner) < 18) else "",
        branch=int(branch) if branch.isdecimal() and len(branch) < 18 else None,
        due=asked.get("due", "") if asked.get("due", "") in Due.values else "",
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
@staff_page(Permission.EDIT_CUSTOMERS)
def assign(request: SignedInRequest) -> HttpResponseBase:
    """The chosen prospects go to one agent."""
    chosen = [int(one) for one in request.POST.getlist("chosen") if one.isdecimal() and len(one) < 18]
    form = AssignForm(request.POST, viewer=request.viewer)
    if form.is_valid():
        agent = form.cleaned_data["agent"]
        moved = actions.assign_prospects(chosen, agent_id=agent.pk, by=request.viewer)
        text = ngettext("已把%(n)s位准客户分配给%(agent)s。", "已把%(n)s位准客户分配给%(agent)s。", moved)
        messages.success(request, text % {"n": moved, "agent": agent.name})
    else:
        messages.error(request, _("请先选择由谁跟进。"))
    return redirect(f"{reverse('sales:prospects')}?{QueryDict(request.POST.get('query', '')[:2000]).urlencode()}")


@require_POST
@staff_page(Permission.EXPORT, Permission.SEE_CUSTOMERS)
def export(request: SignedInRequest) -> HttpResponseBase:
    """The list as CSV or XLSX, mobiles masked; who took it, why and which filters is a log line."""
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
    name = f"prospects-{today().isoformat()}.{kind}"
    if kind == "xlsx":
        return FileResponse(exporting.xlsx_file(head, rows), as_attachment=True, filename=name)
    answer = StreamingHttpResponse(exporting.csv_pieces(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
