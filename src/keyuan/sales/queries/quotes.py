"""Quotes: who sees which, and what one says today and would say again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet

from keyuan.products.queries import version
from keyuan.sales.models import Quote
from keyuan.sales.pricing import kept, priced, worded
from keyuan.sales.refusals import QuoteNotFound
from keyuan.sales.scoping import about_seen

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
    return about_seen(Quote.objects.all(), viewer)


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
