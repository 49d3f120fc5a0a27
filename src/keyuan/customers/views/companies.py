"""Pages of an enterprise: the company above it, the people one deals with, its contracts."""

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
from keyuan.customers.forms.companies import ContactForm, ContractForm, ParentForm
from keyuan.customers.models import Customer
from keyuan.customers.refusals import NotAnEnterprise
from keyuan.customers.states import CustomerKind
from keyuan.customers.views.shared import done, show, told
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal

PAGE_METHODS = ["GET", "HEAD", "POST"]


def tried(request: SignedInRequest, form: forms.Form, write: Callable[[], object]) -> bool:
    """Whether a sent form was valid and its action done; otherwise the form says what is wrong."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        write()
    except Refusal as refusal:
        told(request, form, refusal)
        return False
    messages.success(request, _("已保存。"))
    return True


def _enterprise(request: SignedInRequest, customer_id: int) -> Customer:
    customer = queries.full(customer_id, viewer=request.viewer)
    if customer.kind != CustomerKind.ENTERPRISE:
        raise NotAnEnterprise(name=customer.name)
    return customer


def _title(what: str, customer: Customer) -> str:
    return _("%(name)s：%(what)s") % {"name": customer.name, "what": what}


@require_http_methods(PAGE_METHODS)
@staff_page(Permission.EDIT_CUSTOMERS)
def parent(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """The companies that are or were above this one, and another from a day on."""
    customer = _enterprise(request, customer_id)
    here = reverse("customers:parent", args=[customer_id])
    if request.POST.get("do") == "end":
        actions.end_parent_company(customer_id, by=request.viewer)
        messages.success(request, _("已保存。"))
        return done(request, here)
    form = ParentForm(request.POST or None, viewer=request.viewer)

    def write() -> None:
        data = form.cleaned_data
        actions.set_parent_company(
            customer_id,
            parent_id=data["parent"].pk,
            share=form.part(),
            starts_on=data["starts_on"],
            note=data["note"],
            by=request.viewer,
        )

    if tried(request, form, write):
        return done(request, here)
    context = {
        "form": form,
        "parents": queries.parents_of(customer_id, viewer=request.viewer),
        "tree": queries.company_tree(customer_id, viewer=request.viewer, on=today()),
        "title": _title(_("上级公司"), customer),
    }
    return show(request, "customers/parts/parent.html", context, wrong=bool(form.errors), customer=customer)


@require_http_methods(PAGE_METHODS)
@staff_page(Permission.EDIT_CUSTOMERS)
def contacts(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """The contacts of an enterprise and a form for another."""
    customer = _enterprise(request, customer_id)
    form = ContactForm(request.POST or None, viewer=request.viewer)
    if tried(request, form, lambda: actions.add_contact(customer_id, form.draft(), by=request.viewer)):
        return done(request, reverse("customers:contacts", args=[customer_id]))
    context = {
        "form": form,
        "contacts": queries.contacts_of(customer_id, viewer=request.viewer, on=today()),
        "may_unmask": request.viewer.may(Permission.UNMASK),
        "title": _title(_("联系人"), customer),
    }
    return show(request, "customers/parts/contacts.html", context, wrong=bool(form.errors), customer=customer)


@require_http_methods(PAGE_METHODS)
@staff_page(Permission.EDIT_CUSTOMERS)
def contact(request: SignedInRequest, contact_id: int) -> HttpResponse:
    """One contact, to be corrected."""
    row = queries.the_contact(contact_id, viewer=request.viewer)
    form = ContactForm(request.POST or None, viewer=request.viewer, row=row)
    if tried(request, form, lambda: actions.change_contact(contact_id, form.draft(), by=request.viewer)):
        return done(request, reverse("customers:contacts", args=[row.customer_id]))
    context: dict[str, Any] = {
        "form": form,
        "contact": row,
        "title": _("修改联系人：%(name)s") % {"name": row.name},
        "cancel": reverse("customers:contacts", args=[row.customer_id]),
    }
    return show(request, "customers/parts/one_form.html", context, wrong=bool(form.errors), customer=row.customer)


@require_POST
@staff_page(Permission.EDIT_CUSTOMERS)
def end_contact(request: SignedInRequest, contact_id: int) -> HttpResponse:
    """One no longer deals with the enterprise through this person."""
    row = actions.end_contact(contact_id, by=request.viewer)
    messages.success(request, _("已停用联系人%(name)s。") % {"name": row.name})
    return done(request, reverse("customers:contacts", args=[row.customer_id]))


@require_POST
@staff_page(Permission.UNMASK)
def unmask_contact(request: SignedInRequest, contact_id: int) -> HttpResponse:
    """The real value of one field as plain text; the look is logged."""
    value = actions.unmask_contact(
        contact_id, field=request.POST.get("field", ""), purpose=request.POST.get("purpose", ""), by=request.viewer
    )
    return HttpResponse(value, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "private, no-store"})


@require_http_methods(PAGE_METHODS)
@staff_page(Permission.EDIT_CUSTOMERS)
def contracts_of(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """The contracts of an enterprise and a form for another."""
    customer = _enterprise(request, customer_id)
    form = ContractForm(request.POST or None)
    if tried(request, form, lambda: actions.sign_contract(customer_id, form.draft(), by=request.viewer)):
        return done(request, reverse("customers:contracts_of", args=[customer_id]))
    context = {
        "form": form,
        "contracts": queries.contracts_of(customer_id, viewer=request.viewer, on=today()),
        "title": _title(_("合同"), customer),
    }
    return show(request, "customers/parts/contracts.html", context, wrong=bool(form.errors), customer=customer)
