"""The catalogue as a list. Its rows are definitions, which no table holds; there are dozens of them, not millions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from keyuan.accounts.roles import Permission
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing
from keyuan.lists.views import desk_list
from keyuan.products import describing, queries
from keyuan.products.states import Line

if TYPE_CHECKING:
    from keyuan.accounts.access import SignedInRequest
    from keyuan.accounts.scope import Viewer
    from keyuan.products.queries import Offered

TONES = {"draft": "watch", "submitted": "now"}


def _found(asked: Mapping[str, Any], viewer: Viewer, _on: date) -> tuple[Offered, ...]:
    return queries.catalogue(viewer=viewer, **asked)


def _name(row: Offered) -> str:
    return row.code if row.definition is None else row.definition.name.said(get_language() or "")


def _covers(row: Offered) -> str:
    if row.definition is None:
        return ""
    mains = (one.name.said(get_language() or "") for one in row.definition.coverages if one.main)
    return describing.listed(mains)


def _on_sale(row: Offered) -> Mark:
    if row.definition is None:
        return Mark(_("停售"), "off")
    return Mark(_("第%(number)s版") % {"number": row.definition.version}, "good")


def _coming(row: Offered) -> tuple[Mark, ...]:
    if row.next is None:
        return ()
    number = _("第%(number)s版") % {"number": row.next.number}
    return (Mark(f"{number} {row.next.state.label}", TONES.get(row.next.state, "good")),)


def _around(request: SignedInRequest) -> dict[str, Any]:
    return {
        "waiting": queries.waiting(viewer=request.viewer),
        "may_define": request.viewer.may(Permission.DEFINE_PRODUCTS) and request.viewer.sees_whole_company,
        "may_ship": request.viewer.may(Permission.PUBLISH_PRODUCTS)
        and request.viewer.sees_whole_company
        and queries.is_empty(),
    }


PRODUCTS = Listing(
    name="products",
    title=pgettext_lazy("页面", "产品"),
    note=gettext_lazy(
        "每个产品由责任、期间、附加险、费率等积木组成；每一版从生效日起用于新业务，已出的报价沿用当时的版本。"
    ),
    icon="umbrella",
    permissions=(),
    found=_found,
    key=lambda row: row.code,
    address=lambda row: reverse("products:product", args=[row.code]),
    order="line",
    filters=(
        Filter(name="q", label=gettext_lazy("名称、代码或责任"), kind="text"),
        Filter(name="line", label=gettext_lazy("险种"), choices=lambda _viewer: Line.choices),
    ),
    columns=(
        Column(
            name="name",
            label=pgettext_lazy("页面", "产品"),
            value=_name,
            note=lambda row: row.code,
            sort="name",
        ),
        Column(
            name="code", label=gettext_lazy("代码"), look="code", value=lambda row: row.code, sort="code", usual=False
        ),
        Column(
            name="line",
            label=gettext_lazy("险种"),
            value=lambda row: str(Line(row.line).label) if row.line else "",
            sort="line",
        ),
        Column(name="covers", label=pgettext_lazy("产品", "责任"), value=_covers, wide=True),
        Column(
            name="span",
            label=gettext_lazy("保障期间"),
            value=lambda row: "" if row.definition is None else describing.spans(row.definition.terms.cover),
        ),
        Column(
            name="grade",
            label=gettext_lazy("适当性等级"),
            look="number",
            value=lambda row: None if row.definition is None else row.definition.suitability_grade,
            sort="grade",
        ),
        Column(name="on_sale", label=gettext_lazy("在售版本"), look="chips", value=_on_sale),
        Column(
            name="since",
            label=gettext_lazy("在售起始日"),
            look="day",
            value=lambda row: None if row.definition is None else row.definition.effective_from,
            sort="since",
            usual=False,
        ),
        Column(name="coming", label=gettext_lazy("在编版本"), look="chips", value=_coming),
    ),
    nothing=Nothing(
        gettext_lazy("还没有产品定义"), gettext_lazy("随附的产品可以一键载入；也可以从一份定义开始新产品。")
    ),
    template="products/list.html",
    context=_around,
)

catalogue = desk_list(PRODUCTS)
