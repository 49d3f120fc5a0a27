"""The list of policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyuan.accounts.roles import Permission
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing
from keyuan.lists.views import desk_list
from keyuan.policies import queries
from keyuan.policies.queries import Holding, PolicyFilter
from keyuan.policies.states import Channel, PolicyStatus
from keyuan.products.states import Line

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.policies.models import Policy
    from keyuan.policies.queries.holdings import HolderBrief

S = PolicyStatus
TONES = {
    S.NOT_YET_ON_RISK: "calm",
    S.ON_RISK: "good",
    S.IN_COOLING_OFF: "calm",
    S.IN_GRACE: "now",
    S.RENEWAL_DUE: "watch",
    S.SUSPENDED: "bad",
    S.CANCEL_PENDING: "now",
    S.PAID_UP: "calm",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A policy as it stands today, with its holder."""

    held: Holding
    holder: HolderBrief

    @property
    def pk(self) -> int:
        return self.held.id


def _found(asked: Mapping[str, Any], viewer: Viewer, on: date) -> QuerySet[Policy]:
    return queries.listed(PolicyFilter(**asked), viewer=viewer, on=on)


def _rows(found: Sequence[Policy], viewer: Viewer, on: date) -> list[Row]:
    ids = [policy.pk for policy in found]
    holders = queries.holders_of(ids, viewer=viewer)
    by_id = {held.id: held for held in queries.holdings_by_id(ids, viewer=viewer, on=on)}
    return [Row(by_id[id_], holders[id_]) for id_ in ids if id_ in by_id]


POLICIES = Listing(
    name="policies",
    title=pgettext_lazy("页面", "保单"),
    icon="file-text",
    permissions=(Permission.SEE_CUSTOMERS,),
    found=_found,
    rows=_rows,
    address=lambda row: reverse("policies:detail", args=[row.pk]),
    order="-recorded",
    filters=(
        Filter(name="text", label=gettext_lazy("保单号开头"), kind="text"),
        Filter(name="status", label=gettext_lazy("状态"), choices=lambda _viewer: PolicyStatus.choices),
        Filter(name="line", label=gettext_lazy("险种"), choices=lambda _viewer: Line.choices),
        Filter(name="channel", label=gettext_lazy("销售渠道"), choices=lambda _viewer: Channel.choices),
        Filter(name="ends_from", label=gettext_lazy("到期日从"), kind="day", says=gettext_lazy("%(word)s起到期")),
        Filter(name="ends_before", label=gettext_lazy("到期日早于"), kind="day", says=gettext_lazy("%(word)s前到期")),
    ),
    columns=(
        Column(name="number", label=gettext_lazy("保单号"), value=lambda row: row.held.number, sort="number"),
        Column(
            name="customer",
            label=gettext_lazy("投保人"),
            value=lambda row: row.holder.name,
            address=lambda row: reverse("customer360:customer", args=[row.holder.number]),
            sort="customer__name",
            unindexed=True,
        ),
        Column(name="product", label=gettext_lazy("产品"), value=lambda row: row.held.product.shown, wide=True),
        Column(
            name="state",
            label=gettext_lazy("状态"),
            look="chips",
            value=lambda row: [Mark(one.label, TONES.get(one, "off")) for one in row.held.ordered_statuses],
        ),
        Column(
            name="premium",
            label=gettext_lazy("每期保费"),
            look="money",
            value=lambda row: (row.held.premium, row.held.currency),
            sort="premium",
            unindexed=True,
        ),
        Column(
            name="insured",
            label=gettext_lazy("保险金额"),
            look="money",
            value=lambda row: None if row.held.sum_insured is None else (row.held.sum_insured, row.held.currency),
            usual=False,
        ),
        Column(
            name="starts_on",
            label=gettext_lazy("生效日期"),
            look="day",
            value=lambda row: row.held.starts_on,
            sort="starts_on",
            unindexed=True,
        ),
        Column(
            name="ends_on",
            label=gettext_lazy("终止日期"),
            look="day",
            value=lambda row: row.held.ends_on,
            sort="ends_on",
            nullable=True,
        ),
        Column(name="agent", label=gettext_lazy("服务人员"), value=lambda row: row.held.agent_name, usual=False),
        Column(name="branch", label=gettext_lazy("机构"), value=lambda row: row.held.org_unit_name, usual=False),
        Column(
            name="channel",
            label=gettext_lazy("销售渠道"),
            value=lambda row: str(dict(Channel.choices).get(row.held.channel, row.held.channel)),
            usual=False,
        ),
        Column(
            name="paid_to", label=gettext_lazy("已缴至"), look="day", value=lambda row: row.held.paid_to, usual=False
        ),
        Column(
            name="recorded",
            label=gettext_lazy("登记先后"),
            look="number",
            value=lambda row: row.held.id,
            sort="id",
            usual=False,
        ),
    ),
    nothing=Nothing(gettext_lazy("没有符合条件的保单"), gettext_lazy("放宽筛选条件，或先导入一本业务数据。")),
)

policies = desk_list(POLICIES)
