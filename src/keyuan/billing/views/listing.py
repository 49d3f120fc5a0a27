"""The lists of payments and of differences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyuan.accounts.roles import Permission
from keyuan.billing import events, queries
from keyuan.billing.queries import DifferenceFilter, PaymentFilter, lists, reconciliation
from keyuan.billing.states import AttemptState, DifferenceKind, DifferenceState
from keyuan.billing.views.tones import DIFFERENCE_TONES, TONES
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing, Tab
from keyuan.lists.views import desk_list

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.access import SignedInRequest
    from keyuan.accounts.scope import Viewer
    from keyuan.billing.models import Attempt, Difference


def _payments(asked: Mapping[str, Any], viewer: Viewer, _on: date) -> QuerySet[Attempt]:
    return queries.payments(PaymentFilter(**asked), viewer=viewer)


def _state(row: Any) -> Mark:
    state = lists.state_of(row, given_back=row.given_back)
    return Mark(state.label, TONES[state])


def _around_payments(request: SignedInRequest) -> dict[str, Any]:
    return {
        "open_differences": reconciliation.open_differences(viewer=request.viewer),
        "sees_books": reconciliation.sees_books(request.viewer),
        "not_believed": lists.not_believed(viewer=request.viewer, most=5),
    }


PAYMENTS = Listing(
    name="payments",
    title=pgettext_lazy("页面", "收费"),
    note=gettext_lazy("每一笔支付从发起到入账或退款的全过程。收到却不能承保的款会自动全额退回。"),
    icon="credit-card",
    permissions=(Permission.SEE_BOOKS,),
    found=_payments,
    address=lambda row: reverse("billing:payment", args=[row.number]),
    order="-begun",
    tabs=(Tab("", gettext_lazy("全部")), *(Tab(state.value, state.label) for state in AttemptState)),
    filters=(
        Filter(name="text", label=gettext_lazy("支付单号、订单号、交易号或客户姓名"), kind="text"),
        Filter(name="since", label=gettext_lazy("发起日期不早于"), kind="day", says=gettext_lazy("%(word)s起")),
        Filter(name="until", label=gettext_lazy("发起日期早于"), kind="day", says=gettext_lazy("%(word)s前")),
    ),
    columns=(
        Column(name="number", label=gettext_lazy("支付单号"), value=lambda row: row.number, sort="number"),
        Column(
            name="customer",
            label=gettext_lazy("客户"),
            value=lambda row: row.customer.name,
            sort="customer__name",
            unindexed=True,
        ),
        Column(
            name="title",
            label=gettext_lazy("付款内容"),
            value=lambda row: row.title,
            note=lambda row: f"{row.get_purpose_display()} · {row.order_ref}",
        ),
        Column(name="order", label=gettext_lazy("订单号"), look="code", value=lambda row: row.order_ref, usual=False),
        Column(
            name="amount",
            label=gettext_lazy("应付金额"),
            look="money",
            value=lambda row: (row.amount, row.currency),
            sort="amount",
            unindexed=True,
        ),
        Column(name="state", label=gettext_lazy("状态"), look="chips", value=_state),
        Column(
            name="begun", label=gettext_lazy("发起时间"), look="moment", value=lambda row: row.begun_at, sort="begun_at"
        ),
        Column(
            name="paid",
            label=gettext_lazy("付款时间"),
            look="moment",
            value=lambda row: row.paid_at,
            sort="paid_at",
            unindexed=True,
            nullable=True,
        ),
        Column(name="trade", label=gettext_lazy("交易号"), look="code", value=lambda row: row.trade_no, usual=False),
        Column(name="gateway", label=gettext_lazy("支付渠道"), value=lambda row: row.gateway, usual=False),
    ),
    nothing=Nothing(gettext_lazy("还没有支付"), gettext_lazy("客户在网上投保或缴纳续期保费时，这里会出现第一笔。")),
    template="billing/payments.html",
    context=_around_payments,
    exported=events.EXPORTED,
)


def _differences(asked: Mapping[str, Any], viewer: Viewer, _on: date) -> QuerySet[Difference]:
    return queries.differences(DifferenceFilter(**asked), viewer=viewer)


def _explained(row: Difference) -> str:
    return f"{row.explained_by} · {row.explained_at:%Y-%m-%d}" if row.explained_at else ""


DIFFERENCES = Listing(
    name="differences",
    title=gettext_lazy("对账差异"),
    note=gettext_lazy("每天上午把渠道账单与支付记录、账簿逐笔核对；每条差异都要有人说明原因。"),
    icon="list-check",
    permissions=(Permission.SEE_BOOKS,),
    found=_differences,
    address=lambda row: reverse("billing:difference", args=[row.pk]),
    order="-day",
    tabs=(Tab("", gettext_lazy("全部")), *(Tab(state.value, state.label) for state in DifferenceState)),
    filters=(
        Filter(name="text", label=gettext_lazy("单号或交易号"), kind="text"),
        Filter(name="kind", label=gettext_lazy("差异"), choices=lambda _viewer: DifferenceKind.choices),
        Filter(name="since", label=gettext_lazy("账单日不早于"), kind="day", says=gettext_lazy("%(word)s起")),
        Filter(name="until", label=gettext_lazy("账单日早于"), kind="day", says=gettext_lazy("%(word)s前")),
    ),
    columns=(
        Column(name="day", label=gettext_lazy("账单日"), look="day", value=lambda row: row.day, sort="day"),
        Column(
            name="kind",
            label=gettext_lazy("差异"),
            value=lambda row: f"{row.get_kind_display()} · {row.get_side_display()}",
            sort="kind",
            unindexed=True,
        ),
        Column(
            name="number",
            label=gettext_lazy("单号"),
            value=lambda row: row.number,
            note=lambda row: row.trade_no,
            sort="number",
            unindexed=True,
        ),
        Column(name="trade", label=gettext_lazy("交易号"), look="code", value=lambda row: row.trade_no, usual=False),
        Column(
            name="ours",
            label=gettext_lazy("我方金额"),
            look="money",
            value=lambda row: None if row.ours is None else (row.ours, row.currency),
            sort="ours",
            unindexed=True,
            nullable=True,
        ),
        Column(
            name="theirs",
            label=gettext_lazy("渠道金额"),
            look="money",
            value=lambda row: None if row.theirs is None else (row.theirs, row.currency),
            sort="theirs",
            unindexed=True,
            nullable=True,
        ),
        Column(
            name="state",
            label=gettext_lazy("状态"),
            look="chips",
            value=lambda row: Mark(row.state.label, DIFFERENCE_TONES[row.state]),
        ),
        Column(name="why", label=gettext_lazy("说明"), value=lambda row: row.why, note=_explained),
        Column(name="explained_by", label=gettext_lazy("说明人"), value=lambda row: row.explained_by, usual=False),
    ),
    nothing=Nothing(gettext_lazy("没有差异"), gettext_lazy("渠道账单与我们的记录一致；下一次核对在明天上午。")),
    template="billing/differences.html",
    context=lambda request: {"statements": queries.statements(viewer=request.viewer, most=10)},
    exported=events.EXPORTED,
)

payments = desk_list(PAYMENTS)
differences = desk_list(DIFFERENCES)
