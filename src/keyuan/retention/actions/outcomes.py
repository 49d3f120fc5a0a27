"""Recording how a contact about a renewal ended: the outcome and the contact on the timeline, in one transaction."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.deadlines.calendar import add_workdays, next_workday
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import now, today
from keyuan.policies import queries as policies
from keyuan.policies.queries import Holding
from keyuan.retention import events, rules
from keyuan.retention.models import RenewalCase, RenewalOutcome
from keyuan.retention.queries.facts import cadence_of, due_of, summary_of
from keyuan.retention.refusals import (
    AlreadySettled,
    ContactTooEarly,
    ContactTooLate,
    OutcomeNotFound,
    ReasonMissing,
    ReasonWithoutLoss,
    RenewalNotFound,
)
from keyuan.retention.rules import Due, Told
from keyuan.retention.states import LossReason, Outcome, RenewalState
from keyuan.servicedesk.actions import note_contact
from keyuan.servicedesk.states import CallOutcome, ContactChannel, Direction

CALL_OUTCOMES = {
    Outcome.RENEWING: CallOutcome.INTERESTED,
    Outcome.CONSIDERING: CallOutcome.REACHED,
    Outcome.QUOTED: CallOutcome.REACHED,
    Outcome.CALL_BACK: CallOutcome.CALL_BACK,
    Outcome.NOT_RENEWING: CallOutcome.NOT_INTERESTED,
    Outcome.NO_ANSWER: CallOutcome.NO_ANSWER,
    Outcome.WRONG_NUMBER: CallOutcome.WRONG_NUMBER,
}
SETTLED = (RenewalState.RENEWED, RenewalState.LAPSED)


@transaction.atomic
def record_outcome(
    policy_id: int,
    due_on: date,
    *,
    outcome: Outcome | str,
    reason: LossReason | str = "",
    next_contact_on: date | None = None,
    text: str = "",
    channel: ContactChannel | str = ContactChannel.CALL,
    by: Viewer,
) -> RenewalOutcome:
    """What came of a contact about the renewal of a policy on ``due_on``. Without ``next_contact_on`` the cadence says it.

    The contact stands on the customer's timeline by the same transaction. Raises RenewalNotFound, AlreadySettled,
    ReasonMissing, ReasonWithoutLoss, ContactTooEarly, ContactTooLate, NotPermitted, or what note_contact refuses.
    """
    require(by, Permission.CONTACT_CUSTOMERS)
    outcome, reason = Outcome(outcome), LossReason(reason) if reason else ""
    held, due = _the_due(policy_id, due_on, by=by)
    case = locked_case(held, due_on)
    on = today()
    _check(held, due, case, outcome=outcome, reason=reason, next_contact_on=next_contact_on, on=on)
    if next_contact_on is None:
        next_contact_on = _proposed(held, due, outcome, on=on)
    note_contact(
        held.customer_id,
        channel=channel,
        direction=Direction.OUTBOUND,
        outcome=CALL_OUTCOMES[outcome],
        text=_words(held, due, outcome, reason, text),
        by=by,
    )
    told = RenewalOutcome.objects.create(
        case=case,
        customer_id=held.customer_id,
        on=on,
        channel=ContactChannel(channel),
        outcome=outcome,
        reason=reason,
        next_contact_on=next_contact_on,
        text=text.strip(),
        by_id=by.user_id,
    )
    sum_up(case)
    record(
        events.OUTCOME_RECORDED,
        by=by.actor,
        customer_id=held.customer_id,
        org_unit_id=_unit_of(policy_id, by=by),
        subject=("policy", policy_id),
        payload={
            "policy": held.number,
            "due_on": due_on.isoformat(),
            "outcome": outcome.value,
            "reason": str(reason),
            "next_contact_on": None if next_contact_on is None else next_contact_on.isoformat(),
        },
    )
    return told


@transaction.atomic
def withdraw_outcome(outcome_id: int, *, by: Viewer) -> RenewalOutcome:
    """Take back one's own slip of today: the case stands as before, and the log tells of both. Raises OutcomeNotFound."""
    require(by, Permission.CONTACT_CUSTOMERS)
    own = RenewalOutcome.objects.filter(
        pk=outcome_id, by_id=by.user_id, on=today(), withdrawn_at__isnull=True, customer__in=customers.visible(by)
    )
    told = own.select_related("case").first()
    if told is None:
        raise OutcomeNotFound
    case = RenewalCase.objects.select_for_update().get(pk=told.case_id)
    told.withdrawn_at = now()
    told.save(update_fields=["withdrawn_at"])
    sum_up(case)
    record(
        events.OUTCOME_WITHDRAWN,
        by=by.actor,
        customer_id=told.customer_id,
        org_unit_id=_unit_of(case.policy_id, by=by),
        subject=("policy", case.policy_id),
        payload={"due_on": case.due_on.isoformat(), "outcome": told.outcome},
    )
    return told


