"""The page on which a manager sets how a unit's renewals are given out every morning."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keyuan.accounts import queries as accounts
from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.refusals import UnitNotFound
from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.retention import queries
from keyuan.retention.actions import set_assignment_rule
from keyuan.retention.forms import RuleForm
from keyuan.retention.states import RuleMethod
from keyuan.retention.views.lists import may_assign


@require_http_methods(["GET", "POST"])
@staff_page(Permission.CONTACT_CUSTOMERS)
def assignment_rules(request: SignedInRequest) -> HttpResponse:
    """Every unit in scope with its rule; the chosen one (``?unit=``) with its history and a form."""
    if not may_assign(request.viewer):
        raise PermissionDenied
    text = request.GET.get("unit", "")
    unit = accounts.unit(int(text), viewer=request.viewer) if text.isdecimal() and len(text) < 18 else None
    form = RuleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if unit is None:
            raise UnitNotFound
        if form.is_valid() and _set(request, unit.pk, form):
            messages.success(request, _("规则已记下：%(unit)s") % {"unit": unit.label})
            return redirect("retention:rules")
    context = {
        "units": queries.rules_of_units(viewer=request.viewer, on=today()),
        "chosen": unit,
        "form": form,
        "history": [] if unit is None else queries.history_of_unit(unit.pk, viewer=request.viewer),
    }
    return render(request, "retention/rules.html", context, status=422 if form.errors else 200)


def _set(request: SignedInRequest, unit_id: int, form: RuleForm) -> bool:
    told = form.cleaned_data
    try:
        set_assignment_rule(
            unit_id,
            method=RuleMethod(told["method"]),
            otherwise=RuleMethod(told["otherwise"]) if told["otherwise"] else None,
            starts_on=told["starts_on"],
            by=request.viewer,
        )
    except Refusal as refusal:
        form.add_error(refusal.field or None, f"{refusal} {refusal.what_to_do}")
        return False
    return True
