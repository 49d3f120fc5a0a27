"""The pages of staff: one of their customers' certificates, and revoking it for the customer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import now
from keyuan.kernel.refusals import Refusal
from keyuan.trust import actions, authorities, queries, rules
from keyuan.trust.models import Certificate
from keyuan.trust.pki.showing import details
from keyuan.trust.states import TONES, Reason


def _standing(one: Certificate, at: datetime) -> dict[str, Any]:
    found = rules.standing(not_before=one.not_before, not_after=one.not_after, revoked_at=one.revoked_at, at=at)
    return {"word": found.label, "tone": TONES[found], "holds": rules.holds(found)}


@never_cache
@require_safe
@staff_page(Permission.KEEP_CERTIFICATES)
def certificate(request: SignedInRequest, serial: str) -> HttpResponse:
    """One certificate: whose, what stands in it, what was signed with it."""
    found = queries.the_certificate(serial, viewer=request.viewer)
    context = {
        "certificate": found,
        **_standing(found, now()),
        "details": details(authorities.loaded(bytes(found.der))),
        "signatures": queries.signatures(viewer=request.viewer).filter(certificate=found)[:20],
        "reasons": Reason.choices,
        "reason": Reason(found.reason).label if found.reason else "",
    }
    return render(request, "trust/certificate.html", context)


@require_POST
@staff_page(Permission.KEEP_CERTIFICATES)
def revoke(request: SignedInRequest, serial: str) -> HttpResponse:
    """Withdraw a customer's certificate for them, with the reason they gave."""
    reason = request.POST.get("reason", "")
    try:
        if reason not in Reason:
            messages.error(request, _("请选择注销的原因。"))
        else:
            actions.revoke(serial, reason=reason, note=request.POST.get("note", ""), by=request.viewer)
            messages.success(request, _("已注销，从现在起不能再用这张证书签名。"))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, f"{refusal}{refusal.what_to_do}")
    return redirect("trust:certificate", serial)
