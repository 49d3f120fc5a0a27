"""The evidence file of a policy, for staff: checked on the page, or taken away; each time with its purpose."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.journeys import proof
from keyuan.kernel.refusals import Refusal
from keyuan.policies import queries as policies


class PurposeForm(forms.Form):
    """What it is for."""

    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=proof.PURPOSE_LETTERS,
        help_text=gettext_lazy("例如：法院调取，附案号；投诉核查，附投诉编号。会记入日志。"),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.REPLAY_SALES, Permission.UNMASK)
def evidence(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """Gather, then show what a check finds, or hand the file out."""
    policy = policies.the_policy(policy_id, viewer=request.viewer)
    form = PurposeForm(request.POST or None)
    context: dict[str, Any] = {"policy": policy, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            found = proof.gather(policy_id, purpose=form.cleaned_data["purpose"], by=request.viewer)
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            form.add_error(None, f"{refusal} {refusal.what_to_do}".strip())
        else:
            if "check" not in request.POST:
                return as_file(found)
            context["report"] = told(found)
    return render(request, "journeys/evidence.html", context, status=422 if form.errors else 200)


def told(found: proof.Gathered) -> dict[str, Any]:
    """What a check finds, in the reader's language."""
    language, report = get_language() or "", proof.verified(found.data)
    rows = [
        {
            "name": one.name.in_(language),
            "told": one.told.in_(language),
            "holds": one.holds,
            "absent": one.absent,
            "problems": [said.in_(language) for said in one.problems],
            "ranges": one.ranges,
        }
        for one in report.parts
    ]
    return {"holds": report.holds, "rows": rows, "size": len(found.data)}


def as_file(found: proof.Gathered) -> HttpResponse:
    """The file, to be saved; nothing on the way keeps it."""
    answer = HttpResponse(found.data, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{found.name}"'
    answer["Cache-Control"] = "no-store"
    return answer
