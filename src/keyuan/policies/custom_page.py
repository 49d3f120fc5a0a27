"""The custom fields of a policy: a card on its page, edited in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customfields import queries as customfields
from keyuan.customfields import rules
from keyuan.customfields.forms import by_section, value_fields
from keyuan.customfields.states import RecordKind
from keyuan.kernel.refusals import Refusal
from keyuan.policies import queries
from keyuan.policies.actions import change_custom

CARD = "policies/custom_card.html"


class CustomForm(forms.Form):
    """The custom fields that the viewer may change."""

    def __init__(self, *args: Any, viewer: Viewer, values: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definitions = customfields.editable(RecordKind.POLICY, viewer=viewer)
        self.fields.update(value_fields(self.definitions, values))

    def values(self) -> dict[str, Any]:
        """What to give to change_custom."""
        return {each.slug: self.cleaned_data.get(each.key) for each in self.definitions}


def card(policy_id: int, values: Mapping[str, Any], *, viewer: Viewer) -> dict[str, Any]:
    """What the card shows: every section with its fields, the empty ones as well."""
    known = customfields.definitions(RecordKind.POLICY, viewer=viewer)
    sections = [
        (section, [(each, rules.shown(each, values.get(each.slug))) for each in fields])
        for section, fields in by_section(known)
    ]
    editable = bool(customfields.editable(RecordKind.POLICY, viewer=viewer))
    return {"sections": sections, "may_edit": editable, "policy_id": policy_id}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.SEE_CUSTOMERS)
def custom(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """The card as a form; after saving the card again. Without htmx a page of its own."""
    policy = queries.the_policy(policy_id, viewer=request.viewer)
    fragment = request.headers.get("HX-Request") == "true"
    if request.method != "POST" and "card" in request.GET:
        return render(request, CARD, {"custom": card(policy_id, policy.custom, viewer=request.viewer)})
    form = CustomForm(request.POST or None, viewer=request.viewer, values=policy.custom)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_custom(policy_id, values=form.values(), by=request.viewer)
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            if fragment:
                policy.refresh_from_db(fields=["custom"])
                return render(request, CARD, {"custom": card(policy_id, policy.custom, viewer=request.viewer)})
            messages.success(request, _("已保存。") if changed else _("没有变化，未作修改。"))
            return redirect("policies:detail", policy_id)
    template = "policies/custom_form.html" if fragment else "policies/custom_page.html"
    context = {"form": form, "policy": policy}
    return render(request, template, context, status=422 if form.errors else 200)
