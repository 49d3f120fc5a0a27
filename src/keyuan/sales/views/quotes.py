"""Quotes in the browser: choose a product, fill in what it asks, see the price with its arithmetic, and keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers import queries as customers
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.products import queries as products
from keyuan.products.definition import Definition
from keyuan.products.rating import illustration
from keyuan.products.rating.entries import defaults, raw_of, values_of
from keyuan.products.rating.fields import fields
from keyuan.products.refusals import NotOnSale, ProductNotFound
from keyuan.products.states import Line
from keyuan.sales import actions, queries
from keyuan.sales.asking import mode_told, parts, price_told, steps_told
from keyuan.sales.pricing import priced
from keyuan.sales.refusals import QuoteNotFound

CENSUS = 40  # lines of a group's people that a page shows


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def _on_sale(request: SignedInRequest) -> tuple[tuple[Any, Definition], ...]:
    return products.on_sale(today(), viewer=request.viewer)


@dataclass(frozen=True, slots=True)
class About:
    """Whom a quote is for: a customer or a prospect in scope, or nobody by name."""

    name: str = ""
    customer: int | None = None
    prospect: int | None = None


def _asked_about(request: SignedInRequest, asked: QueryDict) -> About:
    return _about(request, _number(asked.get("customer", "")), _number(asked.get("prospect", "")))


def _about(request: SignedInRequest, customer: int | None, prospect: int | None) -> About:
    if customer is not None:
        name = customers.visible(request.viewer).filter(pk=customer).values_list("name", flat=True).first()
        return About() if name is None else About(name, customer=customer)
    if prospect is not None:
        name = queries.visible(request.viewer).filter(pk=prospect).values_list("name", flat=True).first()
        return About() if name is None else About(name, prospect=prospect)
    return About()


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def new(request: SignedInRequest) -> HttpResponse:
    """Which product; then what it asks. ``again``: the quote to begin from."""
    about, code = _asked_about(request, request.GET), request.GET.get("product", "")
    told: dict[str, str] | None = None
    if again := request.GET.get("again", ""):
        before = _quote(request, again)
        code, about = before.product, _about(request, before.customer_id, before.prospect_id)
        told = values_of(_definition(code), before.risk)
    if not code:
        named = [(definition, Line(definition.line).label) for _row, definition in _on_sale(request)]
        context = {"offered": named, "about": about, "query": request.GET.urlencode()}
        return render(request, "sales/quotes/choose.html", context)
    definition = _definition(code)
    return _form(request, definition, defaults(definition) if told is None else told, about)


def _quote(request: SignedInRequest, quote_id: str) -> queries.QuoteSeen:
    try:
        return queries.quote(UUID(quote_id), viewer=request.viewer, on=today())
    except (ValueError, QuoteNotFound):
        raise Http404 from None


def _definition(code: str) -> Definition:
    try:
        return products.version(code, on=today())
    except (ProductNotFound, NotOnSale):
        raise Http404 from None


def _form(
    request: SignedInRequest, definition: Definition, told: Mapping[str, str], about: About, *, wrong: str = ""
) -> HttpResponse:
    context = {
        "it": definition,
        "name": definition.name.said(get_language() or ""),
        "summary": definition.summary.said(get_language() or ""),
        "parts": parts(definition, told),
        "about": about,
        "wrong": wrong,
        "day": today(),
        **price_told(definition, told),
    }
    return render(request, "sales/quotes/form.html", context, status=422 if wrong else 200)


def _told(asked: QueryDict) -> dict[str, str]:
    return {name: str(value)[:200] for name, value in asked.items() if len(name) <= 80}


@require_POST
@staff_page(Permission.SEE_CUSTOMERS)
def price(request: SignedInRequest, product: str) -> HttpResponse:
    """While typing: what it costs."""
    return render(request, "sales/quotes/live.html", price_told(_definition(product), _told(request.POST)))


@require_POST
@staff_page(Permission.SEE_CUSTOMERS)
def create(request: SignedInRequest, product: str) -> HttpResponse:
    """Keep the quote; what cannot be quoted comes back with everything that was typed."""
    definition, told = _definition(product), _told(request.POST)
    about = _asked_about(request, request.POST)
    draft = actions.QuoteDraft(product, raw_of(definition, told), about.customer, about.prospect)
    try:
        made = actions.quote(draft, by=request.viewer)
    except Refusal as refusal:
        return _form(request, definition, told, about, wrong=str(refusal))
    messages.success(request, _("报价已保存，有效期至%(day)s前。") % {"day": made.valid_until})
    return redirect("sales:quote", made.pk)


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def one(request: SignedInRequest, quote_id: UUID) -> HttpResponse:
    """A quote as it was given, with its arithmetic, and the years of a long-term contract."""
    seen = _quote(request, str(quote_id))
    definition = products.version(seen.product, number=seen.version)
    risk, found = priced(definition, seen.risk, on=seen.made_on)
    told = values_of(definition, seen.risk)
    context = {
        "seen": seen,
        "name": definition.name.said(get_language() or ""),
        "about": _about(request, seen.customer_id, seen.prospect_id),
        "answers": _answers(definition, told),
        "price": found,
        "steps": steps_told(seen.price["steps"]),
        "mode": mode_told(definition, risk),
        "years": illustration(definition, risk, on=seen.made_on),
        "shares": definition.dividends is not None,
    }
    return render(request, "sales/quotes/quote.html", context)


def _answers(definition: Definition, told: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was to be insured, in words."""
    found = []
    for asked in fields(definition):
        value = told.get(asked.name, "")
        if asked.kind == "census":
            people = [told.get(f"census.{place}.people", "") for place in range(CENSUS)]
            value = _("、").join(one for one in people if one)
        if not value:
            continue
        words = {choice.value: choice.label for choice in asked.choices}
        text = _("是") if asked.kind == "truth" else words.get(value, value)
        if asked.kind == "amount" and value.isdecimal():
            text = f"{int(value):,}"
        found.append((asked.label, f"{text} {asked.unit}".strip()))
    return found
