"""Telling the manager of calls that were not made. Running it again tells nobody twice: each missed day is told once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keyuan.accounts.queries import managers_over
from keyuan.accounts.scope import Viewer, system_viewer
from keyuan.customers import queries as customers
from keyuan.deadlines.calendar import add_workdays
from keyuan.eventlog.actions import Line, record_many
from keyuan.kernel.clock import COMPANY_ZONE, now, today
from keyuan.policies import queries as policies
from keyuan.products.queries import products
from keyuan.retention import events, rules
from keyuan.retention.cadence import cadence_for
from keyuan.retention.models import RenewalCase
from keyuan.retention.worklist import RenewalFilter, rows, table
from keyuan.servicedesk.actions import create_task
from keyuan.servicedesk.states import Priority, TaskKind

BACK, AHEAD = timedelta(days=61), timedelta(days=120)
AT_ONCE = 2_000


class Missed(NamedTuple):
    """A case whose call was not made: the day it was to be made, and who was to make it."""

    case_id: int
    policy_id: int
    customer_id: int
    due_on: date
    missed: date
    assignee_id: int


def escalate_overdue(*, by: Viewer | None = None) -> int:
    """Tell managers of assigned renewals whose call is overdue by more than the cadence allows; how many were told.

    Each case is marked with the day that was missed, so that it is told once; a later day that is missed as well is told
    again. A manager gets one task (and its notice) a run, whatever the number.
    """
    viewer = system_viewer("retention") if by is None else by
    found = _missed(viewer, on=today())
    told = 0
    for start in range(0, len(found), AT_ONCE):
        with transaction.atomic():
            told += _escalate(found[start : start + AT_ONCE], by=viewer)
    return told


def _missed(viewer: Viewer, *, on: date) -> list[Missed]:
    wanted = RenewalFilter(on - BACK, on + AHEAD, overdue=True)
    sql, parameters = table(wanted, viewer=viewer, on=on, calls=True)
    text = (
        "SELECT case_id, policy_id, customer_id, due_on, next_on, assignee_id, product_id, payment_mode"
        f" FROM ({sql}) found WHERE assignee_id IS NOT NULL AND escalated_for IS DISTINCT FROM next_on"
        " ORDER BY next_on, policy_id"
    )
    sold = {product.pk: product for product in products()}
    found = []
    for *values, product_id, payment_mode in rows(text, parameters):
        product, case = sold[product_id], Missed(*values)
        cadence = cadence_for(line=product.line, long_term=product.long_term, payment_mode=payment_mode, on=on)
        if rules.is_escalated(case.missed, on=on, cadence=cadence, add_workdays=add_workdays):
            found.append(case)
    return found


def _escalate(found: Sequence[Missed], *, by: Viewer) -> int:
    locked = {
        case.pk: case
        for case in RenewalCase.objects.select_for_update(of=("self",))
        .select_related("assignee")
        .filter(pk__in=[missed.case_id for missed in found])
    }
    # Somebody may have called, or another run may have told, between the list and the lock.
    fresh = [missed for missed in found if _still_missed(locked.get(missed.case_id), missed)]
    units = _units([missed.customer_id for missed in fresh], viewer=by)
    managers = managers_over(set(units.values()))
    for missed in fresh:
        case = locked[missed.case_id]
        case.escalated_for, case.escalated_at = missed.missed, now()
    RenewalCase.objects.bulk_update([locked[missed.case_id] for missed in fresh], ["escalated_for", "escalated_at"])
    numbers = _numbers([missed.policy_id for missed in fresh], viewer=by)
    by_manager: dict[int, list[Missed]] = defaultdict(list)
    for missed in fresh:
        for manager in managers.get(units.get(missed.customer_id, 0), [])[:1]:
            by_manager[manager].append(missed)
    _tell_log(fresh, locked, numbers, units, by=by)
    for manager, missed_of_manager in by_manager.items():
        _tell_manager(manager, missed_of_manager, numbers, by=by)
    return len(fresh)


def _still_missed(case: RenewalCase | None, missed: Missed) -> bool:
    if case is None or case.assignee_id is None or case.escalated_for == missed.missed:
        return False
    return not case.attempts or case.next_contact_on == missed.missed


def _units(customer_ids: Sequence[int], *, viewer: Viewer) -> dict[int, int]:
    return dict(customers.visible(viewer).filter(pk__in=customer_ids).values_list("pk", "org_unit_id"))


def _numbers(policy_ids: Sequence[int], *, viewer: Viewer) -> dict[int, tuple[str, str]]:
    found = policies.visible(viewer).filter(pk__in=policy_ids).values_list("pk", "number", "customer__name")
    return {pk: (number, name) for pk, number, name in found}


def _tell_log(
    fresh: Sequence[Missed],
    locked: dict[int, RenewalCase],
    numbers: dict[int, tuple[str, str]],
    units: dict[int, int],
    *,
    by: Viewer,
) -> None:
    record_many(
        [
            Line(
                events.ESCALATED,
                by.actor,
                customer_id=missed.customer_id,
                org_unit_id=units.get(missed.customer_id),
                subject=("policy", missed.policy_id),
                payload={
                    "policy": numbers[missed.policy_id][0],
                    "due_on": missed.due_on.isoformat(),
                    "missed": missed.missed.isoformat(),
                    "assignee": str(locked[missed.case_id].assignee),
                },
            )
            for missed in fresh
        ]
    )


def _tell_manager(manager: int, missed: Sequence[Missed], numbers: dict[int, tuple[str, str]], *, by: Viewer) -> None:
    """One task about the one case or about all of them; whoever is given a task has a notice of it as well."""
    first = missed[0]
    alone = len(missed) == 1
    count = len(missed)
    title = ngettext("%(count)s件续保逾期未联系", "%(count)s件续保逾期未联系", count) % {"count": count}
    if alone:
        number, name = numbers[first.policy_id]
        title = _("续保逾期未联系：%(name)s %(policy)s") % {"name": name, "policy": number}
    create_task(
        first.customer_id if alone else None,
        title=title[:120],
        due_at=datetime.combine(add_workdays(today(), 1), time(18), COMPANY_ZONE),
        note="\n".join(f"{numbers[one.policy_id][1]} {numbers[one.policy_id][0]} {one.due_on}" for one in missed[:20]),
        owner_id=manager,
        kind=TaskKind.RENEWAL,
        priority=Priority.HIGH,
        by=by,
    )
