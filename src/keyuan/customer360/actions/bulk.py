"""Work on many customers: over a selection at once, over a whole large result by the worker, batch after batch."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.agents import queries as agents
from keyuan.agents.refusals import AgentNotFound
from keyuan.customer360 import events
from keyuan.customer360.actions.kept import account_of, make_list
from keyuan.customer360.actions.marking import add_to_list, tag_customers, untag_customers
from keyuan.customer360.conditions import Condition, as_json
from keyuan.customer360.models import BulkRun
from keyuan.customer360.queries import asking, kept
from keyuan.customer360.refusals import DueMissing, NobodyChosen, TooManyChosen, UnknownAction
from keyuan.customer360.states import BulkKind, BulkState
from keyuan.customers import queries as customers
from keyuan.customers.actions import assign_agents
from keyuan.customers.refusals import AgentsDoNotAssign
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import COMPANY_ZONE, now, today
from keyuan.kernel.refusals import Refusal
from keyuan.servicedesk.actions import create_tasks
from keyuan.servicedesk.refusals import TitleMissing

BATCH = 1_000
MOST_CHOSEN = 1_000
AT_ONCE = 1_000
END_OF_WORK = time(18, 0)


def start_bulk(
    kind: str,
    given: dict[str, Any],
    *,
    by: Viewer,
    chosen: Collection[int] | None = None,
    condition: Condition | None = None,
) -> BulkRun:
    """Do ``kind`` to the ``chosen`` customers, or to everybody for whom the ``condition`` holds.

    Up to ``AT_ONCE`` customers it is done when this returns; more are left to the worker (state WAITING). Customers out
    of scope are not touched. Raises what the action refuses, NobodyChosen or TooManyChosen.
    """
    if kind not in BulkKind.values:
        raise UnknownAction(field="kind")
    if chosen is not None and len(chosen) > MOST_CHOSEN:
        raise TooManyChosen(most=MOST_CHOSEN)
    keys = list(chosen) if chosen is not None else []
    if condition is not None:
        keys = asking.ids(condition, viewer=by, on=today())
    if not keys:
        raise NobodyChosen(field="picked")
    told = {} if condition is None else as_json(condition)
    with transaction.atomic():
        ready = checked(BulkKind(kind), given, by=by)
        run = BulkRun.objects.create(
            owner_id=account_of(by), kind=kind, given=ready, condition=told, keys=keys, total=len(keys)
        )
        if len(keys) <= AT_ONCE:
            carry_out(run, by=by)
    return run


def checked(kind: BulkKind, given: dict[str, Any], *, by: Viewer) -> dict[str, Any]:
    """What the action needs, looked at once before anything is done; raises what it would refuse."""
    match kind:
        case BulkKind.ASSIGN:
            require(by, Permission.EDIT_CUSTOMERS)
            if by.role == Role.AGENT:
                raise AgentsDoNotAssign
            agent = agents.active_agents(viewer=by, on=today()).filter(code=str(given.get("agent", "")).strip()).first()
            if agent is None:
                raise AgentNotFound(field="agent")
            return {"agent_id": agent.pk}
        case BulkKind.TASK:
            require(by, Permission.CONTACT_CUSTOMERS)
            return _task(given)
        case BulkKind.LIST:
            require(by, Permission.SEE_CUSTOMERS)
            key = given.get("list")
            chosen = kept.the_list(int(key), viewer=by) if key else make_list(str(given.get("new_list", "")), by=by)
            return {"list_id": chosen.pk}
    require(by, Permission.EDIT_CUSTOMERS)
    return {"tag": str(given.get("tag", ""))}


def _task(given: dict[str, Any]) -> dict[str, Any]:
    title = str(given.get("title", "")).strip()
    if not title:
        raise TitleMissing(field="title")
    try:
        due = date.fromisoformat(str(given.get("due", "")))
    except ValueError:
        raise DueMissing(field="due") from None
    return {"title": title[:120], "due": due.isoformat(), "to": "agent" if given.get("to") == "agent" else "me"}


def carry_out(run: BulkRun, *, by: Viewer) -> None:
    """Do what is left of a run, a batch a transaction; what is refused stands in a large run, and is raised from a small."""
    run.state = BulkState.RUNNING
    run.save(update_fields=["state"])
    try:
        while run.done < len(run.keys):
            with transaction.atomic():
                batch = run.keys[run.done : run.done + BATCH]
                run.changed += len(_do(BulkKind(run.kind), run.given, batch, by))
                run.done += len(batch)
                run.save(update_fields=["done", "changed"])
    except Refusal as refusal:
        if len(run.keys) <= AT_ONCE:
            raise
        run.refusal = refusal.as_dict()
    _end(run, by)


def _end(run: BulkRun, by: Viewer) -> None:
    with transaction.atomic():
        run.state = BulkState.REFUSED if run.refusal else BulkState.DONE
        run.ended_at = now()
        run.keys = []
        run.save(update_fields=["state", "ended_at", "refusal", "keys"])
        payload = {"kind": run.kind, "customers": run.done, "changed": run.changed, "condition": run.condition}
        record(events.BULK_DONE, by=by.actor, subject=("bulk", run.pk), payload=payload)


def _do(kind: BulkKind, given: dict[str, Any], keys: list[int], by: Viewer) -> list[int]:
    match kind:
        case BulkKind.ASSIGN:
            return assign_agents(keys, agent_id=given["agent_id"], by=by)
        case BulkKind.TAG:
            return tag_customers(keys, name=given["tag"], by=by)
        case BulkKind.UNTAG:
            return untag_customers(keys, name=given["tag"], by=by)
        case BulkKind.LIST:
            return add_to_list(keys, list_id=given["list_id"], by=by)
    due = datetime.combine(date.fromisoformat(given["due"]), END_OF_WORK, tzinfo=COMPANY_ZONE)
    owners = _serving_users(keys, by) if given["to"] == "agent" else None
    return create_tasks(keys, title=given["title"], due_at=due, owners=owners, by=by)


def _serving_users(keys: list[int], by: Viewer) -> dict[int, int]:
    serving = customers.servicing(viewer=by, on=today()).filter(customer_id__in=keys, agent__user__isnull=False)
    return dict(serving.values_list("customer_id", "agent__user_id"))
