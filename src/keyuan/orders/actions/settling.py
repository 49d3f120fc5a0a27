"""From the signature to the policy, or out of it: every step a dated fact."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from keyuan.kernel.clock import now
from keyuan.orders import events
from keyuan.orders.access import locked
from keyuan.orders.actions.common import definition_of, for_move, tell, trace
from keyuan.orders.document import clauses_bytes, effect_of
from keyuan.orders.models import SignedClauses
from keyuan.orders.states import Move

if TYPE_CHECKING:
    from uuid import UUID

    from keyuan.kernel.actor import Actor
    from keyuan.orders.access import Holder
    from keyuan.orders.models import Order


@transaction.atomic
def decided(order_id: UUID, *, by: Actor) -> Order:
    """A person has underwritten the order: a line in its own story. The decision itself stands in its application."""
    order = locked(order_id, by=by)
    effect = effect_of(order)
    tell(
        events.DECIDED,
        order,
        by=by,
        outcome=effect.outcome,
        loading_percent=effect.loading_percent,
        exclusions=list(effect.exclusions),
        premium=str(order.premium),
    )
    return order


@transaction.atomic
def signed(order_id: UUID, *, signature_ref: str, by: Holder | Actor) -> Order:
    """The applicant signed the order's document; ``signature_ref`` names the signature in the certificate centre."""
    order = for_move(order_id, Move.SIGN, by=by)
    order.signed_at, order.signature_ref = now(), signature_ref
    order.save(update_fields=["signed_at", "signature_ref"])
    _keep_clauses(order)
    tell(events.SIGNED, order, by=by, signature=signature_ref)
    trace(order, "sign", by=by)
    return order


def _keep_clauses(order: Order) -> None:
    """The bytes of the version that was signed, unless somebody has signed the same before."""
    content = clauses_bytes(definition_of(order))
    digest = hashlib.sha256(content).hexdigest()
    if not SignedClauses.objects.filter(pk=digest).exists():
        SignedClauses.objects.bulk_create([SignedClauses(digest=digest, content=content)], ignore_conflicts=True)


@transaction.atomic
def paid(order_id: UUID, *, attempt_ref: str, amount: Decimal, by: Actor) -> Order:
    """The gateway says that the first premium was paid. Raises OrderMoveRefused if there is nothing to pay (any more)."""
    order = for_move(order_id, Move.PAY, by=by)
    order.paid_at, order.attempt_ref = now(), attempt_ref
    order.save(update_fields=["paid_at", "attempt_ref"])
    tell(events.PAID, order, by=by, amount=str(amount), attempt=attempt_ref)
    trace(order, "pay", by=by)
    return order


@transaction.atomic
def issued(order_id: UUID, *, policy_number: str, by: Actor) -> Order:
    """The policy stands."""
    order = for_move(order_id, Move.ISSUE, by=by)
    order.issued_at, order.policy_number = now(), policy_number
    order.save(update_fields=["issued_at", "policy_number"])
    tell(events.ISSUED, order, by=by, policy=policy_number)
    trace(order, "issue", by=by, policy_number=policy_number)
    return order


@transaction.atomic
def refunded(order_id: UUID, *, reason: str, by: Actor) -> Order:
    """What was paid went back, because no policy came of it or the customer cancelled. Saying so twice changes nothing."""
    order = locked(order_id, by=by)
    if order.refunded_at is None and order.paid_at is not None:
        order.refunded_at = now()
        order.save(update_fields=["refunded_at"])
        tell(events.REFUNDED, order, by=by, reason=reason)
    return order


@transaction.atomic
def withdraw(order_id: UUID, *, reason: str = "", by: Holder | Actor) -> Order:
    """The customer does not go on. What was typed stays with the record of the sale."""
    order = for_move(order_id, Move.WITHDRAW, by=by)
    order.withdrawn_at, order.withdrawn_reason = now(), reason.strip()[:200]
    order.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    tell(events.WITHDRAWN, order, by=by, reason=order.withdrawn_reason)
    return order
