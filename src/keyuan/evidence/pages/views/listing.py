"""The list of the sales on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyuan.accounts.roles import Permission
from keyuan.evidence.pages import queries
from keyuan.evidence.pages.queries import TraceFilter
from keyuan.lists.describing import Column, Filter, Listing, Nothing, Tab
from keyuan.lists.views import desk_list

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.evidence.pages.models import Trace


def _found(asked: Mapping[str, Any], viewer: Viewer, _on: date) -> QuerySet[Trace]:
    return queries.listed(TraceFilter(**asked), viewer=viewer)


def _customer(row: Trace) -> str:
    return "" if row.customer is None else row.customer.name


def _branch(row: Trace) -> str:
    return "" if row.customer is None else row.customer.org_unit.label


REPLAYS: Final = Listing(
    name="replays",
    title=pgettext_lazy("页面", "销售回溯"),
    note=gettext_lazy("网上投保的每一步，像客户当时看到的那样回看。打开要写明理由，客户看得到。"),
    icon="history",
    permissions=(Permission.REPLAY_SALES,),
    found=_found,
    address=lambda row: reverse("evidence:replay", args=[row.sale]),
    order="-started",
    tab="policy",
    tabs=(
        Tab("", gettext_lazy("全部")),
        Tab("yes", gettext_lazy("已承保")),
        Tab("no", gettext_lazy("没有承保")),
    ),
    filters=(
        Filter(name="text", label=gettext_lazy("投保单号、保单号或客户姓名"), kind="text"),
        Filter(name="since", label=gettext_lazy("进入日期不早于"), kind="day", says=gettext_lazy("%(word)s起")),
        Filter(name="until", label=gettext_lazy("进入日期不晚于"), kind="day", says=gettext_lazy("到%(word)s")),
    ),
    columns=(
        Column(name="number", label=gettext_lazy("投保单号"), value=lambda row: row.number, sort="number"),
        Column(name="customer", label=gettext_lazy("客户"), value=_customer),
        Column(name="product", label=gettext_lazy("产品"), look="code", value=lambda row: row.product),
        Column(name="policy", label=gettext_lazy("保单号"), look="code", value=lambda row: row.policy_number),
        Column(
            name="started",
            label=gettext_lazy("进入时间"),
            look="moment",
            value=lambda row: row.started_at,
            sort="started_at",
        ),
        Column(
            name="last",
            label=gettext_lazy("最后操作"),
            look="moment",
            value=lambda row: row.last_at,
            sort="last_at",
            unindexed=True,
        ),
        Column(name="rows", label=gettext_lazy("记录行数"), look="number", value=lambda row: row.rows),
        Column(name="branch", label=gettext_lazy("机构"), value=_branch, usual=False),
    ),
    nothing=Nothing(
        gettext_lazy("还没有网上投保的记录"), gettext_lazy("客户在网上投保、核验身份以后，过程会出现在这里。")
    ),
)

replays = desk_list(REPLAYS)
