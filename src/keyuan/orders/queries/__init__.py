"""Every read of the orders room; each names who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from keyuan.kernel.clock import now, today
from keyuan.orders.access import Holder, facts_of, held
from keyuan.orders.actions.common import definition_of, details_of
from keyuan.orders.document import Effect, document, effect_of
from keyuan.orders.models import Order, SignedClauses
from keyuan.orders.preparing import Offer, offer
from keyuan.orders.queries.listing import OrderFilter, listed, visible
from keyuan.orders.refusals import OrderNotFound
from keyuan.orders.rules import stage
from keyuan.underwriting.questions import catalogue

__all__ = [
    "OrderFilter",
    "Seen",
    "listed",
    "order",
    "order_numbered",
    "orders_of",
    "signed_clauses",
    "the_order",
    "visible",
    "waiting_for_policy",
]

if TYPE_CHECKING:
    from typing import Any
    from uuid import UUID

    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.orders.details import Details
    from keyuan.orders.states import Stage
    from keyuan.products.definition import Definition


@dataclass(frozen=True, slots=True)
class Seen:
    """An order as its holder sees it."""

    order: Order
    details: Details
    definition: Definition
    stage: Stage
    effect: Effect

    def offer(self) -> Offer:
        """The price as it stands: of today while it is filled in, of the day of submission afterwards. Raises RiskRefused."""
        quote = self.order.quote
        day = quote.made_on if quote is not None else today()
        return offer(self.details, self.definition, on=day, loading_percent=self.effect.loading_percent)

    @property
    def name(self) -> str:
        """The product's name in the reader's language."""
        return self.definition.name.said(get_language() or "")

    def reasons(self) -> list[tuple[str, str, str]]:
        """Why underwriting decided as it did: what follows, from which question, answered how. Empty for a standard one."""
        one, language = self.order.application, "en" if (get_language() or "").startswith("en") else "zh"
        if one is None or self.effect.outcome == "standard":
            return []
        return [
            (reason.text.get(language, ""), reason.question.get(language, ""), reason.answer.get(language, ""))
            for reason in one.told_reasons()
        ]

    @property
    def exclusion_names(self) -> list[str]:
        """What underwriting leaves out of the cover, in words."""
        known, language = catalogue().exclusions, get_language() or ""
        return [known[code].said(language) if code in known else code for code in self.effect.exclusions]

    def document(self) -> dict[str, Any]:
        """What is signed."""
        return document(self.order, self.details, self.offer(), self.definition)


def order(order_id: UUID, *, by: Holder) -> Seen:
    """One order; raises OrderNotFound for everybody but its holder."""
    return _seen(held(by).filter(pk=order_id).first())


def order_numbered(number: str) -> Seen:
    """The order of this number, for a part of the system that carries it on; raises OrderNotFound."""
    return _seen(Order.objects.select_related("application", "quote").filter(number=number).first())


def order_of_application(application_id: int) -> Seen | None:
    """The order of an application to underwriting, for a part of the system that carries it on; None if it has none."""
    rows = Order.objects.select_related("application", "quote")
    found = rows.filter(application_id=application_id, customer__isnull=False).first()
    return None if found is None else _seen(found)


def _seen(found: Order | None) -> Seen:
    if found is None:
        raise OrderNotFound
    at = stage(facts_of(found), at=now())
    return Seen(found, details_of(found), definition_of(found), at, effect_of(found))


def signed_clauses(digest: str) -> bytes | None:
    """A product's version in the bytes that were signed, by their digest; None if nobody has signed such. Nobody's secret."""
    found = SignedClauses.objects.filter(pk=digest).values_list("content", flat=True).first()
    return None if found is None else bytes(found)


def orders_of(holder: Holder) -> list[Seen]:
    """The orders of somebody, the newest first: at most fifty."""
    return [_seen(one) for one in held(holder).order_by("-created_at")[:50]]


def the_order(order_id: UUID, *, viewer: Viewer) -> Order:
    """One order of a customer in a member of staff's scope, without what was said in it; raises OrderNotFound."""
    found = listed(OrderFilter(), viewer=viewer).filter(pk=order_id).first()
    if found is None:
        raise OrderNotFound
    return found


def waiting_for_policy() -> QuerySet[Order]:
    """Paid, and neither issued nor refunded: what a worker carries on after a failure."""
    return Order.objects.filter(paid_at__isnull=False, issued_at__isnull=True, refunded_at__isnull=True).order_by(
        "paid_at"
    )
