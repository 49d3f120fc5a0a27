"""Pages beside a customer: relations, household, consents, identifiers, cover elsewhere, the agent.

Each shows what there is and a form to add to it; what there is carries a button to take it back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers import actions, queries
from keyuan.customers.forms import (
    AgentForm,
    ConsentForm,
    CoverForm,
    HouseholdForm,
    IdentifierForm,
    JoinForm,
    RelationForm,
)
from keyuan.customers.forms.ties import CHANNEL_LABELS
from keyuan.customers.models import Customer
from keyuan.customers.states import ConsentPurpose, IdentifierKind
from keyuan.customers.views.shared import done, page_of, show, told
from keyuan.kernel.refusals import Refusal

PAGE_METHODS = ["GET", "HEAD", "POST"]


def _tried(request: SignedInRequest, form: forms.Form, write: Callable[[dict[str, Any]], object]) -> bool:
    """Whether a sent form was valid and its action done; otherwise the form says what is wrong."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        write(form.cleaned_data)
    except Refusal as refusal:
        told(request, form, refusal)
        return False
    messages.success(request, _("已保存。"))
    return True


@require_http_methods(PAGE_METHODS)
@staff_page(Permission.EDIT_CUSTOMERS)
def relate(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = queries.full(customer_id, viewer=request.viewer)
    form = RelationForm(request.POST or None, viewer=request.viewer)

    def write(given: dict[str, Any]) -> None:
        actions.relate(
            customer_id, other_id=given["other"].pk, kind=given["kind"], note=given["note"], by=request.viewer
        )

    if _tried(request, form, write):
        return done(request, reverse("customers:relate", args=[customer_id]))
    context = {
        "form": form,
        "ties": queries.relations_of(customer_id, viewer=request.viewer),
        "title": _title(_("关系"), customer),
    }
    return show(request, "customers/parts/relations.html", context, wrong=bool(form.errors), customer=customer)


@require_POST
@staff_page(Permission.EDIT_CUSTOMERS)
def unrelate(request: SignedInRequest, customer_id: int, other_id: int, kind: str) -> HttpResponse:
    actions.unrelate(customer_id, other_id=other_id, kind=kind, by=request.viewer)
    return done(request, reverse("customers:relate", args=[customer_id]))


@require_http_methods(PAGE_METHODS)
@staff_page(Permission.EDIT_CUSTOMERS)
def household(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = queries.full(customer_id, viewer=request.viewer)
    wanted = request.POST.get("do", "")
    found = HouseholdForm(
        request.POST if wanted == "found" else None, initial={"name": _("%(name)s的家庭") % {"name": customer.name}}
    )
    join = JoinForm(request.POST if wanted == "join" else None, viewer=request.viewer)

    def write(given: dict[str, Any]) -> None:
        if wanted == "found":
            actions.create_household(customer_id, name=given["name"], by=request.viewer)
            return
        seen = queries.household_of(given["other"].pk, viewer=request.viewer)
        actions.join_household(
            customer_id, household_id=0 if seen is None else seen.id, role=given["role"], by=request.viewer
        )

    if wanted == "leave":
        actions.leave_household(customer_id, by=request.viewer)
        return done(request, reverse("customers:household", args=[customer_id]))
    if _tried(request, found if wanted == "found" else join, write):
        return done(request, reverse("customers:household", args=[customer_id]))
    context = {
        "found": found,
        "join": join,
        "household": queries.household_of(customer_id, viewer=request.viewer),
        "title": _title(_("家庭"), customer),
    }
    wrong = (found.is_bound and bool(found.errors)) or (join.is_bound and bool(join.errors))
    return show(request, "customers/parts/household.html", context, wrong=wrong, customer=customer)


@require_http_methods(PAGE_METHODS)
@staff_page(Permission.EDIT_CUSTOMERS)
def consent(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = queries.full(customer_id, viewer=request.viewer)
    form = ConsentForm(request.POST or None)

    def write(given: dict[str, Any]) -> None:
        actions.give_consent(customer_id, **given, by=request.viewer)

    if _tried(request, form, write):
        return done(request, reverse("customers:consent", args=[customer_id]))
    held = queries.consents_of(customer_id, viewer=request.viewer)
    consents = [(one, CHANNEL_LABELS.get(one.channel, one.channel)) for one in held]
    context = {"form": form, "consents": consents, "title": _title(_("授权同意"), customer)}
    return show(request, "customers/parts/consents.html", context, wrong=bool(form.errors), customer=customer)


@require_POST
@staff_page(Permission.EDIT_CUSTOMERS)
def withdraw(request: SignedInRequest, customer_id: int, purpose: str) -> HttpResponse:
    if purpose in ConsentPurpose.values:
        actions.withdraw_consent(customer_id, purpose=purpose, channel="counter", by=request.viewer)
    return done(request, reverse("customers:consent", args=[customer_id]))


@require_http_methods(PAGE_METHODS)
@staff_page(Permission.EDIT_CUSTOMERS)
def identifiers(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = queries.full(customer_id, viewer=request.viewer)
    form = IdentifierForm(request.POST or None)

    def write(given: dict[str, Any]) -> None:
        accept = given["kind"] == IdentifierKind.VIN
        actions.claim_identifier(
            customer_id, kind=given["kind"], value=given["value"], accept_unchecked_vin=accept, by=request.viewer
        )

    if _tried(request, form, write):
        return done(request, reverse("customers:identifiers", args=[customer_id]))
    context = {
        "form": form,
        "identifiers": queries.identifiers_of(customer_id, viewer=request.viewer),
        "title": _title(_("标识"), customer),
    }
    return show(request, "customers/parts/identifiers.html", context, wrong=bool(form.errors), customer=customer)


@require_POST
@staff_page(Permission.EDIT_CUSTOMERS)
def end_identifier(request: SignedInRequest, customer_id: int, identifier_id: int) -> HttpResponse:
    actions.end_listed_identifier(customer_id, identifier_id=identifier_id, by=request.viewer)
    return done(request, reverse("customers:identifiers", args=[customer_id]))


@require_http_methods(PAGE_METHODS)
@staff_page(Permission.EDIT_CUSTOMERS)
def covers(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = queries.full(customer_id, viewer=request.viewer)
    form = CoverForm(request.POST or None)

    def write(given: dict[str, Any]) -> None:
        actions.note_external_cover(customer_id, **given, by=request.viewer)

    if _tried(request, form, write):
        return done(request, reverse("customers:covers", args=[customer_id]))
    held = queries.external_covers_of(customer_id, viewer=request.viewer)
    context = {"form": form, "covers": held, "title": _title(_("他处投保"), customer)}
    return show(request, "customers/parts/covers.html", context, wrong=bool(form.errors), customer=customer)


@require_POST
@staff_page(Permission.EDIT_CUSTOMERS)
def remove_cover(request: SignedInRequest, customer_id: int, cover_id: int) -> HttpResponse:
    actions.remove_external_cover(customer_id, cover_id=cover_id, by=request.viewer)
    return done(request, reverse("customers:covers", args=[customer_id]))


@require_http_methods(PAGE_METHODS)
@staff_page(Permission.EDIT_CUSTOMERS)
def assign(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = queries.full(customer_id, viewer=request.viewer)
    form = AgentForm(request.POST or None, viewer=request.viewer)

    def write(given: dict[str, Any]) -> None:
        actions.assign_agent(customer_id, agent_id=given["agent"].pk, by=request.viewer)

    if _tried(request, form, write):
        return done(request, page_of(customer))
    history = queries.assignments_of(customer_id, viewer=request.viewer)
    context = {"form": form, "assignments": history, "title": _title(_("服务人员"), customer)}
    return show(request, "customers/parts/assign.html", context, wrong=bool(form.errors), customer=customer)


def _title(what: str, customer: Customer) -> str:
    return _("%(name)s：%(what)s") % {"name": customer.name, "what": what}
