"""Customers whose agent left: a successor is proposed by rule, the customer may choose, the manager confirms."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import ngettext

from keyuan.accounts.access import require
from keyuan.accounts.queries import managers_over
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer, system_viewer
from keyuan.agents import queries as agents
from keyuan.customers import queries as customers
from keyuan.customers.actions import assign_agent
from keyuan.deadlines.parameters import parameter
from keyuan.eventlog.actions import Line, record, record_many
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now, today
from keyuan.retention import events, rules
from keyuan.retention.models import HandOver
from keyuan.retention.queries.successors import successors_in
from keyuan.retention.refusals import HandOverNotFound, LinkEnded, ManagersAssign, NoneChosen, NotASuccessor
from keyuan.servicedesk.actions import notify
from keyuan.servicedesk.states import NoticeKind

SALT = "keyuan.retention.successor"
DAY = 24 * 3600


def hand_over_orphans(agent_id: int, *, by: Viewer) -> int:
    """Propose a successor for every customer whom the agent, who has left, served last; how many are new.

    The rule: an agent of the customer's own unit, else of the nearest unit above that has any; whoever serves fewest.
    Customers with an open proposal keep it. Raises ManagersAssign, NotPermitted.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    if by.role == Role.AGENT:
        raise ManagersAssign
    with transaction.atomic():
        return _propose([agent_id], by=by)


def propose_for_all_who_left(*, by: Viewer | None = None) -> int:
    """The same for every agent who has left; managers are told. For the daily job."""
    viewer = system_viewer("retention") if by is None else by
    made = 0
    for agent in agents.agents_who_left(viewer=viewer, on=today()).iterator():
        with transaction.atomic():
            count = _propose([agent.pk], by=viewer)
            if count:
                made += count
                _tell_managers(agent.org_unit_id, agent.pk, agent.name, count, by=viewer)
    return made


def _propose(agent_ids: list[int], *, by: Viewer) -> int:
    orphans = list(customers.orphans_of(agent_ids, viewer=by, on=today()))
    held = set(
        HandOver.objects.filter(
            customer_id__in=[one.customer_id for one in orphans], confirmed_at__isnull=True
        ).values_list("customer_id", flat=True)
    )
    waiting: dict[int, list[int]] = defaultdict(list)
    former = {}
    for one in orphans:
        if one.customer_id not in held:
            waiting[one.customer.org_unit_id].append(one.customer_id)
            former[one.customer_id] = one.agent_id
    found = []
    for unit, people in sorted(waiting.items()):
        able = successors_in(unit, viewer=by)
        if able:
            turns = rules.shared_out(len(people), [(one.agent_id, one.serving) for one in able])
            found += [(unit, customer, agent) for customer, agent in zip(people, turns, strict=True)]
    made = HandOver.objects.bulk_create(
        [HandOver(customer_id=one, former_id=former[one], proposed_id=agent) for _, one, agent in found],
        ignore_conflicts=True,
    )
    names = dict(agents.visible(by).filter(pk__in={agent for *_, agent in found}).values_list("pk", "name"))
    record_many(
        [
            Line(
                events.HAND_OVER_PROPOSED,
                by.actor,
                customer_id=customer,
                org_unit_id=unit,
                subject=("agent", agent),
                payload={"proposed": names.get(agent, "")},
            )
            for unit, customer, agent in found
        ]
    )
    return len(made)


def _tell_managers(unit: int, agent_id: int, name: str, count: int, *, by: Viewer) -> None:
    def words() -> str:
        told = ngettext("%(name)s离职，%(count)s位客户待交接", "%(name)s离职，%(count)s位客户待交接", count)
        return told % {"name": name, "count": count}

    people = managers_over([unit]).get(unit, [])
    address = reverse("retention:hand_over", args=[agent_id])
    notify(people, title=lazy(words, str)(), url=address, kind=NoticeKind.HAND_OVER, by=by)


