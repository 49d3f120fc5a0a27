"""The prospects as a list or a board, and their bulk assignment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.accounts import queries as accounts
from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission, Role
from keyuan.agents.queries import active_agents
from keyuan.kernel.clock import today
from keyuan.lists import views as lists
from keyuan.lists.asked import asked
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing, Tab
from keyuan.products.states import Line
from keyuan.sales import actions, events, queries
from keyuan.sales.forms import PROSPECT_SOURCES, AssignForm
from keyuan.sales.queries import ProspectFilter, ProspectRow
from keyuan.sales.states import OPEN_STAGES, Due, Stage
from keyuan.sales.views.shared import TONES

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.sales.models import Prospect


def _owners(viewer: Viewer) -> Iterable[tuple[str, str]]:
    if viewer.role == Role.AGENT:
        return []
    return [("none", _("无人跟进")), *((str(one.pk), one.name) for one in active_agents(viewer=viewer, on=today()))]


def _units(viewer: Viewer) -> Iterable[tuple[int, str]]:
    return [(unit.pk, unit.label) for unit in accounts.units(viewer=viewer)]


def _filter(values: Mapping[str, Any]) -> ProspectFilter:
    branch = values.get("branch", "")
    return ProspectFilter(**{**values, "branch": int(branch) if branch else None})


def _found(values: Mapping[str, Any], viewer: Viewer, on: date) -> QuerySet[Prospect]:
    return queries.listed(_filter(values), viewer=viewer, on=on)


def _rows(found: Sequence[Prospect], _viewer: Viewer, _on: date) -> Sequence[ProspectRow]:
    return queries.rows_of(found)


def _counts(values: Mapping[str, Any], viewer: Viewer, on: date) -> dict[str, int]:
    """The stages, each with its count under the other filters."""
    return _summed(queries.stage_counts(_filter(values), viewer=viewer, on=on))


def _summed(counts: Mapping[str, int]) -> dict[str, int]:
    told = {stage.value: counts.get(stage, 0) for stage in Stage}
    return {"": sum(told.values()), "open": sum(told[stage.value] for stage in OPEN_STAGES), **told}


def may_assign(viewer: Viewer) -> bool:
    return viewer.may(Permission.EDIT_CUSTOMERS) and viewer.role != Role.AGENT


def _next_step(row: ProspectRow) -> str:
    late = row.next_step_on is not None and row.next_step_on < today()
    return f"{_('已逾期')} · {row.next_step}" if late else row.next_step


def _around(request: SignedInRequest) -> dict[str, Any]:
    viewer = request.viewer
    return {
        "may_record": viewer.may(Permission.EDIT_CUSTOMERS),
        "agents": active_agents(viewer=viewer, on=today()) if may_assign(viewer) else [],
        "query": request.GET.urlencode(),
    }


PROSPECTS = Listing(
    name="prospects",
    title=pgettext_lazy("页面", "准客户"),
    icon="user-search",
    permissions=(Permission.SEE_CUSTOMERS,),
    found=_found,
    rows=_rows,
    key=lambda row: row.id,
    address=lambda row: reverse("sales:prospect", args=[row.id]),
    panel=lambda row: reverse("sales:panel", args=[row.id]),
    picked="chosen",
    pick=lambda row: row.name,
    may_pick=may_assign,
    order="-created",
    tab="stage",
    tabs=(
        Tab("", gettext_lazy("全部")),
        Tab("open", gettext_lazy("跟进中")),
        *(Tab(stage.value, stage.label) for stage in Stage),
    ),
    counts=_counts,
    filters=(
        Filter(name="text", label=gettext_lazy("姓名或手机"), kind="text"),
        Filter(name="source", label=gettext_lazy("来源"), choices=lambda _viewer: PROSPECT_SOURCES),
        Filter(
            name="interest",
            label=gettext_lazy("关注险种"),
            choices=lambda _viewer: Line.choices,
            says=gettext_lazy("关注%(word)s"),
        ),
        Filter(name="due", label=gettext_lazy("下一步"), choices=lambda _viewer: Due.choices),
        Filter(name="owner", label=gettext_lazy("跟进人"), choices=_owners),
        Filter(name="branch", label=gettext_lazy("机构"), choices=_units),
        Filter(name="since", label=gettext_lazy("来源日期不早于"), kind="day", says=gettext_lazy("%(word)s起")),
        Filter(name="until", label=gettext_lazy("来源日期早于"), kind="day", says=gettext_lazy("%(word)s前")),
    ),
    columns=(
        Column(name="name", label=gettext_lazy("名称"), value=lambda row: row.name, sort="name"),
        Column(
            name="stage",
            label=gettext_lazy("阶段"),
            look="chips",
            value=lambda row: Mark(row.stage.label, TONES[row.stage]),
        ),
        Column(name="mobile", label=gettext_lazy("手机"), look="code", value=lambda row: row.mobile),
        Column(name="interests", label=gettext_lazy("关注险种"), value=lambda row: _("、").join(row.interests)),
        Column(
            name="source",
            label=gettext_lazy("来源"),
            value=lambda row: row.source,
            note=lambda row: row.source_detail[:20],
            sort="source",
        ),
        Column(name="detail", label=gettext_lazy("来源说明"), value=lambda row: row.source_detail, usual=False),
        Column(
            name="source_on",
            label=gettext_lazy("来源日期"),
            look="day",
            value=lambda row: row.source_on,
            sort="source_on",
            unindexed=True,
            usual=False,
        ),
        Column(
            name="next",
            label=gettext_lazy("下一步日期"),
            look="day",
            value=lambda row: row.next_step_on,
            note=_next_step,
            sort="next_step_on",
            unindexed=True,
            nullable=True,
        ),
        Column(name="step", label=gettext_lazy("下一步"), value=lambda row: row.next_step, usual=False),
        Column(
            name="contact",
            label=gettext_lazy("最近联系"),
            look="day",
            value=lambda row: row.last_contact_at,
            sort="last_contact_at",
            unindexed=True,
            nullable=True,
        ),
        Column(
            name="owner",
            label=gettext_lazy("跟进人"),
            value=lambda row: row.owner,
            sort="owner__name",
            unindexed=True,
            nullable=True,
        ),
        Column(name="branch", label=gettext_lazy("机构"), value=lambda row: row.branch, usual=False),
        Column(
            name="created",
            label=gettext_lazy("登记时间"),
            look="moment",
            value=lambda row: row.created_at,
            sort="id",
            usual=False,
        ),
    ),
    nothing=Nothing(
        gettext_lazy("还没有准客户"),
        gettext_lazy("登记第一位，或者做一张卡片让客户自己填。"),
        lambda: reverse("sales:create"),
        pgettext_lazy("动作", "登记准客户"),
    ),
    template="sales/list.html",
    context=_around,
    exported=events.EXPORTED,
)


@lists.shows(PROSPECTS)
@require_http_methods(lists.METHODS)
@staff_page(Permission.SEE_CUSTOMERS)
def prospects(request: SignedInRequest) -> HttpResponseBase:
    """The prospects in scope as the address says: filters, order, page; with ``?view=board`` a column a stage."""
    if request.method == "POST":
        return lists.post(request, PROSPECTS)
    return _board(request) if request.GET.get("view") == "board" else lists.show(request, PROSPECTS)


def _board(request: SignedInRequest) -> HttpResponseBase:
    wanted, on, viewer = asked(request.GET, listing=PROSPECTS, viewer=request.viewer), today(), request.viewer
    columns = queries.board(_filter(wanted.values), viewer=viewer, on=on)
    told = lists.around(request, PROSPECTS, wanted, _summed({one.stage.value: one.count for one in columns}))
    context = {**told, "is_board": True, "columns": columns, "tones": TONES, "on": on}
    return render(request, "sales/board.html", context)


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
