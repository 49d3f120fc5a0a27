"""How far somebody may decide alone. What the company has not set is as shipped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from keyuan.accounts import queries as accounts
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.underwriting.models import Authority
from keyuan.underwriting.rules import NOTHING, Limits

#: 虚拟公司的默认权限（一般知识），保险公司按自己的授权书设置。
SHIPPED = {
    Role.UNDERWRITER: Limits(Decimal(2_000_000), 100, may_decline=True),
    Role.MANAGER: Limits(Decimal(5_000_000), 200, may_decline=True),
}


def limits_of(viewer: Viewer, *, on: date) -> Limits:
    """What a viewer may decide alone on a day: what they were given in person, else their role; else nothing."""
    if not viewer.may(Permission.UNDERWRITE):
        return NOTHING
    own = Q(user_id=viewer.user_id) if viewer.user_id is not None else Q(pk__in=[])
    rows = Authority.objects.filter(own | Q(role=viewer.role), since__lte=on).order_by("-since", "-pk")
    found = sorted(rows, key=lambda row: row.user_id is None)
    return _limits(found[0]) if found else SHIPPED.get(Role(viewer.role), NOTHING)


def _limits(row: Authority) -> Limits:
    return Limits(row.most_sum, row.most_loading, may_decline=row.may_decline)


@dataclass(frozen=True, slots=True)
class Held:
    """The authority of a role or a person on a day."""

    role: str
    name: str
    user_id: int | None
    limits: Limits
    since: date | None
    given_by: str


def authorities(*, viewer: Viewer, on: date) -> list[Held]:
    """Who may decide how much on a day: the roles, then the people; to underwriters."""
    if not viewer.may(Permission.UNDERWRITE):
        return []
    newest: dict[tuple[str, int | None], Authority] = {}
    for row in Authority.objects.filter(since__lte=on).select_related("user").order_by("since", "pk"):
        newest[row.role, row.user_id] = row
    roles = [_role(role, newest.get((role, None)), shipped) for role, shipped in SHIPPED.items()]
    people = [
        Held("", str(row.user), row.user_id, _limits(row), row.since, row.given_by)
        for row in newest.values()
        if row.user is not None
    ]
    return [*roles, *sorted(people, key=lambda held: held.name)]


def _role(role: Role, row: Authority | None, shipped: Limits) -> Held:
    if row is None:
        return Held(role, str(role.label), None, shipped, None, "")
    return Held(role, str(role.label), None, _limits(row), row.since, row.given_by)


def people(*, viewer: Viewer) -> list[tuple[int, str]]:
    """Who can be given an authority of their own: the underwriters and managers that the viewer sees."""
    if not viewer.may(Permission.UNDERWRITE):
        return []
    found = accounts.colleagues(viewer=viewer).filter(role__in=list(SHIPPED))
    return [(user.pk, str(user)) for user in found[:500]]
