"""Complaints: received, found complex or extended, decided, told, closed. The clock runs from the day of receipt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.eventlog.kinds import EventKind
from keyuan.kernel.clock import now, today
from keyuan.policies import queries as policies
from keyuan.servicedesk import events, rules
from keyuan.servicedesk.clocks import clocks_on
from keyuan.servicedesk.models import Complaint
from keyuan.servicedesk.queries import ComplaintNotFound, day_of, facts_of, the_customer, visible_complaints
from keyuan.servicedesk.refusals import (
    BeforeItWasReceived,
    ComplaintStepRefused,
    ContactInTheFuture,
    NotTheirPolicy,
    SummaryMissing,
)
from keyuan.servicedesk.states import ComplaintReason, ComplaintStatus, ComplaintStep, ContactChannel


@transaction.atomic
def receive_complaint(
    customer_id: int,
    *,
    channel: ContactChannel | str,
    reason: ComplaintReason | str,
    summary: str,
    policy_id: int | None = None,
    received_at: datetime | None = None,
    by: Viewer,
) -> Complaint:
    """Take down a complaint; its number is made here. Raises CustomerNotFound, SummaryMissing, NotTheirPolicy."""
    require(by, Permission.CONTACT_CUSTOMERS)
    customer = the_customer(customer_id, viewer=by)
    if not summary.strip():
        raise SummaryMissing(field="summary")
    received_at = now() if received_at is None else received_at
    if received_at > now():
        raise ContactInTheFuture(field="received_at")
    if policy_id is not None and policies.the_policy(policy_id, viewer=by).customer_id != customer_id:
        raise NotTheirPolicy(field="policy")
    key = _next_key()
    complaint = Complaint.objects.create(
        pk=key,
        number=f"TS{day_of(received_at):%Y%m%d}{key:06}",
        customer=customer,
        policy_id=policy_id,
        channel=ContactChannel(channel),
        reason=ComplaintReason(reason),
        summary=summary.strip(),
        received_at=received_at,
    )
    payload = {"reason": complaint.reason, "channel": complaint.channel, "text": complaint.summary}
    _tell(events.COMPLAINT_RECEIVED, complaint, by=by, at=received_at, payload=payload)
    return complaint


@transaction.atomic
def extend_complaint(complaint_id: int, *, reason: str, by: Viewer) -> Complaint:
    """Find the complaint complex (30 days); done again, approve a further extension (60 days, the most there is)."""
    complaint, held = _locked(complaint_id, by=by)
    step = ComplaintStep.EXTEND if ComplaintStatus.COMPLEX in held else ComplaintStep.FIND_COMPLEX
    _check(complaint, step, held)
    field = "extended_on" if step == ComplaintStep.EXTEND else "complex_on"
    setattr(complaint, field, today())
    complaint.save(update_fields=[field])
    by_day = rules.decide_by(facts_of(complaint), clocks=clocks_on(today()))
    _tell(
        events.COMPLAINT_EXTENDED,
        complaint,
        by=by,
        payload={"step": step.value, "text": reason.strip(), "deadline": by_day.isoformat()},
    )
    return complaint


@transaction.atomic
def decide_complaint(
    complaint_id: int, *, upheld: bool, text: str = "", decided_at: datetime | None = None, by: Viewer
) -> Complaint:
    """Decide whether the complaint is upheld; then the complainant must be told within three days."""
    complaint, held = _locked(complaint_id, by=by)
    _check(complaint, ComplaintStep.DECIDE, held)
    complaint.decided_at = _moment(decided_at, after=complaint.received_at)
    complaint.upheld = upheld
    complaint.save(update_fields=["decided_at", "upheld"])
    payload = {"upheld": upheld, "text": text.strip()}
    _tell(events.COMPLAINT_DECIDED, complaint, by=by, at=complaint.decided_at, payload=payload)
    return complaint


@transaction.atomic
def tell_decision(complaint_id: int, *, channel: ContactChannel | str, by: Viewer) -> Complaint:
    """The complainant has been told of the decision."""
    complaint, held = _locked(complaint_id, by=by)
    _check(complaint, ComplaintStep.TELL, held)
    complaint.told_at = now()
    complaint.save(update_fields=["told_at"])
    _tell(events.COMPLAINT_TOLD, complaint, by=by, payload={"channel": ContactChannel(channel).value})
    return complaint


@transaction.atomic
def close_complaint(complaint_id: int, *, text: str = "", by: Viewer) -> Complaint:
    """Close a complaint whose decision has been told."""
    complaint, held = _locked(complaint_id, by=by)
    _check(complaint, ComplaintStep.CLOSE, held)
    complaint.closed_at = now()
    complaint.save(update_fields=["closed_at"])
    _tell(events.COMPLAINT_CLOSED, complaint, by=by, payload={"text": text.strip()})
    return complaint


def _next_key() -> int:
    """The key that the next complaint will have: its number is made of it before the row is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Complaint._meta.db_table])
        return int(cursor.fetchone()[0])


def _locked(complaint_id: int, *, by: Viewer) -> tuple[Complaint, frozenset[ComplaintStatus]]:
    require(by, Permission.CONTACT_CUSTOMERS)
    rows = visible_complaints(by).select_for_update(of=("self",)).select_related("customer")
    complaint = rows.filter(pk=complaint_id).first()
    if complaint is None:
        raise ComplaintNotFound
    return complaint, rules.statuses(facts_of(complaint), on=today(), clocks=clocks_on(today()))


def _check(complaint: Complaint, step: ComplaintStep, held: frozenset[ComplaintStatus]) -> None:
    if not rules.may(step, held):
        names = "、".join(str(status.label) for status in ComplaintStatus if status in held)
        raise ComplaintStepRefused(complaint=complaint.number, statuses=names, step=step.label)


def _moment(given: datetime | None, *, after: datetime) -> datetime:
    moment = now() if given is None else given
    if moment > now():
        raise ContactInTheFuture(field="decided_at")
    if moment < after:
        raise BeforeItWasReceived(field="decided_at")
    return moment


def _tell(
    kind: EventKind, complaint: Complaint, *, by: Viewer, payload: dict[str, Any], at: datetime | None = None
) -> None:
    record(
        kind,
        by=by.actor,
        customer_id=complaint.customer_id,
        org_unit_id=complaint.customer.org_unit_id,
        subject=("complaint", complaint.pk),
        payload={"complaint": complaint.number, **{name: value for name, value in payload.items() if value != ""}},
        occurred_at=at,
    )
