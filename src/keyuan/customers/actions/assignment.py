"""Which agent serves a customer, and which account is the customer's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import DateField, Q, Value
from django.db.models.functions import Greatest

from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.agents.queries import the_agent
from keyuan.customers import events
from keyuan.customers.access import actor_of, locked, require
from keyuan.customers.models import Assignment, PortalAccount
from keyuan.customers.portal import portal_digest
from keyuan.customers.queries.scope import visible
from keyuan.customers.refusals import AgentsDoNotAssign
from keyuan.customers.states import AssignmentKind
from keyuan.eventlog.actions import Line, record, record_many
from keyuan.kernel.clock import today

if TYPE_CHECKING:
    from keyuan.kernel.actor import Actor


@transaction.atomic
def assign_agent(
    customer_id: int,
    *,
    agent_id: int,
    by: Viewer | Actor,
    kind: AssignmentKind | str = AssignmentKind.SERVICING,
    on: date | None = None,
) -> Assignment:
    """The agent serves (or sold to) the customer from a day on. A customer has one servicing agent: the last one ends.

    An agent cannot hand customers over by themselves. Raises AgentsDoNotAssign, CustomerNotFound or AgentNotFound.
    """
    if isinstance(by, Viewer) and by.role == Role.AGENT:
        raise AgentsDoNotAssign
    customer = locked(customer_id, by=by)
    agent = the_agent(agent_id)
    day = on or today()
    kind = AssignmentKind(kind)
    in_force = Assignment.objects.filter(customer=customer, kind=kind, ends_on__isnull=True)
    held = in_force.filter(agent_id=agent_id).first()
    if held is not None:
        return held
    previous = in_force.select_related("agent").first() if kind == AssignmentKind.SERVICING else None
    if previous is not None:
        previous.ends_on = max(day, previous.starts_on)
        previous.save(update_fields=["ends_on"])
    assignment = Assignment.objects.create(customer=customer, agent_id=agent_id, kind=kind, starts_on=day)
    record(
        events.ASSIGNED,
        by=actor_of(by),
        customer_id=customer.pk,
        org_unit_id=customer.org_unit_id,
        subject=("agent", agent_id),
        payload={
            "agent_id": agent_id,
            "agent": str(agent),
            "kind": kind.value,
            "previous": None if previous is None else str(previous.agent),
        },
    )
    return assignment


@transaction.atomic
def assign_agents(customer_ids: Collection[int], *, agent_id: int, by: Viewer, on: date | None = None) -> list[int]:
    """The same for many customers at once, set by set: the agent serves those of them that are in scope from a day on.

    Returns those whose servicing agent changed; who has this agent already is left as they are. Raises AgentsDoNotAssign,
    NotPermitted or AgentNotFound.
    """
    if by.role == Role.AGENT:
        raise AgentsDoNotAssign
    require(by, Permission.EDIT_CUSTOMERS)
    agent, day = the_agent(agent_id), on or today()
    rows = visible(by).filter(pk__in=customer_ids).select_for_update(of=("self",)).order_by("pk")
    units = dict(rows.values_list("pk", "org_unit_id"))
    serving = Assignment.objects.filter(customer_id__in=units, kind=AssignmentKind.SERVICING, ends_on__isnull=True)
    previous = {one.customer_id: one for one in serving.select_related("agent")}
    changed = [key for key in units if key not in previous or previous[key].agent_id != agent_id]
    serving.filter(customer_id__in=changed).update(ends_on=Greatest("starts_on", Value(day, DateField())))
    made = [Assignment(customer_id=key, agent_id=agent_id, starts_on=day) for key in changed]
    Assignment.objects.bulk_create(made)
    told = {"agent_id": agent_id, "agent": str(agent), "kind": AssignmentKind.SERVICING.value}
    record_many(
        [
            Line(
                events.ASSIGNED,
                by.actor,
                key,
                units[key],
                ("agent", agent_id),
                {**told, "previous": str(previous[key].agent) if key in previous else None},
            )
            for key in changed
        ]
    )
    return changed


@transaction.atomic
def open_portal_account(customer_id: int, *, user_id: int, by: Viewer | Actor, mobile: str = "") -> PortalAccount:
    """The account is this customer's own from now on: signed in with it, they see themselves.

    ``mobile`` (normalised, shown by a code to be theirs) opens it; it is taken from any other account that had it.
    """
    customer = locked(customer_id, by=by, permission=Permission.EDIT_CUSTOMERS)
    given: dict[str, object] = {"user_id": user_id}
    if mobile:
        digest = portal_digest(mobile)
        held_by_others = PortalAccount.objects.filter(mobile_digest=digest).exclude(customer=customer)
        held_by_others.update(mobile=None, mobile_digest=None)
        given |= {"mobile": mobile, "mobile_digest": digest}
    account, created = PortalAccount.objects.update_or_create(customer=customer, defaults=given)
    if created:
        record(
            events.PORTAL_OPENED,
            by=actor_of(by),
            customer_id=customer.pk,
            org_unit_id=customer.org_unit_id,
            subject=("user", user_id),
        )
    return account


@transaction.atomic
def let_agents_help(until: Mapping[tuple[int, int], date], *, by: Viewer) -> int:
    """Let agents see customers whom they do not serve, for the work they were given: (customer, agent) → until when.

    Who serves the customer, or helps already for as long, is left as it is. Returns how many were let in; the caller,
    whose work it is, writes the log line. Customers out of the viewer's scope are passed over.
    """
    require(by, Permission.CONTACT_CUSTOMERS)
    day = today()
    seen = set(visible(by).filter(pk__in={customer for customer, _ in until}).values_list("pk", flat=True))
    held: dict[tuple[int, int], date | None] = {}
    in_force = Assignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), customer_id__in=seen)
    for customer_id, agent_id, ends_on in in_force.values_list("customer_id", "agent_id", "ends_on"):
        known = held.get((customer_id, agent_id), ends_on)
        held[customer_id, agent_id] = None if known is None or ends_on is None else max(known, ends_on)
    missing = [
        Assignment(customer_id=pair[0], agent_id=pair[1], kind=AssignmentKind.HELPING, starts_on=day, ends_on=last)
        for pair, last in until.items()
        if pair[0] in seen and last > day and not (pair in held and ((known := held[pair]) is None or known >= last))
    ]
    return len(Assignment.objects.bulk_create(missing))
