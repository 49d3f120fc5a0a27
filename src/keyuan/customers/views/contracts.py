"""The page of a contract."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers import actions, queries
from keyuan.customers.forms.companies import ContractForm, TerminationForm
from keyuan.customers.states import ContractStatus
from keyuan.customers.views.companies import PAGE_METHODS, tried
from keyuan.customers.views.contract_list import TONES
from keyuan.customers.views.shared import done, show
from keyuan.kernel.clock import today


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def contract(request: SignedInRequest, contract_id: int) -> HttpResponse:
    """One contract with its files."""
    return _page(request, contract_id)


@require_http_methods(PAGE_METHODS)
@staff_page(Permission.EDIT_CUSTOMERS)
def edit(request: SignedInRequest, contract_id: int) -> HttpResponse:
    """A contract, to be corrected."""
    row = queries.the_contract(contract_id, viewer=request.viewer)
    form = ContractForm(request.POST or None, row=row)
    if tried(request, form, lambda: actions.change_contract(contract_id, form.draft(), by=request.viewer)):
        return done(request, reverse("customers:contract", args=[contract_id]))
    context: dict[str, Any] = {
        "form": form,
        "title": _("修改合同：%(number)s") % {"number": row.number},
        "cancel": reverse("customers:contract", args=[contract_id]),
    }
    return show(request, "customers/parts/one_form.html", context, wrong=bool(form.errors), customer=row.customer)


@require_POST
@staff_page(Permission.EDIT_CUSTOMERS)
def terminate(request: SignedInRequest, contract_id: int) -> HttpResponse:
    """End a contract before its time; what was typed comes back if that cannot be."""
    queries.the_contract(contract_id, viewer=request.viewer)
    form = TerminationForm(request.POST)

    def write() -> None:
        data = form.cleaned_data
        actions.terminate_contract(contract_id, on=data["on"], reason=data["reason"], by=request.viewer)

    if tried(request, form, write):
        return redirect("customers:contract", contract_id)
    return _page(request, contract_id, wrong=form)


def _page(request: SignedInRequest, contract_id: int, wrong: TerminationForm | None = None) -> HttpResponse:
    seen = queries.contract_seen(queries.the_contract(contract_id, viewer=request.viewer), on=today())
    over = seen.status in (ContractStatus.ENDED, ContractStatus.TERMINATED)
    may_edit = request.viewer.may(Permission.EDIT_CUSTOMERS)
    context = {
        "contract": seen,
        "tone": TONES[seen.status],
        "may_edit": may_edit,
        "termination": (wrong or TerminationForm()) if may_edit and not over and seen.terminated_on is None else None,
        "open": wrong is not None,
    }
    return render(request, "customers/contract.html", context, status=200 if wrong is None else 422)
