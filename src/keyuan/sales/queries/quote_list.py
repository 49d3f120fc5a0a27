"""The list of quotes: filters, order and scope as a queryset, and its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from keyuan.products.queries import version
from keyuan.sales.models import YEARLY, Quote
from keyuan.sales.queries.quotes import quotes_visible

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.products.definition import Definition


@dataclass(frozen=True, slots=True)
class QuoteFilter:
    """What the list is narrowed to; empty narrows nothing. ``state``: valid or expired; ``whose``: mine."""

    product: str = ""
    state: str = ""
    whose: str = ""
    since: date | None = None
    customer: int | None = None
    prospect: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """A quote as a row. ``about``: whom it is for, empty for nobody by name."""

    id: UUID
    product: str
    name: str
    version: int
    made_on: date
    valid_until: date
    expired: bool
    about: str
    maker: str
    premium: Decimal
    mode: int
    yearly: Decimal
    branch: str
    channel: str


def quotes_listed(wanted: QuoteFilter, *, viewer: Viewer, on: date) -> QuerySet[Quote]:
    """The quotes in scope that fit on the day ``on``, the newest first, each with its ``yearly`` premium."""
    found = quotes_visible(viewer).filter(_conditions(wanted, viewer, on)).annotate(yearly=YEARLY)
    return found.order_by("-made_at", "-id").select_related("customer", "prospect", "made_by", "org_unit")


def _conditions(wanted: QuoteFilter, viewer: Viewer, on: date) -> Q:
    found = Q()
    if wanted.product:
        found &= Q(product=wanted.product)
    if wanted.state:
        found &= Q(valid_until__lte=on) if wanted.state == "expired" else Q(valid_until__gt=on)
    if wanted.whose == "mine":
        found &= Q(made_by_id=viewer.user_id)
    if wanted.since is not None:
        found &= Q(made_on__gte=wanted.since)
    if wanted.until is not None:
        found &= Q(made_on__lte=wanted.until)
    if wanted.customer is not None:
        found &= Q(customer_id=wanted.customer)
    if wanted.prospect is not None:
        found &= Q(prospect_id=wanted.prospect)
    return found


def quote_rows(found: Iterable[Quote], *, on: date, language: str) -> list[QuoteRow]:
    """Quotes as rows; each product's definition is read once."""
    known: dict[tuple[str, int], Definition] = {}
    rows = []
    for one in found:
        pinned = (one.product, one.version)
        if pinned not in known:
            known[pinned] = version(one.product, number=one.version)
        about = one.customer or one.prospect
        rows.append(
            QuoteRow(
                id=one.pk,
                product=one.product,
                name=known[pinned].name.said(language),
                version=one.version,
                made_on=one.made_on,
                valid_until=one.valid_until,
                expired=on >= one.valid_until,
                about="" if about is None else about.name,
                maker="" if one.made_by is None else str(one.made_by),
                premium=Decimal(one.price["premium"]),
                mode=MONTHS.get(len(one.price["instalments"]), 12),
                yearly=Decimal(one.price["yearly"]),
                branch="" if one.org_unit is None else one.org_unit.label,
                channel=one.channel,
            )
        )
    return rows


MONTHS = {12: 1, 4: 3, 2: 6, 1: 12}
