"""Quotes: what a product costs for a risk, with the arithmetic, pinned to the product's version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from keyuan.api.customers import FAILURES, viewer_of
from keyuan.api.intake import LONGEST_ID
from keyuan.api.replies import reply
from keyuan.kernel.clock import today
from keyuan.sales import actions, queries
from keyuan.sales.queries.quotes import shown

router = Router(tags=["quotes"])
Id = Annotated[int | None, Field(ge=1, le=LONGEST_ID)]


class NewQuote(Schema):
    """A product by its code and what is to be insured; docs/algorithms/rating.md lists the fields of each kind of risk."""

    product: Annotated[str, Field(max_length=30)]
    risk: dict[str, Any]
    customer_id: Id = None
    prospect_id: Id = None
    channel: Annotated[str, Field(max_length=20)] = ""


@dataclass(frozen=True, slots=True)
class StepSeen:
    """One line of the arithmetic: what it does (``code``, ``label``), to what, by how much, and what it comes to."""

    code: str
    of: str
    by: str
    amount: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class PriceSeen:
    """Amounts in yuan as texts. ``premium``: each instalment after the ``first``; ``yearly``: their sum in a year."""

    currency: str
    premium: str
    first: str
    yearly: str
    standard: str
    total: str
    years: int
    instalments: list[str]
    by_coverage: dict[str, str]
    steps: list[StepSeen]


@dataclass(frozen=True, slots=True)
class QuoteAnswer:
    """A quote as it was given; a later version of the product does not change it."""

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
    risk: dict[str, Any]
    price: PriceSeen


@router.post("", response={201: QuoteAnswer, **FAILURES}, summary="What a product costs for a risk")
def make(request: HttpRequest, body: NewQuote) -> HttpResponse:
    """Every fault of the risk is told at once, each with the rule that it breaks (``faults``)."""
    made = actions.make_quote(actions.QuoteDraft(**body.model_dump()), by=viewer_of(request))
    return reply(shown(made.quote, made.definition, made.price, on=today()), status=201)


@router.get("/{quote_id}", response={200: QuoteAnswer, **FAILURES}, summary="A quote as it was given")
def see(request: HttpRequest, quote_id: UUID) -> HttpResponse:
    """Reckoned again by the version that it pins."""
    return reply(queries.quote(quote_id, viewer=viewer_of(request), on=today()))
