"""Who may decide how much alone."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.underwriting import actions, queries
from keyuan.underwriting.forms import AuthorityForm


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.UNDERWRITE)
def authority(request: SignedInRequest) -> HttpResponse:
    """The roles and the people with their limits, and the form for who may set them."""
    viewer = request.viewer
    may_set = viewer.may(Permission.PUBLISH_UNDERWRITING_RULES) and viewer.sees_whole_company
    form = AuthorityForm(request.POST or None, viewer=viewer, initial={"since": today()})
    if request.method == "POST":
        if not may_set:
            raise PermissionDenied
        if form.is_valid():
            try:
                actions.set_authority(**form.told(), by=viewer)
            except Refusal as refusal:
                form.add_error(None, f"{refusal} {refusal.what_to_do}")
            else:
                messages.success(request, _("权限已设置。"))
                return redirect("underwriting:authority")
    context = {
        "held": queries.authorities(viewer=viewer, on=today()),
        "form": form if may_set else None,
        "own": queries.limits_of(viewer, on=today()),
    }
    return render(request, "underwriting/authority.html", context, status=422 if form.errors else 200)
