"""Rules by which a branch's renewals are given out by themselves: a manager sets them, the daily job applies them."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Q

from keyuan.accounts import queries as accounts
from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer, system_viewer
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import today
from keyuan.products.queries import products
from keyuan.retention import events
from keyuan.retention.actions.assigning import MOST, Choice, assign_piece
from keyuan.retention.cadence import window_days
from keyuan.retention.models import AssignmentRule
from keyuan.retention.queries.assignment_rules import rules_of_units
from keyuan.retention.queries.listing import to_give_out
from keyuan.retention.refusals import ManagersAssign, NobodyToAssign, RuleInThePast
from keyuan.retention.states import AssignMethod, RuleMethod
from keyuan.retention.worklist import RenewalFilter

log = logging.getLogger(__name__)

# What one run gives out of one unit and line at the most; the rest waits for the next day.
MOST_A_RUN = 200_000
# Two managers who change one unit's rule take turns.
_RULE_LOCK = 4_630_101


def set_assignment_rule(
    unit_id: int, *, method: RuleMethod, starts_on: date, by: Viewer, otherwise: RuleMethod | None = None
) -> AssignmentRule:
    """From ``starts_on`` on the unit's renewals are given out so; what was planned for that day or later is replaced.

    Raises UnitNotFound for a unit out of scope, RuleInThePast, ManagersAssign, NotPermitted.
    """
    require(by, Permission.CONTACT_CUSTOMERS)
    if by.role != Role.MANAGER:
        raise ManagersAssign
    unit = accounts.unit(unit_id, viewer=by)
    if starts_on < today():
        raise RuleInThePast(field="starts_on", day=starts_on)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_RULE_LOCK, unit.pk])
        rules = AssignmentRule.objects.filter(unit=unit)
        before = rules.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on), starts_on__lte=starts_on).first()
        rules.filter(starts_on__gte=starts_on).delete()
        rules.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on)).update(ends_on=starts_on)
        rule = AssignmentRule.objects.create(
            unit=unit,
            method=method,
            otherwise=(otherwise or "") if method in (RuleMethod.OWNER, RuleMethod.BY_BRANCH) else "",
            starts_on=starts_on,
            made_by_id=by.user_id,
        )
        payload = {"unit": unit.name, "method": rule.method, "otherwise": rule.otherwise}
        payload |= {"starts_on": starts_on.isoformat(), "before": "" if before is None else before.method}
        record(
            events.RULE_CHANGED, by=by.actor, org_unit_id=unit.pk, subject=("assignment_rule", rule.pk), payload=payload
        )
    return rule


def assign_by_rules(*, by: Viewer | None = None) -> int:
    """Give out what is open, assigned to nobody and inside its line's window, by the rule of each unit; how many.

    Running it again gives out nothing twice. For the daily job.
    """
    viewer = system_viewer("retention") if by is None else by
    on = today()
    groups: dict[AssignmentRule, list[int]] = defaultdict(list)
    for told in rules_of_units(viewer=viewer, on=on):
        if told.rule is not None and told.rule.method != RuleMethod.NOBODY:
            groups[told.rule].append(told.unit_id)
    lines = sorted({product.line for product in products()})
    return sum(
        _give(rule, line, viewer=replace(viewer, unit_ids=tuple(unit_ids)), on=on)
        for rule, unit_ids in groups.items()
        for line in lines
    )


def _give(rule: AssignmentRule, line: str, *, viewer: Viewer, on: date) -> int:
    last = on + timedelta(days=window_days(line=line, on=on) + 1)
    found = to_give_out(RenewalFilter(on, last, line=line), viewer=viewer, again=False, most=MOST_A_RUN)
    otherwise = AssignMethod(rule.otherwise) if rule.otherwise else None
    choice = Choice(AssignMethod(rule.method), otherwise=otherwise)
    given = 0
    for start in range(0, len(found), MOST):
        try:
            given += assign_piece(found[start : start + MOST], choice, by=viewer).count
        except NobodyToAssign:
            log.warning("nobody of unit %s can be given renewals", rule.unit_id)
            break
    return given
