"""Who is insured under a group policy, on any day; and under which group policies somebody is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OrderBy, OuterRef, Q, QuerySet, Sum

from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.registry import digest_of
from keyuan.customers.standards import candidates
from keyuan.customers.states import IdentifierKind
from keyuan.policies.members.rules import Membership
from keyuan.policies.models import GroupMember, MemberList, Policy, PolicyFact
from keyuan.policies.queries.scope import the_policy, visible
from keyuan.policies.refusals import MemberListNotFound, MemberNotFound, NotAGroupPolicy
from keyuan.policies.states import ENDINGS, ServiceItem
from keyuan.products.states import Line

NOTHING = Decimal("0.00")
SORTS = {
    "name": ("name", "id"),
    "staff_number": ("staff_number", "id"),
    "plan": ("plan", "name", "id"),
    "premium": ("premium", "id"),
    "sum_insured": ("sum_insured", "id"),
    "joined_on": ("joined_on", "id"),
    "left_on": ("left_on", "id"),
}
LISTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """What the list of members is narrowed to. ``state``: on (insured on the day), left, coming, or all."""

    text: str = ""
    state: str = "on"
    plan: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class PlanCount:
    """A plan with its members on the day."""

    plan: str
    count: int
    premium: Decimal


class MonthOfChanges(NamedTuple):
    """What happened to the members in a month; premiums are yearly ones."""

    month: date
    joined: int
    joined_premium: Decimal
    left: int
    left_premium: Decimal
    moved: int


class GroupCover(NamedTuple):
    """Somebody's cover under a group policy. ``open``: whether the viewer may see that policy."""

    policy_id: int
    number: str
    product: str
    product_en: str
    holder: str
    plan: str
    sum_insured: Decimal | None
    currency: str
    joined_on: date
    left_on: date | None
    open: bool


def visible_members(viewer: Viewer) -> QuerySet[GroupMember]:
    """The members of the policies in the viewer's scope: whoever sees the holder."""
    if viewer.sees_whole_company:
        return GroupMember.objects.all()
    return GroupMember.objects.filter(customer__in=customers.visible(viewer))


def the_group_policy(policy_id: int, *, viewer: Viewer) -> Policy:
    """A group policy; raises PolicyNotFound, NotAGroupPolicy."""
    policy = the_policy(policy_id, viewer=viewer)
    if policy.product.line != Line.GROUP:
        raise NotAGroupPolicy(policy=policy.number)
    return policy


def members_of(
    policy_id: int, wanted: MemberFilter | None = None, *, viewer: Viewer, on: date
) -> QuerySet[GroupMember]:
    """The members that fit, in order; a text finds by name, staff number, ID number or mobile."""
    chosen = wanted or MemberFilter()
    rows = visible_members(viewer).filter(policy_id=policy_id)
    if chosen.state == "on":
        rows = rows.filter(insured_on(on))
    elif chosen.state == "left":
        rows = rows.filter(left_on__lte=on, left_as=ServiceItem.ZT)
    elif chosen.state == "coming":
        rows = rows.filter(joined_on__gt=on)
    if chosen.plan:
        rows = rows.filter(plan=chosen.plan)
    if chosen.text.strip():
        rows = rows.filter(_text(chosen.text.strip()))
    return rows.select_related("insured").order_by(*_order(chosen.sort))


def insured_on(on: date) -> Q:
    """Whose cover holds on the day: they are on the list, and the policy has not ended."""
    listed = Q(joined_on__lte=on) & (Q(left_on__isnull=True) | Q(left_on__gt=on))
    ended = PolicyFact.objects.filter(policy_id=OuterRef("policy_id"), kind__in=ENDINGS, on__lte=on)
    return listed & (Q(policy__ends_on__isnull=True) | Q(policy__ends_on__gt=on)) & ~Q(Exists(ended))


def over_on(policy: Policy, on: date) -> bool:
    """Whether the policy has ended by the day, and the cover of its members with it."""
    return bool(policy.ends_on and policy.ends_on <= on) or policy.facts.filter(kind__in=ENDINGS, on__lte=on).exists()


def membership(policy_id: int, *, viewer: Viewer, on: date) -> Membership:
    """How many are insured on the day, for what yearly premium and sum."""
    held = visible_members(viewer).filter(insured_on(on), policy_id=policy_id)
    count, premium, insured = held.aggregate(c=Count("pk"), p=Sum("premium"), s=Sum("sum_insured")).values()
    return Membership(count, premium or NOTHING, insured or NOTHING)


def memberships(policy_ids: Iterable[int], *, viewer: Viewer, on: date) -> dict[int, Membership]:
    """The same for several policies at once; a policy without members is not there."""
    held = visible_members(viewer).filter(insured_on(on), policy_id__in=list(policy_ids)).values("policy_id")
    summed = held.annotate(c=Count("pk"), p=Sum("premium"), s=Sum("sum_insured")).order_by("policy_id")
    return {row["policy_id"]: Membership(row["c"], row["p"] or NOTHING, row["s"] or NOTHING) for row in summed}


