"""The list of contracts with enterprises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyuan.accounts.roles import Permission
from keyuan.customers import events, queries
from keyuan.customers.queries.companies import ContractFilter
from keyuan.customers.states import ContractKind, ContractStatus
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing
from keyuan.lists.views import desk_list

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.customers.models import Contract
    from keyuan.customers.queries.companies import ContractSeen

TONES = {
    ContractStatus.NOT_STARTED: "calm",
    ContractStatus.IN_FORCE: "good",
    ContractStatus.RENEWAL_DUE: "now",
    ContractStatus.ENDED: "off",
    ContractStatus.TERMINATED: "off",
}


def _found(asked: Mapping[str, Any], viewer: Viewer, on: date) -> QuerySet[Contract]:
    return queries.contracts(ContractFilter(**asked), viewer=viewer, on=on)


def _rows(found: Sequence[Contract], _viewer: Viewer, on: date) -> list[ContractSeen]:
    return [queries.contract_seen(row, on=on) for row in found]


CONTRACTS = Listing(
    name="contracts",
    title=pgettext_lazy("页面", "合同"),
    icon="file-check",
    permissions=(Permission.SEE_CUSTOMERS,),
    found=_found,
    rows=_rows,
    key=lambda row: row.id,
    address=lambda row: reverse("customers:contract", args=[row.id]),
    order="renewal_on",
    filters=(
        Filter(name="text", label=gettext_lazy("编号、名称或企业"), kind="text"),
        Filter(name="status", label=gettext_lazy("状态"), choices=lambda _viewer: ContractStatus.choices),
        Filter(name="kind", label=gettext_lazy("合同种类"), choices=lambda _viewer: ContractKind.choices),
        Filter(name="ends_before", label=gettext_lazy("到期日早于"), kind="day", says=gettext_lazy("%(word)s前到期")),
    ),
    columns=(
        Column(name="title", label=gettext_lazy("合同名称"), value=lambda row: row.title, note=lambda row: row.number),
        Column(
            name="number",
            label=gettext_lazy("合同编号"),
            look="code",
            value=lambda row: row.number,
            sort="number",
            unindexed=True,
            usual=False,
        ),
        Column(
            name="customer",
            label=gettext_lazy("企业"),
            value=lambda row: row.customer_name,
            address=lambda row: reverse("customer360:customer", args=[row.customer_number]),
            sort="customer__name_pinyin",
            unindexed=True,
            wide=True,
        ),
        Column(
            name="customer_number",
            label=gettext_lazy("客户号"),
            look="code",
            value=lambda row: row.customer_number,
            usual=False,
        ),
        Column(name="kind", label=gettext_lazy("合同种类"), value=lambda row: str(row.kind.label)),
        Column(
            name="state",
            label=gettext_lazy("状态"),
            look="chips",
            value=lambda row: Mark(row.status.label, TONES[row.status]),
        ),
        Column(
            name="starts_on",
            label=gettext_lazy("开始日期"),
            look="day",
            value=lambda row: row.starts_on,
            sort="starts_on",
            unindexed=True,
        ),
        Column(
            name="ends_on",
            label=gettext_lazy("结束日期"),
            look="day",
            value=lambda row: row.ends_on,
            sort="ends_on",
            nullable=True,
        ),
        Column(
            name="renewal_on",
            label=gettext_lazy("续签日期"),
            look="day",
            value=lambda row: row.renewal_on,
            sort="renewal_on",
            nullable=True,
        ),
        Column(
            name="amount",
            label=gettext_lazy("合同金额"),
            look="money",
            value=lambda row: None if row.amount is None else (row.amount, row.currency),
            sort="amount",
            unindexed=True,
            nullable=True,
        ),
    ),
    nothing=Nothing(gettext_lazy("没有符合条件的合同"), gettext_lazy("放宽筛选条件，或从企业客户的页面登记合同。")),
    exported=events.CONTRACTS_EXPORTED,
)

contracts = desk_list(CONTRACTS)