@transaction.atomic
def confirm_hand_overs(
    hand_over_ids: Collection[int], *, successors: Mapping[int, int] | None = None, by: Viewer
) -> int:
    """Let the successors serve from today: whom the customer chose, else whom the manager names (hand-over → agent), else
    the proposed. Returns how many. Raises NoneChosen, HandOverNotFound, NotASuccessor, ManagersAssign, NotPermitted."""
    require(by, Permission.EDIT_CUSTOMERS)
    if by.role == Role.AGENT:
        raise ManagersAssign
    if not hand_over_ids:
        raise NoneChosen
    named = successors or {}
    rows = list(
        HandOver.objects.select_for_update(of=("self",))
        .select_related("customer", "former")
        .filter(pk__in=hand_over_ids, confirmed_at__isnull=True, customer__in=customers.visible(by))
        .order_by("pk")
    )
    if len(rows) != len(set(hand_over_ids)):
        raise HandOverNotFound
    able = {agent.pk: agent for agent in agents.active_agents(viewer=by, on=today())}
    given: Counter[int] = Counter()
    for row in rows:
        agent_id = row.chosen_id or named.get(row.pk) or row.proposed_id
        if agent_id not in able:
            raise NotASuccessor(field="successor")
        _settle(row, agent_id, by=by)
        given[agent_id] += 1
    for agent_id, count in given.items():
        _tell_successor(able[agent_id].user_id, count, by=by)
    return len(rows)


def _settle(row: HandOver, agent_id: int, *, by: Viewer) -> None:
    assign_agent(row.customer_id, agent_id=agent_id, by=by)
    row.successor_id, row.confirmed_at, row.confirmed_by_id = agent_id, now(), by.user_id
    row.save(update_fields=["successor", "confirmed_at", "confirmed_by"])
    successor = agents.the_agent(agent_id)
    record(
        events.HANDED_OVER,
        by=by.actor,
        customer_id=row.customer_id,
        org_unit_id=row.customer.org_unit_id,
        subject=("agent", agent_id),
        payload={
            "former": str(row.former),
            "successor": str(successor),
            "chosen_by_customer": row.chosen_id == agent_id,
        },
    )


def _tell_successor(user_id: int | None, count: int, *, by: Viewer) -> None:
    def words() -> str:
        return ngettext("%(count)s位客户交接给您", "%(count)s位客户交接给您", count) % {"count": count}

    if user_id is not None:
        address = reverse("customer360:list")
        notify([user_id], title=lazy(words, str)(), url=address, kind=NoticeKind.HAND_OVER, by=by)


# -- the customer's own choice ------------------------------------------------------------------------------------------


def link_token(hand_over: HandOver) -> str:
    """What the link for the customer carries: the hand-over, signed for this purpose and this day."""
    return signing.dumps(hand_over.pk, salt=SALT)


def hand_over_of(token: str) -> HandOver:
    """The hand-over that a link opens; raises LinkEnded if it is wrong, too old, or has been answered."""
    days = parameter("successor.answer_days", on=today()).number
    try:
        key = signing.loads(token, salt=SALT, max_age=days * DAY)
    except signing.BadSignature:
        raise LinkEnded from None
    found = (
        HandOver.objects.select_related("customer__person", "proposed").filter(pk=key, chosen_at__isnull=True).first()
    )
    if found is None:
        raise LinkEnded
    return found


@transaction.atomic
def choose_successor(token: str, *, agent_id: int) -> HandOver:
    """The customer's answer: once, from those who are offered. If the manager has settled it already, it is settled anew.

    The link itself is the permission. Raises LinkEnded, NotASuccessor.
    """
    key = hand_over_of(token).pk
    row = HandOver.objects.select_for_update(of=("self",)).select_related("customer", "former").get(pk=key)
    if row.chosen_at is not None:
        raise LinkEnded
    viewer = system_viewer("retention")
    offered = {one.agent_id for one in successors_in(row.customer.org_unit_id, viewer=viewer)}
    if agent_id not in offered | {row.proposed_id}:
        raise NotASuccessor(field="agent")
    row.chosen_id, row.chosen_at = agent_id, now()
    row.save(update_fields=["chosen", "chosen_at"])
    record(
        events.SUCCESSOR_CHOSEN,
        by=Actor(kind="customer", id="", name=row.customer.name),
        customer_id=row.customer_id,
        org_unit_id=row.customer.org_unit_id,
        subject=("agent", agent_id),
        payload={"chosen": str(agents.the_agent(agent_id)), "by_link": True},
    )
    if row.confirmed_at is not None and row.successor_id != agent_id:
        _settle(row, agent_id, by=viewer)
    return row
