"""Renewals of the present months as they are worked on: what the calls of the story came to, and what is still to do.

Nothing here draws from the stories' own streams, so that a book with renewals tells the same lives as one without.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from keyuan.deadlines.calendar import shipped
from keyuan.demo.chronicle import Chronicle, moment
from keyuan.demo.policies_told import PolicyTeller
from keyuan.demo.records import EventRecord, OutcomeRecord, RenewalRecord
from keyuan.retention import events, rules
from keyuan.retention.cadence import cadence_for
from keyuan.retention.rules import Due
from keyuan.retention.states import DueKind, LossReason, Outcome
from keyuan.servicedesk.states import ContactChannel

BACK, AHEAD = timedelta(days=60), timedelta(days=60)
GIVEN = 0.75
REASONS = {
    "payment_pressure": LossReason.PAYMENT_PRESSURE,
    "agent_left": LossReason.AGENT_LEFT,
    "claim_refused": LossReason.COMPLAINT,
    "dearer": LossReason.COMPETITOR,
    "no_contact": LossReason.AGENT_LEFT,
}


class Call(NamedTuple):
    """A call about a renewal and what came of it; ``at`` None: it lies after the book."""

    on: date
    outcome: Outcome
    at: datetime | None
    by: int | None
    by_name: str
    text: str


def call(customer: Chronicle, on: date, outcome: Outcome, at: datetime | None) -> Call:
    """The call that the chronicle has just told."""
    who = customer.server(on)
    text = "" if at is None else customer.batch.events[-1].payload.get("text", "")
    return Call(on, outcome, at, who.user, who.name, text)


def follow_up(policy: PolicyTeller, end: date, calls: Sequence[Call], *, lost_for: str = "") -> None:
    """Write the case of a renewal that is due about now, with what was said; earlier and later ones have none."""
    customer = policy.customer
    last = customer.last_day
    if not last - BACK <= end <= last + AHEAD:
        return
    stream = policy.stream.named("renewal", end.isoformat())
    made = [one for one in calls if one.at is not None]
    server = customer.server(last)
    given = server.user if stream.chance(GIVEN) else None
    if not made and given is None:
        return
    batch = customer.batch
    number = len(batch.renewals)
    given_at = None if given is None else moment(min(last, end - timedelta(days=60)), 9 * 60)
    batch.renewals.append(RenewalRecord(number, customer.customer, policy.policy, end, given, given_at))
    for one in made:
        outcome = one.outcome
        if outcome == Outcome.QUOTED and stream.chance(0.5):
            outcome = Outcome.CONSIDERING
        reason = REASONS.get(lost_for, LossReason.OTHER).value if outcome == Outcome.NOT_RENEWING else ""
        _tell(policy, number, end, one, outcome, reason)


def _tell(policy: PolicyTeller, number: int, end: date, one: Call, outcome: Outcome, reason: str) -> None:
    assert one.at is not None  # noqa: S101  only calls that were made are told
    customer = policy.customer
    cadence = cadence_for(line=policy.product.line, long_term=False, payment_mode=policy.deal.mode, on=one.on)
    next_on = rules.proposed_next_contact(
        Due(DueKind.TERM_END, end, settled=False, lapses_on=end),
        outcome,
        on=one.on,
        cadence=cadence,
        # A book is made without a database: by the calendar that is shipped.
        next_workday=shipped().next_workday,
        add_workdays=shipped().add_workdays,
    )
    customer.batch.outcomes.append(
        OutcomeRecord(
            number, customer.customer, one.on, ContactChannel.CALL, outcome, reason, next_on, one.text, one.by, one.at
        )
    )
    payload = {
        "policy": policy.number,
        "due_on": end.isoformat(),
        "outcome": outcome.value,
        "reason": reason,
        "next_contact_on": None if next_on is None else next_on.isoformat(),
    }
    customer.batch.events.append(
        EventRecord(
            one.at, events.OUTCOME_RECORDED.name, customer.customer, customer.office, "user", one.by, one.by_name,
            "policy", policy.policy, payload,
        )
    )  # fmt: skip