def proposals(policy_id: int, due_on: date, *, viewer: Viewer) -> dict[str, date | None]:
    """For each outcome the day that is proposed for the next call. Raises RenewalNotFound."""
    held, due = _the_due(policy_id, due_on, by=viewer)
    return {outcome.value: _proposed(held, due, outcome, on=today()) for outcome in Outcome}


def sum_up(case: RenewalCase) -> None:
    """Let the case's row say what its outcomes add up to."""
    rows = (
        case.outcomes.filter(withdrawn_at__isnull=True)
        .order_by("id")
        .values_list("outcome", "on", "reason", "next_contact_on")
    )
    summary = rules.summed_up(Told(*row) for row in rows)
    for name in summary.__dataclass_fields__:
        setattr(case, name, getattr(summary, name))
    case.save(update_fields=list(summary.__dataclass_fields__))


def locked_case(held: Holding, due_on: date) -> RenewalCase:
    """The row of the case, made if it is the first time, locked until the transaction ends."""
    RenewalCase.objects.bulk_create(
        [RenewalCase(policy_id=held.id, customer_id=held.customer_id, due_on=due_on)], ignore_conflicts=True
    )
    return RenewalCase.objects.select_for_update().get(policy_id=held.id, due_on=due_on)


def _the_due(policy_id: int, due_on: date, *, by: Viewer) -> tuple[Holding, Due]:
    held = next(iter(policies.holdings_by_id([policy_id], viewer=by, on=today())), None) if by.is_staff else None
    due = None if held is None else due_of(held, due_on, on=today())
    if held is None or due is None:
        raise RenewalNotFound
    return held, due


def _check(
    held: Holding,
    due: Due,
    case: RenewalCase,
    *,
    outcome: Outcome,
    reason: str,
    next_contact_on: date | None,
    on: date,
) -> None:
    state = rules.state_of(due, summary_of(case), on=on)
    if state in SETTLED:
        raise AlreadySettled(policy=held.number, state=state.label)
    if outcome == Outcome.NOT_RENEWING and not reason:
        raise ReasonMissing(field="reason")
    if outcome != Outcome.NOT_RENEWING and reason:
        raise ReasonWithoutLoss(field="reason")
    if next_contact_on is None:
        return
    if next_contact_on < on:
        raise ContactTooEarly(field="next_contact_on", day=next_contact_on)
    if next_contact_on >= due.lapses_on:
        raise ContactTooLate(field="next_contact_on", day=next_contact_on, last=due.lapses_on - timedelta(days=1))


def _proposed(held: Holding, due: Due, outcome: Outcome, *, on: date) -> date | None:
    return rules.proposed_next_contact(
        due,
        outcome,
        on=on,
        cadence=cadence_of(held, on=on),
        next_workday=next_workday,
        add_workdays=add_workdays,
    )


def _words(held: Holding, due: Due, outcome: Outcome, reason: str, text: str) -> str:
    """What the timeline says: which policy, what came of it, then the note as it was typed."""
    said = str(outcome.label) + (f"（{LossReason(reason).label}）" if reason else "")
    head = f"{due.kind.label} {held.number} {due.due_on.isoformat()}：{said}"
    return f"{head}。{text.strip()}" if text.strip() else head


def _unit_of(policy_id: int, *, by: Viewer) -> int:
    return policies.the_policy(policy_id, viewer=by).org_unit_id
