"""One's own security: password, second factor, sessions, API tokens."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.accounts import actions, queries
from keyuan.accounts.access import SignedInRequest, signed_in_page, staff_page
from keyuan.accounts.forms import TokenForm, tell
from keyuan.accounts.purposes import Purpose
from keyuan.accounts.roles import Permission
from keyuan.eventlog.kinds import kind_of
from keyuan.eventlog.queries import of_subject
from keyuan.kernel.clock import now
from keyuan.kernel.refusals import Refusal

PAGE = 50


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
            _token, fresh = actions.create_token(
                wanted["name"],
                scopes=scopes,
                days=wanted["days"],
                purpose=Purpose(wanted["purpose"]),
                purpose_text=wanted["purpose_text"],
                networks=wanted["networks"].split(),
                by=request.viewer,
            )
        except Refusal as refusal:
            tell(form, refusal)
        else:
            form = TokenForm(viewer=request.viewer)
    manages = request.viewer.may(Permission.MANAGE_USERS)
    of_all = manages and request.GET.get("of") == "all"
    listed = (queries.tokens if of_all else queries.own_tokens)(viewer=request.viewer)
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "fresh": fresh, "page": page, "now": now(), "manages": manages, "of_all": of_all}
    return render(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


@require_GET
@staff_page(Permission.USE_API)
def token(request: SignedInRequest, pk: int) -> HttpResponse:
    """One token: what it is for, what it opens, from where, and what the log says of it."""
    found = queries.token(pk, viewer=request.viewer)
    lines = [{"line": line, "label": kind_of(line.name).label} for line in of_subject(("token", pk))[:50]]
    return render(request, "accounts/token.html", {"token": found, "lines": lines, "now": now()})


@require_POST
@staff_page(Permission.USE_API)
def token_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    token = actions.revoke_token(pk, by=request.viewer)
    messages.success(request, _("令牌“%(name)s”已吊销。") % {"name": token.name})
    return redirect("accounts:tokens")
