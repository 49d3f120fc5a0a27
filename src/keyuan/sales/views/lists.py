"""The lists of quotes and of proposals: what they show, how they are narrowed and put into order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import today
from keyuan.kernel.wording import in_language
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing, Tab
from keyuan.lists.views import desk_list
from keyuan.products import queries as products
from keyuan.products.describing import mode
from keyuan.sales import queries
from keyuan.sales.queries import ProposalFilter, QuoteFilter

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.sales.models import Proposal, Quote

MINE = Filter(
    name="whose",
    label=gettext_lazy("谁做的"),
    choices=lambda _viewer: [("mine", _("我做的"))],
)


def _offered(viewer: Viewer) -> Iterable[tuple[str, str]]:
    language = get_language() or ""
    return [(row.code, definition.name.said(language)) for row, definition in products.on_sale(today(), viewer=viewer)]


def _quotes(asked: Mapping[str, Any], viewer: Viewer, on: date) -> QuerySet[Quote]:
    return queries.quotes_listed(QuoteFilter(**asked), viewer=viewer, on=on)


def _quote_rows(found: Sequence[Quote], _viewer: Viewer, on: date) -> Sequence[Any]:
    return queries.quote_rows(found, on=on, language=get_language() or "")


QUOTES = Listing(
    name="quotes",
    title=pgettext_lazy("页面", "报价"),
    icon="report-money",
    permissions=(Permission.SEE_CUSTOMERS,),
    found=_quotes,
    rows=_quote_rows,
    key=lambda row: row.id,
    address=lambda row: reverse("sales:quote", args=[row.id]),
    order="-made",
    tabs=(
        Tab("", gettext_lazy("全部")),
        Tab("valid", gettext_lazy("有效")),
        Tab("expired", gettext_lazy("已过期")),
    ),
    filters=(
        Filter(name="product", label=pgettext_lazy("页面", "产品"), choices=_offered),
        MINE,
        Filter(name="since", label=gettext_lazy("报价日不早于"), kind="day", says=gettext_lazy("%(word)s起")),
        Filter(name="until", label=gettext_lazy("报价日不晚于"), kind="day", says=gettext_lazy("到%(word)s")),
        Filter(name="customer", label=gettext_lazy("客户"), kind="given", says=gettext_lazy("一位客户")),
        Filter(name="prospect", label=pgettext_lazy("页面", "准客户"), kind="given", says=gettext_lazy("一位准客户")),
    ),
    columns=(
        Column(
            name="product",
            label=pgettext_lazy("页面", "产品"),
            value=lambda row: row.name,
            note=lambda row: f"{row.product} · {_('第%(number)s版') % {'number': row.version}}",
        ),
        Column(name="about", label=gettext_lazy("为谁"), value=lambda row: row.about),
        Column(
            name="each",
            label=gettext_lazy("每期保险费"),
            look="money",
            value=lambda row: row.premium,
            note=lambda row: mode(row.mode),
        ),
        Column(
            name="premium", label=gettext_lazy("年保险费"), look="money", value=lambda row: row.yearly, sort="yearly"
        ),
        Column(name="made", label=gettext_lazy("报价日"), look="day", value=lambda row: row.made_on, sort="made_at"),
        Column(
            name="until",
            label=gettext_lazy("有效期至"),
            look="day",
            value=lambda row: row.valid_until,
            note=lambda row: _("已过期") if row.expired else "",
            sort="valid_until",
        ),
        Column(name="maker", label=gettext_lazy("谁做的"), value=lambda row: row.maker),
        Column(name="branch", label=gettext_lazy("机构"), value=lambda row: row.branch, usual=False),
        Column(name="channel", label=gettext_lazy("渠道"), value=lambda row: row.channel, usual=False),
        Column(name="code", label=gettext_lazy("产品代码"), look="code", value=lambda row: row.product, usual=False),
    ),
    nothing=Nothing(
        gettext_lazy("还没有报价"),
        gettext_lazy("选一个产品，填几项，价格马上出来。"),
        lambda: reverse("sales:new_quote"),
        gettext_lazy("新报价"),
    ),
    template="sales/quotes/list.html",
)


def _proposals(asked: Mapping[str, Any], viewer: Viewer, _on: date) -> QuerySet[Proposal]:
    return queries.proposals_listed(ProposalFilter(**asked), viewer=viewer)


def _whom(row: Proposal) -> str:
    whom = row.customer or row.prospect
    return whom.name if whom else row.title or _("未具名")


def _opened(row: Proposal) -> Mark:
    if row.openings:
        return Mark(ngettext("打开过%(n)s次", "打开过%(n)s次", row.openings) % {"n": row.openings}, "good")
    return Mark(_("等客户打开"), "watch") if row.shared_at else Mark(_("未发送"), "off")


PROPOSALS = Listing(
    name="proposals",
    title=pgettext_lazy("页面", "计划书"),
    icon="file-dollar",
    permissions=(Permission.SEE_CUSTOMERS,),
    found=_proposals,
    address=lambda row: reverse("sales:proposal", args=[row.pk]),
    order="-made",
    tabs=(
        Tab("", gettext_lazy("全部")),
        Tab("unsent", gettext_lazy("未发送")),
        Tab("sent", gettext_lazy("已发送")),
        Tab("waiting", gettext_lazy("等客户打开")),
        Tab("opened", gettext_lazy("客户已打开")),
    ),
    filters=(
        Filter(name="text", label=gettext_lazy("姓名或标题"), kind="text"),
        MINE,
        Filter(name="since", label=gettext_lazy("制作日不早于"), kind="day", says=gettext_lazy("%(word)s起")),
        Filter(name="until", label=gettext_lazy("制作日不晚于"), kind="day", says=gettext_lazy("到%(word)s")),
    ),
    columns=(
        Column(name="whom", label=gettext_lazy("给谁"), value=_whom),
        Column(
            name="plans",
            label=gettext_lazy("方案"),
            value=lambda row: " · ".join(in_language(plan["name"], plan["name_en"]) for plan in row.plans),
            wide=True,
        ),
        Column(name="made", label=gettext_lazy("制作日"), look="day", value=lambda row: row.made_on, sort="made_at"),
        Column(name="state", label=gettext_lazy("状态"), look="chips", value=_opened),
        Column(
            name="opened",
            label=gettext_lazy("最近打开"),
            look="moment",
            value=lambda row: row.last_opened_at,
            sort="last_opened_at",
            unindexed=True,
            nullable=True,
        ),
        Column(
            name="until",
            label=gettext_lazy("有效期至"),
            look="day",
            value=lambda row: row.valid_until,
            sort="valid_until",
            usual=False,
        ),
        Column(
            name="shared", label=gettext_lazy("发送时间"), look="moment", value=lambda row: row.shared_at, usual=False
        ),
        Column(
            name="maker",
            label=gettext_lazy("制作人"),
            value=lambda row: "" if row.made_by is None else row.made_by.display_name or str(row.made_by),
        ),
        Column(
            name="branch",
            label=gettext_lazy("机构"),
            value=lambda row: "" if row.org_unit is None else row.org_unit.label,
            usual=False,
        ),
    ),
    nothing=Nothing(
        gettext_lazy("还没有计划书"),
        gettext_lazy("从客户页或这里开始一次需求沟通，几分钟就有一份可以现场调整的计划书。"),
        lambda: reverse("sales:new_proposal"),
        gettext_lazy("新的计划书"),
    ),
    template="sales/proposals/list.html",
)

quotes = desk_list(QUOTES)
proposals = desk_list(PROPOSALS)
