"""Beginning to pay: the attempt is on record before anybody outside hears of it."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import connection, transaction

from keyuan.billing import events, gateways, rules
from keyuan.billing.models import Attempt
from keyuan.billing.refusals import NothingToPay, PaidAlready, PaymentTimePast
from keyuan.billing.states import Purpose
from keyuan.eventlog.actions import record
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import COMPANY_ZONE, now
from keyuan.kernel.money import Money

#: Without the letters and digits that are mistaken for each other.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@transaction.atomic
def begin(
    order_ref: str,
    *,
    customer_id: int,
    amount: Money,
    subject: str,
    expires_at: datetime,
    return_url: str = "",
    gateway: str = "alipay",
    purpose: str = Purpose.ORDER,
    phone: bool = False,
    by: Actor,
) -> Attempt:
    """Put an attempt on record; ``pay_url`` of the answer is where the buyer pays, until ``expires_at``.

    ``subject`` is what the buyer reads at the gateway. An open attempt for the same order and amount is given back
    instead of a second one. Calls nobody. Raises PaidAlready, NothingToPay, PaymentTimePast, GatewayUnknown,
    GatewayNotReady.
    """
    at = now()
    gateways.the(gateway)
    if amount.amount <= 0:
        raise NothingToPay
    if expires_at <= at:
        raise PaymentTimePast
    lock_order(purpose, order_ref)
    earlier = Attempt.objects.filter(purpose=purpose, order_ref=order_ref)
    if earlier.filter(honoured_at__isnull=False).exists():
        raise PaidAlready(order=order_ref)
    asked = {
        "customer_id": customer_id,
        "gateway": gateway,
        "title": subject[:120],
        "amount": amount.amount,
        "currency": amount.currency,
        "phone": phone,
        "return_url": return_url,
        "expires_at": expires_at,
    }
    same = earlier.filter(booked_at__isnull=True, closed_at__isnull=True, **asked).first()
    if same is not None:
        return same
    made = Attempt.objects.create(
        number=new_number("P", at),
        purpose=Purpose(purpose),
        order_ref=order_ref,
        begun_at=at,
        next_ask_at=rules.ask_again_at(0, expires_at=expires_at, at=at),
        **asked,
    )
    payload = {"order": order_ref, "amount": str(amount.amount), "currency": amount.currency, "gateway": gateway}
    record(events.BEGUN, by=by, customer_id=customer_id, subject=("payment", made.number), payload=payload)
    return made


def new_number(letter: str, at: datetime) -> str:
    """A number that nobody guesses and nobody had: letter, day, twelve signs."""
    day = at.astimezone(COMPANY_ZONE)
    return f"{letter}{day:%Y%m%d}{''.join(secrets.choice(SIGNS) for _ in range(12))}"


def lock_order(purpose: str, order_ref: str) -> None:
    """Whoever pays for the same order at the same time waits until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"billing:{purpose}:{order_ref}"])
