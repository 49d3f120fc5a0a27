"""What a 360 page shows of an enterprise beside its policies: the group it belongs to, contacts, contracts."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customer360.queries.enterprises import group_of_companies
from keyuan.customer360.views.customer import day_asked
from keyuan.customers import queries as customers
from keyuan.customers.refusals import NotAnEnterprise
from keyuan.customers.states import CustomerKind
from keyuan.kernel.clock import today

SHOWN = 6


@staff_page(Permission.SEE_CUSTOMERS)
@require_safe
def enterprise(request: SignedInRequest, key: str) -> HttpResponse:
    """The group, the contacts and the contracts as a fragment of the 360 page."""
    customer = customers.full(customers.by_key(key, viewer=request.viewer).customer_id, viewer=request.viewer)
    if customer.kind != CustomerKind.ENTERPRISE:
        raise NotAnEnterprise(name=customer.name)
    on = today()
    contacts = [one for one in customers.contacts_of(customer.pk, viewer=request.viewer, on=on) if one.current]
    contracts = customers.contracts_of(customer.pk, viewer=request.viewer, on=on)
    context = {
        "customer": customer,
        "group": group_of_companies(customer.pk, viewer=request.viewer, on=on),
        "contacts": contacts[:SHOWN],
        "more_contacts": max(0, len(contacts) - SHOWN),
        "contracts": contracts[:SHOWN],
        "more_contracts": max(0, len(contracts) - SHOWN),
        "tree_url": reverse("customer360:companies", args=[customer.number]),
        "may_edit": request.viewer.may(Permission.EDIT_CUSTOMERS),
        "may_unmask": request.viewer.may(Permission.UNMASK),
    }
    return render(request, "customer360/parts/enterprise.html", context)


@staff_page(Permission.SEE_CUSTOMERS)
@require_safe
def companies(request: SignedInRequest, key: str) -> HttpResponse:
    """The whole group on a day (``?as_of=``), each company with what it has in force."""
    customer = customers.full(customers.by_key(key, viewer=request.viewer).customer_id, viewer=request.viewer)
    asked = day_asked(request)
    on: date = today() if asked is None else asked
    group = group_of_companies(customer.pk, viewer=request.viewer, on=on)
    context = {"customer": customer, "group": group, "on": on, "is_today": on == today()}
    return render(request, "customer360/companies.html", context)
