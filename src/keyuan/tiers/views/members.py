"""The list of members by tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import today
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing, Tab
from keyuan.lists.views import desk_list
from keyuan.tiers import events, queries
from keyuan.tiers.queries import MemberFilter
from keyuan.tiers.states import Cause, LadderCode

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.access import SignedInRequest
    from keyuan.accounts.scope import Viewer
    from keyuan.tiers.models import Membership


@dataclass(frozen=True, slots=True)
class Row:
    """A member with where they stand now."""

    held: Membership
    tier: str
    would_fall: bool
    converted: Any
    contribution: Any

    @property
    def pk(self) -> int:
        return self.held.pk


def _found(asked: Mapping[str, Any], viewer: Viewer, on: date) -> QuerySet[Membership]:
    return queries.with_customers(queries.members(MemberFilter(**asked), viewer=viewer, on=on))


def _rows(found: Sequence[Membership], viewer: Viewer, _on: date) -> list[Row]:
    sees = viewer.may(Permission.SEE_INSIGHT)
    rows = []
    for held in found:
        standing = getattr(held.customer, "tier_standing", None)
        name = queries.said(queries.ladder_of(held.ladder, held.rules).tier(held.level).name)
        rows.append(
            Row(
                held,
                name,
                standing is not None and standing.level < held.level,
                None if standing is None else standing.converted,
                standing.contribution if standing is not None and sees else None,
            )
        )
    return rows


def _levels(_viewer: Viewer) -> list[tuple[str, str]]:
    """The levels of all ladders; where two ladders have one, both names."""
    names: dict[int, list[str]] = {}
    for ladder in queries.ladders(on=today()).values():
        for tier in ladder.tiers:
            if tier.level:
                names.setdefault(tier.level, []).append(queries.said(tier.name))
    return [(str(level), " / ".join(dict.fromkeys(told))) for level, told in sorted(names.items())]


def _context(request: SignedInRequest) -> dict[str, Any]:
    return {"last_review": queries.last_review(viewer=request.viewer)}


MEMBERS = Listing(
    name="members",
    title=pgettext_lazy("页面", "客户等级"),
    note=gettext_lazy("达到标准当天升级；会员年度结束时才会调整。等级不影响任何法定服务的时限。"),
    icon="star",
    permissions=(Permission.SEE_CUSTOMERS,),
    found=_found,
    rows=_rows,
    address=lambda row: reverse("tiers:customer", args=[row.held.customer_id]),
    order="-level",
    tab="review",
    tabs=(
        Tab("", gettext_lazy("全部会员")),
        Tab("soon", gettext_lazy("60天内重新评定"), "year_ends_on"),
        Tab("falling", gettext_lazy("现在评定会下降的"), "year_ends_on"),
    ),
    exported=events.MEMBERS_EXPORTED,
    template="tiers/members.html",
    context=_context,
    filters=(
        Filter(name="text", label=gettext_lazy("客户号，或姓名的开头"), kind="text"),
        Filter(name="level", label=gettext_lazy("等级"), choices=_levels),
        Filter(name="kind", label=gettext_lazy("客户类型"), choices=lambda _viewer: LadderCode.choices),
        Filter(name="cause", label=gettext_lazy("本年度由来"), choices=lambda _viewer: Cause.choices),
        Filter(name="since", label=gettext_lazy("本年度起不早于"), kind="day", says=gettext_lazy("%(word)s起")),
    ),
    columns=(
        Column(
            name="name",
            label=gettext_lazy("客户"),
            value=lambda row: row.held.customer.name,
            note=lambda row: row.held.customer.number,
            sort="customer__name",
            unindexed=True,
        ),
        Column(
            name="level",
            label=gettext_lazy("等级"),
            look="chips",
            value=lambda row: Mark(row.tier, "calm"),
            sort="level",
        ),
        Column(
            name="converted",
            label=gettext_lazy("现在的折标保费"),
            look="money",
            value=lambda row: row.converted,
        ),
        Column(
            name="reached_with",
            label=gettext_lazy("评定时的折标保费"),
            look="money",
            value=lambda row: row.held.converted,
            sort="converted",
            usual=False,
        ),
        Column(
            name="contribution",
            label=gettext_lazy("贡献度"),
            look="money",
            value=lambda row: row.contribution,
        ),
        Column(name="starts_on", label=gettext_lazy("本年度起"), look="day", value=lambda row: row.held.starts_on),
        Column(
            name="year_ends_on",
            label=gettext_lazy("下次评定"),
            look="day",
            value=lambda row: row.held.year_ends_on,
            sort="year_ends_on",
        ),
        Column(
            name="outlook",
            label=gettext_lazy("如现在评定"),
            look="chips",
            value=lambda row: Mark(gettext_lazy("会下降"), "watch") if row.would_fall else None,
        ),
        Column(
            name="cause",
            label=gettext_lazy("本年度由来"),
            value=lambda row: Cause(row.held.cause).label,
            usual=False,
        ),
        Column(
            name="branch",
            label=gettext_lazy("机构"),
            value=lambda row: row.held.customer.org_unit.label,
            usual=False,
        ),
    ),
    nothing=Nothing(
        gettext_lazy("还没有会员"),
        gettext_lazy("每天夜里评定全部客户；也可以运行 keyuan tiers review。"),
    ),
)

members = desk_list(MEMBERS)
