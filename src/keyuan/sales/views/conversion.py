"""A prospect becomes a customer: what will be written is shown, and nothing is typed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers.entry import Alike, alike
from keyuan.customers.views.shared import page_of
from keyuan.kernel.refusals import Refusal
from keyuan.sales import actions, queries
from keyuan.sales.actions.conversion import draft_of
from keyuan.sales.views.shared import TONES

if TYPE_CHECKING:
    from keyuan.sales.models import Prospect


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.EDIT_CUSTOMERS)
def convert(request: SignedInRequest, prospect_id: int) -> HttpResponse:
    """Register the prospect as a customer, or with ``attach_to`` attach them to the customer they are."""
    seen = queries.prospect(prospect_id, viewer=request.viewer)
    if seen.row.customer is not None:
        return redirect(page_of(seen.row.customer))
    refused: Refusal | None = None
    if request.method == "POST":
        chosen = request.POST.get("attach_to", "")
        attach_to = int(chosen) if chosen.isdecimal() and len(chosen) < 18 else None
        try:
            customer = actions.convert_prospect(prospect_id, attach_to=attach_to, by=request.viewer)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            refused = refusal
        else:
            sentence = _("%(name)s已是客户，准客户时期的记录都在时间线上。")
            messages.success(request, sentence % {"name": customer.name})
            return redirect(page_of(customer))
    row = seen.row
    known = queries.known(
        viewer=request.viewer, mobile=row.mobile, email=row.email, name=row.name, birth_date=row.birth_date,
        but_for=row.pk,
    ).customers  # fmt: skip
    told = {one.id for one in known}
    context: dict[str, Any] = {
        "seen": seen,
        "row": row,
        "tone": TONES[seen.stage],
        "known": known,
        "alike": [one for one in _alike(request, row) if one.customer_id not in told],
        "refused": refused,
    }
    return render(request, "sales/convert.html", context, status=422 if refused else 200)


def _alike(request: SignedInRequest, row: Prospect) -> list[Alike]:
    """Customers in scope who are probably the prospect; none where the prospect could not be registered as they are."""
    try:
        return alike(draft_of(row), viewer=request.viewer)
    except Refusal:
        return []
