"""What to warn of. Pure: what holds today in, warnings out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from keyuan.customer360.states import WarningKind


@dataclass(frozen=True, slots=True)
class Signals:
    """What the warnings are computed from. Policies and claims are named by their numbers."""

    in_force: int = 0
    in_grace: tuple[str, ...] = ()
    suspended: tuple[str, ...] = ()
    cancel_pending: tuple[str, ...] = ()
    claims_overdue: tuple[str, ...] = ()
    complaints_open: tuple[str, ...] = ()
    tasks_overdue: tuple[str, ...] = ()
    has_agent: bool = True
    agent_left_on: date | None = None
    marketing_consent: bool = True
    may_leave: tuple[str, ...] = ()


def warnings(signals: Signals, *, on: date) -> tuple[tuple[WarningKind, str], ...]:
    """Each warning that holds with its detail (the numbers concerned), the gravest first."""
    named: tuple[tuple[WarningKind, Iterable[str]], ...] = (
        (WarningKind.COMPLAINT_OPEN, signals.complaints_open),
        (WarningKind.SUSPENDED, signals.suspended),
        (WarningKind.IN_GRACE, signals.in_grace),
        (WarningKind.CANCEL_PENDING, signals.cancel_pending),
        (WarningKind.CLAIM_OVERDUE, signals.claims_overdue),
        (WarningKind.TASK_OVERDUE, signals.tasks_overdue),
        (WarningKind.MAY_LEAVE, signals.may_leave),
    )
    found = [(warning, "、".join(numbers)) for warning, numbers in named if numbers]
    if signals.agent_left_on is not None and signals.agent_left_on <= on:
        found.append((WarningKind.AGENT_LEFT, signals.agent_left_on.isoformat()))
    elif not signals.has_agent and signals.in_force:
        # An orphan (孤儿单): cover in force that nobody looks after.
        found.append((WarningKind.NO_AGENT, ""))
    if not signals.marketing_consent:
        found.append((WarningKind.NO_MARKETING_CONSENT, ""))
    return tuple(found)
