"""The customer's own page: my devices, a certificate for this one, renew, revoke."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest
from keyuan.accounts.middleware import viewer_for
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER
from keyuan.kernel.clock import now
from keyuan.kernel.refusals import Refusal
from keyuan.trust import actions, checks, queries, rules
from keyuan.trust.models import Certificate
from keyuan.trust.states import TONES, Reason
from keyuan.trust.views.services import address_of

if TYPE_CHECKING:
    from keyuan.customers.models import Customer

P = ParamSpec("P")
#: What a customer may say; the other reasons are the company's.
OWN_REASONS = (Reason.KEY_COMPROMISE, Reason.CESSATION)


def customer_only(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let in customers only: a stranger signs in and comes back, staff see page 403."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        viewer = viewer_for(request)
        if viewer == STRANGER:
            back = urlencode({"next": reverse("trust:own")})
            return HttpResponseRedirect(f"{reverse('home:sign_in')}?{back}")
        if viewer.role != Role.CUSTOMER:
            raise PermissionDenied
        request.viewer = viewer  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return guarded


@never_cache
@require_safe
@customer_only
def own(request: SignedInRequest) -> HttpResponse:
    """My devices with certificates; the script of the page knows which of them is this one."""
    holder = queries.holder(viewer=request.viewer)
    at = now()
    rows = [_row(one, at) for one in queries.own(viewer=request.viewer).defer("der", "key_digest")]
    holding = [row for row in rows if row["holds"]]
    context = {
        "holder": holder,
        "holding": holding,
        "ended": [row for row in rows if not row["holds"]],
        "reasons": [(one.value, one.label) for one in OWN_REASONS],
        "told": {"customer": holder.number, "valid": [row["certificate"].serial for row in holding]},
        "checked": bool(checks.fresh_check(holder.pk, by=request.viewer)),
    }
    return render(request, "trust/own.html", context)


def _row(one: Certificate, at: Any) -> dict[str, Any]:
    found = rules.standing(not_before=one.not_before, not_after=one.not_after, revoked_at=one.revoked_at, at=at)
    return {"certificate": one, "word": found.label, "tone": TONES[found], "holds": rules.holds(found)}


@require_POST
@customer_only
def new(request: SignedInRequest) -> HttpResponse:
    """A certificate for the key of this device; answers the script with its serial number."""
    holder = queries.holder(viewer=request.viewer)
    # The check asks somebody outside, so it has transactions of its own, before that of the certificate.
    return _answer(
        lambda: actions.certify(
            holder.pk,
            csr_pem=request.POST.get("csr", ""),
            device=request.POST.get("device", ""),
            identity_check_id=_checked(request, holder),
            by=request.viewer,
        )
    )


def _checked(request: SignedInRequest, holder: Customer) -> str:
    return checks.fresh_check(holder.pk, by=request.viewer) or checks.check_now(
        holder,
        document_number=request.POST.get("document_number", ""),
        consented=request.POST.get("consent") == "yes",
        address=address_of(request),
        by=request.viewer,
    )


@require_POST
@customer_only
def renew(request: SignedInRequest, serial: str) -> HttpResponse:
    """A new key for this device, vouched for by the old one."""
    return _answer(
        lambda: actions.renew(
            serial,
            csr_pem=request.POST.get("csr", ""),
            signature_b64u=request.POST.get("signature", ""),
            by=request.viewer,
        )
    )


def _answer(deed: Callable[[], Certificate]) -> JsonResponse:
    try:
        made = deed()
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return JsonResponse({"serial": made.serial, "device": made.device, "ends": made.not_after.isoformat()})


@require_POST
@customer_only
def revoke(request: SignedInRequest, serial: str) -> HttpResponse:
    """Withdraw a certificate of mine, at once."""
    reason = request.POST.get("reason", "")
    told = Reason(reason) if reason in OWN_REASONS else Reason.CESSATION
    made = actions.revoke(serial, reason=told, by=request.viewer)
    messages.success(request, _("“%(device)s”的证书已注销，从现在起不能再用它签名。") % {"device": made.device})
    return redirect("trust:own")
