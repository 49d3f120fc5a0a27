"""Who can be given renewals: active accounts of the viewer's units, agents first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.lookups import IsNull

from keyuan.accounts import queries as accounts
from keyuan.accounts.roles import PERMISSIONS, Permission
from keyuan.accounts.scope import Viewer
from keyuan.agents import queries as agents
from keyuan.kernel.clock import today

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: How many a page offers at once; who looks for another types a name.
OFFERED = 40


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who may work on renewals; ``agent_id`` if they are an agent of the company."""

    user_id: int
    name: str
    unit_id: int
    unit: str
    agent_id: int | None


def helpers(
    *, viewer: Viewer, text: str = "", ids: Collection[int] | None = None, most: int | None = None
) -> list[Helper]:
    """Active staff who may contact customers: agents first, then by unit and name. Who has left is none of them.

    ``text``: what each word of it is part of: their name, their account or their unit's name. ``ids``: only these.
    """
    found = _named(_able(viewer=viewer), text)
    if ids is not None:
        found = found.filter(pk__in=ids)
    return [
        Helper(user.pk, str(user), user.org_unit_id, user.org_unit.label, user.working)
        for user in found.select_related("org_unit")[:most]
    ]


def offered(*, viewer: Viewer, text: str = "", keep: Collection[int] = ()) -> list[Helper]:
    """As many as a page shows at once: those to keep, then the first that ``text`` names."""
    kept = helpers(viewer=viewer, ids=keep) if keep else []
    found = helpers(viewer=viewer, text=text, most=OFFERED)
    return kept + [one for one in found if one not in kept]


def _able(*, viewer: Viewer) -> QuerySet[Any]:
    working = agents.active_agents(viewer=viewer, on=today()).filter(user__isnull=False).order_by()
    gone = agents.visible(viewer).filter(user__isnull=False).exclude(pk__in=working.values("pk"))
    roles = [role for role, may in PERMISSIONS.items() if Permission.CONTACT_CUSTOMERS in may]
    staff = accounts.colleagues(viewer=viewer).filter(role__in=roles, org_unit__isnull=False)
    return (
        staff.exclude(pk__in=gone.values("user_id"))
        .annotate(working=Subquery(working.filter(user_id=OuterRef("pk")).values("pk")[:1]))
        .order_by(IsNull(F("working"), True), "org_unit__path", "display_name", "username", "pk")
    )


def _named(found: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in text.split()[:4]:
        unit = Q(org_unit__name__icontains=word) | Q(org_unit__name_en__icontains=word)
        found = found.filter(Q(display_name__icontains=word) | Q(username__icontains=word) | unit)
    return found
