"""犹豫期退保 online: what goes back is said first; then the holder signs on this device, or shows who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from keyuan.accounts.access import SignedInRequest
from keyuan.home.access import customer_page
from keyuan.home.views.entrance import address_of
from keyuan.home.views.policies import own_policy
from keyuan.journeys import cooling_off
from keyuan.journeys.cooling_off import Shown
from keyuan.kernel.clock import now
from keyuan.kernel.refusals import Refusal
from keyuan.trust import checks
from keyuan.trust import queries as certificates

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.customers.models import Customer

#: The wording of the consent on the page (templates/home/give_back.html): a new text has a new number.
WORDING = "cooling-off-1"


@sensitive_post_parameters("document_number", "signature")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@customer_page
def give_back(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """Say what it means, then do it."""
    own_policy(policy_id, request.viewer)
    holder = certificates.holder(viewer=request.viewer)
    refusal = None
    if request.method == "POST":
        refusal = _given_back(request, policy_id, holder)
        if refusal is None:
            messages.success(request, _("已经退保，钱正在原路退回。"))
            return redirect("home:policy", policy_id)
    found = cooling_off.offer(policy_id, viewer=request.viewer)
    context: dict[str, Any] = {"offer": found, "policy_id": policy_id, "refusal": refusal, "holder": holder}
    if found is not None:
        context |= {"statement": found.document(), "valid": _serials(holder, request.viewer)}
    return render(request, "home/give_back.html", context, status=422 if refusal is not None else 200)


def _serials(holder: Customer, viewer: Viewer) -> list[str]:
    return list(certificates.holding(holder.pk, viewer=viewer, at=now()).values_list("serial", flat=True))


def _given_back(request: SignedInRequest, policy_id: int, holder: Customer) -> Refusal | None:
    try:
        cooling_off.cancel(
            policy_id,
            shown=_shown(request, policy_id, holder),
            reason=request.POST.get("reason", ""),
            by=request.viewer,
        )
    except Refusal as refusal:
        return refusal
    return None


def _shown(request: SignedInRequest, policy_id: int, holder: Customer) -> Shown:
    """The signature that came along, else a check of identity made now: outside the transaction of the deed."""
    said = request.POST
    if said.get("signature"):
        return Shown(signature=said["signature"][:200], serial=said.get("serial", "")[:40])
    if not said.get("document_number", "").strip() or said.get("consent") != "yes":
        return Shown()
    made = checks.check_now(
        holder,
        document_number=said["document_number"],
        consented=True,
        address=address_of(request),
        by=request.viewer,
        subject=("policy", policy_id),
        wording=WORDING,
    )
    return Shown(check_id=made)
