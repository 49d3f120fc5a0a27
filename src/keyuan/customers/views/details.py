"""Registering a customer and editing the four parts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers import actions, queries
from keyuan.customers.entry import Alike, alike
from keyuan.customers.forms import CustomerForm
from keyuan.customers.states import CustomerKind, Part
from keyuan.customers.views.shared import done, page_of, show, told
from keyuan.kernel.refusals import Refusal

CUSTOM = "custom"  # in the address where the part would stand


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.EDIT_CUSTOMERS)
def create(request: SignedInRequest) -> HttpResponse:
    """A new customer of the kind asked for (``?kind=``)."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in CustomerKind.values else CustomerKind.INDIVIDUAL
    form = CustomerForm(request.POST or None, kind=kind, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        try:
            found = [] if "anyway" in request.POST else alike(form.customer_draft(), viewer=request.viewer)
            if found:
                return _who_is_it(request, form, kind, found)
            customer = actions.register_customer(form.customer_draft(), by=request.viewer)
        except Refusal as refusal:
            told(request, form, refusal)
        else:
            messages.success(request, _("已为%(name)s建立客户档案。") % {"name": customer.name})
            return redirect(page_of(customer))
    return show(request, "customers/parts/create.html", _of_new(form, kind), wrong=bool(form.errors))


def _who_is_it(request: SignedInRequest, form: CustomerForm, kind: str, found: list[Alike]) -> HttpResponse:
    """Nothing is saved yet: the person at the desk looks at those who are probably the same first."""
    return show(request, "customers/parts/create.html", {**_of_new(form, kind), "alike": found}, wrong=True)


def _of_new(form: CustomerForm, kind: str) -> dict[str, Any]:
    return {"form": form, "kind": kind, "kinds": CustomerKind.choices, "title": _("新建客户")}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.EDIT_CUSTOMERS)
def edit(request: SignedInRequest, customer_id: int, part: str = "") -> HttpResponse:
    """All four parts and the custom fields, or one of them."""
    customer = queries.full(customer_id, viewer=request.viewer)
    chosen = Part(part) if part in Part.values else None
    form = CustomerForm(
        request.POST or None,
        kind=customer.kind,
        part=chosen,
        row=queries.details_of(customer),
        customer=customer,
        only_custom=part == CUSTOM,
        viewer=request.viewer,
    )
    if chosen not in (None, Part.BASIC):
        for name in ("name", "source", "source_detail", "org_unit"):
            form.fields.pop(name, None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change_customer(customer.pk, changes=form.changes(), by=request.viewer)
        except Refusal as refusal:
            told(request, form, refusal)
        else:
            messages.success(request, _("已保存。") if changed else _("没有变化，未作修改。"))
            return done(request, page_of(customer))
    context = {"form": form, "part": part, "title": _("修改资料：%(name)s") % {"name": customer.name}}
    return show(request, "customers/parts/edit.html", context, wrong=bool(form.errors), customer=customer)


@require_POST
@staff_page(Permission.UNMASK)
def unmask(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """The real value of one field as plain text; the look is logged."""
    value = actions.unmask(
        customer_id, field=request.POST.get("field", ""), purpose=request.POST.get("purpose", ""), by=request.viewer
    )
    return HttpResponse(value, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "private, no-store"})
