"""The list of claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyuan.accounts.roles import Permission
from keyuan.claims import queries
from keyuan.claims.queries import ClaimFilter, ClaimHeld
from keyuan.claims.states import ClaimStatus, Decision
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing, Tab
from keyuan.lists.views import desk_list

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.claims.models import Claim

S = ClaimStatus
TONES = {
    S.NOTIFIED: "calm",
    S.IN_ASSESSMENT: "watch",
    S.DECIDED: "good",
    S.PAYMENT_DUE: "watch",
    S.PAID: "good",
    S.REFUSED: "bad",
    S.OVERDUE: "now",
}


def _found(asked: Mapping[str, Any], viewer: Viewer, _on: date) -> QuerySet[Claim]:
    return queries.listed(ClaimFilter(**asked), viewer=viewer)


def _rows(found: Sequence[Claim], viewer: Viewer, on: date) -> list[ClaimHeld]:
    return queries.held_of([claim.pk for claim in found], viewer=viewer, on=on)


CLAIMS = Listing(
    name="claims",
    title=pgettext_lazy("页面", "理赔"),
    icon="first-aid-kit",
    permissions=(Permission.SEE_CUSTOMERS,),
    found=_found,
    rows=_rows,
    key=lambda row: row.id,
    address=lambda row: reverse("claims:detail", args=[row.id]),
    order="-recorded",
    tabs=(
        Tab("open", gettext_lazy("未结案"), "notified"),
        Tab("closed", gettext_lazy("已结案")),
        Tab("all", gettext_lazy("全部")),
    ),
    filters=(
        Filter(name="text", label=gettext_lazy("赔案号开头、保单号或客户姓名"), kind="text"),
        Filter(name="decision", label=gettext_lazy("核定结论"), choices=lambda _viewer: Decision.choices),
        Filter(name="since", label=gettext_lazy("报案日期不早于"), kind="day", says=gettext_lazy("%(word)s起报案")),
        Filter(name="until", label=gettext_lazy("报案日期不晚于"), kind="day", says=gettext_lazy("到%(word)s报案")),
    ),
    columns=(
        Column(name="number", label=gettext_lazy("赔案号"), value=lambda row: row.number, sort="number"),
        Column(
            name="customer",
            label=gettext_lazy("客户"),
            value=lambda row: row.customer_name,
            address=lambda row: reverse("customer360:customer", args=[row.customer_id]),
        ),
        Column(
            name="policy",
            label=gettext_lazy("保单号"),
            look="code",
            value=lambda row: row.policy_number,
            address=lambda row: reverse("policies:detail", args=[row.policy_id]),
        ),
        Column(
            name="state",
            label=gettext_lazy("状态"),
            look="chips",
            value=lambda row: [Mark(one.label, TONES.get(one, "off")) for one in row.ordered_statuses],
        ),
        Column(name="cause", label=gettext_lazy("出险原因"), value=lambda row: row.cause, usual=False),
        Column(name="occurred", label=gettext_lazy("出险日期"), look="day", value=lambda row: row.occurred_on),
        Column(
            name="notified",
            label=gettext_lazy("报案日期"),
            look="day",
            value=lambda row: row.notified_on,
            sort="notified_on",
            unindexed=True,
        ),
        Column(name="deadline", label=gettext_lazy("期限"), look="day", value=lambda row: row.deadline),
        Column(
            name="claimed",
            label=gettext_lazy("索赔金额"),
            look="money",
            value=lambda row: None if row.claimed_amount is None else (row.claimed_amount, row.currency),
            sort="claimed_amount",
            nullable=True,
            unindexed=True,
        ),
        Column(
            name="paid",
            label=gettext_lazy("赔付金额"),
            look="money",
            value=lambda row: None if row.paid_amount is None else (row.paid_amount, row.currency),
            sort="paid_amount",
            nullable=True,
            unindexed=True,
        ),
        Column(name="product", label=gettext_lazy("产品"), value=lambda row: row.product_name, usual=False),
        Column(
            name="recorded",
            label=gettext_lazy("登记先后"),
            look="number",
            value=lambda row: row.id,
            sort="id",
            usual=False,
        ),
    ),
    nothing=Nothing(gettext_lazy("没有这样的赔案"), gettext_lazy("在保单页可以登记报案，法定期限自动计算。")),
)

claims = desk_list(CLAIMS)
