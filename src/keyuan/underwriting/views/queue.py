"""The queue of applications: what waits, what I may decide, what was sent up, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from keyuan.accounts.roles import Permission
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing, Tab
from keyuan.lists.views import desk_list
from keyuan.products import queries as products
from keyuan.products.states import Line
from keyuan.underwriting import events, queries
from keyuan.underwriting.queries import ApplicationFilter
from keyuan.underwriting.questions import catalogue
from keyuan.underwriting.states import Outcome, Standing
from keyuan.underwriting.views.shared import outcome_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.underwriting.models import Application


@dataclass(frozen=True, slots=True)
class Row:
    """An application with what its columns say of it; nothing about health."""

    one: Application
    product: str
    line: str
    marks: tuple[Mark, ...]

    @property
    def pk(self) -> int:
        return self.one.pk

    @property
    def exclusions(self) -> str:
        known, language = catalogue().exclusions, get_language() or ""
        kept = self.one.final_exclusions if self.one.decided_at else self.one.exclusions
        return _("、").join(known[code].said(language) if code in known else code for code in kept)


def _found(values: Mapping[str, Any], viewer: Viewer, on: date) -> QuerySet[Application]:
    asked = dict(values)
    return queries.listed(ApplicationFilter(lists=asked.pop("list", "all"), **asked), viewer=viewer, on=on)


def _rows(found: Sequence[Application], _viewer: Viewer, _on: date) -> list[Row]:
    names = {product.code: product.shown for product in products.products()}
    return [
        Row(one, names.get(one.product, "") or one.product, str(Line(one.line).label), _marks(one)) for one in found
    ]


def _marks(one: Application) -> tuple[Mark, ...]:
    outcome = outcome_of(one.effect)
    standing = (Mark(one.standing.label, "watch"),) if one.standing == Standing.SENT_UP else ()
    return (Mark(outcome["label"], outcome["tone"]), *standing)


def _counts(_values: Mapping[str, Any], viewer: Viewer, on: date) -> dict[str, int]:
    return queries.counts(viewer=viewer, on=on)


APPLICATIONS = Listing(
    name="underwriting",
    title=pgettext_lazy("页面", "核保"),
    note=gettext_lazy("自动规则不能决定的申请在这里由人决定；超出权限的建议会报给上级。"),
    icon="clipboard-check",
    permissions=(Permission.UNDERWRITE,),
    found=_found,
    rows=_rows,
    address=lambda row: reverse("underwriting:application", args=[row.pk]),
    order="-submitted",
    tab="list",
    tabs=(
        Tab("waiting", gettext_lazy("待核保"), "submitted"),
        Tab("mine", gettext_lazy("我可以决定的"), "submitted"),
        Tab("sent_up", gettext_lazy("报上级的"), "submitted"),
        Tab("decided", gettext_lazy("人工已核保")),
        Tab("automatic", gettext_lazy("自动核保")),
        Tab("all", gettext_lazy("全部")),
    ),
    counts=_counts,
    filters=(
        Filter(name="text", label=gettext_lazy("申请号、产品代码或客户姓名"), kind="text"),
        Filter(name="line", label=gettext_lazy("险种"), choices=lambda _viewer: Line.choices),
        Filter(name="outcome", label=gettext_lazy("核保结论"), choices=lambda _viewer: Outcome.choices),
        Filter(name="since", label=gettext_lazy("提交日期不早于"), kind="day", says=gettext_lazy("%(word)s起")),
        Filter(name="until", label=gettext_lazy("提交日期早于"), kind="day", says=gettext_lazy("%(word)s前")),
    ),
    columns=(
        Column(name="number", label=gettext_lazy("申请号"), value=lambda row: row.one.number, sort="id"),
        Column(
            name="customer",
            label=gettext_lazy("客户"),
            value=lambda row: row.one.customer.name if row.one.customer else "",
            note=lambda row: "" if row.one.customer else _("还不是客户"),
            sort="customer__name",
            unindexed=True,
            nullable=True,
        ),
        Column(
            name="product",
            label=gettext_lazy("产品"),
            value=lambda row: row.product,
            note=lambda row: f"{row.one.product} · {row.line}",
            sort="product",
            unindexed=True,
        ),
        Column(name="line", label=gettext_lazy("险种"), value=lambda row: row.line, usual=False),
        Column(name="outcome", label=gettext_lazy("核保结论"), look="chips", value=lambda row: row.marks),
        Column(
            name="standing",
            label=gettext_lazy("办理状态"),
            value=lambda row: str(row.one.standing.label),
            usual=False,
        ),
        Column(
            name="insured", label=gettext_lazy("保额"), look="money", value=lambda row: row.one.sum_insured, usual=False
        ),
        Column(
            name="sum",
            label=gettext_lazy("累计风险保额"),
            look="money",
            value=lambda row: row.one.sum_at_risk,
            sort="sum_at_risk",
            unindexed=True,
        ),
        Column(
            name="loading",
            label=gettext_lazy("加费%"),
            look="number",
            value=lambda row: row.one.final_loading if row.one.decided_at else row.one.loading_percent,
            usual=False,
        ),
        Column(name="exclusions", label=gettext_lazy("除外"), value=lambda row: row.exclusions, usual=False),
        Column(
            name="submitted",
            label=gettext_lazy("提交时间"),
            look="moment",
            value=lambda row: row.one.submitted_at,
            sort="submitted_at",
        ),
        Column(
            name="underwriter",
            label=gettext_lazy("核保人"),
            value=lambda row: row.one.decided_by or (str(row.one.taken_by) if row.one.taken_by else ""),
        ),
        Column(
            name="decided",
            label=gettext_lazy("核保时间"),
            look="moment",
            value=lambda row: row.one.decided_at,
            sort="decided_at",
            unindexed=True,
            nullable=True,
            usual=False,
        ),
    ),
    nothing=Nothing(
        gettext_lazy("这里没有申请"),
        gettext_lazy("规则不能自动决定的申请会出现在待核保里；接口或投保页面提交后马上可见。"),
    ),
    template="underwriting/queue.html",
    exported=events.EXPORTED,
    may_export=lambda viewer: viewer.may(Permission.UNDERWRITE),
)

queue = desk_list(APPLICATIONS)
