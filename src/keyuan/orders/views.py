"""Orders on the desk: which stand where, since when, for whom, and on whom they wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import now
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing, Tab
from keyuan.lists.views import desk_list
from keyuan.orders import queries
from keyuan.orders.access import facts_of
from keyuan.orders.queries.listing import LOST, OPEN, STUCK, OrderFilter
from keyuan.orders.rules import is_stuck, since, stage
from keyuan.orders.states import Stage
from keyuan.products import queries as products

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.orders.models import Order

#: The stages as staff read them: the customer's own words say "you".
WORDS: Final[dict[Stage, str | Promise]] = {
    **{one: one.label for one in Stage},
    Stage.OFFERED: gettext_lazy("待客户确认核保结论"),
    Stage.AGREED: gettext_lazy("待客户签名"),
    Stage.SIGNED: gettext_lazy("待客户付款"),
    Stage.FILLING: gettext_lazy("客户填写中"),
}
TONES: Final = {
    Stage.FILLING: "calm",
    Stage.REFERRED: "watch",
    Stage.OFFERED: "watch",
    Stage.AGREED: "watch",
    Stage.SIGNED: "watch",
    Stage.PAID: "watch",
    Stage.ISSUED: "good",
    Stage.DECLINED: "bad",
    Stage.WITHDRAWN: "off",
    Stage.EXPIRED: "off",
    Stage.REFUNDED: "off",
}
WAITS_FOR: Final[dict[Stage, str | Promise]] = {
    Stage.FILLING: gettext_lazy("客户"),
    Stage.REFERRED: gettext_lazy("核保人"),
    Stage.OFFERED: gettext_lazy("客户"),
    Stage.AGREED: gettext_lazy("客户"),
    Stage.SIGNED: gettext_lazy("客户"),
    Stage.PAID: gettext_lazy("系统出单"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """An order with where it stands now."""

    one: Order
    product: str
    stage: Stage
    since: datetime
    stuck: bool

    @property
    def pk(self) -> UUID:
        return self.one.pk

    @property
    def marks(self) -> tuple[Mark, ...]:
        late = (Mark(_("久无进展"), "now"),) if self.stuck else ()
        return (Mark(WORDS[self.stage], TONES[self.stage]), *late)

    @property
    def waits_for(self) -> str:
        return str(WAITS_FOR.get(self.stage, ""))


def row_of(one: Order, *, names: Mapping[str, str], at: datetime) -> Row:
    """An order as the list and its page show it."""
    facts = facts_of(one)
    reached = stage(facts, at=at)
    begun = since(facts, reached, changed_at=one.changed_at)
    return Row(one, names.get(one.product, one.product), reached, begun, is_stuck(reached, begun, now=at))


def _names() -> dict[str, str]:
    return {product.code: product.shown for product in products.products()}


def _offered(_viewer: Viewer) -> Iterable[tuple[str, str]]:
    return sorted(_names().items())


def _found(asked: Mapping[str, Any], viewer: Viewer, _on: date) -> QuerySet[Order]:
    return queries.listed(OrderFilter(**asked), viewer=viewer)


def _rows(found: Sequence[Order], _viewer: Viewer, _on: date) -> list[Row]:
    names, at = _names(), now()
    return [row_of(one, names=names, at=at) for one in found]


def _customer(row: Row) -> str:
    return "" if row.one.customer is None else row.one.customer.name


def _customer_page(row: Row) -> str | None:
    return None if row.one.customer is None else reverse("customer360:customer", args=[row.one.customer.number])


ORDERS: Final = Listing(
    name="orders",
    title=pgettext_lazy("页面", "投保单"),
    note=gettext_lazy("每一单在网上投保到了哪一步、等谁、等了多久。还没有核验身份的投保单不属于任何客户，不在这里。"),
    icon="clipboard-list",
    permissions=(Permission.SEE_CUSTOMERS,),
    found=_found,
    rows=_rows,
    address=lambda row: reverse("orders:order", args=[row.pk]),
    panel=lambda row: reverse("orders:panel", args=[row.pk]),
    order="-created",
    tabs=(
        Tab("", gettext_lazy("全部")),
        Tab(OPEN, gettext_lazy("进行中")),
        Tab(STUCK, gettext_lazy("久无进展"), "changed"),
        *(Tab(one.value, WORDS[one]) for one in Stage if one not in LOST),
        Tab("lost", gettext_lazy("未成交")),
    ),
    filters=(
        Filter(name="text", label=gettext_lazy("投保单号、保单号、客户号或姓名"), kind="text"),
        Filter(name="product", label=gettext_lazy("产品"), choices=_offered),
        Filter(name="since", label=gettext_lazy("开始日期不早于"), kind="day", says=gettext_lazy("%(word)s起")),
        Filter(name="until", label=gettext_lazy("开始日期不晚于"), kind="day", says=gettext_lazy("到%(word)s")),
        Filter(name="customer", label=gettext_lazy("客户"), kind="given", says=gettext_lazy("一位客户")),
    ),
    columns=(
        Column(name="number", label=gettext_lazy("投保单号"), value=lambda row: row.one.number, sort="number"),
        Column(name="customer", label=gettext_lazy("客户"), value=_customer, address=_customer_page),
        Column(
            name="product", label=gettext_lazy("产品"), value=lambda row: row.product, note=lambda row: row.one.product
        ),
        Column(name="state", label=gettext_lazy("进展"), look="chips", value=lambda row: row.marks),
        Column(name="waits", label=gettext_lazy("等谁"), value=lambda row: row.waits_for),
        Column(name="since", label=gettext_lazy("从何时起"), look="moment", value=lambda row: row.since),
        Column(name="premium", label=gettext_lazy("首期保费"), look="money", value=lambda row: row.one.premium),
        Column(
            name="created",
            label=gettext_lazy("开始时间"),
            look="moment",
            value=lambda row: row.one.created_at,
            sort="created_at",
        ),
        Column(
            name="changed",
            label=gettext_lazy("最后修改"),
            look="moment",
            value=lambda row: row.one.changed_at,
            sort="changed_at",
            usual=False,
        ),
        Column(
            name="submitted",
            label=gettext_lazy("提交时间"),
            look="moment",
            value=lambda row: row.one.submitted_at,
            usual=False,
        ),
        Column(
            name="paid", label=gettext_lazy("付款时间"), look="moment", value=lambda row: row.one.paid_at, usual=False
        ),
        Column(
            name="policy",
            label=gettext_lazy("保单号"),
            look="code",
            value=lambda row: row.one.policy_number,
            usual=False,
        ),
        Column(
            name="agent",
            label=gettext_lazy("代理人"),
            value=lambda row: "" if row.one.agent is None else row.one.agent.name,
            usual=False,
        ),
        Column(
            name="branch",
            label=gettext_lazy("机构"),
            value=lambda row: "" if row.one.customer is None else row.one.customer.org_unit.label,
            usual=False,
        ),
        Column(name="channel", label=gettext_lazy("渠道"), value=lambda row: row.one.channel, usual=False),
    ),
    nothing=Nothing(gettext_lazy("这里没有投保单"), gettext_lazy("客户在网上投保，核验身份以后就会出现在这里。")),
)

orders = desk_list(ORDERS)


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def order(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    """One order: what happened when, on whom it waits, and where its parts are. Nothing of what was said in it."""
    return render(request, "orders/order.html", _told(order_id, viewer=request.viewer))


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def panel(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    """The same beside the list."""
    return render(request, "orders/parts/facts.html", {**_told(order_id, viewer=request.viewer), "is_panel": True})


def _told(order_id: UUID, *, viewer: Viewer) -> dict[str, Any]:
    one = queries.the_order(order_id, viewer=viewer)
    row = row_of(one, names=_names(), at=now())
    steps = (
        (_("开始填写"), one.created_at),
        (_("提交"), one.submitted_at),
        (_("核保结论"), facts_of(one).decided_at),
        (_("客户接受结论"), one.agreed_at),
        (_("客户签名"), one.signed_at),
        (_("付款"), one.paid_at),
        (_("出单"), one.issued_at),
        (_("撤回"), one.withdrawn_at),
        (_("退款"), one.refunded_at),
    )
    return {
        "one": one,
        "row": row,
        "steps": sorted(((word, at) for word, at in steps if at is not None), key=lambda step: step[1]),
        "may_underwrite": viewer.may(Permission.UNDERWRITE),
        "may_see_books": viewer.may(Permission.SEE_BOOKS),
    }
