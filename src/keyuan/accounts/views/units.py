"""Pages of the organisation tree."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.accounts import actions, queries
from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.actions.units import UnitDraft
from keyuan.accounts.forms import MoveUnitForm, NewUnitForm, UnitForm, tell
from keyuan.accounts.models import OrgUnit
from keyuan.accounts.roles import Permission
from keyuan.kernel.refusals import Refusal


@require_GET
@staff_page(Permission.MANAGE_USERS)
def units(request: SignedInRequest) -> HttpResponse:
    tree = list(queries.units_with_staff(viewer=request.viewer))
    top = min((unit.path.count("/") for unit in tree), default=0)
    rows = [{"unit": unit, "depth": unit.path.count("/") - top} for unit in tree]
    return render(request, "accounts/units.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.MANAGE_USERS)
def new_unit(request: SignedInRequest) -> HttpResponse:
    form = NewUnitForm(request.POST or None, viewer=request.viewer, initial={"parent": request.GET.get("parent")})
    if request.method == "POST" and form.is_valid():
        parent: OrgUnit | None = form.cleaned_data["parent"]
        try:
            unit = actions.create_unit(
                form.cleaned_data["code"],
                _draft(form),
                kind=form.cleaned_data["kind"],
                parent_id=None if parent is None else parent.pk,
                by=request.viewer,
            )
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("已新建机构“%(name)s”。") % {"name": unit.label})
            return redirect("accounts:units")
    return render(request, "accounts/unit_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.MANAGE_USERS)
def unit(request: SignedInRequest, pk: int) -> HttpResponse:
    found = queries.unit(pk, viewer=request.viewer)
    initial = {"name": found.name, "name_en": found.name_en, "region": found.region}
    form = UnitForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.rename_unit(pk, _draft(form), by=request.viewer)
        messages.success(request, _("已保存。"))
        return redirect("accounts:units")
    return _unit_page(request, found, form, MoveUnitForm(viewer=request.viewer, unit=found))


@require_POST
@staff_page(Permission.MANAGE_USERS)
def unit_move(request: SignedInRequest, pk: int) -> HttpResponse:
    found = queries.unit(pk, viewer=request.viewer)
    form = MoveUnitForm(request.POST, viewer=request.viewer, unit=found)
    if form.is_valid():
        try:
            actions.move_unit(pk, parent_id=form.cleaned_data["parent"].pk, by=request.viewer)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("已移动“%(name)s”及其下级。") % {"name": found.name})
            return redirect("accounts:units")
    initial = {"name": found.name, "name_en": found.name_en, "region": found.region}
    return _unit_page(request, found, UnitForm(initial=initial), form)


def _draft(form: UnitForm) -> UnitDraft:
    return UnitDraft(**{name: form.cleaned_data[name] for name in ("name", "name_en", "region")})


def _unit_page(request: SignedInRequest, found: OrgUnit, form: UnitForm, move: MoveUnitForm) -> HttpResponse:
    context = {"unit": found, "form": form, "move_form": move}
    return render(request, "accounts/unit.html", context, status=422 if form.errors or move.errors else 200)
