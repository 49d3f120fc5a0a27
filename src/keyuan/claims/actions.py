"""Every write of claims: lock, check, write, log. The legal clocks follow from the dated facts (rules.py)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.claims import events, refusals, rules
from keyuan.claims.clocks import clocks_for
from keyuan.claims.models import Claim
from keyuan.claims.queries import ClaimNotFound, visible
from keyuan.claims.rules import ClaimFacts
from keyuan.claims.states import ClaimStatus, Decision, Step
from keyuan.customers import actions as customer_actions
from keyuan.customers.standards import normalise
from keyuan.customers.states import IdentifierKind
from keyuan.eventlog.actions import record
from keyuan.eventlog.kinds import EventKind
from keyuan.kernel.clock import COMPANY_ZONE, today
from keyuan.kernel.money import Money
from keyuan.policies import queries as policies
from keyuan.policies.states import PolicyStatus


@transaction.atomic
def notify_claim(
    policy_id: int,
    *,
    number: str,
    occurred_on: date,
    notified_on: date | None = None,
    cause: str = "",
    claimed: Money | None = None,
    accept_without_cover: bool = False,
    by: Viewer,
) -> Claim:
    """Take down a loss under a policy; its number names the customer from now on.

    Raises CoverNotInForce if the policy was not on risk on the day of the loss, unless the notice is taken all the same
    (the decision is then a refusal with reasons, 保险法 §24), LossInTheFuture, NotifiedBeforeTheLoss, NumberTaken.
    """
    require(by, Permission.CONTACT_CUSTOMERS)
    policy = policies.the_policy(policy_id, viewer=by)
    notified_on = today() if notified_on is None else notified_on
    if max(occurred_on, notified_on) > today():
        raise refusals.LossInTheFuture(field="occurred_on", on=max(occurred_on, notified_on))
    if notified_on < occurred_on:
        raise refusals.NotifiedBeforeTheLoss(field="notified_on", notified_on=notified_on, occurred_on=occurred_on)
    if not accept_without_cover:
        _cover_must_be_in_force(policy_id, policy.number, occurred_on, by)
    if claimed is not None:
        _same_currency(policy.currency, claimed)
    normal = normalise(IdentifierKind.CLAIM_NO, number)
    if Claim.objects.filter(number=normal).exists():
        raise refusals.NumberTaken(field="number", number=normal)
    claim = Claim.objects.create(
        customer_id=policy.customer_id,
        policy=policy,
        number=normal,
        cause=cause.strip(),
        occurred_on=occurred_on,
        notified_on=notified_on,
        currency=policy.currency,
        claimed_amount=None if claimed is None else claimed.amount,
    )
    customer_actions.claim_identifier(
        policy.customer_id,
        kind=IdentifierKind.CLAIM_NO,
        value=normal,
        subject_id=claim.pk,
        since=notified_on,
        by=by.actor,
    )
    _tell(events.NOTIFIED, claim, on=notified_on, by=by, occurred_on=occurred_on.isoformat(), cause=claim.cause)
    return claim


def _cover_must_be_in_force(policy_id: int, number: str, on: date, by: Viewer) -> None:
    held = policies.statuses_of(policy_id, viewer=by, on=on)
    now_held = policies.statuses_of(policy_id, viewer=by, on=today())
    if PolicyStatus.CANCELLED in now_held:  # Given back in the cooling-off period: it never was in force.
        held = now_held
    if PolicyStatus.ON_RISK not in held:
        names = "、".join(str(status.label) for status in PolicyStatus if status in held)
        raise refusals.CoverNotInForce(field="occurred_on", policy=number, on=on, statuses=names)


@transaction.atomic
def complete_papers(claim_id: int, *, on: date | None = None, by: Viewer) -> Claim:
    """All papers are in: from now the thirty days of 保险法 §23 run."""
    claim, day = _locked(claim_id, Step.COMPLETE_PAPERS, on=on, by=by)
    claim.papers_complete_on = day
    claim.save(update_fields=["papers_complete_on"])
    _tell(events.PAPERS_COMPLETE, claim, on=day, by=by)
    return claim


@transaction.atomic
def decide_claim(
    claim_id: int,
    *,
    decision: Decision | str,
    amount: Money | None = None,
    reason: str = "",
    on: date | None = None,
    by: Viewer,
) -> Claim:
    """Accept, accept in part (``amount`` agreed) or refuse with reasons; then the clock of payment or of notice runs."""
    claim, day = _locked(claim_id, Step.DECIDE, on=on, by=by)
    decision = Decision(decision)
    if decision == Decision.REFUSED and not reason.strip():
        raise refusals.ReasonMissing(field="reason")
    payload: dict[str, Any] = {"decision": decision.value}
    if reason.strip():
        payload["reason"] = reason.strip()
    if amount is not None and decision != Decision.REFUSED:
        _positive(claim, amount)
        payload |= {"amount": str(amount.amount), "currency": claim.currency}
    claim.decided_on, claim.decision = day, decision
    claim.save(update_fields=["decided_on", "decision"])
    event = events.REFUSED if decision == Decision.REFUSED else events.DECIDED
    _tell(event, claim, on=day, by=by, **payload)
    return claim


@transaction.atomic
def notify_refusal(claim_id: int, *, on: date | None = None, by: Viewer) -> Claim:
    """The notice of refusal has gone out with its reasons (保险法 §24: within three days)."""
    claim, day = _locked(claim_id, Step.NOTIFY_REFUSAL, on=on, by=by)
    claim.refusal_notified_on = day
    claim.save(update_fields=["refusal_notified_on"])
    _tell(events.REFUSAL_NOTIFIED, claim, on=day, by=by)
    return claim


@transaction.atomic
def pay_claim(claim_id: int, *, amount: Money, on: date | None = None, by: Viewer) -> Claim:
    """Pay what was agreed (保险法 §23: within ten days)."""
    claim, day = _locked(claim_id, Step.PAY, on=on, by=by)
    _positive(claim, amount)
    claim.paid_on, claim.paid_amount = day, amount.amount
    claim.save(update_fields=["paid_on", "paid_amount"])
    _tell(events.PAID, claim, on=day, by=by, amount=str(amount.amount), currency=claim.currency)
    return claim


@transaction.atomic
def close_claim(claim_id: int, *, on: date | None = None, note: str = "", by: Viewer) -> Claim:
    """Close a claim that was paid, refused or withdrawn; raises CannotClose while money is due."""
    claim, day = _locked(claim_id, Step.CLOSE, on=on, by=by)
    claim.closed_on = day
    claim.save(update_fields=["closed_on"])
    _tell(events.CLOSED, claim, on=day, by=by, note=note.strip())
    return claim


def _locked(claim_id: int, step: Step, *, on: date | None, by: Viewer) -> tuple[Claim, date]:
    """The claim's row, locked, if the step may be taken on that day."""
    require(by, Permission.HANDLE_CLAIMS)
    rows = visible(by).select_for_update(of=("self",)).select_related("policy__product")
    claim = rows.filter(pk=claim_id).first()
    if claim is None:
        raise ClaimNotFound
    day = today() if on is None else on
    if day > today():
        raise refusals.LossInTheFuture(field="on", on=day)
    facts = facts_of(claim)
    clocks = clocks_for(product=claim.policy.product.code, on=day)
    held = rules.statuses(facts, on=max(day, _latest(facts)), clocks=clocks)
    if not rules.may(step, held):
        names = "、".join(str(status.label) for status in ClaimStatus if status in held)
        refusal = refusals.REFUSED_AS.get(step, refusals.StepRefused)
        raise refusal(claim=claim.number, on=day, statuses=names, step=step.label)
    if day < _latest(facts):
        raise refusals.StepOutOfOrder(field="on", step=step.label, on=day, latest=_latest(facts))
    return claim, day


