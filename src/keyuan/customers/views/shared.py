"""What every page of the room does: the customer in scope, a fragment for htmx or a whole page, and the way back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from keyuan.accounts.access import SignedInRequest
from keyuan.customers import queries
from keyuan.customers.forms import tell
from keyuan.customers.models import Customer
from keyuan.customers.refusals import IdentifierTaken
from keyuan.kernel.refusals import Refusal


def is_fragment(request: SignedInRequest) -> bool:
    """Whether htmx asks for a piece of a page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def page_of(customer: Customer) -> str:
    """The customer's own page."""
    try:
        return reverse("customer360:customer", args=[customer.number])
    except NoReverseMatch:
        return reverse("customers:edit", args=[customer.pk])


def address_of_holder(request: SignedInRequest, refusal: Refusal) -> str:
    """Where to see the customer who holds a taken identifier; empty if there is none or it is not this viewer's."""
    if not isinstance(refusal, IdentifierTaken) or refusal.holder_id is None:
        return ""
    holder = queries.visible(request.viewer).filter(pk=refusal.holder_id).first()
    return "" if holder is None else page_of(holder)


def told(request: SignedInRequest, form: forms.Form, refusal: Refusal) -> None:
    """A refused action is said beside its field."""
    tell(form, refusal, address=address_of_holder(request, refusal))


def show(
    request: SignedInRequest,
    partial: str,
    context: dict[str, Any],
    *,
    wrong: bool = False,
    customer: Customer | None = None,
) -> HttpResponse:
    """The partial alone for htmx, otherwise the whole page around it; 422 when something has to be corrected."""
    whole = {**context, "partial": partial, "customer": customer, "back": "" if customer is None else page_of(customer)}
    template = partial if is_fragment(request) else "customers/page.html"
    return render(request, template, whole, status=422 if wrong else 200)


def done(request: SignedInRequest, address: str) -> HttpResponse:
    """After a write: htmx loads the page anew where it stands, a browser goes to ``address``."""
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect(address)
