"""The list of what members have redeemed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import today
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing
from keyuan.lists.views import desk_list
from keyuan.tiers import events, queries

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.tiers.models import Redemption

TAKEN = Mark(gettext_lazy("已领取"), "good")
GIVEN_BACK = Mark(gettext_lazy("已退回"), "off")


@dataclass(frozen=True, slots=True)
class Row:
    """A redemption with what it is called."""

    one: Redemption
    benefit: str
    tier: str

    @property
    def pk(self) -> int:
        return self.one.pk


def _found(asked: Mapping[str, Any], viewer: Viewer, _on: date) -> QuerySet[Redemption]:
    wanted: dict[str, Any] = {"text": "", "benefit": "", "state": "", "since": None, **asked}
    return queries.redeemed_by(viewer=viewer, **wanted).select_related("customer")


def _rows(found: Sequence[Redemption], _viewer: Viewer, _on: date) -> list[Row]:
    rows = []
    for one in found:
        ladder, benefit = queries.ladder_of(one.ladder, one.rules), queries.benefit_named(one)
        name = one.benefit if benefit is None else queries.said(benefit.name)
        rows.append(Row(one, name, queries.said(ladder.tier(one.level).name)))
    return rows


def _benefits(_viewer: Viewer) -> list[tuple[str, str]]:
    found = {
        one.code: queries.said(one.name) for ladder in queries.ladders(on=today()).values() for one in ladder.benefits
    }
    return sorted(found.items())


REDEMPTIONS = Listing(
    name="redemptions",
    title=gettext_lazy("权益领取记录"),
    icon="gift",
    permissions=(Permission.SEE_CUSTOMERS,),
    found=_found,
    rows=_rows,
    address=lambda row: reverse("tiers:customer", args=[row.one.customer_id]) + "#benefits",
    order="-on",
    exported=events.MEMBERS_EXPORTED,
    filters=(
        Filter(name="text", label=gettext_lazy("领取编号，或姓名的开头"), kind="text"),
        Filter(name="benefit", label=gettext_lazy("权益"), choices=_benefits),
        Filter(
            name="state",
            label=gettext_lazy("状态"),
            choices=lambda _viewer: [("taken", TAKEN.word), ("back", GIVEN_BACK.word)],
        ),
        Filter(name="since", label=gettext_lazy("领取日不早于"), kind="day", says=gettext_lazy("%(word)s起")),
    ),
    columns=(
        Column(name="code", label=gettext_lazy("领取编号"), look="code", value=lambda row: row.one.code),
        Column(name="customer", label=gettext_lazy("客户"), value=lambda row: row.one.customer.name),
        Column(name="benefit", label=gettext_lazy("权益"), value=lambda row: row.benefit),
        Column(name="tier", label=gettext_lazy("当时等级"), value=lambda row: row.tier),
        Column(name="on", label=gettext_lazy("领取日"), look="day", value=lambda row: row.one.on, sort="on"),
        Column(
            name="state",
            label=gettext_lazy("状态"),
            look="chips",
            value=lambda row: TAKEN if row.one.given_back_at is None else GIVEN_BACK,
        ),
        Column(name="by", label=gettext_lazy("经手人"), value=lambda row: row.one.by_name),
        Column(
            name="note", label=gettext_lazy("备注"), value=lambda row: row.one.note or row.one.given_back_why, wide=True
        ),
    ),
    nothing=Nothing(gettext_lazy("还没有人领取"), gettext_lazy("在客户的等级页领取；客户也可以自己领取。")),
)

redemptions = desk_list(REDEMPTIONS)
