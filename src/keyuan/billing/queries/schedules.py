"""Reads of premium schedules: what is paid, due and overdue on any day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F

from keyuan.accounts.scope import Viewer
from keyuan.billing import schedule_rules
from keyuan.billing.models import Attempt, Instalment
from keyuan.billing.states import InstalmentState
from keyuan.kernel.clock import today
from keyuan.policies import queries as policies
from keyuan.policies.states import FactKind


@dataclass(frozen=True, slots=True)
class Premium:
    """One premium of a policy as it stands on a day."""

    schedule_id: int
    number: int
    due_on: date
    amount: Decimal
    currency: str
    paid_on: date | None
    state: InstalmentState


def premiums(policy_id: int, *, viewer: Viewer, on: date) -> list[Premium]:
    """All premiums of a policy in the order in which they fall due; raises PolicyNotFound.

    One that came in at the counter is paid too: the policy's facts say to which day it is paid.
    """
    held = policies.the_holding(policy_id, viewer=viewer, on=on)
    paid = [(fact.until, fact.on) for fact in held.facts if fact.kind == FactKind.PREMIUM_PAID and fact.until]
    rows = Instalment.objects.filter(policy_id=policy_id).select_related("schedule").order_by("due_on", "number")
    return [_as_of(one, held.currency, _paid_on(one.due_on, one.paid_on, paid), on) for one in rows]


def _as_of(one: Instalment, currency: str, paid_on: date | None, on: date) -> Premium:
    known = paid_on if paid_on is not None and paid_on <= on else None
    state = schedule_rules.state_on(on, due_on=one.due_on, paid_on=known, closed_on=one.schedule.closed_on)
    return Premium(one.schedule_id, one.number, one.due_on, one.amount, currency, known, state)


def _paid_on(due_on: date, paid_on: date | None, facts: Sequence[tuple[date, date]]) -> date | None:
    days = [on for until, on in facts if until > due_on]
    return min([*days, paid_on] if paid_on is not None else days, default=None)


def open_instalments(policy_id: int, *, viewer: Viewer, lock: bool = False) -> list[Premium]:
    """The premiums that are not paid yet, the first due first; ``lock`` holds them for the caller's transaction."""
    if lock:
        # Whoever takes a premium of the policy waits here.
        held = Instalment.objects.filter(policy_id=policy_id).select_for_update().order_by(F("pk").asc())
        list(held.values_list("pk"))
    over = (InstalmentState.PAID, InstalmentState.CLOSED)
    return [one for one in premiums(policy_id, viewer=viewer, on=today()) if one.state not in over]


def paid_through_us(policy_id: int, *, viewer: Viewer) -> list[Attempt]:
    """The payments that a policy's premiums came in by, the first first, with their refunds."""
    paid = Instalment.objects.filter(policy__in=policies.visible(viewer), policy_id=policy_id, attempt__isnull=False)
    found = Attempt.objects.filter(pk__in=paid.values("attempt"), honoured_at__isnull=False)
    return list(found.prefetch_related("refunds").order_by("pk"))


def overdue(*, viewer: Viewer, on: date, most: int = 1000) -> list[Instalment]:
    """Premiums due before ``on`` that did not come in through us, of the policies in scope, the longest due first."""
    found = Instalment.objects.filter(policy__in=policies.visible(viewer), paid_on__isnull=True, due_on__lt=on)
    found = found.filter(schedule__closed_on__isnull=True)
    return list(found.select_related("policy", "customer").order_by("due_on", "id")[:most])
