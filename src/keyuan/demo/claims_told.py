"""A loss from the report to the payment, and the complaint that may come of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from keyuan.accounts.roles import Role
from keyuan.claims import events
from keyuan.claims.states import Decision
from keyuan.customers.states import IdentifierKind
from keyuan.demo import causes
from keyuan.demo.chronicle import Chronicle
from keyuan.demo.facts import texts
from keyuan.demo.policies_told import CENT, PolicyTeller
from keyuan.demo.records import ClaimRecord, ComplaintRecord, IdentifierRecord
from keyuan.servicedesk import events as service_events
from keyuan.servicedesk.states import CallOutcome, ComplaintReason, ComplaintStep, ContactChannel, Direction

YOUNG_POLICY_DAYS = 180
DECISION_DAYS = 15


class Loss(NamedTuple):
    """Something that happened under a policy. ``refusals`` names the texts of a refusal."""

    day: date
    cause: str
    size: float
    refusals: str


class Settled(NamedTuple):
    """How far the claim got by the last day."""

    reported: bool = False
    refused: bool = False
    decided_on: date | None = None
    paid_on: date | None = None


class Course(NamedTuple):
    """The days of a claim, whether or not the book sees them."""

    notified: date
    papers: date
    decided: date
    paid: date
    closed: date
    decision: Decision
    slow: bool

    @property
    def refused(self) -> bool:
        return self.decision == Decision.REFUSED


def tell_claim(policy: PolicyTeller, loss: Loss, *, certain: bool = False) -> Settled:
    """Report, papers, decision, payment; whatever would come after the last day has not happened yet.

    ``certain``: neither partly paid nor, but for non-disclosure, refused (illness and death).
    """
    customer, stream, last = policy.customer, policy.stream, policy.customer.last_day
    course = _course(policy, loss, certain=certain)
    if course.notified > last:
        return Settled()
    number = f"CL{course.notified.year}{policy.number[8:12]}{customer.customer:07d}{customer.claims_told:03d}"
    customer.claims_told += 1
    amount = settled = Decimal(round(loss.size, 2)).quantize(CENT)
    if course.decision == Decision.PARTIAL:
        settled = (amount * Decimal(stream.between(40, 85)) / 100).quantize(CENT)
    claim = len(policy.batch.claims)
    base = {"claim": number, "policy": policy.number}
    recorded = _tell_report(policy, loss, course, claim, base, amount)
    if course.decided <= last:
        _tell_decision(policy, loss, ("claim", claim), base, course, settled)
    has_paid = not course.refused and course.paid <= last
    if has_paid:
        _tell_payment(policy, ("claim", claim), base, course.paid, settled)
    is_closed = course.closed <= last and (course.refused or has_paid)
    if is_closed:
        payload = {**base, "on": course.closed.isoformat()}
        customer.tell(
            course.closed, events.CLOSED, customer.staff(Role.CLAIMS), subject=("claim", claim), payload=payload
        )
    policy.batch.claims.append(
        ClaimRecord(
            claim, customer.customer, policy.policy, number, loss.cause, loss.day, course.notified,
            _seen(course.papers, last),
            _seen(course.decided, last),
            course.decision if course.decided <= last else "",
            course.closed if course.refused and is_closed else None,
            course.paid if has_paid else None,
            course.closed if is_closed else None,
            amount,
            settled if has_paid else None,
            recorded,
        )
    )  # fmt: skip
    policy.batch.identifiers.append(
        IdentifierRecord(customer.customer, IdentifierKind.CLAIM_NO, number, claim, course.notified, None)
    )
    _perhaps_complain(policy, number, course)
    if course.refused and course.decided <= last:
        policy.refused_on = course.decided
    refused = course.refused and course.decided <= last
    return Settled(True, refused, _seen(course.decided, last), course.paid if has_paid else None)


def _seen(day: date, last: date) -> date | None:
    return day if day <= last else None


def _course(policy: PolicyTeller, loss: Loss, *, certain: bool) -> Course:
    stream = policy.stream
    notified = loss.day + timedelta(days=int(stream.random() ** 2 * 6))
    slow = stream.chance(causes.CLAIM.slow_share)
    papers = notified + timedelta(days=stream.between(1, 12))
    decided = papers + timedelta(days=stream.between(31, 55) if slow else stream.between(1, 14))
    decision = _decision(policy, loss, certain=certain)
    paid = decided + timedelta(days=stream.between(1, 8))
    closed = decided + timedelta(days=stream.between(1, 3)) if decision == Decision.REFUSED else paid
    return Course(notified, papers, decided, paid, closed, decision, slow)


def _tell_report(
    policy: PolicyTeller, loss: Loss, course: Course, claim: int, base: dict[str, str], amount: Decimal
) -> datetime:
    """The report, the papers, the asking after it; the handler's open task where nothing is decided yet."""
    customer, last = policy.customer, policy.customer.last_day
    hotline, desk = customer.staff(Role.HOTLINE), customer.staff(Role.CLAIMS)
    customer.contact(
        course.notified, "claim_notified", hotline, direction=Direction.INBOUND, outcome=CallOutcome.RESOLVED,
        cause=loss.cause, number=base["claim"],
    )  # fmt: skip
    recorded = customer.tell(
        course.notified,
        events.NOTIFIED,
        hotline,
        subject=("claim", claim),
        payload={
            **base,
            "on": course.notified.isoformat(),
            "occurred_on": loss.day.isoformat(),
            "cause": loss.cause,
            "claimed_amount": str(amount),
            "currency": "CNY",
        },
    )
    if course.papers <= last:
        payload = {**base, "on": course.papers.isoformat()}
        customer.tell(course.papers, events.PAPERS_COMPLETE, desk, subject=("claim", claim), payload=payload)
        customer.contact(course.papers, "claim_papers", desk, channel=ContactChannel.SMS, outcome="")
    asks = course.notified + timedelta(days=25)
    if course.slow and asks < course.decided:
        customer.contact(asks, "claim_slow", hotline, direction=Direction.INBOUND)
    if course.decided > last and desk.user is not None:
        due = course.papers + timedelta(days=30)
        title = f"核定赔案 {base['claim']}"
        customer.task(course.notified, title, desk.user, due=due, done=None, note=loss.cause)
    return recorded


