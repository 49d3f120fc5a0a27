"""Who can be given renewals: active accounts of the viewer's units, agents first."""

from __future__ import annotations

from dataclasses import dataclass

from keyuan.accounts import queries as accounts
from keyuan.accounts.roles import PERMISSIONS, Permission
from keyuan.accounts.scope import Viewer
from keyuan.agents import queries as agents
from keyuan.kernel.clock import today


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who may work on renewals; ``agent_id`` if they are an agent of the company."""

    user_id: int
    name: str
    unit_id: int
    unit: str
    agent_id: int | None


def helpers(*, viewer: Viewer) -> list[Helper]:
    """Active staff who may contact customers, by unit and name. Agents who have left are none of them."""
    working = dict(
        agents.active_agents(viewer=viewer, on=today()).filter(user__isnull=False).values_list("user_id", "pk")
    )
    roles = [role for role, may in PERMISSIONS.items() if Permission.CONTACT_CUSTOMERS in may]
    staff = accounts.colleagues(viewer=viewer).filter(role__in=roles).select_related("org_unit")
    gone = set(agents.visible(viewer).filter(user__isnull=False).values_list("user_id", flat=True)) - set(working)
    found = [
        Helper(user.pk, str(user), user.org_unit.pk, user.org_unit.label, working.get(user.pk))
        for user in staff
        if user.org_unit is not None and user.pk not in gone
    ]
    return sorted(found, key=lambda one: (one.agent_id is None, one.unit, one.name, one.user_id))
