"""The list of complaints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyuan.accounts.roles import Permission
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing, Tab
from keyuan.lists.views import desk_list
from keyuan.servicedesk import queries
from keyuan.servicedesk.queries import ComplaintFilter, ComplaintHeld
from keyuan.servicedesk.states import ComplaintReason, ComplaintStatus, ContactChannel

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.servicedesk.models import Complaint

TONES = {
    ComplaintStatus.OPEN: "watch",
    ComplaintStatus.COMPLEX: "calm",
    ComplaintStatus.EXTENDED: "calm",
    ComplaintStatus.DECIDED: "good",
    ComplaintStatus.NOTICE_DUE: "watch",
    ComplaintStatus.CLOSED: "off",
    ComplaintStatus.OVERDUE: "now",
}


def _found(asked: Mapping[str, Any], viewer: Viewer, _on: date) -> QuerySet[Complaint]:
    return queries.complaint_list(ComplaintFilter(**asked), viewer=viewer)


def _rows(found: Sequence[Complaint], _viewer: Viewer, on: date) -> list[ComplaintHeld]:
    return [queries.as_held(complaint, on=on) for complaint in found]


def _upheld(row: ComplaintHeld) -> str:
    if row.upheld is None:
        return ""
    return _("成立") if row.upheld else _("不成立")


COMPLAINTS = Listing(
    name="complaints",
    title=gettext_lazy("投诉"),
    icon="message-exclamation",
    permissions=(Permission.CONTACT_CUSTOMERS,),
    found=_found,
    rows=_rows,
    key=lambda row: row.id,
    address=lambda row: reverse("servicedesk:complaint", args=[row.id]),
    order="-received",
    tabs=(
        Tab("open", gettext_lazy("未办结"), "received"),
        Tab("closed", gettext_lazy("已办结")),
        Tab("all", gettext_lazy("全部")),
    ),
    filters=(
        Filter(name="text", label=gettext_lazy("投诉编号、客户号或姓名"), kind="text"),
        Filter(name="reason", label=gettext_lazy("原因"), choices=lambda _viewer: ComplaintReason.choices),
        Filter(name="channel", label=gettext_lazy("渠道"), choices=lambda _viewer: ContactChannel.choices),
        Filter(name="since", label=gettext_lazy("受理日期不早于"), kind="day", says=gettext_lazy("%(word)s起受理")),
        Filter(name="until", label=gettext_lazy("受理日期不晚于"), kind="day", says=gettext_lazy("到%(word)s受理")),
    ),
    columns=(
        Column(name="number", label=gettext_lazy("投诉编号"), value=lambda row: row.number, sort="number"),
        Column(
            name="customer",
            label=gettext_lazy("客户"),
            value=lambda row: row.customer_name,
            address=lambda row: reverse("customer360:customer", args=[row.customer_number]),
        ),
        Column(name="reason", label=gettext_lazy("原因"), value=lambda row: str(ComplaintReason(row.reason).label)),
        Column(
            name="state",
            label=gettext_lazy("状态"),
            look="chips",
            value=lambda row: [Mark(one.label, TONES[one]) for one in row.ordered_statuses],
        ),
        Column(
            name="received",
            label=gettext_lazy("受理时间"),
            look="moment",
            value=lambda row: row.received_at,
            sort="received_at",
        ),
        Column(name="deadline", label=gettext_lazy("期限"), look="day", value=lambda row: row.deadline),
        Column(
            name="channel",
            label=gettext_lazy("渠道"),
            value=lambda row: str(ContactChannel(row.channel).label),
            usual=False,
        ),
        Column(
            name="policy", label=gettext_lazy("保单号"), look="code", value=lambda row: row.policy_number, usual=False
        ),
        Column(name="upheld", label=gettext_lazy("投诉成立"), value=_upheld, usual=False),
    ),
    nothing=Nothing(gettext_lazy("没有这样的投诉"), gettext_lazy("在客户页可以受理投诉，期限自动计算。")),
)

complaints = desk_list(COMPLAINTS)