def _tell_payment(
    policy: PolicyTeller, subject: tuple[str, int], base: dict[str, str], day: date, amount: Decimal
) -> None:
    customer = policy.customer
    desk = customer.staff(Role.CLAIMS)
    payload = {**base, "on": day.isoformat(), "amount": str(amount), "currency": "CNY"}
    customer.tell(day, events.PAID, desk, subject=subject, payload=payload)
    policy.claims += amount
    if policy.stream.chance(0.5):
        customer.contact(day, "claim_paid", desk, amount=amount)


def _decision(policy: PolicyTeller, loss: Loss, *, certain: bool) -> Decision:
    young = (loss.day - policy.deal.starts_on).days < YOUNG_POLICY_DAYS
    refused = causes.CLAIM.refused_share * (causes.CLAIM.refused_young_policy if young else 1.0)
    draw = policy.stream.random()
    if draw < refused:
        return Decision.REFUSED
    return Decision.PARTIAL if not certain and draw < refused + causes.CLAIM.partial_share else Decision.ACCEPTED


def _tell_decision(
    policy: PolicyTeller, loss: Loss, subject: tuple[str, int], base: dict[str, str], course: Course, amount: Decimal
) -> None:
    customer, day = policy.customer, course.decided
    desk = customer.staff(Role.CLAIMS)
    if course.refused:
        reason = policy.stream.pick(texts()["refusal"][loss.refusals])
        payload = {**base, "on": day.isoformat(), "decision": course.decision.value, "reason": reason}
        customer.tell(day, events.REFUSED, desk, subject=subject, payload=payload)
        if course.closed <= customer.last_day:
            payload = {**base, "on": course.closed.isoformat()}
            customer.tell(course.closed, events.REFUSAL_NOTIFIED, desk, subject=subject, payload=payload)
            customer.contact(course.closed, "claim_refused", desk, reason=reason)
        return
    payload = {**base, "on": day.isoformat(), "decision": course.decision.value}
    payload |= {"amount": str(amount), "currency": "CNY"}
    customer.tell(day, events.DECIDED, desk, subject=subject, payload=payload)


