"""The evidence of their own policy, for the customer to keep: an expert can check it without us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from keyuan.home.access import customer_page
from keyuan.home.views.policies import own_policy
from keyuan.journeys import proof
from keyuan.journeys.views.evidence import as_file
from keyuan.kernel.refusals import Refusal

if TYPE_CHECKING:
    from keyuan.accounts.access import SignedInRequest


@never_cache
@require_POST
@customer_page
def evidence(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """The file; somebody else's policy is not there."""
    own_policy(policy_id, request.viewer)
    try:
        return as_file(proof.gather(policy_id, purpose="", by=request.viewer))
    except Refusal as refusal:
        messages.error(request, f"{refusal}{refusal.what_to_do}")
        return redirect("home:policy", policy_id)
