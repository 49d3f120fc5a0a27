"""Asking the gateway ourselves: a notification that was lost is found, and what nobody paid is closed."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction

from keyuan.billing import gateways, rules
from keyuan.billing.actions.attempts import lock_order
from keyuan.billing.actions.taking import close, take_told
from keyuan.billing.gateways import Closing
from keyuan.billing.models import Attempt
from keyuan.billing.states import AttemptState, TradeStatus
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now


def ask_gateway(attempt_id: int) -> AttemptState:
    """Ask what became of an attempt and act upon it; never inside a transaction.

    For the job, and for the page that the buyer comes back to. After the deadline what is not paid is closed, there
    and here. No answer changes nothing: it is asked again.
    """
    attempt = Attempt.objects.get(pk=attempt_id)
    if attempt.booked_at is None and attempt.closed_at is None:
        _put_off(attempt)
        # No answer: it is put off already.
        with suppress(gateways.GatewayError):
            _ask(attempt)
    return state(attempt_id)


def _ask(attempt: Attempt) -> None:
    gateway = gateways.the(attempt.gateway)
    told = gateway.query(attempt.number)
    if told is not None and told.status != TradeStatus.WAIT:
        take_told(told, gateway=attempt.gateway)
    elif now() >= attempt.expires_at + rules.MARGIN and gateway.close(attempt.number) != Closing.PAID:
        # Paid in this very moment: the next time we ask it says so.
        _close_unpaid(attempt)


@transaction.atomic
def _close_unpaid(attempt: Attempt) -> None:
    lock_order(attempt.purpose, attempt.order_ref)
    held = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if held.booked_at is None and held.closed_at is None:
        close(held, by=Actor.system(held.gateway))


def _put_off(attempt: Attempt) -> None:
    later = rules.ask_again_at(attempt.asks + 1, expires_at=attempt.expires_at, at=now())
    # Only while it waits: a payment that came in meanwhile took it off the list.
    Attempt.objects.filter(pk=attempt.pk, next_ask_at__isnull=False).update(
        asks=min(attempt.asks + 1, 30_000), next_ask_at=later
    )


def state(attempt_id: int) -> AttemptState:
    """What holds of an attempt now."""
    attempt = Attempt.objects.get(pk=attempt_id)
    refunded = attempt.refused_at is not None and attempt.refunds.filter(automatic=True, done_at__isnull=False).exists()
    return rules.state_of(attempt.facts, refunded=refunded, at=now())
