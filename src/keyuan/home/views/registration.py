"""Registration: who has shown a number says who they are; the check says whether it is so; then the account is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from keyuan.accounts.entering import enter
from keyuan.accounts.refusals import NotACustomersAccount, TooMany
from keyuan.customers.masking import mask
from keyuan.customers.standards import facts_of_id_number
from keyuan.customers.states import ConsentPurpose
from keyuan.home.accounts import Newcomer, open_account
from keyuan.home.door import REGISTERING, Asked, asked_of, forget
from keyuan.home.forms import RegisterForm
from keyuan.home.typed import typed_in
from keyuan.home.views.entrance import address_of
from keyuan.identity import actions as identity
from keyuan.identity import rules
from keyuan.identity.challenges import number_shown
from keyuan.identity.states import Outcome, Why
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import today

if TYPE_CHECKING:
    from keyuan.identity.models import Check

#: Reasons that pass by themselves; with any other the person has to do something.
PASSING: Final = frozenset({Why.TIMEOUT, Why.SERVICE, Why.RESTING, Why.FORGED, Why.REJECTED, Why.CUT_OFF})


@sensitive_post_parameters("name", "id_number")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Name, document and consents; then the check, then the account."""
    asked = asked_of(request, REGISTERING)
    mobile = number_shown(asked.challenge) if asked is not None else ""
    if asked is None or not mobile:
        forget(request, REGISTERING)
        if asked is not None:
            messages.warning(request, _("验证码已过半小时，请重新获取一个。"))
        return redirect("home:sign_in")
    form = RegisterForm(request.POST or None, initial=typed_in(request, asked.target))
    if request.method == "POST" and form.is_valid() and _of_age(form):
        answer = _checked(request, form, asked, mobile)
        if answer is not None:
            return answer
    context = {"form": form, "mobile": mask("mobile", mobile)}
    return render(request, "home/register.html", context, status=422 if form.errors else 200)


def _of_age(form: RegisterForm) -> bool:
    """民法典 §19-20: a minor buys nothing by themselves; the account is opened by who acts for them."""
    facts = facts_of_id_number(form.cleaned_data["id_number"])
    if facts is None or rules.minor(facts.birth_date, today()) is rules.Age.ADULT:
        return True
    form.add_error("id_number", _("未满十八周岁，请由父母或其他监护人注册，再为孩子投保。"))
    return False


def _checked(request: HttpRequest, form: RegisterForm, asked: Asked, mobile: str) -> HttpResponse | None:
    """Where the check leads; None: back to the form, which says why."""
    given = form.cleaned_data
    by = Actor(kind="customer", id="", name=given["name"])
    try:
        check = identity.check(
            name=given["name"],
            document_kind=given["document_kind"],
            document_number=given["id_number"],
            mobile=mobile,
            challenge_id=asked.challenge,
            address=address_of(request),
            by=by,
        )
    except TooMany as refusal:
        form.add_error(None, f"{refusal} {refusal.what_to_do}".strip())
        return None
    if check.outcome != Outcome.MATCH:
        return _not_matched(request, check)
    purposes = {ConsentPurpose.SERVICE, ConsentPurpose.IDENTITY}
    purposes |= {ConsentPurpose.MARKETING} if given["marketing"] else set()
    who = Newcomer(
        name=given["name"],
        document_kind=given["document_kind"],
        document_number=given["id_number"],
        mobile=mobile,
        check_id=check.pk,
        language=get_language() or "zh-hans",
    )
    user_id = open_account(who, consents=frozenset(purposes), by=by)
    forget(request, REGISTERING)
    try:
        enter(request, user_id, method="mobile_code")
    except NotACustomersAccount as refusal:
        return render(request, "home/refused.html", {"refusal": refusal}, status=refusal.status)
    messages.success(request, _("账户已经开通。"))
    return HttpResponseRedirect(asked.target)


def _not_matched(request: HttpRequest, check: Check) -> HttpResponse:
    """One page for whatever does not fit: it does not tell a stranger which of the three we know."""
    passing = check.outcome == Outcome.UNAVAILABLE and check.why in PASSING
    by_hand = check.outcome == Outcome.UNAVAILABLE and check.why == Why.DOCUMENT
    context = {"passing": passing, "by_hand": by_hand, "reference": str(check.pk)[:8].upper()}
    return render(request, "home/not_matched.html", context, status=503 if passing else 422)
