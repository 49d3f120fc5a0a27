"""The pages of webhooks: endpoints, their deliveries, what was said and what came back."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.eventlog.kinds import kind_of, kinds
from keyuan.kernel.paging import CappedPaginator
from keyuan.kernel.refusals import Refusal
from keyuan.webhooks import actions, queries, rules
from keyuan.webhooks.feed import body_of
from keyuan.webhooks.forms import EndpointForm, FilterForm, ReplayForm
from keyuan.webhooks.models import Delivery, Endpoint
from keyuan.webhooks.states import TONES, DeliveryState, DisabledBecause

PAGE = 50


@require_safe
@staff_page(Permission.CONFIGURE)
def endpoints(request: SignedInRequest) -> HttpResponse:
    """Every endpoint of the viewer's units, with how it stands."""
    page = Paginator(queries.with_counts(viewer=request.viewer), PAGE).get_page(request.GET.get("page"))
    rows = [{"endpoint": each, "standing": standing_of(each)} for each in page]
    return render(request, "webhooks/list.html", {"page": page, "rows": rows})


def standing_of(endpoint: Endpoint) -> dict[str, str]:
    """How an endpoint stands, as a chip: word, tone and what is behind it."""
    if not endpoint.active:
        why = DisabledBecause(endpoint.disabled_because).label if endpoint.disabled_because else ""
        tone = "off" if endpoint.disabled_because == DisabledBecause.BY_HAND else "now"
        return {"word": _("已停用"), "tone": tone, "why": str(why)}
    if endpoint.failing_since is not None:
        return {"word": _("送不到"), "tone": "bad", "why": _("连续%(count)s次失败") % {"count": endpoint.failures}}
    if endpoint.replay_xid is not None:
        return {"word": _("重放中"), "tone": "calm", "why": ""}
    return {"word": _("正常"), "tone": "good", "why": ""}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CONFIGURE)
def new(request: SignedInRequest) -> HttpResponse:
    """A new endpoint; afterwards its secret, this once."""
    form = EndpointForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = actions.add_endpoint(form.draft(), by=request.viewer)
        except Refusal as refusal:
            form.tell(refusal)
        else:
            return render(request, "webhooks/secret.html", {"endpoint": made, "secret": secret, "fresh": True})
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CONFIGURE)
def edit(request: SignedInRequest, endpoint_id: int) -> HttpResponse:
    """Everything about an endpoint but its secret."""
    found = queries.the_endpoint(endpoint_id, viewer=request.viewer)
    form = EndpointForm(request.POST or None, viewer=request.viewer, endpoint=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_endpoint(endpoint_id, form.draft(), by=request.viewer)
        except Refusal as refusal:
            form.tell(refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("webhooks:endpoint", endpoint_id)
    return _form(request, form, found)


def _form(request: SignedInRequest, form: EndpointForm, known: Endpoint | None) -> HttpResponse:
    names = [kind for kind in kinds() if rules.takes(["*"], kind.name, with_audit=False)]
    context = {"form": form, "endpoint": known, "kinds": names}
    return render(request, "webhooks/edit.html", context, status=422 if form.errors else 200)


@require_safe
@staff_page(Permission.CONFIGURE)
def endpoint(request: SignedInRequest, endpoint_id: int) -> HttpResponse:
    """One endpoint and its deliveries, newest first."""
    return _page(request, endpoint_id, ReplayForm())


def _page(request: SignedInRequest, endpoint_id: int, replaying: ReplayForm, **more: Any) -> HttpResponse:
    found = queries.the_endpoint(endpoint_id, viewer=request.viewer)
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = queries.deliveries(
        endpoint_id, viewer=request.viewer, state=wanted.get("state", ""), kind=wanted.get("kind", "")
    )
    page = CappedPaginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "endpoint": found,
        "standing": standing_of(found),
        "form": form,
        "filtered": any(wanted.values()),
        "page": page,
        "rows": [_row(each) for each in page],
        "replaying": replaying,
        **more,
    }
    return render(request, "webhooks/endpoint.html", context, status=422 if replaying.errors else 200)


def _row(delivery: Delivery) -> dict[str, Any]:
    state = DeliveryState(delivery.state)
    return {
        "delivery": delivery,
        "kind": kind_of(delivery.event_name),
        "word": state.label,
        "tone": TONES[state],
        "answer": delivery.last_status or delivery.last_error,
    }


@require_POST
@staff_page(Permission.CONFIGURE)
def active(request: SignedInRequest, endpoint_id: int) -> HttpResponse:
    """Switch an endpoint on or off."""
    if request.POST.get("active") == "1":
        actions.enable_endpoint(endpoint_id, by=request.viewer)
        messages.success(request, _("已启用。停用期间的事件可以用“重放”补送。"))
    else:
        actions.disable_endpoint(endpoint_id, by=request.viewer)
        messages.success(request, _("已停用，不再推送。"))
    return redirect("webhooks:endpoint", endpoint_id)


@never_cache
@require_POST
@staff_page(Permission.CONFIGURE)
def secret(request: SignedInRequest, endpoint_id: int) -> HttpResponse:
    """A new secret, shown this once."""
    fresh = actions.rotate_secret(endpoint_id, by=request.viewer)
    found = queries.the_endpoint(endpoint_id, viewer=request.viewer)
    return render(request, "webhooks/secret.html", {"endpoint": found, "secret": fresh, "fresh": False})


@require_POST
@staff_page(Permission.CONFIGURE)
def ping(request: SignedInRequest, endpoint_id: int) -> HttpResponse:
    """A test message, and at once what came back."""
    answer = actions.ping(endpoint_id, by=request.viewer)
    return _page(request, endpoint_id, ReplayForm(), answer=answer)


@require_POST
@staff_page(Permission.CONFIGURE)
def replay(request: SignedInRequest, endpoint_id: int) -> HttpResponse:
    """Deliver again from a moment or a cursor on."""
    form = ReplayForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            actions.replay(endpoint_id, after=told["after"], since=told["since"], by=request.viewer)
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, f"{refusal}{refusal.what_to_do}")
        else:
            messages.success(request, _("已开始重放，事件编号与第一次相同。"))
            return redirect("webhooks:endpoint", endpoint_id)
    return _page(request, endpoint_id, form)


@require_safe
@staff_page(Permission.CONFIGURE)
def delivery(request: SignedInRequest, delivery_id: int) -> HttpResponse:
    """One delivery: what it says, every attempt, what came back."""
    found = queries.the_delivery(delivery_id, viewer=request.viewer)
    said = queries.payload_of(delivery_id, viewer=request.viewer)
    context = {
        **_row(found),
        "endpoint": found.endpoint,
        "said": "" if said is None else json.dumps(json.loads(body_of(said)), ensure_ascii=False, indent=2),
        "attempts": queries.attempts_of(delivery_id, viewer=request.viewer)[:100],
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "webhooks/_delivery.html" if fragment else "webhooks/delivery.html", context)


@require_POST
@staff_page(Permission.CONFIGURE)
def again(request: SignedInRequest, delivery_id: int) -> HttpResponse:
    """Send one delivery once more."""
    found = actions.send_again(delivery_id, by=request.viewer)
    messages.success(request, _("已排入发送，编号不变。"))
    return redirect("webhooks:endpoint", found.endpoint_id)
