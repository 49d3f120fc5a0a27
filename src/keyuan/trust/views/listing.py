"""The list of customers' certificates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import now
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing, Tab
from keyuan.lists.views import desk_list
from keyuan.trust import queries, rules
from keyuan.trust.queries import CertificateFilter
from keyuan.trust.states import TONES, Reason, Standing

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.trust.models import Certificate


def _found(asked: Mapping[str, Any], viewer: Viewer, _on: date) -> QuerySet[Certificate]:
    return queries.listed(CertificateFilter(**asked), viewer=viewer, at=now())


def _standing(one: Certificate) -> Mark:
    found = rules.standing(not_before=one.not_before, not_after=one.not_after, revoked_at=one.revoked_at, at=now())
    return Mark(found.label, TONES[found])


CERTIFICATES = Listing(
    name="certificates",
    title=pgettext_lazy("页面", "客户证书"),
    icon="certificate",
    permissions=(Permission.KEEP_CERTIFICATES,),
    found=_found,
    address=lambda row: reverse("trust:certificate", args=[row.serial]),
    order="-made",
    tab="standing",
    tabs=(Tab("", gettext_lazy("全部")), *(Tab(one.value, one.label) for one in Standing)),
    filters=(
        Filter(name="q", label=gettext_lazy("客户号、姓名或序列号"), kind="text"),
        Filter(name="reason", label=gettext_lazy("注销原因"), choices=lambda _viewer: Reason.choices),
        Filter(name="since", label=gettext_lazy("办理日不早于"), kind="day", says=gettext_lazy("%(word)s起办理")),
        Filter(name="customer", label=gettext_lazy("客户"), kind="given", says=gettext_lazy("一位客户")),
    ),
    columns=(
        Column(
            name="name",
            label=gettext_lazy("客户"),
            value=lambda row: row.customer.name,
            note=lambda row: row.customer.number,
            sort="subject",
            unindexed=True,
        ),
        Column(
            name="number", label=gettext_lazy("客户号"), look="code", value=lambda row: row.customer.number, usual=False
        ),
        Column(name="device", label=gettext_lazy("设备"), value=lambda row: row.device),
        Column(name="serial", label=gettext_lazy("序列号"), look="code", value=lambda row: row.serial, usual=False),
        Column(name="state", label=gettext_lazy("状态"), look="chips", value=_standing),
        Column(name="made", label=gettext_lazy("办理时间"), look="moment", value=lambda row: row.not_before, sort="id"),
        Column(name="ends", label=gettext_lazy("到期"), look="day", value=lambda row: row.not_after, sort="not_after"),
        Column(
            name="revoked",
            label=gettext_lazy("注销时间"),
            look="moment",
            value=lambda row: row.revoked_at,
            note=lambda row: row.get_reason_display() if row.reason else "",
            sort="revoked_at",
            unindexed=True,
            nullable=True,
        ),
        Column(
            name="why",
            label=gettext_lazy("注销原因"),
            value=lambda row: row.get_reason_display() if row.reason else "",
            usual=False,
        ),
    ),
    nothing=Nothing(
        gettext_lazy("还没有客户办理证书"),
        gettext_lazy("客户登录后，在“我的证书”中自己办理；密钥在客户的设备里生成，员工和代理人都不能代办。"),
    ),
    template="trust/list.html",
    context=lambda request: {"company": queries.company_certificates(viewer=request.viewer).defer("der")},
)

listing = desk_list(CERTIFICATES)
