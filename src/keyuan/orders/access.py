"""Who holds an order: the customer it belongs to, whoever has its token, a part of the system that carries it on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.customers import queries as customers
from keyuan.kernel.actor import Actor
from keyuan.orders.models import Order
from keyuan.orders.refusals import OrderNotFound
from keyuan.orders.rules import Facts


@dataclass(frozen=True, slots=True)
class Holder:
    """Who stands at the screen: a signed-in customer, the tokens that their browser keeps, or both."""

    viewer: Viewer = STRANGER
    tokens: tuple[str, ...] = ()

    @property
    def actor(self) -> Actor:
        """As the log names them; somebody not yet known is a visitor."""
        if self.viewer.user_id is not None:
            return self.viewer.actor
        return Actor(kind="customer", id="", name=_("网上访客"))


def digest_of(token: str) -> bytes:
    """What of a token is kept."""
    return hashlib.sha256(token.encode()).digest()


def held(holder: Holder) -> QuerySet[Order]:
    """The orders that somebody holds. A token opens an order only until it belongs to a customer."""
    found = Q(pk__in=())
    if holder.viewer.user_id is not None and not holder.viewer.is_staff:
        found |= Q(customer__in=customers.visible(holder.viewer))
    if tokens := _digests(holder.tokens):
        found |= Q(token_digest__in=tokens, customer__isnull=True)
    return Order.objects.filter(found).select_related("application", "quote")


def _digests(tokens: Iterable[str]) -> list[bytes]:
    return [digest_of(token) for token in tokens if token]


def locked(order_id: UUID, *, by: Holder | Actor) -> Order:
    """The order's row, locked until the transaction ends; raises OrderNotFound. A system actor carries on any order."""
    rows = Order.objects.select_related("application", "quote") if isinstance(by, Actor) else held(by)
    found = rows.select_for_update(of=("self",)).filter(pk=order_id).first()
    if found is None:
        raise OrderNotFound
    return found


def actor_of(by: Holder | Actor) -> Actor:
    return by if isinstance(by, Actor) else by.actor


def facts_of(order: Order) -> Facts:
    """The dated facts of an order; the last word of underwriting comes with its application."""
    one = order.application
    outcome, decided_at = "", None
    if one is not None:
        outcome = one.final_outcome or ("" if one.outcome == "refer" else one.outcome)
        decided_at = (one.decided_at or one.submitted_at) if outcome else None
    return Facts(
        expires_at=order.expires_at,
        submitted_at=order.submitted_at,
        outcome=outcome,
        decided_at=decided_at,
        agreed_at=order.agreed_at,
        signed_at=order.signed_at,
        paid_at=order.paid_at,
        issued_at=order.issued_at,
        withdrawn_at=order.withdrawn_at,
        refunded_at=order.refunded_at,
    )
