"""The order, one page at a time: each page keeps what it says, and can be gone back to until the order is submitted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from keyuan.buying.declaring import asked, by_topic, declared
from keyuan.buying.forms import MeansForm
from keyuan.buying.holding import holder
from keyuan.buying.people import company_fits, people
from keyuan.buying.views import extra
from keyuan.buying.views.shared import the_order
from keyuan.buying.views.shop import told_of
from keyuan.kernel.clock import now, today
from keyuan.kernel.refusals import Refusal
from keyuan.orders import actions
from keyuan.orders.completeness import missing, steps_of
from keyuan.orders.needed import limits, must_agree, statements
from keyuan.orders.rules import steps
from keyuan.orders.states import EXTRA, Stage, Step
from keyuan.orders.suiting import findings
from keyuan.products.rating import RiskRefused
from keyuan.sales.asking import mode_told, parts, price_told

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, QueryDict

    from keyuan.orders.queries import Seen

#: What a page says, what is wrong with it, and what to show beside it.
Said = tuple[dict[str, Any] | None, dict[str, Any]]
WHERE = {
    Stage.AGREED: "buying:sign",
    Stage.SIGNED: "buying:pay",
    Stage.PAID: "buying:done",
    Stage.ISSUED: "buying:done",
    Stage.REFUNDED: "buying:done",
}


@require_safe
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """To the page where the order stands: the first one that is not complete, or what comes after submitting."""
    seen = the_order(request, order_id)
    if seen.stage != Stage.FILLING:
        return redirect(WHERE.get(seen.stage, "buying:result"), order_id)
    open_steps = [step for step, _what in missing(seen.details, seen.definition, on=today())]
    return redirect("buying:step", order_id, open_steps[0] if open_steps else Step.CHECK)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, order_id: UUID, step: str) -> HttpResponse:
    """One page of the wizard."""
    seen = the_order(request, order_id)
    if step not in Step.values or (step not in EXTRA and step not in steps(seen.definition)):
        raise Http404
    if seen.stage != Stage.FILLING:
        return redirect("buying:order", order_id)
    seen = _up_to_date(request, seen)
    here = Step(step)
    if here not in steps_of(seen.details, seen.definition, on=today()):
        return redirect("buying:order", order_id)  # what was asked here is not wanted any more
    said, shown = PAGES[here](seen, request.POST if request.method == "POST" else None, request)
    if said is not None:
        try:
            actions.fill(order_id, here, said, by=holder(request))
        except Refusal as refusal:
            shown = {**shown, "wrong": refusal, "stay": False}
        else:
            seen = the_order(request, order_id)
            if not shown.get("stay"):
                return redirect("buying:step", order_id, _after(seen, here))
            shown = {**PAGES[here](seen, None, request)[1], **{name: shown[name] for name in KEPT if name in shown}}
    status = shown.get("status") or (422 if request.method == "POST" and "more" not in request.POST else 200)
    return render(request, f"buying/steps/{here.value}.html", {**_frame(seen, here), **shown}, status=status)


#: Of what a page said that stays where it is, what is shown beside it as it stands now.
KEPT = ("read", "incomplete", "wanted", "form")


def _up_to_date(request: HttpRequest, seen: Seen) -> Seen:
    """The order under the version of the product that is sold today; what changed is said once, and agreed to anew."""
    try:
        renewed = actions.freshen(seen.order.pk, by=holder(request))
    except Refusal as refusal:
        tell_refusal(request, refusal)
        return seen
    if renewed is None:
        return seen
    if renewed.before is not None and renewed.now is not None and renewed.before != renewed.now:
        prices = {"before": f"¥{renewed.before.amount:,.2f}", "now": f"¥{renewed.now.amount:,.2f}"}
        messages.warning(
            request,
            _("这款产品有了新版条款和费率：首期保费原来是%(before)s，现在是%(now)s。请重新看一遍免责条款。") % prices,
        )
    else:
        messages.warning(request, _("这款产品有了新版条款。您填的都还在，请重新看一遍免责条款。"))
    return the_order(request, seen.order.pk)


def _after(seen: Seen, here: Step) -> Step:
    those = steps_of(seen.details, seen.definition, on=today())
    return those[min(those.index(here) + 1, len(those) - 1)]


def _frame(seen: Seen, here: Step) -> dict[str, Any]:
    """What every page shows: how far one is, and the price."""
    those = steps_of(seen.details, seen.definition, on=today())
    place = those.index(here)
    return {
        "seen": seen,
        "here": here,
        "steps": [(one, nth < place, nth == place) for nth, one in enumerate(those)],
        "nth": place + 1,
        "before": those[place - 1] if place else None,
        **priced(seen),
    }


def priced(seen: Seen) -> dict[str, Any]:
    """The price of the order as it stands, or every reason why it has none."""
    try:
        told = seen.offer()
    except RiskRefused as refused:
        return {"faults": [fault.said(fault.field) for fault in refused.faults]}
    return {"offer": told, "mode": mode_told(seen.definition, told.risk)}


def _cover(seen: Seen, posted: QueryDict | None, _request: HttpRequest) -> Said:
    told = dict(seen.details.told) if posted is None else told_of(posted)
    starts = seen.details.starts_on or today() + timedelta(days=1)
    shown: dict[str, Any] = {
        "parts": parts(seen.definition, told),
        "starts_on": starts,
        "tomorrow": today() + timedelta(days=1),
    }
    if posted is None:
        return None, shown
    try:
        shown["starts_on"] = date.fromisoformat(posted.get("starts_on", ""))
    except ValueError:
        return None, {**shown, "starts_wrong": _("请选择保障从哪一天开始。")}
    found = price_told(seen.definition, told)
    if "faults" in found:
        return None, {**shown, "cover_faults": found["faults"]}
    return {"told": told, "starts_on": shown["starts_on"]}, shown


def _people(seen: Seen, posted: QueryDict | None, _request: HttpRequest) -> Said:
    forms = people(seen.definition, seen.details, posted)
    if posted is None or posted.get("more"):
        return None, {"people": forms}
    if not forms.are_valid() or not company_fits(forms):
        return None, {"people": forms}
    said = forms.said(seen.definition)
    said["insured"] = [{**one, "agreed": _agreed_before(seen, one)} for one in said["insured"]]
    return said, {"people": forms}


def _agreed_before(seen: Seen, said: dict[str, Any]) -> Any:
    """The word of an insured stays while they are the same person with the same telephone."""
    same = (one for one in seen.details.insured if one.document_number == said["document_number"])
    return next((one.agreed for one in same if one.mobile == said.get("mobile", "")), None)


def _health(seen: Seen, posted: QueryDict | None, _request: HttpRequest) -> Said:
    day = today()
    if posted is None:
        return None, {"topics": by_topic(asked(seen.definition, seen.details, None, {}, on=day))}
    told = declared(seen.definition, posted, on=day)
    shown = {
        "topics": by_topic(asked(seen.definition, seen.details, posted, told.faults, on=day)),
        "wrong_count": len(told.faults),
    }
    return (None if told.faults else {"facts": told.facts, "answers": told.answers}), shown


def _means(seen: Seen, posted: QueryDict | None, _request: HttpRequest) -> Said:
    form = MeansForm(posted, initial=seen.details.means.model_dump() if seen.details.means else None)
    return ({"means": form.said} if posted is not None and form.is_valid() else None), {"form": form}


def _read(seen: Seen, posted: QueryDict | None, _request: HttpRequest) -> Said:
    codes = [one.code for one in seen.definition.exclusions]
    before = seen.details
    places = must_agree(before, seen.definition, on=today())
    short = places and not seen.definition.long_term
    others = {"others": [before.insured[place].name for place in places] if short else []}
    if posted is None:
        return None, {**others, "opened": set(before.read), "agreed": set(before.consents)}
    moment = now()
    opened = {code: before.read.get(code, moment) for code in codes if f"read.{code}" in posted}
    wanted = statements(before, seen.definition, on=today())
    agreed = {one: before.consents.get(one, moment) for one in wanted if f"agree.{one}" in posted}
    shown = {**others, "opened": set(opened), "agreed": set(agreed)}
    if len(opened) < len(codes):
        return None, {**shown, "unread": len(codes) - len(opened)}
    if len(agreed) < len(wanted):
        return None, {**shown, "not_agreed": True}
    return {"read": opened, "consents": agreed}, shown


def _identity(seen: Seen, _posted: QueryDict | None, _request: HttpRequest) -> Said:
    here = reverse("buying:step", args=[seen.order.pk, Step.IDENTITY])
    return None, {
        "applicant": seen.details.applicant,
        "sign_in": f"{reverse('home:sign_in')}?{urlencode({'next': here})}",
    }


def _check(seen: Seen, posted: QueryDict | None, _request: HttpRequest) -> Said:
    gaps = list(missing(seen.details, seen.definition, on=today()))
    found: tuple[Any, ...] = ()
    capped: tuple[Any, ...] = ()
    try:
        told = seen.offer()
        capped = limits(seen.details, seen.definition, told.risk, held={}, on=today())
        if not gaps:
            found = findings(seen.details, seen.definition, told, on=today())
    except RiskRefused:
        found = ()
    shown = {"gaps": gaps, "findings": found, "limits": [one for one in capped if one.exceeded]}
    return None, {**shown, "warned": posted is not None and "warned" in posted}


PAGES: dict[Step, Callable[[Seen, QueryDict | None, HttpRequest], Said]] = {
    Step.COVER: _cover,
    Step.PEOPLE: _people,
    Step.MEMBERS: extra.members,
    Step.CONSENT: extra.consent,
    Step.HEALTH: _health,
    Step.MEANS: _means,
    Step.PAPERS: extra.papers,
    Step.READ: _read,
    Step.IDENTITY: _identity,
    Step.CHECK: _check,
}


def tell_refusal(request: HttpRequest, refusal: Refusal) -> None:
    """A refusal that is not about a field, on top of the next page."""
    messages.error(request, f"{refusal} {refusal.what_to_do}".strip())
