"""What gateways tell us: stored as it came, then looked at, then acted upon. Told twice, late or falsely, it ends well."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction

from keyuan.billing import gateways
from keyuan.billing.actions.taking import take_told
from keyuan.billing.models import Notification
from keyuan.billing.rules import Told
from keyuan.billing.states import TAKEN, Outcome
from keyuan.kernel.clock import now

#: More than any gateway sends; what is longer is cut, and cannot be genuine.
MOST: Final = 16_000


def receive(gateway: str, raw: str, *, address: str = "") -> str:
    """Take in a notification; the answer is what the gateway wants to hear.

    Stored first and for itself: whatever goes wrong afterwards, what was said is kept. Raises GatewayUnknown,
    GatewayNotReady before anything is stored.
    """
    known = gateways.the(gateway)
    kept = Notification.objects.create(
        gateway=gateway,
        raw=raw[:MOST].replace("\x00", ""),
        address=address,
        received_at=now(),
        number=known.number_in(raw[:MOST]).replace("\x00", ""),
    )
    return known.taken if handle(kept.pk) in TAKEN else known.not_taken


def handle(notification_id: int) -> Outcome:
    """Act upon a stored notification, once; what it came to stays on it."""
    with transaction.atomic():
        kept = Notification.objects.select_for_update().get(pk=notification_id)
        if kept.handled_at is not None:
            return Outcome(kept.outcome)
        told = _believed(kept)
        if isinstance(told, Outcome):
            kept.outcome = told
        else:
            kept.trade_status, kept.amount = told.status, told.amount
            outcome, attempt = take_told(told, gateway=kept.gateway)
            kept.outcome = outcome
            if attempt is not None:
                kept.attempt_id, kept.customer_id = attempt.pk, attempt.customer_id
        kept.handled_at = now()
        kept.save(update_fields=["outcome", "trade_status", "amount", "attempt", "customer", "handled_at"])
    return Outcome(kept.outcome)


def _believed(kept: Notification) -> Told | Outcome:
    try:
        return gateways.the(kept.gateway).read(kept.raw)
    except gateways.Forged:
        return Outcome.FORGED
    except gateways.Unfit:
        return Outcome.OTHER_APP
    except gateways.Unreadable:
        return Outcome.UNREADABLE


def handle_left_over(*, older: timedelta = timedelta(minutes=1), most: int = 500) -> int:
    """Act upon what was stored and not handled, because the process ended in between; answers how many."""
    waiting = Notification.objects.filter(handled_at__isnull=True, received_at__lt=now() - older)
    ids = list(waiting.order_by("received_at").values_list("pk", flat=True)[:most])
    for one in ids:
        handle(one)
    return len(ids)
