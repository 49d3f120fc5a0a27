"""Proving who applies: whoever has signed in by code and identity check takes the order, if they are its applicant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from keyuan.buying.holding import holder
from keyuan.buying.views.shared import the_order
from keyuan.buying.views.wizard import tell_refusal
from keyuan.customers import queries as customers
from keyuan.customers.states import IdentifierKind
from keyuan.identity import queries as identity
from keyuan.kernel.refusals import Refusal
from keyuan.orders import actions

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from keyuan.accounts.scope import Viewer
    from keyuan.orders.details import Details


@require_POST
def confirm(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The order becomes the customer's: the document in it is the one that their account was opened with."""
    seen, who = the_order(request, order_id), holder(request)
    customer_id = applicant_among(who.viewer, seen.details)
    if customer_id is None:
        messages.error(request, _("投保人和您登录的账户不是同一个人。请改成您本人的姓名和证件号码，或换账户登录。"))
        return redirect("buying:step", order_id, "identity")
    check = identity.latest_match(customer_id, viewer=who.viewer)
    if check is None:
        messages.error(request, _("您的身份还没有核验过。请拨打客服热线95519，或到网点核验。"))
        return redirect("buying:step", order_id, "identity")
    try:
        actions.belong(order_id, customer_id=customer_id, check_id=str(check.pk), by=who)
    except Refusal as refusal:
        tell_refusal(request, refusal)
    return redirect("buying:step", order_id, "check")


def applicant_among(viewer: Viewer, details: Details) -> int | None:
    """The customer who is signed in, if the applicant's document number is registered as theirs."""
    if details.applicant is None or viewer.user_id is None or viewer.is_staff:
        return None
    named = customers.named_by(details.applicant.document_number, viewer=viewer)
    return next((one.customer_id for one in named if one.kind == IdentifierKind.ID_NUMBER), None)