def _perhaps_complain(policy: PolicyTeller, number: str, course: Course) -> None:
    truth, stream, about = causes.SERVICE, policy.stream, policy.policy
    draw = stream.random()
    if course.refused and draw < truth.complaint_claim_refused:
        day = course.decided + timedelta(days=stream.between(1, 12))
        tell_complaint(policy.customer, day, ComplaintReason.CLAIM_AMOUNT, policy=about, number=number)
    elif course.slow and draw < truth.complaint_claim_slow:
        day = min(course.notified + timedelta(days=32), course.decided)
        days = (day - course.notified).days
        tell_complaint(policy.customer, day, ComplaintReason.CLAIM_SPEED, policy=about, days=days)
    elif course.decision == Decision.PARTIAL and draw < truth.complaint_claim_partial:
        day = course.decided + timedelta(days=stream.between(1, 8))
        tell_complaint(policy.customer, day, ComplaintReason.CLAIM_AMOUNT, policy=about, number=number)


def tell_complaint(customer: Chronicle, day: date, reason: str, *, policy: int | None = None, **gaps: object) -> None:
    """A complaint by the clock: mostly decided within 15 days, some within 30, told and closed within three more."""
    last, stream = customer.last_day, customer.stream
    if day > last:
        return
    number = f"TS{day.year}{customer.customer:07d}{customer.complaints_told:02d}"
    customer.complaints_told += 1
    channel = stream.choices((ContactChannel.CALL, ContactChannel.APP, ContactChannel.COUNTER), (70, 20, 10))[0]
    summary = stream.pick(texts()["complaint"][reason]).format(**gaps)
    desk = customer.staff(Role.HOTLINE)
    complaint = len(customer.batch.complaints)
    base = {"complaint": number}
    subject = ("complaint", complaint)
    received = customer.tell(
        day,
        service_events.COMPLAINT_RECEIVED,
        desk,
        subject=subject,
        payload={**base, "reason": str(reason), "channel": str(channel), "text": summary},
    )
    complex_ = stream.chance(0.15)
    found_on = day + timedelta(days=stream.between(8, 14))
    decided_on = day + timedelta(days=stream.between(16, 29) if complex_ else stream.between(2, 14))
    closed_on = decided_on + timedelta(days=stream.between(0, 3))
    upheld = stream.chance(causes.SERVICE.upheld[reason])
    decided = told = closed = None
    complex_on = found_on if complex_ and found_on <= last else None
    if complex_on is not None:
        deadline = (day + timedelta(days=2 * DECISION_DAYS)).isoformat()
        payload: dict[str, Any] = {**base, "step": ComplaintStep.FIND_COMPLEX.value, "deadline": deadline}
        customer.tell(complex_on, service_events.COMPLAINT_EXTENDED, desk, subject=subject, payload=payload)
    if decided_on <= last:
        payload = {**base, "upheld": upheld}
        decided = customer.tell(decided_on, service_events.COMPLAINT_DECIDED, desk, subject=subject, payload=payload)
    elif desk.user is not None:
        due = day + timedelta(days=DECISION_DAYS)
        customer.task(day, f"处理投诉 {number}", desk.user, due=due, done=None, note=summary)
    if closed_on <= last:
        mood = "表示满意" if upheld else "仍有保留意见"
        customer.contact(closed_on, "complaint_followup", desk, number=number, mood=mood)
        payload = {**base, "channel": ContactChannel.CALL.value}
        told = customer.tell(closed_on, service_events.COMPLAINT_TOLD, desk, subject=subject, payload=payload)
        closed = customer.tell(closed_on, service_events.COMPLAINT_CLOSED, desk, subject=subject, payload=base)
    customer.batch.complaints.append(
        ComplaintRecord(
            complaint, customer.customer, policy, number, channel, reason, summary, received, complex_on, decided, told,
            closed, upheld if decided is not None else None,
        )
    )  # fmt: skip
