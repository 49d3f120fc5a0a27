"""Signing an order with the certificate of the device: made on the way if this device has none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from keyuan.buying.holding import holder
from keyuan.buying.tracing import BEFORE_SIGNING
from keyuan.buying.views import paying
from keyuan.buying.views.shared import the_order
from keyuan.buying.views.wizard import priced, tell_refusal
from keyuan.evidence.pages.actions import must_be_whole
from keyuan.kernel.clock import now
from keyuan.kernel.refusals import Refusal
from keyuan.orders import actions
from keyuan.orders.states import Stage
from keyuan.trust import queries as certificates
from keyuan.trust.actions import certify, sign_as_customer
from keyuan.trust.signing import statement

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from keyuan.orders.queries import Seen


def statement_of(seen: Seen) -> dict[str, Any]:
    """What the customer signs: the order's document, naming the order that it is for."""
    return statement(("order", seen.order.number), **seen.document())


@never_cache
def sign(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show what is signed; take the signature, and go on to paying."""
    seen = the_order(request, order_id)
    if seen.stage != Stage.AGREED:
        return redirect("buying:order", order_id)
    if request.method == "POST" and _signed(request, seen):
        return redirect("buying:order", order_id)
    holding = certificates.holding(seen.order.customer_id or 0, viewer=holder(request).viewer, at=now())
    valid = list(holding.values_list("serial", flat=True))
    context = {"seen": seen, "statement": statement_of(seen), "valid": valid, **priced(seen)}
    return render(request, "buying/sign.html", context)


def _signed(request: HttpRequest, seen: Seen) -> bool:
    who, customer_id = holder(request), seen.order.customer_id
    if customer_id is None:
        return False
    try:
        must_be_whole(seen.order.pk, shown=BEFORE_SIGNING)
        with transaction.atomic():
            kept = sign_as_customer(
                customer_id,
                subject=("order", seen.order.number),
                document=statement_of(seen),
                signature_b64u=request.POST.get("signature", "")[:200],
                certificate_serial=request.POST.get("serial", "")[:40],
                by=who.viewer,
            )
            actions.signed(seen.order.pk, signature_ref=str(kept.pk), by=who)
            paying.begin(request, seen)
    except Refusal as refusal:
        tell_refusal(request, refusal)
        return False
    return True


@require_POST
def certificate(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """A certificate for this device's key, for the applicant whose identity was checked for this order."""
    seen = the_order(request, order_id)
    identified, customer_id = seen.details.identified, seen.order.customer_id
    if identified is None or customer_id is None:
        return JsonResponse({"message": ""}, status=409)
    try:
        made = certify(
            customer_id,
            csr_pem=request.POST.get("csr", "")[:4000],
            device=request.POST.get("device", "")[:40],
            identity_check_id=identified.check,
            by=holder(request).viewer,
        )
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return JsonResponse({"serial": made.serial, "device": made.device})
