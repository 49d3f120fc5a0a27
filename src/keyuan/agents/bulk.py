"""Agents by their codes, for an imported book."""

from __future__ import annotations

from collections.abc import Collection

from keyuan.agents.models import Agent


def agent_ids(codes: Collection[str]) -> dict[str, int]:
    """The keys of the agents who bear these codes."""
    return dict(Agent.objects.filter(code__in=codes).values_list("code", "pk"))


def register_agents(codes: Collection[str], *, org_unit_id: int) -> dict[str, int]:
    """Enter agents of whom only the code is known; returns their keys. In the caller's transaction."""
    made = Agent.objects.bulk_create([Agent(code=code, name=code, org_unit_id=org_unit_id) for code in codes])
    return {agent.code: agent.pk for agent in made}
