"""One's own security: password, second factor, sessions, API tokens."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.accounts import actions, queries
from keyuan.accounts.access import SignedInRequest, signed_in_page, staff_page
from keyuan.accounts.forms import TokenForm, tell
from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import now
from keyuan.kernel.refusals import Refusal


@require_GET
@signed_in_page
def security(request: SignedInRequest) -> HttpResponse:
    return render(request, "accounts/security.html", {"has_second_factor": is_mfa_enabled(request.user)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.USE_API)
def tokens(request: SignedInRequest) -> HttpResponse:
    """The list and the form; after POST the new token's text, this once."""
    form, fresh = TokenForm(request.POST or None, viewer=request.viewer), ""
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        scopes = [Permission(scope) for scope in wanted["scopes"]]
        try:
            _token, fresh = actions.create_token(wanted["name"], scopes=scopes, days=wanted["days"], by=request.viewer)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            form = TokenForm(viewer=request.viewer)
    context = {"form": form, "fresh": fresh, "tokens": queries.own_tokens(viewer=request.viewer), "now": now()}
    return render(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


@require_POST
@staff_page(Permission.USE_API)
def token_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    token = actions.revoke_token(pk, by=request.viewer)
    messages.success(request, _("令牌“%(name)s”已吊销。") % {"name": token.name})
    return redirect("accounts:tokens")
