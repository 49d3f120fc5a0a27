"""Reading agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from keyuan.agents.models import Agent
from keyuan.agents.refusals import AgentNotFound

if TYPE_CHECKING:
    from datetime import date

    from keyuan.accounts.scope import Viewer


def agent_of_user(user_id: int | None) -> Agent | None:
    """The agent who signs in with this account, if any."""
    return None if user_id is None else Agent.objects.filter(user_id=user_id).first()


def visible(viewer: Viewer) -> QuerySet[Agent]:
    """Staff see the agents of their units, an agent sees themselves, everyone else nobody."""
    if not viewer.is_staff:
        return Agent.objects.none()
    if viewer.sees_whole_company:
        return Agent.objects.all()
    return Agent.objects.filter(
        Q(org_unit_id__in=viewer.unit_ids or ()) | Q(user_id=viewer.user_id, user__isnull=False)
    )


def active_agents(*, viewer: Viewer, on: date) -> QuerySet[Agent]:
    """The agents in scope who work for the company on a day, by code."""
    in_service = (Q(joined_on__isnull=True) | Q(joined_on__lte=on)) & (Q(left_on__isnull=True) | Q(left_on__gt=on))
    return visible(viewer).filter(in_service).select_related("org_unit").order_by("code")


def the_agent(agent_id: int) -> Agent:
    """One agent, whoever asks (a customer's own agent is no secret to who sees the customer); raises AgentNotFound."""
    agent = Agent.objects.select_related("org_unit").filter(pk=agent_id).first()
    if agent is None:
        raise AgentNotFound(field="agent")
    return agent


def agents_who_left(*, viewer: Viewer, on: date) -> QuerySet[Agent]:
    """The agents in scope who no longer work for the company on a day, the latest first."""
    return visible(viewer).filter(left_on__lte=on).select_related("org_unit").order_by("-left_on", "code")
