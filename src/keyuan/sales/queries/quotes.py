"""Quotes: who sees which, and what one says today and would say again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet

from keyuan.accounts.roles import Permission, Role
from keyuan.customers import queries as customers
from keyuan.products.queries import version
from keyuan.sales.models import Quote
from keyuan.sales.pricing import kept, priced, worded
from keyuan.sales.queries.scope import visible
from keyuan.sales.refusals import QuoteNotFound

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.products.definition import Definition
    from keyuan.products.rating import Price


@dataclass(frozen=True, slots=True)
class QuoteSeen:
    """A quote as it was given; ``expired``: its days are over. ``price`` has the steps in the reader's language."""

    id: str
    product: str
    product_name: str
    product_name_en: str
    version: int
    made_on: date
    valid_until: date
    expired: bool
    channel: str
    customer_id: int | None
    prospect_id: int | None
    risk: Mapping[str, Any]
    price: Mapping[str, Any]


def quotes_visible(viewer: Viewer) -> QuerySet[Quote]:
    """Those about customers and prospects in scope; about nobody by name: one's own, and those of one's units."""
    if not viewer.is_staff or not viewer.may(Permission.SEE_CUSTOMERS):
        return Quote.objects.none()
    nameless = Q(customer__isnull=True, prospect__isnull=True)
    if viewer.role == Role.AGENT or viewer.unit_ids is not None:
        own = Q(made_by_id=viewer.user_id) if viewer.user_id is not None else Q(pk__in=())
        if viewer.role != Role.AGENT:
            own |= Q(org_unit_id__in=viewer.unit_ids or ())
        nameless &= own
    named = Q(customer__in=customers.visible(viewer)) | Q(prospect__in=visible(viewer))
    return Quote.objects.filter(nameless | named)


def quote(quote_id: UUID, *, viewer: Viewer, on: date) -> QuoteSeen:
    """One quote as it was given, its arithmetic reckoned again by its version. Raises QuoteNotFound."""
    found = quotes_visible(viewer).filter(pk=quote_id).first()
    if found is None:
        raise QuoteNotFound
    return seen(found, on=on)


def seen(found: Quote, *, on: date) -> QuoteSeen:
    """A quote that the caller has read in scope, as it is shown."""
    definition = version(found.product, number=found.version)
    _, again = priced(definition, found.risk, on=found.made_on)
    return shown(found, definition, again, on=on)


def shown(found: Quote, definition: Definition, again: Price, *, on: date) -> QuoteSeen:
    """The same, where the caller has the definition and what it gives today."""
    return QuoteSeen(
        id=str(found.pk),
        product=found.product,
        product_name=definition.name.zh,
        product_name_en=definition.name.en,
        version=found.version,
        made_on=found.made_on,
        valid_until=found.valid_until,
        expired=on >= found.valid_until,
        channel=found.channel,
        customer_id=found.customer_id,
        prospect_id=found.prospect_id,
        risk=found.risk,
        price=worded(again, definition) if kept(again) == found.price else found.price,
    )


def reckoned_again(found: Quote) -> bool:
    """Whether the pinned version still gives the price of the quote, to the cent."""
    definition = version(found.product, number=found.version)
    return bool(kept(priced(definition, found.risk, on=found.made_on)[1]) == found.price)
