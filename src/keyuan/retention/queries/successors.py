"""Who could take over a customer, and which hand-overs wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from keyuan.accounts import queries as accounts
from keyuan.accounts.scope import Viewer
from keyuan.agents import queries as agents
from keyuan.customers import queries as customers
from keyuan.kernel.clock import today
from keyuan.retention.models import HandOver

OFFERED = 6


@dataclass(frozen=True, slots=True)
class Successor:
    """An agent who could take over; ``serving`` customers already."""

    agent_id: int
    name: str
    unit: str
    serving: int
    joined_on: date | None


@dataclass(frozen=True, slots=True)
class Leaver:
    """An agent who left, with how many customers are left without anybody and how many have an open proposal."""

    agent_id: int
    name: str
    code: str
    unit: str
    left_on: date | None
    customers: int
    proposed: int


def successors_in(unit_id: int, *, viewer: Viewer) -> list[Successor]:
    """The working agents with an account of a unit, else of the nearest unit above that has any; least busy first."""
    on = today()
    able = agents.active_agents(viewer=viewer, on=on).filter(user__is_active=True)
    for unit_ids in accounts.units_upwards(unit_id):
        found = list(able.filter(org_unit_id__in=unit_ids))
        if found:
            loads = customers.served_counts([agent.pk for agent in found], viewer=viewer, on=on)
            told = [
                Successor(agent.pk, agent.name, agent.org_unit.label, loads.get(agent.pk, 0), agent.joined_on)
                for agent in found
            ]
            return sorted(told, key=lambda one: (one.serving, one.agent_id))
    return []


def leavers(*, viewer: Viewer, limit: int = 100) -> list[Leaver]:
    """The agents of the scope who left last and whose customers nobody serves yet."""
    on = today()
    gone = list(agents.agents_who_left(viewer=viewer, on=on)[:limit])
    ids = [agent.pk for agent in gone]
    orphans: dict[int, int] = {}
    for agent_id in customers.orphans_of(ids, viewer=viewer, on=on).values_list("agent_id", flat=True):
        orphans[agent_id] = orphans.get(agent_id, 0) + 1
    waiting: dict[int, int] = {}
    for agent_id in open_hand_overs(viewer=viewer).filter(former_id__in=ids).values_list("former_id", flat=True):
        waiting[agent_id] = waiting.get(agent_id, 0) + 1
    return [
        Leaver(
            agent.pk, agent.name, agent.code, agent.org_unit.label, agent.left_on, orphans[agent.pk],
            waiting.get(agent.pk, 0),
        )
        for agent in gone
        if agent.pk in orphans
    ]  # fmt: skip


def open_hand_overs(*, viewer: Viewer) -> QuerySet[HandOver]:
    """The hand-overs of the customers in scope that are not settled."""
    found = HandOver.objects.filter(confirmed_at__isnull=True)
    return found if viewer.sees_whole_company else found.filter(customer__in=customers.visible(viewer))


def hand_overs_from(agent_id: int, *, viewer: Viewer) -> Sequence[HandOver]:
    """The open hand-overs from one agent."""
    rows = open_hand_overs(viewer=viewer).filter(former_id=agent_id)
    return list(rows.select_related("customer", "proposed", "chosen").order_by("customer__name", "pk"))