def plans_of(policy_id: int, *, viewer: Viewer, on: date) -> list[PlanCount]:
    """The plans with members on the day, the largest first."""
    held = visible_members(viewer).filter(insured_on(on), policy_id=policy_id).values_list("plan")
    summed = held.annotate(c=Count("pk"), p=Sum("premium")).order_by("-c", "plan")
    return [PlanCount(plan, count, premium or NOTHING) for plan, count, premium in summed]


def changes_of(policy_id: int, *, viewer: Viewer, on: date, months: int = 24) -> list[MonthOfChanges]:
    """Who joined, left and changed terms, by month, the latest first; what is agreed for later is there as well."""
    rows = visible_members(viewer).filter(policy_id=policy_id)
    by_month: dict[date, list[Any]] = {}
    for joined_on, joined_as, left_on, left_as, premium in rows.values_list(
        "joined_on", "joined_as", "left_on", "left_as", "premium"
    ):
        entry = by_month.setdefault(joined_on.replace(day=1), [0, NOTHING, 0, NOTHING, 0])
        if joined_as == ServiceItem.NI:
            entry[0] += 1
            entry[1] += premium or NOTHING
        else:
            entry[4] += 1
        if left_on is not None and left_as == ServiceItem.ZT:
            gone = by_month.setdefault(left_on.replace(day=1), [0, NOTHING, 0, NOTHING, 0])
            gone[2] += 1
            gone[3] += premium or NOTHING
    return [MonthOfChanges(month, *by_month[month]) for month in sorted(by_month, reverse=True)[:months]]


def the_member(member_id: int, *, viewer: Viewer) -> GroupMember:
    """One member with their policy; raises MemberNotFound."""
    found = visible_members(viewer).select_related("policy", "policy__product").filter(pk=member_id).first()
    if found is None:
        raise MemberNotFound
    return found


def members_named(text: str, *, viewer: Viewer, limit: int = 10) -> list[GroupMember]:
    """Members in scope whose ID number or mobile the text is, each with policy and holder: one index probe a reading."""
    digests = _digests(text)
    if not digests or limit < 1:
        return []
    rows = visible_members(viewer).filter(Q(id_digest__in=digests) | Q(mobile_digest__in=digests))
    return list(rows.select_related("policy", "customer").order_by(F("left_on").desc(nulls_first=True), "-id")[:limit])


def group_covers_of(customer_id: int, *, viewer: Viewer, on: date) -> list[GroupCover]:
    """The group cover of a person in scope on the day: by their record, or by their ID number if nobody linked it yet."""
    if not customers.visible(viewer).filter(pk=customer_id).exists():
        return []
    held = [
        bytes(one.digest)
        for one in customers.identifiers_of(customer_id, viewer=viewer)
        if one.kind == IdentifierKind.ID_NUMBER and one.ended_on is None
    ]
    rows = GroupMember.objects.filter(Q(insured_id=customer_id) | Q(id_digest__in=held), insured_on(on))
    rows = rows.select_related("policy__product", "policy__customer").order_by("joined_on", "id")
    found = list(rows)
    seen = set(visible(viewer).filter(pk__in=[row.policy_id for row in found]).values_list("pk", flat=True))
    return [
        GroupCover(
            row.policy_id,
            row.policy.number,
            row.policy.product.name,
            row.policy.product.name_en,
            row.policy.customer.name,
            row.plan,
            row.sum_insured,
            row.policy.currency,
            row.joined_on,
            row.left_on,
            row.policy_id in seen,
        )
        for row in found
    ]


def the_member_list(member_list_id: int, *, viewer: Viewer) -> MemberList:
    """A list that came as a file; raises MemberListNotFound."""
    found = _lists(viewer).select_related("file", "policy__product").filter(pk=member_list_id).first()
    if found is None:
        raise MemberListNotFound
    return found


def member_lists_of(policy_id: int, *, viewer: Viewer) -> list[MemberList]:
    """The latest lists of a policy."""
    rows = _lists(viewer).filter(policy_id=policy_id).select_related("file").defer("rejects")
    return list(rows.order_by("-id")[:LISTS_SHOWN])


def _lists(viewer: Viewer) -> QuerySet[MemberList]:
    if viewer.sees_whole_company:
        return MemberList.objects.all()
    return MemberList.objects.filter(customer__in=customers.visible(viewer))


def _digests(text: str) -> list[bytes]:
    kinds = (IdentifierKind.ID_NUMBER, IdentifierKind.MOBILE)
    return [digest_of(kind, value) for kind, value in candidates(text) if kind in kinds]


def _text(text: str) -> Q:
    found = Q(name__icontains=text) | Q(staff_number__iexact=text)
    digests = _digests(text)
    return found | Q(id_digest__in=digests) | Q(mobile_digest__in=digests) if digests else found


def _order(sort: str) -> tuple[str | OrderBy, ...]:
    columns = SORTS.get(sort.removeprefix("-"))
    if columns is None:
        return ("name", "id")
    if sort.startswith("-"):
        return tuple(F(column).desc(nulls_last=True) for column in columns)
    return tuple(F(column).asc(nulls_last=True) for column in columns)
