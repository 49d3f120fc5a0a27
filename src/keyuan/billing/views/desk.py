"""The pages of staff: one payment, the books, one difference."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.billing import actions, queries
from keyuan.billing.forms import ExplainForm
from keyuan.billing.queries import lists, reconciliation
from keyuan.billing.states import RefundState
from keyuan.billing.views.tones import DIFFERENCE_TONES, REFUND_TONES, TONES
from keyuan.kernel.clock import today
from keyuan.kernel.paging import CappedPaginator

PAGE = 50


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_safe
@staff_page(Permission.SEE_BOOKS)
def payment(request: SignedInRequest, number: str) -> HttpResponse:
    """One payment: what was said of it, and what went back."""
    one = queries.attempt_numbered(number, viewer=request.viewer)
    refunds = [(refund, refund.state.label, REFUND_TONES[refund.state]) for refund in one.refunds.all()]
    given_back = any(refund.automatic and refund.state == RefundState.DONE for refund, _label, _tone in refunds)
    state = lists.state_of(one, given_back=given_back)
    context = {
        "one": one,
        "state": (state.label, TONES[state]),
        "refunds": refunds,
        "notifications": one.notifications.order_by("received_at", "id")[:100],
        "may_settle": request.viewer.may(Permission.RECONCILE),
    }
    return render(request, "billing/payment.html", context)


@require_POST
@staff_page(Permission.RECONCILE)
def retry(request: SignedInRequest, refund_id: int) -> HttpResponse:
    """Send a refund again."""
    refund = actions.retry_refund(refund_id, by=request.viewer)
    return redirect("billing:payment", refund.attempt.number)


@require_safe
@staff_page(Permission.SEE_BOOKS)
def books(request: SignedInRequest) -> HttpResponse:
    """The trial balance of a day."""
    on = min(_day(request.GET.get("on", "")) or today(), today())
    told = queries.trial_balance(viewer=request.viewer, on=on)
    context = {"told": told, "on": on, "sees_books": reconciliation.sees_books(request.viewer)}
    return render(request, "billing/books.html", context)


@require_safe
@staff_page(Permission.SEE_BOOKS)
def account(request: SignedInRequest, account_code: str) -> HttpResponse:
    """What moved on an account."""
    on = min(_day(request.GET.get("on", "")) or today(), today())
    one = queries.account_of(account_code, viewer=request.viewer)
    if one is None:
        raise Http404
    moved = queries.postings_of(account_code, viewer=request.viewer, on=on)
    page = CappedPaginator(moved, PAGE).get_page(request.GET.get("page"))
    return render(request, "billing/account.html", {"account": one, "page": page, "on": on})


@staff_page(Permission.RECONCILE)
def difference(request: SignedInRequest, difference_id: int) -> HttpResponse:
    """One difference, and its explanation."""
    one = queries.the_difference(difference_id, viewer=request.viewer)
    form = ExplainForm(request.POST if request.method == "POST" else None, initial={"why": one.why})
    if request.method == "POST" and form.is_valid():
        actions.explain(difference_id, why=form.cleaned_data["why"], by=request.viewer)
        return redirect("billing:differences")
    context = {"one": one, "form": form, "state": (one.state.label, DIFFERENCE_TONES[one.state])}
    return render(request, "billing/difference.html", context)
