"""How a customer signs in: passkeys, the devices that are signed in, and leaving them all."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts import passkeys
from keyuan.accounts.access import SignedInRequest
from keyuan.accounts.entering import leave_everywhere, sessions_of
from keyuan.accounts.limits import Limit, spend_from
from keyuan.accounts.refusals import NotACustomersAccount, TooMany
from keyuan.customers.masking import mask
from keyuan.customers.portal import number_of_user
from keyuan.home.access import customer_page, safe_next
from keyuan.home.door import CONFIRMING, Asked, asked_of, forget, remember
from keyuan.home.forms import CodeForm
from keyuan.home.views.entrance import address_of
from keyuan.identity import actions as identity
from keyuan.identity.refusals import CodeGone, CodeWrong
from keyuan.identity.states import CodePurpose
from keyuan.messages.demo import shown_in_the_demo

KEYS_FROM = Limit("passkeys_from", 60, 3600)


@never_cache
@require_safe
@customer_page
def security(request: SignedInRequest) -> HttpResponse:
    """Passkeys and devices."""
    context = {
        "keys": passkeys.keys_of(request.user),
        "sessions": sessions_of(request),
        "mobile": mask("mobile", number_of_user(request.user.pk)),
    }
    return render(request, "home/security.html", context)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@customer_page
def confirm(request: SignedInRequest) -> HttpResponse:
    """A code to one's own number before one changes how one signs in: whoever finds the telephone open cannot."""
    asked, form = asked_of(request, CONFIRMING), CodeForm(request.POST or None)
    if request.method == "POST" and "code" not in request.POST:
        return _send(request, form)
    if request.method == "POST" and asked is not None and form.is_valid():
        try:
            identity.redeem(asked.challenge, form.cleaned_data["code"])
        except (CodeWrong, CodeGone) as refusal:
            form.refuse(refusal)
        else:
            forget(request, CONFIRMING)
            passkeys.show_again(request, method="mobile_code")
            return HttpResponseRedirect(asked.target)
    return _confirm_page(request, form, asked)


def _send(request: SignedInRequest, form: CodeForm) -> HttpResponse:
    number = number_of_user(request.user.pk)
    try:
        challenge = identity.send_code(
            number, CodePurpose.SIGN_IN, address=address_of(request), by=request.viewer.actor
        )
    except TooMany as refusal:
        form = CodeForm({"code": ""})
        form.errors.clear()
        form.refuse(refusal)
        return _confirm_page(request, form, asked_of(request, CONFIRMING))
    remember(request, CONFIRMING, Asked(str(challenge.pk), safe_next(request)))
    return redirect("home:confirm")


def _confirm_page(request: SignedInRequest, form: CodeForm, asked: Asked | None) -> HttpResponse:
    context = {
        "form": form,
        "sent": asked is not None,
        "mobile": mask("mobile", number_of_user(request.user.pk)),
        "next": safe_next(request),
        "demo": shown_in_the_demo(asked.challenge) if asked is not None else "",
    }
    return render(request, "home/confirm.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@customer_page
def add_passkey(request: SignedInRequest) -> HttpResponse:
    """The browser makes a passkey; it is kept."""
    if not passkeys.recently_shown(request):
        return _to_confirm(request.path)
    if request.method != "POST":
        return render(request, "home/add_passkey.html", {"js_data": passkeys.begin_key(request.user)})
    if not passkeys.add_key(request, request.user):
        messages.error(request, _("通行密钥没有添加成功，请再试一次。"))
        return redirect("home:add_passkey")
    messages.success(request, _("通行密钥已添加，下次可以用它登录。"))
    return redirect("home:security")


@never_cache
@require_POST
@customer_page
def remove_passkey(request: SignedInRequest, passkey_id: int) -> HttpResponse:
    """One of one's own, gone."""
    if all(key.pk != passkey_id for key in passkeys.keys_of(request.user)):
        raise Http404
    if not passkeys.recently_shown(request):
        return _to_confirm(reverse("home:security"))
    passkeys.remove_key(request, request.user, passkey_id)
    messages.success(request, _("通行密钥已移除，不能再用它登录。"))
    return redirect("home:security")


@never_cache
@require_POST
@customer_page
def leave_elsewhere(request: SignedInRequest) -> HttpResponse:
    """Out on every device but this one."""
    ended = leave_everywhere(request)
    words = ngettext("已在另外 %(n)s 台设备上退出。", "已在另外 %(n)s 台设备上退出。", ended) % {"n": ended}
    messages.success(request, words if ended else _("没有别的设备登录着。"))
    return redirect("home:security")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """What the browser needs to find a passkey (GET, as JSON); in with the one it found (POST). Staff are refused."""
    if request.method != "POST":
        if request.headers.get("Accept") != "application/json":
            return redirect("home:sign_in")
        return JsonResponse(passkeys.begin_entering())
    try:
        spend_from(KEYS_FROM, address=address_of(request))
        user = passkeys.enter_with_key(request)
    except (NotACustomersAccount, TooMany) as refusal:
        return render(request, "home/refused.html", {"refusal": refusal}, status=refusal.status)
    if user is None:
        messages.error(request, _("没有登录成功，请再试一次，或用手机验证码登录。"))
        return redirect("home:sign_in")
    return HttpResponseRedirect(safe_next(request))


def _to_confirm(target: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('home:confirm')}?{urlencode({'next': target})}")
