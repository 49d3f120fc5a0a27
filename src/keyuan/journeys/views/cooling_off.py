"""The hotline or the counter gives a contract back for the caller: the same deed as online, with the same money."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.journeys import cooling_off
from keyuan.journeys.cooling_off import Shown
from keyuan.kernel.refusals import Refusal
from keyuan.policies import queries as policies


class GiveBackForm(forms.Form):
    """How it is known who calls, and why they give it back."""

    caller = forms.CharField(
        label=gettext_lazy("怎样核对的投保人本人"),
        max_length=120,
        help_text=gettext_lazy("例如：登记手机来电，核对姓名和证件号码后四位。"),
    )
    reason = forms.CharField(label=gettext_lazy("客户说的原因"), max_length=80, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.GIVE_BACK_POLICIES)
def give_back(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """What goes back, to whom, how; and the deed."""
    policy = policies.the_policy(policy_id, viewer=request.viewer)
    found = cooling_off.offer(policy_id, viewer=request.viewer)
    form = GiveBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        shown = Shown(caller=form.cleaned_data["caller"])
        try:
            cooling_off.cancel(policy_id, shown=shown, reason=form.cleaned_data["reason"], by=request.viewer)
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            form.add_error(None, f"{refusal} {refusal.what_to_do}".strip())
        else:
            messages.success(request, _("已办理犹豫期退保，退款正在退回。"))
            return redirect("policies:detail", policy_id)
    context = {"policy": policy, "offer": found, "form": form}
    return render(request, "journeys/give_back.html", context, status=422 if form.errors else 200)
