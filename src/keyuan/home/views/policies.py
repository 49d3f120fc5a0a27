"""One policy of the customer who is signed in: its card, its document, its premiums and how to pay them, its periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest
from keyuan.billing import actions as billing
from keyuan.billing import queries as payments
from keyuan.billing.states import InstalmentState, Purpose, RefundState
from keyuan.customer360.queries.seen import holding_seen
from keyuan.evidence.pages import queries as traces
from keyuan.files import storage
from keyuan.files.states import BY_CODE
from keyuan.files.views.handing import handed
from keyuan.home.access import customer_page
from keyuan.home.cards import card
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.policies import actions, queries
from keyuan.policies.clocks import legal_clocks
from keyuan.policies.queries import PolicyNotFound
from keyuan.policies.refusals import DocumentNotReady

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.billing.models import Refund
    from keyuan.billing.queries import Premium
    from keyuan.policies.queries import Holding

#: Premiums that are shown at once; the others fold.
SHOWN = 6


def own_policy(policy_id: int, viewer: Viewer) -> Holding:
    """A policy of theirs; page 404 for everybody else's."""
    try:
        return queries.the_holding(policy_id, viewer=viewer, on=today())
    except PolicyNotFound:
        raise Http404 from None


@never_cache
@require_safe
@customer_page
def policy(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """Everything about one policy. Whoever comes back from paying a premium before the notification asks for it."""
    held = own_policy(policy_id, request.viewer)
    if "paid" in request.GET:
        _ask(policy_id, request.viewer)
        held = own_policy(policy_id, request.viewer)
    found = queries.document_of(policy_id, viewer=request.viewer)
    documents = {} if found is None else {policy_id: found.made_at is not None}
    rows = payments.premiums(policy_id, viewer=request.viewer, on=today())
    context = {
        "one": card(holding_seen(held, on=today(), custom=()), documents),
        "held": held,
        "document": found,
        "replay": traces.trace_of_policy(held.number, viewer=request.viewer),
        "premiums": _shown(rows),
        "more": len(rows) - len(_shown(rows)),
        "next": next((one for one in rows if _open(one)), None),
        "refunds": _refunds(policy_id, request.viewer),
        "clocks": legal_clocks(held, on=today()),
    }
    return render(request, "home/policy.html", context)


def _ask(policy_id: int, viewer: Viewer) -> None:
    """Ask the gateway about the premium of this policy that is being paid, if there is one."""
    waiting = payments.visible(viewer).filter(purpose=Purpose.PREMIUM, order_ref__startswith=f"{policy_id}:")
    found = waiting.filter(booked_at__isnull=True, closed_at__isnull=True).order_by("-pk").first()
    if found is not None:
        billing.ask_gateway(found.pk)


def _open(one: Premium) -> bool:
    return one.state not in (InstalmentState.PAID, InstalmentState.CLOSED)


def _shown(rows: list[Premium]) -> list[Premium]:
    """The last two that are paid, and what comes next."""
    first_open = next((place for place, one in enumerate(rows) if _open(one)), len(rows))
    begin = max(first_open - 2, 0)
    return rows[begin : begin + SHOWN]


def _refunds(policy_id: int, viewer: Viewer) -> list[tuple[Refund, str]]:
    """What goes back to them, each with what to tell: on its way, arrived, or waiting for a person."""
    found = [refund for one in payments.paid_through_us(policy_id, viewer=viewer) for refund in one.refunds.all()]
    return [(one, _word(one)) for one in found]


def _word(one: Refund) -> str:
    if one.state == RefundState.QUEUED:
        return "waiting" if one.tries else "queued"
    return str(one.state.value)


@never_cache
@require_safe
@customer_page
def document(request: SignedInRequest, policy_id: int) -> HttpResponseBase:
    """The policy document; a page that looks again by itself while it is being made."""
    own_policy(policy_id, request.viewer)
    if "HX-Request" in request.headers:
        # The waiting page asks: led on when there is something to open, which alone counts as opening it.
        found = queries.document_of(policy_id, viewer=request.viewer)
        if found is not None and found.made_at is not None:
            return HttpResponse(headers={"HX-Redirect": request.path})
    try:
        row = actions.take_document(policy_id, by=request.viewer)
    except DocumentNotReady:
        return render(request, "home/document_waits.html", {"policy_id": policy_id})
    address = storage.presigned(row.key, name=row.name, content_type=BY_CODE[row.kind].content_type)
    if address:
        answer = HttpResponseRedirect(address)
        answer["Cache-Control"] = "no-store"
        return answer
    return handed(row, inline=True)


@never_cache
@require_POST
@customer_page
def pay(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """Begin to pay the next premium; the page leads to the gateway."""
    held = own_policy(policy_id, request.viewer)
    context: dict[str, Any] = {"held": held}
    try:
        attempt = billing.begin_premium(
            policy_id,
            return_url=f"{request.build_absolute_uri(reverse('home:policy', args=[policy_id]))}?paid=premium",
            phone="Mobile" in request.headers.get("User-Agent", ""),
            by=request.viewer,
        )
    except Refusal as refusal:
        return render(request, "home/refused.html", {"refusal": refusal}, status=refusal.status)
    return render(request, "home/pay_premium.html", {**context, "attempt": attempt})
