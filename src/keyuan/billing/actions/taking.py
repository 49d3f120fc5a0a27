"""Taking what a gateway says: the one place where money comes in, however we heard of it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from keyuan.billing import chart, events, hooks, ledger, rules
from keyuan.billing.actions.attempts import lock_order
from keyuan.billing.actions.refunds import queue_refund
from keyuan.billing.models import Attempt
from keyuan.billing.refusals import PaidAlready
from keyuan.billing.rules import Payment, Told
from keyuan.billing.states import Outcome, RefundReason
from keyuan.eventlog.actions import record
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import COMPANY_ZONE, now
from keyuan.kernel.money import Money
from keyuan.kernel.refusals import Refusal


@transaction.atomic
def take_told(told: Told, *, gateway: str) -> tuple[Outcome, Attempt | None]:
    """Act upon what a gateway says of a trade; the same said again changes nothing."""
    by = Actor.system(gateway)
    known = Attempt.objects.filter(gateway=gateway, number=told.number).values_list("purpose", "order_ref").first()
    if known is None:
        return Outcome.UNKNOWN, None
    # The order before the attempt: two attempts for one order must not both be honoured.
    lock_order(*known)
    attempt = Attempt.objects.select_for_update().get(gateway=gateway, number=told.number)
    verdict = rules.judge(attempt.facts, told, at=now())
    if isinstance(verdict, Payment):
        if Attempt.objects.filter(gateway=gateway, trade_no=told.trade_no).exists():
            return Outcome.OTHER_TRADE, attempt
        return _take_payment(attempt, told, verdict, by=by), attempt
    if verdict == Outcome.CLOSED:
        close(attempt, by=by)
    return verdict, attempt


def close(attempt: Attempt, *, by: Actor) -> None:
    """Nobody can pay it any more; the attempt is locked by the caller."""
    attempt.closed_at, attempt.next_ask_at = now(), None
    attempt.save(update_fields=["closed_at", "next_ask_at"])
    payload = {"order": attempt.order_ref}
    record(events.CLOSED, by=by, customer_id=attempt.customer_id, subject=_subject(attempt), payload=payload)


def _take_payment(attempt: Attempt, told: Told, payment: Payment, *, by: Actor) -> Outcome:
    at = now()
    attempt.trade_no, attempt.paid_amount, attempt.paid_at = told.trade_no, payment.amount, payment.paid_at
    attempt.booked_at = attempt.honoured_at = at
    attempt.next_ask_at = None
    _book_receipt(attempt, by=by)
    why, code, sentence = payment.refused, payment.refused or "", ""
    if why is None:
        try:
            with transaction.atomic():
                _honour(attempt, by=by)
        except Refusal as refusal:
            why = RefundReason.PAID_TWICE if isinstance(refusal, PaidAlready) else RefundReason.REFUSED
            code, sentence = refusal.code, str(refusal)
    if why is None:
        return Outcome.HONOURED
    _refuse(attempt, why, code=code, sentence=sentence or str(why.label), at=at, by=by)
    return Outcome.REFUSED


def _honour(attempt: Attempt, *, by: Actor) -> None:
    """Mark it and hand it to whoever it is for; raises what they refuse with."""
    paid = Attempt.objects.filter(purpose=attempt.purpose, order_ref=attempt.order_ref, honoured_at__isnull=False)
    if paid.exclude(pk=attempt.pk).exists():
        raise PaidAlready(order=attempt.order_ref)
    attempt.save()
    earned = hooks.take(attempt)
    booked = _day(attempt.booked_at)
    amount = Money(attempt.paid_amount or 0, attempt.currency)
    ledger.post(
        [ledger.debit(chart.ADVANCE, amount), ledger.credit(chart.PREMIUM, amount)],
        key=f"premium:{attempt.number}",
        # 企业会计准则第25号 §7: income once the risk is borne. Dated then, it stands as received in advance until that day.
        on=booked if earned is None else max(booked, earned),
        subject=_subject(attempt),
        memo=attempt.order_ref,
        customer_id=attempt.customer_id,
        by=by,
    )


def _refuse(attempt: Attempt, why: RefundReason, *, code: str, sentence: str, at: datetime, by: Actor) -> None:
    attempt.honoured_at, attempt.refused_at = None, at
    attempt.refused_code, attempt.refused_why = code[:60], sentence[:300]
    attempt.save()
    payload = {"order": attempt.order_ref, "reason": why.value, "why": attempt.refused_why}
    record(events.REFUSED, by=by, customer_id=attempt.customer_id, subject=_subject(attempt), payload=payload)
    queue_refund(attempt, Money(attempt.paid_amount or 0, attempt.currency), reason=why, automatic=True, by=by)


def _book_receipt(attempt: Attempt, *, by: Actor) -> None:
    amount = Money(attempt.paid_amount or 0, attempt.currency)
    ledger.post(
        [ledger.debit(chart.CLEARING, amount), ledger.credit(chart.ADVANCE, amount)],
        key=f"received:{attempt.number}",
        on=_day(attempt.paid_at),
        subject=_subject(attempt),
        memo=attempt.order_ref,
        customer_id=attempt.customer_id,
        by=by,
    )
    payload = {
        "order": attempt.order_ref,
        "amount": str(amount.amount),
        "currency": amount.currency,
        "gateway": attempt.gateway,
        "trade": attempt.trade_no,
    }
    record(events.RECEIVED, by=by, customer_id=attempt.customer_id, subject=_subject(attempt), payload=payload)


def _subject(attempt: Attempt) -> tuple[str, str]:
    return ("payment", attempt.number)


def _day(moment: datetime | None) -> date:
    return (now() if moment is None else moment).astimezone(COMPANY_ZONE).date()