def facts_of(claim: Claim) -> ClaimFacts:
    """The dated facts of a row, for the rules."""
    return ClaimFacts(
        notified_on=claim.notified_on,
        papers_complete_on=claim.papers_complete_on,
        decided_on=claim.decided_on,
        decision=claim.decision,
        refusal_notified_on=claim.refusal_notified_on,
        paid_on=claim.paid_on,
        closed_on=claim.closed_on,
    )


def _latest(facts: ClaimFacts) -> date:
    days = (facts.papers_complete_on, facts.decided_on, facts.refusal_notified_on, facts.paid_on, facts.closed_on)
    return max([facts.notified_on, *(day for day in days if day is not None)])


def _same_currency(expected: str, amount: Money) -> None:
    if amount.currency != expected:
        raise refusals.WrongCurrency(field="amount", expected=expected, given=amount.currency)


def _positive(claim: Claim, amount: Money) -> None:
    _same_currency(claim.currency, amount)
    if amount.amount <= 0:
        raise refusals.AmountNotPositive(field="amount")


def _tell(kind: EventKind, claim: Claim, *, on: date, by: Viewer, **payload: str) -> None:
    record(
        kind,
        by=by.actor,
        customer_id=claim.customer_id,
        org_unit_id=claim.policy.org_unit_id,
        subject=("claim", claim.pk),
        payload={
            "claim": claim.number,
            "policy": claim.policy.number,
            "on": on.isoformat(),
            **{name: value for name, value in payload.items() if value != ""},
        },
        occurred_at=None if on == today() else datetime.combine(on, time(12), COMPANY_ZONE),
    )
