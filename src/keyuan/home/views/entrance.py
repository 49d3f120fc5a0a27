"""Signing in: a mobile number, a code, and in. Nothing on the way tells whether we know the number."""

from __future__ import annotations

from datetime import timedelta

from allauth.core.internal.httpkit import get_client_ip
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.accounts.entering import enter
from keyuan.accounts.middleware import viewer_for
from keyuan.accounts.refusals import NotACustomersAccount, TooMany
from keyuan.accounts.roles import Role
from keyuan.customers.masking import mask
from keyuan.customers.portal import Portal, account_of_mobile
from keyuan.deadlines.parameters import parameter
from keyuan.home.access import safe_next
from keyuan.home.door import CODE, REGISTERING, Asked, asked_of, forget, remember
from keyuan.home.forms import CodeForm, MobileForm
from keyuan.home.typed import typed_in
from keyuan.identity import actions as identity
from keyuan.identity.challenges import number_asked
from keyuan.identity.refusals import CodeGone, CodeWrong
from keyuan.identity.states import CodePurpose
from keyuan.kernel.clock import now, today
from keyuan.messages.demo import shown_in_the_demo
from keyuan.orders.begun import forget as forget_orders


def address_of(request: HttpRequest) -> str:
    """The visitor's network address as the counters keep it: the same each time, and no address."""
    return salted_hmac("home.door", get_client_ip(request) or "").hexdigest()[:32]


@sensitive_post_parameters("mobile")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the number and send a code to it."""
    if viewer_for(request).role == Role.CUSTOMER:
        return HttpResponseRedirect(safe_next(request))
    form = MobileForm(request.POST or None, initial=typed_in(request, safe_next(request)))
    if request.method == "POST" and form.is_valid():
        try:
            return _code_sent(request, form.cleaned_data["mobile"], safe_next(request))
        except TooMany as refusal:
            form.add_error("mobile", f"{refusal} {refusal.what_to_do}".strip())
    status = 422 if request.method == "POST" else 200
    return render(request, "home/sign_in.html", {"form": form, "next": safe_next(request)}, status=status)


def _code_sent(request: HttpRequest, mobile: str, target: str) -> HttpResponse:
    challenge = identity.send_code(mobile, CodePurpose.SIGN_IN, address=address_of(request))
    remember(request, CODE, Asked(str(challenge.pk), target))
    return redirect("home:code")


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code: into the account that the number opens, or on to registration."""
    asked = asked_of(request, CODE)
    if asked is None:
        return redirect("home:sign_in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            shown = identity.redeem(asked.challenge, form.cleaned_data["code"])
        except (CodeWrong, CodeGone) as refusal:
            form.refuse(refusal)
        else:
            return _in(request, asked, shown.mobile)
    return _code_page(request, form, asked)


def _code_page(request: HttpRequest, form: CodeForm, asked: Asked) -> HttpResponse:
    mobile = mask("mobile", number_asked(asked.challenge))
    context = {"form": form, "mobile": mobile, "demo": shown_in_the_demo(asked.challenge)}
    return render(request, "home/code.html", context, status=422 if form.errors else 200)


def _in(request: HttpRequest, asked: Asked, mobile: str) -> HttpResponse:
    account = account_of_mobile(mobile)
    forget(request, CODE)
    if account is None or _dormant(account):
        request.session.cycle_key()  # From here on the session may do more than the stranger's did.
        remember(request, REGISTERING, asked)
        return redirect("home:register")
    try:
        enter(request, account.user_id, method="mobile_code")
    except NotACustomersAccount as refusal:
        return render(request, "home/refused.html", {"refusal": refusal}, status=refusal.status)
    return HttpResponseRedirect(asked.target)


def _dormant(account: Portal) -> bool:
    """Operators give numbers away again: after a long silence a number alone does not open what was another's."""
    silence = parameter("account.dormant_days", on=today()).number
    return account.used_at < now() - timedelta(days=silence)


@never_cache
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Another code to the same number; the one before is of no use any more."""
    asked = asked_of(request, CODE)
    if asked is None:
        return redirect("home:sign_in")
    try:
        return _code_sent(request, number_asked(asked.challenge), asked.target)
    except TooMany as refusal:
        form = CodeForm({"code": ""})
        form.errors.clear()
        form.refuse(refusal)
        return _code_page(request, form, asked)


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Out, here."""
    logout(request)
    answer = redirect("home:front")
    forget_orders(answer)
    return answer
