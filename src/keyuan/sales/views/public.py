"""The public page of a proposal: the customer opens it with the link, on a phone, without an account.

There is no cookie in it and no authority: trying another sum prices it and writes nothing, so no CSRF token is needed.
"""

from __future__ import annotations

from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.limits import Limit, spend_from
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.kernel.wording import in_language
from keyuan.products.clocks import clock
from keyuan.sales import actions, queries
from keyuan.sales.proposals.adjusting import controls, said_few
from keyuan.sales.proposals.plans import see
from keyuan.sales.proposals.showing import compared, shown
from keyuan.sales.refusals import LinkGone

OPENINGS = Limit("proposals", 120, 3600)
TRIALS = Limit("proposal_trials", 1200, 3600, step=20)


@never_cache
@require_safe
def public(request: HttpRequest, token: str) -> HttpResponse:
    """The proposal as it stands now; opening it is a line in the log."""
    language = language_of(request)
    with translation.override("en" if language == "en" else "zh-hans"):
        spend_from(OPENINGS, address=address_of(request))
        try:
            found = actions.open_proposal(token)
        except LinkGone as gone:
            return render(request, "sales/public/gone.html", {"language": language, "gone": gone}, status=404)
        seen = queries.seen_proposal(found, queries.plans_of(found))
        agent = found.made_by.display_name if found.made_by is not None else ""
        context = {
            "language": language,
            "seen": seen,
            "whom": called(seen),
            "agent": agent,
            "plans": [_plan(one, found.made_on) for one in seen.plans],
            "compared": compared(seen.plans) if len(seen.plans) > 1 else (),
        }
        return render(request, "sales/public/proposal.html", context)


def _plan(one: Any, on: Any) -> dict[str, Any]:
    cooling = clock(one.definition, "cooling_off_days", on=on)
    return {
        **shown(one),
        "summary": one.definition.summary.said(in_language("zh", "en")),
        "controls": controls(one.definition, one.raw, position=one.position, few=True),
        "cooling": cooling.number if cooling is not None else None,
    }


@csrf_exempt
@never_cache
@require_POST
def price(request: HttpRequest, token: str, position: int) -> HttpResponse:
    """What a plan would be with another sum, term or rider. Nothing is written, and it is no opening."""
    with translation.override("en" if language_of(request) == "en" else "zh-hans"):
        try:
            spend_from(TRIALS, address=address_of(request))
            found = queries.link(token, on=today())
            plan = queries.the_plan(found, position)
            raw = said_few(plan.definition, request.POST, plan.raw)
            trial = see(plan.definition, raw, position=position, needs=None, seller_grade=None, on=found.made_on)
        except Refusal as refusal:
            status = 404 if refusal.status == LinkGone.status else 422
            return render(request, "sales/proposals/_refused.html", {"refusal": refusal}, status=status)
        changed = trial.price.premium != plan.price.premium
        context = {"one": shown(trial), "changed": changed, "before": plan.price.premium, "customer": True}
        return render(request, "sales/proposals/_result.html", context)


def called(seen: queries.ProposalSeen) -> str:
    """Whom the page greets: the surname and how one addresses them, since a link may be passed on."""
    name = seen.subject_name
    if not name or (seen.row.customer is not None and seen.row.customer.kind == "enterprise"):
        return ""
    if not name[0].isascii():
        sex = seen.needs.sex if seen.needs is not None else ""
        title = {"male": pgettext("称呼", "先生"), "female": pgettext("称呼", "女士")}.get(
            sex, pgettext("称呼", "客户")
        )
        return _("%(surname)s%(title)s") % {"surname": name[0], "title": title}
    return ""


def address_of(request: HttpRequest) -> str:
    """The visitor's network address as the counters keep it: the same each time, and no address."""
    return salted_hmac("sales.public", get_client_ip(request) or "").hexdigest()[:32]


def language_of(request: HttpRequest) -> str:
    """What the visitor pressed, else what their browser speaks."""
    asked = request.GET.get("lang")
    if asked in ("zh", "en"):
        return asked
    return "en" if translation.get_language_from_request(request).startswith("en") else "zh"
