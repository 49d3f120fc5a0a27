"""Who may leave: a list of customers by chance, with the reason, what is at stake and whose they are; and work made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from keyuan.accounts import queries as accounts
from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.insight.events import WARNING_EXPORTED
from keyuan.insight.scores import queries as scores
from keyuan.insight.scores.queries import HIGH, RAISED, WarningFilter
from keyuan.insight.scores.states import LAPSE_OWN, Cause
from keyuan.insight.scores.wording import sentences
from keyuan.kernel.clock import COMPANY_ZONE, today
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing, Tab
from keyuan.lists.views import desk_list
from keyuan.retention.queries.warning import Warned, beside
from keyuan.servicedesk import actions as servicedesk

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.insight.models import Score

#: As many customers as one page has.
MOST_TASKS = 200
END_OF_WORK = time(18)
LEVELS = (("high", gettext_lazy("高")), ("raised", gettext_lazy("偏高")))


def percent(chance: float | None) -> str:
    """A chance as a person reads it."""
    if chance is None:
        return ""
    return f"{chance:.0%}" if chance >= 0.1 else f"{chance:.1%}"


def tone(chance: float) -> str:
    return "now" if chance >= HIGH else "watch" if chance >= RAISED else "off"


def _found(asked: Mapping[str, Any], viewer: Viewer, _on: date) -> QuerySet[Score]:
    branch = asked["branch"]
    return scores.warned(
        WarningFilter(
            horizon=int(asked["horizon"]) if asked["horizon"].isdecimal() else 0,
            reason=asked["reason"],
            level=asked["level"],
            branch=int(branch) if branch else None,
            due_by=asked["due_by"],
            customer=asked["customer"],
        ),
        viewer=viewer,
    )


def _rows(found: Sequence[Score], viewer: Viewer, _on: date) -> list[Warned]:
    return beside(found, viewer=viewer)


def _units(viewer: Viewer) -> Iterable[tuple[str, str]]:
    return [(str(unit.pk), unit.label) for unit in accounts.units(viewer=viewer)]


def _chance(row: Warned) -> Mark:
    return Mark(percent(row.score.value), tone(row.score.value))


def _case(row: Warned) -> str | None:
    """Where the renewal is worked on: short cover is renewed on its day; a long contract has only anniversaries."""
    score = row.score
    if row.policy is None or score.due_on is None or row.policy.product.long_term:
        return None
    return reverse("retention:case", args=[score.policy_id, score.due_on])


def _around(request: SignedInRequest) -> dict[str, Any]:
    shown = scores.models(viewer=request.viewer)
    own = next((one for one in shown if one.model == LAPSE_OWN and one.current), None)
    return {
        "version": own,
        "query": request.GET.urlencode(),
        "may_contact": request.viewer.may(Permission.CONTACT_CUSTOMERS),
        "task_day": today() + timedelta(days=2),
    }


WARNING = Listing(
    name="warning",
    title=pgettext_lazy("页面", "流失预警"),
    note=gettext_lazy(
        "每夜按保单现状评分：谁可能在30、60、90天内离开，为什么，一年保费多少。只用于关怀与挽留，不用于定价或核保。"
    ),
    icon="alert-triangle",
    permissions=(Permission.SEE_CUSTOMERS,),
    found=_found,
    rows=_rows,
    address=lambda row: reverse("customer360:customer", args=[row.customer.number]),
    picked="chosen",
    pick=lambda row: row.customer.name,
    may_pick=lambda viewer: viewer.may(Permission.CONTACT_CUSTOMERS),
    order="-chance",
    tab="horizon",
    tabs=(
        Tab("90", gettext_lazy("90天内"), "-chance"),
        Tab("60", gettext_lazy("60天内"), "-within_60"),
        Tab("30", gettext_lazy("30天内"), "-within_30"),
        Tab("all", gettext_lazy("全部已评分"), "-chance"),
    ),
    filters=(
        Filter(name="reason", label=gettext_lazy("原因"), choices=lambda _viewer: Cause.choices),
        Filter(
            name="level",
            label=gettext_lazy("程度"),
            choices=lambda _viewer: LEVELS,
            says=gettext_lazy("可能性%(word)s"),
        ),
        Filter(name="branch", label=gettext_lazy("机构"), choices=_units),
        Filter(name="due_by", label=gettext_lazy("到期不晚于"), kind="day", says=gettext_lazy("%(word)s前到期")),
        Filter(name="customer", label=gettext_lazy("客户"), kind="given", says=gettext_lazy("一位客户")),
    ),
    columns=(
        Column(
            name="customer",
            label=gettext_lazy("客户"),
            value=lambda row: row.customer.name,
            note=lambda row: row.customer.number,
        ),
        Column(name="chance", label=gettext_lazy("90天内离开"), look="chips", value=_chance, sort="value"),
        Column(
            name="reasons",
            label=gettext_lazy("原因"),
            value=lambda row: _("；").join(row.reasons),
            wide=True,
        ),
        Column(
            name="policy",
            label=gettext_lazy("保单"),
            value=lambda row: "" if row.policy is None else row.policy.product.shown,
            note=lambda row: "" if row.policy is None else row.policy.number,
            address=lambda row: None if row.policy is None else reverse("policies:detail", args=[row.score.policy_id]),
        ),
        Column(
            name="at_risk",
            label=gettext_lazy("年保费"),
            look="money",
            value=lambda row: (row.score.value_at_risk, row.policy.currency if row.policy else "CNY"),
            sort="value_at_risk",
            unindexed=True,
        ),
        Column(
            name="due",
            label=gettext_lazy("下次到期"),
            look="day",
            value=lambda row: row.score.due_on,
            address=_case,
            sort="due_on",
            nullable=True,
            unindexed=True,
        ),
        Column(
            name="spoken",
            label=gettext_lazy("上次联系"),
            look="day",
            value=lambda row: row.score.spoken_on,
            sort="spoken_on",
            nullable=True,
            unindexed=True,
        ),
        Column(name="owner", label=gettext_lazy("服务人员"), value=lambda row: row.owner),
        Column(name="branch", label=gettext_lazy("机构"), value=lambda row: row.customer.branch, usual=False),
        Column(
            name="within_60",
            label=gettext_lazy("60天内离开"),
            value=lambda row: percent(row.score.within_60),
            sort="within_60",
            usual=False,
        ),
        Column(
            name="within_30",
            label=gettext_lazy("30天内离开"),
            value=lambda row: percent(row.score.within_30),
            sort="within_30",
            usual=False,
        ),
        Column(
            name="phone", label=gettext_lazy("电话"), look="code", value=lambda row: row.customer.phone, usual=False
        ),
        Column(name="day", label=gettext_lazy("评分日"), look="day", value=lambda row: row.score.day, usual=False),
    ),
    nothing=Nothing(
        gettext_lazy("没有需要预警的客户"),
        gettext_lazy("每夜评分一次；还没有模型时，请在服务器上运行 keyuan train lapse_own 和 keyuan score lapse_own。"),
    ),
    template="retention/warning.html",
    context=_around,
    exported=WARNING_EXPORTED,
)

warning = desk_list(WARNING)


@require_POST
@staff_page(Permission.SEE_CUSTOMERS, Permission.CONTACT_CUSTOMERS)
def make_tasks(request: SignedInRequest) -> HttpResponse:
    """A task for each of the chosen customers, with the reason in its note; the owner is whoever sends the form."""
    chosen = [int(key) for key in request.POST.getlist("chosen") if key.isascii() and key.isdecimal()][:MOST_TASKS]
    found = scores.latest(chosen, viewer=request.viewer)
    day = _day(request.POST.get("due", "")) or today() + timedelta(days=2)
    due_at = datetime.combine(day, END_OF_WORK, tzinfo=COMPANY_ZONE)
    made = 0
    for customer_id, score in found.items():
        note = _("；").join(sentences(score.reasons))
        title = _("挽留：90天内离开的可能性%(chance)s") % {"chance": percent(score.value)}
        made += len(servicedesk.create_tasks([customer_id], title=title, note=note, due_at=due_at, by=request.viewer))
    told = ngettext("已为%(n)s位客户建立任务", "已为%(n)s位客户建立任务", made) % {"n": made}
    messages.success(request, told)
    query = request.POST.get("query", "")[:2000]
    return redirect(f"{reverse('retention:warning')}?{query}" if query else "retention:warning")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
