"""Who follows which prospects."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.agents.queries import active_agents
from keyuan.customers.refusals import AgentsDoNotAssign
from keyuan.eventlog.actions import record_many
from keyuan.kernel.clock import today
from keyuan.sales import events
from keyuan.sales.access import line, require
from keyuan.sales.models import Prospect
from keyuan.sales.queries.scope import visible
from keyuan.sales.refusals import NobodyChosen, OwnerOutsideScope


@transaction.atomic
def assign_prospects(prospect_ids: Sequence[int], *, agent_id: int, by: Viewer) -> int:
    """The agent follows these prospects from now on, in their unit; returns how many changed hands.

    Rows outside the viewer's scope are not touched. Raises AgentsDoNotAssign, NobodyChosen, OwnerOutsideScope.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    if by.role == Role.AGENT:
        raise AgentsDoNotAssign
    agent = active_agents(viewer=by, on=today()).filter(pk=agent_id).first()
    if agent is None:
        raise OwnerOutsideScope(field="agent")
    rows = visible(by).filter(pk__in=list(prospect_ids)).order_by("pk")
    chosen = list(rows.select_for_update(of=("self",)).select_related("owner"))
    if not chosen:
        raise NobodyChosen
    moved = [one for one in chosen if one.owner_id != agent.pk]
    lines = []
    for one in moved:
        payload = {"agent": str(agent), "agent_id": agent.pk, "previous": "" if one.owner is None else str(one.owner)}
        one.owner, one.org_unit_id = agent, agent.org_unit_id
        lines.append(line(events.ASSIGNED, one, by=by, payload=payload))
    Prospect.objects.bulk_update(moved, ["owner", "org_unit"], batch_size=500)
    record_many(lines)
    return len(moved)
