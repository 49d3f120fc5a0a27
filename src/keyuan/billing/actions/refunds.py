"""Refunds: on record first, then sent, and sent again until the gateway says yes or no."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Sum
from procrastinate.contrib.django import app

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.billing import chart, events, gateways, ledger, rules
from keyuan.billing.actions.attempts import new_number
from keyuan.billing.models import Attempt, Entry, Refund
from keyuan.billing.queries.payments import the_refund
from keyuan.billing.refusals import AttemptNotFound, NothingToPay, NotPaid, RefundNotFailed, RefundTooHigh
from keyuan.billing.states import AUTOMATIC, RefundReason, RefundState
from keyuan.eventlog.actions import record
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import COMPANY_ZONE, now, today
from keyuan.kernel.money import Money


@transaction.atomic
def refund(attempt_id: int, *, amount: Money, reason: str, note: str = "", by: Actor) -> Refund:
    """Give back all or part of an honoured payment, such as after a cancellation in the cooling-off period.

    It is sent after this transaction. Raises AttemptNotFound, NotPaid, RefundTooHigh, NothingToPay.
    """
    attempt = Attempt.objects.select_for_update().filter(pk=attempt_id).first()
    if attempt is None:
        raise AttemptNotFound
    if attempt.honoured_at is None or RefundReason(reason) in AUTOMATIC:
        raise NotPaid(number=attempt.number)
    if amount.amount <= 0:
        raise NothingToPay
    given = attempt.refunds.filter(failed_at__isnull=True).aggregate(total=Sum("amount"))["total"] or 0
    left = Money((attempt.paid_amount or 0) - given, attempt.currency)
    if left < amount:
        raise RefundTooHigh(left=f"{left.amount} {left.currency}")
    return queue_refund(attempt, amount, reason=RefundReason(reason), note=note, automatic=False, by=by)


def queue_refund(
    attempt: Attempt, amount: Money, *, reason: RefundReason, note: str = "", automatic: bool, by: Actor
) -> Refund:
    """Put a refund on record in the caller's transaction: from then on it is owed."""
    at = now()
    made = Refund.objects.create(
        attempt=attempt,
        customer_id=attempt.customer_id,
        number=new_number("R", at),
        amount=amount.amount,
        currency=amount.currency,
        reason=reason,
        note=note[:200],
        automatic=automatic,
        queued_at=at,
        queued_by=by.name,
        next_try_at=at,
    )
    source = _source(made, amount, by=by)
    _book(made, [ledger.debit(source, amount), ledger.credit(chart.REFUNDS_PAYABLE, amount)], key="refund-owed", by=by)
    payload = _payload(made) | {"reason": reason.value, "automatic": automatic}
    record(events.REFUND_QUEUED, by=by, customer_id=made.customer_id, subject=("refund", made.number), payload=payload)
    # The job is on the queue only if this transaction ends well; the sweep sends what no job could.
    app.configure_task("billing.send_refund").defer(refund_id=made.pk)
    return made


def _source(made: Refund, amount: Money, *, by: Actor) -> str:
    """The account that a refund is owed out of: what was never earned, what was earned and is undone, what is returned.

    A contract given back in its cooling-off period was never in force: its premium is no income, now or later.
    """
    if made.automatic:
        return chart.ADVANCE
    if made.reason != RefundReason.COOLING_OFF:
        return chart.PREMIUM_RETURNED
    earned = Entry.objects.filter(key=f"premium:{made.attempt.number}").first()
    if earned is None or earned.on <= today():
        return chart.PREMIUM
    ledger.post(
        [ledger.debit(chart.PREMIUM, amount), ledger.credit(chart.ADVANCE, amount)],
        key=f"refund-unearned:{made.number}",
        on=earned.on,
        subject=("refund", made.number),
        memo=made.attempt.order_ref,
        customer_id=made.customer_id,
        by=by,
    )
    return chart.ADVANCE


def send_refund(refund_id: int) -> RefundState:
    """Send one refund, outside any transaction, and put the answer on record. Safe to repeat and to run twice at once."""
    found = Refund.objects.select_related("attempt").get(pk=refund_id)
    if found.state != RefundState.QUEUED:
        return found.state
    gateway = gateways.the(found.attempt.gateway)
    try:
        answer = gateway.refund(
            found.attempt.number, amount=found.amount, request=found.number, reason=str(found.get_reason_display())
        )
    except gateways.GatewayError as error:
        return _note_silence(refund_id, str(error))
    return _note_answer(refund_id, answer, by=Actor.system(found.attempt.gateway))


@transaction.atomic
def _note_silence(refund_id: int, why: str) -> RefundState:
    one = Refund.objects.select_for_update().get(pk=refund_id)
    if one.state == RefundState.QUEUED:
        one.next_try_at = rules.try_again_at(one.tries, at=now())
        one.tries = min(one.tries + 1, 30_000)
        one.answer = why[:200]
        one.save(update_fields=["tries", "next_try_at", "answer"])
    return one.state


@transaction.atomic
def _note_answer(refund_id: int, answer: gateways.Refunding, *, by: Actor) -> RefundState:
    one = Refund.objects.select_for_update().get(pk=refund_id)
    if one.state != RefundState.QUEUED:
        return one.state
    one.tries, one.next_try_at, one.answer = min(one.tries + 1, 30_000), None, answer.why[:200]
    subject, payload = ("refund", one.number), _payload(one)
    if answer.done:
        one.done_at = now()
        amount = Money(one.amount, one.currency)
        lines = [ledger.debit(chart.REFUNDS_PAYABLE, amount), ledger.credit(chart.CLEARING, amount)]
        _book(one, lines, key="refund-paid", by=by)
        record(events.REFUND_DONE, by=by, customer_id=one.customer_id, subject=subject, payload=payload)
    else:
        # The money stays owed (refunds payable) until somebody settles it.
        one.failed_at = now()
        payload |= {"answer": one.answer}
        record(events.REFUND_FAILED, by=by, customer_id=one.customer_id, subject=subject, payload=payload)
    one.save(update_fields=["tries", "next_try_at", "answer", "done_at", "failed_at"])
    return one.state


@transaction.atomic
def retry_refund(refund_id: int, *, by: Viewer) -> Refund:
    """Send a refund again that the gateway had refused, under the same number: it pays once at most.

    Raises NotPermitted, RefundNotFound, RefundNotFailed.
    """
    require(by, Permission.RECONCILE)
    the_refund(refund_id, viewer=by)
    one = Refund.objects.select_for_update().get(pk=refund_id)
    if one.state != RefundState.FAILED:
        raise RefundNotFailed(number=one.number, state=one.state.label)
    one.failed_at, one.next_try_at = None, now()
    one.save(update_fields=["failed_at", "next_try_at"])
    subject = ("refund", one.number)
    record(events.REFUND_RETRIED, by=by.actor, customer_id=one.customer_id, subject=subject, payload=_payload(one))
    return one


def _payload(one: Refund) -> dict[str, str]:
    return {"payment": one.attempt.number, "amount": str(one.amount), "currency": one.currency}


def _book(one: Refund, lines: list[ledger.Line], *, key: str, by: Actor) -> None:
    ledger.post(
        lines,
        key=f"{key}:{one.number}",
        on=now().astimezone(COMPANY_ZONE).date(),
        subject=("refund", one.number),
        memo=one.attempt.order_ref,
        customer_id=one.customer_id,
        by=by,
    )
